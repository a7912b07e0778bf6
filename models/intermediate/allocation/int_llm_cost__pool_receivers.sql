{{ config(materialized='table') }}

{#- The receivers that each rule lists for each month: the row for the month before the row for every month, the row for the rule
    before the row for every rule. `is_open`: a pool that the giving pool's chain lets receive. Grain: pool_id × period × rule ×
    receiver_kind × receiver. -#}

with pools as (
    select * from {{ ref('int_llm_cost__shared_pools') }}
),

rules as (
    select * from {{ ref('int_llm_cost__pool_rules') }}
),

receiver_rows as (
    select * from {{ ref('int_llm_cost__pool_receiver_rows') }}
),

listed as (
    select
        rules.pool_id,
        rules.period,
        rules.rule,
        receiver_rows.receiver_kind,
        receiver_rows.receiver,
        receiver_rows.percent,
        receiver_rows.weight,
        receiver_rows.driver_value,
        receiver_rows.floor_amount,
        receiver_rows.cap_amount,
        receiver_rows.used_share,
        receiver_rows.reserved_share,
        receiver_rows.is_excluded,
        coalesce(receiver_rows.period, rules.period) = rules.period as is_now,
        row_number() over (
            partition by
                rules.pool_id, rules.period, rules.rule, receiver_rows.receiver_kind, receiver_rows.receiver,
                case when receiver_rows.period = pools.prior_period then 1 else 0 end
            order by case when receiver_rows.period is null then 1 else 0 end, case when receiver_rows.rule is null then 1 else 0 end
        ) as choice
    from rules
    -- grain: (pool_id, period) is unique in pools
    inner join pools on rules.pool_id = pools.pool_id and rules.period = pools.period
    -- grain: many rows a rule, ranked
    inner join receiver_rows
        on
            rules.pool_id = receiver_rows.pool_id
            and rules.rule = coalesce(receiver_rows.rule, rules.rule)
            and coalesce(receiver_rows.period, rules.period) in (rules.period, pools.prior_period)
    where rules.rule >= 0
),

chosen as (
    select
        pool_id,
        period,
        rule,
        receiver_kind,
        receiver,
        max(case when is_now then 1 else 0 end) as is_now,
        {% for column in ['percent', 'weight', 'driver_value', 'floor_amount', 'cap_amount', 'used_share', 'reserved_share'] -%}
            max(case when is_now then {{ column }} end) as {{ column }},
        {% endfor -%}
        max(case when not is_now then driver_value end) as prior_driver_value,
        max(case when is_now and is_excluded then 1 else 0 end) as excluded
    from listed
    where choice = 1
    group by pool_id, period, rule, receiver_kind, receiver
)

select
    chosen.*,
    case
        when chosen.receiver_kind <> 'pool' then true
        when givers.chain = 'reciprocal' then true
        when givers.chain = 'step_down' then coalesce(takers.step > givers.step, false)
        else false
    end as is_open,
    case when chosen.floor_amount is not null then {{ llm_cost.minor_units(llm_cost.millionths('chosen.floor_amount'), 'givers.fx_rate', 'givers.digits') }} end as floor_minor,
    case when chosen.cap_amount is not null then {{ llm_cost.minor_units(llm_cost.millionths('chosen.cap_amount'), 'givers.fx_rate', 'givers.digits') }} end as cap_minor
from chosen
-- grain: (pool_id, period) is unique in pools
inner join pools as givers on chosen.pool_id = givers.pool_id and chosen.period = givers.period
-- grain: the same
left join pools as takers on case when chosen.receiver_kind = 'pool' then chosen.receiver end = takers.pool_id and chosen.period = takers.period
