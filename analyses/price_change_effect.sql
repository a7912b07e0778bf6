-- What a price change did: a model's unit costs by the price card that was in force.
-- dbt show --select price_change_effect
select
    price_card_version,
    sum(requests) as requests,
    round(sum(total_cost_usd), 2) as cost_usd,
    round(1000000.0 * sum(uncached_input_cost_usd) / sum(uncached_input_tokens), 2) as input_usd_per_mtok,
    round(1000000.0 * sum(cache_read_cost_usd) / sum(cache_read_tokens), 2) as cache_read_usd_per_mtok,
    round(1000000.0 * sum(output_cost_usd) / sum(output_tokens), 2) as output_usd_per_mtok
from {{ ref('fct_llm_cost__hourly') }}
where model_billed = 'gpt-5.6-luna' and pricing_status = 'priced'
group by price_card_version
order by price_card_version
