{{ config(materialized='table') }}

{#- The teams that the user has, with the cost centre of each time. Grain: team × interval. -#}

select
    entity_key as team_key,
    team,
    cost_center,
    department,
    valid_from,
    valid_to
from {{ ref('int_llm_cost__organisation_intervals') }}
where fact = 'team'
