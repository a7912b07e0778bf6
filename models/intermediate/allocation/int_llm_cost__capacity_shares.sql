{{ config(materialized='table') }}

{#- Who pays which part of provisioned capacity: what was used, and who pays for what stood idle by the rule's policy.
    Grain: pool_id × period × rule × receiver_kind × receiver. -#}

with rules as (
    select * from {{ ref('int_llm_cost__pool_rules') }} where method = 'capacity'
),

pools as (
    select * from {{ ref('int_llm_cost__shared_pools') }}
),

receivers as (
    select * from {{ ref('int_llm_cost__pool_receivers') }} where receiver_kind = 'team' and excluded = 0 and is_now = 1
),

hours as (
    select * from {{ ref('int_llm_cost__capacity_hours') }}
),

-- shares as given stand for the whole month, as one hour
sizes as (
    select
        rules.pool_id,
        rules.period,
        rules.rule,
        rules.idle_policy,
        pools.unowned,
        max(case when receivers.used_share is not null then 1 else 0 end) as is_given,
        coalesce(max(case when receivers.used_share is not null then 1 end), max(hours.hours), 1) as hour_count
    from rules
    -- grain: (pool_id, period) is unique in pools
    inner join pools on rules.pool_id = pools.pool_id and rules.period = pools.period
    -- grain: one row of hours and many receivers a rule, summed up
    left join hours on rules.pool_id = hours.pool_id and rules.period = hours.period and rules.rule = hours.rule and hours.team is null
    left join receivers on rules.pool_id = receivers.pool_id and rules.period = receivers.period and rules.rule = receivers.rule
    group by rules.pool_id, rules.period, rules.rule, rules.idle_policy, pools.unowned
),

parts as (
    select
        sizes.pool_id,
        sizes.period,
        sizes.rule,
        hours.team as receiver,
        hours.used_e12,
        {{ llm_cost.whole(0) }} as reserved_e12
    from sizes
    -- grain: team is unique in the hours of a rule
    inner join hours on sizes.pool_id = hours.pool_id and sizes.period = hours.period and sizes.rule = hours.rule and hours.team is not null
    where sizes.is_given = 0 and (sizes.unowned <> 'spread' or hours.team <> {{ llm_cost.unowned_team() }})
    union all
    select
        sizes.pool_id,
        sizes.period,
        sizes.rule,
        receivers.receiver,
        {{ llm_cost.e12('coalesce(receivers.used_share, 0)') }} as used_e12,
        {{ llm_cost.e12('coalesce(receivers.reserved_share, 0)') }} * sizes.hour_count as reserved_e12
    from sizes
    -- grain: receiver is unique in the receivers of a rule
    inner join receivers on sizes.pool_id = receivers.pool_id and sizes.period = receivers.period and sizes.rule = receivers.rule
    where receivers.used_share is not null or receivers.reserved_share is not null
),

teams as (
    select
        pool_id,
        period,
        rule,
        receiver,
        sum(used_e12) as used_e12,
        sum(reserved_e12) as reserved_e12
    from parts
    group by pool_id, period, rule, receiver
),

lent as (
    select
        *,
        greatest(used_e12 - reserved_e12, 0) as borrowed_e12,
        greatest(reserved_e12 - used_e12, 0) as idle_e12,
        sum(greatest(used_e12 - reserved_e12, 0)) over (partition by pool_id, period, rule) as all_borrowed_e12,
        sum(greatest(reserved_e12 - used_e12, 0)) over (partition by pool_id, period, rule) as all_idle_e12,
        sum(greatest(reserved_e12 - used_e12, 0)) over (
            partition by pool_id, period, rule
            order by receiver
            rows between unbounded preceding and current row
        ) as idle_so_far_e12
    from teams
),

-- who lent gets back its part of what was borrowed from the reservations, by what it had idle
paid as (
    select
        lent.pool_id,
        lent.period,
        lent.rule,
        lent.receiver,
        lent.used_e12,
        case sizes.idle_policy
            when 'by_reservation' then lent.reserved_e12
            when 'borrow' then case
                when lent.idle_e12 = 0 then lent.used_e12
                else lent.reserved_e12
                    - {{ llm_cost.integer_quotient('least(lent.all_borrowed_e12, lent.all_idle_e12) * lent.idle_so_far_e12', 'lent.all_idle_e12') }}
                    + {{ llm_cost.integer_quotient('least(lent.all_borrowed_e12, lent.all_idle_e12) * (lent.idle_so_far_e12 - lent.idle_e12)', 'lent.all_idle_e12') }}
            end
            else lent.used_e12
        end as paid_e12
    from lent
    -- grain: (pool_id, period, rule) is unique in sizes
    inner join sizes on lent.pool_id = sizes.pool_id and lent.period = sizes.period and lent.rule = sizes.rule
),

-- what nobody pays stands as idle; where the users pay for it all, only when nobody used anything
idle as (
    select
        sizes.pool_id,
        sizes.period,
        sizes.rule,
        case
            when sizes.idle_policy = 'by_usage' then case when coalesce(sum(paid.paid_e12), 0) = 0 then {{ llm_cost.whole(1) }} else {{ llm_cost.whole(0) }} end
            else sizes.hour_count * {{ llm_cost.power_of_ten(12) }} - coalesce(sum(paid.paid_e12), 0)
        end as idle_e12
    from sizes
    -- grain: many receivers a rule, summed up
    left join paid on sizes.pool_id = paid.pool_id and sizes.period = paid.period and sizes.rule = paid.rule
    group by sizes.pool_id, sizes.period, sizes.rule, sizes.idle_policy, sizes.hour_count
)

select
    paid.pool_id,
    paid.period,
    paid.rule,
    'team' as receiver_kind,
    paid.receiver,
    cast(cast(paid.used_e12 as decimal(28, 0)) * cast('0.000000000001' as decimal(12, 12)) as decimal(28, 12)) as driver_value,
    paid.paid_e12 as measure
from paid
union all
select
    pool_id,
    period,
    rule,
    'idle' as receiver_kind,
    '__idle__' as receiver,
    cast(null as decimal(28, 12)) as driver_value,
    idle_e12 as measure
from idle
where idle_e12 > 0
