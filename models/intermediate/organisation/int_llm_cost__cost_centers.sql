{{ config(materialized='table') }}

{#- The cost centres that the user has, with the name and the account of each time. Grain: cost centre × interval. -#}

select
    entity_key as cost_center_key,
    cost_center,
    name,
    account,
    valid_from,
    valid_to
from {{ ref('int_llm_cost__organisation_intervals') }}
where fact = 'cost_center'
