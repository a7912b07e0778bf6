{#- What each team owes each month: its own requests, its shares of pools, corrections, credits, tax. Open months are showback and change
    with the usage; closed months are what was posted. Grain: period × line dimensions, hashed in team_chargeback_id. -#}
{%- set dimensions = llm_cost.line_dimensions() %}
{%- set kinds = {
    'direct': "entry = 'line' and line_type = 'direct'",
    'allocated': "entry = 'line' and line_type = 'allocated'",
    'adjustment': "entry = 'correction' or (entry = 'line' and line_type in ('adjustment', 'fx_difference'))",
    'credit': "entry = 'line' and line_type = 'credit'",
    'tax': "entry = 'line' and line_type = 'tax'"
} %}

with lines as (
    select
        *,
        case when entry = 'close' then '__rounding__' else team end as billed_team,
        case when entry = 'close' then '{{ var("llm_cost_central_cost_center", "central") }}' else cost_center end as billed_cost_center
    from {{ ref('fct_llm_cost__chargeback_lines') }}
),

summed as (
    select
        period,
        billed_team as team,
        billed_cost_center as cost_center,
        {{ dimensions[2:] | join(', ') }},
        max(currency) as currency,
        min(is_posted) as is_closed,
        cast(sum(case when entry = 'line' then requests end) as decimal(28, 12)) as requests,
        cast(sum(case when entry = 'line' then tokens end) as decimal(28, 12)) as tokens,
        cast(sum(case when entry = 'line' then unpriced_requests end) as decimal(28, 12)) as unpriced_requests,
        {% for kind, condition in kinds.items() -%}
            cast(coalesce(sum(case when {{ condition }} then amount end), 0) as decimal(28, 12)) as {{ kind }}_amount,
        {% endfor -%}
        cast(sum(amount) as decimal(28, 12)) as total_amount,
        cast(sum(rounding_amount) as decimal(28, 12)) as rounding_amount
    from lines
    group by period, billed_team, billed_cost_center, {{ dimensions[2:] | join(', ') }}
),

named as (
    select
        *,
        {{ llm_cost.content_hash(dimensions) }} as line_name_key,
        cast(sum(total_amount) over (partition by period) as decimal(28, 12)) as month_amount
    from summed
)

select
    {{ llm_cost.content_hash(['named.period', 'named.line_name_key']) }} as team_chargeback_id,
    named.period,
    named.is_closed,
    {% for column in dimensions -%}
        named.{{ column }},
    {% endfor -%}
    named.currency,
    named.requests,
    named.tokens,
    named.unpriced_requests,
    {% for kind in kinds -%}
        named.{{ kind }}_amount,
    {% endfor -%}
    named.total_amount,
    {{ llm_cost.ratio('named.total_amount', 'named.month_amount') }} as share_of_total_ratio,
    earlier.total_amount as amount_before,
    cast(named.total_amount - coalesce(earlier.total_amount, 0) as decimal(28, 12)) as change_amount,
    named.rounding_amount
from named
-- grain: (period, line_name_key) is unique in named
left join named as earlier on named.period = {{ llm_cost.next_month("earlier.period") }} and named.line_name_key = earlier.line_name_key
