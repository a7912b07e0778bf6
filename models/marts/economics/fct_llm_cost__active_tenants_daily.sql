{#- How many tenants made requests on a day, what one cost, and what those with a price cost against what they pay. Grain: usage_date. -#}

with tenant_days as (
    select
        *,
        tenant_id <> 'unattributed' as is_tenant,
        price_per_day_usd is not null as is_priced
    from {{ ref('fct_llm_cost__tenant_economics_daily') }}
),

summed as (
    select
        usage_date,
        count(case when is_tenant then 1 end) as active_tenants,
        cast(sum(requests) as bigint) as requests,
        cast(sum(unpriced_requests) as bigint) as unpriced_requests,
        cast(sum(total_cost_usd) as decimal(28, 12)) as total_cost_usd,
        cast(coalesce(sum(case when not is_tenant then total_cost_usd end), 0) as decimal(28, 12)) as unattributed_cost_usd,
        cast(coalesce(sum(case when is_tenant then total_cost_usd end), 0) as decimal(28, 12)) as tenants_cost_usd,
        cast(coalesce(sum(case when is_tenant then requests end), 0) as bigint) as tenants_requests,
        cast(coalesce(sum(case when is_tenant then unpriced_requests end), 0) as bigint) as tenants_unpriced_requests,
        count(case when is_priced then 1 end) as priced_tenants,
        cast(sum(price_per_day_usd) as decimal(28, 12)) as price_per_day_usd,
        cast(sum(case when is_priced then total_cost_usd end) as decimal(28, 12)) as priced_tenants_cost_usd,
        cast(sum(case when is_priced then requests end) as bigint) as paying_requests,
        cast(sum(case when is_priced then unpriced_requests end) as bigint) as paying_unpriced_requests,
        count(case when cost_status = 'red' then 1 end) as red_tenants,
        count(case when cost_status = 'loss' then 1 end) as loss_tenants,
        count(case when cost_status = 'unknown_cost' then 1 end) as unknown_cost_tenants
    from tenant_days
    group by usage_date
)

select
    usage_date,
    active_tenants,
    requests,
    unpriced_requests,
    total_cost_usd,
    unattributed_cost_usd,
    case
        when not {{ llm_cost.no_cost_is_known('tenants_cost_usd', 'tenants_requests', 'tenants_unpriced_requests') }}
            then {{ llm_cost.per_unit('tenants_cost_usd', 'active_tenants') }}
    end as cost_per_active_tenant_usd,
    priced_tenants,
    price_per_day_usd,
    priced_tenants_cost_usd,
    case
        when not {{ llm_cost.no_cost_is_known('priced_tenants_cost_usd', 'paying_requests', 'paying_unpriced_requests') }}
            then {{ llm_cost.multiple('priced_tenants_cost_usd', 'price_per_day_usd') }}
    end as cost_to_price_ratio,
    {{ llm_cost.cost_status('priced_tenants_cost_usd', 'price_per_day_usd', 'paying_requests', 'paying_unpriced_requests') }} as cost_status,
    red_tenants,
    loss_tenants,
    unknown_cost_tenants
from summed
