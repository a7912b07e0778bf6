{{ config(enabled='vercel' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{#- Two shapes of one generation: the answer of the OpenAI-compatible API with its usage and provider_metadata (whole, or the last chunk
    of a stream), and the object of the generation lookup, bare or as {"data": {...}}. Neither has the fields of the other. -#}
{%- set lookup = [
    'id', 'created_at', 'model', 'is_byok', 'provider_name', 'total_cost', 'upstream_inference_cost', 'finish_reason', 'latency', 'generation_time',
    'native_tokens_prompt', 'native_tokens_completion', 'native_tokens_reasoning', 'native_tokens_cached', 'native_tokens_cache_creation',
    'billable_web_search_calls',
] %}
{%- set lookup_schema = {} %}
{%- for field in lookup %}{% do lookup_schema.update({field: 'VARCHAR'}) %}{% endfor %}
{%- set answer = [
    'created', 'object', 'usage', 'choices', 'provider_metadata', 'providerMetadata', 'service_tier', 'generationId', 'user', 'tags',
] %}
{%- set usage = {
    'prompt_tokens': 'BIGINT', 'completion_tokens': 'BIGINT', 'total_tokens': 'BIGINT', 'cache_creation_input_tokens': 'BIGINT',
    'prompt_tokens_details': {'cached_tokens': 'BIGINT', 'audio_tokens': 'BIGINT'},
    'completion_tokens_details': {'reasoning_tokens': 'BIGINT', 'image_tokens': 'BIGINT'},
    'cost': 'VARCHAR', 'market_cost': 'VARCHAR', 'is_byok': 'VARCHAR'
} %}
{%- set metadata = {
    'openai': {'serviceTier': 'VARCHAR'},
    'gateway': {
        'cost': 'VARCHAR', 'marketCost': 'VARCHAR', 'generationId': 'VARCHAR', 'billableWebSearchCalls': 'BIGINT',
        'routing': {
            'originalModelId': 'VARCHAR', 'resolvedProviderApiModelId': 'VARCHAR', 'resolvedProvider': 'VARCHAR', 'finalProvider': 'VARCHAR',
            'totalProviderAttemptCount': 'INTEGER', 'attempts': [{'success': 'VARCHAR', 'credentialType': 'VARCHAR'}]
        }
    }
} %}
{%- set number = 'decimal(18, 12)' %}

with source_rows as (
    {{ llm_cost.source_rows('vercel', [], lookup + answer + ['data', 'error', 'request_count', 'results', 'loaded_at']) }}
),

texts as (
    select
        *,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('data'), lookup_schema) }} as wrapper,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('usage'), usage) }} as counted,
        {{ llm_cost.first_item(llm_cost.parsed_json(
            llm_cost.text_of_json('choices'),
            [{'finish_reason': 'VARCHAR', 'message': {'provider_metadata': metadata}, 'delta': {'provider_metadata': metadata}}]
        )) }} as choice,
        {{ llm_cost.parsed_json('coalesce(' ~ llm_cost.text_of_json('provider_metadata') ~ ', ' ~ llm_cost.text_of_json('providerMetadata') ~ ')', metadata) }} as answer_metadata,
        {{ llm_cost.text_of_json('tags') }} as tags_json
    from source_rows
),

flat as (
    select
        load_id,
        row_position,
        parse_problem,
        loaded_at,
        counted,
        choice,
        tags_json,
        coalesce(answer_metadata, choice.message.provider_metadata, choice.delta.provider_metadata) as noted,
        {% for field in lookup -%}
            nullif(coalesce(wrapper.{{ field }}, cast({{ field }} as string)), '') as {{ field }},
        {% endfor -%}
        {% for field in ['created', 'object', 'service_tier', 'generationId'] -%}
            nullif(cast({{ field }} as string), '') as {{ field }},
        {% endfor -%}
        cast({{ llm_cost.quoted('user') }} as string) as caller,
        coalesce(cast(error as string), cast(request_count as string), cast(results as string)) is not null as is_no_generation
    from texts
),

