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

loads_read as (
    select
        load_key,
        source_system,
        load_id,
        max(utc_date) as last_date,
        max(read_sealed_until) as read_sealed_until
    from load_days
    group by load_key, source_system, load_id
),

-- what the rows were that were dropped with their days
sealed_rows as (
    select
        loads_read.source_system,
        loads_read.load_id,
        sealed.events,
        sealed.not_billable_events,
        sealed.duplicate_rows,
        sealed.billable_duplicates,
        sealed.wrapping_rows,
        sealed.rejected_wrapping_rows,
        sealed.billable_wrapping_rows
    from {{ ref('int_llm_cost__sealed_rows') }} as sealed
    -- grain: load_key is unique in loads_read. Rows that were sealed before the load was read again are past_retention there
    inner join loads_read on sealed.load_key = loads_read.load_key and sealed.utc_date > loads_read.read_sealed_until
),

fates as (
    select
        source_system,
        load_id,
        sum(rejected_rows) as rejected_rows,
        sum(past_retention_rows) as past_retention_rows,
        sum(not_billable_rows) as not_billable_rows,
        sum(not_a_call_rows) as not_a_call_rows,
        sum(rows_read - rejected_rows - not_billable_rows) as billable_rows
    from (
        select
            source_system,
            load_id,
            rows_read,
            rejected_rows,
            past_retention_rows,
            not_billable_rows,
            not_a_call_rows
        from load_days

        union all

        select
            source_system,
            load_id,
            0 as rows_read,
            case when reject_reason is not null then -1 else 0 end as rejected_rows,
            0 as past_retention_rows,
            case when not_billable_reason is not null then 0 else 1 end as not_billable_rows,
            1 as not_a_call_rows
        from wrapping_rows

        union all

        select
            source_system,
            load_id,
            0 as rows_read,
            -rejected_wrapping_rows as rejected_rows,
            0 as past_retention_rows,
            billable_wrapping_rows as not_billable_rows,
            wrapping_rows as not_a_call_rows
        from sealed_rows
    ) as judged
    group by source_system, load_id
),

-- rejected rows of sealed days are listed by the build that reads them only
loads as (
    select * from {{ ref('stg_llm_cost__loads') }}
),

dropped_rejects as (
    select
        load_days.source_system,
        load_days.load_id,
        load_days.rejected_rows
    from load_days
    -- grain: load_key is unique in each
    inner join loads on load_days.load_key = loads.load_key
    inner join loads_read on load_days.load_key = loads_read.load_key
    where not loads.is_to_read and coalesce(load_days.utc_date, loads_read.last_date) <= {{ llm_cost.sealed_until() }}
),

dropped as (
    select
        source_system,
        load_id,
        sum(events) as events,
        sum(not_billable_events) as not_billable_events,
        sum(rejected_rows) as rejected_rows
    from (
        select source_system, load_id, events, not_billable_events, -rejected_wrapping_rows as rejected_rows from sealed_rows
        union all
        select source_system, load_id, 0 as events, 0 as not_billable_events, rejected_rows from dropped_rejects
    ) as gone
    group by source_system, load_id
),

duplicates as (
    select
        source_system,
        load_id,
        cast(sum(duplicate_rows) as bigint) as duplicate_rows,
        cast(sum(billable_duplicates) as bigint) as billable_duplicates
    from (
        select
            source_system,
            load_id,
            1 as duplicate_rows,
            case when not_billable_reason is null then 1 else 0 end as billable_duplicates
        from repeated_calls
        where not is_event

        union all

        select
            source_system,
            load_id,
            duplicate_rows,
            billable_duplicates
        from sealed_rows
    ) as told_again
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
    cast(coalesce(fates.not_a_call_rows, 0) as bigint) as not_a_call_rows,
    cast(coalesce(fates.past_retention_rows, 0) as bigint) as past_retention_rows,
    cast(coalesce(dropped.events, 0) as bigint) as dropped_events,
    cast(coalesce(dropped.not_billable_events, 0) as bigint) as dropped_not_billable_events,
    cast(coalesce(dropped.rejected_rows, 0) as bigint) as dropped_rejected_rows
from raw_row_counts
-- grain: (source_system, load_id) is unique on each side
left join fates on raw_row_counts.source_system = fates.source_system and raw_row_counts.load_id = fates.load_id
left join dropped on raw_row_counts.source_system = dropped.source_system and raw_row_counts.load_id = dropped.load_id
left join duplicates on raw_row_counts.source_system = duplicates.source_system and raw_row_counts.load_id = duplicates.load_id
