{{ config(materialized='table') }}

{#- What is wrong with pools that give to pools, and numbers that do not fit. -#}

with rules as (
    select * from {{ ref('int_llm_cost__pool_rules') }}
),

receivers as (
    select * from {{ ref('int_llm_cost__pool_receivers') }}
),

rule_values as (
    select * from {{ ref('int_llm_cost__rule_values') }}
),

flows as (
    select * from {{ ref('int_llm_cost__chain_flows') }} where receiver_kind = 'pool'
),

receiving_pools as (
    select distinct
        pool_id,
        period
    from rule_values
    where basis = 'share'
),

fixed_parts as (
    select
        rules.pool_id,
        rules.period,
        max(case
            when coalesce(rules.floor_minor, rules.cap_minor, receivers.floor_minor, receivers.cap_minor) is not null or rules.percent_e6 is null and rules.rule >= 0 then 1
            else 0
        end) as has_fixed_part
    from rules
    -- grain: many receivers a rule, summed up
    left join receivers on rules.pool_id = receivers.pool_id and rules.period = receivers.period and rules.rule = receivers.rule
    group by rules.pool_id, rules.period
),

-- what is still on its way at the end, of whole minor units sent
leftovers as (
    select
        sent.pool_id,
        sent.period,
        sum(({{ llm_cost.integer_quotient('sent.value_e18', llm_cost.power_of_ten(18)) }} + 1) * flows.share_e18) as left_e18
    from rule_values as sent
    -- grain: many pools at which something lies, summed up
    inner join flows on sent.receiver_kind = 'pool' and sent.period = flows.period and sent.receiver = flows.pool_id
    where sent.basis = 'amount' and sent.value_e18 > 0
    group by sent.pool_id, sent.period
)

select
    'pool ' || receiving_pools.pool_id || ' of ' || receiving_pools.period as row_id,
    'receives from another pool and has a floor, a cap or an amount, which need its amount: use percents' as problem
from receiving_pools
-- grain: (pool_id, period) is unique in fixed_parts
inner join fixed_parts on receiving_pools.pool_id = fixed_parts.pool_id and receiving_pools.period = fixed_parts.period
where fixed_parts.has_fixed_part = 1

union all

select
    'pool ' || pool_id || ' of ' || period as row_id,
    'gives to a circular chain that does not converge: after 256 steps something is still on its way. Let the pools of the circle give more to teams' as problem
from leftovers
where left_e18 > {{ llm_cost.power_of_ten(12) }}

union all

select distinct
    'rule ' || cast(rule as string) || ' of pool ' || pool_id || ' of ' || period as row_id,
    'has numbers that are too large to divide exactly in 38 digits: give drivers or weights fewer digits' as problem
from rule_values
where value_e18 is null
