{{ config(materialized='table') }}

{#- Who owns the calls that have a value in a column, at each time: one team, or the label of an owner group. Of the tags only those
    that are not simply the team itself. Grain: matched_column × match_value × interval. -#}

with members as (
    select * from {{ ref('int_llm_cost__owner_members') }}
),

owners as (
    select
        matched_column,
        match_value,
        valid_from,
        valid_to,
        case when max(teams) > 1 then replace({{ llm_cost.list_text('label_part', "'+'") }}, chr(1), '') else max(team) end as owner,
        case when max(teams) = 1 then max(cost_center) end as cost_center
    from members
    group by matched_column, match_value, valid_from, valid_to
),

steps as (
    select * from {{ ref('int_llm_cost__attribution_steps') }}
)

select
    owners.matched_column,
    owners.match_value,
    owners.valid_from,
    owners.valid_to,
    owners.owner,
    owners.cost_center,
    steps.step
from owners
-- grain: matched_column is unique in steps
left join steps on owners.matched_column = steps.matched_column
where (owners.matched_column = 'team' and (owners.owner is distinct from owners.match_value or owners.cost_center is not null))
    or (owners.matched_column <> 'team' and owners.owner is not null)
