{{ config(enabled='usage_log' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set required = ['occurred_at', 'provider', 'api_surface', 'model_requested', 'usage', 'status'] %}
{%- set owners = [
    'team', 'service', 'feature', 'environment', 'tenant_id', 'user_id', 'agent_id', 'cost_center', 'prompt_template',
    'api_key_id', 'project_id', 'billing_account_id'
] %}
{%- set texts = [
    'request_id', 'response_id', 'trace_id', 'parent_id', 'session_id', 'model_requested', 'model_served', 'error_code',
    'fallback_from', 'operation'
] %}
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
        {% for column in owners -%}
            cast({{ column }} as string) as {{ column }},
        {% endfor -%}
        tags_json as tags,
        {{ llm_cost.utc_timestamp('occurred_at') }} as occurred_at,
        cast(occurred_at as string) as occurred_at_text,
        {{ llm_cost.utc_timestamp('loaded_at') }} as loaded_at,
        lower(cast(api_surface as string)) as api_surface,
        lower(coalesce(cast(provider as string), {{ llm_cost.surface_provider('lower(cast(api_surface as string))') }})) as provider,
        {{ llm_cost.call_status('status') }} as status,
        coalesce({{ llm_cost.number_or_null('attempt_number', 'integer') }}, 1) as attempt_number,
        {{ llm_cost.text_flag('is_retry') }} as is_logged_retry,
        {{ llm_cost.text_flag('gateway_cache_hit') }} as is_gateway_cache_hit,
        cast(service_tier as string) as logged_service_tier,
        cast(region_scope as string) as logged_region_scope,
        {{ llm_cost.number_or_null('latency_ms', 'bigint') }} as latency_ms,
        {{ llm_cost.number_or_null('provider_reported_cost_usd', 'decimal(18, 12)') }} as logged_cost_usd,
        {% for column in ['web_search_requests', 'web_fetch_requests', 'file_search_requests', 'code_execution_requests'] -%}
            {{ llm_cost.number_or_null(column, 'bigint') }} as logged_{{ column }},
        {% endfor -%}
        nullif(nullif(nullif(usage_json, '{}'), 'null'), '') as usage_text,
        {{ llm_cost.surface_family('lower(cast(api_surface as string))') }} as surface_family,
        -- what a gateway answered from its own cache was not used at any provider
        case
            when not {{ llm_cost.text_flag('gateway_cache_hit') }} then {{ llm_cost.parsed_json('usage_json', llm_cost.usage_schema()) }}
        end as counts
    from texts
),

reported as (
    select
        *,
        {{ llm_cost.reported_usage('counts') }},
        {{ llm_cost.sum_where('counts.iterations', 'item', 'item.model <> coalesce(model_served, model_requested)', '1') }} as sub_call_count,
        coalesce(logged_web_search_requests, counts.server_tool_use.web_search_requests,
            counts.server_tool_use_details.web_search_requests, counts.server_side_tool_usage_details.web_search_calls,
            counts.num_search_queries) as web_search_requests,
        coalesce(logged_web_fetch_requests, counts.server_tool_use.web_fetch_requests) as web_fetch_requests,
        coalesce(logged_file_search_requests, counts.server_side_tool_usage_details.file_search_calls) as file_search_requests,
        coalesce(logged_code_execution_requests, counts.server_side_tool_usage_details.code_interpreter_calls) as code_execution_requests,
        -- OpenRouter and the Vercel gateway report a number, Perplexity an object; xAI ticks are 10^-10 USD
        coalesce(
            logged_cost_usd,
            {{ llm_cost.number_or_null('counts.cost', 'decimal(18, 12)') }},
            {{ llm_cost.number_or_null(llm_cost.json_text('counts.cost', '$.total_cost'), 'decimal(18, 12)') }},
            cast(cast(counts.cost_in_usd_ticks as decimal(20, 0)) * cast('0.0000000001' as decimal(12, 10)) as decimal(18, 12))
        ) as provider_reported_cost_usd
    from typed
),

resolved as (
    select
        *,
        {{ llm_cost.resolved_usage() }}
    from reported
),

bucketed as (
    select
        *,
        {{ llm_cost.token_buckets() }}
    from resolved
)

select
    'usage_log' as source_system,
    coalesce(
        response_id,
        request_id,
        'content-' || {{ llm_cost.content_hash(
            ['occurred_at_text', 'provider', 'api_surface', 'model_requested', 'model_served', 'usage_text', 'status', 'trace_id',
             'session_id', 'tenant_id', 'user_id', 'team', 'service', 'feature', 'api_key_id', 'latency_ms', 'tags']
        ) }}
    ) as call_key,
    request_id,
    attempt_number,
    response_id,
    trace_id,
    parent_id,
    session_id,
    occurred_at,
    loaded_at,
    provider,
    api_surface,
    model_requested,
    model_served,
    case
        when counts.speed = 'fast' then 'fast'
        else coalesce(counts.service_tier, counts.serviceTier, counts.trafficType, logged_service_tier)
    end as service_tier,
    coalesce(logged_region_scope, nullif(counts.inference_geo, 'not_available')) as region_scope,
    uncached_input_tokens,
    cache_read_tokens,
    cache_write_5m_tokens,
    cache_write_1h_tokens,
    audio_input_tokens,
    image_input_tokens,
    output_tokens,
    reasoning_tokens,
    audio_output_tokens,
    image_output_tokens,
    counts.citation_tokens,
    web_search_requests,
    web_fetch_requests,
    file_search_requests,
    code_execution_requests,
    counts.billed_units.search_units as search_units,
    counts.seconds as audio_seconds,
    lower(counts.search_context_size) as search_context_size,
    total_input_tokens,
    status,
    error_code,
    (is_logged_retry or attempt_number > 1) as is_retry,
    fallback_from,
    {{ owners | join(',\n    ') }},
    operation,
    tags,
    latency_ms,
    provider_reported_cost_usd,
    provider_reported_cost_usd is not null as is_provider_charge,
    true as is_call,
    is_gateway_cache_hit,
    is_cache_ttl_assumed,
    case
        when usage_problem is not null then usage_problem
        when usage_text is not null
            and coalesce(reported_input, reported_output, counts.billed_units.search_units, counts.cost_in_usd_ticks) is null
            and counts.seconds is null and provider_reported_cost_usd is null then 'unrecognised_usage'
    end as usage_problem,
    coalesce(
        parse_problem, case when occurred_at is null and occurred_at_text <> '' then 'unparsable_timestamp' end
    ) as parse_problem,
    case when sub_call_count > 0 then usage_text end as sub_calls,
    usage_text,
    load_id,
    row_position
from bucketed
