{{ config(**llm_cost.by_day('fct_llm_cost__requests', keeps_sealed=true)) }}

{#- What could not be priced, by model and day of the reporting time zone, and which meters lacked a price: what fct_llm_cost__unpriced_usage and
    int_llm_cost__pricing_gaps add up. Each day has one more row without a model, so that a day without such requests counts as built.
    Grain: the columns of the group by. -#}
{%- set meters = llm_cost.gap_meters() %}
{%- set grain = ['usage_date', 'source_system', 'provider', 'model', 'service_tier', 'region_scope', 'pricing_status', 'is_gap'] %}

with days as (
    {{ llm_cost.days_to_rebuild('fct_llm_cost__requests', keeps_sealed=true) }}
),

requests as (
    select {{ llm_cost.broadcast_hint('days') }}
        requests.*,
        coalesce(requests.model_served, requests.model_requested) as model,
        {{ llm_cost.reporting_date('requests.occurred_at') }} as usage_date,
        -- without usage there is no price to add
        requests.pricing_status <> 'usage_missing' and requests.total_input_tokens is not null as is_gap
    from {{ ref('fct_llm_cost__requests') }} as requests
    -- grain: utc_date is unique in days
    inner join days on requests.utc_date = days.utc_date
    where requests.pricing_status in ('unpriced', 'partially_priced', 'provider_reported', 'usage_missing')
)

select
    {{ grain | join(',\n    ') }},
    count(*) as requests,
    min(occurred_at) as first_seen_at,
    max(occurred_at) as last_seen_at,
    cast(sum(total_input_tokens) as bigint) as total_input_tokens,
    cast(sum(output_tokens) as bigint) as output_tokens,
    cast(sum(total_cost_usd) as decimal(28, 12)) as known_cost_usd,
    cast(sum(provider_reported_cost_usd) as decimal(28, 12)) as provider_reported_cost_usd,
    -- a meter that has a row, or whose fallback has one, is priced
    {% for meter in meters -%}
        max(case
            when is_gap and {{ meter.column }} > 0
                and coalesce(rate_ids, '') not like '%"{{ meter.name }}":%'
                {%- if meter.fallback %}
                and coalesce(rate_ids, '') not like '%"{{ meter.fallback }}":%'
                and coalesce(rate_ids, '') not like '%"uncached_input":%'
                {%- endif %}
                then 1
            else 0
        end) as misses_{{ meter.name }},
    {% endfor -%}
    utc_date,
    day_fingerprint
from requests
group by {{ grain | join(', ') }}, utc_date, day_fingerprint

union all

select
    cast(null as date) as usage_date,
    {% for column in grain[1:-1] -%}
        cast(null as string) as {{ column }},
    {% endfor -%}
    false as is_gap,
    cast(0 as bigint) as requests,
    cast(null as timestamp) as first_seen_at,
    cast(null as timestamp) as last_seen_at,
    cast(null as bigint) as total_input_tokens,
    cast(null as bigint) as output_tokens,
    cast(null as decimal(28, 12)) as known_cost_usd,
    cast(null as decimal(28, 12)) as provider_reported_cost_usd,
    {% for meter in meters -%}
        0 as misses_{{ meter.name }},
    {% endfor -%}
    utc_date,
    day_fingerprint
from days
