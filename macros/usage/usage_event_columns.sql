{% macro usage_event_columns() %}
    {#- The columns in which every log format's staging model ends (blueprint section 4), in order, followed by what
        the package itself needs to account for a row. -#}
    {{ return([
        'source_system', 'call_key', 'request_id', 'attempt_number', 'response_id', 'trace_id', 'parent_id', 'session_id',
        'occurred_at', 'loaded_at', 'provider', 'api_surface', 'model_requested', 'model_served', 'service_tier', 'region_scope',
        'uncached_input_tokens', 'cache_read_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens',
        'audio_input_tokens', 'image_input_tokens', 'output_tokens', 'reasoning_tokens', 'audio_output_tokens', 'image_output_tokens', 'citation_tokens',
        'web_search_requests', 'web_fetch_requests', 'file_search_requests', 'code_execution_requests', 'search_units',
        'audio_seconds', 'search_context_size', 'total_input_tokens',
        'status', 'error_code', 'is_retry', 'fallback_from',
        'team', 'service', 'feature', 'environment', 'tenant_id', 'user_id', 'agent_id', 'cost_center', 'prompt_template', 'api_key_id', 'project_id',
        'billing_account_id',
        'operation', 'tags', 'latency_ms', 'provider_reported_cost_usd',
        'is_provider_charge', 'is_call', 'is_gateway_cache_hit', 'is_cache_ttl_assumed', 'usage_problem', 'parse_problem', 'sub_calls', 'usage_text', 'load_id', 'row_position'
    ]) }}
{% endmacro %}
