{{ config(materialized='table') }}

{#- What has no price, over the whole history: which meters, and the price rows that would close the gap, as lines of a price
    seed with ? where a person must look up the price. Grain: provider × model × tier × region. -#}
{%- set meters = llm_cost.gap_meters() %}

with missing as (
    select
        provider,
        model,
        service_tier,
        region_scope,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        cast(sum(requests) as bigint) as requests,
        {% for meter in meters -%}
            max(misses_{{ meter.name }}) as misses_{{ meter.name }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_llm_cost__unpriced_days') }}
    where is_gap
    group by provider, model, service_tier, region_scope
)

select
    provider,
    model,
    service_tier,
    region_scope,
    first_seen_at,
    last_seen_at,
    requests,
    concat_ws(
        ', '
        {%- for meter in meters %},
        case when misses_{{ meter.name }} = 1 then '{{ meter.name }}' end
        {%- endfor %}
    ) as missing_meters,
    concat_ws(
        chr(10)
        {%- for meter in meters %},
        case when misses_{{ meter.name }} = 1 then {{ llm_cost.price_row_to_paste(meter.name, 1000000 if meter.is_token else 1) }} end
        {%- endfor %}
    ) as suggested_price_rows
from missing
