{{ config(materialized='view') }}

{#- Requests with the columns of a chargeback line; what several teams own is split. Read for single months or days. Grain: request ×
    team. -#}

with requests as (
    select * from {{ ref('fct_llm_cost__requests') }}
),

owner_groups as (
    select * from {{ ref('int_llm_cost__owner_groups') }}
),

owned as (
    select
        requests.*,
        owner_groups.team as member_team,
        owner_groups.cost_center as member_cost_center,
        owner_groups.weight,
        owner_groups.weight_before
    from requests
    -- grain: one row a team of the group; no row for a single team
    left join owner_groups on requests.team = owner_groups.owner_group
)

select
    event_id,
    trace_id,
    {{ llm_cost.month_text('occurred_at') }} as period,
    coalesce(member_team, team) as team,
    coalesce(cost_center, member_cost_center, 'unassigned') as cost_center,
    service,
    feature,
    environment,
    provider,
    coalesce(model_billed, model_served, model_requested) as model,
    coalesce(total_input_tokens, 0) + coalesce(output_tokens, 0) as tokens,
    {{ llm_cost.weighted_part('coalesce(total_cost_usd, 0)') }} as cost_usd,
    utc_date,
    day_fingerprint
from owned
