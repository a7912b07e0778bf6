-- hand-computed: call-1 8,000 x 0.75 + 2,000 x 0.075 + 1,200 x 4.00 (own rate, 4.50 at list); call-2 as in docs/pricing.md;
-- call-3 1,000 x 0.50 + 100 x 2.00; call-4 1,000,000 x 0.75 through the alias; chatcmpl-9 40,000 x 2.50 + 60,000 x 1.25 + 5,000 x 10
with expected as (
    select 'call-1' as response_id, 0.01095 as cost_usd, 0.01155 as list_cost_usd
    union all
    select 'call-2' as response_id, 0.00918 as cost_usd, 0.00918 as list_cost_usd
    union all
    select 'call-3' as response_id, 0.0007 as cost_usd, null as list_cost_usd
    union all
    select 'call-4' as response_id, 0.75 as cost_usd, 0.75 as list_cost_usd
    union all
    select 'chatcmpl-9' as response_id, 0.225 as cost_usd, 0.225 as list_cost_usd
    union all
    select 'chatcmpl-9_cache_hit1756720860' as response_id, 0 as cost_usd, 0 as list_cost_usd
)

select
    expected.*,
    requests.total_cost_usd,
    requests.list_cost_usd as list_cost_usd_built
from expected
full outer join {{ ref('llm_cost', 'fct_llm_cost__requests') }} as requests on expected.response_id = requests.response_id
where
    requests.total_cost_usd is distinct from cast(expected.cost_usd as decimal(18, 12))
    or requests.list_cost_usd is distinct from cast(expected.list_cost_usd as decimal(18, 12))
