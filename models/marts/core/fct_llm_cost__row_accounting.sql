{#- Where every raw row went, per source and load: raw rows = billable events + duplicates + rejected + not billable. -#}

with raw_row_counts as (
    select * from {{ ref('int_llm_cost__raw_row_counts') }}
),

usage_rows as (
    select * from {{ ref('int_llm_cost__usage_rows') }}
),

repeated_calls as (
    select * from {{ ref('int_llm_cost__repeated_calls') }}
),

fates as (
    select
        source_system,
        load_id,
        count(case when reject_reason is not null then 1 end) as rejected_rows,
        count(case when reject_reason is null and not_billable_reason is not null then 1 end) as not_billable_rows,
        count(case when reject_reason is null and not_billable_reason = 'not_a_call' then 1 end) as not_a_call_rows,
        count(case when reject_reason is null and not_billable_reason is null then 1 end) as billable_rows
    from usage_rows
    group by source_system, load_id
),

duplicates as (
    select
        source_system,
        load_id,
        count(*) as duplicate_rows,
        count(case when not_billable_reason is null then 1 end) as billable_duplicates
    from repeated_calls
    where not is_event
    group by source_system, load_id
)

select
    raw_row_counts.source_system,
    raw_row_counts.load_id,
    raw_row_counts.raw_rows,
    coalesce(fates.billable_rows, 0) - coalesce(duplicates.billable_duplicates, 0) as billable_events,
    coalesce(duplicates.duplicate_rows, 0) as duplicate_rows,
    coalesce(fates.rejected_rows, 0) + case when raw_row_counts.is_unreadable then 1 else 0 end as rejected_rows,
    coalesce(fates.not_billable_rows, 0) - (coalesce(duplicates.duplicate_rows, 0) - coalesce(duplicates.billable_duplicates, 0))
        as not_billable_rows,
    coalesce(fates.not_a_call_rows, 0) as not_a_call_rows
from raw_row_counts
-- grain: (source_system, load_id) is unique on each side
left join fates on raw_row_counts.source_system = fates.source_system and raw_row_counts.load_id = fates.load_id
left join duplicates on raw_row_counts.source_system = duplicates.source_system and raw_row_counts.load_id = duplicates.load_id
