{% macro langfuse_fields() %}
    {#- The spellings of an observation's fields: API and UI, blob storage export. The last ones it may have from its trace. -#}
    {{ return({
        'observation_id': ['id'], 'trace_key': ['traceId', 'trace_id'], 'parent_key': ['parentObservationId', 'parent_observation_id'],
        'observation_type': ['type'], 'started': ['startTime', 'start_time'], 'ended': ['endTime', 'end_time'], 'updated': ['updatedAt', 'updated_at'],
        'severity': ['level'], 'model_name': ['model', 'providedModelName', 'provided_model_name'], 'prompt': ['promptName', 'prompt_name'],
        'project': ['projectId', 'project_id'], 'whole_cost': ['totalCost', 'total_cost'], 'parameters_json': ['modelParameters', 'model_parameters'],
        'usage_json': ['usageDetails', 'usage_details'], 'old_usage_json': ['usage'], 'cost_json': ['costDetails', 'cost_details'],
        'session': ['sessionId', 'session_id'], 'person': ['userId', 'user_id'], 'stage': ['environment'], 'tags_json': ['tags'], 'metadata_json': ['metadata'],
    }) }}
{% endmacro %}


{% macro langfuse_frameworks() %}
    {#- What integrations name as the system and is no provider. -#}
    {{ return(['langchain', 'langgraph', 'langsmith', 'llamaindex', 'llama_index', 'crewai', 'autogen', 'agno', 'haystack', 'litellm', 'custom', '_other', 'unknown']) }}
{% endmacro %}


{% macro langfuse_usage_keys() %}
    {#- The keys of Langfuse's usage_details that are tokens, by what they count; several spellings of one. The names of Langfuse, its
        SDKs and LiteLLM are disjoint: input leaves out every other input key, output every other output key. Names that end in
        _inside are OpenTelemetry's and OpenInference's as older versions kept them: they lie inside input or output.
        A key that is not here makes the parts differ from the total, and the row is quarantined. Sources: Langfuse's
        OtelIngestionProcessor, its OpenAI and LangChain integrations, LiteLLM's langfuse.py. -#}
    {{ return({
        'input': ['input', 'prompt_tokens', 'promptTokens', 'input_tokens'],
        'text_input': ['input_text', 'input_text_tokens'],
        'cache_read': ['input_cache_read', 'input_cached_tokens', 'cache_read_input_tokens'],
        'cache_read_inside': [
            'prompt_details.cache_read', 'cache_read_tokens', 'cache_read.input_tokens', 'details.cache_read_tokens', 'details.cached_tokens',
            'details.cache_read_input_tokens'
        ],
        'cache_write': ['input_cache_creation', 'cache_creation_input_tokens', 'input_cache_write', 'cache_write_input_tokens'],
        'cache_write_inside': [
            'prompt_details.cache_write', 'cache_write_tokens', 'cache_creation.input_tokens', 'details.cache_write_tokens',
            'details.cache_creation_input_tokens'
        ],
        'cache_write_5m': ['input_cache_creation_5m', 'input_ephemeral_5m_input_tokens'],
        'cache_write_1h': ['input_cache_creation_1h', 'input_ephemeral_1h_input_tokens'],
        'audio_input': ['input_audio', 'input_audio_tokens'],
        'audio_input_inside': ['prompt_details.audio', 'details.input_audio_tokens'],
        'image_input': ['input_image', 'input_image_tokens'],
        'output': ['output', 'completion_tokens', 'completionTokens', 'output_tokens'],
        'text_output': ['output_text', 'output_text_tokens'],
        'reasoning': ['output_reasoning', 'output_reasoning_tokens'],
        'reasoning_inside': ['completion_details.reasoning', 'reasoning.output_tokens', 'reasoning_tokens', 'details.reasoning_tokens', 'reasoning'],
        'audio_output': ['output_audio', 'output_audio_tokens'],
        'audio_output_inside': ['completion_details.audio', 'details.output_audio_tokens'],
        'image_output': ['output_image', 'output_image_tokens'],
        'accepted_prediction': ['output_accepted_prediction_tokens'],
        'rejected_prediction': ['output_rejected_prediction_tokens'],
        'total': ['total', 'total_tokens', 'totalTokens']
    }) }}
{% endmacro %}


{% macro langfuse_disjoint(side) %}
    {#- What adds up to all input or all output. -#}
    {{ return({
        'input': ['input', 'text_input', 'cache_read', 'cache_write', 'cache_write_5m', 'cache_write_1h', 'audio_input', 'image_input'],
        'output': ['output', 'text_output', 'reasoning', 'audio_output', 'image_output', 'accepted_prediction', 'rejected_prediction'],
        'inside': ['cache_read_inside', 'cache_write_inside', 'audio_input_inside', 'reasoning_inside', 'audio_output_inside'],
        'cache_write': ['cache_write', 'cache_write_5m', 'cache_write_1h']
    }[side]) }}
{% endmacro %}


{% macro langfuse_counts(usage) %}
    {#- A column n_<what> per kind of token, from a usage_details struct. -#}
    {%- for name, keys in llm_cost.langfuse_usage_keys().items() -%}
        coalesce({% for key in keys %}{{ usage }}.{{ llm_cost.quoted(key) }}{{ ', ' if not loop.last }}{% endfor %}{{ ', null' if keys | length == 1 }}) as n_{{ name }}{{ ',' if not loop.last }}
    {% endfor -%}
{% endmacro %}


{% macro langfuse_sum(side) -%}
    {#- The sum of the disjoint counts of a side; NULL when none is there. -#}
    {%- set names = llm_cost.langfuse_disjoint(side) -%}
    case when coalesce({% for name in names %}n_{{ name }}{{ ', ' if not loop.last }}{% endfor %}) is not null then {% for name in names %}coalesce(n_{{ name }}, 0){{ ' + ' if not loop.last }}{% endfor %} end
{%- endmacro %}


{% macro langfuse_rows_in_a_record() %}
    {#- For rows_in_a_record(): the observations of a trace or of a page of the API. -#}
    {%- set list = 'coalesce(' ~ llm_cost.text_of_json('observations') ~ ', ' ~ llm_cost.text_of_json('data') ~ ')' -%}
    {{ return({'fields': ['observations', 'data'], 'count': llm_cost.list_length(llm_cost.parsed_json(list, ['VARCHAR']))}) }}
{% endmacro %}
