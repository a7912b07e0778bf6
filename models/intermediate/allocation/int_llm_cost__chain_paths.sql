{{ config(materialized='table') }}

{#- What a pool's amount brings to a receiver by each path through other pools, in whole 1e-18 of a minor unit. A path is told up to its third pool.
    Grain: pool_id × period × receiver_kind × receiver × path. -#}

with direct_values as (
    select
        pool_id,
        period,
        receiver_kind,
        receiver,
        sum(value_e18) as value_e18
    from {{ ref('int_llm_cost__rule_values') }}
    where basis = 'amount'
    group by pool_id, period, receiver_kind, receiver
),

steps as (
    select
        pool_id,
        period,
        receiver_kind,
        receiver,
        sum(value_e18) as share_e18
    from {{ ref('int_llm_cost__rule_values') }}
    where basis = 'share'
    group by pool_id, period, receiver_kind, receiver
),

flows as (
    select * from {{ ref('int_llm_cost__chain_flows') }} where receiver_kind <> 'pool'
),

givers as (
    select distinct
        pool_id,
        period
    from direct_values
    where receiver_kind = 'pool' and value_e18 > 0
),

-- all that passes through the first pool
ends as (
    select
        sent.pool_id,
        sent.period,
        sent.receiver as first_pool,
        flows.receiver_kind,
        flows.receiver,
        sent.value_e18,
        flows.share_e18,
        coalesce(steps.share_e18, 0) as step_e18
    from direct_values as sent
    -- grain: many ends a pool
    inner join flows on sent.receiver_kind = 'pool' and sent.period = flows.period and sent.receiver = flows.pool_id
    -- grain: (pool_id, period, receiver_kind, receiver) is unique in steps
    left join steps
        on flows.period = steps.period and flows.pool_id = steps.pool_id and flows.receiver_kind = steps.receiver_kind and flows.receiver = steps.receiver
    where sent.value_e18 > 0
),

paths as (
    select
        direct_values.pool_id,
        direct_values.period,
        direct_values.receiver_kind,
        direct_values.receiver,
        direct_values.pool_id as path,
        direct_values.value_e18
    from direct_values
    -- grain: (pool_id, period) is unique in givers
    inner join givers on direct_values.pool_id = givers.pool_id and direct_values.period = givers.period
    where direct_values.receiver_kind <> 'pool'
    union all
    select
        pool_id,
        period,
        receiver_kind,
        receiver,
        pool_id || ' > ' || first_pool as path,
        {{ llm_cost.product_e18('value_e18', 'least(step_e18, share_e18)') }} as value_e18
    from ends
    where step_e18 > 0
    union all
    select
        pool_id,
        period,
        receiver_kind,
        receiver,
        pool_id || ' > ' || first_pool || ' > ...' as path,
        {{ llm_cost.product_e18('value_e18', 'share_e18') }} - {{ llm_cost.product_e18('value_e18', 'least(step_e18, share_e18)') }} as value_e18
    from ends
    where share_e18 > step_e18
)

select
    pool_id,
    period,
    receiver_kind,
    receiver,
    path,
    sum(value_e18) as value_e18
from paths
group by pool_id, period, receiver_kind, receiver, path
