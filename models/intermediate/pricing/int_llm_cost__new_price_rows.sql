{{ config(materialized='table') }}

{#- The price rows that this build is the first to see, the very first build aside: the rows whose effect
    fct_llm_cost__price_change_effects shows. Grain: relation × rate_id. -#}

with rates as (
    select * from {{ ref('int_llm_cost__price_rates') }}
),

history as (
    select
        *,
        min(first_built_at) over () as first_build_at
    from {{ ref('int_llm_cost__price_row_history') }}
)

select
    rates.*,
    history.first_built_at
from rates
-- grain: (relation, rate_id) is unique in the history
inner join history on rates.relation = history.relation and rates.rate_id = history.rate_id
where history.first_built_at = {{ llm_cost.build_started_at() }} and history.first_built_at > history.first_build_at
