{{ config(**llm_cost.by_load(reads_raw=false)) }}

{#- What int_llm_cost__usage_rows holds of each load and day, so that no later model goes over the rows again: how many rows met which fate,
    and a sum of hashes of the calls, in which their order does not count. Grain: load_key × utc_date (NULL: rows without a time). -#}

with loads as (
    {{ llm_cost.new_loads() }}
),

usage_rows as (
    select
        *,
        {{ llm_cost.hash64((llm_cost.event_columns() | reject('equalto', 'merged_from') | list) + ['call_key', 'has_usage', 'sub_calls']) }} as row_hash
    from {{ ref('int_llm_cost__usage_rows') }}
)

select
    usage_rows.load_key,
    usage_rows.source_system,
    usage_rows.load_id,
    usage_rows.utc_date,
    count(*) as rows_read,
    count(usage_rows.call_group) as call_rows,
    count(usage_rows.reject_reason) as rejected_rows,
    count(case when usage_rows.reject_reason = 'past_retention' then 1 end) as past_retention_rows,
    min(case when usage_rows.reject_reason = 'future_timestamp' then usage_rows.occurred_at end) as first_future_at,
    count(usage_rows.not_billable_reason) as not_billable_rows,
    count(case when usage_rows.not_billable_reason = 'not_a_call' then 1 end) as not_a_call_rows,
    min(usage_rows.row_position) as first_position,
    -- rows up to this day count as past_retention here, rows of days that are sealed later as dropped (int_llm_cost__sealed_rows)
    {{ llm_cost.sealed_until() }} as read_sealed_until,
    sum(case when usage_rows.call_group is not null then cast(usage_rows.row_hash as decimal(38, 0)) end) as calls_hash
from usage_rows
-- grain: load_key is unique in loads
inner join loads on usage_rows.load_key = loads.load_key
group by usage_rows.load_key, usage_rows.source_system, usage_rows.load_id, usage_rows.utc_date
