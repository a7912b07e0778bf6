{{ config(enabled='snowflake_cortex' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{#- a row is of the view whose columns it has: REQUEST_ID of the REST API's, QUERY_ID of the AI functions' -#}
{%- set required = ['START_TIME', 'MODEL_NAME'] %}
{%- set optional = [
    'REQUEST_ID', 'TOKENS', 'TOKENS_GRANULAR', 'INFERENCE_REGION', 'USER_ID', 'QUERY_TAG', 'QUERY_ID', 'FUNCTION_NAME', 'METRICS', 'WAREHOUSE_ID',
    'ROLE_NAMES', 'loaded_at',
] %}
{%- set granular = {'input': 'BIGINT', 'cache_read_input': 'BIGINT', 'cache_write_input': 'BIGINT', 'output': 'BIGINT'} %}
{%- set metrics = [{'key': {'metric': 'VARCHAR', 'unit': 'VARCHAR'}, 'value': 'BIGINT'}] %}

with source_rows as (
    {{ llm_cost.source_rows('snowflake_cortex', required, optional) }}
),

texts as (
    select
        *,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('TOKENS_GRANULAR'), granular) }} as counts,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('METRICS'), metrics) }} as metered,
        nullif(cast(REQUEST_ID as string), '') as rest_request,
        nullif(cast(QUERY_ID as string), '') as query_number,
        nullif(cast(QUERY_TAG as string), '') as query_tag_text,
        case when substr(ltrim(cast(QUERY_TAG as string)), 1, 1) = '{' then cast(QUERY_TAG as string) end as tag_object,
        {{ llm_cost.json_text(llm_cost.text_of_json('ROLE_NAMES'), '$[0]') }} as role_name,
        -- an internal model has no name: its function stands for it, so that it is listed as unpriced
        coalesce(nullif(cast(MODEL_NAME as string), ''), nullif(cast(FUNCTION_NAME as string), '')) as model,
        lower(coalesce(cast(FUNCTION_NAME as string), '')) like '%embed%' as is_embedding,
        -- the SQL API writes seconds with nine decimals and an offset in minutes plus 1440: an hour starts at a whole second of UTC
        case
            when {{ llm_cost.regex_match('cast(START_TIME as string)', "'^[0-9]{9,11}([.][0-9]+)?( [0-9]{1,4})?$'") }}
                then {{ llm_cost.number_or_null("split_part(split_part(cast(START_TIME as string), ' ', 1), '.', 1)", 'bigint') }}
        end as epoch_seconds
    from source_rows
),

calls as (
    select
        *,
        coalesce(
            {{ llm_cost.milliseconds_after("cast('1970-01-01 00:00:00' as timestamp)", 'epoch_seconds * 1000') }}, {{ llm_cost.utc_timestamp('START_TIME') }}
        ) as began_at,
        {{ llm_cost.sum_where('metered', 'item', "item.key.metric = 'input' and item.key.unit = 'tokens'", 'item.value') }} as metered_input,
        {{ llm_cost.sum_where('metered', 'item', "item.key.metric = 'output' and item.key.unit = 'tokens'", 'item.value') }} as metered_output,
        {{ llm_cost.sum_where('metered', 'item', "item.key.metric = 'total' and item.key.unit = 'tokens'", 'item.value') }} as metered_total,
        {{ llm_cost.attributes_of_json('tag_object') }} as tag_attributes
    from texts
)

{{ llm_cost.usage_events('snowflake_cortex', 'calls', {
    'call_key': "coalesce(rest_request, query_number || ':' || coalesce(model, '') || ':' || coalesce(cast(FUNCTION_NAME as string), '') || ':' || coalesce(cast(WAREHOUSE_ID as string), '') || ':' || coalesce(cast(began_at as string), ''))",
    'request_id': 'coalesce(rest_request, query_number)',
    'occurred_at': 'began_at',
    'occurred_at_text': 'START_TIME',
    'provider': "'snowflake'",
    'model_requested': 'model',
    'model_served': 'model',
    'region_scope': "nullif(cast(INFERENCE_REGION as string), '')",
    'operation': "case when is_embedding then 'embedding' else 'chat' end",
    'tags': 'case when tag_object is not null and tag_attributes is not null then tag_object else ' ~ llm_cost.json_of_text('query_tag', 'query_tag_text') ~ ' end',
    'reported_input': 'coalesce(counts.input, metered_input, case when is_embedding then metered_total end)',
    'reported_input_basis': "'exclusive'",
    'reported_cache_read': 'counts.cache_read_input',
    'reported_cache_write': 'counts.cache_write_input',
    'reported_output': 'coalesce(counts.output, metered_output)',
    'reported_total': 'case when counts.input is not null or counts.output is not null then ' ~ llm_cost.number_or_null('TOKENS', 'bigint') ~ ' end',
}, attributes=llm_cost.merged_attributes([
    'tag_attributes',
    llm_cost.attribute_pairs({
        'query_tag': 'case when tag_object is null or tag_attributes is null then query_tag_text end', 'role_name': 'role_name', 'warehouse_id': 'WAREHOUSE_ID', 'user_id': 'USER_ID',
    }),
])) }}
