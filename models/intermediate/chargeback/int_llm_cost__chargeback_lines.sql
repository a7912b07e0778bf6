{{ config(materialized='table') }}

{#- What each month would be billed if it were closed now: requests, shares of pools, credits, tax, in the reporting currency. Grain:
    line_key. -#}
{%- set dimensions = llm_cost.line_dimensions() %}
{%- set central = var('llm_cost_central_cost_center', 'central') %}

with direct_lines as (
    select * from {{ ref('int_llm_cost__direct_lines') }}
),

allocations as (
    select * from {{ ref('fct_llm_cost__shared_cost_allocations') }}
),

teams as (
    select * from {{ ref('int_llm_cost__teams') }}
),

pool_lines as (
    select
        allocations.*,
        case
            when allocations.receiver_kind = 'fx_difference' then 'fx_difference'
            when allocations.category = 'shared' then 'allocated'
            else allocations.category
        end as line_type,
        allocations.receiving_team as team,
        case
            when allocations.receiver_kind <> 'team' then '{{ central }}'
            else coalesce(teams.cost_center, 'unassigned')
        end as cost_center,
        {% for column in dimensions[2:] -%}
            cast(null as string) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from allocations
    -- grain: one interval of a team holds at the end of a month
    left join teams
        on
            allocations.receiving_team = teams.team
            and {{ llm_cost.month_end('allocations.period') }} > teams.valid_from
            and {{ llm_cost.month_end('allocations.period') }} <= teams.valid_to
)

select
    line_key,
    period,
    issuer,
    'direct' as line_type,
    cast(null as string) as pool_id,
    {{ dimensions | join(',\n    ') }},
    cast(null as string) as method,
    cast(null as string) as driver,
    cast(null as decimal(28, 12)) as driver_value,
    cast(null as decimal(19, 18)) as driver_share_ratio,
    cast(null as string) as path,
    cast(null as string) as parts,
    cast(null as decimal(28, 6)) as pool_amount,
    requests,
    tokens,
    unpriced_requests,
    price_card_versions,
    exact_amount,
    amount_units
from direct_lines

union all

select
    {{ llm_cost.line_key('line_type', 'pool_id') }} as line_key,
    period,
    issuer,
    line_type,
    pool_id,
    {{ dimensions | join(',\n    ') }},
    method,
    driver,
    driver_value,
    share_ratio as driver_share_ratio,
    path,
    parts,
    pool_amount_converted as pool_amount,
    cast(null as decimal(28, 12)) as requests,
    cast(null as decimal(28, 12)) as tokens,
    cast(null as decimal(28, 12)) as unpriced_requests,
    cast(null as string) as price_card_versions,
    cast(allocated_amount as decimal(28, 12)) as exact_amount,
    allocated_minor_units as amount_units
from pool_lines
