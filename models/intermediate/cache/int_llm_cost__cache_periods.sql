{{ config(materialized='table') }}

{#- The periods that have requests, with a fingerprint of their days. Grain: period. -#}

with days as (
    select
        {{ llm_cost.cache_period('usage_date') }} as period,
        cast({{ llm_cost.hash64(['usage_date', 'day_fingerprint']) }} as decimal(38, 0)) as day_hash
    from {{ ref('int_llm_cost__reporting_days') }}
),

summed as (
    select
        period,
        sum(day_hash) as days_hash
    from days
    group by period
)

select
    period,
    {{ llm_cost.key64(['days_hash']) }} as day_fingerprint
from summed
