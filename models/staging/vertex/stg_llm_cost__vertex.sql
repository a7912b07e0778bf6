{{ config(enabled='vertex' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set required = ['logging_time', 'request_id', 'model', 'full_response'] %}
{%- set optional = ['endpoint', 'api_method', 'full_request', 'metadata', 'loaded_at'] %}
{#- a Claude stream tells its input at its start and its output at its end -#}
{%- set started = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'] %}
{%- set lifetimes = ['ephemeral_5m_input_tokens', 'ephemeral_1h_input_tokens'] %}
{%- set chunk = {
    'responseId': 'VARCHAR', 'modelVersion': 'VARCHAR', 'createTime': 'VARCHAR', 'usageMetadata': 'VARCHAR', 'id': 'VARCHAR', 'usage': 'VARCHAR',
    'candidates': [{'groundingMetadata': {'webSearchQueries': ['VARCHAR']}}],
    'message': {'id': 'VARCHAR', 'usage': {
        'input_tokens': 'BIGINT', 'cache_read_input_tokens': 'BIGINT', 'cache_creation_input_tokens': 'BIGINT', 'service_tier': 'VARCHAR',
        'cache_creation': {'ephemeral_5m_input_tokens': 'BIGINT', 'ephemeral_1h_input_tokens': 'BIGINT'},
    }},
    'error': {'code': 'VARCHAR', 'status': 'VARCHAR', 'type': 'VARCHAR'},
} %}
{%- set searches = llm_cost.list_length(llm_cost.first_item('item.candidates') ~ '.groundingMetadata.webSearchQueries') %}
{%- set request = {'labels': 'VARCHAR', 'metadata': {'user_id': 'VARCHAR'}} %}
{%- set call_metadata = {'request_latency': 'VARCHAR', 'error_code': 'VARCHAR', 'error': {'code': 'VARCHAR', 'status': 'VARCHAR'}} %}

with source_rows as (
    {{ llm_cost.source_rows('vertex', required, optional) }}
),

texts as (
    select
        *,
        {{ llm_cost.text_of_json('full_response') }} as response_json,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('full_request'), request) }} as asked,
        {{ llm_cost.parsed_json(llm_cost.text_of_json(llm_cost.quoted('metadata')), call_metadata) }} as about,
        split_part(cast(request_id as string), '.', 1) as request_number,
        coalesce(nullif(cast(model as string), ''), cast(endpoint as string)) as model_path
    from source_rows
),

answers as (
    select
        *,
        -- a streamed answer may be a list of its chunks
        {{ llm_cost.parsed_json("case when ltrim(response_json) like '[%' then response_json else '[' || response_json || ']' end", [chunk]) }} as chunks,
        case when model_path like '%anthropic/%' or model_path like '%claude-%' then 'anthropic_messages' else 'gemini_generate' end as surface
    from texts
),

found as (
    select
        *,
        {{ llm_cost.found_in('chunks', ['usageMetadata', 'usage']) }} as last_usage,
        {{ llm_cost.found_in('chunks', ['message.usage']) }} as started_usage,
        {{ llm_cost.found_in('chunks', ['responseId', 'message.id', 'id']) }} as answer_id,
        {{ llm_cost.found_in('chunks', ['modelVersion']) }} as answer_model,
        coalesce({{ llm_cost.found_in('chunks', ['error.status', 'error.type', 'error.code']) }}, about.error.status, nullif(about.error.code, '0'), nullif(about.error_code, '0')) as failure,
        {{ llm_cost.last_where('chunks', 'item', searches ~ ' > 0', searches) }} as searches,
        {{ llm_cost.first_item('chunks') }}.createTime as created_at_text,
        {{ llm_cost.number_or_null('about.request_latency', 'bigint') }} as milliseconds,
        {{ llm_cost.utc_timestamp('logging_time') }} as logged_at
    from answers
),

usages as (
    select
        *,
        case
            when started_usage is null then last_usage
            else '{"output_tokens":' || coalesce({{ llm_cost.json_text('last_usage', '$.output_tokens') }}, '0')
            || ',"server_tool_use":' || coalesce({{ llm_cost.json_text('last_usage', '$.server_tool_use') }}, 'null')
            {% for name in started -%}
                || ',"{{ name }}":' || coalesce(cast(started_usage.{{ name }} as string), 'null')
            {% endfor -%}
            || ',"cache_creation":{'
            {% for name in lifetimes -%}
                || '"{{ name }}":' || coalesce(cast(started_usage.cache_creation.{{ name }} as string), 'null') {{ "|| ','" if not loop.last }}
            {% endfor -%}
            || '}}'
        end as usage_json
    from found
),

calls as (
    select
        *,
        {{ llm_cost.parsed_json('usage_json', llm_cost.usage_schema()) }} as usage_counts,
        -- the row is written when the answer is complete
        coalesce({{ llm_cost.utc_timestamp('created_at_text') }}, {{ llm_cost.milliseconds_after('logged_at', '-milliseconds') }}, logged_at) as began_at,
        {{ llm_cost.last_path_part('coalesce(answer_model, model_path)') }} as served
    from usages
)

{{ llm_cost.usage_events('vertex', 'calls', {
    'call_key': 'request_number',
    'request_id': 'request_number',
    'response_id': 'answer_id',
    'occurred_at': 'began_at',
    'occurred_at_text': 'logging_time',
    'provider': "'google'",
    'api_surface': 'surface',
    'model_requested': llm_cost.last_path_part('model_path'),
    'model_served': 'served',
    'service_tier': 'coalesce(usage_counts.trafficType, usage_counts.service_tier, started_usage.service_tier)',
    'status': "case when failure is not null then 'error' else 'success' end",
    'error_code': 'failure',
    'operation': "case when lower(cast(api_method as string)) like '%embed%' then 'embedding' else 'chat' end",
    'web_search_requests': 'coalesce(usage_counts.server_tool_use.web_search_requests, case when ' ~ llm_cost.regex_match('served', "'^gemini-[12][.]'") ~ ' and searches > 0 then 1 else searches end)',
    'latency_ms': 'milliseconds',
    'tags': "nullif(asked.labels, '{}')",
}, attributes=llm_cost.merged_attributes([
    llm_cost.attributes_of_json('asked.labels'),
    llm_cost.attribute_pairs({'user_id': 'asked.metadata.user_id'}),
]), counts='usage_counts') }}
