{#- Where every raw row went, per source and load: raw rows = billable events + duplicates + rejected + not billable. -#}

with raw_row_counts as (
    select * from {{ ref('int_llm_cost__raw_row_counts') }}
),

load_days as (
    select * from {{ ref('int_llm_cost__load_days') }}
),

-- a span around another call was read as a call of its own; it is none
wrapping_rows as (
    select * from {{ ref('int_llm_cost__wrapping_rows') }}
),

repeated_calls as (
    select * from {{ ref('int_llm_cost__repeated_calls') }}
),

fates as (
    select
        source_system,
        load_id,
        sum(rejected_rows) as rejected_rows,
        sum(not_billable_rows) as not_billable_rows,
        sum(not_a_call_rows) as not_a_call_rows,
        sum(rows_read - rejected_rows - not_billable_rows) as billable_rows
    from (
        select
            source_system,
            load_id,
            rows_read,
            rejected_rows,
            not_billable_rows,
            not_a_call_rows
        from load_days

        union all

        select
            source_system,
            load_id,
            0 as rows_read,
            case when reject_reason is not null then -1 else 0 end as rejected_rows,
            case when not_billable_reason is not null then 0 else 1 end as not_billable_rows,
            1 as not_a_call_rows
        from wrapping_rows
    ) as judged
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
    cast(coalesce(fates.billable_rows, 0) - coalesce(duplicates.billable_duplicates, 0) as bigint) as billable_events,
    coalesce(duplicates.duplicate_rows, 0) as duplicate_rows,
    cast(coalesce(fates.rejected_rows, 0) + case when raw_row_counts.is_unreadable then 1 else 0 end as bigint) as rejected_rows,
    cast(coalesce(fates.not_billable_rows, 0) - (coalesce(duplicates.duplicate_rows, 0) - coalesce(duplicates.billable_duplicates, 0)) as bigint)
        as not_billable_rows,
    cast(coalesce(fates.not_a_call_rows, 0) as bigint) as not_a_call_rows
from raw_row_counts
-- grain: (source_system, load_id) is unique on each side
left join fates on raw_row_counts.source_system = fates.source_system and raw_row_counts.load_id = fates.load_id
left join duplicates on raw_row_counts.source_system = duplicates.source_system and raw_row_counts.load_id = duplicates.load_id
