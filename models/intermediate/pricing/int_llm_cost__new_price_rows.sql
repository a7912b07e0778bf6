{{ config(materialized='table') }}

{#- The price rows that have come since the very first build and whose effect fct_llm_cost__price_change_effects has not shown yet: those
    that this build is the first to see, and those of a build that broke before. Grain: relation × rate_id. -#}
{%- set effects = llm_cost.built_relation('fct_llm_cost__price_change_effects', is_log=true) %}

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
where
    history.first_built_at > history.first_build_at
    {%- if effects %}
    and not exists (
        select 1 from {{ effects }} as effects
        where effects.relation = rates.relation and effects.rate_id = rates.rate_id
    )
    {%- else %}
    and history.first_built_at = {{ llm_cost.build_started_at() }}
    {%- endif %}
