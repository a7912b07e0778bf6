-- What a million input tokens cost, output included, for tenants that hit the prompt cache and tenants that miss it:
-- same model, same feature. Warm reads at least 80 % of its input from the cache, cold at most 20 %.
-- dbt show --select cache_warm_and_cold_tenants
with tenants as (
    select
        tenant_id,
        sum(requests) as requests,
        sum(total_input_tokens) as input_tokens,
        sum(cache_read_tokens) as cache_read_tokens,
        sum(total_cost_usd) as cost_usd
    from {{ ref('fct_llm_cost__hourly') }}
    where
        model_billed = 'claude-sonnet-4-6'
        and feature = 'ticket-reply'
        and pricing_status = 'priced'
        and tenant_id is not null
    group by tenant_id
),

cohorts as (
    select
        *,
        case
            when cache_read_tokens >= 0.8 * input_tokens then 'warm'
            when cache_read_tokens <= 0.2 * input_tokens then 'cold'
            else 'mid'
        end as cohort
    from tenants
)

select
    cohort,
    count(*) as tenants,
    sum(requests) as requests,
    round(100.0 * sum(cache_read_tokens) / sum(input_tokens), 1) as cache_read_percent,
    round(1000000.0 * sum(cost_usd) / sum(input_tokens), 2) as usd_per_million_input_tokens
from cohorts
group by cohort
order by usd_per_million_input_tokens
