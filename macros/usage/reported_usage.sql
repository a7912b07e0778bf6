{% macro reported_usage(usage) %}
    {#- The counts of a provider's usage object as reported, before buckets, by API surface and provider.
        Which count stands inside which is a fact of the (surface, provider), never read off the payload:
          reported_input_basis      inclusive  the input count contains cache reads and writes
                                    exclusive  they stand beside it
          reported_audio_basis      included | by_total (beside the input where the provider's total says so)
          reported_reasoning_basis  included
                                    | by_total (beside the output unless the provider's total says otherwise)
                                    | included_unless_total (inside unless the total says beside: hosts of several vendors)
                                    | included_unless_larger (inside unless it cannot be; the total leaves it out)
                                    | total_minus_input (the output is what the total leaves)
        `usage` is the struct of parsed_json(.., usage_schema()); api_surface, surface_family, provider, model_served and
        model_requested are columns in scope. Source of every rule: the provider's API reference, listed in docs/usage_semantics.md. -#}
    {%- set openai_like = "surface_family = 'openai'" -%}
    {%- set anthropic_like = "surface_family = 'anthropic'" -%}
    {%- set gemini = "surface_family = 'gemini'" -%}
    {%- set converse = "surface_family = 'converse'" -%}
    {%- set u = usage -%}
    {%- set own = "item.model is null or item.model = coalesce(model_served, model_requested)" -%}
    case
        when {{ openai_like }} or {{ gemini }} then 'inclusive'
        else 'exclusive'
    end as reported_input_basis,
    case
        when {{ openai_like }} then coalesce(
            {{ u }}.prompt_tokens, {{ u }}.input_tokens,
            -- embedding and rerank answers of some hosts carry a total only
            case when api_surface in ('openai_embeddings', 'openai_compatible') and coalesce({{ u }}.completion_tokens, {{ u }}.output_tokens) is null then {{ u }}.total_tokens end
        )
        when {{ anthropic_like }} then coalesce({{ llm_cost.sum_where(u ~ '.iterations', 'item', own, 'item.input_tokens') }}, {{ u }}.input_tokens)
        when {{ converse }} then {{ u }}.inputTokens
        when {{ gemini }} then {{ u }}.promptTokenCount + coalesce({{ u }}.toolUsePromptTokenCount, 0)
        when surface_family = 'cohere' then {{ u }}.billed_units.input_tokens
    end as reported_input,
    case
        when {{ openai_like }} then coalesce(
            {{ u }}.prompt_tokens_details.cached_tokens, {{ u }}.input_tokens_details.cached_tokens,
            {{ u }}.prompt_cache_hit_tokens, {{ u }}.num_cached_tokens, {{ u }}.cached_tokens, {{ u }}.cache_read_input_tokens
        )
        when {{ anthropic_like }} then coalesce({{ llm_cost.sum_where(u ~ '.iterations', 'item', own, 'item.cache_read_input_tokens') }}, {{ u }}.cache_read_input_tokens)
        when {{ converse }} then coalesce({{ u }}.cacheReadInputTokens, {{ u }}.cacheReadInputTokenCount)
        when {{ gemini }} then coalesce({{ u }}.cachedContentTokenCount, case when {{ u }}.promptTokenCount is not null then 0 end)
    end as reported_cache_read,
    case
        when {{ openai_like }} then coalesce(
            {{ u }}.prompt_tokens_details.cache_write_tokens, {{ u }}.input_tokens_details.cache_write_tokens,
            {{ u }}.cache_creation_input_tokens
        )
        when {{ anthropic_like }} then coalesce({{ llm_cost.sum_where(u ~ '.iterations', 'item', own, 'item.cache_creation_input_tokens') }}, {{ u }}.cache_creation_input_tokens)
        when {{ converse }} then coalesce({{ u }}.cacheWriteInputTokens, {{ u }}.cacheWriteInputTokenCount)
    end as reported_cache_write,
    case
        when {{ anthropic_like }} then coalesce({{ llm_cost.sum_where(u ~ '.iterations', 'item', own, 'item.cache_creation.ephemeral_5m_input_tokens') }}, {{ u }}.cache_creation.ephemeral_5m_input_tokens)
        when {{ converse }} then {{ llm_cost.sum_where(u ~ '.cacheDetails', 'item', "item.ttl = '5m'", 'item.inputTokens') }}
    end as reported_cache_write_5m,
    case
        when {{ anthropic_like }} then coalesce({{ llm_cost.sum_where(u ~ '.iterations', 'item', own, 'item.cache_creation.ephemeral_1h_input_tokens') }}, {{ u }}.cache_creation.ephemeral_1h_input_tokens)
        when {{ converse }} then {{ llm_cost.sum_where(u ~ '.cacheDetails', 'item', "item.ttl = '1h'", 'item.inputTokens') }}
    end as reported_cache_write_1h,
    case
        when {{ openai_like }} then coalesce({{ u }}.prompt_tokens_details.audio_tokens, {{ u }}.input_tokens_details.audio_tokens)
        when {{ gemini }} then
            {{ llm_cost.sum_where(u ~ '.promptTokensDetails', 'item', "item.modality = 'AUDIO'", 'item.tokenCount') }}
            - coalesce({{ llm_cost.sum_where(u ~ '.cacheTokensDetails', 'item', "item.modality = 'AUDIO'", 'item.tokenCount') }}, 0)
    end as reported_audio_input,
    case when api_surface = 'mistral_chat' then 'by_total' else 'included' end as reported_audio_basis,
    case
        when {{ openai_like }} then coalesce({{ u }}.prompt_tokens_details.image_tokens, {{ u }}.input_tokens_details.image_tokens)
        when {{ gemini }} then
            {{ llm_cost.sum_where(u ~ '.promptTokensDetails', 'item', "item.modality = 'IMAGE'", 'item.tokenCount') }}
            - coalesce({{ llm_cost.sum_where(u ~ '.cacheTokensDetails', 'item', "item.modality = 'IMAGE'", 'item.tokenCount') }}, 0)
    end as reported_image_input,
    case
        when {{ openai_like }} then coalesce({{ u }}.completion_tokens, {{ u }}.output_tokens)
        when {{ anthropic_like }} then coalesce({{ llm_cost.sum_where(u ~ '.iterations', 'item', own, 'item.output_tokens') }}, {{ u }}.output_tokens)
        when {{ converse }} then {{ u }}.outputTokens
        when {{ gemini }} then {{ u }}.candidatesTokenCount
        when surface_family = 'cohere' then {{ u }}.billed_units.output_tokens
    end as reported_output,
    case
        when {{ openai_like }} then coalesce(
            {{ u }}.completion_tokens_details.reasoning_tokens, {{ u }}.output_tokens_details.reasoning_tokens, {{ u }}.reasoning_tokens
        )
        when {{ anthropic_like }} then {{ u }}.output_tokens_details.thinking_tokens
        when {{ gemini }} then {{ u }}.thoughtsTokenCount
    end as reported_reasoning,
    case
        when api_surface in ('xai_chat', 'gemini_generate') then 'by_total'
        when api_surface in ('openai_chat', 'openai_compatible')
            and provider in ('google', 'gemini', 'google_gemini', 'google_vertex', 'vertex', 'vertex_ai', 'gcp.gemini', 'gcp.vertex_ai', 'gcp.gen_ai')
            then 'total_minus_input'
        when api_surface = 'perplexity_chat' then 'included_unless_larger'
        when {{ openai_like }} then 'included_unless_total'
        else 'included'
    end as reported_reasoning_basis,
    case
        when {{ openai_like }} then coalesce({{ u }}.completion_tokens_details.audio_tokens, {{ u }}.output_tokens_details.audio_tokens)
        when {{ gemini }} then {{ llm_cost.sum_where(u ~ '.candidatesTokensDetails', 'item', "item.modality = 'AUDIO'", 'item.tokenCount') }}
    end as reported_audio_output,
    case
        when {{ openai_like }} then coalesce({{ u }}.completion_tokens_details.image_tokens, {{ u }}.output_tokens_details.image_tokens)
        when {{ gemini }} then {{ llm_cost.sum_where(u ~ '.candidatesTokensDetails', 'item', "item.modality = 'IMAGE'", 'item.tokenCount') }}
    end as reported_image_output,
    case
        when {{ openai_like }} then {{ u }}.total_tokens
        when {{ converse }} then {{ u }}.totalTokens
        when {{ gemini }} then {{ u }}.totalTokenCount
    end as reported_total
{% endmacro %}
