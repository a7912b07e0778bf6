{#- What could not be priced, by model and day: the list to work down when adding price rows. -#}

with unpriced_days as (
    select * from {{ ref('int_llm_cost__unpriced_days') }} where pricing_status is not null
),

gaps as (
    select * from {{ ref('int_llm_cost__pricing_gaps') }}
),

nearest_models as (
    select * from {{ ref('int_llm_cost__nearest_models') }}
),

summed as (
    select
        usage_date,
        source_system,
        provider,
        model,
        service_tier,
        region_scope,
        pricing_status,
        cast(sum(requests) as bigint) as requests,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        cast(sum(total_input_tokens) as bigint) as total_input_tokens,
        cast(sum(output_tokens) as bigint) as output_tokens,
        cast(sum(known_cost_usd) as decimal(28, 12)) as known_cost_usd,
        cast(sum(provider_reported_cost_usd) as decimal(28, 12)) as provider_reported_cost_usd
    from unpriced_days
    group by usage_date, source_system, provider, model, service_tier, region_scope, pricing_status
)

select
    {{ llm_cost.content_hash([
        'summed.source_system', 'summed.provider', 'summed.model', 'summed.service_tier', 'summed.region_scope', 'summed.pricing_status', 'summed.usage_date'
    ]) }} as unpriced_usage_id,
    summed.*,
    gaps.first_seen_at as model_first_seen_at,
    gaps.last_seen_at as model_last_seen_at,
    gaps.requests as model_requests,
    gaps.missing_meters,
    nearest_models.nearest_known_model,
    gaps.suggested_price_rows,
    case
        when nearest_models.is_same_model and nearest_models.nearest_known_model <> lower(summed.model)
            then {{ llm_cost.alias_row_to_paste('summed.provider', 'summed.model', 'nearest_models.nearest_known_model', 'gaps.first_seen_at') }}
    end as suggested_alias_row
from summed
-- grain: (provider, model, service_tier, region_scope) is unique in gaps
left join gaps
    on
        summed.provider = gaps.provider
        and summed.model = gaps.model
        and summed.service_tier = gaps.service_tier
        and summed.region_scope = gaps.region_scope
        and summed.pricing_status <> 'usage_missing'
-- grain: (provider, model) is unique in nearest_models
left join nearest_models on gaps.provider = nearest_models.provider and gaps.model = nearest_models.model
