{{ config(materialized='table') }}

{#- Every price row, the package's and the user's, typed. A value that cannot be read is NULL here and stops the build in
    int_llm_cost__price_row_errors, with the text as written. precedence: 0 the package, then the user's in var order. -#}
{%- set relations = llm_cost.price_relations() + llm_cost.negotiated_rate_relations() %}

with stacked as (
    {% for relation in relations -%}
        select
            {% for column in [
                'rate_id', 'provider', 'model', 'meter', 'service_tier', 'region_scope', 'min_input_tokens', 'threshold_comparator',
                'window_name', 'unit_price', 'per_units', 'currency', 'valid_from', 'recorded_at', 'change_kind', 'source_url', 'note'
            ] -%}
                {{ llm_cost.seed_text(column) }} as {{ column }},
            {% endfor -%}
            {{ llm_cost.seed_text('account_id') if relation in llm_cost.negotiated_rate_relations() else 'cast(null as string)' }} as account_id,
            '{{ relation }}' as relation,
            {{ loop.index0 }} as precedence
        from {{ ref('llm_cost', relation) if loop.first else ref(relation) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    relation,
    precedence,
    rate_id,
    account_id,
    lower(provider) as provider,
    lower(model) as model,
    lower(meter) as meter,
    lower(coalesce(service_tier, 'standard')) as service_tier,
    lower(coalesce(region_scope, 'global')) as region_scope,
    coalesce({{ llm_cost.number_or_null('min_input_tokens', 'bigint') }}, 0) as min_input_tokens,
    threshold_comparator,
    window_name,
    {{ llm_cost.number_or_null('unit_price', 'decimal(18, 9)') }} as unit_price,
    {{ llm_cost.number_or_null('per_units', 'bigint') }} as per_units,
    upper(coalesce(currency, 'USD')) as currency,
    {{ llm_cost.utc_timestamp('valid_from') }} as valid_from,
    {{ llm_cost.utc_timestamp('recorded_at') }} as recorded_at,
    lower(change_kind) as change_kind,
    source_url,
    note,
    unit_price as unit_price_text,
    per_units as per_units_text,
    min_input_tokens as min_input_tokens_text,
    valid_from as valid_from_text,
    recorded_at as recorded_at_text
from stacked
