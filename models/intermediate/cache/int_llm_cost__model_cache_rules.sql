{{ config(materialized='table') }}

{#- The cache rule of each model in use: that of the longest prefix its name begins with. Grain: provider × model × interval. -#}

with used_models as (
    select distinct
        provider,
        model
    from {{ ref('int_llm_cost__daily_costs') }}
),

rules as (
    select * from {{ ref('int_llm_cost__cache_rules') }}
),

matched as (
    select
        used_models.provider,
        used_models.model,
        rules.min_cacheable_tokens,
        rules.lifetime_seconds,
        rules.valid_from,
        rules.valid_to,
        length(rules.model_prefix) as prefix_length,
        max(length(rules.model_prefix)) over (partition by used_models.provider, used_models.model) as longest_prefix_length
    from used_models
    -- grain: several prefixes a model, of which the longest is kept
    inner join rules
        on used_models.provider = rules.provider and substr(used_models.model, 1, length(rules.model_prefix)) = rules.model_prefix
)

select
    provider,
    model,
    min_cacheable_tokens,
    lifetime_seconds,
    valid_from,
    valid_to
from matched
where prefix_length = longest_prefix_length
