{{ config(materialized='table') }}

{#- What is wrong with a negotiated discount or the status of a month, and how to mend it. Grain: problem. -#}
{%- set meter_names = llm_cost.meters() | map(attribute='name') | list %}

with discounts as (
    select * from {{ ref('int_llm_cost__discounts') }}
),

periods as (
    select * from {{ ref('int_llm_cost__period_status') }}
),

discount_problems as (
    select
        'discount ' || coalesce(discount_id, '?') as row_id,
        case
            when discount_id is null then 'has no discount_id'
            when provider is null then 'lacks its provider'
            when meter not in ('*', '{{ meter_names | join("', '") }}')
                then 'has the unknown meter ''' || meter || ''': use * or one of {{ meter_names | join(", ") }}'
            when discount_percent is null and coalesce(change_kind, '') <> 'withdrawn'
                then 'has the discount_percent ''' || coalesce(discount_percent_text, '') || ''', which is no number: to end a discount write change_kind withdrawn'
            when discount_percent < 0 or discount_percent > 100 then 'has a discount_percent outside 0 to 100'
            when valid_from is null then 'has the valid_from ''' || coalesce(valid_from_text, '') || ''': write YYYY-MM-DD HH:MM:SS in UTC'
            when recorded_at is null then 'has the recorded_at ''' || coalesce(recorded_at_text, '') || ''': write YYYY-MM-DD HH:MM:SS in UTC'
            when count(*) over (partition by precedence, discount_id) > 1 then 'shares its discount_id with another row: an id names one fact for ever'
            when count(*) over (partition by precedence, account_id, provider, model, meter, service_tier, valid_from, recorded_at) > 1
                then 'contradicts another row of the same account, provider, model, meter, tier, valid_from and recorded_at: '
                    || 'keep one, or give the correction a later recorded_at'
        end as problem
    from discounts
),

period_problems as (
    select
        'period ' || coalesce(period, '?') || ' of ' || coalesce(issuer, '?') as row_id,
        case
            when issuer is null then 'has no issuer: write a provider, or * for all'
            when not {{ llm_cost.regex_match("coalesce(period, '')", "'^[0-9]{4}-(0[1-9]|1[0-2])$'") }} then 'needs a period as YYYY-MM'
            when status is null or status not in ('open', 'soft_close', 'closed') then 'has the status ''' || coalesce(status, '') || ''': use open, closing or closed'
            when closed_at is null and closed_at_text is not null then 'has the closed_at ''' || closed_at_text || ''': write YYYY-MM-DD HH:MM:SS in UTC'
            when status = 'closed' and closed_at is null then 'is closed but has no closed_at: write YYYY-MM-DD HH:MM:SS in UTC'
            when status <> 'closed' and closed_at is null and count(closed_at) over (partition by issuer, period) > 0
                then 'was closed and has a row ''' || status || ''' without an instant: to reopen it write the instant of the reopening into closed_at'
            when count(*) over (partition by issuer, period, closed_at) > 1 then 'has two rows with the same closed_at: keep one'
        end as problem
    from periods
),

problems as (
    select row_id, problem from discount_problems
    union all
    select row_id, problem from period_problems
)

select row_id, problem
from problems
where problem is not null
