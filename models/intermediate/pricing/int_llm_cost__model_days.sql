{{ config(**llm_cost.by_day('int_llm_cost__call_days', keeps_sealed=true)) }}

{#- The (provider, model, tier, region, contract account) of each day's events. Grain: those and utc_date. -#}

with days as (
    {{ llm_cost.days_to_rebuild('int_llm_cost__call_days', keeps_sealed=true) }}
),

usage_events as (
    select {{ llm_cost.broadcast_hint('days') }}
        usage_events.*,
        days.day_fingerprint
    from {{ ref('int_llm_cost__usage_events') }} as usage_events
    -- grain: utc_date is unique in days
    inner join days on usage_events.utc_date = days.utc_date
    {{ llm_cost.only_days_to_rebuild('usage_events.utc_date', 'int_llm_cost__call_days', word='where') }}
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
    count(*) as events,
    min(occurred_at) as first_seen_at,
    max(occurred_at) as last_seen_at,
    utc_date,
    day_fingerprint
from events
group by provider, coalesce(model_served, model_requested), service_tier, region_scope, contract_account, utc_date, day_fingerprint
