{{ config(materialized='table') }}

{#- Daily usage and cost by team: what several teams own together is split by their weights, exactly. What chargeback bills
    directly and what the drivers of shared pools are summed from. Grain: the row of int_llm_cost__daily_costs × team. -#}

with daily_costs as (
    select * from {{ ref('int_llm_cost__daily_costs') }}
),

owner_groups as (
    select * from {{ ref('int_llm_cost__owner_groups') }}
),

tenants as (
    select * from {{ ref('int_llm_cost__tenants') }}
),

owned as (
    select
        daily_costs.*,
        owner_groups.team as member_team,
        owner_groups.cost_center as member_cost_center,
        owner_groups.weight,
        owner_groups.weight_before,
        tenants.tenant_group
    from daily_costs
    -- grain: one row a team of the group; no row for a single team
    left join owner_groups on daily_costs.team = owner_groups.owner_group
    -- grain: one interval of a tenant holds at the start of a day
    left join tenants
        on
            lower(daily_costs.tenant_id) = lower(tenants.tenant_id)
            and cast(daily_costs.usage_date as timestamp) >= tenants.valid_from
            and cast(daily_costs.usage_date as timestamp) < tenants.valid_to
)

select
    substr({{ llm_cost.date_text('usage_date') }}, 1, 7) as period,
    usage_date,
    source_system,
    coalesce(member_team, team) as team,
    coalesce(cost_center, member_cost_center) as cost_center,
    service,
    feature,
    environment,
    tenant_id,
    tenant_group,
    provider,
    model,
    price_card_version,
    {{ llm_cost.weighted_part('requests') }} as requests,
    {{ llm_cost.weighted_part('unpriced_requests') }} as unpriced_requests,
    {{ llm_cost.weighted_part('coalesce(input_tokens, 0)') }} as input_tokens,
    {{ llm_cost.weighted_part('coalesce(output_tokens, 0)') }} as output_tokens,
    {{ llm_cost.weighted_part('coalesce(input_tokens, 0) + coalesce(output_tokens, 0)') }} as total_tokens,
    {{ llm_cost.weighted_part('total_cost_usd') }} as total_cost_usd,
    {{ llm_cost.weighted_part('list_cost_usd') }} as list_cost_usd
from owned
