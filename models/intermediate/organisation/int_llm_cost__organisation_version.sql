{{ config(materialized='table') }}

{#- A fingerprint of all that the user says of the organisation, and of its part that holds at any time. Grain: one row. -#}

with intervals as (
    select
        fact,
        cast({{ llm_cost.hash64([
            'fact', 'matched_column', 'entity', 'entity_key', 'team', 'team_key', 'cost_center', 'tenant_group', 'weight', 'valid_from', 'valid_to'
        ]) }} as decimal(38, 0)) as part
    from {{ ref('int_llm_cost__organisation_intervals') }}
),

steps as (
    select sum(cast({{ llm_cost.hash64(['step', 'attribution_method', 'matched_column', 'is_inherited']) }} as decimal(38, 0))) as steps_hash
    from {{ ref('int_llm_cost__attribution_steps') }}
),

summed as (
    select
        sum(part) as intervals_hash,
        -- how a team is spelled while it is not in force is said by its latest row
        sum(case when fact = 'team' then part end) as teams_hash
    from intervals
)

select
    {{ llm_cost.content_hash(['summed.intervals_hash', 'steps.steps_hash', "'" ~ llm_cost.only_known_teams() ~ "'"]) }} as organisation_hash,
    {{ llm_cost.content_hash(['summed.teams_hash', 'steps.steps_hash', "'" ~ llm_cost.only_known_teams() ~ llm_cost.has_organisation() ~ "'"]) }} as timeless_hash
from summed
-- grain: one row
cross join steps
