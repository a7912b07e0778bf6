{{ config(materialized='table') }}

{#- What is wrong with a shared pool, a currency or an exchange rate. -#}

with pools as (
    select * from {{ ref('int_llm_cost__shared_pools') }}
),

rates as (
    select * from {{ ref('int_llm_cost__fx_rates') }}
),

currencies as (
    select * from {{ ref('int_llm_cost__currencies') }}
),

pool_problems as (
    select
        'pool ' || coalesce(pool_id, '?') || ' of ' || coalesce(period_text, '?') as row_id,
        case
            when pool_id is null then 'has no pool_id'
            when period is null then 'has the period ''' || coalesce(period_text, '') || ''': write YYYY-MM'
            when rows_of_this_key > 1 then 'appears twice: give each pool of a month a pool_id of its own'
            when pool_amount is null
                then 'has the amount ''' || coalesce(amount_text, '') || ''': write a number below 10000000000000 with at most 6 decimals'
            when pool_currency is null then 'has no currency'
            when pool_digits is null then 'has the currency ''' || pool_currency || ''', which is not in currencies: correct it or add it to llm_cost_extra_currencies'
            when digits is null then 'is to be allocated in ''' || currency || ''' (llm_cost_currency), which is not in currencies'
            when fx_rate_type not in ('average', 'closing', 'invoice') then 'has the fx_rate_type ''' || fx_rate_type || ''': write average, closing or invoice'
            when fx_rate is null
                then 'has no ' || fx_rate_type || ' rate from ' || pool_currency || ' to ' || currency || ' for its month: add it to llm_cost_fx_rates'
            when size_minor is null then 'is too large: its amount has more than 15 digits in minor units of ' || currency
            when category not in ('shared', 'credit', 'tax', 'adjustment') then 'has the category ''' || category || ''': write shared, credit, tax or adjustment'
            when chain not in ('direct', 'step_down', 'reciprocal') then 'has the chain ''' || chain || ''': write direct, step_down or reciprocal'
            when step is null and (step_text is not null or chain = 'step_down')
                then 'has the step ''' || coalesce(step_text, '') || ''': a step_down pool needs a whole number, and gives to pools with a higher one'
            when zero_driver not in ('unallocated', 'central', 'even', 'prior_period')
                then 'has the zero_driver ''' || zero_driver || ''': write unallocated, central, even or prior_period'
            when unowned not in ('keep', 'spread') then 'has the unowned ''' || unowned || ''': write keep or spread'
        end as problem
    from pools
),

rate_problems as (
    select
        'rate ' || coalesce(from_currency, '?') || ' to ' || coalesce(to_currency, '?') || ' of ' || coalesce(period_text, '?') as row_id,
        case
            when from_currency is null or to_currency is null then 'lacks a currency'
            when period is null then 'has the period ''' || coalesce(period_text, '') || ''': write YYYY-MM'
            when rate_type is null or rate_type not in ('average', 'closing', 'invoice')
                then 'has the rate_type ''' || coalesce(rate_type, '') || ''': write average, closing or invoice'
            when rate is null or rate <= 0 then 'has the rate ''' || coalesce(rate_text, '') || ''': write a number above 0 and below 1000000'
            when rows_of_this_key > 1 then 'appears twice as ' || rate_type || ': keep one'
        end as problem
    from rates
),

currency_problems as (
    select
        'currency ' || coalesce(currency, '?') as row_id,
        case
            when currency is null then 'has no code'
            when minor_unit_digits is null or minor_unit_digits < 0 or minor_unit_digits > 6
                then 'has the minor_unit_digits ''' || coalesce(minor_unit_digits_text, '') || ''': write a whole number from 0 to 6'
        end as problem
    from currencies
)

select row_id, problem
from pool_problems
where problem is not null
union all
select row_id, problem
from rate_problems
where problem is not null
union all
select row_id, problem
from currency_problems
where problem is not null
