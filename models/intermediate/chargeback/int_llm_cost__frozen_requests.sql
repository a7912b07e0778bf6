{{ config(materialized='incremental', incremental_strategy='append', full_refresh=false, on_schema_change='append_new_columns', post_hook='{{ llm_cost.drop_sealed() }}') }}

{#- What each request was when its month closed: the cause of a later correction is told from it. A log: a full refresh keeps it. Requests of
    sealed days leave it, as they can no longer be corrected. Grain:
    close of a month × request × team; one row without a request a close. -#}
{%- set dimensions = llm_cost.line_dimensions() %}

-- requests of sealed days leave it: depends_on: {{ ref('int_llm_cost__sealed_days') }}
with states as (
    select * from {{ ref('int_llm_cost__period_states') }} where status = 'closed'
),

{% if is_incremental() -%}
logged as (
    select issuer, period, closed_at from {{ this }} where event_id is null
),

{% endif -%}
closing as (
    select
        states.issuer,
        states.period,
        states.closed_at
    from states
    {%- if is_incremental() %}
    -- grain: one row a close without a request
    left join logged
        on logged.issuer in (states.issuer, '*') and states.period = logged.period and states.closed_at = logged.closed_at
    where logged.issuer is null
    {%- endif %}
),

unpriced as (
    select
        provider as issuer,
        period,
        sum(unpriced_requests) as unpriced_requests,
        sum(requests) as requests
    from {{ ref('int_llm_cost__team_days') }}
    group by provider, period
),

-- a month whose costs are not known is not closed
ready as (
    select
        closing.*
    from closing
    -- grain: (issuer, period) is unique in unpriced
    left join unpriced on closing.issuer = unpriced.issuer and closing.period = unpriced.period
    where not {{ llm_cost.fails_with(
        'coalesce(unpriced.unpriced_requests > ' ~ var('llm_cost_max_unpriced_share_at_close', 0.05) ~ ' * unpriced.requests, false)',
        "'llm_cost: ' || closing.period || ' of ' || closing.issuer || ' cannot be closed, ' || cast(cast(unpriced.unpriced_requests as decimal(18, 0)) as string) || ' of '"
        ~ " || cast(cast(unpriced.requests as decimal(18, 0)) as string) || ' requests have no price. Add price rows (fct_llm_cost__unpriced_usage has the lines to paste) or raise"
        ~ " llm_cost_max_unpriced_share_at_close. Nothing was posted.'"
    ) }}
),

requests as (
    select * from {{ ref('int_llm_cost__owned_requests') }}
)

select
    ready.issuer,
    ready.period,
    ready.closed_at,
    {{ llm_cost.build_started_at() }} as posted_at,
    requests.event_id,
    {{ dimensions | join(',\n    ') }},
    requests.tokens,
    requests.cost_usd,
    requests.utc_date,
    cast(requests.day_fingerprint as string) as day_fingerprint
from ready
-- grain: many requests a month
inner join requests on ready.issuer = requests.provider and ready.period = requests.period

union all

select
    issuer,
    period,
    closed_at,
    {{ llm_cost.build_started_at() }} as posted_at,
    cast(null as string) as event_id,
    {% for column in dimensions -%}
        cast(null as string) as {{ column }},
    {% endfor -%}
    cast(null as bigint) as tokens,
    cast(null as decimal(28, 12)) as cost_usd,
    cast(null as date) as utc_date,
    cast(null as string) as day_fingerprint
from ready
