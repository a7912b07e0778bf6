{{ config(enabled='openrouter' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{#- Two shapes of one record: a row of the activity export, and a generation object of the API, bare or as {"data": {...}}. Neither has
    the fields of the other, so none is required of a table. -#}
{%- set export = [
    'generation_id', 'cost_total', 'byok_usage_inference', 'tokens_prompt', 'tokens_completion', 'tokens_reasoning', 'tokens_cached',
    'model_permaslug', 'variant', 'finish_reason_normalized', 'generation_time_ms', 'api_key_name', 'app_name', 'user',
] %}
{%- set generation = [
    'id', 'created_at', 'cancelled', 'provider_name', 'model', 'router', 'total_cost', 'upstream_inference_cost', 'is_byok', 'finish_reason',
    'generation_time', 'latency', 'native_tokens_prompt', 'native_tokens_completion', 'native_tokens_reasoning', 'native_tokens_cached',
    'native_tokens_completion_images', 'num_fetches', 'service_tier', 'data_region', 'session_id', 'request_id', 'response_cache_source_id',
    'api_type', 'external_user', 'preset_id',
] %}
{%- set generation_schema = {'provider_responses': 'VARCHAR'} %}
{%- for field in generation %}{% do generation_schema.update({field: 'VARCHAR'}) %}{% endfor %}
{%- set number = 'decimal(18, 12)' %}

with source_rows as (
    {{ llm_cost.source_rows('openrouter', [], export + generation + ['provider_responses', 'data', 'date', 'requests', 'error', 'loaded_at']) }}
),

texts as (
    select
        *,
        {{ llm_cost.text_of_json('data') }} as data_json,
        {{ llm_cost.text_of_json('provider_responses') }} as responses_json
    from source_rows
),

wrapped as (
    select
        *,
        {{ llm_cost.parsed_json('data_json', generation_schema) }} as wrapper
    from texts
),

flat as (
    select
        load_id,
        row_position,
        parse_problem,
        loaded_at,
        data_json,
        coalesce(cast({{ llm_cost.quoted('date') }} as string), cast(requests as string), cast(error as string)) is not null as is_no_generation,
        {% for field in export -%}
            nullif(cast({{ llm_cost.quoted(field) }} as string), '') as {{ 'member' if field == 'user' else field }},
        {% endfor -%}
        {% for field in generation -%}
            nullif(coalesce(wrapper.{{ field }}, cast({{ field }} as string)), '') as {{ field }},
        {% endfor -%}
        {{ llm_cost.parsed_json('coalesce(wrapper.provider_responses, responses_json)', [{'status': 'INTEGER'}]) }} as responses
    from wrapped
),

told as (
    select
        *,
        coalesce(generation_id, id) as call_id,
        -- `:free` and other variants have prices of their own
        coalesce(model_permaslug, model)
        || case when model_permaslug is not null and variant <> 'standard' and model_permaslug not like '%:%' then ':' || lower(variant) else '' end as slug,
        {{ llm_cost.number_or_null('coalesce(cost_total, total_cost)', number) }} as charged,
        {{ llm_cost.number_or_null('coalesce(native_tokens_prompt, tokens_prompt)', 'bigint') }} as prompt_tokens,
        {{ llm_cost.number_or_null('coalesce(native_tokens_cached, tokens_cached)', 'bigint') }} as cached_tokens,
        {{ llm_cost.number_or_null('coalesce(native_tokens_completion, tokens_completion)', 'bigint') }} as completion_tokens,
        {{ llm_cost.text_flag('is_byok') }} or coalesce({{ llm_cost.number_or_null('byok_usage_inference', number) }} > 0, false) as is_own_key,
        case
            when {{ llm_cost.text_flag('cancelled') }} then 'cancelled'
            when lower(coalesce(finish_reason_normalized, finish_reason)) = 'error' then 'error'
            else 'success'
        end as outcome
    from flat
),

calls as (
    select
        *,
        -- a hit of OpenRouter's cache of answers is charged nothing; the export repeats the cached tokens of the first answer
        response_cache_source_id is not null or coalesce(charged = 0 and not is_own_key and cached_tokens > prompt_tokens, false) as is_replayed,
        outcome = 'error' and coalesce(prompt_tokens, 0) + coalesce(completion_tokens, 0) = 0 as is_failed_unused
    from told
)

{{ llm_cost.usage_events('openrouter', 'calls', {
    'request_id': 'request_id',
    'response_id': 'call_id',
    'session_id': 'session_id',
    'occurred_at': llm_cost.utc_timestamp('created_at'),
    'occurred_at_text': 'created_at',
    'provider': "case when is_own_key then coalesce(provider_name, split_part(slug, '/', 1)) else 'openrouter' end",
    'model_requested': 'coalesce(router, slug)',
    'model_served': "case when is_own_key and slug like '%/%' then substr(slug, length(split_part(slug, '/', 1)) + 2) else slug end",
    'service_tier': 'service_tier',
    'region_scope': "case data_region when 'europe' then 'eu' else data_region end",
    'status': 'outcome',
    'error_code': "case when outcome = 'error' then cast(" ~ llm_cost.first_item('responses') ~ ".status as string) end",
    'is_retry': llm_cost.list_length('responses') ~ ' > 1',
    'is_call': "call_id is not null or not (is_no_generation or coalesce(data_json like '[%', false))",
    'is_gateway_cache_hit': 'is_replayed',
    'latency_ms': llm_cost.number_or_null('coalesce(generation_time_ms, generation_time, latency)', 'bigint'),
    'operation': "case when api_type like 'embed%' then 'embedding' when api_type = 'completions' then 'chat' else api_type end",
    'web_fetch_requests': 'nullif(' ~ llm_cost.number_or_null('num_fetches', 'bigint') ~ ', 0)',
    'provider_reported_cost_usd': 'case when is_own_key then ' ~ llm_cost.number_or_null('coalesce(byok_usage_inference, upstream_inference_cost)', number) ~ ' else charged end',
    'is_provider_charge': 'not is_own_key and charged is not null',
    'has_usage': 'not is_failed_unused',
    'reported_input': 'prompt_tokens',
    'reported_cache_read': 'cached_tokens',
    'reported_output': 'completion_tokens',
    'reported_reasoning': llm_cost.number_or_null('coalesce(native_tokens_reasoning, tokens_reasoning)', 'bigint'),
    'reported_image_output': llm_cost.number_or_null('native_tokens_completion_images', 'bigint'),
}, attributes=llm_cost.attribute_pairs({
    'external_user': 'external_user', 'user': 'member', 'api_key_name': llm_cost.key_name("''", 'api_key_name'), 'app_name': 'app_name', 'preset_id': 'preset_id',
})) }}
