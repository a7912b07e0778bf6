{{ config(enabled='usage_log' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set required = ['occurred_at', 'provider', 'api_surface', 'model_requested', 'usage', 'status'] %}
{%- set owners = [
    'team', 'service', 'feature', 'environment', 'tenant_id', 'user_id', 'agent_id', 'cost_center', 'prompt_template',
    'api_key_id', 'project_id', 'billing_account_id'
] %}
{%- set tool_counts = ['web_search_requests', 'web_fetch_requests', 'file_search_requests', 'code_execution_requests'] %}
{%- set texts = ['request_id', 'response_id', 'trace_id', 'parent_id', 'session_id', 'model_requested', 'model_served', 'error_code', 'fallback_from', 'operation'] %}
{%- set optional = owners + [
    'request_id', 'response_id', 'trace_id', 'parent_id', 'session_id', 'model_served', 'error_code', 'fallback_from', 'operation', 'tags',
    'attempt_number', 'is_retry', 'loaded_at', 'service_tier', 'region_scope', 'latency_ms', 'provider_reported_cost_usd',
    'gateway_cache_hit', 'web_search_requests', 'web_fetch_requests', 'file_search_requests', 'code_execution_requests',
] %}

with source_rows as (
    {{ llm_cost.source_rows('usage_log', required, optional) }}
),

texts as (
    select
        *,
        {{ llm_cost.text_of_json('usage') }} as usage_json,
        {{ llm_cost.text_of_json('tags') }} as tags_json
    from source_rows
),

typed as (
    select
        load_id,
        row_position,
        parse_problem,
        {% for column in texts -%}
            nullif(cast({{ column }} as string), '') as {{ column }},
        {% endfor -%}
        {{ owners | join(',\n        ') }},
        tags_json,
        {{ llm_cost.utc_timestamp('occurred_at') }} as occurred_at,
        cast(occurred_at as string) as occurred_at_text,
        loaded_at,
        lower(cast(api_surface as string)) as api_surface,
        cast(provider as string) as provider,
        {{ llm_cost.call_status('status') }} as status,
        {{ llm_cost.number_or_null('attempt_number', 'integer') }} as attempt_number,
        {{ llm_cost.text_flag('is_retry') }} as is_retry,
        {{ llm_cost.text_flag('gateway_cache_hit') }} as is_gateway_cache_hit,
        cast(service_tier as string) as logged_service_tier,
        cast(region_scope as string) as logged_region_scope,
        {{ llm_cost.number_or_null('latency_ms', 'bigint') }} as latency_ms,
        {{ llm_cost.number_or_null('provider_reported_cost_usd', 'decimal(18, 12)') }} as logged_cost_usd,
        {% for column in tool_counts -%}
            {{ llm_cost.number_or_null(column, 'bigint') }} as logged_{{ column }},
        {% endfor -%}
        nullif(nullif(nullif(usage_json, '{}'), 'null'), '') as usage_text,
        -- what a gateway answered from its own cache was not used at any provider
        case
            when not {{ llm_cost.text_flag('gateway_cache_hit') }} then {{ llm_cost.parsed_json('usage_json', llm_cost.usage_schema()) }}
        end as counts
    from texts
),

calls as (
    select
        *,
        -- OpenRouter and the Vercel gateway report a number, Perplexity an object; xAI ticks are 10^-10 USD
        coalesce(
            logged_cost_usd,
            {{ llm_cost.number_or_null('counts.cost', 'decimal(18, 12)') }},
            {{ llm_cost.number_or_null(llm_cost.json_text('counts.cost', '$.total_cost'), 'decimal(18, 12)') }},
            cast(cast(counts.cost_in_usd_ticks as decimal(20, 0)) * cast('0.0000000001' as decimal(12, 10)) as decimal(18, 12))
        ) as cost_usd
    from typed
)

{%- set event = {
    'call_key': "coalesce(response_id, request_id, 'content-' || " ~ llm_cost.content_hash(
        ['occurred_at_text', 'provider', 'api_surface', 'model_requested', 'model_served', 'usage_text', 'status', 'trace_id',
         'session_id', 'tenant_id', 'user_id', 'team', 'service', 'feature', 'api_key_id', 'latency_ms', 'tags_json']
    ) ~ ')',
    'tags': 'tags_json',
    'occurred_at_text': 'occurred_at_text',
    'occurred_at': 'occurred_at',
    'provider': 'coalesce(provider, ' ~ llm_cost.surface_provider('api_surface') ~ ')',
    'api_surface': 'api_surface',
    'service_tier': "case when counts.speed = 'fast' then 'fast' "
        ~ 'else coalesce(counts.service_tier, counts.serviceTier, counts.trafficType, logged_service_tier) end',
    'region_scope': "coalesce(logged_region_scope, nullif(counts.inference_geo, 'not_available'))",
    'citation_tokens': 'counts.citation_tokens',
    'web_search_requests': 'coalesce(logged_web_search_requests, counts.server_tool_use.web_search_requests, '
        ~ 'counts.server_tool_use_details.web_search_requests, counts.server_side_tool_usage_details.web_search_calls, counts.num_search_queries)',
    'web_fetch_requests': 'coalesce(logged_web_fetch_requests, counts.server_tool_use.web_fetch_requests)',
    'file_search_requests': 'coalesce(logged_file_search_requests, counts.server_side_tool_usage_details.file_search_calls)',
    'code_execution_requests': 'coalesce(logged_code_execution_requests, counts.server_side_tool_usage_details.code_interpreter_calls)',
    'search_units': 'counts.billed_units.search_units',
    'audio_seconds': 'counts.seconds',
    'search_context_size': 'counts.search_context_size',
    'status': 'status',
    'attempt_number': 'attempt_number',
    'is_retry': 'is_retry',
    'latency_ms': 'latency_ms',
    'provider_reported_cost_usd': 'cost_usd',
    'is_provider_charge': 'cost_usd is not null',
    'is_gateway_cache_hit': 'is_gateway_cache_hit',
    'sub_calls': 'case when ' ~ llm_cost.sum_where('counts.iterations', 'item', 'item.model <> coalesce(model_served, model_requested)', '1')
        ~ ' > 0 then usage_text end',
    'usage_text': 'usage_text',
} %}
{%- for column in texts + owners %}
    {%- do event.update({column: column}) %}
{%- endfor %}

{{ llm_cost.usage_events('usage_log', 'calls', event, attributes=llm_cost.attributes_of_json('tags_json'), counts='counts') }}
