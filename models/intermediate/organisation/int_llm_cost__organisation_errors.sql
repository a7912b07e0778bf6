{{ config(materialized='table') }}

{#- What is wrong with a row of the organisation or a step of the waterfall, and how to mend it. Any row here stops the build before
    a cost is assigned (test `stops_the_build` on this model). Grain: offending row. -#}
{%- set key = "fact, coalesce(matched_column, ''), entity_key" %}
{%- set has_teams = llm_cost.relations_of('llm_cost_teams') | length > 0 %}
{%- set has_cost_centers = llm_cost.relations_of('llm_cost_cost_centers') | length > 0 %}

with organisation_rows as (
    select
        organisation_rows.*,
        rank() over (partition by {{ key }}, valid_from order by recorded_at desc) as recency,
        count(*) over (partition by {{ key }}, valid_from, recorded_at) as rows_of_key,
        count(*) over (partition by {{ key }}, valid_from, recorded_at, coalesce(team_key, '')) as rows_of_team,
        count(case when coalesce(change_kind, '') = 'withdrawn' then 1 end) over (partition by {{ key }}, valid_from, recorded_at) as withdrawals,
        cast(sum(coalesce(weight, case when weight_text is null then 1 end)) over (partition by {{ key }}, valid_from, recorded_at) as decimal(28, 12)) as weights
    from {{ ref('int_llm_cost__organisation_rows') }} as organisation_rows
),

steps as (
    select
        *,
        count(*) over (partition by step) as rows_of_step,
        count(*) over (partition by matched_column) as rows_of_column
    from {{ ref('int_llm_cost__attribution_steps') }}
),

known_columns as (
    select distinct matched_column as known_column from steps
),

known_teams as (
    select distinct entity_key as known_team from organisation_rows where fact = 'team'
),

known_cost_centers as (
    select distinct entity_key as known_cost_center from organisation_rows where fact = 'cost_center'
),

checked as (
    select *
    from organisation_rows
    -- grain: each is unique in its relation
    left join known_columns on organisation_rows.matched_column = known_columns.known_column
    left join known_teams on organisation_rows.team_key = known_teams.known_team
    left join known_cost_centers on {{ llm_cost.match_key('organisation_rows.cost_center') }} = known_cost_centers.known_cost_center
),

row_problems as (
    select
        relation || ': ' || replace(fact, '_', ' ') || ' '
            || case when fact = 'mapping' then coalesce(matched_column, '?') || ' ' else '' end || coalesce(entity, '?')
            || case when fact in ('mapping', 'service', 'tenant') and team is not null then ' to ' || team else '' end
            || ' from ' || coalesce(valid_from_text, '?') as row_id,
        case
            when fact = 'mapping' and matched_column is null then 'lacks its matched_column'
            when fact = 'mapping' and matched_column not in ('{{ llm_cost.attributable_columns() | join("', '") }}')
                then 'has the unknown matched_column ''' || matched_column || ''': use one of {{ llm_cost.attributable_columns() | join(", ") }}'
            when entity is null
                then 'lacks its ' || case fact when 'mapping' then 'match_value' when 'tenant' then 'tenant_id' else fact end
            when change_kind <> 'withdrawn' and {{ llm_cost.regex_match('change_kind', "'^(withdr|end|clos|remov|delet)'") }}
                then 'has the change_kind ''' || change_kind || ''', which ends nothing: write withdrawn'
            when valid_from is null then 'has the valid_from ''' || coalesce(valid_from_text, '') || ''': write YYYY-MM-DD HH:MM:SS in UTC'
            when recorded_at is null then 'has the recorded_at ''' || coalesce(recorded_at_text, '') || ''': write YYYY-MM-DD HH:MM:SS in UTC'
            when fact in ('mapping', 'service') and team is null and coalesce(change_kind, '') <> 'withdrawn'
                then 'names no team: to end it write change_kind withdrawn'
            when team = '?' then 'still has the ? of a suggested row as its team'
            when weight is null and weight_text is not null then 'has the weight ''' || weight_text || ''', which is no number'
            when weight <= 0 or weight > 1 then 'has the weight ' || weight_text || ': write a number above 0, up to 1'
            when fact = 'mapping' and withdrawals > 0 and rows_of_key > 1 then 'is withdrawn and mapped at one instant: keep one'
            when (fact <> 'mapping' and rows_of_key > 1) or rows_of_team > 1
                then 'contradicts another row of the same key, valid_from and recorded_at: keep one, or give the correction a later recorded_at'
            when fact = 'mapping' and rows_of_key > 1 and weight is null
                then 'has no weight, but its value is mapped to several teams: give each its part of 1'
            when fact = 'mapping' and recency = 1 and withdrawals = 0 and weights <> 1
                then 'is in a mapping whose weights add up to ' || {{ llm_cost.plain_decimal('weights') }}
                    || ': those of one matched_column, match_value, valid_from and recorded_at must add up to 1'
            when fact = 'mapping' and known_column is null
                then 'has the matched_column ''' || matched_column || ''', which is in no attribution step: add one to llm_cost_attribution_steps'
            {% if has_cost_centers -%}
                when fact in ('team', 'mapping') and cost_center is not null and known_cost_center is null
                    then 'names the cost centre ''' || cost_center || ''', which is not in llm_cost_cost_centers'
            {% endif -%}
            {% if has_teams -%}
                when fact in ('mapping', 'service', 'tenant') and team is not null and known_team is null
                    then 'names the team ''' || team || ''', which is not in llm_cost_teams'
            {% endif -%}
        end as problem
    from checked
),

step_problems as (
    select
        relation || ': step ' || coalesce(step_text, '?') as row_id,
        case
            when step is null then 'has the step ''' || coalesce(step_text, '') || ''', which is no whole number'
            when step < 1 or step > 9999 then 'has a step outside 1 to 9999'
            when rows_of_step > 1 then 'appears twice: give each step a number of its own'
            when attribution_method is null then 'lacks its attribution_method'
            when matched_column is null or matched_column not in ('{{ llm_cost.attributable_columns() | join("', '") }}')
                then 'has the unknown matched_column ''' || coalesce(matched_column, '') || ''': use one of {{ llm_cost.attributable_columns() | join(", ") }}'
            when rows_of_column > 1 then 'names the matched_column ' || matched_column || ', as does another step: keep one'
            when is_inherited is null then 'has the is_inherited ''' || is_inherited_text || ''': write true or false'
            when is_inherited and matched_column not in ('{{ llm_cost.inheritable_columns() | join("', '") }}')
                then 'inherits along ' || matched_column || ': only {{ llm_cost.inheritable_columns() | join(" and ") }} hold calls that belong together'
        end as problem
    from steps
),

problems as (
    select row_id, problem from row_problems
    union all
    select row_id, problem from step_problems
)

select distinct row_id, problem
from problems
where problem is not null
