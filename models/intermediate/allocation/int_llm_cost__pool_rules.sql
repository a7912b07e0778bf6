{{ config(materialized='table') }}

{#- The rules in force for each pool and month, with the portion of the pool that each divides, in whole 1e-8 parts of a minor
    unit. What no rule takes is a rule of its own, -1. Grain: pool_id × period × rule. -#}

with pools as (
    select * from {{ ref('int_llm_cost__shared_pools') }}
),

rule_rows as (
    select * from {{ ref('int_llm_cost__pool_rule_rows') }}
),

-- the pool's newest set of rules that has begun
in_force as (
    select
        pools.pool_id,
        pools.period,
        max(coalesce(rule_rows.valid_from_period, '')) as valid_from_period
    from pools
    -- grain: many rules a pool, summed up
    inner join rule_rows on pools.pool_id = rule_rows.pool_id and coalesce(rule_rows.valid_from_period, '') <= pools.period
    group by pools.pool_id, pools.period
),

rules as (
    select
        pools.pool_id,
        pools.period,
        pools.size_minor,
        pools.amount_e6,
        pools.fx_rate,
        pools.digits,
        coalesce(rule_rows.rule, 1) as rule,
        rule_rows.percent,
        rule_rows.amount,
        coalesce(rule_rows.method, 'proportional') as method,
        case when rule_rows.method is null then 'direct_cost' else rule_rows.driver end as driver,
        coalesce(rule_rows.receivers, 'active') as receivers,
        rule_rows.floor_amount,
        rule_rows.floor_kind,
        rule_rows.cap_amount,
        rule_rows.whole,
        rule_rows.idle_policy,
        coalesce(sum({{ llm_cost.millionths('abs(rule_rows.amount)') }}) over (
            partition by pools.pool_id, pools.period
            order by rule_rows.rule
            rows between unbounded preceding and current row
        ), 0) as amounts_so_far_e6
    from pools
    -- grain: (pool_id, period) is unique in in_force
    left join in_force on pools.pool_id = in_force.pool_id and pools.period = in_force.period
    -- grain: many rules a pool, of one set
    left join rule_rows
        on pools.pool_id = rule_rows.pool_id and in_force.valid_from_period = coalesce(rule_rows.valid_from_period, '')
    where pools.size_minor is not null
),

-- an amount is its part of the pool, cut where the sum of the amounts so far ends, so that amounts which sum to the pool are all of it
portions as (
    select
        *,
        case
            when percent is not null then size_minor * {{ llm_cost.millionths('percent') }}
            when amount is not null and amount_e6 > 0 then
                {{ llm_cost.integer_quotient('size_minor * amounts_so_far_e6', 'amount_e6') }} * {{ llm_cost.power_of_ten(8) }}
                + {{ llm_cost.integer_quotient(
                    llm_cost.integer_remainder('size_minor * amounts_so_far_e6', 'amount_e6') ~ ' * ' ~ llm_cost.power_of_ten(8), 'amount_e6'
                ) }}
                - {{ llm_cost.integer_quotient('size_minor * (amounts_so_far_e6 - ' ~ llm_cost.millionths('abs(amount)') ~ ')', 'amount_e6') }}
                * {{ llm_cost.power_of_ten(8) }}
                - {{ llm_cost.integer_quotient(
                    llm_cost.integer_remainder('size_minor * (amounts_so_far_e6 - ' ~ llm_cost.millionths('abs(amount)') ~ ')', 'amount_e6')
                    ~ ' * ' ~ llm_cost.power_of_ten(8), 'amount_e6'
                ) }}
            when amount is not null then {{ llm_cost.whole(0) }}
        end as portion_e8
    from rules
),

taken as (
    select
        *,
        size_minor * {{ llm_cost.power_of_ten(8) }} - sum(coalesce(portion_e8, 0)) over (partition by pool_id, period) as untaken_e8,
        cast(sum(case when portion_e8 is null then 1 else 0 end) over (partition by pool_id, period) as bigint) as rest_rules,
        row_number() over (partition by pool_id, period order by rule) as rule_number
    from portions
)

select
    pool_id,
    period,
    rule,
    method,
    driver,
    receivers,
    {{ llm_cost.minor_units(llm_cost.millionths('floor_amount'), 'fx_rate', 'digits') }} as floor_minor,
    floor_kind,
    {{ llm_cost.minor_units(llm_cost.millionths('cap_amount'), 'fx_rate', 'digits') }} as cap_minor,
    {{ llm_cost.e12('whole') }} as whole_e12,
    idle_policy,
    coalesce(portion_e8, untaken_e8) as portion_e8,
    coalesce({{ llm_cost.millionths('percent') }}, case when amount is null then {{ llm_cost.power_of_ten(8) }} - coalesce(sum({{ llm_cost.millionths('percent') }}) over (partition by pool_id, period), 0) end) as percent_e6,
    rest_rules,
    untaken_e8
from taken

union all

select
    pool_id,
    period,
    -1 as rule,
    'unallocated' as method,
    cast(null as string) as driver,
    'listed' as receivers,
    cast(null as decimal(38, 0)) as floor_minor,
    cast(null as string) as floor_kind,
    cast(null as decimal(38, 0)) as cap_minor,
    cast(null as decimal(38, 0)) as whole_e12,
    cast(null as string) as idle_policy,
    untaken_e8 as portion_e8,
    cast(null as decimal(38, 0)) as percent_e6,
    rest_rules,
    untaken_e8
from taken
where rule_number = 1 and rest_rules = 0 and untaken_e8 > 0
