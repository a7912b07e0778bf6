{{ config(**llm_cost.by_day('int_llm_cost__cache_periods', 'period')) }}

{#- The daily states of a period added up, for each owner by model and, as provider and model `*`, over all models. Grain: owner_kind × owner ×
    period × provider × model. -#}

with {{ llm_cost.period_days() }},

by_model as (
    select
        cache_days.owner_kind,
        cache_days.owner,
        cache_days.provider,
        cache_days.model,
        days.period,
        {% for name, type, expression in llm_cost.cache_sums() -%}
            sum(cache_days.{{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_llm_cost__cache_days') }} as cache_days
    -- grain: usage_date is unique in days
    inner join days on cache_days.usage_date = days.usage_date
    group by cache_days.owner_kind, cache_days.owner, cache_days.provider, cache_days.model, days.period
),

all_models as (
    select
        owner_kind,
        owner,
        '*' as provider,
        '*' as model,
        period,
        {% for name, type, expression in llm_cost.cache_sums() -%}
            sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from by_model
    group by owner_kind, owner, period
),

summed as (
    select * from by_model
    union all
    select * from all_models
)

select
    summed.owner_kind,
    summed.owner,
    summed.provider,
    summed.model,
    {% for name, type, expression in llm_cost.cache_sums() -%}
        cast(summed.{{ name }} as {{ type }}) as {{ name }},
    {% endfor -%}
    summed.period,
    periods.day_fingerprint
from summed
-- grain: period is unique in periods
inner join periods on summed.period = periods.period
