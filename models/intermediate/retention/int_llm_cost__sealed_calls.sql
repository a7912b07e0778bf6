{{ config(materialized='incremental', incremental_strategy='append', full_refresh=false, on_schema_change='append_new_columns', post_hook="{{ llm_cost.drop_sealed('last_told_date') }}") }}

{#- Calls of sealed days that were told again on a later day: when that row is read once more, it is no call of its day. A log: a full refresh
    keeps it, until the day of that row is sealed too. Grain: call_group. -#}
{%- set repeated_calls = llm_cost.built_relation('int_llm_cost__repeated_calls', is_log=true) %}
{%- set last = llm_cost.last_sealed() if repeated_calls %}

-- depends_on: {{ ref('int_llm_cost__sealed_days') }}
{% if last -%}
select
    repeated_calls.call_group,
    max(repeated_calls.utc_date) as last_told_date
from {{ repeated_calls }} as repeated_calls
where
    repeated_calls.call_group in ({{ llm_cost.dropped_calls(repeated_calls, last) }})
    {%- if is_incremental() %}
    and repeated_calls.call_group not in (select logged.call_group from {{ this }} as logged where logged.last_told_date > {{ last }})
    {%- endif %}
group by repeated_calls.call_group
having max(repeated_calls.utc_date) > {{ last }}
{%- else -%}
select
    {{ llm_cost.hash64(["''"]) }} as call_group,
    cast(null as date) as last_told_date
where false
{%- endif %}
