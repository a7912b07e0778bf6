{{ config(materialized='incremental', incremental_strategy='append', full_refresh=false, on_schema_change='append_new_columns') }}

{#- What rows that are dropped with their sealed days said of each other, as far as row accounting needs it: repeats of a call, spans around
    a call. It is told before they go. A log: a full refresh keeps it. Grain: load_key × utc_date. -#}
{%- set repeated_calls = llm_cost.built_relation('int_llm_cost__repeated_calls', is_log=true) %}
{%- set wrapping_rows = llm_cost.built_relation('int_llm_cost__wrapping_rows', is_log=true) %}

-- depends_on: {{ ref('int_llm_cost__sealed_days') }}
{% if repeated_calls and wrapping_rows -%}
with dropped_calls as (
    {{ llm_cost.dropped_calls(repeated_calls, llm_cost.sealed_until()) }}
),

call_ends as (
    select
        repeated_calls.call_group,
        max(case when repeated_calls.is_event then repeated_calls.event_date end) as utc_date
    from {{ repeated_calls }} as repeated_calls
    where repeated_calls.call_group in (select dropped_calls.call_group from dropped_calls)
    group by repeated_calls.call_group
),

told as (
    select
        repeated_calls.load_key,
        call_ends.utc_date,
        1 as duplicate_rows,
        case when repeated_calls.not_billable_reason is null then 1 else 0 end as billable_duplicates,
        0 as wrapping_rows,
        0 as rejected_wrapping_rows,
        0 as billable_wrapping_rows
    from {{ repeated_calls }} as repeated_calls
    -- grain: call_group is unique in call_ends
    inner join call_ends on repeated_calls.call_group = call_ends.call_group
    where not repeated_calls.is_event

    union all

    select
        load_key,
        utc_date,
        0 as duplicate_rows,
        0 as billable_duplicates,
        1 as wrapping_rows,
        case when reject_reason is not null then 1 else 0 end as rejected_wrapping_rows,
        case when not_billable_reason is null then 1 else 0 end as billable_wrapping_rows
    from {{ wrapping_rows }}
    where utc_date <= {{ llm_cost.sealed_until() }}
)

select
    load_key,
    utc_date,
    cast(sum(duplicate_rows) as bigint) as duplicate_rows,
    cast(sum(billable_duplicates) as bigint) as billable_duplicates,
    cast(sum(wrapping_rows) as bigint) as wrapping_rows,
    cast(sum(rejected_wrapping_rows) as bigint) as rejected_wrapping_rows,
    cast(sum(billable_wrapping_rows) as bigint) as billable_wrapping_rows
from told
{%- if is_incremental() %}
-- told once, also when a build breaks before the rows are dropped
where utc_date > (select coalesce(max(logged.utc_date), cast('1900-01-01' as date)) from {{ this }} as logged)
{%- endif %}
group by load_key, utc_date
{%- else -%}
select
    cast(null as bigint) as load_key,
    cast(null as date) as utc_date,
    cast(null as bigint) as duplicate_rows,
    cast(null as bigint) as billable_duplicates,
    cast(null as bigint) as wrapping_rows,
    cast(null as bigint) as rejected_wrapping_rows,
    cast(null as bigint) as billable_wrapping_rows
where false
{%- endif %}
