{{ config(materialized='table') }}

{#- Every UTC day that has calls, with a fingerprint of them: the rows of all loads, what rows of other days say of them, and the package's
    own logic. What is made from the day's events alone is rebuilt when it changes. Grain: utc_date. -#}

with load_days as (
    select * from {{ ref('int_llm_cost__load_days') }}
),

repeated_calls as (
    select
        call_group,
        is_shared,
        is_event,
        utc_date,
        event_date,
        {{ llm_cost.hash64(['row_hash', 'is_event', 'event_date']) }} as part
    from {{ ref('int_llm_cost__repeated_calls') }}
),

shared_days as (
    select distinct
        call_group,
        event_date
    from repeated_calls
    where is_shared and is_event
),

parts as (
    select
        utc_date,
        calls_hash as part
    from load_days
    where call_rows > 0

    union all

    -- a row that is told again belongs to its own day and to that of the event
    select
        utc_date,
        cast(part as decimal(38, 0)) as part
    from repeated_calls

    union all

    select
        event_date as utc_date,
        cast(part as decimal(38, 0)) as part
    from repeated_calls
    where utc_date <> event_date

    union all

    -- and one of several formats to the day of the format that counts
    select
        shared_days.event_date as utc_date,
        cast(repeated_calls.part as decimal(38, 0)) as part
    from repeated_calls
    -- grain: the days of the events of one call
    inner join shared_days on repeated_calls.call_group = shared_days.call_group
    where repeated_calls.is_shared

    union all

    select
        utc_date,
        cast({{ llm_cost.hash64(['call_group', 'request_id']) }} as decimal(38, 0)) as part
    from {{ ref('int_llm_cost__wrapping_rows') }}
    where call_group is not null
),

summed as (
    select
        utc_date,
        sum(part) as parts_hash
    from parts
    -- of sealed days nothing is made any more
    where utc_date > {{ llm_cost.sealed_until() }}
    group by utc_date
)

select
    utc_date,
    {{ llm_cost.key64([
        "'" ~ llm_cost.package_logic() ~ "'", "'" ~ var('llm_cost_reporting_timezone', 'UTC') ~ "'", 'parts_hash',
        "(select sum(cast(" ~ llm_cost.hash64(['account_id']) ~ " as decimal(38, 0))) from " ~ ref('llm_cost', 'int_llm_cost__contract_accounts') ~ ")"
            if llm_cost.has_account_terms() else "''"
    ]) }} as day_fingerprint
from summed
