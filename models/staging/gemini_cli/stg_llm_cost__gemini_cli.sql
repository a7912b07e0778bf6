{{ config(enabled='gemini_cli' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set names = {
    'event_name': ['event.name'],
    'event_time': ['event.timestamp'],
    'prompt_id': ['prompt_id'],
    'session': ['session.id'],
    'model': ['model', 'model_name'],
    'duration': ['duration_ms', 'duration'],
    'status_code': ['status_code'],
    'error_type': ['error_type'],
    'input': ['input_token_count'],
    'cached': ['cached_content_token_count'],
    'tool': ['tool_token_count'],
    'output': ['output_token_count'],
    'thoughts': ['thoughts_token_count'],
    'total': ['total_token_count'],
} %}

with {{ llm_cost.otlp_records('gemini_cli', 'logs') }},

named as (
    select
        *,
        {% for name, keys in names.items() -%}
            {{ llm_cost.attribute_value('attribute_keys', 'attribute_values', keys) }} as logged_{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from otlp_records
),

events as (
    select
        *,
        coalesce(logged_event_name, record_name, body) as event_name,
        {% for count in ['input', 'cached', 'tool', 'output', 'thoughts', 'total'] -%}
            {{ llm_cost.number_or_null('logged_' ~ count, 'bigint') }} as {{ count }}_tokens{{ ',' if not loop.last }}
        {% endfor %}
    from named
)

{{ llm_cost.usage_events('gemini_cli', 'events', {
    'trace_id': 'coalesce(trace_id, logged_prompt_id)',
    'session_id': 'logged_session',
    'occurred_at': 'coalesce(' ~ llm_cost.utc_timestamp('logged_event_time') ~ ', started_at)',
    'occurred_at_text': 'coalesce(logged_event_time, started_text)',
    'provider': "'google'",
    'model_served': 'logged_model',
    'status': "case when event_name = 'gemini_cli.api_error' then 'error' else 'success' end",
    'error_code': "case when event_name = 'gemini_cli.api_error' then coalesce(logged_status_code, logged_error_type) end",
    'is_call': "event_name in ('gemini_cli.api_response', 'gemini_cli.api_error')",
    'latency_ms': llm_cost.number_or_null('logged_duration', 'bigint'),
    'operation': "'chat'",
    'has_usage': "event_name = 'gemini_cli.api_response'
                and greatest(coalesce(input_tokens, 0), coalesce(output_tokens, 0), coalesce(total_tokens, 0)) > 0",
    'reported_input': 'input_tokens + coalesce(tool_tokens, 0)',
    'reported_cache_read': 'cached_tokens',
    'reported_output': 'output_tokens',
    'reported_reasoning': 'thoughts_tokens',
    'reported_reasoning_basis': "'by_total'",
    'reported_total': 'total_tokens',
}, attributes="case when event_name like 'gemini_cli.api~_%' escape '~' then " ~ llm_cost.short_attributes('record_attributes', []) ~ ' end') }}
