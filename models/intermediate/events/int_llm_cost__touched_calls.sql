{{ config(materialized='table') }}

{#- The calls of which a row has come, changed or gone, and the days of all their rows: only key and day are looked up in the whole
    history. Grain: call_group × day; utc_date NULL beside the rows that are left, so that a call without any is listed too. -#}

with touched_groups as (
    select call_group
    from {{ ref('int_llm_cost__touched_rows') }}
    where call_group is not null
    {%- if llm_cost.enabled_sources() | select('in', llm_cost.sources_with_nested_calls()) | list %}

    union

    -- a span may have become one around another call, or no longer be one
    select usage_rows.call_group
    from {{ ref('int_llm_cost__usage_rows') }} as usage_rows
    where
        usage_rows.call_group is not null
        and usage_rows.source_system in ('{{ llm_cost.sources_with_nested_calls() | join("', '") }}')
        and usage_rows.trace_id in (select touched_traces.trace_id from {{ ref('int_llm_cost__touched_traces') }} as touched_traces)
    {%- endif %}
),

distinct_groups as (
    select distinct call_group from touched_groups
)

select
    call_group,
    cast(null as date) as utc_date,
    cast(0 as bigint) as call_rows
from distinct_groups

union all

select
    call_rows.call_group,
    call_rows.utc_date,
    count(*) as call_rows
from {{ ref('int_llm_cost__call_rows') }} as call_rows
-- grain: call_group is unique in distinct_groups
inner join distinct_groups on call_rows.call_group = distinct_groups.call_group
group by call_rows.call_group, call_rows.utc_date
