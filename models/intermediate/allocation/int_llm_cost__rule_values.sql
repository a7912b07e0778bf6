{{ config(materialized='table') }}

{#- What each receiver gets by each rule before rounding, in whole 1e-18 of a minor unit. Basis `amount` divides the pool's amount;
    basis `share` divides one unit of a pool that receives from others, whatever it will receive.
    Grain: basis × pool_id × period × rule × receiver_kind × receiver. -#}

with rules as (
    select * from {{ ref('int_llm_cost__pool_rules') }}
),

drivers as (
    select * from {{ ref('int_llm_cost__pool_drivers') }}
),

bounds as (
    select
        *,
        'amount' as basis
    from {{ ref('int_llm_cost__pool_bounds') }}
),

receiving_pools as (
    select distinct
        drivers.receiver as pool_id,
        drivers.period
    from drivers
    where drivers.receiver_kind = 'pool' and drivers.driver_units > 0
),

portions as (
    select
        'amount' as basis,
        pool_id,
        period,
        rule,
        portion_e8
    from rules
    union all
    select
        'share' as basis,
        rules.pool_id,
        rules.period,
        rules.rule,
        case when rules.rule = -1 then {{ llm_cost.power_of_ten(8) }} - sum(coalesce(rules.percent_e6, 0)) over (partition by rules.pool_id, rules.period) else rules.percent_e6 end as portion_e8
    from rules
    -- grain: (pool_id, period) is unique in receiving_pools
    inner join receiving_pools on rules.pool_id = receiving_pools.pool_id and rules.period = receiving_pools.period
),

placed as (
    select
        portions.basis,
        drivers.pool_id,
        drivers.period,
        drivers.rule,
        drivers.receiver_kind,
        drivers.receiver,
        drivers.driver_value,
        portions.portion_e8,
        coalesce(bounds.fixed_e8, 0) as fixed_e8,
        coalesce(bounds.driver_units, drivers.driver_units) as driver_units
    from drivers
    -- grain: two bases at most for a rule
    inner join portions on drivers.pool_id = portions.pool_id and drivers.period = portions.period and drivers.rule = portions.rule
    -- grain: (pool_id, period, rule, receiver_kind, receiver) is unique in bounds
    left join bounds
        on
            drivers.pool_id = bounds.pool_id
            and drivers.period = bounds.period
            and drivers.rule = bounds.rule
            and drivers.receiver_kind = bounds.receiver_kind
            and drivers.receiver = bounds.receiver
            and portions.basis = bounds.basis
),

-- int_llm_cost__allocation_errors lists what does not fit 38 digits
summed as (
    select
        basis,
        pool_id,
        period,
        rule,
        max(portion_e8) - sum(fixed_e8) as shared_e8,
        sum(driver_units) as all_units,
        case
            when count(*) > count(driver_units) or max(portion_e8) < 0 or max(portion_e8) - sum(fixed_e8) < 0 then 0
            when length(cast(sum(driver_units) as string)) > 27 then 0
            when length(cast(max(portion_e8) - sum(fixed_e8) as string)) + length(cast(sum(driver_units) as string)) > 46 then 0
            else 1
        end as fits,
        -- then one division and a second one of its rest do
        case when length(cast(max(portion_e8) - sum(fixed_e8) as string)) + length(cast(sum(driver_units) as string)) <= 36 then 1 else 0 end as is_short
    from placed
    group by basis, pool_id, period, rule
),

fitting as (
    select
        placed.*,
        summed.shared_e8,
        summed.all_units,
        summed.fits,
        summed.is_short,
        case
            when summed.fits = 1 and summed.is_short = 1
                then {{ llm_cost.integer_quotient('summed.shared_e8 * placed.driver_units', 'nullif(summed.all_units, 0)') }}
        end as whole_e8
    from placed
    -- grain: (basis, pool_id, period, rule) is unique in summed
    inner join summed
        on placed.basis = summed.basis and placed.pool_id = summed.pool_id and placed.period = summed.period and placed.rule = summed.rule
)

select
    basis,
    pool_id,
    period,
    rule,
    receiver_kind,
    receiver,
    driver_value,
    case
        when fits = 1 then
            fixed_e8 * {{ llm_cost.power_of_ten(10) }}
            + case
                when all_units = 0 then 0
                when is_short = 1
                    then whole_e8 * {{ llm_cost.power_of_ten(10) }}
                        + {{ llm_cost.integer_quotient('(shared_e8 * driver_units - whole_e8 * all_units) * ' ~ llm_cost.power_of_ten(10), 'nullif(all_units, 0)') }}
                else {{ llm_cost.part_e18('shared_e8', 'driver_units', 'all_units') }}
            end
    end as value_e18
from fitting

union all

-- everybody is at the cap
select
    basis,
    pool_id,
    period,
    rule,
    'unallocated' as receiver_kind,
    '__unallocated__' as receiver,
    cast(null as decimal(28, 12)) as driver_value,
    max(shared_e8) * {{ llm_cost.power_of_ten(10) }} as value_e18
from fitting
where all_units = 0
group by basis, pool_id, period, rule
having max(shared_e8) > 0
