{{ config(materialized='table') }}

{#- What each label of several owners stands for: the teams with their weights, which add up to 1. A cost that is split by rounded
    running totals (weight_before, then weight_before + weight) keeps every digit. Grain: owner_group × team. -#}

with members as (
    select * from {{ ref('int_llm_cost__owner_members') }} where teams > 1
),

mappings as (
    select * from {{ ref('int_llm_cost__owner_mappings') }}
)

select distinct
    mappings.owner as owner_group,
    members.team,
    members.cost_center,
    members.weight,
    members.weight_before
from members
-- grain: the value and the interval are unique in mappings
inner join mappings
    on
        members.matched_column = mappings.matched_column
        and members.match_value = mappings.match_value
        and members.valid_from = mappings.valid_from
