{{ config(enabled='bedrock_invocation' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set required = ['timestamp', 'requestId', 'modelId', 'input', 'output'] %}
{%- set optional = ['schemaType', 'accountId', 'identity', 'region', 'operation', 'errorCode', 'requestMetadata', 'loaded_at'] %}
{%- set input_counts = {'inputTokenCount': 'BIGINT', 'cacheReadInputTokenCount': 'BIGINT', 'cacheWriteInputTokenCount': 'BIGINT'} %}
{%- set lifetimes = {'ephemeral_5m_input_tokens': 'BIGINT', 'ephemeral_1h_input_tokens': 'BIGINT'} %}
{#- what a body has beside the counts that stand in the log itself: the same names for every model, each filled by some -#}
{%- set body_usage = {
    'cache_creation': lifetimes, 'cacheDetails': [{'ttl': 'VARCHAR', 'inputTokens': 'BIGINT'}], 'service_tier': 'VARCHAR',
    'output_tokens_details': {'thinking_tokens': 'BIGINT'},
} %}
{%- set chunk = {
    'id': 'VARCHAR', 'model': 'VARCHAR', 'usage': body_usage, 'message': {'id': 'VARCHAR', 'model': 'VARCHAR', 'usage': body_usage},
    'metrics': {'latencyMs': 'BIGINT'}, 'serviceTier': {'type': 'VARCHAR'}, 'service_tier': 'VARCHAR',
    'metadata': {'usage': body_usage, 'metrics': {'latencyMs': 'BIGINT'}, 'serviceTier': {'type': 'VARCHAR'}},
    'trace': {'promptRouter': {'invokedModelId': 'VARCHAR'}}, 'amazon-bedrock-invocationMetrics': {'invocationLatency': 'BIGINT'},
} %}
{#- a whole answer is one chunk; of a stream the chunk that has it says it -#}
{%- set written = {} %}
{%- for claude, converse in [('ephemeral_5m_input_tokens', '5m'), ('ephemeral_1h_input_tokens', '1h')] %}
    {%- set places = [llm_cost.found_in('chunks', ['usage.cache_creation.' ~ claude, 'message.usage.cache_creation.' ~ claude])] %}
    {%- for usage in ['item.usage', 'item.metadata.usage'] %}
        {%- set tokens = llm_cost.sum_where(usage ~ '.cacheDetails', 'written', "written.ttl = '" ~ converse ~ "'", 'written.inputTokens') %}
        {%- do places.append(llm_cost.last_where('chunks', 'item', usage ~ '.cacheDetails is not null', tokens)) %}
    {%- endfor %}
    {%- do written.update({converse: 'coalesce(' ~ places | join(', ') ~ ')'}) %}
{%- endfor %}

with source_rows as (
    {{ llm_cost.source_rows('bedrock_invocation', required, optional) }}
),

texts as (
    select
        *,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('input'), input_counts) }} as request_counts,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('output'), {'outputTokenCount': 'BIGINT', 'outputBodyJson': 'VARCHAR'}) }} as answer,
        {{ llm_cost.text_of_json('requestMetadata') }} as metadata_json,
        {{ llm_cost.json_text(llm_cost.text_of_json('identity'), '$.arn') }} as caller,
        cast(modelId as string) as model,
        {{ llm_cost.last_path_part('cast(modelId as string)') }} as model_name
    from source_rows
),

bodies as (
    select
        *,
        {{ llm_cost.parsed_json("case when ltrim(answer.outputBodyJson) like '[%' then answer.outputBodyJson else '[' || answer.outputBodyJson || ']' end", [chunk]) }} as chunks,
        -- names that do not say which model runs; provisioned throughput is paid by the hour
        model like 'arn:%:application-inference-profile/%' or model like 'arn:%:provisioned-model/%' or model like 'arn:%prompt-router/%' as is_named_otherwise,
        model like 'arn:%:provisioned-model/%' as is_provisioned
    from texts
),

calls as (
    select
        *,
        {{ llm_cost.found_in('chunks', ['id', 'message.id']) }} as message_id,
        {{ llm_cost.found_in('chunks', ['trace.promptRouter.invokedModelId', 'message.model', 'model']) }} as model_of_body,
        {{ llm_cost.found_in('chunks', ['serviceTier.type', 'metadata.serviceTier.type', 'service_tier', 'usage.service_tier', 'message.usage.service_tier']) }} as tier,
        {{ llm_cost.found_in('chunks', ['metrics.latencyMs', 'metadata.metrics.latencyMs', llm_cost.quoted('amazon-bedrock-invocationMetrics') ~ '.invocationLatency']) }} as milliseconds,
        {{ llm_cost.found_in('chunks', ['usage.output_tokens_details.thinking_tokens', 'message.usage.output_tokens_details.thinking_tokens']) }} as thinking_tokens,
        {{ written['5m'] }} as written_5m,
        {{ written['1h'] }} as written_1h
    from bodies
)

{{ llm_cost.usage_events('bedrock_invocation', 'calls', {
    'call_key': 'requestId',
    'request_id': 'requestId',
    'response_id': 'message_id',
    'occurred_at': llm_cost.utc_timestamp(llm_cost.quoted('timestamp')),
    'occurred_at_text': llm_cost.quoted('timestamp'),
    'provider': "'aws'",
    'model_requested': 'model',
    'model_served': 'case when is_named_otherwise then coalesce(model_of_body, model) else model end',
    'service_tier': "case when is_provisioned then 'provisioned' else tier end",
    'region_scope': "case when not " ~ llm_cost.regex_match('model_name', "'^(us|eu|apac|jp|au|ca|in|global|us-gov)[.]'") ~ " then region end",
    'status': "case when errorCode is not null then 'error' else 'success' end",
    'error_code': 'errorCode',
    'is_call': "coalesce(schemaType, 'ModelInvocationLog') = 'ModelInvocationLog' and coalesce(" ~ llm_cost.quoted('timestamp') ~ " is not null or requestId is not null or model is not null, false)",
    'operation': "case when model_name like '%embed%' then 'embedding' else 'chat' end",
    'latency_ms': 'milliseconds',
    'tags': "nullif(metadata_json, '{}')",
    'reported_input': 'request_counts.inputTokenCount',
    'reported_input_basis': "'exclusive'",
    'reported_cache_read': 'request_counts.cacheReadInputTokenCount',
    'reported_cache_write': 'request_counts.cacheWriteInputTokenCount',
    'reported_cache_write_5m': 'written_5m',
    'reported_cache_write_1h': 'written_1h',
    'reported_output': 'answer.outputTokenCount',
    'reported_reasoning': 'thinking_tokens',
}, attributes=llm_cost.merged_attributes([
    llm_cost.attributes_of_json('metadata_json'),
    llm_cost.attribute_pairs({
        'identity.arn': 'caller',
        'identity.role': "case when caller like '%:assumed-role/%' then split_part(caller, '/', 2) end",
        'identity.session': "case when caller like '%:assumed-role/%' then split_part(caller, '/', 3) end",
        'account_id': 'accountId',
    }),
])) }}
