{{ config(enabled='helicone' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set required = ['request_id', 'request_created_at'] %}
{%- set optional = [
    'response_status', 'status', 'request_model', 'response_model', 'model', 'provider', 'prompt_tokens', 'completion_tokens',
    'prompt_cache_read_tokens', 'prompt_cache_write_tokens', 'prompt_audio_tokens', 'completion_audio_tokens', 'reasoning_tokens', 'delay_ms',
    'latency', 'request_user_id', 'user_id', 'request_properties', 'properties', 'costUSD', 'cost', 'cache_reference_id',
    'prompt_id', 'request_path', 'target_url', 'response_body', 'loaded_at',
] %}
{%- set lifetimes = {'ephemeral_5m_input_tokens': 'BIGINT', 'ephemeral_1h_input_tokens': 'BIGINT'} %}
{%- set body = {'id': 'VARCHAR', 'model': 'VARCHAR', 'service_tier': 'VARCHAR', 'usage': {
    'service_tier': 'VARCHAR', 'cache_creation_input_tokens': 'BIGINT', 'cache_creation': lifetimes,
    'prompt_tokens_details': {'cache_write_details': {'write_5m_tokens': 'BIGINT', 'write_1h_tokens': 'BIGINT'}}
}} %}

with source_rows as (
    {{ llm_cost.source_rows('helicone', required, optional) }}
),

texts as (
    select
        *,
        {{ llm_cost.text_of_json('request_properties') }} as request_properties_json,
        {{ llm_cost.text_of_json('properties') }} as properties_json,
        {{ llm_cost.text_of_json('response_body') }} as body_json,
        {{ llm_cost.number_or_null('coalesce(cast(response_status as string), cast(status as string))', 'bigint') }} as http_status,
        {{ llm_cost.number_or_null('prompt_tokens', 'bigint') }} as logged_input,
        {{ llm_cost.number_or_null('completion_tokens', 'bigint') }} as logged_output,
        {{ llm_cost.number_or_null('prompt_cache_read_tokens', 'bigint') }} as logged_read,
        {{ llm_cost.number_or_null('prompt_cache_write_tokens', 'bigint') }} as logged_write,
        {{ llm_cost.number_or_null('reasoning_tokens', 'bigint') }} as logged_reasoning,
        lower(coalesce(cast(model as string), cast(request_model as string), '')) as model_name,
        coalesce(nullif(nullif(cast(cache_reference_id as string), ''), '00000000-0000-0000-0000-000000000000') is not null, false) as is_hit
    from source_rows
),

parsed as (
    select
        *,
        -- the answer is read for its id, model, tier and the lifetimes of what was written only
        {{ llm_cost.parsed_json('body_json', body) }} as answer,
        coalesce(nullif(request_properties_json, '{}'), properties_json) as tags_json
    from texts
),

calls as (
    select
        *,
        -- a write that the answer does not split by lifetime is missing in the column
        coalesce(nullif(logged_write, 0), answer.usage.cache_creation_input_tokens, logged_write) as written,
        coalesce(answer.usage.cache_creation.ephemeral_5m_input_tokens, answer.usage.prompt_tokens_details.cache_write_details.write_5m_tokens) as written_5m,
        coalesce(answer.usage.cache_creation.ephemeral_1h_input_tokens, answer.usage.prompt_tokens_details.cache_write_details.write_1h_tokens) as written_1h
    from parsed
)

{{ llm_cost.usage_events('helicone', 'calls', {
    'call_key': 'request_id',
    'request_id': 'request_id',
    'response_id': 'case when not is_hit then answer.id end',
    'session_id': llm_cost.json_text('tags_json', '$.Helicone-Session-Id'),
    'occurred_at': llm_cost.utc_timestamp('request_created_at'),
    'occurred_at_text': 'request_created_at',
    'provider': 'provider',
    'model_requested': "coalesce(nullif(cast(request_model as string), ''), cast(model as string))",
    'model_served': "coalesce(nullif(cast(response_model as string), ''), answer.model, nullif(cast(model as string), ''), cast(request_model as string))",
    'service_tier': 'coalesce(answer.service_tier, answer.usage.service_tier)',
    'status': "case when http_status in (-1, -2, 0) then 'timeout' when http_status = -3 then 'cancelled' "
        ~ "when http_status = -4 or http_status >= 400 then 'error' else 'success' end",
    'error_code': 'case when http_status <= 0 or http_status >= 400 then cast(http_status as string) end',
    'is_call': "not (model_name like 'tool:%' or model_name in ('vector_db', 'assistant-polling', 'assistant-call'))",
    'latency_ms': llm_cost.number_or_null('coalesce(cast(delay_ms as string), cast(latency as string))', 'bigint'),
    'tags': "nullif(tags_json, '{}')",
    'operation': "case when coalesce(cast(request_path as string), cast(target_url as string)) like '%embeddings%' then 'embedding' else 'chat' end",
    'provider_reported_cost_usd': 'coalesce(' ~ llm_cost.number_or_null('cast(costUSD as string)', 'decimal(18, 12)')
        ~ ', case when response_status is not null then ' ~ llm_cost.number_or_null('cast(cost as string)', 'decimal(18, 12)') ~ ' else '
        ~ llm_cost.number_or_null('cast(cost as string)', 'decimal(15, 0)') ~ ' * cast(0.000000001 as decimal(10, 9)) end)',
    'is_gateway_cache_hit': 'is_hit',
    'has_usage': 'logged_input <> 0 or logged_output <> 0 or logged_read <> 0 or logged_write <> 0',
    'reported_input': 'case when logged_input < 0 or greatest(logged_input, coalesce(logged_read, 0), coalesce(written, 0)) > 1000000000000 then logged_input '
        ~ 'else logged_input + coalesce(logged_read, 0) + coalesce(written, 0) end',
    'reported_cache_read': 'logged_read',
    'reported_cache_write': 'written',
    'reported_cache_write_5m': 'case when written_5m + written_1h = written then written_5m end',
    'reported_cache_write_1h': 'case when written_5m + written_1h = written then written_1h end',
    'reported_audio_input': 'nullif(' ~ llm_cost.number_or_null('prompt_audio_tokens', 'bigint') ~ ', 0)',
    'reported_output': 'logged_output',
    'reported_reasoning': 'logged_reasoning',
    'reported_reasoning_basis': "'by_total'",
    'reported_audio_output': 'nullif(' ~ llm_cost.number_or_null('completion_audio_tokens', 'bigint') ~ ', 0)',
}, attributes=llm_cost.merged_attributes([
    llm_cost.attributes_of_json('properties_json'),
    llm_cost.attributes_of_json('request_properties_json'),
    llm_cost.attribute_pairs({
        'request_user_id': 'request_user_id', 'helicone_user_id': "case when request_user_id is null then user_id end", 'prompt_id': 'prompt_id',
    }),
])) }}
