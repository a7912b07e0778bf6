{{ config(materialized='table') }}

{#- What each receiver gets of a pool before rounding, by all rules and all paths, in whole 1e-18 of a minor unit.
    Grain: pool_id × period × receiver_kind × receiver. -#}

with rule_values as (
    select * from {{ ref('int_llm_cost__rule_values') }} where basis = 'amount'
),

chain_paths as (
    select * from {{ ref('int_llm_cost__chain_paths') }}
),

chained as (
    select distinct
        pool_id,
        period
    from chain_paths
),

ranked_paths as (
    select
        *,
        row_number() over (partition by pool_id, period, receiver_kind, receiver order by value_e18 desc, path asc) as place
    from chain_paths
    where value_e18 > 0
),

own_drivers as (
    select
        pool_id,
        period,
        receiver_kind,
        receiver,
        sum(value_e18) as value_e18,
        case when count(distinct rule) = 1 then max(driver_value) end as driver_value
    from rule_values
    where receiver_kind <> 'pool'
    group by pool_id, period, receiver_kind, receiver
),

all_values as (
    select
        own_drivers.pool_id,
        own_drivers.period,
        own_drivers.receiver_kind,
        own_drivers.receiver,
        own_drivers.driver_value,
        own_drivers.value_e18,
        own_drivers.pool_id as path,
        0 as is_chained
    from own_drivers
    -- grain: (pool_id, period) is unique in chained
    left join chained on own_drivers.pool_id = chained.pool_id and own_drivers.period = chained.period
    where chained.pool_id is null
    union all
    select
        chain_paths.pool_id,
        chain_paths.period,
        chain_paths.receiver_kind,
        chain_paths.receiver,
        max(own_drivers.driver_value) as driver_value,
        sum(chain_paths.value_e18) as value_e18,
        concat_ws(
            ', '
            {%- for place in range(1, 6) %},
            max(case when ranked_paths.place = {{ place }} then ranked_paths.path end)
            {%- endfor %}
        ) as path,
        1 as is_chained
    from chain_paths
    -- grain: path is unique among a receiver's paths
    left join ranked_paths
        on
            chain_paths.pool_id = ranked_paths.pool_id
            and chain_paths.period = ranked_paths.period
            and chain_paths.receiver_kind = ranked_paths.receiver_kind
            and chain_paths.receiver = ranked_paths.receiver
            and chain_paths.path = ranked_paths.path
    -- grain: (pool_id, period, receiver_kind, receiver) is unique in own_drivers
    left join own_drivers
        on
            chain_paths.pool_id = own_drivers.pool_id
            and chain_paths.period = own_drivers.period
            and chain_paths.receiver_kind = own_drivers.receiver_kind
            and chain_paths.receiver = own_drivers.receiver
    group by chain_paths.pool_id, chain_paths.period, chain_paths.receiver_kind, chain_paths.receiver
)

select
    pool_id,
    period,
    receiver_kind,
    receiver,
    driver_value,
    value_e18,
    path,
    is_chained
from all_values
