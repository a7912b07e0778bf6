{{ config(materialized='table') }}

{#- Every UTC day that has calls, with a fingerprint of all by which their owners are found: the calls, what the organisation said on that
    day, and what their traces and sessions hand down. Grain: utc_date. -#}

with call_days as (
    select * from {{ ref('int_llm_cost__call_days') }}
),

organisation_version as (
    select timeless_hash from {{ ref('int_llm_cost__organisation_version') }}
),

intervals as (
    select
        {{ llm_cost.hash64(['fact', 'matched_column', 'entity_key', 'team', 'team_key', 'cost_center', 'tenant_group', 'weight']) }} as fact_hash,
        valid_from,
        valid_to
    from {{ ref('int_llm_cost__organisation_intervals') }}
),

-- of a fact only the part within the day: that it began earlier or ends later changes nothing on this day
facts_of_days as (
    select
        call_days.utc_date,
        sum(cast({{ llm_cost.hash64([
            'intervals.fact_hash',
            'greatest(intervals.valid_from, cast(call_days.utc_date as timestamp))',
            'least(intervals.valid_to, ' ~ llm_cost.hours_after('cast(call_days.utc_date as timestamp)', 24) ~ ')'
        ]) }} as decimal(38, 0))) as facts_hash
    from call_days
    -- grain: many facts a day, summed up
    inner join intervals
        on
            intervals.valid_from < {{ llm_cost.hours_after('cast(call_days.utc_date as timestamp)', 24) }}
            and intervals.valid_to > cast(call_days.utc_date as timestamp)
    group by call_days.utc_date
),

inherited_of_days as (
    select
        call_days.utc_date,
        sum(cast({{ llm_cost.hash64(['inherited_owners.owner_key', 'inherited_owners.tag']) }} as decimal(38, 0))) as inherited_hash
    from call_days
    -- grain: many traces and sessions a day, summed up
    inner join {{ ref('int_llm_cost__inherited_owners') }} as inherited_owners
        on call_days.utc_date >= inherited_owners.first_date and call_days.utc_date <= inherited_owners.last_date
    group by call_days.utc_date
)

select
    call_days.utc_date,
    {{ llm_cost.key64([
        'call_days.day_fingerprint', 'organisation_version.timeless_hash', 'facts_of_days.facts_hash', 'inherited_of_days.inherited_hash'
    ]) }} as day_fingerprint
from call_days
-- grain: one row
cross join organisation_version
-- grain: utc_date is unique in each
left join facts_of_days on call_days.utc_date = facts_of_days.utc_date
left join inherited_of_days on call_days.utc_date = inherited_of_days.utc_date
