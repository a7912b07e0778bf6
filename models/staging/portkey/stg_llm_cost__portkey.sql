{{ config(enabled='portkey' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set required = ['created_at', 'ai_model'] %}
{%- set optional = [
    'id', 'trace_id', 'ai_org', 'ai_provider', 'req_units', 'res_units', 'total_units', 'request_tokens', 'response_tokens', 'total_tokens',
    'is_success', 'response_status_code', 'status_code', 'response_time', 'cost', 'cost_currency', 'cache_status', 'retry_success_count',
    'request_url', 'prompt_slug', 'virtual_key', 'metadata', 'response', 'loaded_at',
] %}
{%- set details = {'cached_tokens': 'BIGINT', 'cache_write_tokens': 'BIGINT', 'audio_tokens': 'BIGINT'} %}
{%- set output_details = {'reasoning_tokens': 'BIGINT', 'thinking_tokens': 'BIGINT', 'audio_tokens': 'BIGINT'} %}
{%- set usage = {
    'prompt_tokens': 'BIGINT', 'completion_tokens': 'BIGINT', 'total_tokens': 'BIGINT', 'input_tokens': 'BIGINT', 'output_tokens': 'BIGINT',
    'inputTokens': 'BIGINT', 'outputTokens': 'BIGINT', 'totalTokens': 'BIGINT', 'cacheReadInputTokens': 'BIGINT', 'cacheWriteInputTokens': 'BIGINT',
    'cache_read_input_tokens': 'BIGINT', 'cache_creation_input_tokens': 'BIGINT', 'prompt_tokens_details': details, 'input_tokens_details': details,
    'completion_tokens_details': output_details, 'output_tokens_details': output_details, 'service_tier': 'VARCHAR',
    'cache_creation': {'ephemeral_5m_input_tokens': 'BIGINT', 'ephemeral_1h_input_tokens': 'BIGINT'}, 'server_tool_use': {'web_search_requests': 'BIGINT'}
} %}
{%- set gemini = {
    'promptTokenCount': 'BIGINT', 'candidatesTokenCount': 'BIGINT', 'thoughtsTokenCount': 'BIGINT', 'cachedContentTokenCount': 'BIGINT',
    'totalTokenCount': 'BIGINT'
} %}
{%- set body = {'id': 'VARCHAR', 'model': 'VARCHAR', 'service_tier': 'VARCHAR', 'usage': usage, 'usageMetadata': gemini} %}

with source_rows as (
    {{ llm_cost.source_rows('portkey', required, optional) }}
),

texts as (
    select
        *,
        {{ llm_cost.text_of_json('metadata') }} as metadata_json,
        {{ llm_cost.text_of_json('response') }} as response_json,
        lower(coalesce(nullif(cast(ai_org as string), ''), cast(ai_provider as string))) as org,
        {{ llm_cost.number_or_null('coalesce(cast(response_status_code as string), cast(status_code as string))', 'bigint') }} as http_status,
        {{ llm_cost.number_or_null('coalesce(cast(req_units as string), cast(request_tokens as string))', 'bigint') }} as logged_input,
        {{ llm_cost.number_or_null('coalesce(cast(res_units as string), cast(response_tokens as string))', 'bigint') }} as logged_output,
        {{ llm_cost.number_or_null('coalesce(cast(total_units as string), cast(total_tokens as string))', 'bigint') }} as logged_total,
        upper(coalesce(cast(cache_status as string), '')) in ('HIT', 'SEMANTIC HIT', 'SEMANTIC_HIT') as is_hit
    from source_rows
),

answers as (
    select
        *,
        -- the answer is read for its id, model, tier and usage only; some exports hold it inside `body`
        {{ llm_cost.parsed_json('response_json', dict(body, body=body)) }} as answer,
        coalesce(lower(cast(is_success as string)) not in ('true', '1', 't', 'yes'), false) or coalesce(http_status >= 400, false) as is_failed
    from texts
),

opened as (
    select
        *,
        coalesce(answer.usage, answer.body.usage) as u,
        coalesce(answer.usageMetadata, answer.body.usageMetadata) as g,
        coalesce(answer.id, answer.body.id) as answer_id,
        coalesce(nullif(answer.model, ''), answer.body.model, cast(ai_model as string)) as model,
        coalesce(answer.service_tier, answer.body.service_tier) as answer_tier
    from answers
),

counted as (
    select
        *,
        coalesce(org in ('anthropic', 'bedrock') or lower(model) like '%claude%', false) as is_claude,
        coalesce(org in ('google', 'vertex-ai'), false) as is_google,
        coalesce(u.cache_read_input_tokens, u.prompt_tokens_details.cached_tokens, u.input_tokens_details.cached_tokens, u.cacheReadInputTokens,
            g.cachedContentTokenCount) as cache_read,
        coalesce(u.cache_creation_input_tokens, u.prompt_tokens_details.cache_write_tokens, u.input_tokens_details.cache_write_tokens,
            u.cacheWriteInputTokens) as cache_write,
        coalesce(u.prompt_tokens, u.input_tokens, u.inputTokens, g.promptTokenCount) as told_input,
        coalesce(u.completion_tokens, u.output_tokens, u.outputTokens, g.candidatesTokenCount) as told_output,
        coalesce(u.total_tokens, u.totalTokens, g.totalTokenCount) as told_total
    from opened
),

calls as (
    select
        *,
        told_input is not null or told_output is not null as has_told,
        -- the gateway gives the counts of Claude beside the cache or around it, by provider and version: its own total says which
        case
            when told_input is null or greatest(told_input, coalesce(told_output, 0), coalesce(cache_read, 0), coalesce(cache_write, 0)) > 1000000000000
                then 'inclusive'
            when u.inputTokens is not null then 'exclusive'
            when not is_claude then 'inclusive'
            when told_total is null or u.prompt_tokens is null then 'exclusive'
            when coalesce(cache_read, 0) + coalesce(cache_write, 0) > 0
                and told_total = told_input + coalesce(told_output, 0) + coalesce(cache_read, 0) + coalesce(cache_write, 0) then 'exclusive'
            else 'inclusive'
        end as input_basis
    from counted
)

{{ llm_cost.usage_events('portkey', 'calls', {
    'call_key': 'id',
    'request_id': 'id',
    'response_id': "case when not is_hit and not " ~ llm_cost.regex_match("coalesce(answer_id, '0')", "'^[0-9]+$'") ~ ' then answer_id end',
    'attempt_number': 'least(coalesce(' ~ llm_cost.number_or_null('cast(retry_success_count as string)', 'integer') ~ ', 0), 1000) + 1',
    'trace_id': "nullif(cast(trace_id as string), '')",
    'occurred_at': llm_cost.utc_timestamp('created_at'),
    'occurred_at_text': 'created_at',
    'provider': 'org',
    'model_requested': 'ai_model',
    'model_served': 'model',
    'service_tier': 'coalesce(answer_tier, u.service_tier)',
    'status': "case when http_status = 408 then 'timeout' when is_failed then 'error' else 'success' end",
    'error_code': 'case when is_failed then cast(http_status as string) end',
    'latency_ms': llm_cost.number_or_null('response_time', 'bigint'),
    'tags': "nullif(metadata_json, '{}')",
    'operation': "case when cast(request_url as string) like '%embeddings%' then 'embedding' when request_url is not null then 'chat' end",
    'provider_reported_cost_usd': "case when upper(coalesce(cast(cost_currency as string), 'USD')) = 'USD' then "
        ~ llm_cost.number_or_null('cast(cost as string)', 'decimal(18, 10)') ~ ' * cast(0.01 as decimal(3, 2)) end',
    'is_gateway_cache_hit': 'is_hit',
    'web_search_requests': 'u.server_tool_use.web_search_requests',
    'has_usage': 'has_told or logged_input > 0 or logged_output > 0',
    'reported_input_basis': 'input_basis',
    'reported_reasoning_basis': "case when is_google and not is_claude and not is_hit and coalesce(told_total, logged_total) > 0 "
        ~ "then 'total_minus_input' else 'included_unless_total' end",
    'reported_input': 'case when has_told then told_input else logged_input end',
    'reported_cache_read': 'cache_read',
    'reported_cache_write': 'cache_write',
    'reported_cache_write_5m': 'u.cache_creation.ephemeral_5m_input_tokens',
    'reported_cache_write_1h': 'u.cache_creation.ephemeral_1h_input_tokens',
    'reported_audio_input': 'nullif(coalesce(u.prompt_tokens_details.audio_tokens, 0), 0)',
    'reported_output': 'case when has_told then told_output else logged_output end',
    'reported_reasoning': 'coalesce(u.completion_tokens_details.reasoning_tokens, u.output_tokens_details.reasoning_tokens, '
        ~ 'u.output_tokens_details.thinking_tokens, g.thoughtsTokenCount)',
    'reported_audio_output': 'nullif(coalesce(u.completion_tokens_details.audio_tokens, 0), 0)',
    'reported_total': 'case when has_told then told_total else logged_total end',
}, attributes=llm_cost.merged_attributes([
    llm_cost.attributes_of_json('metadata_json'),
    llm_cost.attribute_pairs({
        'prompt_slug': 'prompt_slug', 'virtual_key': "case when cast(virtual_key as string) not like 'sk-%' then virtual_key end",
    }),
])) }}
