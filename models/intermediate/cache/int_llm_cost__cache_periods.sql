{{ config(materialized='table') }}

{#- The periods that have requests, with a fingerprint of their days and of the vars that the period's figures depend on. Grain: period. -#}

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
    {{ llm_cost.content_hash(['days_hash', "'" ~ tojson([llm_cost.cache_guards(), llm_cost.cache_cohorts()]) ~ "'"]) }} as day_fingerprint
from summed
