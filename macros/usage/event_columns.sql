{% macro event_columns() %}
    {#- The columns of int_llm_cost__usage_events after event_id, in order. -#}
    {{ return([
        'source_system', 'load_id', 'not_billable_reason', 'request_id', 'attempt_number', 'response_id', 'trace_id', 'parent_id', 'session_id',
        'occurred_at', 'loaded_at', 'provider', 'api_surface', 'model_requested', 'model_served', 'service_tier', 'region_scope'
    ] + llm_cost.usage_quantities() + [
        'search_context_size', 'total_input_tokens', 'status', 'error_code', 'is_retry', 'fallback_from', 'is_gateway_cache_hit'
    ] + llm_cost.owner_columns() + [
        'operation', 'tags', 'latency_ms', 'provider_reported_cost_usd', 'is_provider_charge', 'is_cache_ttl_assumed', 'merged_from'
    ]) }}
{% endmacro %}
