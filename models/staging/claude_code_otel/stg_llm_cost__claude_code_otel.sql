{{ config(enabled='claude_code_otel' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set names = {
    'event_name': ['event.name'],
    'event_time': ['event.timestamp'],
    'prompt_id': ['prompt.id'],
    'session': ['session.id'],
    'request_id': ['request_id'],
    'model': ['model'],
    'speed': ['speed'],
    'duration': ['duration_ms'],
    'status_code': ['status_code'],
    'attempt': ['attempt'],
    'input': ['input_tokens'],
    'cache_read': ['cache_read_tokens'],
    'cache_write': ['cache_creation_tokens'],
    'output': ['output_tokens'],
    'cost': ['cost_usd'],
} %}

with {{ llm_cost.otlp_records('claude_code_otel', 'logs') }},

named as (
    select
        *,
        {% for name, keys in names.items() -%}
            {{ llm_cost.attribute_value('attribute_keys', 'attribute_values', keys) }} as logged_{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from otlp_records
),

-- the attribute event.name has no prefix, the body has; a prefix of another client is no event of this one
events as (
    select
        *,
        coalesce(body, record_name, '') like 'claude~_code.%' escape '~' or logged_event_name like 'claude~_code.%' escape '~'
        or (coalesce(body, record_name) is null or coalesce(body, record_name) = logged_event_name) as is_of_client,
        replace(coalesce(logged_event_name, record_name, body), 'claude_code.', '') as event_name
    from named
)

{{ llm_cost.usage_events('claude_code_otel', 'events', {
    'request_id': 'logged_request_id',
    'attempt_number': "case when event_name = 'api_error' then " ~ llm_cost.number_or_null('logged_attempt', 'integer') ~ ' end',
    'trace_id': 'coalesce(trace_id, logged_prompt_id)',
    'session_id': 'logged_session',
    'occurred_at': 'coalesce(' ~ llm_cost.utc_timestamp('logged_event_time') ~ ', started_at)',
    'occurred_at_text': 'coalesce(logged_event_time, started_text)',
    'provider': "case
                when logged_model like '%anthropic.claude%' then 'aws'
                when logged_model like 'claude%@%' then 'google'
                else 'anthropic'
            end",
    'model_served': 'logged_model',
    'service_tier': "case when logged_speed = 'fast' then 'fast' end",
    'status': "case when event_name = 'api_error' then 'error' else 'success' end",
    'error_code': "case when event_name = 'api_error' then logged_status_code end",
    'is_call': "is_of_client and event_name in ('api_request', 'api_error')",
    'latency_ms': llm_cost.number_or_null('logged_duration', 'bigint'),
    'operation': "'chat'",
    'has_usage': "event_name = 'api_request'",
    'reported_input': llm_cost.number_or_null('logged_input', 'bigint'),
    'reported_input_basis': "'exclusive'",
    'reported_cache_read': llm_cost.number_or_null('logged_cache_read', 'bigint'),
    'reported_cache_write': llm_cost.number_or_null('logged_cache_write', 'bigint'),
    'reported_output': llm_cost.number_or_null('logged_output', 'bigint'),
    'provider_reported_cost_usd': llm_cost.number_or_null('logged_cost', 'decimal(18, 12)'),
}, attributes="case when event_name in ('api_request', 'api_error') then " ~ llm_cost.short_attributes('record_attributes', []) ~ ' end') }}
