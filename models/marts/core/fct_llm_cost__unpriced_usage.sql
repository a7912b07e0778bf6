{#- What could not be priced, by model and day: the list to work down when adding price rows. -#}

with requests as (
    select * from {{ ref('fct_llm_cost__requests') }}
    where pricing_status in ('unpriced', 'partially_priced', 'provider_reported', 'usage_missing')
)

select
    {{ llm_cost.content_hash(['source_system', 'provider', 'coalesce(model_served, model_requested)', 'service_tier', 'region_scope', 'pricing_status', llm_cost.reporting_date('occurred_at')]) }}
        as unpriced_usage_id,
    {{ llm_cost.reporting_date('occurred_at') }} as usage_date,
    source_system,
    provider,
    coalesce(model_served, model_requested) as model,
    service_tier,
    region_scope,
    pricing_status,
    count(*) as requests,
    min(occurred_at) as first_seen_at,
    max(occurred_at) as last_seen_at,
    cast(sum(total_input_tokens) as bigint) as total_input_tokens,
    cast(sum(output_tokens) as bigint) as output_tokens,
    cast(sum(total_cost_usd) as decimal(28, 12)) as known_cost_usd,
    cast(sum(provider_reported_cost_usd) as decimal(28, 12)) as provider_reported_cost_usd
from requests
group by
    {{ llm_cost.reporting_date('occurred_at') }}, source_system, provider, coalesce(model_served, model_requested), service_tier, region_scope, pricing_status
