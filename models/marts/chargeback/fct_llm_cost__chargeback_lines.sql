{#- Everything that is billed, line by line: what was posted, and what is pending in open months. Lines of an open month are exact to
    the last digit; they are rounded when the month closes. Grain: chargeback_line_id. -#}
{%- set dimensions = llm_cost.line_dimensions() %}
{%- set currency = llm_cost.reporting_currency() %}
{%- set statement = ref('fct_llm_cost__chargeback_statement') %}

with {{ llm_cost.pending_lines(statement) }},

currencies as (
    select * from {{ ref('int_llm_cost__currencies') }} where currency = '{{ currency }}'
),

line_traces as (
    select * from {{ ref('int_llm_cost__line_traces') }}
)

select
    statement_line_id as chargeback_line_id,
    true as is_posted,
    period,
    usage_period,
    issuer,
    entry,
    line_type,
    corrects_period,
    cause,
    pool_id,
    {{ dimensions | join(',\n    ') }},
    method,
    driver,
    driver_value,
    driver_share_ratio,
    path,
    parts,
    pool_amount,
    requests,
    tokens,
    unpriced_requests,
    price_card_versions,
    trace_ids,
    currency,
    cast(amount as decimal(28, 12)) as amount,
    rounding_amount
from posted

union all

select
    {{ llm_cost.content_hash(["'pending'", 'pending.period', 'pending.line_key', 'pending.cause']) }} as chargeback_line_id,
    false as is_posted,
    pending.period,
    pending.usage_period,
    pending.issuer,
    pending.entry,
    pending.line_type,
    case when pending.entry = 'correction' then pending.usage_period end as corrects_period,
    pending.cause,
    pending.pool_id,
    {% for column in dimensions -%}
        pending.{{ column }},
    {% endfor -%}
    pending.method,
    pending.driver,
    pending.driver_value,
    pending.driver_share_ratio,
    pending.path,
    pending.parts,
    pending.pool_amount,
    pending.requests,
    pending.tokens,
    pending.unpriced_requests,
    pending.price_card_versions,
    line_traces.trace_ids,
    '{{ currency }}' as currency,
    case
        when pending.entry = 'line' then pending.exact_amount
        else cast(pending.amount_units * {{ llm_cost.minor_unit('currencies.minor_unit_digits') }} as decimal(28, 12))
    end as amount,
    cast(0 as decimal(28, 12)) as rounding_amount
from pending
cross join currencies
-- grain: line_key is unique in line_traces
left join line_traces on pending.line_key = line_traces.line_key
