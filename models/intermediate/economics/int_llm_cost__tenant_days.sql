{#- What the requests of a tenant cost on a day, and what the tenant paid for that day: its own price, else that of `*` until its first row.
    A month's price is spread evenly over its calendar days. Grain: usage_date × tenant_id. -#}

with daily_costs as (
    select
        usage_date,
        {{ llm_cost.cache_tenant('tenant_id') }} as tenant_id,
        requests,
        unpriced_requests,
        total_cost_usd
    from {{ ref('int_llm_cost__daily_costs') }}
),

prices as (
    select * from {{ ref('int_llm_cost__tenant_prices') }}
),

summed as (
    select
        usage_date,
        tenant_id,
        cast(sum(requests) as bigint) as requests,
        cast(sum(unpriced_requests) as bigint) as unpriced_requests,
        cast(coalesce(sum(total_cost_usd), 0) as decimal(28, 12)) as total_cost_usd
    from daily_costs
    group by usage_date, tenant_id
),

days as (
    select distinct usage_date from summed
),

default_prices as (
    select
        days.usage_date,
        prices.price_usd_per_month
    from days
    -- grain: one row of `*` holds on a day
    inner join prices on prices.tenant_id = '*' and days.usage_date >= prices.valid_from and days.usage_date < prices.valid_to
),

priced as (
    select
        summed.*,
        case
            when summed.tenant_id = 'unattributed' then cast(null as decimal(18, 6))
            when prices.tenant_id is not null then prices.price_usd_per_month
            else default_prices.price_usd_per_month
        end as price_usd_per_month,
        {{ llm_cost.days_in_month('substr(' ~ llm_cost.date_text('summed.usage_date') ~ ', 1, 7)') }} as days_in_month
    from summed
    -- grain: one row of a tenant holds on a day
    left join prices
        on summed.tenant_id = prices.tenant_id and summed.usage_date >= prices.valid_from and summed.usage_date < prices.valid_to
    -- grain: usage_date is unique in default_prices
    left join default_prices on summed.usage_date = default_prices.usage_date
)

select
    usage_date,
    tenant_id,
    requests,
    unpriced_requests,
    total_cost_usd,
    price_usd_per_month,
    {{ llm_cost.per_unit('price_usd_per_month', 'days_in_month') }} as price_per_day_usd
from priced
