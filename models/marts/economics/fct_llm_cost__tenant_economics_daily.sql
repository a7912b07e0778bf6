{#- What a tenant costs per request over seven days, against the seven before and a threshold, and what its day cost against what it pays.
    Only what requests cost: no share of a fixed pool. Grain: usage_date × tenant_id, days with requests of the tenant. -#}
{%- set max_cost = var('llm_cost_max_cost_per_request_usd', none) %}
{%- set week = 'partition by tenant_id order by day_number range between 6 preceding and current row' %}
{%- set week_before = 'partition by tenant_id order by day_number range between 13 preceding and 7 preceding' %}

with tenant_days as (
    select
        *,
        {{ llm_cost.day_number('usage_date') }} as day_number
    from {{ ref('int_llm_cost__tenant_days') }}
),

-- calendar days: those without requests have no row and add nothing
rolled as (
    select
        *,
        cast(sum(requests) over ({{ week }}) as bigint) as rolling_7d_requests,
        cast(sum(unpriced_requests) over ({{ week }}) as bigint) as rolling_7d_unpriced_requests,
        cast(sum(total_cost_usd) over ({{ week }}) as decimal(28, 12)) as rolling_7d_cost_usd,
        cast(coalesce(sum(requests) over ({{ week_before }}), 0) as bigint) as previous_7d_requests,
        cast(sum(requests - unpriced_requests) over ({{ week }}) as bigint) as rolling_priced_requests,
        cast(sum(requests - unpriced_requests) over ({{ week_before }}) as bigint) as previous_priced_requests,
        cast(sum(total_cost_usd) over ({{ week_before }}) as decimal(28, 12)) as previous_cost_usd
    from tenant_days
),

per_request as (
    select
        *,
        {{ llm_cost.per_unit('rolling_7d_cost_usd', 'rolling_priced_requests') }} as rolling_7d_cost_per_request_usd,
        {{ llm_cost.per_unit('previous_cost_usd', 'previous_priced_requests') }} as previous_7d_cost_per_request_usd,
        cast({{ "'" ~ max_cost ~ "'" if max_cost is not none else 'null' }} as decimal(28, 12)) as max_cost_per_request_usd,
        {{ llm_cost.no_cost_is_known('total_cost_usd', 'requests', 'unpriced_requests') }} as is_cost_unknown
    from rolled
),

compared as (
    select
        *,
        cast(rolling_7d_cost_per_request_usd - previous_7d_cost_per_request_usd as decimal(28, 12)) as change_usd
    from per_request
)

select
    {{ llm_cost.content_hash(['usage_date', 'tenant_id']) }} as tenant_economics_daily_id,
    usage_date,
    tenant_id,
    requests,
    unpriced_requests,
    total_cost_usd,
    rolling_7d_requests,
    rolling_7d_unpriced_requests,
    rolling_7d_cost_usd,
    rolling_7d_cost_per_request_usd,
    max_cost_per_request_usd,
    rolling_7d_cost_per_request_usd > max_cost_per_request_usd as is_over_cost_per_request,
    previous_7d_requests,
    previous_7d_cost_per_request_usd,
    {{ llm_cost.multiple('change_usd', 'previous_7d_cost_per_request_usd') }} as cost_per_request_change_ratio,
    price_per_day_usd,
    case when not is_cost_unknown then {{ llm_cost.multiple('total_cost_usd', 'price_per_day_usd') }} end as cost_to_price_ratio,
    case when not is_cost_unknown then cast(price_per_day_usd - total_cost_usd as decimal(28, 12)) end as margin_usd,
    {{ llm_cost.cost_status('total_cost_usd', 'price_per_day_usd', 'requests', 'unpriced_requests') }} as cost_status
from compared
