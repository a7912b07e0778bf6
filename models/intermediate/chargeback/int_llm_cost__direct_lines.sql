{{ config(materialized='table') }}

{#- What each month's requests cost each team, in the reporting currency: exactly, and in whole minor units. The total of an issuer
    and month is converted and rounded once, then split by largest remainder, ties by name. Grain: line_key. -#}
{%- set dimensions = llm_cost.line_dimensions() %}
{%- set currency = llm_cost.reporting_currency() %}

with team_days as (
    select * from {{ ref('int_llm_cost__team_days') }}
),

currencies as (
    select * from {{ ref('int_llm_cost__currencies') }} where currency = '{{ currency }}'
),

fx_rates as (
    select * from {{ ref('int_llm_cost__fx_rates') }}
    where from_currency = 'USD' and to_currency = '{{ currency }}' and rate_type = 'average'
),

by_card as (
    select
        period,
        provider as issuer,
        team,
        coalesce(cost_center, 'unassigned') as cost_center,
        service,
        feature,
        environment,
        provider,
        model,
        price_card_version,
        sum(requests) as requests,
        sum(total_tokens) as tokens,
        sum(unpriced_requests) as unpriced_requests,
        sum(total_cost_usd) as cost_usd
    from team_days
    group by period, team, coalesce(cost_center, 'unassigned'), service, feature, environment, provider, model, price_card_version
),

lines as (
    select
        period,
        issuer,
        {{ dimensions | join(',\n        ') }},
        {{ llm_cost.list_text('price_card_version', "', '") }} as price_card_versions,
        cast(sum(requests) as decimal(28, 12)) as requests,
        cast(sum(tokens) as decimal(28, 12)) as tokens,
        cast(sum(unpriced_requests) as decimal(28, 12)) as unpriced_requests,
        cast(sum(cost_usd) as decimal(28, 12)) as cost_usd,
        concat_ws('/'{% for column in dimensions %}, coalesce({{ column }}, ''){% endfor %}) as line_name
    from by_card
    group by period, issuer, {{ dimensions | join(', ') }}
),

rated as (
    select
        lines.*,
        currencies.minor_unit_digits,
        {% if currency == 'USD' -%}
            cast(1 as decimal(18, 10)) as fx_rate
        {%- else -%}
            cast(fx_rates.rate as decimal(18, 10)) as fx_rate
        {%- endif %}
    from lines
    cross join currencies
    -- grain: from_currency, to_currency, period and rate_type are unique in fx_rates
    left join fx_rates on lines.period = fx_rates.period
),

converted as (
    select
        *,
        {{ llm_cost.converted('cost_usd', 'fx_rate', 'period, issuer', 'line_name') }} as exact_amount
    from rated
),

scaled as (
    select
        *,
        cast(exact_amount * {{ llm_cost.minor_unit_factor('minor_unit_digits') }} as decimal(38, 12)) as units
    from converted
),

floored as (
    select
        *,
        cast(floor(units) as decimal(38, 0)) as floor_units,
        cast(round(sum(units) over (partition by period, issuer), 0) as decimal(38, 0)) - sum(cast(floor(units) as decimal(38, 0))) over (partition by period, issuer)
            as units_left,
        row_number() over (partition by period, issuer order by units - floor(units) desc, line_name) as place
    from scaled
)

select
    {{ llm_cost.line_key("'direct'", 'cast(null as string)') }} as line_key,
    period,
    issuer,
    {{ dimensions | join(',\n    ') }},
    price_card_versions,
    requests,
    tokens,
    unpriced_requests,
    fx_rate,
    exact_amount,
    cast(floor_units + case when place <= units_left then 1 else 0 end as bigint) as amount_units
from floored
