{{ config(materialized='table') }}

{#- The rules of shared pools, typed. A value that cannot be read is NULL here and stops the build in
    int_llm_cost__allocation_errors. Grain: pool_id × valid_from_period × rule. -#}
{%- set columns = [
    'pool_id', 'rule', 'percent', 'amount', 'method', 'driver', 'receivers', 'floor', 'floor_kind', 'cap', 'whole', 'idle_policy',
    'valid_from_period'
] %}

with stacked as (
    {{ llm_cost.stacked_rows(llm_cost.relations_of('llm_cost_pool_rules'), columns) }}
),

typed as (
    select
        pool_id,
        {{ llm_cost.number_or_null('rule', 'integer') }} as rule,
        {{ llm_cost.number_or_null('percent', 'decimal(9, 6)') }} as percent,
        {{ llm_cost.number_or_null('amount', 'decimal(19, 6)') }} as amount,
        coalesce(lower(method), 'proportional') as method,
        lower(driver) as driver,
        coalesce(lower(receivers), 'active') as receivers,
        {{ llm_cost.number_or_null('floor', 'decimal(19, 6)') }} as floor_amount,
        coalesce(lower(floor_kind), 'top_up') as floor_kind,
        {{ llm_cost.number_or_null('cap', 'decimal(19, 6)') }} as cap_amount,
        {{ llm_cost.number_or_null('whole', 'decimal(28, 12)') }} as whole,
        coalesce(lower(idle_policy), 'central') as idle_policy,
        {{ llm_cost.period_or_null('valid_from_period') }} as valid_from_period,
        rule as rule_text,
        percent as percent_text,
        amount as amount_text,
        floor as floor_text,
        cap as cap_text,
        whole as whole_text,
        valid_from_period as valid_from_period_text
    from stacked
)

select
    pool_id,
    rule,
    percent,
    amount,
    method,
    case
        when method in ('proportional', 'weighted') then coalesce(driver, 'direct_cost')
        when method = 'prepaid' then coalesce(driver, 'list_cost')
        else driver
    end as driver,
    case when driver = 'listed' or method = 'fixed_percent' then 'listed' else receivers end as receivers,
    floor_amount,
    floor_kind,
    cap_amount,
    whole,
    idle_policy,
    valid_from_period,
    rule_text,
    percent_text,
    amount_text,
    floor_text,
    cap_text,
    whole_text,
    valid_from_period_text,
    driver as driver_text,
    count(*) over (partition by pool_id, rule, valid_from_period_text) as rows_of_this_key
from typed
