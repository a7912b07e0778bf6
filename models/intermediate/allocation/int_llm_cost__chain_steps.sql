{{ config(materialized='table') }}

{#- Where a unit that reaches a pool from another is after 16 steps through the pools. Grain: period × pool_id × receiver_kind ×
    receiver. -#}

with steps as (
    select
        period,
        pool_id,
        receiver_kind,
        receiver,
        sum(value_e18) as share_e18
    from {{ ref('int_llm_cost__rule_values') }}
    where basis = 'share' and value_e18 > 0
    group by period, pool_id, receiver_kind, receiver
),

{{ llm_cost.followed_flows('steps', 'steps', 15) }}

select
    period,
    pool_id,
    receiver_kind,
    receiver,
    share_e18
from flow_15
where share_e18 > 0
