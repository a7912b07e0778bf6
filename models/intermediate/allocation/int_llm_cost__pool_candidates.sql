{{ config(materialized='table') }}

{#- Who may receive from each rule, with what is measured of them now and in the month before: the teams that used something within
    the pool's scope, and who is listed. Grain: pool_id × period × rule × receiver_kind × receiver. -#}

with pools as (
    select * from {{ ref('int_llm_cost__shared_pools') }}
),

rules as (
    select * from {{ ref('int_llm_cost__pool_rules') }}
),

receivers as (
    select * from {{ ref('int_llm_cost__pool_receivers') }}
),

usage as (
    select * from {{ ref('int_llm_cost__pool_usage') }}
),

active as (
    select
        rules.pool_id,
        rules.period,
        rules.rule,
        'team' as receiver_kind,
        usage.team as receiver,
        case when usage.is_active = 1 then case when rules.method = 'even' then 1 else {{ llm_cost.driver_of() }} end end as driver_value,
        case when rules.method = 'even' then 1 else {{ llm_cost.driver_of('prior_') }} end as prior_driver_value,
        case when rules.method = 'weighted' then coalesce(receivers.weight, 1) else 1 end as weight,
        receivers.floor_minor,
        receivers.cap_minor
    from rules
    -- grain: (pool_id, period) is unique in pools
    inner join pools on rules.pool_id = pools.pool_id and rules.period = pools.period
    -- grain: (period, scope, team) is unique in usage
    inner join usage
        on
            rules.period = usage.period
            and coalesce(pools.provider, '') = coalesce(usage.provider, '')
            and coalesce(pools.environment, '') = coalesce(usage.environment, '')
            and coalesce(pools.service, '') = coalesce(usage.service, '')
            and coalesce(pools.tenant_group, '') = coalesce(usage.tenant_group, '')
            and (pools.unowned <> 'spread' or usage.team <> {{ llm_cost.unowned_team() }})
    -- grain: (pool_id, period, rule, receiver_kind, receiver) is unique in receivers
    left join receivers
        on
            rules.pool_id = receivers.pool_id
            and rules.period = receivers.period
            and rules.rule = receivers.rule
            and receivers.receiver_kind = 'team'
            and usage.team = receivers.receiver
    where
        rules.receivers = 'active'
        and rules.method in ('even', 'proportional', 'weighted', 'prepaid')
        and coalesce(receivers.excluded, 0) = 0
),

-- of a rule for the active teams, pools and the package's own names (`__unused__`) are listed all the same
listed as (
    select
        rules.pool_id,
        rules.period,
        rules.rule,
        receivers.receiver_kind,
        receivers.receiver,
        case when receivers.is_now = 1 then case
            when rules.method = 'fixed_percent' then receivers.percent
            when rules.method = 'even' then 1
            when rules.driver = 'listed' or receivers.receiver_kind = 'pool' or receivers.receiver like '#_#_%' escape '#'
                then coalesce(receivers.driver_value, 0)
            else coalesce({{ llm_cost.driver_of() }}, 0)
        end end as driver_value,
        case
            when rules.driver = 'listed' or receivers.receiver_kind = 'pool' then receivers.prior_driver_value
            when rules.method = 'proportional' or rules.method = 'weighted' then {{ llm_cost.driver_of('prior_') }}
        end as prior_driver_value,
        case when rules.method = 'weighted' then coalesce(receivers.weight, 1) else 1 end as weight,
        receivers.floor_minor,
        receivers.cap_minor
    from rules
    -- grain: (pool_id, period) is unique in pools
    inner join pools on rules.pool_id = pools.pool_id and rules.period = pools.period
    -- grain: (pool_id, period, rule, receiver_kind, receiver) is unique in receivers
    inner join receivers on rules.pool_id = receivers.pool_id and rules.period = receivers.period and rules.rule = receivers.rule
    -- grain: (period, scope, team) is unique in usage
    left join usage
        on
            rules.period = usage.period
            and coalesce(pools.provider, '') = coalesce(usage.provider, '')
            and coalesce(pools.environment, '') = coalesce(usage.environment, '')
            and coalesce(pools.service, '') = coalesce(usage.service, '')
            and coalesce(pools.tenant_group, '') = coalesce(usage.tenant_group, '')
            and case when receivers.receiver_kind = 'team' then receivers.receiver end = usage.team
    where
        rules.method in ('even', 'proportional', 'weighted', 'fixed_percent', 'prepaid')
        and (rules.receivers = 'listed' or receivers.receiver_kind = 'pool' or receivers.receiver like '#_#_%' escape '#')
        and receivers.is_open
        and receivers.excluded = 0
        and (pools.unowned <> 'spread' or receivers.receiver <> {{ llm_cost.unowned_team() }} or receivers.receiver_kind = 'pool')
)

select
    pool_id,
    period,
    rule,
    receiver_kind,
    receiver,
    cast(driver_value as decimal(28, 12)) as driver_value,
    cast(prior_driver_value as decimal(28, 12)) as prior_driver_value,
    cast(weight as decimal(18, 6)) as weight,
    floor_minor,
    cap_minor
from active
union all
select
    pool_id,
    period,
    rule,
    receiver_kind,
    receiver,
    cast(driver_value as decimal(28, 12)) as driver_value,
    cast(prior_driver_value as decimal(28, 12)) as prior_driver_value,
    cast(weight as decimal(18, 6)) as weight,
    floor_minor,
    cap_minor
from listed
