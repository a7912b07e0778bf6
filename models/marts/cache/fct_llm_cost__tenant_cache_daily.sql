{{ config(materialized='view') }}

{#- The daily state of each tenant. Grain: tenant_id × usage_date × provider × model. A view: the state is a table of its
    own, with a row for each of these. -#}

select
    {{ llm_cost.content_hash(['owner_kind', 'owner', 'usage_date', 'provider', 'model']) }} as tenant_cache_daily_id,
    usage_date,
    owner as tenant_id,
    provider,
    model,
    {% for name, type, expression in llm_cost.cache_sums() -%}
        {{ name }},
    {% endfor -%}
    cast(cache_read_tokens as double) / nullif(prompt_tokens, 0) as token_weighted_ratio,
    p10_of_request_ratios,
    p50_of_request_ratios,
    p90_of_request_ratios,
    cast(input_cost_without_cache_usd - input_cost_usd as decimal(28, 12)) as net_cache_saving_usd,
    day_fingerprint
from {{ ref('int_llm_cost__cache_days') }}
where owner_kind = 'tenant'
