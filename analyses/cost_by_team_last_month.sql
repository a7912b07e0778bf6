-- Cost by team and model in the last calendar month (UTC) that the data has finished.
-- dbt show --select cost_by_team_last_month --limit 50
with hourly as (
    select * from {{ ref('fct_llm_cost__hourly') }}
),

last_month as (
    select
        date_trunc('month', max(hour_at)) - interval '1' month as starts_at,
        date_trunc('month', max(hour_at)) as ends_at
    from hourly
)

select
    hourly.team,
    hourly.model_billed as model,
    sum(hourly.requests) as requests,
    round(100.0 * sum(hourly.cache_read_tokens) / sum(hourly.total_input_tokens), 1) as cache_read_percent,
    round(sum(hourly.total_cost_usd), 2) as cost_usd
from hourly
-- grain: one row in last_month
inner join last_month on hourly.hour_at >= last_month.starts_at and hourly.hour_at < last_month.ends_at
where hourly.pricing_status in ('priced', 'partially_priced', 'provider_reported', 'free')
group by hourly.team, hourly.model_billed
order by cost_usd desc, hourly.team asc, model asc
