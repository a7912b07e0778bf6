{{ config(**llm_cost.by_day('int_llm_cost__cache_periods', 'period')) }}

{#- The daily states of a period added up, for each owner by model and, as provider and model `*`, over all models. Grain: owner_kind × owner ×
    period × provider × model. -#}

with periods as (
    {{ llm_cost.days_to_rebuild('int_llm_cost__cache_periods', 'period') }}
),

days as (
    select
        cache_days.*,
        periods.period,
        periods.day_fingerprint as period_fingerprint
    from {{ ref('int_llm_cost__cache_days') }} as cache_days
    -- grain: period is unique in periods
    inner join periods on {{ llm_cost.cache_period('cache_days.usage_date') }} = periods.period
)

select
    owner_kind,
    owner,
    coalesce(provider, '*') as provider,
    coalesce(model, '*') as model,
    {% for name, type, expression in llm_cost.cache_sums() -%}
        cast(sum({{ name }}) as {{ type }}) as {{ name }},
    {% endfor -%}
    cast(count(distinct usage_date) as bigint) as active_days,
    period,
    period_fingerprint as day_fingerprint
from days
group by grouping sets (
    (owner_kind, owner, period, period_fingerprint),
    (owner_kind, owner, period, period_fingerprint, provider, model)
)
