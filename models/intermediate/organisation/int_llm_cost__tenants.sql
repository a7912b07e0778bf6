{{ config(materialized='table') }}

{#- The tenants that the user has, with the group and the team of each time. Grain: tenant × interval. -#}

select
    entity_key as tenant_key,
    entity as tenant_id,
    tenant_group,
    team,
    valid_from,
    valid_to
from {{ ref('int_llm_cost__organisation_intervals') }}
where fact = 'tenant'
