{{ config(materialized='table') }}

{#- What each provider can cache: the rows of the package, then the user's; of two for one provider, prefix and date the later relation wins.
    Grain: provider × model_prefix × interval. -#}
{%- set relations = llm_cost.cache_rule_relations() %}
-- no row is used before all have passed: depends_on: {{ ref('int_llm_cost__cache_rule_errors') }}

with stacked as (
    {{ llm_cost.stacked_rows(relations, ['provider', 'model_prefix', 'min_cacheable_tokens', 'lifetime_seconds', 'valid_from']) }}
),

typed as (
    select
        provider,
        coalesce(model_prefix, '') as model_prefix,
        {{ llm_cost.number_or_null('min_cacheable_tokens', 'bigint') }} as min_cacheable_tokens,
        {{ llm_cost.number_or_null('lifetime_seconds', 'bigint') }} as lifetime_seconds,
        cast({{ llm_cost.number_or_null('coalesce(valid_from, ' ~ "'2020-01-01'" ~ ')', 'date') }} as date) as valid_from,
        case relation
            {%- for relation in relations %}
            when '{{ relation }}' then {{ loop.index }}
            {%- endfor %}
        end as relation_rank
    from stacked
),

ranked as (
    select
        *,
        row_number() over (
            partition by provider, model_prefix, valid_from
            order by relation_rank desc, min_cacheable_tokens asc, lifetime_seconds asc
        ) as place
    from typed
    where provider is not null and valid_from is not null
)

select
    provider,
    model_prefix,
    min_cacheable_tokens,
    lifetime_seconds,
    valid_from,
    cast(coalesce(
        lead(valid_from) over (partition by provider, model_prefix order by valid_from), {{ llm_cost.end_of_time() }}
    ) as date) as valid_to
from ranked
where place = 1
