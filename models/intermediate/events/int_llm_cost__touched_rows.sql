{{ config(materialized='table') }}

{#- Calls of the loads that have come, changed or gone since what calls say of each other was last found: by them the tables of repeated
    calls, wrapping spans and inherited owners know what to look at again. Empty where those are made anew. Grain: raw row that is a call. -#}
{%- set kept = [] %}
{%- for name in ['repeated_calls', 'wrapping_rows', 'inherited_owners'] if llm_cost.follows_changes() and llm_cost.built_relation('int_llm_cost__' ~ name) %}
    {%- do kept.append(name) %}
{%- endfor %}
{%- set settled = llm_cost.built_relation('int_llm_cost__settled_loads') %}
{%- set columns = 'load_key, source_system, call_group, trace_id, session_id' %}

with removed_rows as (
    select {{ columns }} from {{ ref('int_llm_cost__removed_rows') }}
),

new_loads as (
    select loads.load_key
    from {{ ref('stg_llm_cost__loads') }} as loads
    {% if settled -%}
        -- grain: load_key is unique on each side
        left join {{ settled }} as settled_loads on loads.load_key = settled_loads.load_key
        where settled_loads.load_key is null
    {%- endif %}
),

new_rows as (
    select {{ columns | replace('load_key', 'usage_rows.load_key') }}
    from {{ ref('int_llm_cost__usage_rows') }} as usage_rows
    -- grain: load_key is unique in new_loads
    inner join new_loads on usage_rows.load_key = new_loads.load_key
    where usage_rows.is_call and {{ 'true' if kept else 'false' }}
)

select {{ columns }} from removed_rows
union all
select {{ columns }} from new_rows
