{{ config(**llm_cost.by_touched('int_llm_cost__touched_owners', 'owner_key', "llm_cost.drop_sealed('last_date')", 'llm_cost.unsettle_organisation()')) }}

{#- The traces and sessions that have both calls that name a team and calls that do not, and whose teams are one: the tag that the
    others inherit, and from when to when they are. Grain: matched_column × match_value. #}
{%- set columns = llm_cost.inheritable_columns() %}
{#- no day, and nothing is read, where no touched trace has a call without a team -#}
{%- set touched_days -%}
    select utc_date from {{ ref('int_llm_cost__touched_owner_days') }}
{%- endset %}
{#- read at each place anew: of a CTE used twice DuckDB stores the columns of the whole history -#}
{%- set usage_events -%}
    {%- if is_incremental() -%}
        (
            select usage_events.*
            from {{ ref('int_llm_cost__usage_events') }} as usage_events
            {{ llm_cost.only_dates('usage_events.utc_date', touched_days, 'where') }}
        )
    {%- else -%}
        {{ ref('int_llm_cost__usage_events') }}
    {%- endif -%}
{%- endset %}

-- what belongs to sealed days leaves it: depends_on: {{ ref('int_llm_cost__sealed_days') }}
-- by which organisation it is made: depends_on: {{ ref('int_llm_cost__organisation_version') }}
-- read in an increment: depends_on: {{ ref('int_llm_cost__touched_owners') }}
-- read in an increment: depends_on: {{ ref('int_llm_cost__touched_owner_days') }}
with tags as (
    select * from {{ ref('int_llm_cost__owner_mappings') }} where matched_column = 'team'
),

inherited_columns as (
    select matched_column from {{ ref('int_llm_cost__attribution_steps') }} where is_inherited
),
{%- if is_incremental() %}

touched_values as (
    select * from {{ ref('int_llm_cost__touched_owners') }} where has_ownerless_calls
),
{%- endif %}

calls_without_owner as (
    select {{ columns | join(', ') }}, utc_date
    from {{ usage_events }} as usage_events
    where team is null

    union all

    select {% for column in columns %}usage_events.{{ column }}, {% endfor %}usage_events.utc_date
    from {{ usage_events }} as usage_events
    -- grain: one interval of a tag holds at an instant
    inner join tags
        on
            usage_events.team = tags.match_value
            and usage_events.occurred_at >= tags.valid_from
            and usage_events.occurred_at < tags.valid_to
    where tags.owner is null
),

without_owner as (
    {% for column in columns -%}
        select
            '{{ column }}' as matched_column,
            {{ column }} as match_value,
            min(utc_date) as first_date,
            max(utc_date) as last_date
        from calls_without_owner
        where
            {{ column }} is not null
            {%- if is_incremental() %}
            and {{ column }} in (select touched_values.match_value from touched_values where touched_values.matched_column = '{{ column }}')
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
            wanted.*,
            calls.team as tag,
            case when tags.match_value is not null then tags.owner else calls.team end as owner
        from {{ usage_events }} as calls
        -- grain: (matched_column, match_value) is unique in wanted
        inner join wanted on calls.{{ column }} = wanted.match_value and wanted.matched_column = '{{ column }}'
        -- grain: one interval of a tag holds at an instant
        left join tags on calls.team = tags.match_value and calls.occurred_at >= tags.valid_from and calls.occurred_at < tags.valid_to
        where calls.team is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    {{ llm_cost.key64(['matched_column', 'match_value']) }} as owner_key,
    matched_column,
    match_value,
    min(tag) as tag,
    min(first_date) as first_date,
    max(last_date) as last_date
from named
where owner is not null
group by matched_column, match_value
having min(owner) = max(owner)
