{{ config(materialized='table') }}

{#- Rows that int_llm_cost__usage_rows is about to drop, because their load is gone or has changed: what else they had a say in must be found
    anew. They stay listed until a build that listed them has done that (int_llm_cost__settled_loads), through any number of broken builds.
    Empty where everything is found anew in each build. Grain: raw row that is a call. -#}
{%- set rows_read = llm_cost.built_relation('int_llm_cost__usage_rows') if llm_cost.follows_changes() %}
{%- set listed = llm_cost.built_relation('int_llm_cost__removed_rows') if llm_cost.follows_changes() %}
{%- set settled = llm_cost.built_relation('int_llm_cost__settled_loads') if llm_cost.follows_changes() %}
{%- set columns = 'load_key, source_system, call_group, trace_id, session_id' %}
{%- set conditions = [] %}
{%- if settled %}
    {%- do conditions.append('build_id not in (select settled_loads.build_id from ' ~ settled ~ ' as settled_loads)') %}
{%- endif %}
{#- a load that is about to be dropped (again) is listed above; one that has come back meanwhile is not -#}
{%- if rows_read %}
    {%- do conditions.append('load_key not in (select load_key from dropped_loads)') %}
{%- endif %}
{%- set build = llm_cost.build_id() ~ ' as build_id' %}

with loads as (
    select load_key from {{ ref('stg_llm_cost__loads') }}
),

{% if rows_read -%}
dropped_loads as (
    {{ llm_cost.stale_loads(rows_read) }}
),

{% endif -%}
nothing as (
    select
        cast(null as bigint) as load_key,
        cast(null as string) as source_system,
        {{ llm_cost.hash64(["''"]) }} as call_group,
        cast(null as string) as trace_id,
        cast(null as string) as session_id
    from loads
    where false
)

select {{ columns }}, {{ build }}
from nothing
{%- if rows_read %}

union all

select {{ columns }}, {{ build }}
from {{ rows_read }}
-- mostly no load is gone, and then no row is read
where is_call and load_key in (select load_key from dropped_loads)
{%- endif %}
{%- if listed %}

union all

select {{ columns }}, {{ build }}
from {{ listed }}
{%- if conditions %}
where
    {{ conditions | join('\n    and ') }}
{%- endif %}
{%- endif %}
