{{ config(enabled='claude_code' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set optional = [
    'timestamp', 'type', 'message', 'requestId', 'uuid', 'parentUuid', 'sessionId', 'isSidechain', 'isApiErrorMessage', 'agentId',
    'cwd', 'gitBranch', 'version', 'costUSD',
] %}
{%- set message = {'id': 'VARCHAR', 'role': 'VARCHAR', 'model': 'VARCHAR', 'usage': llm_cost.usage_schema()} %}

with source_rows as (
    {{ llm_cost.source_rows('claude_code', [], optional + ['loaded_at']) }}
),

texts as (
    select
        *,
        {{ llm_cost.text_of_json('message') }} as message_json
    from source_rows
),

lines as (
    select
        *,
        {{ llm_cost.parsed_json('message_json', message) }} as parsed_message,
        {{ llm_cost.json_text('message_json', '$.usage') }} as usage_json
    from texts
),

calls as (
    select
        *,
        parsed_message.model as model,
        parsed_message.usage as counts,
        {{ llm_cost.text_flag('isApiErrorMessage') }} as is_api_error,
        -- a line is a call when it is an assistant's; the client also writes assistant lines of its own (`<synthetic>`)
        (cast(type as string) = 'assistant' or (type is null and parsed_message.role = 'assistant'))
        and (coalesce(parsed_message.model, '') <> '<synthetic>' or {{ llm_cost.text_flag('isApiErrorMessage') }}) as is_assistant,
        coalesce(cast(uuid as string), {{ llm_cost.content_hash(['sessionId', 'timestamp', 'message_json']) }}) as line_key
    from lines
)

{{ llm_cost.usage_events('claude_code', 'calls', {
    'call_key': "coalesce(parsed_message.id || coalesce(':' || cast(requestId as string), ''), cast(requestId as string), line_key)",
    'request_id': 'requestId',
    'response_id': 'parsed_message.id',
    'trace_id': 'sessionId',
    'session_id': 'sessionId',
    'parent_id': 'parentUuid',
    'occurred_at': llm_cost.utc_timestamp(llm_cost.quoted('timestamp')),
    'occurred_at_text': llm_cost.quoted('timestamp'),
    'provider': "case when model like '%anthropic.claude%' then 'aws' when model like 'claude%@%' then 'google' else 'anthropic' end",
    'api_surface': "'anthropic_messages'",
    'model_served': 'model',
    'service_tier': "case when counts.speed = 'fast' then 'fast' else counts.service_tier end",
    'region_scope': "nullif(counts.inference_geo, 'not_available')",
    'web_search_requests': 'counts.server_tool_use.web_search_requests',
    'web_fetch_requests': 'counts.server_tool_use.web_fetch_requests',
    'status': "case when is_api_error then 'error' else 'success' end",
    'operation': "'chat'",
    'tags': "case when coalesce(cast(gitBranch as string), cast(version as string)) is not null then "
        ~ "'{\"git_branch\":' || coalesce('\"' || replace(cast(gitBranch as string), '\"', '') || '\"', 'null')"
        ~ " || ',\"client_version\":' || coalesce('\"' || replace(cast(version as string), '\"', '') || '\"', 'null') || '}' end",
    'provider_reported_cost_usd': llm_cost.number_or_null('cast(costUSD as string)', 'decimal(18, 12)'),
    'is_call': 'is_assistant',
    'has_usage': 'not is_api_error',
    'sub_calls': 'case when ' ~ llm_cost.sum_where('counts.iterations', 'item', 'item.model <> model', '1') ~ ' > 0 then usage_json end',
    'usage_text': "nullif(nullif(usage_json, 'null'), '{}')",
    'service': "'claude-code'",
    'agent_id': "coalesce(cast(agentId as string), case when " ~ llm_cost.text_flag('isSidechain') ~ " then 'sidechain' end)",
}, counts='counts', attributes=llm_cost.attribute_pairs({
    'project': llm_cost.last_path_part('cast(cwd as string)'), 'git_branch': 'gitBranch', 'client_version': 'version',
})) }}
