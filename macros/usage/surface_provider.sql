{% macro surface_provider(api_surface) -%}
    {#- The provider that an API surface implies when a log names none. -#}
    case
        when {{ api_surface }} like 'openai~_%' escape '~' and {{ api_surface }} <> 'openai_compatible' then 'openai'
        when {{ api_surface }} = 'anthropic_messages' then 'anthropic'
        when {{ api_surface }} in ('bedrock_converse', 'bedrock_invoke_anthropic') then 'aws'
        when {{ api_surface }} = 'gemini_generate' then 'google'
        when {{ api_surface }} like '%~_chat' escape '~' or {{ api_surface }} = 'xai_responses' then split_part({{ api_surface }}, '_', 1)
    end
{%- endmacro %}


{% macro api_surfaces() %}
    {{ return([
        'openai_chat', 'openai_responses', 'openai_embeddings', 'anthropic_messages', 'bedrock_converse', 'bedrock_invoke_anthropic',
        'gemini_generate', 'deepseek_chat', 'mistral_chat', 'groq_chat', 'xai_chat', 'xai_responses', 'cohere_chat', 'openrouter_chat',
        'perplexity_chat', 'openai_compatible'
    ]) }}
{% endmacro %}


{% macro surface_family(api_surface) -%}
    {#- API surfaces whose usage objects have one shape. -#}
    case
        when {{ api_surface }} in (
            'openai_chat', 'openai_responses', 'openai_embeddings', 'deepseek_chat', 'mistral_chat', 'groq_chat',
            'xai_chat', 'xai_responses', 'openrouter_chat', 'perplexity_chat', 'openai_compatible'
        ) then 'openai'
        when {{ api_surface }} in ('anthropic_messages', 'bedrock_invoke_anthropic') then 'anthropic'
        when {{ api_surface }} = 'gemini_generate' then 'gemini'
        when {{ api_surface }} = 'bedrock_converse' then 'converse'
        when {{ api_surface }} = 'cohere_chat' then 'cohere'
    end
{%- endmacro %}
