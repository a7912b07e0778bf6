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
    'user_api_key_org_id': 'VARCHAR', 'spend_logs_metadata': 'VARCHAR', 'requester_metadata': 'VARCHAR'
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

calls as (
    select
        *,
        {{ llm_cost.parsed_json('metadata_json', metadata) }} as meta,
        {{ llm_cost.parsed_json(llm_cost.json_text('metadata_json', '$.usage_object'), ttl) }} as ttl_split,
        {{ llm_cost.parsed_json('request_tags_json', ['VARCHAR']) }} as request_tag_list,
        {{ llm_cost.number_or_null('prompt_tokens', 'bigint') }} as logged_input,
        {{ llm_cost.number_or_null('completion_tokens', 'bigint') }} as logged_output,
        {{ llm_cost.number_or_null('total_tokens', 'bigint') }} as logged_total,
        lower(coalesce(nullif(cast(status as string), ''), 'success')) as logged_status,
        {{ llm_cost.utc_timestamp('startTime') }} as started_at,
        {{ llm_cost.utc_timestamp('endTime') }} as ended_at
    from texts
)

{{ llm_cost.usage_events('litellm', 'calls', {
    'call_key': 'request_id',
    'request_id': 'request_id',
    'response_id': 'request_id',
    'attempt_number': 'coalesce(meta.attempted_retries, 0) + 1',
    'trace_id': "coalesce(meta.trace_id, nullif(cast(session_id as string), ''))",
    'session_id': "nullif(cast(session_id as string), '')",
    'occurred_at': 'started_at',
    'occurred_at_text': 'startTime',
    'provider': "coalesce(nullif(cast(custom_llm_provider as string), ''), case when model like '%/%' then split_part(cast(model as string), '/', 1) end)",
    'api_surface': "'litellm_spendlogs'",
    'model_requested': "coalesce(meta.original_model_group, nullif(cast(model_group as string), ''), cast(model as string))",
    'model_served': llm_cost.without_provider('model', 'custom_llm_provider'),
    'service_tier': "case when meta.usage_object.speed = 'fast' then 'fast' else coalesce(meta.cost_breakdown.service_tier, meta.usage_object.service_tier) end",
    'region_scope': "nullif(meta.usage_object.inference_geo, 'not_available')",
    'citation_tokens': 'meta.usage_object.citation_tokens',
    'web_search_requests': 'coalesce(meta.usage_object.server_tool_use.web_search_requests, meta.usage_object.server_tool_use_details.web_search_requests)',
    'web_fetch_requests': 'meta.usage_object.server_tool_use.web_fetch_requests',
    'search_context_size': 'meta.usage_object.search_context_size',
    'status': "case when logged_status = 'success' then 'success' else 'error' end",
    'error_code': 'meta.error_information.error_code',
    'fallback_from': 'case when meta.attempted_fallbacks > 0 then meta.original_model_group end',
    'operation': "case when call_type like '%embedding%' then 'embedding' when call_type like '%batch%' then 'batch' when call_type is not null then 'chat' end",
    'tags': "case when request_tags_json like '[_%]' and request_tags_json <> '[]' then '{\"request_tags\":' || request_tags_json || '}' end",
    'latency_ms': 'coalesce(' ~ llm_cost.number_or_null('request_duration_ms', 'bigint') ~ ', ' ~ llm_cost.milliseconds_between('started_at', 'ended_at') ~ ')',
    'provider_reported_cost_usd': llm_cost.number_or_null('cast(spend as string)', 'decimal(18, 12)'),
    'is_gateway_cache_hit': llm_cost.text_flag('cache_hit'),
    'has_usage': 'logged_input > 0 or logged_output > 0 or logged_total > 0',
    'reported_input': 'logged_input',
    'reported_cache_read': 'coalesce(meta.usage_object.cache_read_input_tokens, meta.usage_object.prompt_tokens_details.cached_tokens, '
        ~ 'meta.additional_usage_values.cache_read_input_tokens, meta.additional_usage_values.prompt_tokens_details.cached_tokens)',
    'reported_cache_write': 'coalesce(meta.usage_object.cache_creation_input_tokens, ttl_split.prompt_tokens_details.cache_creation_tokens, '
        ~ 'meta.usage_object.prompt_tokens_details.cache_write_tokens, meta.additional_usage_values.cache_creation_input_tokens)',
    'reported_cache_write_5m': 'ttl_split.prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens',
    'reported_cache_write_1h': 'ttl_split.prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens',
    'reported_audio_input': 'meta.usage_object.prompt_tokens_details.audio_tokens',
    'reported_image_input': 'meta.usage_object.prompt_tokens_details.image_tokens',
    'reported_output': 'logged_output',
    'reported_reasoning': 'meta.usage_object.completion_tokens_details.reasoning_tokens',
    'reported_audio_output': 'meta.usage_object.completion_tokens_details.audio_tokens',
    'reported_image_output': 'meta.usage_object.completion_tokens_details.image_tokens',
    'reported_total': 'nullif(logged_total, 0)',
    'api_key_id': llm_cost.key_name('meta.user_api_key_alias', 'api_key'),
}, attributes=llm_cost.merged_attributes([
    llm_cost.attributes_of_json('meta.spend_logs_metadata'),
    llm_cost.attributes_of_json('meta.requester_metadata'),
    llm_cost.attributes_of_texts('request_tag_list'),
    llm_cost.attribute_pairs({
        'user_api_key_team_alias': 'meta.user_api_key_team_alias', 'team_id': 'team_id', 'user_api_key_team_id': 'meta.user_api_key_team_id',
        'end_user': 'end_user', 'user_api_key_end_user_id': 'meta.user_api_key_end_user_id', 'user': llm_cost.quoted('user'),
        'user_api_key_user_id': 'meta.user_api_key_user_id', 'agent_id': 'agent_id', 'user_api_key_project_id': 'meta.user_api_key_project_id',
        'user_api_key_org_id': 'meta.user_api_key_org_id',
    }),
])) }}
