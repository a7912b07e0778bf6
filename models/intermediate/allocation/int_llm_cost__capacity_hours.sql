{{ config(materialized='table') }}

{#- Provisioned capacity hour by hour: which part of the month's hours each team used, in whole 1e-12 of an hour's capacity, and how
    many hours the month has in the reporting time zone. An hour in which more was used than there was is shared by all of it.
    Grain: pool_id × period × rule × team; a row without a team says how many hours there are. -#}

with pools as (
    select * from {{ ref('int_llm_cost__shared_pools') }}
),

rules as (
    select * from {{ ref('int_llm_cost__pool_rules') }}
),

hourly as (
    select * from {{ ref('fct_llm_cost__hourly') }}
),

owner_groups as (
    select * from {{ ref('int_llm_cost__owner_groups') }}
),

capacities as (
    select
        rules.pool_id,
        rules.period,
        rules.rule,
        rules.whole_e12,
        pools.provider,
        pools.environment,
        pools.service,
        cast(rules.period || '-01 00:00:00' as timestamp) as month_at
    from rules
    -- grain: (pool_id, period) is unique in pools
    inner join pools on rules.pool_id = pools.pool_id and rules.period = pools.period
    where rules.method = 'capacity' and rules.whole_e12 > 0
),

months as (
    select distinct
        period,
        month_at
    from capacities
),

-- a month begins at most a day before or after it does in UTC, and has at most 745 hours
month_hours as (
    select
        months.period,
        {{ llm_cost.milliseconds_after('months.month_at', 'cast(hours.hour_number - 24 as bigint) * 3600000') }} as hour_at
    from months
    cross join range(800) as hours (hour_number)
),

hour_counts as (
    select
        period,
        count(*) as hours
    from month_hours
    where {{ llm_cost.month_text('hour_at') }} = period
    group by period
),

team_hours as (
    select
        capacities.pool_id,
        capacities.period,
        capacities.rule,
        capacities.whole_e12,
        hourly.hour_at,
        coalesce(owner_groups.team, hourly.team) as team,
        sum(
            cast(coalesce(hourly.total_input_tokens, 0) + coalesce(hourly.output_tokens, 0) as decimal(38, 0))
            * {{ llm_cost.e12('coalesce(owner_groups.weight, 1)') }}
        ) as tokens_e12
    from capacities
    -- grain: many hours a capacity, summed up
    inner join hourly
        on
            capacities.period = {{ llm_cost.month_text('hourly.hour_at') }}
            and coalesce(capacities.provider, lower(hourly.provider), '') = coalesce(lower(hourly.provider), '')
            and coalesce(capacities.environment, hourly.environment, '') = coalesce(hourly.environment, '')
            and coalesce(capacities.service, hourly.service, '') = coalesce(hourly.service, '')
    -- grain: one row a team of a group that owns together
    left join owner_groups on hourly.team = owner_groups.owner_group
    group by capacities.pool_id, capacities.period, capacities.rule, capacities.whole_e12, hourly.hour_at, coalesce(owner_groups.team, hourly.team)
),

running as (
    select
        *,
        sum(tokens_e12) over (partition by pool_id, period, rule, hour_at order by team rows between unbounded preceding and current row) as tokens_so_far,
        sum(tokens_e12) over (partition by pool_id, period, rule, hour_at) as tokens_of_hour
    from team_hours
),

-- as the difference of running totals, so that a full hour is used to its last digit
used as (
    select
        pool_id,
        period,
        rule,
        team,
        {{ llm_cost.integer_quotient('tokens_so_far * ' ~ llm_cost.power_of_ten(12), 'greatest(tokens_of_hour, whole_e12)') }}
        - {{ llm_cost.integer_quotient('(tokens_so_far - tokens_e12) * ' ~ llm_cost.power_of_ten(12), 'greatest(tokens_of_hour, whole_e12)') }} as used_e12
    from running
)

select
    pool_id,
    period,
    rule,
    team,
    cast(sum(used_e12) as decimal(38, 0)) as used_e12,
    cast(null as bigint) as hours
from used
group by pool_id, period, rule, team
union all
select
    capacities.pool_id,
    capacities.period,
    capacities.rule,
    cast(null as string) as team,
    cast(null as decimal(38, 0)) as used_e12,
    hour_counts.hours
from capacities
-- grain: period is unique in hour_counts
inner join hour_counts on capacities.period = hour_counts.period
