{{ config(enabled='azure_apim' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set required = ['TimeGenerated', 'CorrelationId', 'PromptTokens', 'CompletionTokens'] %}
{%- set optional = [
    'RequestId', 'DeploymentName', 'ModelName', 'TotalTokens', 'PromptCachedTokens', 'OperationName', 'category', 'time', 'properties', 'loaded_at',
] %}
{#- columns of ApiManagementGatewayLogs, where a query or an export has joined them by CorrelationId -#}
{%- set joined = ['ApimSubscriptionId', 'UserId', 'ProductId', 'ResponseCode', 'LastErrorReason', 'TotalTime', 'Cache', 'RequestHeaders'] %}
{%- set counts = {'PromptTokens': 'BIGINT', 'CompletionTokens': 'BIGINT', 'TotalTokens': 'BIGINT', 'PromptCachedTokens': 'BIGINT'} %}
{%- set names = ['CorrelationId', 'RequestId', 'DeploymentName', 'ModelName', 'OperationName'] %}
{#- an Event Hub has the fields in `properties`, in either spelling -#}
{%- set upper = {} %}
{%- set lower = {} %}
{%- for name, type in counts.items() %}
    {%- do upper.update({name: type}) %}
    {%- do lower.update({name[0] | lower ~ name[1:]: type}) %}
{%- endfor %}
{%- for name in names %}
    {%- do upper.update({name: 'VARCHAR'}) %}
    {%- do lower.update({name[0] | lower ~ name[1:]: 'VARCHAR'}) %}
{%- endfor %}

with source_rows as (
    {{ llm_cost.source_rows('azure_apim', required, optional + joined) }}
),

records as (
    select
        *,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('properties'), upper) }} as upper_fields,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('properties'), lower) }} as lower_fields
    from source_rows
),

rows_read as (
    select
        *,
        {% for name in counts -%}
            coalesce({{ llm_cost.number_or_null(name, 'bigint') }}, upper_fields.{{ name }}, lower_fields.{{ name[0] | lower ~ name[1:] }}) as read_{{ name }},
        {% endfor -%}
        {% for name in names -%}
            coalesce(nullif(cast({{ name }} as string), ''), nullif(upper_fields.{{ name }}, ''), nullif(lower_fields.{{ name[0] | lower ~ name[1:] }}, '')) as read_{{ name }},
        {% endfor -%}
        coalesce(cast(TimeGenerated as string), cast({{ llm_cost.quoted('time') }} as string)) as time_text,
        coalesce({{ llm_cost.utc_timestamp('TimeGenerated') }}, {{ llm_cost.utc_timestamp(llm_cost.quoted('time')) }}) as began_at,
        {{ llm_cost.number_or_null('ResponseCode', 'integer') }} as http_status
    from records
),

-- the names stand in the row with the counts only: the rows of one call share them, so that the others are repeats of it
shared as (
    select
        *,
        coalesce(read_PromptTokens, 0) + coalesce(read_CompletionTokens, 0) + coalesce(read_TotalTokens, 0) + coalesce(read_PromptCachedTokens, 0) <> 0 as is_counted,
        {% for name in ['RequestId', 'DeploymentName', 'ModelName'] -%}
            coalesce(read_{{ name }}, case when read_CorrelationId is not null then max(read_{{ name }}) over (partition by read_CorrelationId) end) as call_{{ name }},
        {% endfor -%}
        lower(coalesce(read_OperationName, '')) as operation_text
    from rows_read
),

-- the gateway writes down what the model's API counts: Anthropic's input leaves the cached tokens out
calls as (
    select
        *,
        coalesce(call_ModelName, call_DeploymentName) as served,
        coalesce(lower(coalesce(call_ModelName, call_DeploymentName)) like '%claude%', false) as is_claude
    from shared
)

{{ llm_cost.usage_events('azure_apim', 'calls', {
    'call_key': 'read_CorrelationId',
    'request_id': 'read_CorrelationId',
    'response_id': 'call_RequestId',
    'occurred_at': 'began_at',
    'occurred_at_text': 'time_text',
    'provider': "'azure'",
    'model_requested': 'call_DeploymentName',
    'model_served': 'served',
    'status': "case when http_status >= 400 then 'error' else 'success' end",
    'error_code': 'case when http_status >= 400 then coalesce(LastErrorReason, cast(http_status as string)) end',
    'is_call': "coalesce(cast(category as string), 'GatewayLlmLogs') = 'GatewayLlmLogs'",
    'is_gateway_cache_hit': "coalesce(lower(cast(Cache as string)), '') = 'hit'",
    'operation': "case when operation_text like '%embedding%' then 'embedding' else 'chat' end",
    'latency_ms': llm_cost.number_or_null('TotalTime', 'bigint'),
    'has_usage': 'is_counted',
    'reported_input': 'read_PromptTokens',
    'reported_input_basis': "case when is_claude then 'exclusive' else 'inclusive' end",
    'reported_cache_read': 'read_PromptCachedTokens',
    'reported_output': 'read_CompletionTokens',
    'reported_total': 'case when not is_claude then nullif(read_TotalTokens, 0) end',
}, attributes=llm_cost.merged_attributes([
    llm_cost.attributes_of_json(llm_cost.text_of_json('RequestHeaders')),
    llm_cost.attribute_pairs({'ApimSubscriptionId': 'ApimSubscriptionId', 'UserId': 'UserId', 'ProductId': 'ProductId'}),
])) }}
