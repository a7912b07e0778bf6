{{ config(enabled='databricks' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set required = ['request_id', 'event_time', 'input_tokens', 'output_tokens'] %}
{%- set optional = [
    'account_id', 'workspace_id', 'endpoint_name', 'latency_ms', 'destination_type', 'destination_name', 'destination_model', 'requester',
    'api_type', 'request_tags', 'total_tokens', 'token_details', 'status_code', 'routing_information', 'invocation_id', 'invocation_metadata',
    'service_type', 'loaded_at',
] %}
{%- set details = {'cache_read_input_tokens': 'BIGINT', 'cache_creation_input_tokens': 'BIGINT', 'output_reasoning_tokens': 'BIGINT'} %}

with source_rows as (
    {{ llm_cost.source_rows('databricks', required, optional) }}
),

texts as (
    select
        *,
        {{ llm_cost.text_of_json('token_details') }} as details_json,
        {{ llm_cost.text_of_json('request_tags') }} as tags_json,
        {{ llm_cost.text_of_json('routing_information') }} as routing_json,
        {{ llm_cost.text_of_json('invocation_metadata') }} as invocation_json,
        lower(cast(api_type as string)) as api,
        lower(coalesce(nullif(cast(destination_model as string), ''), cast(destination_name as string), cast(endpoint_name as string))) as model
    from source_rows
),

calls as (
    select
        *,
        {{ llm_cost.parsed_json('details_json', details) }} as details,
        {{ llm_cost.parsed_json('routing_json', {'attempts': [{'action': 'VARCHAR'}]}) }} as routing,
        {{ llm_cost.number_or_null('status_code', 'bigint') }} as http_status,
        -- a model that the workspace calls with a key of its own is billed by its vendor, a hosted one by Databricks
        case
            when destination_type <> 'EXTERNAL_FOUNDATION_MODEL' then 'databricks'
            when api like 'anthropic/%' then 'anthropic'
            when api like 'openai/%' then 'openai'
            when api like 'gemini/%' or api like 'google/%' then 'google'
            else coalesce({{ llm_cost.provider_of_model('model') }}, 'databricks')
        end as billed_by
    from texts
)

{{ llm_cost.usage_events('databricks', 'calls', {
    'request_id': 'request_id',
    'session_id': "nullif(cast(invocation_id as string), '')",
    'occurred_at': llm_cost.utc_timestamp('event_time'),
    'occurred_at_text': 'event_time',
    'provider': 'billed_by',
    'model_requested': 'endpoint_name',
    'model_served': 'model',
    'service_tier': llm_cost.json_text('invocation_json', '$.service_tier'),
    'status': "case when http_status >= 400 then 'error' else 'success' end",
    'error_code': 'case when http_status >= 400 then cast(http_status as string) end',
    'is_call': "coalesce(cast(service_type as string), '') <> 'MCP_SERVICE'",
    'latency_ms': llm_cost.number_or_null('latency_ms', 'bigint'),
    'tags': "nullif(tags_json, '{}')",
    'operation': "case when api like '%embeddings%' then 'embedding' else 'chat' end",
    'reported_input': llm_cost.number_or_null('input_tokens', 'bigint'),
    'reported_cache_read': 'details.cache_read_input_tokens',
    'reported_cache_write': 'details.cache_creation_input_tokens',
    'reported_output': llm_cost.number_or_null('output_tokens', 'bigint'),
    'reported_reasoning': 'details.output_reasoning_tokens',
    'reported_total': llm_cost.number_or_null('total_tokens', 'bigint'),
}, attributes=llm_cost.merged_attributes([
    llm_cost.attributes_of_json('tags_json'),
    llm_cost.attribute_pairs({'requester': 'requester', 'account_id': 'account_id', 'workspace_id': 'workspace_id', 'endpoint_name': 'endpoint_name'}),
])) }}
