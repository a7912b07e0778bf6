{% macro usage_schema() %}
    {#- Every field of a provider's usage object that the package reads, over all API surfaces, so that one parse
        serves all. A field that is not here is not billed; tests/python/test_evidence.py compares this list with
        real responses so that a new provider field surfaces. -#}
    {%- set details = {
        'cached_tokens': 'BIGINT', 'cache_write_tokens': 'BIGINT', 'audio_tokens': 'BIGINT', 'image_tokens': 'BIGINT'
    } -%}
    {%- set output_details = {
        'reasoning_tokens': 'BIGINT', 'thinking_tokens': 'BIGINT', 'audio_tokens': 'BIGINT', 'image_tokens': 'BIGINT'
    } -%}
    {%- set cache_creation = {'ephemeral_5m_input_tokens': 'BIGINT', 'ephemeral_1h_input_tokens': 'BIGINT'} -%}
    {%- set modality = [{'modality': 'VARCHAR', 'tokenCount': 'BIGINT'}] -%}
    {{ return({
        'prompt_tokens': 'BIGINT', 'completion_tokens': 'BIGINT', 'total_tokens': 'BIGINT', 'reasoning_tokens': 'BIGINT',
        'prompt_tokens_details': details, 'completion_tokens_details': output_details,
        'prompt_cache_hit_tokens': 'BIGINT', 'num_cached_tokens': 'BIGINT', 'cached_tokens': 'BIGINT',
        'input_tokens': 'BIGINT', 'output_tokens': 'BIGINT',
        'input_tokens_details': details, 'output_tokens_details': output_details,
        'cache_read_input_tokens': 'BIGINT', 'cache_creation_input_tokens': 'BIGINT', 'cache_creation': cache_creation,
        'iterations': [{
            'type': 'VARCHAR', 'model': 'VARCHAR', 'input_tokens': 'BIGINT', 'output_tokens': 'BIGINT',
            'cache_read_input_tokens': 'BIGINT', 'cache_creation_input_tokens': 'BIGINT', 'cache_creation': cache_creation
        }],
        'service_tier': 'VARCHAR', 'speed': 'VARCHAR', 'inference_geo': 'VARCHAR',
        'server_tool_use': {'web_search_requests': 'BIGINT', 'web_fetch_requests': 'BIGINT'},
        'inputTokens': 'BIGINT', 'outputTokens': 'BIGINT', 'totalTokens': 'BIGINT',
        'cacheReadInputTokens': 'BIGINT', 'cacheWriteInputTokens': 'BIGINT',
        'cacheReadInputTokenCount': 'BIGINT', 'cacheWriteInputTokenCount': 'BIGINT',
        'cacheDetails': [{'ttl': 'VARCHAR', 'inputTokens': 'BIGINT'}],
        'promptTokenCount': 'BIGINT', 'candidatesTokenCount': 'BIGINT', 'thoughtsTokenCount': 'BIGINT',
        'toolUsePromptTokenCount': 'BIGINT', 'cachedContentTokenCount': 'BIGINT', 'totalTokenCount': 'BIGINT',
        'promptTokensDetails': modality, 'cacheTokensDetails': modality, 'candidatesTokensDetails': modality,
        'serviceTier': 'VARCHAR', 'trafficType': 'VARCHAR',
        'billed_units': {'input_tokens': 'BIGINT', 'output_tokens': 'BIGINT', 'search_units': 'BIGINT'},
        'cost': 'VARCHAR', 'cost_in_usd_ticks': 'BIGINT',
        'server_tool_use_details': {'web_search_requests': 'BIGINT'},
        'server_side_tool_usage_details': {
            'web_search_calls': 'BIGINT', 'file_search_calls': 'BIGINT', 'code_interpreter_calls': 'BIGINT'
        },
        'num_search_queries': 'BIGINT', 'citation_tokens': 'BIGINT', 'search_context_size': 'VARCHAR', 'seconds': 'DECIMAL(18,3)'
    }) }}
{% endmacro %}
