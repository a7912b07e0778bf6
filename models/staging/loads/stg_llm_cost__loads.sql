{{ config(materialized='table') }}

{#- Every load of raw rows that there is now: a file, or a part of a table. load_key is another when the load has changed, or the way it is
    read; what an earlier build has read under the same key stays as it is. -#}
{%- set sources = llm_cost.enabled_sources() %}
{%- set rows_read = llm_cost.built_relation('int_llm_cost__usage_rows') %}
{%- set days_read = llm_cost.built_relation('int_llm_cost__load_days') %}
{#- an engine that cannot replace rows cannot read the table that it is about to make either -#}
{%- set looked_at = llm_cost.built_relation('stg_llm_cost__loads') if llm_cost.follows_changes() %}
{%- set latest_time = llm_cost.hours_after(llm_cost.now_utc(), var('llm_cost_future_tolerance_hours', 24)) %}
{%- set unreadable = llm_cost.unreadable_loads() %}
{%- if rows_read and 'load_key' not in (adapter.get_columns_in_relation(rows_read) | map(attribute='name') | list) %}
    {{ exceptions.raise_compiler_error(rows_read ~ " was built by an earlier version of llm_cost, which read every log in each build. Run once with --full-refresh.") }}
{%- endif %}

-- depends_on: {{ ref('int_llm_cost__sealed_days') }}
with listed as (
    {% for source in sources -%}
        select
            '{{ source }}' as source_system,
            load_id,
            file_kind,
            load_stamp,
            is_settled
        from (
            {{ llm_cost.listed_loads(source) }}
        ) as loads
        {{ 'union all' if not loop.last }}
    {% endfor -%}
    {% if not sources -%}
        select
            cast(null as string) as source_system,
            cast(null as string) as load_id,
            cast(null as string) as file_kind,
            cast(null as string) as load_stamp,
            cast(null as boolean) as is_settled
        where false
    {%- endif %}
),

versions as (
    select {{ llm_cost.reading_version() }} as reading_version
),

whole_sources as (
    select
        source_system,
        sum(cast({{ llm_cost.hash64(['load_id', 'load_stamp']) }} as decimal(38, 0))) as loads_hash
    from listed
    where source_system in ('{{ llm_cost.formats_read_whole() | join("', '") }}')
    group by source_system
),

keyed as (
    select
        listed.source_system,
        listed.load_id,
        listed.file_kind,
        listed.load_stamp,
        listed.is_settled,
        {{ llm_cost.key64(['listed.source_system', 'listed.load_id', 'listed.load_stamp', 'whole_sources.loads_hash', 'versions.reading_version']) }} as settled_key
    from listed
    -- grain: one row
    cross join versions
    -- grain: source_system is unique in whole_sources
    left join whole_sources on listed.source_system = whole_sources.source_system
),

-- a call that was ahead of the clock and no longer is: the load is judged again
early_loads as (
    {% if days_read -%}
        select distinct load_key
        from {{ days_read }}
        where first_future_at <= {{ latest_time }}
    {%- else -%}
        select cast(null as bigint) as load_key where false
    {%- endif %}
),

rows_read as (
    {% if rows_read -%}
        select load_key from {{ rows_read }}
        union
        {{ llm_cost.read_and_dropped_loads() }}
    {%- else -%}
        select cast(null as bigint) as load_key where false
    {%- endif %}
),

-- formats that are read as a whole, and again as a whole while one of their loads may still change
moving_sources as (
    select distinct keyed.source_system
    from keyed
    -- grain: load_key is unique in early_loads
    left join early_loads on keyed.settled_key = early_loads.load_key
    where
        keyed.source_system in ('{{ llm_cost.formats_read_whole() | join("', '") }}')
        and (not keyed.is_settled or early_loads.load_key is not null)
),

-- what may change without a trace gets a key that no other build has
final as (
    select
        keyed.*,
        case
            when keyed.is_settled and early_loads.load_key is null and moving_sources.source_system is null then keyed.settled_key
            else {{ llm_cost.key64(['keyed.settled_key', llm_cost.build_id()]) }}
        end as load_key,
        {{ "keyed.load_id not in ('" ~ unreadable | map('replace', "'", "''") | join("', '") ~ "')" if unreadable else 'true' }}
        {%- if looked_at %}
            and not exists (
                select 1
                from {{ looked_at }} as looked_at
                where keyed.source_system = looked_at.source_system and keyed.load_id = looked_at.load_id and keyed.load_stamp = looked_at.load_stamp
                    and not looked_at.is_readable
            )
        {%- endif %} as is_readable
    from keyed
    -- grain: load_key is unique in early_loads
    left join early_loads on keyed.settled_key = early_loads.load_key
    -- grain: source_system is unique in moving_sources
    left join moving_sources on keyed.source_system = moving_sources.source_system
)

select
    final.source_system,
    final.load_id,
    final.file_kind,
    final.load_stamp,
    final.load_key,
    final.is_readable,
    final.is_readable and rows_read.load_key is null as is_to_read,
    {{ llm_cost.build_id() }} as build_id
from final
-- grain: load_key is unique in rows_read
left join rows_read on final.load_key = rows_read.load_key
