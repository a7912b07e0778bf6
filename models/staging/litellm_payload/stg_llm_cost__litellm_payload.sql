{{ config(enabled='litellm_payload' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set required = ['id', 'startTime', 'model', 'prompt_tokens', 'completion_tokens'] %}
{%- set optional = [
    'litellm_call_id', 'trace_id', 'session_id', 'call_type', 'status', 'custom_llm_provider', 'total_tokens', 'endTime', 'model_group',
    'response_cost', 'cost_breakdown', 'metadata', 'cache_hit', 'request_tags', 'end_user', 'agent_id', 'error_information', 'hidden_params',
    'response', 'loaded_at',
] %}
{%- set metadata = {
    'usage_object': 'VARCHAR', 'attempted_retries': 'INTEGER', 'attempted_fallbacks': 'INTEGER', 'original_model_group': 'VARCHAR',
    'user_api_key_hash': 'VARCHAR', 'user_api_key_alias': 'VARCHAR', 'user_api_key_team_alias': 'VARCHAR', 'user_api_key_team_id': 'VARCHAR',
    'user_api_key_user_id': 'VARCHAR', 'user_api_key_org_id': 'VARCHAR', 'user_api_key_project_id': 'VARCHAR',
    'user_api_key_end_user_id': 'VARCHAR', 'spend_logs_metadata': 'VARCHAR', 'requester_metadata': 'VARCHAR'
} %}
{%- set usage = llm_cost.usage_schema() %}
{%- do usage['prompt_tokens_details'].update({'cache_creation_tokens': 'BIGINT', 'cache_creation_token_details': {
    'ephemeral_5m_input_tokens': 'BIGINT', 'ephemeral_1h_input_tokens': 'BIGINT'}}) %}

with source_rows as (
    {{ llm_cost.source_rows('litellm_payload', required, optional) }}
),

texts as (
    select
        *,
        {{ llm_cost.text_of_json('metadata') }} as metadata_json,
        {{ llm_cost.text_of_json('response') }} as response_json,
        {{ llm_cost.text_of_json('request_tags') }} as request_tags_json,
        {{ llm_cost.text_of_json('cost_breakdown') }} as cost_json,
        {{ llm_cost.text_of_json('error_information') }} as error_json,
        {{ llm_cost.text_of_json('hidden_params') }} as hidden_json
    from source_rows
),

parsed as (
    select
        *,
        {{ llm_cost.parsed_json('metadata_json', metadata) }} as meta,
        -- the answer is read for its usage and tier only
        {{ llm_cost.parsed_json('response_json', {'usage': 'VARCHAR', 'service_tier': 'VARCHAR'}) }} as answer,
        {{ llm_cost.parsed_json('request_tags_json', ['VARCHAR']) }} as request_tag_list,
        {{ llm_cost.number_or_null('prompt_tokens', 'bigint') }} as logged_input,
        {{ llm_cost.number_or_null('completion_tokens', 'bigint') }} as logged_output,
        {{ llm_cost.number_or_null('total_tokens', 'bigint') }} as logged_total,
        {{ llm_cost.utc_timestamp('startTime') }} as started_at,
        {{ llm_cost.utc_timestamp('endTime') }} as ended_at,
        coalesce(nullif(cast(model as string), ''), {{ llm_cost.json_text('hidden_json', '$.litellm_model_name') }}) as called_model
    from texts
),

calls as (
    select
        *,
        {{ llm_cost.parsed_json("coalesce(meta.usage_object, answer.usage)", usage) }} as counts
    from parsed
)

{{ llm_cost.usage_events('litellm_payload', 'calls', {
    'call_key': 'id',
    'request_id': "coalesce(nullif(cast(litellm_call_id as string), ''), cast(id as string))",
    'response_id': 'id',
    'attempt_number': 'least(coalesce(meta.attempted_retries, 0), 1000) + 1',
    'trace_id': "coalesce(nullif(cast(trace_id as string), ''), nullif(cast(session_id as string), ''))",
    'session_id': "nullif(cast(session_id as string), '')",
    'occurred_at': 'started_at',
    'occurred_at_text': 'startTime',
    'provider': "coalesce(nullif(cast(custom_llm_provider as string), ''), case when called_model like '%/%' then split_part(called_model, '/', 1) end)",
    'api_surface': "'litellm_spendlogs'",
    'model_requested': "coalesce(meta.original_model_group, nullif(cast(model_group as string), ''), called_model)",
    'model_served': llm_cost.without_provider('called_model', 'custom_llm_provider'),
    'service_tier': "case when counts.speed = 'fast' then 'fast' else coalesce(" ~ llm_cost.json_text('cost_json', '$.service_tier')
        ~ ', counts.service_tier, answer.service_tier) end',
    'region_scope': "nullif(counts.inference_geo, 'not_available')",
    'citation_tokens': 'counts.citation_tokens',
    'web_search_requests': 'coalesce(counts.server_tool_use.web_search_requests, counts.server_tool_use_details.web_search_requests)',
    'web_fetch_requests': 'counts.server_tool_use.web_fetch_requests',
    'search_context_size': 'counts.search_context_size',
    'status': "case when lower(coalesce(nullif(cast(status as string), ''), 'success')) = 'success' then 'success' else 'error' end",
    'error_code': 'nullif(' ~ llm_cost.json_text('error_json', '$.error_code') ~ ", '')",
    'is_call': "coalesce(cast(call_type as string), '') not like '%mcp%'",
    'fallback_from': 'case when meta.attempted_fallbacks > 0 then meta.original_model_group end',
    'operation': "case when call_type like '%embedding%' then 'embedding' when call_type like '%batch%' then 'batch' "
        ~ "when call_type is not null then 'chat' end",
    'tags': "case when request_tags_json like '[_%]' and request_tags_json <> '[]' then '{\"request_tags\":' || request_tags_json || '}' end",
    'latency_ms': llm_cost.milliseconds_between('started_at', 'ended_at'),
    'provider_reported_cost_usd': llm_cost.number_or_null('cast(response_cost as string)', 'decimal(18, 12)'),
    'is_gateway_cache_hit': llm_cost.text_flag('cache_hit'),
    'has_usage': 'logged_input > 0 or logged_output > 0 or logged_total > 0',
    'reported_input': 'logged_input',
    'reported_cache_read': 'coalesce(counts.cache_read_input_tokens, counts.prompt_tokens_details.cached_tokens)',
    'reported_cache_write': 'coalesce(counts.cache_creation_input_tokens, counts.prompt_tokens_details.cache_creation_tokens, '
        ~ 'counts.prompt_tokens_details.cache_write_tokens)',
    'reported_cache_write_5m': 'counts.prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens',
    'reported_cache_write_1h': 'counts.prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens',
    'reported_audio_input': 'counts.prompt_tokens_details.audio_tokens',
    'reported_image_input': 'counts.prompt_tokens_details.image_tokens',
    'reported_output': 'logged_output',
    'reported_reasoning': 'counts.completion_tokens_details.reasoning_tokens',
    'reported_audio_output': 'counts.completion_tokens_details.audio_tokens',
    'reported_image_output': 'counts.completion_tokens_details.image_tokens',
    'reported_total': 'nullif(logged_total, 0)',
    'api_key_id': llm_cost.key_name('meta.user_api_key_alias', 'meta.user_api_key_hash'),
}, attributes=llm_cost.merged_attributes([
    llm_cost.attributes_of_json('meta.spend_logs_metadata'),
    llm_cost.attributes_of_json('meta.requester_metadata'),
    llm_cost.attributes_of_texts('request_tag_list'),
    llm_cost.attribute_pairs({
        'user_api_key_team_alias': 'meta.user_api_key_team_alias', 'user_api_key_team_id': 'meta.user_api_key_team_id', 'end_user': 'end_user',
        'user_api_key_end_user_id': 'meta.user_api_key_end_user_id', 'user_api_key_user_id': 'meta.user_api_key_user_id', 'agent_id': 'agent_id',
        'user_api_key_project_id': 'meta.user_api_key_project_id', 'user_api_key_org_id': 'meta.user_api_key_org_id',
    }),
])) }}
