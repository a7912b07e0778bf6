{% macro provider_of_model(model) -%}
    {#- Who bills a model where a log names nobody, by the model's name in small letters; NULL where that does not say it. -#}
    case
        when {{ model }} like '%publishers/google/%' or {{ model }} like 'models/gemini%' then 'google'
        when {{ llm_cost.regex_match(model, "'^(azure|bedrock|vertex_ai|gemini|openrouter|anthropic|openai|groq|mistral|deepseek|xai|cohere|together_ai|fireworks_ai|perplexity|databricks)/'") }}
            then split_part({{ model }}, '/', 1)
        when {{ llm_cost.regex_match(model, "'^([a-z-]+[.])?(anthropic|amazon|meta|mistral|cohere|ai21|deepseek|openai)[.][a-z]'") }} then 'aws'
        when {{ model }} like 'claude%@%' then 'google'
        when {{ llm_cost.regex_match(model, "'^(ft:)?(gpt-|o[0-9]|chatgpt|codex-|text-embedding-3|text-embedding-ada|davinci|babbage|whisper|tts-|dall-e)'") }} then 'openai'
        when {{ model }} like 'claude%' then 'anthropic'
        when {{ llm_cost.regex_match(model, "'^(gemini|text-embedding-00|text-multilingual-embedding)'") }} then 'google'
        when {{ llm_cost.regex_match(model, "'^(open-)?(mistral|mixtral|ministral|codestral|magistral|devstral|pixtral)'") }} then 'mistral'
        when {{ model }} like 'deepseek%' then 'deepseek'
        when {{ model }} like 'grok%' then 'xai'
        when {{ llm_cost.regex_match(model, "'^(command|embed-|rerank-)'") }} then 'cohere'
        when {{ model }} like 'sonar%' then 'perplexity'
    end
{%- endmacro %}
