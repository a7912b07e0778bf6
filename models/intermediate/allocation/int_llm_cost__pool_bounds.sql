{{ config(materialized='table') }}

{#- Floors and caps of a rule: who gets exactly how much, and what the others share by their driver.

    share = floor, or the cap, or a common rate times the driver. As the rate rises, a receiver leaves its floor at floor / driver and
    reaches its cap at cap / driver; in the order of these the sum of all shares is known at each, and the last at which it is not
    above the portion says who is where. Quotients are compared as text of all their digits. Grain: pool_id × period × rule × receiver. -#}

with rules as (
    select * from {{ ref('int_llm_cost__pool_rules') }}
),

drivers as (
    select * from {{ ref('int_llm_cost__pool_drivers') }}
),

-- a rule's own floor is every receiver's but those that stand for no team; a fallback that is even has no bounds
bounds as (
    select
        drivers.pool_id,
        drivers.period,
        drivers.rule,
        drivers.receiver_kind,
        drivers.receiver,
        drivers.driver_units,
        rules.portion_e8,
        rules.floor_kind,
        case when drivers.receiver_kind in ('team', 'pool') then coalesce(drivers.floor_minor, rules.floor_minor, 0) else 0 end * {{ llm_cost.power_of_ten(8) }} as floor_e8,
        case when drivers.receiver_kind in ('team', 'pool') then coalesce(drivers.cap_minor, rules.cap_minor) end * {{ llm_cost.power_of_ten(8) }} as cap_e8
    from drivers
    -- grain: (pool_id, period, rule) is unique in rules
    inner join rules on drivers.pool_id = rules.pool_id and drivers.period = rules.period and drivers.rule = rules.rule
    where drivers.driver_units > 0 and drivers.basis in ('now', 'prior')
),

bounded as (
    select
        *,
        sum(floor_e8) over (partition by pool_id, period, rule) as floors_e8,
        max(case when floor_e8 > 0 or cap_e8 is not null then 1 else 0 end) over (partition by pool_id, period, rule) as is_bounded,
        length(cast(sum(driver_units) over (partition by pool_id, period, rule) as string)) as unit_digits
    from bounds
),

-- an additive floor is paid first, and the cap is for both
split as (
    select
        pool_id,
        period,
        rule,
        receiver_kind,
        receiver,
        driver_units,
        floor_e8,
        case when floors_e8 > portion_e8 then 1 else 0 end as is_infeasible,
        case when floor_kind = 'additive' then floor_e8 else 0 end as added_e8,
        case when floor_kind = 'additive' then portion_e8 - floors_e8 else portion_e8 end as shared_e8,
        case when floor_kind = 'additive' then 0 else floor_e8 end as lower_e8,
        case when cap_e8 < portion_e8 then cap_e8 - case when floor_kind = 'additive' then floor_e8 else 0 end end as upper_e8,
        case when floor_kind = 'additive' then 0 else floors_e8 end as lowers_e8
    from bounded
    where is_bounded = 1 and unit_digits <= 27
),

keyed as (
    select
        *,
        {{ llm_cost.ratio_key('lower_e8', 'driver_units') }} as lower_key,
        case when upper_e8 is not null then {{ llm_cost.ratio_key('greatest(upper_e8, 0)', 'driver_units') }} end as upper_key
    from split
    where is_infeasible = 0
),

breakpoints as (
    select
        pool_id,
        period,
        rule,
        shared_e8,
        lowers_e8,
        lower_key as breakpoint,
        -lower_e8 as fixed_e8,
        driver_units
    from keyed
    union all
    select
        pool_id,
        period,
        rule,
        shared_e8,
        lowers_e8,
        upper_key as breakpoint,
        upper_e8 as fixed_e8,
        -driver_units as driver_units
    from keyed
    where upper_key is not null
),

-- receivers with one quotient leave their floor, or reach their cap, together
sums as (
    select
        pool_id,
        period,
        rule,
        breakpoint,
        shared_e8 - lowers_e8 - sum(fixed_e8) over (partition by pool_id, period, rule order by breakpoint range between unbounded preceding and current row) as left_e8,
        sum(driver_units) over (partition by pool_id, period, rule order by breakpoint range between unbounded preceding and current row) as moving_units
    from breakpoints
),

last_breakpoints as (
    select
        pool_id,
        period,
        rule,
        max(breakpoint) as breakpoint
    from sums
    where
        left_e8 >= 0
        and case
            when moving_units > 0 then breakpoint <= {{ llm_cost.ratio_key('greatest(left_e8, 0)', 'greatest(moving_units, 1)') }}
            else true
        end
    group by pool_id, period, rule
)

select
    keyed.pool_id,
    keyed.period,
    keyed.rule,
    keyed.receiver_kind,
    keyed.receiver,
    keyed.added_e8 + case
        when keyed.upper_key <= last_breakpoints.breakpoint then keyed.upper_e8
        when keyed.lower_key > last_breakpoints.breakpoint then keyed.lower_e8
        else 0
    end as fixed_e8,
    case
        when keyed.upper_key <= last_breakpoints.breakpoint or keyed.lower_key > last_breakpoints.breakpoint then {{ llm_cost.whole(0) }}
        else keyed.driver_units
    end as driver_units
from keyed
-- grain: (pool_id, period, rule) is unique in last_breakpoints
inner join last_breakpoints
    on keyed.pool_id = last_breakpoints.pool_id and keyed.period = last_breakpoints.period and keyed.rule = last_breakpoints.rule

union all

-- floors above the portion: each gets the same part of its floor
select
    pool_id,
    period,
    rule,
    receiver_kind,
    receiver,
    {{ llm_cost.whole(0) }} as fixed_e8,
    floor_e8 as driver_units
from split
where is_infeasible = 1
