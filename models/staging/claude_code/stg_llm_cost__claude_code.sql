{{ config(enabled='claude_code' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set optional = [
    'timestamp', 'type', 'message', 'requestId', 'uuid', 'parentUuid', 'sessionId', 'isSidechain', 'isApiErrorMessage', 'agentId',
    'cwd', 'gitBranch', 'version', 'costUSD',
] %}
{%- set message = {'id': 'VARCHAR', 'role': 'VARCHAR', 'model': 'VARCHAR', 'usage': llm_cost.usage_schema()} %}

with source_rows as (
    {{ llm_cost.source_rows('claude_code', [], optional + ['loaded_at']) }}
),

texts as (
    select
        *,
        {{ llm_cost.text_of_json('message') }} as message_json
    from source_rows
),

lines as (
    select
        *,
        {{ llm_cost.parsed_json('message_json', message) }} as parsed_message,
        {{ llm_cost.json_text('message_json', '$.usage') }} as usage_text
    from texts
),

typed as (
    select
        load_id,
        row_position,
        parse_problem,
        nullif(usage_text, 'null') as usage_text,
        parsed_message.id as message_id,
        cast(requestId as string) as request_id,
        cast(sessionId as string) as session_id,
        cast(parentUuid as string) as parent_id,
        {{ llm_cost.utc_timestamp('timestamp') }} as occurred_at,
        cast(timestamp as string) as occurred_at_text,
        {{ llm_cost.utc_timestamp('loaded_at') }} as loaded_at,
        {{ llm_cost.text_flag('isApiErrorMessage') }} as is_api_error,
        {{ llm_cost.text_flag('isSidechain') }} as is_sidechain,
        cast(agentId as string) as logged_agent_id,
        -- only the last part of the working directory: the rest may hold a person's name
        {{ llm_cost.last_path_part('cast(cwd as string)') }} as project_id,
        cast(gitBranch as string) as git_branch,
        cast(version as string) as client_version,
        {{ llm_cost.number_or_null('cast(costUSD as string)', 'decimal(18, 12)') }} as provider_reported_cost_usd,
        parsed_message.model as model_served,
        cast(null as string) as model_requested,
        'anthropic_messages' as api_surface,
        'anthropic' as surface_family,
        case
            when parsed_message.model like '%anthropic.claude%' then 'aws'
            when parsed_message.model like 'claude%@%' then 'google'
            else 'anthropic'
        end as provider,
        parsed_message.usage as counts,
        -- a line is a call when it is an assistant's; the client also writes assistant lines of its own (`<synthetic>`)
        coalesce(
            (cast(type as string) = 'assistant' or (type is null and parsed_message.role = 'assistant'))
            and (coalesce(parsed_message.model, '') <> '<synthetic>' or {{ llm_cost.text_flag('isApiErrorMessage') }}),
            false
        ) as is_call,
        coalesce(cast(uuid as string), {{ llm_cost.content_hash(['sessionId', 'timestamp', 'message_json']) }}) as line_key
    from lines
),

reported as (
    select
        *,
        {{ llm_cost.reported_usage('counts') }},
        {{ llm_cost.sum_where('counts.iterations', 'item', 'item.model <> model_served', '1') }} as sub_call_count
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
    'claude_code' as source_system,
    coalesce(message_id || coalesce(':' || request_id, ''), request_id, line_key) as call_key,
    request_id,
    1 as attempt_number,
    message_id as response_id,
    session_id as trace_id,
    parent_id,
    session_id,
    occurred_at,
    loaded_at,
    provider,
    api_surface,
    model_requested,
    model_served,
    case when counts.speed = 'fast' then 'fast' else counts.service_tier end as service_tier,
    nullif(counts.inference_geo, 'not_available') as region_scope,
    {% for bucket in [
        'uncached_input_tokens', 'cache_read_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens', 'audio_input_tokens',
        'image_input_tokens', 'output_tokens', 'reasoning_tokens', 'audio_output_tokens', 'image_output_tokens'
    ] -%}
        {{ 'case when not is_api_error then ' ~ bucket ~ ' end as ' ~ bucket }},
    {% endfor -%}
    cast(null as bigint) as citation_tokens,
    counts.server_tool_use.web_search_requests,
    counts.server_tool_use.web_fetch_requests,
    cast(null as bigint) as file_search_requests,
    cast(null as bigint) as code_execution_requests,
    cast(null as bigint) as search_units,
    cast(null as decimal(18, 3)) as audio_seconds,
    cast(null as string) as search_context_size,
    case when not is_api_error then total_input_tokens end as total_input_tokens,
    case when is_api_error then 'error' else 'success' end as status,
    cast(null as string) as error_code,
    false as is_retry,
    cast(null as string) as fallback_from,
    cast(null as string) as team,
    'claude-code' as service,
    cast(null as string) as feature,
    cast(null as string) as environment,
    cast(null as string) as tenant_id,
    cast(null as string) as user_id,
    coalesce(logged_agent_id, case when is_sidechain then 'sidechain' end) as agent_id,
    cast(null as string) as cost_center,
    cast(null as string) as prompt_template,
    cast(null as string) as api_key_id,
    project_id,
    cast(null as string) as billing_account_id,
    'chat' as operation,
    case
        when coalesce(git_branch, client_version) is not null
            then '{"git_branch":' || coalesce('"' || replace(git_branch, '"', '') || '"', 'null')
                || ',"client_version":' || coalesce('"' || replace(client_version, '"', '') || '"', 'null') || '}'
    end as tags,
    cast(null as bigint) as latency_ms,
    provider_reported_cost_usd,
    -- the client's own estimate
    false as is_provider_charge,
    is_call,
    false as is_gateway_cache_hit,
    is_cache_ttl_assumed,
    usage_problem,
    coalesce(
        parse_problem, case when is_call and occurred_at is null and occurred_at_text <> '' then 'unparsable_timestamp' end
    ) as parse_problem,
    case when sub_call_count > 0 then usage_text end as sub_calls,
    usage_text,
    load_id,
    row_position
from bucketed
