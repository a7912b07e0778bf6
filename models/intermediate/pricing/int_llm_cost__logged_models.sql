{{ config(materialized='table') }}

{#- Each distinct (provider, model, tier, region, contract account) of the events once, with when it was used. -#}

with usage_events as (
    select * from {{ ref('int_llm_cost__usage_events') }}
),

events as (
    {{ llm_cost.with_contract_account('usage_events') }}
)

select
    provider,
    coalesce(model_served, model_requested) as model_logged,
    service_tier,
    region_scope,
    contract_account,
    min(occurred_at) as first_seen_at,
    max(occurred_at) as last_seen_at
from events
group by provider, coalesce(model_served, model_requested), service_tier, region_scope, contract_account
