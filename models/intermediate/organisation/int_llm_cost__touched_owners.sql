{{ config(materialized='table') }}

{#- The traces and sessions whose calls may have come to inherit another team: all of them after a change of the organisation. Only hashes are
    looked up in the whole history. Empty where int_llm_cost__inherited_owners is made anew. Calls and tags are read at each place anew: of
    a CTE used twice DuckDB stores the columns of the whole history. Grain: matched_column × match_value. -#}
{%- set columns = llm_cost.inheritable_columns() %}
{%- set settled = llm_cost.built_relation('int_llm_cost__settled_loads') %}
{%- set inherited = llm_cost.built_relation('int_llm_cost__inherited_owners') if llm_cost.follows_changes() %}

-- depends_on: {{ ref('int_llm_cost__touched_rows') }}
-- depends_on: {{ ref('int_llm_cost__call_rows') }}
-- depends_on: {{ ref('int_llm_cost__load_tags') }}
-- depends_on: {{ ref('int_llm_cost__repeated_calls') }}
-- depends_on: {{ ref('int_llm_cost__touched_calls') }}
-- depends_on: {{ ref('int_llm_cost__owner_mappings') }}
-- depends_on: {{ ref('int_llm_cost__organisation_version') }}
{%- if not inherited %}
    {{ llm_cost.no_rows({'owner_key': 'bigint', 'matched_column': 'string', 'match_value': 'string', 'has_ownerless_calls': 'boolean'}) }}
{%- else %}

with touched_rows as (
    select * from {{ ref('int_llm_cost__touched_rows') }}
),

tags_of_nobody as (
    select match_value from {{ ref('int_llm_cost__owner_mappings') }} where matched_column = 'team' and owner is null
),

-- whether the organisation is still the one by which teams were inherited
changed_organisation as (
    select organisation_version.organisation_hash
    from {{ ref('int_llm_cost__organisation_version') }} as organisation_version
    {%- if settled %}
    where organisation_version.organisation_hash not in (select settled_loads.organisation_hash from {{ settled }} as settled_loads)
    {%- endif %}
),

touched as (
    {% for column in columns -%}
        select
            '{{ column }}' as matched_column,
            {{ column }} as match_value
        from touched_rows
        where {{ column }} is not null

        union

        -- another row of a touched call may be the one that counts now
        select
            '{{ column }}' as matched_column,
            call_rows.{{ column }} as match_value
        from {{ ref('int_llm_cost__call_rows') }} as call_rows
        where
            call_rows.{{ column }} is not null
            and call_rows.call_group in (select touched_calls.call_group from {{ ref('int_llm_cost__touched_calls') }} as touched_calls)
            {{ llm_cost.dates_among('call_rows.utc_date', 'select utc_date from ' ~ ref('int_llm_cost__touched_calls') ~ ' where utc_date is not null') }}

        union

        select
            '{{ column }}' as matched_column,
            call_rows.{{ column }} as match_value
        from {{ ref('int_llm_cost__call_rows') }} as call_rows
        -- grain: one row, or none and then nothing is read
        inner join changed_organisation on call_rows.{{ column }} is not null and changed_organisation.organisation_hash is not null
        {{ 'union' if not loop.last }}
    {% endfor -%}

        union

        select
            inherited_owners.matched_column,
            inherited_owners.match_value
        from {{ inherited }} as inherited_owners
        -- grain: one row, or none
        cross join changed_organisation
),

keyed as (
    select
        {{ llm_cost.key64(['matched_column', 'match_value']) }} as owner_key,
        matched_column,
        match_value
    from touched
),

without_owner as (
    select keyed.*
    from keyed
    -- grain: a row a load, day and team, made one by the union
    inner join {{ ref('int_llm_cost__load_tags') }} as load_tags on keyed.owner_key = load_tags.owner_key
    where load_tags.team is null

    union

    select keyed.*
    from tags_of_nobody
    -- grain: as above
    inner join {{ ref('int_llm_cost__load_tags') }} as load_tags on tags_of_nobody.match_value = load_tags.team
    inner join keyed on load_tags.owner_key = keyed.owner_key

    {% for column in columns -%}
        union

        -- a call of several logs may have the team of one row and the trace of another
        select keyed.*
        from keyed
        -- grain: the rows of a call, made one by the union
        inner join {{ ref('int_llm_cost__repeated_calls') }} as repeated_calls
            on keyed.match_value = repeated_calls.{{ column }} and keyed.matched_column = '{{ column }}'
        where repeated_calls.is_shared
    {% endfor %}
)

select
    keyed.owner_key,
    keyed.matched_column,
    keyed.match_value,
    without_owner.owner_key is not null as has_ownerless_calls
from keyed
-- grain: owner_key is unique in without_owner
left join without_owner on keyed.owner_key = without_owner.owner_key
{%- endif %}
