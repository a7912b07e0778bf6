{{ config(materialized='table') }}

{#- The rules of the what-if cases, typed. A value that cannot be read is NULL here and stops the build in
    int_llm_cost__scenario_errors. Grain: scenario × step. -#}
{%- set columns = [
    'scenario', 'step', 'provider', 'model', 'team', 'feature', 'tenant_id', 'share', 'to_provider', 'to_model', 'to_service_tier', 'card_at',
    'caching', 'hit_ratio'
] %}
{%- set relations = llm_cost.scenario_relations() %}

with stacked as (
    {% for relation in relations -%}
        select
            {% for column in columns -%}
                {{ llm_cost.seed_text(column) }} as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ ref('llm_cost', relation) if relation == 'scenarios' else ref(relation) }}
        {{ 'union all' if not loop.last }}
    {% else -%}
        select
            {% for column in columns -%}
                cast(null as string) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        where false
    {% endfor %}
)

select
    scenario,
    {{ llm_cost.number_or_null('step', 'integer') }} as step,
    lower(provider) as provider,
    lower(model) as model,
    team,
    feature,
    tenant_id,
    case when share is null then cast(1 as decimal(7, 6)) else {{ llm_cost.number_or_null('share', 'decimal(7, 6)') }} end as share,
    lower(to_provider) as to_provider,
    to_model,
    lower(to_service_tier) as to_service_tier,
    -- no price row ends later than what is known today
    case when lower(card_at) = 'announced' then cast('9998-12-31 00:00:00' as timestamp) else {{ llm_cost.utc_timestamp('card_at') }} end as card_at,
    lower(caching) as caching,
    {{ llm_cost.number_or_null('hit_ratio', 'decimal(7, 6)') }} as hit_ratio,
    step as step_text,
    share as share_text,
    card_at as card_at_text,
    hit_ratio as hit_ratio_text
from stacked
