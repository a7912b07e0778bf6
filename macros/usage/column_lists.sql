{% macro usage_quantities() %}
    {#- What a provider counts and bills, in the columns of an event. Each is disjoint from the others but
        reasoning_tokens, which is a part of output_tokens. -#}
    {{ return([
        'uncached_input_tokens', 'cache_read_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens', 'audio_input_tokens',
        'image_input_tokens', 'output_tokens', 'reasoning_tokens', 'audio_output_tokens', 'image_output_tokens', 'citation_tokens',
        'web_search_requests', 'web_fetch_requests', 'file_search_requests', 'code_execution_requests', 'search_units', 'audio_seconds'
    ]) }}
{% endmacro %}


{% macro owner_columns() %}
    {#- Who a call belongs to, as logged. -#}
    {{ return([
        'team', 'service', 'feature', 'environment', 'tenant_id', 'user_id', 'agent_id', 'cost_center', 'prompt_template',
        'api_key_id', 'project_id', 'billing_account_id'
    ]) }}
{% endmacro %}


{% macro empty_usage_rows() %}
    {#- The staging columns with their types and no rows: what the package builds when no format is enabled. -#}
    {%- set bigints = llm_cost.usage_quantities() + ['total_input_tokens', 'latency_ms', 'row_position'] -%}
    {%- set flags = ['is_provider_charge', 'is_call', 'is_gateway_cache_hit', 'is_cache_ttl_assumed', 'is_retry'] -%}
    select
        {% for column in llm_cost.usage_event_columns() -%}
            cast(null as {{
                'decimal(18, 3)' if column == 'audio_seconds' else 'bigint' if column in bigints else 'boolean' if column in flags
                else 'timestamp' if column in ['occurred_at', 'loaded_at'] else 'integer' if column == 'attempt_number'
                else 'decimal(18, 12)' if column == 'provider_reported_cost_usd' else 'string'
            }}) as {{ column }},
        {% endfor -%}
        1 as source_rank
    where false
{% endmacro %}
