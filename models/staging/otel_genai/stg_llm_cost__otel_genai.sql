{{ config(enabled='otel_genai' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set names = llm_cost.otel_span_names() %}
{%- set vercel = {'anthropic': {'cacheCreationInputTokens': 'BIGINT', 'usage': {
    'cache_creation_input_tokens': 'BIGINT', 'cache_creation': {'ephemeral_5m_input_tokens': 'BIGINT', 'ephemeral_1h_input_tokens': 'BIGINT'},
}}} %}
{#- names of frameworks and of nobody in the place of the provider: the model tells who bills -#}
{%- set frameworks = ['langchain', 'strands-agents', 'strands', 'vercel', 'llamaindex', 'crewai', 'pydantic-ai', 'litellm', '_other', 'unknown'] %}

with {{ llm_cost.otlp_records('otel_genai', 'spans') }},

instrumentations as (
    select * from {{ ref('llm_cost', 'stg_llm_cost__otel_instrumentations') }}
),

named as (
    select
        *,
        {% for name, keys in names.items() -%}
            {{ llm_cost.attribute_value('attribute_keys', 'attribute_values', keys) }} as logged_{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from otlp_records
),

spans as (
    select
        *,
        lower(logged_operation_name) as operation,
        {{ llm_cost.parsed_json('logged_provider_metadata', vercel) }} as vercel_metadata,
        case
            when lower(logged_named_provider) not in ('{{ frameworks | join("', '") }}', 'openai') then lower(logged_named_provider)
            when lower(logged_server) like '%.azure.com' then 'azure'
            when lower(logged_server) like '%openrouter.ai' then 'openrouter'
            when lower(logged_server) like '%.googleapis.com' then 'google'
            when {{ llm_cost.regex_match('lower(logged_server)', "'^api[.](deepseek|groq|mistral|x|perplexity|together|fireworks|cerebras)[.](com|ai|xyz)$'") }}
                then split_part(replace(lower(logged_server), 'api.x.', 'api.xai.'), '.', 2)
            when lower(logged_named_provider) = 'openai' then 'openai'
            else coalesce({{ llm_cost.provider_of_model('lower(coalesce(logged_served, logged_requested))') }}, lower(logged_named_provider))
        end as billed_by,
        logged_error_type is not null or lower(status_code) in ('2', 'error', 'status_code_error') as is_error,
        {% for count in ['input', 'output', 'cache_read', 'cache_write', 'reasoning', 'total'] -%}
            {{ llm_cost.number_or_null('logged_' ~ count, 'bigint') }} as {{ count }}_tokens{{ ',' if not loop.last }}
        {% endfor %}
    from named
),

-- an operation that holds calls of its own (agent, workflow, tool, chain) repeats their tokens and is no call
judged as (
    select
        *,
        case
            when not has_record then false
            when logged_vercel_operation is not null then logged_vercel_operation like '%.do%'
            when operation is not null
                then operation in ('chat', 'text_completion', 'completion', 'generate_content', 'embeddings', 'embedding')
            when logged_span_kind is not null then lower(logged_span_kind) in ('llm', 'embedding')
            when logged_traceloop_kind is not null or logged_agent is not null then false
            when logged_request_type is not null then lower(logged_request_type) in ('chat', 'completion', 'embedding')
            else coalesce(logged_served, logged_requested) is not null and coalesce(input_tokens, output_tokens, total_tokens) is not null
        end as is_a_call,
        coalesce(operation like 'embed%', lower(logged_span_kind) = 'embedding', lower(logged_request_type) = 'embedding', logged_vercel_operation like '%mbed%', false)
            as is_embedding,
        coalesce(cache_write_tokens, vercel_metadata.anthropic.usage.cache_creation_input_tokens, vercel_metadata.anthropic.cacheCreationInputTokens)
            as written_tokens,
        lower(scope_name) as scope_key
    from spans
),

based as (
    select
        judged.*,
        coalesce(of_provider.total_basis, of_any.total_basis, 'all') as total_basis,
        coalesce(of_provider.reasoning_basis, of_any.reasoning_basis, 'included_unless_total') as reasoning_basis,
        case
            when logged_uncached_of_vercel_6 is not null then 'inclusive'
            when coalesce(of_provider.input_basis, of_any.input_basis) = 'by_total'
                then case when total_tokens = input_tokens + coalesce(output_tokens, 0) then 'inclusive' else 'exclusive' end
            else coalesce(of_provider.input_basis, of_any.input_basis, 'inclusive')
        end as input_basis
    from judged
    -- grain: (scope_name, logged_provider) is unique in instrumentations
    left join instrumentations as of_provider on judged.scope_key = of_provider.scope_name and judged.billed_by = of_provider.logged_provider
    left join instrumentations as of_any on judged.scope_key = of_any.scope_name and of_any.logged_provider = '*'
)

{{ llm_cost.usage_events('otel_genai', 'based', {
    'call_key': "coalesce(logged_answer_id, trace_id || ':' || span_id)",
    'request_id': 'span_id',
    'response_id': 'logged_answer_id',
    'trace_id': 'trace_id',
    'parent_id': "nullif(parent_id, '')",
    'session_id': 'logged_conversation',
    'occurred_at': 'started_at',
    'occurred_at_text': 'started_text',
    'provider': 'billed_by',
    'model_requested': 'logged_requested',
    'model_served': 'logged_served',
    'service_tier': 'logged_tier',
    'status': "case
                when is_error and lower(logged_error_type) like '%timeout%' then 'timeout'
                when is_error and lower(logged_error_type) like '%cancel%' then 'cancelled'
                when is_error then 'error'
                else 'success'
            end",
    'error_code': 'case when is_error then coalesce(logged_error_type, logged_http_status) end',
    'is_call': 'is_a_call',
    'latency_ms': 'coalesce(cast(floor(duration_ns * 0.000001) as bigint), ' ~ llm_cost.milliseconds_between('started_at', 'ended_at') ~ ')',
    'tags': "case when logged_metadata like '{%' then nullif(logged_metadata, '{}') end",
    'operation': "case when is_embedding then 'embedding' when operation in ('text_completion', 'completion') then 'text_completion' else 'chat' end",
    'reported_input': 'coalesce(input_tokens, case when is_embedding and output_tokens is null then total_tokens end)',
    'reported_input_basis': 'input_basis',
    'reported_cache_read': 'cache_read_tokens',
    'reported_cache_write': 'written_tokens',
    'reported_cache_write_5m': 'vercel_metadata.anthropic.usage.cache_creation.ephemeral_5m_input_tokens',
    'reported_cache_write_1h': 'vercel_metadata.anthropic.usage.cache_creation.ephemeral_1h_input_tokens',
    'reported_output': 'output_tokens',
    'reported_reasoning': 'reasoning_tokens',
    'reported_reasoning_basis': 'reasoning_basis',
    'reported_total': "total_tokens + case
                when input_basis = 'exclusive' and total_basis = 'input_and_output' then coalesce(cache_read_tokens, 0) + coalesce(written_tokens, 0)
                else 0
            end",
    'provider_reported_cost_usd': llm_cost.number_or_null('logged_cost', 'decimal(18, 12)'),
}, attributes='case when is_a_call then ' ~ llm_cost.merged_attributes([
    llm_cost.short_attributes('record_attributes', ['traceloop.association.properties.', 'ai.telemetry.metadata.']),
    llm_cost.attributes_of_json('logged_metadata'),
]) ~ ' end') }}
