{{ config(materialized='table') }}

{#- The user's exchange rates, typed. A value that cannot be read is NULL and stops the build in int_llm_cost__allocation_errors. -#}

with stacked as (
    {{ llm_cost.stacked_rows(llm_cost.relations_of('llm_cost_fx_rates'), ['from_currency', 'to_currency', 'period', 'rate_type', 'rate']) }}
)

select
    upper(from_currency) as from_currency,
    upper(to_currency) as to_currency,
    {{ llm_cost.period_or_null('period') }} as period,
    lower(rate_type) as rate_type,
    {{ llm_cost.number_or_null('rate', 'decimal(18, 12)') }} as rate,
    period as period_text,
    rate as rate_text,
    count(*) over (partition by upper(from_currency), upper(to_currency), period, lower(rate_type)) as rows_of_this_key
from stacked
