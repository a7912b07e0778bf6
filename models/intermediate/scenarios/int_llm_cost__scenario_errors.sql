{{ config(materialized='table') }}

{#- What is wrong with a rule of a what-if case, and how to mend it. Any row here stops the build before a scenario is priced
    (test `stops_the_build` on this model). -#}

with rules as (
    select
        *,
        count(*) over (partition by scenario, step) as rows_of_this_step
    from {{ ref('int_llm_cost__scenario_rules') }}
),

problems as (
    select
        'scenario ' || coalesce(scenario, '?') || ' step ' || coalesce(step_text, '?') as row_id,
        case
            when scenario is null then 'has no name'
            when step is null then 'has the step ''' || coalesce(step_text, '') || ''', which is no whole number'
            when rows_of_this_step > 1 then 'appears twice: give each rule of a case a step of its own, the lowest that matches holds'
            when share is null or share < 0 or share > 1 then 'has the share ''' || coalesce(share_text, '') || ''': write a number from 0 to 1'
            when card_at is null and card_at_text is not null
                then 'has the card_at ''' || card_at_text || ''': write YYYY-MM-DD HH:MM:SS in UTC, or announced'
            when caching is not null and caching <> 'none' then 'has the caching ''' || caching || ''': write none, or leave it empty'
            when hit_ratio is null and hit_ratio_text is not null then 'has the hit_ratio ''' || hit_ratio_text || ''': write a number from 0 to 1'
            when hit_ratio < 0 or hit_ratio > 1 then 'has a hit_ratio outside 0 to 1'
            when hit_ratio is not null and caching = 'none' then 'has both no caching and a hit_ratio: choose one'
            when to_provider is not null and to_model is null then 'names to_provider without to_model: the other provider has another model'
            when coalesce(to_model, to_service_tier, caching, card_at_text, hit_ratio_text) is null then 'changes nothing'
        end as problem
    from rules
)

select row_id, problem
from problems
where problem is not null
