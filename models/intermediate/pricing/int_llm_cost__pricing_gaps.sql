{{ config(materialized='table') }}

{#- What has no price, over the whole history: which meters, and the price rows that would close the gap, as lines of a price
    seed with ? where a person must look up the price. Grain: provider × model × tier × region. -#}
{%- set meters = [] %}
{%- for meter in llm_cost.meters() if meter.quantity in llm_cost.usage_quantities() or meter.name == 'output' %}
    {%- do meters.append({'name': meter.name, 'column': 'output_tokens' if meter.name == 'output' else meter.quantity, 'fallback': meter.fallback, 'is_token': meter.is_token}) %}
{%- endfor %}

with requests as (
    select
        *,
        coalesce(model_served, model_requested) as model
    from {{ ref('fct_llm_cost__requests') }}
    where pricing_status in ('unpriced', 'partially_priced', 'provider_reported') and total_input_tokens is not null
),

-- a meter that has a row, or whose fallback has one, is priced
missing as (
    select
        provider,
        model,
        service_tier,
        region_scope,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at,
        count(*) as requests,
        {% for meter in meters -%}
            max(case
                when {{ meter.column }} > 0
                    and coalesce(rate_ids, '') not like '%"{{ meter.name }}":%'
                    {%- if meter.fallback %}
                    and coalesce(rate_ids, '') not like '%"{{ meter.fallback }}":%'
                    and coalesce(rate_ids, '') not like '%"uncached_input":%'
                    {%- endif %}
                    then 1
                else 0
            end) as misses_{{ meter.name }}{{ ',' if not loop.last }}
        {% endfor %}
    from requests
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
