{{ config(materialized='table') }}

{#- All owners of one kind in a period, by model and over all (`*`): the pooled figures are of every request, the quantiles of the owners whose
    samples pass the guards. Grain: owner_kind × period × provider × model. -#}

with statistics as (
    select
        *,
        case when exclusion_reason is null then token_weighted_ratio end as fleet_ratio,
        case when exclusion_reason is null then unit_cost_usd_per_mtok end as fleet_unit_cost
    from {{ ref('int_llm_cost__cache_statistics') }}
),

summed as (
    select
        owner_kind,
        period,
        provider,
        model,
        cast(count(fleet_ratio) as bigint) as fleet_owners,
        cast(sum(cache_read_tokens) as double) / nullif(sum(prompt_tokens), 0) as pooled_ratio,
        1e6 * cast(sum(input_cost_usd) as double) / nullif(sum(priced_prompt_tokens), 0) as pooled_unit_cost_usd_per_mtok,
        cast(sum(cache_read_cost_usd) as double) / nullif(sum(priced_cache_read_tokens), 0) as read_price,
        cast(sum(input_cost_usd) - sum(cache_read_cost_usd) as double) / nullif(sum(priced_prompt_tokens) - sum(priced_cache_read_tokens), 0) as miss_price,
        {{ llm_cost.quantiles('fleet_ratio', [0.1, 0.25, 0.5, 0.75, 0.9]) }} as ratio_quantiles,
        {{ llm_cost.quantiles('fleet_unit_cost', [0.1, 0.5, 0.9]) }} as unit_cost_quantiles
    from statistics
    group by owner_kind, period, provider, model
)

select
    owner_kind,
    period,
    provider,
    model,
    fleet_owners,
    pooled_ratio,
    pooled_unit_cost_usd_per_mtok,
    read_price,
    miss_price,
    {% for percent in [10, 25, 50, 75, 90] -%}
        {{ llm_cost.list_item('ratio_quantiles', loop.index) }} as p{{ percent }}_ratio,
    {% endfor -%}
    {% for percent in [10, 50, 90] -%}
        {{ llm_cost.list_item('unit_cost_quantiles', loop.index) }} as p{{ percent }}_unit_cost{{ ',' if not loop.last }}
    {% endfor %}
from summed
