{#- The usage event contract: one row per attempt that reached a provider or failed to, billable or not. -#}
{%- set columns = [
    'source_system', 'load_id', 'not_billable_reason', 'request_id', 'attempt_number', 'response_id', 'trace_id', 'parent_id',
    'session_id'
] %}
{%- set rest = [
    'loaded_at', 'provider', 'api_surface', 'model_requested', 'model_served', 'service_tier', 'region_scope'
] + llm_cost.usage_quantities() + [
    'search_context_size', 'total_input_tokens', 'status', 'error_code', 'is_retry', 'fallback_from', 'is_gateway_cache_hit'
] + llm_cost.owner_columns() + [
    'operation', 'tags', 'latency_ms', 'provider_reported_cost_usd', 'is_provider_charge', 'is_cache_ttl_assumed'
] %}

with usage_rows as (
    select * from {{ ref('int_llm_cost__usage_rows') }} where call_group is not null
),

repeated_calls as (
    select * from {{ ref('int_llm_cost__repeated_calls') }}
),

repeated_groups as (
    select distinct call_group as repeated_group from {{ ref('int_llm_cost__repeated_calls') }}
),

sub_calls as (
    select * from {{ ref('int_llm_cost__sub_calls') }}
)

select
    {{ llm_cost.event_id() }} as event_id,
    {{ columns | join(',\n    ') }},
    occurred_at,
    {{ rest | join(',\n    ') }}
from usage_rows
-- grain: repeated_group is unique; only calls that were told once are left
left join repeated_groups on usage_rows.call_group = repeated_groups.repeated_group
where repeated_groups.repeated_group is null

union all

select
    event_id,
    {{ columns | join(',\n    ') }},
    first_occurred_at as occurred_at,
    {{ rest | join(',\n    ') }}
from repeated_calls
where is_event

union all

select
    event_id,
    {{ columns | join(',\n    ') }},
    occurred_at,
    {{ rest | join(',\n    ') }}
from sub_calls
