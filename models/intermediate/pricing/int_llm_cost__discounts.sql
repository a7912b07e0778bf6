{{ config(materialized='table') }}

{#- The user's percentage discounts, typed: a value that cannot be read is NULL here and stops the build in
    int_llm_cost__price_row_errors. An empty account, model, meter or tier is every one. Empty without a relation in var
    llm_cost_negotiated_discounts. -#}
{%- set columns = ['discount_id', 'account_id', 'provider', 'model', 'meter', 'service_tier', 'discount_percent', 'valid_from', 'recorded_at', 'change_kind'] %}
{%- set relations = llm_cost.discount_relations() %}

with stacked as (
    {% for relation in relations -%}
        select
            {% for column in columns -%}
                {{ llm_cost.seed_text(column) }} as {{ column }},
            {% endfor -%}
            {{ loop.index0 }} as precedence
        from {{ ref(relation) }}
        {{ 'union all' if not loop.last }}
    {% else -%}
        select
            {% for column in columns -%}
                cast(null as string) as {{ column }},
            {% endfor -%}
            0 as precedence
        where false
    {% endfor %}
)

select
    precedence,
    discount_id,
    account_id,
    lower(provider) as provider,
    lower(coalesce(model, '*')) as model,
    lower(coalesce(meter, '*')) as meter,
    lower(coalesce(service_tier, '*')) as service_tier,
    {{ llm_cost.number_or_null('discount_percent', 'decimal(9, 6)') }} as discount_percent,
    {{ llm_cost.utc_timestamp('valid_from') }} as valid_from,
    {{ llm_cost.utc_timestamp('recorded_at') }} as recorded_at,
    lower(change_kind) as change_kind,
    discount_percent as discount_percent_text,
    valid_from as valid_from_text,
    recorded_at as recorded_at_text
from stacked
