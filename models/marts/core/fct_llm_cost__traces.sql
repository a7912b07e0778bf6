{{ config(**llm_cost.by_touched('int_llm_cost__changed_traces', 'trace_id', unsettles='llm_cost.unsettle_trace_days()')) }}

{#- One row per agent run or user action: the requests that share a trace_id. #}

{{- llm_cost.full_refresh_needs(['int_llm_cost__trace_depths'], 'which has the depths of the last changed traces alone') }}

-- depends_on: {{ ref('int_llm_cost__changed_traces') }}
with requests as (
    {{ llm_cost.requests_of_traces() }}
),

depths as (
    select * from {{ ref('int_llm_cost__trace_depths') }}
)

select
    requests.trace_id,
    min(requests.occurred_at) as started_at,
    max(requests.occurred_at) as last_call_at,
    {{ llm_cost.milliseconds_between('min(requests.occurred_at)', 'max(' ~ llm_cost.milliseconds_after('requests.occurred_at', 'coalesce(requests.latency_ms, 0)') ~ ')') }}
        as duration_ms,
    count(*) as calls,
    count(case when requests.pricing_status <> 'not_billable' then 1 end) as billable_calls,
    count(case when requests.is_retry then 1 end) as retries,
    count(case when requests.status <> 'success' then 1 end) as failed_calls,
    count(case when requests.pricing_status in ('unpriced', 'partially_priced', 'usage_missing') then 1 end) as calls_without_full_cost,
    max(coalesce(depths.depth, 1)) as depth,
    count(distinct coalesce(requests.model_served, requests.model_requested)) as models,
    count(distinct requests.team) as teams,
    min(requests.team) as team,
    min(requests.tenant_id) as tenant_id,
    min(requests.feature) as feature,
    min(requests.service) as service,
    min(requests.environment) as environment,
    cast(sum(requests.total_input_tokens) as bigint) as total_input_tokens,
    cast(sum(requests.cache_read_tokens) as bigint) as cache_read_tokens,
    cast(sum(requests.output_tokens) as bigint) as output_tokens,
    cast(sum(requests.total_cost_usd) as decimal(28, 12)) as total_cost_usd
from requests
-- grain: event_id is unique in depths
left join depths on requests.event_id = depths.event_id
group by requests.trace_id
