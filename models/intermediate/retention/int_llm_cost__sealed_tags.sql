{{ config(materialized='incremental', incremental_strategy='append', full_refresh=false, on_schema_change='append_new_columns') }}

{#- The team tags of calls on sealed days: what a tag of several teams stands for must be known as long as the rollups of those days are there. A
    log: a full refresh keeps it. Grain: tag. -#}
{%- set usage_rows = llm_cost.built_relation('int_llm_cost__usage_rows', is_log=true) %}
{%- set last = llm_cost.last_sealed() if usage_rows %}

-- depends_on: {{ ref('int_llm_cost__sealed_days') }}
{% if last -%}
select distinct usage_rows.team as tag
from {{ usage_rows }} as usage_rows
{%- if is_incremental() %}
-- grain: tag is unique in the log
left join {{ this }} as logged on usage_rows.team = logged.tag
{%- endif %}
where
    usage_rows.utc_date <= {{ last }} and usage_rows.call_group is not null and usage_rows.team is not null
    {%- if is_incremental() %}
    and logged.tag is null
    {%- endif %}
{%- else -%}
select cast(null as string) as tag where false
{%- endif %}
