{{ config(materialized='table') }}

{#- The shared pools, typed, and their amount in whole minor units of the reporting currency. A value that cannot be read is NULL
    here and stops the build in int_llm_cost__allocation_errors. Grain: pool_id × period. -#}
{%- set columns = [
    'pool_id', 'period', 'amount', 'currency', 'issuer', 'category', 'description', 'provider', 'environment', 'service', 'tenant_group', 'chain',
    'step', 'zero_driver', 'unowned', 'fx_rate_type'
] %}

with stacked as (
    {{ llm_cost.stacked_rows(llm_cost.relations_of('llm_cost_shared_pools'), columns) }}
),

currencies as (
    select * from {{ ref('int_llm_cost__currencies') }}
),

-- two rates for one key stop the build
rates as (
    select
        from_currency,
        period,
        rate_type,
        max(rate) as rate
    from {{ ref('int_llm_cost__fx_rates') }}
    where to_currency = '{{ llm_cost.reporting_currency() }}'
    group by from_currency, period, rate_type
),

typed as (
    select
        pool_id,
        {{ llm_cost.period_or_null('period') }} as period,
        {{ llm_cost.number_or_null('amount', 'decimal(19, 6)') }} as pool_amount,
        upper(currency) as pool_currency,
        '{{ llm_cost.reporting_currency() }}' as currency,
        coalesce(lower(issuer), '*') as issuer,
        coalesce(lower(category), 'shared') as category,
        description,
        lower(provider) as provider,
        environment,
        service,
        tenant_group,
        coalesce(lower(chain), 'direct') as chain,
        {{ llm_cost.number_or_null('step', 'integer') }} as step,
        coalesce(lower(zero_driver), 'unallocated') as zero_driver,
        coalesce(lower(unowned), 'keep') as unowned,
        coalesce(lower(fx_rate_type), 'average') as fx_rate_type,
        period as period_text,
        amount as amount_text,
        step as step_text
    from stacked
),

rated as (
    select
        typed.*,
        currencies.minor_unit_digits as pool_digits,
        case when reporting.minor_unit_digits between 0 and 6 then reporting.minor_unit_digits end as digits,
        case when typed.pool_currency = typed.currency then cast(1 as decimal(18, 12)) else booked.rate end as fx_rate,
        invoiced.rate as invoice_rate,
        {{ llm_cost.millionths('abs(typed.pool_amount)') }} as amount_e6,
        case when typed.pool_amount < 0 then -1 else 1 end as sign,
        {{ llm_cost.month_before('typed.period') }} as prior_period,
        count(*) over (partition by typed.pool_id, typed.period_text) as rows_of_this_key
    from typed
    -- grain: currency is unique in currencies
    left join currencies on typed.pool_currency = currencies.currency
    -- grain: the same of one currency
    left join currencies as reporting on typed.currency = reporting.currency
    -- grain: (from_currency, period, rate_type) is unique in rates
    left join rates as booked
        on typed.pool_currency = booked.from_currency and typed.period = booked.period and typed.fx_rate_type = booked.rate_type
    -- grain: (from_currency, period) is unique among the rates of invoices
    left join rates as invoiced
        on
            case when typed.pool_currency <> typed.currency and typed.fx_rate_type <> 'invoice' then typed.pool_currency end = invoiced.from_currency
            and typed.period = invoiced.period
            and invoiced.rate_type = 'invoice'
)

select
    *,
    -- NULL where it does not fit what follows: int_llm_cost__allocation_errors says so
    case
        when {{ llm_cost.minor_units('amount_e6', 'fx_rate', 'digits') }} < {{ llm_cost.power_of_ten(15) }}
            then {{ llm_cost.minor_units('amount_e6', 'fx_rate', 'digits') }}
    end as size_minor,
    -- half rounded away from 0: the difference of a credit mirrors that of a charge
    case when invoice_rate < fx_rate then -sign else sign end
    * {{ llm_cost.minor_units('amount_e6', 'abs(invoice_rate - fx_rate)', 'digits') }} as fx_difference_minor
from rated
