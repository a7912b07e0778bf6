{#- Each billable request as its provider's prompt cache sees it. A request that reports its cache reads and has input is part of the samples;
    others are counted as not reporting, never as misses. Grain: event_id. -#}

with requests as (
    select
        *,
        case
            when tags like '%"prefix_hash"%' then {{ llm_cost.json_text('tags', '$.prefix_hash') }}
        end as prefix_hash,
        coalesce(uncached_input_tokens, 0) + coalesce(cache_read_tokens, 0)
        + coalesce(cache_write_5m_tokens, 0) + coalesce(cache_write_1h_tokens, 0) as input_tokens
    from {{ ref('fct_llm_cost__requests') }}
    where pricing_status <> 'not_billable'
),

prefixed as (
    select
        *,
        coalesce(prefix_hash, prompt_template) as prefix_id,
        cache_read_tokens is not null and input_tokens > 0 as is_sampled
    from requests
)

select
    event_id,
    occurred_at,
    utc_date,
    {{ llm_cost.reporting_date('occurred_at') }} as usage_date,
    {{ llm_cost.cache_tenant() }} as tenant_id,
    feature,
    agent_id,
    prompt_template,
    api_key_id,
    provider,
    coalesce(model_billed, model_served, model_requested) as model,
    prefix_id,
    coalesce(session_id, trace_id, prefix_id) is not null as has_chain,
    coalesce(session_id, trace_id, prefix_id, event_id) as chain_id,
    is_sampled,
    uncached_input_tokens,
    cache_read_tokens,
    cache_write_5m_tokens,
    cache_write_1h_tokens,
    input_tokens,
    case when is_sampled then input_tokens end as prompt_tokens,
    case when is_sampled then cast(cache_read_tokens as double) / cast(input_tokens as double) end as hit_ratio,
    case
        when not is_sampled then null
        when cache_read_tokens = 0 then 0
        when cache_read_tokens = input_tokens then 1001
        else 1 + cast(floor(1000e0 * cache_read_tokens / input_tokens) as int)
    end as ratio_bin,
    total_cost_usd,
    cache_read_cost_usd,
    cast(uncached_input_cost_usd + cache_read_cost_usd + cache_write_cost_usd as decimal(18, 12)) as input_cost_usd,
    input_cost_without_cache_usd
from prefixed