told as (
    select
        *,
        coalesce(noted.gateway.generationId, generationId, id) as call_id,
        coalesce(noted.gateway.routing.finalProvider, noted.gateway.routing.resolvedProvider, provider_name) as final_provider,
        case
            when coalesce(counted.is_byok, is_byok) is not null then {{ llm_cost.text_flag('coalesce(counted.is_byok, is_byok)') }}
            else coalesce({{ llm_cost.sum_where('noted.gateway.routing.attempts', 'item', "item.success = 'true' and item.credentialType = 'byok'", '1') }} > 0, false)
        end as is_own_key,
        coalesce(counted.cost, noted.gateway.cost, total_cost) as charged_text,
        coalesce(counted.market_cost, noted.gateway.marketCost, upstream_inference_cost) as list_text,
        coalesce(counted.prompt_tokens, {{ llm_cost.number_or_null('native_tokens_prompt', 'bigint') }}) as prompt_tokens,
        coalesce(counted.completion_tokens, {{ llm_cost.number_or_null('native_tokens_completion', 'bigint') }}) as completion_tokens,
        case when lower(coalesce(choice.finish_reason, finish_reason)) = 'error' then 'error' else 'success' end as outcome
    from flat
),

calls as (
    select
        *,
        coalesce({{ llm_cost.list_length('noted.gateway.routing.attempts') }}, noted.gateway.routing.totalProviderAttemptCount) as attempts_made,
        {{ llm_cost.number_or_null('charged_text', number) }} as charged,
        -- a chunk in the middle of a stream tells of no usage
        coalesce(object, '') like '%.chunk' and counted.prompt_tokens is null as is_part,
        outcome = 'error' and coalesce(prompt_tokens, 0) + coalesce(completion_tokens, 0) = 0 as is_failed_unused
    from told
)

{{ llm_cost.usage_events('vercel', 'calls', {
    'response_id': 'call_id',
    'occurred_at': llm_cost.utc_timestamp('coalesce(created_at, created)'),
    'occurred_at_text': 'coalesce(created_at, created)',
    'provider': "case when is_own_key then coalesce(final_provider, split_part(model, '/', 1)) else 'vercel' end",
    'model_requested': 'coalesce(noted.gateway.routing.originalModelId, model)',
    'model_served': "case when is_own_key then coalesce(noted.gateway.routing.resolvedProviderApiModelId, substr(model, length(split_part(model, '/', 1)) + 2)) else model end",
    'service_tier': 'coalesce(service_tier, noted.openai.serviceTier)',
    'status': 'outcome',
    'is_retry': 'attempts_made > 1',
    'is_call': 'case when call_id is null then not is_no_generation else not is_part end',
    'latency_ms': llm_cost.number_or_null('generation_time', 'bigint'),
    'tags': "nullif(nullif(tags_json, ''), '[]')",
    'web_search_requests': 'nullif(coalesce(noted.gateway.billableWebSearchCalls, ' ~ llm_cost.number_or_null('billable_web_search_calls', 'bigint') ~ '), 0)',
    'provider_reported_cost_usd': 'case when is_own_key then ' ~ llm_cost.number_or_null('list_text', number) ~ ' else charged end',
    'is_provider_charge': 'not is_own_key and charged is not null',
    'has_usage': 'not is_failed_unused',
    'reported_input': 'prompt_tokens',
    'reported_cache_read': 'coalesce(counted.prompt_tokens_details.cached_tokens, ' ~ llm_cost.number_or_null('native_tokens_cached', 'bigint') ~ ')',
    'reported_cache_write': 'coalesce(counted.cache_creation_input_tokens, ' ~ llm_cost.number_or_null('native_tokens_cache_creation', 'bigint') ~ ')',
    'reported_audio_input': 'counted.prompt_tokens_details.audio_tokens',
    'reported_output': 'completion_tokens',
    'reported_reasoning': 'coalesce(counted.completion_tokens_details.reasoning_tokens, ' ~ llm_cost.number_or_null('native_tokens_reasoning', 'bigint') ~ ')',
    'reported_image_output': 'counted.completion_tokens_details.image_tokens',
    'reported_total': 'counted.total_tokens',
}, attributes=llm_cost.merged_attributes([
    llm_cost.attributes_of_texts(llm_cost.parsed_json('tags_json', ['VARCHAR'])),
    llm_cost.attribute_pairs({'user': 'caller'}),
])) }}
