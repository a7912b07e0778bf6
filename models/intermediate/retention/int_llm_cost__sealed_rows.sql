{{ config(materialized='incremental', incremental_strategy='append', full_refresh=false, on_schema_change='append_new_columns') }}

{#- What the rows that are about to be dropped with their sealed days were, as far as row accounting needs it: events, repeats of a call, spans
    around a call. A log: a full refresh keeps it. Grain: load_key × utc_date. -#}
{%- set counts = ['events', 'not_billable_events', 'duplicate_rows', 'billable_duplicates', 'wrapping_rows', 'rejected_wrapping_rows', 'billable_wrapping_rows'] %}
{%- set built = {} %}
{%- for name in ['usage_rows', 'repeated_calls', 'wrapping_rows'] %}
    {%- do built.update({name: llm_cost.built_relation('int_llm_cost__' ~ name, is_log=true)}) %}
{%- endfor %}
{%- set last = llm_cost.last_sealed() if built.usage_rows and built.repeated_calls and built.wrapping_rows %}

-- depends_on: {{ ref('int_llm_cost__sealed_days') }}
{% if last -%}
with call_ends as (
    select
        repeated_calls.call_group,
        max(case when repeated_calls.is_event then repeated_calls.event_date end) as utc_date
    from {{ built.repeated_calls }} as repeated_calls
    where repeated_calls.call_group in ({{ llm_cost.dropped_calls(built.repeated_calls, last) }})
    group by repeated_calls.call_group
),

wrapping_rows as (
    select * from {{ built.wrapping_rows }} where utc_date <= {{ last }}
),

dropped as (
    -- calls that were told once
    select
        usage_rows.load_key,
        usage_rows.utc_date,
        case when usage_rows.not_billable_reason is null then 1 else 0 end as events,
        case when usage_rows.not_billable_reason is null then 0 else 1 end as not_billable_events,
        {% for count in counts[2:] -%}
            0 as {{ count }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ built.usage_rows }} as usage_rows
    where
        usage_rows.utc_date <= {{ last }}
        and usage_rows.call_group is not null
        and not exists (select 1 from {{ built.repeated_calls }} as repeated_calls where repeated_calls.call_group = usage_rows.call_group)
        and not exists (
            select 1
            from wrapping_rows
            where wrapping_rows.load_key = usage_rows.load_key
                and wrapping_rows.call_group = usage_rows.call_group
                and wrapping_rows.request_id = usage_rows.request_id
        )

    union all

    select
        repeated_calls.load_key,
        call_ends.utc_date,
        case when repeated_calls.is_event and repeated_calls.not_billable_reason is null then 1 else 0 end as events,
        case when repeated_calls.is_event and repeated_calls.not_billable_reason is not null then 1 else 0 end as not_billable_events,
        case when repeated_calls.is_event then 0 else 1 end as duplicate_rows,
        case when not repeated_calls.is_event and repeated_calls.not_billable_reason is null then 1 else 0 end as billable_duplicates,
        0 as wrapping_rows,
        0 as rejected_wrapping_rows,
        0 as billable_wrapping_rows
    from {{ built.repeated_calls }} as repeated_calls
    -- grain: call_group is unique in call_ends
    inner join call_ends on repeated_calls.call_group = call_ends.call_group

    union all

    select
        load_key,
        utc_date,
        0 as events,
        0 as not_billable_events,
        0 as duplicate_rows,
        0 as billable_duplicates,
        1 as wrapping_rows,
        case when reject_reason is not null then 1 else 0 end as rejected_wrapping_rows,
        case when not_billable_reason is null then 1 else 0 end as billable_wrapping_rows
    from wrapping_rows
)

select
    load_key,
    utc_date,
    {% for count in counts -%}
        cast(sum({{ count }}) as bigint) as {{ count }}{{ ',' if not loop.last }}
    {% endfor %}
from dropped
{%- if is_incremental() %}
-- told once, also when a build breaks before the rows are dropped
where utc_date > (select coalesce(max(logged.utc_date), cast('1900-01-01' as date)) from {{ this }} as logged)
{%- endif %}
group by load_key, utc_date
{%- else -%}
select
    cast(null as bigint) as load_key,
    cast(null as date) as utc_date,
    {% for count in counts -%}
        cast(null as bigint) as {{ count }}{{ ',' if not loop.last }}
    {% endfor %}
where false
{%- endif %}
