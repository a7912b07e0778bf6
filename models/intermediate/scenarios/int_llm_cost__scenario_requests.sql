{#- Each request as it would have been under each case that a rule of matches it: another provider, model, tier or instant of
    the price card, other cache buckets. The input stays as large as it was. Grain: scenario × event_id. -#}

with requests as (
    select * from {{ ref('fct_llm_cost__requests') }}
),

targets as (
    select * from {{ ref('int_llm_cost__scenario_targets') }}
),

rules as (
    select * from {{ ref('int_llm_cost__scenario_rules') }}
),

matched as (
    select
        requests.*,
        rules.scenario,
        rules.share,
        rules.to_provider,
        rules.to_model,
        rules.to_service_tier,
        rules.card_at,
        rules.caching,
        coalesce(requests.uncached_input_tokens, 0) as uncached,
        coalesce(requests.cache_read_tokens, 0) as cache_read,
        coalesce(requests.cache_write_5m_tokens, 0) as write_5m,
        coalesce(requests.cache_write_1h_tokens, 0) as write_1h,
        -- how many more tokens the case reads from the cache; fewer is below 0
        coalesce(
            cast(round(rules.hit_ratio * cast(
                coalesce(requests.uncached_input_tokens, 0) + coalesce(requests.cache_read_tokens, 0)
                + coalesce(requests.cache_write_5m_tokens, 0) + coalesce(requests.cache_write_1h_tokens, 0) as decimal(18, 0)
            )) as bigint) - coalesce(requests.cache_read_tokens, 0),
            0
        ) as more_read
    from requests
    -- grain: one rule a scenario and owner
    inner join targets
        on
            requests.provider = targets.provider
            and coalesce(requests.model_billed, '') = coalesce(targets.model_billed, '')
            and requests.team = targets.team
            and coalesce(requests.feature, '') = coalesce(targets.feature, '')
            and coalesce(requests.tenant_id, '') = coalesce(targets.tenant_id, '')
    -- grain: (scenario, step) is unique in rules
    inner join rules on targets.scenario = rules.scenario and targets.step = rules.step
),

-- what is read instead was written before, and only then uncached; what is read no more is written again where the request
-- writes, else it is uncached
moved as (
    select
        *,
        least(greatest(more_read, 0), write_5m) as from_5m,
        least(greatest(more_read - write_5m, 0), write_1h) as from_1h,
        greatest(more_read - write_5m - write_1h, 0) as from_uncached,
        greatest(-more_read, 0) as not_read
    from matched
)

select
    scenario,
    share,
    event_id,
    utc_date,
    occurred_at,
    coalesce(card_at, occurred_at) as priced_at,
    provider as actual_provider,
    model_billed as actual_model_billed,
    pricing_status as actual_pricing_status,
    total_cost_usd as actual_cost_usd,
    team,
    tenant_id,
    feature,
    api_key_id,
    project_id,
    billing_account_id,
    coalesce(to_provider, provider) as provider,
    coalesce(to_model, model_requested) as model_requested,
    coalesce(to_model, model_served) as model_served,
    coalesce(to_service_tier, service_tier) as service_tier,
    region_scope,
    case
        when caching = 'none' then uncached + cache_read + write_5m + write_1h
        else uncached - from_uncached + case when write_5m + write_1h > 0 then 0 else not_read end
    end as uncached_input_tokens,
    case when caching = 'none' then 0 else cache_read + more_read end as cache_read_tokens,
    case when caching = 'none' then 0 else write_5m - from_5m + case when write_5m > 0 and write_1h = 0 then not_read else 0 end end as cache_write_5m_tokens,
    case when caching = 'none' then 0 else write_1h - from_1h + case when write_1h > 0 then not_read else 0 end end as cache_write_1h_tokens,
    {% for column in llm_cost.usage_quantities() if column not in ['uncached_input_tokens', 'cache_read_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens'] -%}
        {{ column }},
    {% endfor -%}
    search_context_size,
    total_input_tokens
from moved
