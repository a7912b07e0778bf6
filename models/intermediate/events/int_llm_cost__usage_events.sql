{#- The usage event contract: one row per attempt that reached a provider or failed to, billable or not. -#}
{%- set columns = llm_cost.event_columns() %}

with call_rows as (
    select * from {{ ref('int_llm_cost__call_rows') }}
),

repeated_calls as (
    select * from {{ ref('int_llm_cost__repeated_calls') }}
),

repeated_groups as (
    select distinct call_group as repeated_group from {{ ref('int_llm_cost__repeated_calls') }}
),

shared_calls as (
    select * from {{ ref('int_llm_cost__shared_calls') }}
),

sub_calls as (
    select * from {{ ref('int_llm_cost__sub_calls') }}
)

select
    {{ llm_cost.event_id() }} as event_id,
    utc_date,
    {{ columns | join(',\n    ') | replace('merged_from', 'cast(null as string) as merged_from') }}
from call_rows
-- grain: repeated_group is unique; only calls that were told once are left
left join repeated_groups on call_rows.call_group = repeated_groups.repeated_group
where repeated_groups.repeated_group is null

union all

-- the first time of a call that was told more than once
select
    event_id,
    event_date as utc_date,
    {{ columns | join(',\n    ') | replace('occurred_at', 'first_occurred_at as occurred_at') | replace('merged_from', 'cast(null as string) as merged_from') }}
from repeated_calls
where is_event and not is_shared

union all

-- what several formats tell of
select
    event_id,
    utc_date,
    {{ columns | join(',\n    ') }}
from shared_calls

union all

select
    event_id,
    utc_date,
    {{ columns | join(',\n    ') | replace('merged_from', 'cast(null as string) as merged_from') }}
from sub_calls
