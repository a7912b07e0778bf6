{{ config(materialized='table') }}

{#- Why the requests of a closed month cost other lines or amounts than when it closed. Grain: line_key × cause. -#}
{%- set dimensions = llm_cost.line_dimensions() %}
{%- set owner = "team || '/' || cost_center" %}

with changed_requests as (
    select * from {{ ref('int_llm_cost__changed_requests') }}
),

rates as (
    select
        period,
        max(fx_rate) as fx_rate
    from {{ ref('int_llm_cost__direct_lines') }}
    group by period
),

currencies as (
    select * from {{ ref('int_llm_cost__currencies') }} where currency = '{{ llm_cost.reporting_currency() }}'
),

-- of each request: what it cost in all then and now, on how many lines, and whose it was
compared as (
    select
        *,
        count(live_cost_usd) over (partition by issuer, period, event_id) as live_lines,
        count(frozen_cost_usd) over (partition by issuer, period, event_id) as frozen_lines,
        count(*) over (partition by issuer, period, event_id) as request_lines,
        max(live_tokens) over (partition by issuer, period, event_id) as request_live_tokens,
        max(frozen_tokens) over (partition by issuer, period, event_id) as request_frozen_tokens,
        sum(frozen_cost_usd) over (partition by issuer, period, event_id) as request_frozen_usd,
        max(case when live_cost_usd is not null then {{ owner }} end) over (partition by issuer, period, event_id) as live_owner,
        max(case when frozen_cost_usd is not null then {{ owner }} end) over (partition by issuer, period, event_id) as frozen_owner
    from changed_requests
),

-- a request that moved from one line to another moves with its old cost; what it costs more or less now is a change of value
parted as (
    select
        *,
        case
            when live_lines = 0 or frozen_lines = 0 then cast(0 as decimal(28, 12))
            when request_lines = live_lines and request_lines = frozen_lines then cast(0 as decimal(28, 12))
            when live_lines > 1 then coalesce(live_cost_usd, 0) - coalesce(frozen_cost_usd, 0)
            else case when live_cost_usd is not null then request_frozen_usd else 0 end - coalesce(frozen_cost_usd, 0)
        end as moved_usd,
        coalesce(live_cost_usd, 0) - coalesce(frozen_cost_usd, 0) as change_usd
    from compared
),

causes as (
    select
        *,
        case when coalesce(live_owner, '') = coalesce(frozen_owner, '') then 'reclassified' else 'owner_change' end as cause,
        moved_usd as amount_usd
    from parted
    union all
    select
        *,
        case
            when frozen_lines = 0 then 'late_usage'
            when live_lines = 0 then 'usage_withdrawn'
            when request_live_tokens <> request_frozen_tokens then 'usage_changed'
            else 'price_change'
        end as cause,
        change_usd - moved_usd as amount_usd
    from parted
),

keyed as (
    select
        {{ llm_cost.line_key("'direct'", 'cast(null as string)') }} as line_key,
        period,
        cause,
        count(distinct event_id) as requests,
        cast(sum(amount_usd) as decimal(28, 12)) as amount_usd
    from causes
    where amount_usd <> 0
    group by period, issuer, {{ dimensions | join(', ') }}, cause
)

select
    keyed.line_key,
    keyed.cause,
    keyed.requests,
    keyed.amount_usd,
    cast(
        cast(cast(keyed.amount_usd as decimal(24, 12)) * cast(coalesce(rates.fx_rate, 1) as decimal(13, 8)) as decimal(28, 12))
        * {{ llm_cost.minor_unit_factor('currencies.minor_unit_digits') }} as decimal(38, 12)
    ) as amount_units
from keyed
cross join currencies
-- grain: period is unique in rates
left join rates on keyed.period = rates.period
