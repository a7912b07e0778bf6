{{ config(materialized='incremental', incremental_strategy='append', full_refresh=false, on_schema_change='append_new_columns') }}

{#- What was posted when a month closed, for ever: a log that no build and no full refresh changes. A build appends the lines of the months
    that closed since the build before, with the corrections of earlier months that were waiting, and a row that records the close. -#}
{%- set dimensions = llm_cost.line_dimensions() %}
{%- set currency = llm_cost.reporting_currency() %}

with {{ llm_cost.pending_lines(this if is_incremental() else none) }},

currencies as (
    select * from {{ ref('int_llm_cost__currencies') }} where currency = '{{ currency }}'
),

-- read before anything is posted: what the months were when they closed
frozen_requests as (
    select count(*) as frozen_rows from {{ ref('int_llm_cost__frozen_requests') }}
),

line_traces as (
    select * from {{ ref('int_llm_cost__line_traces') }}
),

closing as (
    select states.issuer, states.period, states.closed_at
    from states
    -- grain: (issuer, period) is unique in bases
    left join bases on states.issuer = bases.issuer and states.period = bases.period
    where states.status = 'closed' and coalesce(bases.is_frozen, 0) = 0
),

posting as (
    select
        pending.*,
        closing.closed_at,
        cast(pending.amount_units * {{ llm_cost.minor_unit('currencies.minor_unit_digits') }} as decimal(28, 6)) as amount
    from pending
    cross join currencies
    -- grain: (issuer, period) is unique in closing
    inner join closing on pending.issuer = closing.issuer and pending.period = closing.period
),

totals as (
    select
        closing.issuer,
        closing.period,
        closing.closed_at,
        cast(coalesce(sum(posting.amount), 0) as decimal(28, 6)) as total_amount
    from closing
    -- grain: many lines a close, brought back by the group by
    left join posting on closing.issuer = posting.issuer and closing.period = posting.period
    group by closing.issuer, closing.period, closing.closed_at
),

-- exact costs less whole minor units, less what an earlier close of the same month recorded
roundings as (
    select closing.issuer, closing.period, targets.exact_amount - targets.target_units * {{ llm_cost.minor_unit('currencies.minor_unit_digits') }} as rounding
    from closing
    cross join currencies
    -- grain: many lines a close
    inner join targets on closing.issuer = targets.issuer and closing.period = targets.usage_period
    {%- if is_incremental() %}
    union all
    select issuer, period, -rounding_amount as rounding from {{ this }} where entry = 'close'
    {%- endif %}
),

rounded as (
    select issuer, period, cast(sum(rounding) as decimal(28, 12)) as rounding_amount
    from roundings
    group by issuer, period
),

-- the same line of the month before, posted earlier or in this build
history as (
    select period, issuer, line_type, pool_id, {{ dimensions | join(', ') }}, amount
    from posting
    {%- if is_incremental() %}
    union all
    select period, issuer, line_type, pool_id, {{ dimensions | join(', ') }}, amount
    from {{ this }} where entry <> 'close'
    {%- endif %}
),

months_before as (
    select
        {{ llm_cost.next_month('period') }} as next_period,
        {{ llm_cost.content_hash(['issuer', 'line_type', 'pool_id'] + dimensions) }} as line_name_key,
        cast(sum(amount) as decimal(28, 6)) as amount_before
    from history
    group by {{ llm_cost.next_month('period') }}, {{ llm_cost.content_hash(['issuer', 'line_type', 'pool_id'] + dimensions) }}
),

posting_named as (
    select
        *,
        {{ llm_cost.content_hash(['issuer', 'line_type', 'pool_id'] + dimensions) }} as line_name_key
    from posting
)

select
    {{ llm_cost.content_hash(['posting_named.period', 'posting_named.closed_at', 'posting_named.line_key', 'posting_named.cause']) }} as statement_line_id,
    posting_named.issuer,
    posting_named.period,
    posting_named.entry,
    posting_named.line_type,
    posting_named.usage_period,
    case when posting_named.entry = 'correction' then posting_named.usage_period end as corrects_period,
    posting_named.cause,
    posting_named.line_key,
    posting_named.pool_id,
    {% for column in dimensions -%}
        posting_named.{{ column }},
    {% endfor -%}
    posting_named.method,
    posting_named.driver,
    posting_named.driver_value,
    posting_named.driver_share_ratio,
    posting_named.path,
    posting_named.parts,
    posting_named.pool_amount,
    posting_named.requests,
    posting_named.tokens,
    posting_named.unpriced_requests,
    posting_named.price_card_versions,
    line_traces.trace_ids,
    '{{ currency }}' as currency,
    posting_named.amount,
    posting_named.amount_units,
    {{ llm_cost.ratio('posting_named.amount', 'totals.total_amount') }} as share_of_total_ratio,
    months_before.amount_before,
    cast(posting_named.amount - coalesce(months_before.amount_before, 0) as decimal(28, 6)) as change_amount,
    cast(0 as decimal(28, 12)) as rounding_amount,
    posting_named.closed_at,
    {{ llm_cost.build_started_at() }} as posted_at,
    {{ llm_cost.build_id() }} as run_id
from posting_named
cross join frozen_requests
-- grain: (issuer, period) is unique in totals
inner join totals on posting_named.issuer = totals.issuer and posting_named.period = totals.period
-- grain: line_key is unique in line_traces
left join line_traces on posting_named.line_key = line_traces.line_key
-- grain: (next_period, line_name_key) is unique in months_before
left join months_before on posting_named.period = months_before.next_period and posting_named.line_name_key = months_before.line_name_key

union all

select
    {{ llm_cost.content_hash(["'close'", 'totals.issuer', 'totals.period', 'totals.closed_at']) }} as statement_line_id,
    totals.issuer,
    totals.period,
    'close' as entry,
    'period_close' as line_type,
    totals.period as usage_period,
    {% for column in ['corrects_period', 'cause', 'line_key', 'pool_id'] + dimensions + ['method', 'driver'] -%}
        cast(null as string) as {{ column }},
    {% endfor -%}
    cast(null as decimal(28, 12)) as driver_value,
    cast(null as decimal(19, 18)) as driver_share_ratio,
    cast(null as string) as path,
    cast(null as string) as parts,
    cast(null as decimal(28, 6)) as pool_amount,
    cast(null as decimal(28, 12)) as requests,
    cast(null as decimal(28, 12)) as tokens,
    cast(null as decimal(28, 12)) as unpriced_requests,
    cast(null as string) as price_card_versions,
    cast(null as string) as trace_ids,
    '{{ currency }}' as currency,
    cast(0 as decimal(28, 6)) as amount,
    cast(0 as bigint) as amount_units,
    cast(null as decimal(18, 9)) as share_of_total_ratio,
    cast(null as decimal(28, 6)) as amount_before,
    cast(null as decimal(28, 6)) as change_amount,
    coalesce(rounded.rounding_amount, cast(0 as decimal(28, 12))) as rounding_amount,
    totals.closed_at,
    {{ llm_cost.build_started_at() }} as posted_at,
    {{ llm_cost.build_id() }} as run_id
from totals
-- grain: (issuer, period) is unique in rounded
left join rounded on totals.issuer = rounded.issuer and totals.period = rounded.period
