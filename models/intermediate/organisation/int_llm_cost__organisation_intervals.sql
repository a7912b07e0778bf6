{{ config(materialized='table') }}

{#- The rows of the organisation as intervals: a row holds until the next of its key, of rows for one instant those recorded
    last hold, a withdrawn one ends it. Grain: row; a mapping to several teams has one each. #}
-- no row is used before all have passed: depends_on: {{ ref('int_llm_cost__organisation_errors') }}
{%- set key = ['fact', 'matched_column', 'entity_key'] %}

with organisation_rows as (
    select
        *,
        rank() over (partition by {{ key | join(', ') }}, valid_from order by recorded_at desc) as recency
    from {{ ref('int_llm_cost__organisation_rows') }}
),

recorded_last as (
    select * from organisation_rows where recency = 1
),

instants as (
    select distinct
        {{ key | join(',\n        ') }},
        valid_from
    from recorded_last
),

intervals as (
    select
        *,
        coalesce(lead(valid_from) over (partition by {{ key | join(', ') }} order by valid_from), {{ llm_cost.end_of_time() }}) as valid_to
    from instants
)

select
    recorded_last.fact,
    recorded_last.matched_column,
    recorded_last.entity,
    recorded_last.entity_key,
    recorded_last.team,
    recorded_last.team_key,
    recorded_last.cost_center,
    recorded_last.department,
    recorded_last.name,
    recorded_last.account,
    recorded_last.tenant_group,
    coalesce(recorded_last.weight, 1) as weight,
    recorded_last.valid_from,
    intervals.valid_to
from recorded_last
-- grain: the key and valid_from are unique in intervals
inner join intervals
    on
        recorded_last.fact = intervals.fact
        and coalesce(recorded_last.matched_column, '') = coalesce(intervals.matched_column, '')
        and recorded_last.entity_key = intervals.entity_key
        and recorded_last.valid_from = intervals.valid_from
where coalesce(recorded_last.change_kind, '') <> 'withdrawn'
