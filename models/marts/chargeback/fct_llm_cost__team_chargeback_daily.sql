{#- Showback by day of the months that are open: requests on their own day, everything else (shares of pools, credits, tax, corrections)
    spread evenly over the days of its month. A month's days add up to its rows in fct_llm_cost__team_chargeback. Grain: usage_date ×
    line dimensions, hashed in team_chargeback_daily_id. -#}
{%- set dimensions = llm_cost.line_dimensions() %}

with pending as (
    select * from {{ ref('fct_llm_cost__chargeback_lines') }} where not is_posted
),

team_days as (
    select
        *,
        provider as issuer,
        coalesce(cost_center, 'unassigned') as billed_cost_center
    from {{ ref('int_llm_cost__team_days') }}
),

open_months as (
    select distinct issuer, period
    from pending
    where entry = 'line' and line_type = 'direct'
),

rates as (
    select
        period,
        max(fx_rate) as fx_rate
    from {{ ref('int_llm_cost__direct_lines') }}
    group by period
),

day_costs as (
    select
        team_days.period,
        team_days.usage_date,
        team_days.issuer,
        {% for column in dimensions -%}
            team_days.{{ 'billed_cost_center as cost_center' if column == 'cost_center' else column }},
        {% endfor -%}
        cast(sum(team_days.requests) as decimal(28, 12)) as requests,
        cast(sum(team_days.total_tokens) as decimal(28, 12)) as tokens,
        cast(sum(team_days.unpriced_requests) as decimal(28, 12)) as unpriced_requests,
        cast(sum(team_days.total_cost_usd) as decimal(28, 12)) as cost_usd
    from team_days
    -- grain: (issuer, period) is unique in open_months
    inner join open_months on team_days.issuer = open_months.issuer and team_days.period = open_months.period
    group by
        team_days.period, team_days.usage_date, team_days.issuer,
        {% for column in dimensions %}team_days.{{ 'billed_cost_center' if column == 'cost_center' else column }}{{ ', ' if not loop.last }}{% endfor %}
),

direct_days as (
    select
        day_costs.usage_date,
        {% for column in dimensions %}day_costs.{{ column }}, {% endfor %}
        '{{ llm_cost.reporting_currency() }}' as currency,
        day_costs.requests,
        day_costs.tokens,
        day_costs.unpriced_requests,
        {{ llm_cost.converted('day_costs.cost_usd', 'rates.fx_rate', 'day_costs.period, day_costs.issuer', (['day_costs.usage_date'] + dimensions) | join(', ')) }} as direct_amount,
        cast(0 as decimal(28, 12)) as other_amount
    from day_costs
    -- grain: period is unique in rates
    inner join rates on day_costs.period = rates.period
),

spread as (
    select
        *,
        {{ llm_cost.explode(llm_cost.days_between("cast(period || '-01' as date)", llm_cost.day_before("cast(" ~ llm_cost.next_month('period') ~ " || '-01' as date)"))) }} as day_at
    from pending
    where not (entry = 'line' and line_type = 'direct')
),

numbered as (
    select
        *,
        cast(extract(day from cast(day_at as date)) as integer) as day_number,
        cast(extract(day from {{ llm_cost.day_before("cast(" ~ llm_cost.next_month('period') ~ " || '-01' as date)") }}) as integer) as days,
        case when amount < 0 then -1 else 1 end as sign,
        cast(abs(amount) * 1000000 as decimal(38, 0)) as millionths
    from spread
),

-- running totals in whole millionths: the days add up to the amount
spread_days as (
    select
        cast(day_at as date) as usage_date,
        {{ dimensions | join(', ') }},
        currency,
        cast(null as decimal(28, 12)) as requests,
        cast(null as decimal(28, 12)) as tokens,
        cast(null as decimal(28, 12)) as unpriced_requests,
        cast(0 as decimal(28, 12)) as direct_amount,
        cast((
            {{ llm_cost.integer_quotient('cast(millionths * day_number as decimal(38, 0))', 'cast(days as decimal(38, 0))') }}
            - {{ llm_cost.integer_quotient('cast(millionths * (day_number - 1) as decimal(38, 0))', 'cast(days as decimal(38, 0))') }}
        ) * sign * 0.000001 as decimal(28, 12)) as other_amount
    from numbered
),

day_lines as (
    select * from direct_days
    union all
    select * from spread_days
),

summed as (
    select
        usage_date,
        {{ dimensions | join(', ') }},
        max(currency) as currency,
        cast(sum(requests) as decimal(28, 12)) as requests,
        cast(sum(tokens) as decimal(28, 12)) as tokens,
        cast(sum(unpriced_requests) as decimal(28, 12)) as unpriced_requests,
        cast(sum(direct_amount) as decimal(28, 12)) as direct_amount,
        cast(sum(other_amount) as decimal(28, 12)) as other_amount,
        cast(sum(direct_amount + other_amount) as decimal(28, 12)) as total_amount
    from day_lines
    group by usage_date, {{ dimensions | join(', ') }}
)

select
    {{ llm_cost.content_hash(['usage_date'] + dimensions) }} as team_chargeback_daily_id,
    *
from summed
