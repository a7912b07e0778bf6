{{ config(enabled='kong' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set required = ['ai', 'started_at'] %}
{%- set optional = [
    'request', 'response', 'latencies', 'tries', 'consumer', 'authenticated_entity', 'service', 'route', 'workspace', 'workspace_name', 'trace_id',
    'loaded_at',
] %}
{%- set details = {'cached_tokens': 'BIGINT', 'audio_tokens': 'BIGINT', 'reasoning_tokens': 'BIGINT'} %}
{%- set plugin = {
    'meta': {'provider_name': 'VARCHAR', 'request_model': 'VARCHAR', 'response_model': 'VARCHAR', 'llm_latency': 'BIGINT'},
    'usage': {
        'prompt_tokens': 'BIGINT', 'prompt_token': 'BIGINT', 'input_tokens': 'BIGINT', 'completion_tokens': 'BIGINT', 'completion_token': 'BIGINT',
        'output_tokens': 'BIGINT', 'total_tokens': 'BIGINT', 'cost': 'VARCHAR', 'prompt_tokens_details': details, 'input_tokens_details': details,
        'completion_tokens_details': details
    },
    'cache': {'cache_status': 'VARCHAR'}, 'payload': {'response': 'VARCHAR'}, 'tried_targets': [{'model': 'VARCHAR'}]
} %}

with source_rows as (
    {{ llm_cost.source_rows('kong', required, optional) }}
),

texts as (
    select
        *,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('ai'), {'proxy': plugin, 'ai-proxy': plugin, 'ai-proxy-advanced': plugin}) }} as names,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('request'), {'id': 'VARCHAR', 'headers': 'VARCHAR'}) }} as asked,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('response'), {'status': 'BIGINT'}) }} as answered,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('latencies'), {'request': 'BIGINT'}) }} as took,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('tries'), [{'port': 'BIGINT'}]) }} as balancer_tries,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('consumer'), {'id': 'VARCHAR', 'username': 'VARCHAR', 'custom_id': 'VARCHAR'}) }} as caller,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('authenticated_entity'), {'id': 'VARCHAR'}) }} as credential,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('service'), {'name': 'VARCHAR'}) }} as upstream,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('route'), {'name': 'VARCHAR'}) }} as path,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('trace_id'), {'w3c': 'VARCHAR', 'ot': 'VARCHAR', 'b3': 'VARCHAR', 'datadog': 'VARCHAR'}) }} as trace
    from source_rows
),

parsed as (
    select
        *,
        -- the plugin tells of the call under `proxy`, before 3.8 under its own name
        coalesce(names.proxy, names.{{ llm_cost.quoted('ai-proxy-advanced') }}, names.{{ llm_cost.quoted('ai-proxy') }}) as told
    from texts
),

calls as (
    select
        *,
        coalesce(lower(told.cache.cache_status) = 'hit', false) as is_hit,
        coalesce(told.usage.prompt_tokens, told.usage.prompt_token, told.usage.input_tokens) as told_input,
        coalesce(told.usage.completion_tokens, told.usage.completion_token, told.usage.output_tokens) as told_output,
        greatest(coalesce(nullif({{ llm_cost.list_length('told.tried_targets') }}, 0), {{ llm_cost.list_length('balancer_tries') }}, 1), 1) as tried,
        -- a payload is logged where log_payloads is set; only the id of the answer is read
        {{ llm_cost.json_text('told.payload.response', '$.id') }} as answer_id,
        {{ llm_cost.first_item('told.tried_targets') }}.model as first_model
    from parsed
)

{{ llm_cost.usage_events('kong', 'calls', {
    'call_key': 'asked.id',
    'request_id': 'asked.id',
    'response_id': 'case when not is_hit then answer_id end',
    'attempt_number': 'tried',
    'trace_id': 'coalesce(trace.w3c, trace.ot, trace.b3, trace.datadog)',
    'occurred_at': llm_cost.utc_timestamp('started_at'),
    'occurred_at_text': 'started_at',
    'provider': "nullif(told.meta.provider_name, 'UNSPECIFIED')",
    'model_requested': "nullif(told.meta.request_model, 'UNSPECIFIED')",
    'model_served': "nullif(coalesce(told.meta.response_model, told.meta.request_model), 'UNSPECIFIED')",
    'status': "case when answered.status = 504 then 'timeout' when answered.status = 499 then 'cancelled' "
        ~ "when answered.status >= 400 then 'error' else 'success' end",
    'error_code': 'case when answered.status >= 400 then cast(answered.status as string) end',
    'is_call': 'told.meta.provider_name is not null',
    'fallback_from': 'case when tried > 1 and first_model <> told.meta.request_model then first_model end',
    'latency_ms': 'coalesce(told.meta.llm_latency, took.request)',
    'provider_reported_cost_usd': 'nullif(' ~ llm_cost.number_or_null('told.usage.cost', 'decimal(18, 12)') ~ ', 0)',
    'is_gateway_cache_hit': 'is_hit',
    'has_usage': 'told_input <> 0 or told_output <> 0',
    'reported_input': 'told_input',
    'reported_cache_read': 'coalesce(told.usage.prompt_tokens_details.cached_tokens, told.usage.input_tokens_details.cached_tokens)',
    'reported_audio_input': 'nullif(coalesce(told.usage.prompt_tokens_details.audio_tokens, 0), 0)',
    'reported_output': 'told_output',
    'reported_reasoning': 'told.usage.completion_tokens_details.reasoning_tokens',
    'reported_reasoning_basis': "case when told.meta.provider_name = 'gemini' and not is_hit and told.usage.total_tokens > 0 "
        ~ "then 'total_minus_input' else 'included_unless_total' end",
    'reported_audio_output': 'nullif(coalesce(told.usage.completion_tokens_details.audio_tokens, 0), 0)',
    'reported_total': 'told.usage.total_tokens',
}, attributes=llm_cost.merged_attributes([
    llm_cost.attributes_of_json('asked.headers'),
    llm_cost.attribute_pairs({
        'consumer.custom_id': 'caller.custom_id', 'consumer.username': 'caller.username', 'consumer.id': 'caller.id', 'credential_id': 'credential.id',
        'gateway_service': 'upstream.name', 'gateway_route': 'path.name',
        'workspace_name': 'coalesce(cast(workspace_name as string), cast(workspace as string))',
    }),
])) }}
