{{ config(**llm_cost.by_day('int_llm_cost__cache_periods', 'period')) }}

{#- Quantiles of the requests' hit ratios in a period, from the bins of its days: by owner over all models (provider and model `*`), by owner
    and model, and of each model over all owners (owner `*`). Within 0.001 of those of the requests, exact where a day's bin holds one
    value or at most two requests. Grain: owner_kind × owner × period × provider × model. -#}
{%- set percents = [10, 25, 50, 75, 90] %}

with periods as (
    {{ llm_cost.days_to_rebuild('int_llm_cost__cache_periods', 'period') }}
),

bins as (
    select
        cache_bins.*,
        periods.period,
        periods.day_fingerprint as period_fingerprint
    from {{ ref('int_llm_cost__cache_bins') }} as cache_bins
    -- grain: period is unique in periods
    inner join periods on {{ llm_cost.cache_period('cache_bins.usage_date') }} = periods.period
),

ratios as (
    select
        owner_kind,
        owner,
        period,
        period_fingerprint,
        provider,
        model,
        {{ llm_cost.explode(llm_cost.evenly_spaced('ratio_min', 'ratio_max', 'requests')) }} as hit_ratio
    from bins
),

summed as (
    select
        owner_kind,
        owner,
        period,
        period_fingerprint,
        provider,
        model,
        {{ llm_cost.quantiles('hit_ratio', [0.1, 0.25, 0.5, 0.75, 0.9]) }} as period_quantiles
    from ratios
    group by grouping sets (
        (owner_kind, owner, period, period_fingerprint),
        (owner_kind, owner, period, period_fingerprint, provider, model),
        (owner_kind, period, period_fingerprint, provider, model)
    )
)

select
    owner_kind,
    coalesce(owner, '*') as owner,
    coalesce(provider, '*') as provider,
    coalesce(model, '*') as model,
    {% for percent in percents -%}
        {{ llm_cost.list_item('period_quantiles', loop.index) }} as p{{ percent }},
    {% endfor -%}
    period,
    period_fingerprint as day_fingerprint
from summed
