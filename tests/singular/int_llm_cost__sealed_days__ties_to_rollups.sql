-- The rollups of a sealed day must hold for good what they held when its requests were dropped: nothing else knows it any more.
{%- set rollups = ['fct_llm_cost__hourly', 'int_llm_cost__daily_costs'] %}

with rollups as (
    {% for rollup in rollups -%}
        select
            '{{ rollup }}' as rollup,
            utc_date,
            cast(sum(requests) as bigint) as events,
            cast(coalesce(sum(total_cost_usd), 0) as decimal(28, 12)) as total_cost_usd
        from {{ ref(rollup) }}
        where utc_date <= {{ llm_cost.sealed_until() }}
        group by utc_date
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

expected as (
    {% for rollup in rollups -%}
        select
            '{{ rollup }}' as rollup,
            utc_date,
            events,
            total_cost_usd
        from {{ ref('int_llm_cost__sealed_days') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

compared as (
    select
        coalesce(expected.rollup, rollups.rollup) as rollup,
        coalesce(expected.utc_date, rollups.utc_date) as utc_date,
        coalesce(expected.events, 0) as events_sealed,
        coalesce(rollups.events, 0) as events_now,
        coalesce(expected.total_cost_usd, 0) as cost_sealed,
        coalesce(rollups.total_cost_usd, 0) as cost_now
    from expected
    -- grain: (rollup, utc_date) is unique in each
    full outer join rollups on expected.rollup = rollups.rollup and expected.utc_date = rollups.utc_date
)

select *
from compared
where {{ llm_cost.fails_with(
    'events_sealed <> events_now or cost_sealed <> cost_now',
    "rollup || ' of ' || cast(utc_date as string) || ' holds ' || cast(events_now as string) || ' requests and ' || cast(cost_now as string) || ' USD, but held '"
    ~ " || cast(events_sealed as string) || ' and ' || cast(cost_sealed as string) || ' when the requests of the day were dropped. Nothing can rebuild it:"
    ~ " restore the database of the last good build. Was a rollup dropped, or made anew without llm_cost_request_retention_days?'"
) }}
