{{ config(materialized='table') }}

{#- What each team used within the scope of the pools of a month, and in the month before where a pool falls back on it.
    Grain: period × scope × team. -#}
{%- set sums = {
    'direct_cost': 'total_cost_usd', 'list_cost': 'list_cost_usd', 'requests': 'requests', 'tokens': 'total_tokens', 'input_tokens': 'input_tokens',
    'output_tokens': 'output_tokens'
} %}
{%- set scope = ['provider', 'environment', 'service', 'tenant_group'] %}

with scopes as (
    select
        period,
        prior_period,
        {% for column in scope -%}
            {{ column }},
        {% endfor -%}
        max(case when zero_driver = 'prior_period' then 1 else 0 end) as needs_prior
    from {{ ref('int_llm_cost__shared_pools') }}
    where period is not null
    group by period, prior_period, {{ scope | join(', ') }}
),

wanted as (
    select
        scopes.*,
        period as usage_period,
        0 as is_prior
    from scopes
    union all
    select
        scopes.*,
        prior_period as usage_period,
        1 as is_prior
    from scopes
    where needs_prior = 1
),

team_days as (
    select
        period,
        usage_date,
        coalesce(team, {{ llm_cost.unowned_team() }}) as team,
        {% for column in scope -%}
            {{ 'lower(' ~ column ~ ')' if column == 'provider' else column }} as {{ column }},
        {% endfor -%}
        {% for name, column in sums.items() -%}
            sum({{ column }}) as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_llm_cost__team_days') }}
    group by period, usage_date, coalesce(team, {{ llm_cost.unowned_team() }}), lower(provider), environment, service, tenant_group
)

select
    wanted.period,
    {% for column in scope -%}
        wanted.{{ column }},
    {% endfor -%}
    team_days.team,
    max(case when wanted.is_prior = 0 then 1 else 0 end) as is_active,
    {% for prefix, flag in {'': 0, 'prior_': 1}.items() -%}
        {% for name in sums -%}
            cast(coalesce(sum(case when wanted.is_prior = {{ flag }} then team_days.{{ name }} end), 0) as decimal(28, 12)) as {{ prefix }}{{ name }},
        {% endfor -%}
        cast(count(distinct case when wanted.is_prior = {{ flag }} then team_days.usage_date end) as decimal(28, 12)) as {{ prefix }}active_days{{ ',' if not loop.last }}
    {% endfor %}
from wanted
-- grain: many days a team, summed up
inner join team_days
    on
        wanted.usage_period = team_days.period
        {%- for column in scope %}
        and coalesce(wanted.{{ column }}, team_days.{{ column }}, '') = coalesce(team_days.{{ column }}, '')
        {%- endfor %}
group by wanted.period, {% for column in scope %}wanted.{{ column }}, {% endfor %}team_days.team
