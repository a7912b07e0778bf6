-- The best and the worst of each month: the five tenants that read most of their input from the prompt cache and the five that read least, with
-- how sure that is, what a million input tokens cost them, and why the cold ones miss. Tenants with small samples are not in the lists.
-- dbt show --select cache_warm_and_cold_tenants
select
    period,
    case when warmest_rank <= 5 then 'warmest' else 'coldest' end as list,
    tenant_id,
    round(token_weighted_ratio, 3) as hit_ratio,
    round(ci95_low_ratio, 3) as ci95_low,
    round(ci95_high_ratio, 3) as ci95_high,
    movement,
    round(unit_cost_usd_per_mtok, 2) as usd_per_million_input_tokens,
    round(unit_cost_to_fleet_median, 2) as times_the_median,
    main_miss_cause
from {{ ref('fct_llm_cost__tenant_cache_dispersion') }}
where warmest_rank <= 5 or coldest_rank <= 5
order by period desc, warmest_rank asc
