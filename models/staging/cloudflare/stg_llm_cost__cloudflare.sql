{{ config(enabled='cloudflare' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set required = ['id', 'created_at', 'provider', 'model', 'tokens_in', 'tokens_out'] %}
{%- set optional = [
    'event_id', 'model_type', 'path', 'duration', 'status_code', 'success', 'cached', 'metadata', 'step', 'cost', 'wholesale', 'usage_metadata',
    'loaded_at',
] %}
{%- set usage = {
    'total_tokens': 'BIGINT', 'input_cached_tokens': 'BIGINT', 'input_cache_creation_tokens': 'BIGINT', 'reasoningTokens': 'BIGINT',
    'reasoning_tokens': 'BIGINT'
} %}

with source_rows as (
    {{ llm_cost.source_rows('cloudflare', required, optional) }}
),

texts as (
    select
        *,
        {{ llm_cost.text_of_json('metadata') }} as metadata_json,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('usage_metadata'), usage) }} as counted,
        lower(cast(provider as string)) as vendor,
        {{ llm_cost.without_provider('model', 'provider') }} as model_name,
        {{ llm_cost.number_or_null('tokens_in', 'bigint') }} as input_tokens,
        {{ llm_cost.number_or_null('tokens_out', 'bigint') }} as output_count,
        {{ llm_cost.number_or_null('status_code', 'bigint') }} as http_status,
        {{ llm_cost.text_flag('cached') }} as is_cached,
        {{ llm_cost.text_flag('wholesale') }} as is_wholesale
    from source_rows
),

calls as (
    select
        *,
        case when http_status >= 400 or lower(cast(success as string)) in ('false', 'f', '0') then 'error' else 'success' end as outcome,
        -- the gateway copies the vendor's counts: Anthropic's API, at whichever host, counts cached tokens beside the input
        case
            when vendor in ('anthropic', 'aws-bedrock') or (vendor = 'google-vertex-ai' and lower(model_name) like '%claude%') then 'exclusive'
            else 'inclusive'
        end as input_basis
    from texts
)

{{ llm_cost.usage_events('cloudflare', 'calls', {
    'call_key': "nullif(cast(id as string), '')",
    'request_id': "coalesce(nullif(cast(event_id as string), ''), cast(id as string))",
    'attempt_number': llm_cost.number_or_null('step', 'integer') ~ ' + 1',
    'occurred_at': llm_cost.utc_timestamp('created_at'),
    'occurred_at_text': 'created_at',
    'provider': "case when is_wholesale then 'cloudflare' else vendor end",
    'model_served': "case when is_wholesale and vendor <> 'workers-ai' then vendor || '/' || model_name else model_name end",
    'status': 'outcome',
    'error_code': "case when outcome = 'error' then cast(http_status as string) end",
    'is_gateway_cache_hit': 'is_cached',
    'latency_ms': llm_cost.number_or_null('duration', 'bigint'),
    'tags': "nullif(nullif(metadata_json, '{}'), '')",
    'operation': "case when model_type like '%embedding%' or path like '%embeddings%' then 'embedding' else 'chat' end",
    'provider_reported_cost_usd': llm_cost.number_or_null('cost', 'decimal(18, 12)'),
    'has_usage': 'input_tokens > 0 or output_count > 0 or counted.input_cached_tokens > 0 or counted.input_cache_creation_tokens > 0',
    'reported_input_basis': 'input_basis',
    'reported_reasoning_basis': "case when vendor in ('google-ai-studio', 'google-vertex-ai', 'grok') then 'by_total' else 'included_unless_total' end",
    'reported_input': 'input_tokens',
    'reported_cache_read': 'counted.input_cached_tokens',
    'reported_cache_write': 'counted.input_cache_creation_tokens',
    'reported_output': 'output_count',
    'reported_reasoning': 'coalesce(counted.reasoningTokens, counted.reasoning_tokens)',
    'reported_total': "case when input_basis = 'inclusive' then counted.total_tokens end",
}, attributes=llm_cost.attributes_of_json('metadata_json')) }}
