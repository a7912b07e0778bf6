{{ config(materialized='incremental', incremental_strategy='append', full_refresh=false, on_schema_change='append_new_columns') }}

{#- UTC days whose request-level rows are dropped from this build on, with what their rollups must hold for good. A day is sealed when it is older
    than llm_cost_request_retention_days and an earlier build has taken it through all rollups. A log: a full refresh keeps it. Grain: utc_date. -#}
{%- set days = llm_cost.retention_days() %}
{%- set finished = llm_cost.built_relation('int_llm_cost__finished_days', is_log=true) if days is not none %}
{%- set loads = llm_cost.built_relation('stg_llm_cost__loads', is_log=true) %}

{% if finished and loads -%}
select
    utc_date,
    events,
    total_cost_usd,
    {{ llm_cost.build_started_at() }} as sealed_at,
    {{ llm_cost.build_id() }} as run_id
from {{ finished }}
where
    utc_date < cast('{{ (run_started_at - modules.datetime.timedelta(days=days)).strftime("%Y-%m-%d") }}' as date)
    -- the last build that read logs broke: a day may have rows that no rollup has
    and build_id in (select loads.build_id from {{ loads }} as loads)
    {%- if is_incremental() %}
    and utc_date > (select coalesce(max(sealed.utc_date), cast('1900-01-01' as date)) from {{ this }} as sealed)
    {%- endif %}
{%- else -%}
select
    cast(null as date) as utc_date,
    cast(null as bigint) as events,
    cast(null as decimal(28, 12)) as total_cost_usd,
    {{ llm_cost.build_started_at() }} as sealed_at,
    {{ llm_cost.build_id() }} as run_id
where false
{%- endif %}
