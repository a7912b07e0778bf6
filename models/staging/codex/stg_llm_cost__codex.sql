{{ config(enabled='codex' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set counts = [
    'input_tokens', 'cached_input_tokens', 'cache_write_input_tokens', 'output_tokens', 'reasoning_output_tokens', 'total_tokens'
] %}
{%- set usage, lasts, totals = {}, [], [] %}
{%- for count in counts %}
    {%- do usage.update({count: 'BIGINT'}) %}
    {%- do lasts.append('line.info.last_token_usage.' ~ count) %}
    {%- do totals.append('line.info.total_token_usage.' ~ count) %}
{%- endfor %}
{%- set raw = ['load_id', 'row_position', 'parse_problem', 'loaded_at', 'logged_at', 'occurred_at', 'is_count', 'info_model'] + counts %}
{%- set told = ['count_key', 'is_total_unchanged', 'session_model', 'session_tier', 'told_number'] %}
{%- set in_order = 'order by row_position, logged_at, is_count' %}
{%- set so_far = 'over (partition by load_id ' ~ in_order ~ ' rows between unbounded preceding and current row)' %}
{#- the latest of several texts is the greatest when its place in the file stands before it -#}
{%- set place = "coalesce(lpad(cast(row_position as string), 19, '0'), '') || coalesce(logged_at, '') || '|'" %}

with source_rows as (
    {{ llm_cost.source_rows('codex', [], ['timestamp', 'type', 'payload', 'loaded_at']) }}
),

sessions as (
    select * from {{ ref('llm_cost', 'stg_llm_cost__codex_sessions') }}
),

texts as (
    select
        *,
        cast({{ llm_cost.quoted('timestamp') }} as string) as logged_at,
        {{ llm_cost.text_of_json('payload') }} as payload_json
    from source_rows
),

-- most lines hold the conversation: of those nothing is parsed
parsed as (
    select
        *,
        {{ llm_cost.parsed_json(
            "case when type = 'turn_context' or (type = 'event_msg' and (payload_json like '%token_count%' or payload_json like '%thread_settings%')) then payload_json end",
            {'type': 'VARCHAR', 'model': 'VARCHAR', 'thread_settings': {'service_tier': 'VARCHAR'}, 'info': {'model': 'VARCHAR', 'last_token_usage': usage, 'total_token_usage': usage}}
        ) }} as line
    from texts
),

lines as (
    select
        load_id, row_position, parse_problem, loaded_at, logged_at,
        {{ llm_cost.utc_timestamp(llm_cost.quoted('timestamp')) }} as occurred_at,
        coalesce(line.type = 'token_count', false)
        and coalesce(line.info.last_token_usage.input_tokens, line.info.last_token_usage.total_tokens) is not null as is_count,
        line.info.model as info_model,
        {% for count in counts -%}
            line.info.last_token_usage.{{ count }} as {{ count }},
        {% endfor -%}
        case when line.info.last_token_usage is not null then {{ llm_cost.content_hash(lasts) }} end as last_content,
        case
            when coalesce(line.info.total_token_usage.input_tokens, line.info.total_token_usage.total_tokens) is not null
                then {{ llm_cost.content_hash(totals) }}
        end as total_content,
        case when type = 'turn_context' and line.model is not null then {{ place }} || line.model end as model_told,
        case when line.thread_settings.service_tier is not null then {{ place }} || line.thread_settings.service_tier end as tier_told
    from parsed
),

-- only what counts, and what a session says before it, is put in order
ordered as (
    select
        {{ raw | join(', ') }}, last_content, total_content, model_told, tier_told,
        null as begun_number
    from lines
    where is_count or model_told is not null or tier_told is not null
    union all
    select
        {% for column in raw + ['last_content', 'total_content'] -%}
            {{ column if column in ('load_id', 'row_position', 'logged_at') else 'false' if column == 'is_count' else 'null' }} as {{ column }},
        {% endfor -%}
        {{ place }} as model_told, {{ place }} as tier_told,
        session_number as begun_number
    from sessions
),

in_session as (
    select
        {{ raw | join(', ') }}, last_content, total_content,
        max(begun_number) {{ so_far }} as session_number,
        max(model_told) {{ so_far }} as session_model,
        max(tier_told) {{ so_far }} as session_tier
    from ordered
),

repeated as (
    select
        *,
        coalesce(lag(total_content) over (partition by load_id, session_number {{ in_order }}) = total_content, false) as is_total_unchanged,
        row_number() over (partition by load_id, session_number, last_content, total_content {{ in_order }}) as occurrence
    from in_session
    where is_count
),

keyed as (
    select
        repeated.*,
        {{ llm_cost.content_hash([
            'coalesce(sessions.family_id, ' ~ llm_cost.last_path_part('repeated.load_id') ~ " || '#0')", 'last_content', 'total_content', 'occurrence'
        ]) }} as count_key
    from repeated
    -- grain: session_number is unique in sessions
    left join sessions on repeated.session_number = sessions.session_number
),

every_line as (
    select
        {{ raw | join(', ') }}, {{ told[:-1] | join(', ') }},
        -- a fork's copy belongs to the session that made the call
        first_value(session_number) over (
            partition by count_key order by occurred_at, load_id, row_position rows between unbounded preceding and unbounded following
        ) as told_number
    from keyed
    union all
    select
        {{ raw | join(', ') }}, null as {{ told | join(', null as ') }}
    from lines
    where not is_count
),

calls as (
    select
        every_line.*,
        sessions.session_id, sessions.provider, sessions.project, sessions.branch, sessions.agent, sessions.tags
    from every_line
    -- grain: session_number is unique in sessions
    left join sessions on every_line.told_number = sessions.session_number
)

{{ llm_cost.usage_events('codex', 'calls', {
    'call_key': 'count_key',
    'session_id': 'session_id',
    'occurred_at': 'occurred_at',
    'occurred_at_text': 'logged_at',
    'provider': "coalesce(provider, 'openai')",
    'model_served': "replace(coalesce(info_model, nullif(split_part(session_model, '|', 2), '')), 'openai/', '')",
    'service_tier': "nullif(split_part(session_tier, '|', 2), '')",
    'is_call': 'is_count and not is_total_unchanged and coalesce(input_tokens, 0) + coalesce(output_tokens, 0) > 0',
    'reported_input': 'input_tokens',
    'reported_cache_read': 'cached_input_tokens',
    'reported_cache_write': 'cache_write_input_tokens',
    'reported_output': 'output_tokens',
    'reported_reasoning': 'reasoning_output_tokens',
    'reported_reasoning_basis': "'included_unless_total'",
    'reported_total': 'total_tokens',
    'usage_text': "case when is_count then '{\"total_tokens\":' || coalesce(cast(total_tokens as string), 'null') || '}' end",
    'service': "'codex'",
    'agent_id': 'agent',
    'operation': "case when is_count then 'chat' end",
    'tags': 'tags',
}, attributes='case when is_count then ' ~ llm_cost.attribute_pairs({'project': 'project', 'git_branch': 'branch'}) ~ ' end') }}
