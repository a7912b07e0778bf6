{{ config(**llm_cost.by_touched('int_llm_cost__touched_owners', 'owner_key', "llm_cost.drop_sealed('last_date')")) }}

{#- The traces and sessions that have both calls that name a team and calls that do not, and whose teams are one: the tag that the
    others inherit, and from when to when they are. Grain: matched_column × match_value. -#}
{%- set columns = llm_cost.inheritable_columns() %}

-- what belongs to sealed days leaves it: depends_on: {{ ref('int_llm_cost__sealed_days') }}
-- read in an increment: depends_on: {{ ref('int_llm_cost__touched_owners') }}
with usage_events as (
    {% if is_incremental() -%}
        select usage_events.*
        from {{ ref('int_llm_cost__usage_events') }} as usage_events
        -- grain: utc_date is unique; no row, and nothing is read, where no touched trace has a call without a team
        inner join (
            select distinct touched_owners.utc_date
            from {{ ref('int_llm_cost__touched_owners') }} as touched_owners
            where touched_owners.utc_date is not null
        ) as days on usage_events.utc_date = days.utc_date
    {%- else -%}
        select * from {{ ref('int_llm_cost__usage_events') }}
    {%- endif %}
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
        usage_events.utc_date,
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
        select
            '{{ column }}' as matched_column,
            {{ column }} as match_value,
            min(utc_date) as first_date,
            max(utc_date) as last_date
        from calls
        where
            owner is null and {{ column }} is not null
            {%- if is_incremental() %}
            and {{ column }} in (
                select touched_owners.match_value
                from {{ ref('int_llm_cost__touched_owners') }} as touched_owners
                where touched_owners.matched_column = '{{ column }}' and touched_owners.utc_date is not null
            )
            {%- endif %}
        group by {{ column }}
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
            wanted.first_date,
            wanted.last_date,
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
    {{ llm_cost.key64(['matched_column', 'match_value']) }} as owner_key,
    matched_column,
    match_value,
    min(tag) as tag,
    first_date,
    last_date
from named
group by matched_column, match_value, first_date, last_date
having min(owner) = max(owner)
