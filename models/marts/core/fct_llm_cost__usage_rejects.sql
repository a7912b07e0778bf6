{#- Raw rows that could not be read or cannot be right, with where to find them. No content passes: the usage part only. -#}

with usage_rows as (
    select * from {{ ref('int_llm_cost__usage_rows') }} where reject_reason is not null
),

load_starts as (
    select
        load_key,
        min(first_position) as first_position
    from {{ ref('int_llm_cost__load_days') }}
    group by load_key
),

-- a span around another call is no call, whatever it lacks
wrapping_rows as (
    select * from {{ ref('int_llm_cost__wrapping_rows') }} where reject_reason is not null
),

raw_row_counts as (
    select * from {{ ref('int_llm_cost__raw_row_counts') }}
)

select
    usage_rows.source_system,
    usage_rows.load_id,
    usage_rows.row_position - load_starts.first_position + 1 as line_number,
    case when usage_rows.reject_reason not in ('malformed_json', 'not_an_object') then coalesce(usage_rows.call_key, usage_rows.response_id) end as record_key,
    usage_rows.reject_reason,
    usage_rows.occurred_at,
    usage_rows.loaded_at,
    usage_rows.provider,
    coalesce(usage_rows.model_served, usage_rows.model_requested) as model,
    usage_rows.team,
    usage_rows.rejected_usage as usage
from usage_rows
-- grain: load_key is unique in load_starts
inner join load_starts on usage_rows.load_key = load_starts.load_key
where not exists (
    select 1 from wrapping_rows
    where wrapping_rows.load_key = usage_rows.load_key and wrapping_rows.request_id = usage_rows.request_id and wrapping_rows.trace_key = {{ llm_cost.key64(['usage_rows.source_system', 'usage_rows.trace_id']) }}
)

union all

-- a file of some size from which no row could be read
select
    source_system,
    load_id,
    cast(null as bigint) as line_number,
    cast(null as string) as record_key,
    'unreadable_file' as reject_reason,
    cast(null as timestamp) as occurred_at,
    cast(null as timestamp) as loaded_at,
    cast(null as string) as provider,
    cast(null as string) as model,
    cast(null as string) as team,
    cast(null as string) as usage
from raw_row_counts
where is_unreadable
