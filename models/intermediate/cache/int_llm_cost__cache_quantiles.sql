{{ config(**llm_cost.by_day('int_llm_cost__cache_periods', 'period')) }}

{#- Quantiles of the requests' hit ratios in a period, from the bins of its days: by owner over all models (provider and model `*`), by owner
    and model, and of each model over all owners (owner `*`). Within 0.001 of those of the requests, exact where a day's bin holds one
    value or at most two requests. Grain: owner_kind × owner × period × provider × model. -#}
{%- set percents = [10, 25, 50, 75, 90] %}

with {{ llm_cost.period_days() }},

bins as (
    select
        cache_bins.*,
        days.period
    from {{ ref('int_llm_cost__cache_bins') }} as cache_bins
    -- grain: usage_date is unique in days
    inner join days on cache_bins.usage_date = days.usage_date
    where cache_bins.owner_kind is not null
),

ratios as (
    select
        owner_kind,
        owner,
        period,
        provider,
        model,
        ratio_min as hit_ratio
    from bins
    where requests = 1
    union all
    select
        owner_kind,
        owner,
        period,
        provider,
        model,
        {{ llm_cost.explode(llm_cost.evenly_spaced('ratio_min', 'ratio_max', 'requests')) }} as hit_ratio
    from bins
    where requests > 1
),

summed as (
    select
        owner_kind,
        owner,
        period,
        provider,
        model,
        {{ llm_cost.quantiles('hit_ratio', [0.1, 0.25, 0.5, 0.75, 0.9]) }} as period_quantiles
    from ratios
    group by grouping sets (
        (owner_kind, owner, period),
        (owner_kind, owner, period, provider, model),
        (owner_kind, period, provider, model)
    )
)

select
    summed.owner_kind,
    coalesce(summed.owner, '*') as owner,
    coalesce(summed.provider, '*') as provider,
    coalesce(summed.model, '*') as model,
    {% for percent in percents -%}
        {{ llm_cost.list_item('summed.period_quantiles', loop.index) }} as p{{ percent }},
    {% endfor -%}
    summed.period,
    periods.day_fingerprint
from summed
-- grain: period is unique in periods
inner join periods on summed.period = periods.period
