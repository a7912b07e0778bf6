{{ config(materialized='table') }}

{#- Where a unit that reaches a pool from another ends: after 256 steps, which is 16 times the 16 of int_llm_cost__chain_steps.
    What is still at a pool then does not converge (int_llm_cost__allocation_errors). Grain: period × pool_id × receiver_kind ×
    receiver. -#}

with steps as (
    select * from {{ ref('int_llm_cost__chain_steps') }}
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
