{{ config(materialized='table') }}

{#- The days that this build has taken through every rollup: only these may be sealed by the next. It is written last, so that a build that
    broke on the way leaves the mark of the one before. Grain: utc_date. -#}

-- depends_on: {{ ref('int_llm_cost__daily_costs') }}
-- depends_on: {{ ref('int_llm_cost__attributed_days') }}
-- depends_on: {{ ref('int_llm_cost__unpriced_days') }}
-- depends_on: {{ ref('int_llm_cost__cache_days') }}
-- depends_on: {{ ref('int_llm_cost__cache_bins') }}
-- depends_on: {{ ref('fct_llm_cost__scenario_costs') }}
-- depends_on: {{ ref('fct_llm_cost__price_change_effects') }}
-- depends_on: {{ ref('fct_llm_cost__chargeback_statement') }}
-- depends_on: {{ ref('fct_llm_cost__usage_rejects') }}
-- depends_on: {{ ref('fct_llm_cost__row_accounting') }}
with hourly as (
    select
        utc_date,
        cast(sum(requests) as bigint) as events,
        cast(coalesce(sum(total_cost_usd), 0) as decimal(28, 12)) as total_cost_usd
    from {{ ref('fct_llm_cost__hourly') }}
    group by utc_date
),

builds as (
    select max(build_id) as build_id from {{ ref('stg_llm_cost__loads') }}
)

select
    hourly.utc_date,
    hourly.events,
    hourly.total_cost_usd,
    builds.build_id
from hourly
-- grain: one row
cross join builds
