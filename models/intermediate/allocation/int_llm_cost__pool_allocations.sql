{{ config(materialized='view') }}

{#- Who gets how much of each pool, rounded once: whole minor units, and what is left over to the largest remainders, ties by the
    receiver's name. Computed for all receivers at once; a filter comes after. Grain: pool_id × period × receiving_team. -#}
-- nothing is allocated before the rows have passed: depends_on: {{ ref('int_llm_cost__allocation_errors') }}

with pools as (
    select * from {{ ref('int_llm_cost__shared_pools') }}
),

receiver_values as (
    select * from {{ ref('int_llm_cost__receiver_values') }}
),

rules as (
    select
        pool_id,
        period,
        count(*) as rule_count,
        {{ llm_cost.list_text('method', "'+'") }} as method,
        {{ llm_cost.list_text('driver', "'+'") }} as driver
    from {{ ref('int_llm_cost__pool_rules') }}
    group by pool_id, period
),

-- of a pool with several rules, what each receiver gets by which
rule_parts as (
    select
        rule_values.pool_id,
        rule_values.period,
        rule_values.receiver_kind,
        rule_values.receiver,
        {{ llm_cost.list_text(
            "case when rule_values.rule < 0 then 'rest' else cast(rule_values.rule as string) || ' ' || pool_rules.method end"
            ~ " || coalesce(' by ' || pool_rules.driver, '') || ': '"
            ~ " || cast(cast(" ~ llm_cost.major_units('rule_values.value_e18', 'pools.digits') ~ " as decimal(28, 2)) as string)",
            "'; '"
        ) }} as parts
    from {{ ref('int_llm_cost__rule_values') }} as rule_values
    -- grain: (pool_id, period) is unique in rules and in pools, (pool_id, period, rule) in pool_rules
    inner join rules on rule_values.pool_id = rules.pool_id and rule_values.period = rules.period and rules.rule_count > 1
    inner join pools on rule_values.pool_id = pools.pool_id and rule_values.period = pools.period
    inner join {{ ref('int_llm_cost__pool_rules') }} as pool_rules
        on rule_values.pool_id = pool_rules.pool_id and rule_values.period = pool_rules.period and rule_values.rule = pool_rules.rule
    where rule_values.basis = 'amount' and rule_values.value_e18 > 0
    group by rule_values.pool_id, rule_values.period, rule_values.receiver_kind, rule_values.receiver
),

-- sums of several rules are cut off several times, and flows through pools once a step: they are compared with fewer digits
digits as (
    select
        receiver_values.*,
        pools.size_minor,
        case when receiver_values.is_chained = 1 then {{ llm_cost.power_of_ten(12) }} when rules.rule_count > 1 then {{ llm_cost.power_of_ten(3) }} else {{ llm_cost.power_of_ten(0) }} end as coarseness
    from receiver_values
    -- grain: (pool_id, period) is unique in pools and in rules
    inner join pools on receiver_values.pool_id = pools.pool_id and receiver_values.period = pools.period
    inner join rules on receiver_values.pool_id = rules.pool_id and receiver_values.period = rules.period
),

coarse as (
    select
        *,
        case
            when coarseness = 1 then value_e18
            else {{ llm_cost.integer_quotient('(value_e18 + ' ~ llm_cost.integer_quotient('coarseness', 2) ~ ')', 'coarseness') }} * coarseness
        end as rounded_e18
    from digits
),

whole_units as (
    select
        *,
        {{ llm_cost.integer_quotient('rounded_e18', llm_cost.power_of_ten(18)) }} as floor_units
    from coarse
),

-- the largest remainder first
ranked as (
    select
        *,
        size_minor - sum(floor_units) over (partition by pool_id, period) as spare_units,
        row_number() over (
            partition by pool_id, period
            order by case when rounded_e18 > 0 then 0 else 1 end asc, rounded_e18 - floor_units * {{ llm_cost.power_of_ten(18) }} desc, receiver asc
        ) as place
    from whole_units
),

allocated as (
    select
        ranked.pool_id,
        ranked.period,
        ranked.receiver as receiving_team,
        ranked.receiver_kind,
        rules.method || case when ranked.is_chained = 1 then '+' || pools.chain else '' end as method,
        rules.driver,
        ranked.driver_value,
        case when pools.size_minor > 0 then {{ llm_cost.integer_quotient('ranked.value_e18', 'pools.size_minor') }} end as share_e18,
        {{ llm_cost.major_units('ranked.value_e18', 'pools.digits') }} as exact_size,
        pools.sign * (ranked.floor_units + case when ranked.place <= ranked.spare_units then 1 else 0 end) as units,
        ranked.path,
        rule_parts.parts
    from ranked
    -- grain: (pool_id, period) is unique in pools and in rules, with the receiver in rule_parts
    inner join pools on ranked.pool_id = pools.pool_id and ranked.period = pools.period
    inner join rules on ranked.pool_id = rules.pool_id and ranked.period = rules.period
    left join rule_parts
        on
            ranked.pool_id = rule_parts.pool_id
            and ranked.period = rule_parts.period
            and ranked.receiver_kind = rule_parts.receiver_kind
            and ranked.receiver = rule_parts.receiver
    union all
    select
        pool_id,
        period,
        '__fx_difference__' as receiving_team,
        'fx_difference' as receiver_kind,
        'fx_difference' as method,
        cast(null as string) as driver,
        cast(null as decimal(28, 12)) as driver_value,
        cast(null as decimal(38, 0)) as share_e18,
        {{ llm_cost.major_units('abs(fx_difference_minor) * ' ~ llm_cost.power_of_ten(18), 'digits') }} as exact_size,
        fx_difference_minor as units,
        pool_id as path,
        cast(null as string) as parts
    from pools
    where fx_difference_minor is not null
)

select
    pools.pool_id,
    pools.period,
    pools.issuer,
    pools.category,
    pools.description,
    pools.pool_amount,
    pools.pool_currency,
    pools.fx_rate,
    pools.currency,
    {{ llm_cost.currency_amount('pools.sign * pools.size_minor', 'pools.digits') }} as pool_amount_converted,
    allocated.receiving_team,
    allocated.receiver_kind,
    allocated.method,
    allocated.driver,
    allocated.driver_value,
    cast(cast(allocated.share_e18 as decimal(19, 0)) * cast('0.000000000000000001' as decimal(18, 18)) as decimal(19, 18)) as share_ratio,
    -- the exact amount of a difference between rates has its own sign
    case
        when pools.sign < 0 and allocated.receiver_kind <> 'fx_difference' or allocated.units < 0 then -allocated.exact_size
        else allocated.exact_size
    end as exact_amount,
    {{ llm_cost.currency_amount('allocated.units', 'pools.digits') }} as allocated_amount,
    cast(allocated.units as bigint) as allocated_minor_units,
    allocated.path,
    allocated.parts
from allocated
-- grain: (pool_id, period) is unique in pools
inner join pools on allocated.pool_id = pools.pool_id and allocated.period = pools.period
