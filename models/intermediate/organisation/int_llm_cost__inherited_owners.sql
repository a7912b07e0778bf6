{{ config(materialized='table') }}

{#- The traces and sessions that have both calls that name a team and calls that do not, and whose teams are one: the tag that the
    others inherit. Grain: matched_column × match_value. -#}
{%- set columns = llm_cost.inheritable_columns() %}

with usage_events as (
    select * from {{ ref('int_llm_cost__usage_events') }}
),

tags as (
    select * from {{ ref('int_llm_cost__owner_mappings') }} where matched_column = 'team'
),

inherited_columns as (
    select matched_column from {{ ref('int_llm_cost__attribution_steps') }} where is_inherited
),

calls as (
    select
        {% for column in columns -%}
            usage_events.{{ column }},
        {% endfor -%}
        usage_events.team as tag,
        case when tags.match_value is not null then tags.owner else usage_events.team end as owner
    from usage_events
    -- grain: one interval of a tag holds at an instant
    left join tags
        on
            usage_events.team = tags.match_value
            and usage_events.occurred_at >= tags.valid_from
            and usage_events.occurred_at < tags.valid_to
    where {% for column in columns %}usage_events.{{ column }} is not null{{ ' or ' if not loop.last }}{% endfor %}
),

without_owner as (
    {% for column in columns -%}
        select distinct
            '{{ column }}' as matched_column,
            {{ column }} as match_value
        from calls
        where owner is null and {{ column }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

wanted as (
    select without_owner.*
    from without_owner
    -- grain: matched_column is unique in inherited_columns
    inner join inherited_columns on without_owner.matched_column = inherited_columns.matched_column
),

named as (
    {% for column in columns -%}
        select
            wanted.matched_column,
            wanted.match_value,
            calls.tag,
            calls.owner
        from calls
        -- grain: (matched_column, match_value) is unique in wanted
        inner join wanted on calls.{{ column }} = wanted.match_value and wanted.matched_column = '{{ column }}'
        where calls.owner is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    matched_column,
    match_value,
    min(tag) as tag
from named
group by matched_column, match_value
having min(owner) = max(owner)
