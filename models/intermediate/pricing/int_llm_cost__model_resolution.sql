{{ config(materialized='table') }}

{#- The billed model of each used model, as intervals (aliases are dated). A name with a price of its own is billed as
    itself; else its alias; else the same for its short name. No row: the model is unknown and stays unpriced. -#}

with used_models as (
    select * from {{ ref('int_llm_cost__used_models') }}
),

priced_models as (
    select distinct
        card_set,
        provider,
        model
    from {{ ref('int_llm_cost__price_intervals') }}
    where model <> '*'
),

aliases as (
    select * from {{ ref('int_llm_cost__model_aliases') }} where is_in_force
),

names as (
    select used_model_id, card_set, provider, full_name as name, 0 as step from used_models
    union all
    select used_model_id, card_set, provider, short_name as name, 2 as step from used_models where short_name <> full_name
),

matches as (
    select
        names.used_model_id,
        names.step,
        priced_models.model as model_billed,
        cast(null as string) as alias_region,
        cast('0001-01-01 00:00:00' as timestamp) as valid_from,
        {{ llm_cost.end_of_time() }} as valid_to
    from names
    -- grain: (card_set, provider, model) is unique in priced_models
    inner join priced_models
        on names.card_set = priced_models.card_set and names.provider = priced_models.provider and names.name = priced_models.model

    union all

    select
        names.used_model_id,
        names.step + 1 as step,
        aliases.model as model_billed,
        aliases.region_scope as alias_region,
        aliases.valid_from,
        aliases.valid_to
    from names
    -- grain: the intervals of one alias do not overlap
    inner join aliases on names.provider = aliases.provider and names.name = aliases.alias
),

ranked as (
    select
        *,
        dense_rank() over (partition by used_model_id order by step) as preference
    from matches
)

select
    ranked.used_model_id,
    ranked.model_billed,
    case
        when used_models.region_scope <> 'global' then used_models.region_scope
        else coalesce(ranked.alias_region, used_models.profile_region, 'global')
    end as region_billed,
    ranked.valid_from,
    ranked.valid_to
from ranked
-- grain: used_model_id is unique in used_models
inner join used_models on ranked.used_model_id = used_models.used_model_id
where ranked.preference = 1
