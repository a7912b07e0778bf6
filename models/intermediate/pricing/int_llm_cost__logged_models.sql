{{ config(materialized='table') }}

{#- Each distinct (provider, model, tier, region, contract account) of the events once, with when it was used. -#}

with model_days as (
    select * from {{ ref('int_llm_cost__model_days') }}
)

select
    provider,
    model_logged,
    service_tier,
    region_scope,
    contract_account,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at
from model_days
group by provider, model_logged, service_tier, region_scope, contract_account
