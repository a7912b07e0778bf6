{{ config(enabled='litellm' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set required = ['request_id', 'startTime', 'model', 'prompt_tokens', 'completion_tokens'] %}
{%- set optional = [
    'call_type', 'api_key', 'spend', 'total_tokens', 'endTime', 'request_duration_ms', 'model_group', 'custom_llm_provider', 'user',
    'metadata', 'cache_hit', 'request_tags', 'team_id', 'end_user', 'session_id', 'status', 'agent_id', 'loaded_at',
] %}
{%- set metadata = {
    'status': 'VARCHAR', 'usage_object': llm_cost.usage_schema(), 'additional_usage_values': llm_cost.usage_schema(),
    'cost_breakdown': {'service_tier': 'VARCHAR'}, 'attempted_retries': 'INTEGER', 'attempted_fallbacks': 'INTEGER',
    'original_model_group': 'VARCHAR', 'error_information': {'error_code': 'VARCHAR'}, 'trace_id': 'VARCHAR',
    'user_api_key_alias': 'VARCHAR', 'user_api_key_team_alias': 'VARCHAR', 'user_api_key_team_id': 'VARCHAR',
    'user_api_key_project_id': 'VARCHAR', 'user_api_key_user_id': 'VARCHAR', 'user_api_key_end_user_id': 'VARCHAR',
    'spend_logs_metadata': {
        'team': 'VARCHAR', 'service': 'VARCHAR', 'feature': 'VARCHAR', 'environment': 'VARCHAR', 'tenant_id': 'VARCHAR',
        'cost_center': 'VARCHAR', 'prompt_template': 'VARCHAR', 'agent_id': 'VARCHAR'
    }
} %}
{%- set ttl = {'prompt_tokens_details': {'cache_creation_tokens': 'BIGINT', 'cache_creation_token_details': {
    'ephemeral_5m_input_tokens': 'BIGINT', 'ephemeral_1h_input_tokens': 'BIGINT'}}} %}

with source_rows as (
    {{ llm_cost.source_rows('litellm', required, optional) }}
),

texts as (
    select
        *,
        {{ llm_cost.text_of_json('metadata') }} as metadata_json,
        {{ llm_cost.text_of_json('request_tags') }} as request_tags_json
    from source_rows
),

parsed as (
    select
        *,
        {{ llm_cost.parsed_json('metadata_json', metadata) }} as meta,
        {{ llm_cost.parsed_json(llm_cost.json_text('metadata_json', '$.usage_object'), ttl) }} as ttl_split,
        {{ llm_cost.number_or_null('prompt_tokens', 'bigint') }} as logged_input,
        {{ llm_cost.number_or_null('completion_tokens', 'bigint') }} as logged_output,
        {{ llm_cost.number_or_null('total_tokens', 'bigint') }} as logged_total,
        {{ llm_cost.text_flag('cache_hit') }} as is_gateway_cache_hit,
        lower(coalesce(nullif(cast(status as string), ''), 'success')) as logged_status,
        {{ llm_cost.utc_timestamp('startTime') }} as occurred_at,
        {{ llm_cost.utc_timestamp('endTime') }} as ended_at
    from texts
),

reported as (
    select
        *,
        meta.usage_object as counts,
        case when logged_status = 'success' then 'success' else 'error' end as call_status,
        -- the proxy logs zeros for a call without usage, and the cached answer's counts for a hit in its own cache
        (logged_input > 0 or logged_output > 0 or logged_total > 0) and not is_gateway_cache_hit as has_usage,
        'inclusive' as reported_input_basis,
        'included' as reported_audio_basis,
        'included' as reported_reasoning_basis,
        logged_input as reported_input,
        coalesce(
            meta.usage_object.cache_read_input_tokens, meta.usage_object.prompt_tokens_details.cached_tokens,
            meta.additional_usage_values.cache_read_input_tokens, meta.additional_usage_values.prompt_tokens_details.cached_tokens
        ) as reported_cache_read,
        coalesce(
            meta.usage_object.cache_creation_input_tokens, ttl_split.prompt_tokens_details.cache_creation_tokens,
            meta.usage_object.prompt_tokens_details.cache_write_tokens, meta.additional_usage_values.cache_creation_input_tokens
        ) as reported_cache_write,
        ttl_split.prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens as reported_cache_write_5m,
        ttl_split.prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens as reported_cache_write_1h,
        meta.usage_object.prompt_tokens_details.audio_tokens as reported_audio_input,
        meta.usage_object.prompt_tokens_details.image_tokens as reported_image_input,
        logged_output as reported_output,
        meta.usage_object.completion_tokens_details.reasoning_tokens as reported_reasoning,
        meta.usage_object.completion_tokens_details.audio_tokens as reported_audio_output,
        meta.usage_object.completion_tokens_details.image_tokens as reported_image_output,
        -- zero where the proxy did not fill it
        nullif(logged_total, 0) as reported_total
    from parsed
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
    'litellm' as source_system,
    cast(request_id as string) as call_key,
    cast(request_id as string) as request_id,
    coalesce(meta.attempted_retries, 0) + 1 as attempt_number,
    cast(request_id as string) as response_id,
    coalesce(meta.trace_id, nullif(cast(session_id as string), '')) as trace_id,
    cast(null as string) as parent_id,
    nullif(cast(session_id as string), '') as session_id,
    occurred_at,
    {{ llm_cost.utc_timestamp('loaded_at') }} as loaded_at,
    lower(coalesce(nullif(cast(custom_llm_provider as string), ''), case when model like '%/%' then split_part(cast(model as string), '/', 1) end)) as provider,
    'litellm_spendlogs' as api_surface,
    coalesce(meta.original_model_group, nullif(cast(model_group as string), ''), cast(model as string)) as model_requested,
    -- `provider/model` names the provider that custom_llm_provider repeats
    case
        when model like '%/%' and split_part(cast(model as string), '/', 1) = cast(custom_llm_provider as string)
            then substr(cast(model as string), length(cast(custom_llm_provider as string)) + 2)
        else nullif(cast(model as string), '')
    end as model_served,
    case
        when counts.speed = 'fast' then 'fast'
        else coalesce(meta.cost_breakdown.service_tier, counts.service_tier)
    end as service_tier,
    nullif(counts.inference_geo, 'not_available') as region_scope,
    {% for bucket in [
        'uncached_input_tokens', 'cache_read_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens', 'audio_input_tokens',
        'image_input_tokens', 'output_tokens', 'reasoning_tokens', 'audio_output_tokens', 'image_output_tokens'
    ] -%}
        {{ 'case when has_usage then ' ~ bucket ~ ' end as ' ~ bucket }},
    {% endfor -%}
    counts.citation_tokens,
    coalesce(counts.server_tool_use.web_search_requests, counts.server_tool_use_details.web_search_requests) as web_search_requests,
    counts.server_tool_use.web_fetch_requests,
    cast(null as bigint) as file_search_requests,
    cast(null as bigint) as code_execution_requests,
    cast(null as bigint) as search_units,
    cast(null as decimal(18, 3)) as audio_seconds,
    lower(counts.search_context_size) as search_context_size,
    case when has_usage then total_input_tokens end as total_input_tokens,
    call_status as status,
    meta.error_information.error_code,
    coalesce(meta.attempted_retries, 0) > 0 as is_retry,
    case when meta.attempted_fallbacks > 0 then meta.original_model_group end as fallback_from,
    coalesce(meta.user_api_key_team_alias, meta.spend_logs_metadata.team, nullif(cast(team_id as string), ''), meta.user_api_key_team_id) as team,
    meta.spend_logs_metadata.service,
    meta.spend_logs_metadata.feature,
    meta.spend_logs_metadata.environment,
    coalesce(nullif(cast(end_user as string), ''), meta.user_api_key_end_user_id, meta.spend_logs_metadata.tenant_id) as tenant_id,
    coalesce(nullif(cast({{ llm_cost.quoted('user') }} as string), ''), meta.user_api_key_user_id) as user_id,
    coalesce(nullif(cast(agent_id as string), ''), meta.spend_logs_metadata.agent_id) as agent_id,
    meta.spend_logs_metadata.cost_center,
    meta.spend_logs_metadata.prompt_template,
    -- the proxy logs the key's hash; a key in clear never passes
    coalesce(
        meta.user_api_key_alias,
        case when cast(api_key as string) like 'sk-%' then {{ llm_cost.content_hash(['api_key']) }} else nullif(cast(api_key as string), '') end
    ) as api_key_id,
    meta.user_api_key_project_id as project_id,
    cast(null as string) as billing_account_id,
    case
        when call_type like '%embedding%' then 'embedding'
        when call_type like '%batch%' then 'batch'
        when call_type is not null then 'chat'
    end as operation,
    case when request_tags_json like '[_%]' and request_tags_json <> '[]' then '{"request_tags":' || request_tags_json || '}' end as tags,
    coalesce(
        {{ llm_cost.number_or_null('request_duration_ms', 'bigint') }},
        {{ llm_cost.milliseconds_between('occurred_at', 'ended_at') }}
    ) as latency_ms,
    {{ llm_cost.number_or_null('cast(spend as string)', 'decimal(18, 12)') }} as provider_reported_cost_usd,
    -- the gateway's own estimate
    false as is_provider_charge,
    true as is_call,
    is_gateway_cache_hit,
    is_cache_ttl_assumed,
    case when has_usage then usage_problem end as usage_problem,
    coalesce(
        parse_problem, case when occurred_at is null and cast(startTime as string) <> '' then 'unparsable_timestamp' end
    ) as parse_problem,
    cast(null as string) as sub_calls,
    case
        when usage_problem is not null
            then '{"prompt_tokens":' || coalesce(cast(logged_input as string), 'null')
                || ',"completion_tokens":' || coalesce(cast(logged_output as string), 'null')
                || ',"total_tokens":' || coalesce(cast(logged_total as string), 'null') || '}'
    end as usage_text,
    load_id,
    row_position
from bucketed
