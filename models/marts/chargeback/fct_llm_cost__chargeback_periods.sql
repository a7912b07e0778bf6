{#- Each month of each issuer: how it stands, what was posted and is pending for its usage, and whether that is everything there is. The
    one rounding of a close is a column of its own. Grain: issuer × month. -#}

with lines as (
    select * from {{ ref('int_llm_cost__chargeback_lines') }}
),

billed as (
    select
        issuer,
        usage_period as period,
        cast(sum(amount) as decimal(28, 12)) as billed_amount,
        cast(sum(case when is_posted then amount else 0 end) as decimal(28, 12)) as posted_amount,
        cast(sum(case when entry = 'correction' then amount else 0 end) as decimal(28, 12)) as corrections_amount,
        max(case when entry = 'close' then 1 else 0 end) as was_closed
    from {{ ref('fct_llm_cost__chargeback_lines') }}
    group by issuer, usage_period
),

due as (
    select
        issuer,
        period,
        cast(sum(case when line_type = 'direct' then exact_amount else 0 end) as decimal(28, 12)) as request_amount,
        cast(sum(case when line_type <> 'direct' then exact_amount else 0 end) as decimal(28, 12)) as pool_amount
    from lines
    group by issuer, period
),

usage as (
    select
        provider as issuer,
        period,
        cast(sum(requests) as decimal(28, 12)) as requests,
        cast(sum(unpriced_requests) as decimal(28, 12)) as unpriced_requests
    from {{ ref('int_llm_cost__team_days') }}
    group by provider, period
),

states as (
    select * from {{ ref('int_llm_cost__period_states') }}
),

currencies as (
    select * from {{ ref('int_llm_cost__currencies') }} where currency = '{{ llm_cost.reporting_currency() }}'
),

months as (
    select issuer, period from billed
    union
    select issuer, period from due
),

compared as (
    select
        months.issuer,
        months.period,
        coalesce(states.status, 'open') as status,
        states.closed_at,
        states.reopened_at,
        coalesce(states.times_closed, cast(0 as bigint)) as times_closed,
        coalesce(due.request_amount, cast(0 as decimal(28, 12))) as request_amount,
        coalesce(due.pool_amount, cast(0 as decimal(28, 12))) as pool_amount,
        coalesce(billed.billed_amount, cast(0 as decimal(28, 12))) as billed_amount,
        coalesce(billed.posted_amount, cast(0 as decimal(28, 12))) as posted_amount,
        coalesce(billed.corrections_amount, cast(0 as decimal(28, 12))) as corrections_amount,
        cast(
            coalesce(due.request_amount, cast(0 as decimal(28, 12))) + coalesce(due.pool_amount, cast(0 as decimal(28, 12)))
            - coalesce(billed.billed_amount, cast(0 as decimal(28, 12))) as decimal(28, 12)
        ) as rounding_amount,
        coalesce(usage.requests, cast(0 as decimal(28, 12))) as requests,
        coalesce(usage.unpriced_requests, cast(0 as decimal(28, 12))) as unpriced_requests
    from months
    -- grain: (issuer, period) is unique in each
    left join billed on months.issuer = billed.issuer and months.period = billed.period
    left join due on months.issuer = due.issuer and months.period = due.period
    left join usage on months.issuer = usage.issuer and months.period = usage.period
    left join states on months.issuer = states.issuer and months.period = states.period
)

select
    compared.*,
    abs(compared.rounding_amount) <= case
        when compared.times_closed = 0 then 0
        else {{ llm_cost.minor_unit('currencies.minor_unit_digits') }} * 0.5
    end as is_complete
from compared
cross join currencies
