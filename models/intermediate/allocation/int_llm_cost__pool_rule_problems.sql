{{ config(materialized='table') }}

{#- What is wrong with a rule of a shared pool. -#}
{%- set methods = llm_cost.allocation_methods() | join("', '") %}
{%- set drivers = (llm_cost.usage_drivers() + ['listed']) | join("', '") %}

with pools as (
    select * from {{ ref('int_llm_cost__shared_pools') }}
),

rule_rows as (
    select * from {{ ref('int_llm_cost__pool_rule_rows') }}
),

rules as (
    select * from {{ ref('int_llm_cost__pool_rules') }}
),

pool_ids as (
    select
        pool_id,
        max(case when tenant_group is not null then 1 else 0 end) as has_tenant_group,
        max(case when pool_amount > 0 then 1 else 0 end) as is_charge,
        max(case when pool_amount < 0 then 1 else 0 end) as is_credit
    from pools
    group by pool_id
),

row_problems as (
    select
        'rule ' || coalesce(rule_rows.rule_text, '?') || ' of pool ' || coalesce(rule_rows.pool_id, '?') as row_id,
        case
            when rule_rows.pool_id is null then 'has no pool_id'
            when pool_ids.pool_id is null then 'is of a pool that llm_cost_shared_pools does not have'
            when rule_rows.rule is null or rule_rows.rule < 0 then 'has the rule ''' || coalesce(rule_rows.rule_text, '') || ''': write a whole number from 0'
            when rule_rows.valid_from_period is null and rule_rows.valid_from_period_text is not null
                then 'has the valid_from_period ''' || rule_rows.valid_from_period_text || ''': write YYYY-MM'
            when rule_rows.rows_of_this_key > 1 then 'appears twice: give each rule of a pool a number of its own'
            when rule_rows.percent is null and rule_rows.percent_text is not null or rule_rows.percent < 0 or rule_rows.percent > 100
                then 'has the percent ''' || rule_rows.percent_text || ''': write a number from 0 to 100'
            when rule_rows.amount is null and rule_rows.amount_text is not null
                then 'has the amount ''' || rule_rows.amount_text || ''', which is no number'
            when rule_rows.amount < 0 and pool_ids.is_charge = 1 or rule_rows.amount > 0 and pool_ids.is_credit = 1
                then 'has the amount ''' || rule_rows.amount_text || ''', whose sign is not that of its pool'
            when rule_rows.amount is not null and rule_rows.percent is not null then 'has both a percent and an amount: choose one'
            when rule_rows.method not in ('{{ methods }}') then 'has the method ''' || rule_rows.method || ''': write {{ llm_cost.allocation_methods() | join(', ') }}'
            when rule_rows.driver_text is not null and rule_rows.driver_text not in ('{{ drivers }}')
                then 'has the driver ''' || rule_rows.driver_text || ''': write {{ llm_cost.usage_drivers() | join(', ') }} or listed'
            when rule_rows.receivers not in ('active', 'listed') then 'has the receivers ''' || rule_rows.receivers || ''': write active or listed'
            when rule_rows.floor_amount is null and rule_rows.floor_text is not null or rule_rows.floor_amount < 0
                then 'has the floor ''' || rule_rows.floor_text || ''': write a number from 0'
            when rule_rows.cap_amount is null and rule_rows.cap_text is not null or rule_rows.cap_amount < 0
                then 'has the cap ''' || rule_rows.cap_text || ''': write a number from 0'
            when rule_rows.cap_amount < rule_rows.floor_amount then 'has a cap below its floor'
            when rule_rows.floor_kind not in ('additive', 'top_up') then 'has the floor_kind ''' || rule_rows.floor_kind || ''': write additive or top_up'
            when rule_rows.method in ('central', 'capacity', 'prepaid') and coalesce(rule_rows.floor_amount, rule_rows.cap_amount) is not null
                then 'has a floor or a cap, which ' || rule_rows.method || ' does not know'
            when rule_rows.whole is null and rule_rows.whole_text is not null or rule_rows.whole <= 0
                then 'has the whole ''' || rule_rows.whole_text || ''': write a number above 0'
            when rule_rows.whole is null and rule_rows.method = 'prepaid' then 'needs the value of the credits as whole'
            when rule_rows.idle_policy not in ('central', 'by_usage', 'by_reservation', 'borrow')
                then 'has the idle_policy ''' || rule_rows.idle_policy || ''': write central, by_usage, by_reservation or borrow'
            when rule_rows.method = 'capacity' and pool_ids.has_tenant_group = 1
                then 'is capacity of a tenant_group: usage by hour has no tenant group, narrow the pool by provider, environment or service'
        end as problem
    from rule_rows
    -- grain: pool_id is unique in pool_ids
    left join pool_ids on rule_rows.pool_id = pool_ids.pool_id
),

sums as (
    select
        pool_id,
        period,
        min(untaken_e8) as untaken_e8,
        max(rest_rules) as rest_rules
    from rules
    group by pool_id, period
),

sum_problems as (
    select
        'pool ' || pool_id || ' of ' || period as row_id,
        case
            when untaken_e8 < 0 then 'has rules that take more than 100 percent of it: lower a percent or an amount'
            when rest_rules > 1 then 'has several rules that take the whole rest: give all but one a percent or an amount'
        end as problem
    from sums
)

select row_id, problem
from row_problems
where problem is not null
union all
select row_id, problem
from sum_problems
where problem is not null
