{{ config(materialized='table') }}

{#- What is wrong with a row that says what a provider caches, and how to mend it. Any row here stops the build before a call is judged by it
    (test `stops_the_build` on this model). Grain: offending row. -#}

with stacked as (
    {{ llm_cost.stacked_rows(llm_cost.cache_rule_relations(), ['provider', 'model_prefix', 'min_cacheable_tokens', 'lifetime_seconds', 'valid_from']) }}
),

typed as (
    select
        *,
        relation || ': ' || coalesce(provider, '?') || ' ' || coalesce(model_prefix, '(all models)') || ' from ' || coalesce(valid_from, '2020-01-01') as row_id,
        {{ llm_cost.number_or_null('min_cacheable_tokens', 'bigint') }} as minimum,
        {{ llm_cost.number_or_null('lifetime_seconds', 'bigint') }} as lifetime,
        {{ llm_cost.number_or_null("coalesce(valid_from, '2020-01-01')", 'date') }} as first_day,
        count(*) over (partition by relation, provider, model_prefix, valid_from) as rows_of_key
    from stacked
),

problems as (
    select
        row_id,
        case
            when provider is null then 'lacks its provider: write one of the providers seed'
            when first_day is null then 'has the valid_from ''' || valid_from || ''': write YYYY-MM-DD'
            when min_cacheable_tokens is not null and coalesce(minimum, -1) < 0
                then 'has the min_cacheable_tokens ''' || min_cacheable_tokens || ''': write a whole number from 0, or leave it empty where it is not known'
            when lifetime_seconds is not null and coalesce(lifetime, -1) < 0
                then 'has the lifetime_seconds ''' || lifetime_seconds || ''': write a whole number from 0, or leave it empty where it is not known'
            when rows_of_key > 1 then 'is there twice: keep one row for a provider, prefix and date'
        end as problem
    from typed
)

select distinct row_id, problem
from problems
where problem is not null
