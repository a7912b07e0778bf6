{{ config(enabled='codex' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set counts = [
    'input_tokens', 'cached_input_tokens', 'cache_write_input_tokens', 'output_tokens', 'reasoning_output_tokens', 'total_tokens'
] %}
{%- set usage, last_counts, total_counts = {}, [], [] %}
{%- for count in counts %}
    {%- do usage.update({count: 'BIGINT'}) %}
    {%- do last_counts.append('line.info.last_token_usage.' ~ count) %}
    {%- do total_counts.append('line.info.total_token_usage.' ~ count) %}
{%- endfor %}
{%- set payload = {
    'type': 'VARCHAR', 'id': 'VARCHAR', 'forked_from_id': 'VARCHAR', 'cwd': 'VARCHAR', 'originator': 'VARCHAR', 'cli_version': 'VARCHAR',
    'model_provider': 'VARCHAR', 'thread_source': 'VARCHAR', 'git': {'branch': 'VARCHAR'}, 'model': 'VARCHAR',
    'thread_settings': {'service_tier': 'VARCHAR'}, 'info': {'model': 'VARCHAR', 'last_token_usage': usage, 'total_token_usage': usage},
} %}
{%- set is_read -%}
    case when type in ('session_meta', 'turn_context') or (type = 'event_msg' and (payload_json like '%token_count%' or payload_json like '%thread_settings%')) then payload_json end
{%- endset %}
{%- set in_order = 'order by row_position, logged_at' %}
{%- set so_far = 'over (partition by load_id ' ~ in_order ~ ' rows between unbounded preceding and current row)' %}
{%- set all_rows = 'rows between unbounded preceding and unbounded following' %}
{%- set session = 'partition by load_id, session_number' %}
{%- set file_part = llm_cost.last_path_part('load_id') ~ " || '#' || cast(session_number as string)" %}
{%- set carried = [
    'load_id', 'row_position', 'parse_problem', 'loaded_at', 'logged_at', 'occurred_at', 'line', 'meta', 'is_meta', 'is_count', 'is_total_unchanged',
    'session_model', 'session_tier', 'last_content', 'total_content', 'occurrence', 'session_key',
] %}
{%- set hops = 1 %}

with source_rows as (
    {{ llm_cost.source_rows('codex', [], ['timestamp', 'type', 'payload', 'loaded_at']) }}
),

texts as (
    select
        *,
        cast({{ llm_cost.quoted('timestamp') }} as string) as logged_at,
        {{ llm_cost.utc_timestamp(llm_cost.quoted('timestamp')) }} as occurred_at,
        {{ llm_cost.text_of_json('payload') }} as payload_json
    from source_rows
),

-- most lines hold the conversation: of those nothing is parsed
parsed as (
    select
        *,
        {{ llm_cost.parsed_json(is_read, payload) }} as line
    from texts
),

-- what is carried on is narrow
lines as (
    select
        load_id,
        row_position,
        parse_problem,
        loaded_at,
        logged_at,
        occurred_at,
        line,
        coalesce(type = 'session_meta' and line.id is not null, false) as is_meta,
        coalesce(line.type = 'token_count', false)
        and coalesce(line.info.last_token_usage.input_tokens, line.info.last_token_usage.total_tokens) is not null as is_count,
        case when type = 'turn_context' then line.model end as turn_model,
        line.thread_settings.service_tier as turn_tier,
        {{ llm_cost.content_hash(last_counts) }} as last_content,
        case
            when coalesce(line.info.total_token_usage.input_tokens, line.info.total_token_usage.total_tokens) is not null
                then {{ llm_cost.content_hash(total_counts) }}
        end as total_content
    from parsed
),

metas as (
    select
        *,
        lag(line.id) over (partition by load_id, is_meta {{ in_order }}) as id_before,
        lag(line.forked_from_id) over (partition by load_id, is_meta {{ in_order }}) as forked_before
    from lines
),

-- a session begins with its own session_meta; in a fork those of its ancestors follow
numbered as (
    select
        *,
        sum(case when is_meta and coalesce(line.id <> id_before and line.id <> coalesce(forked_before, ''), true) then 1 else 0 end) {{ so_far }} as session_number,
        count(turn_model) {{ so_far }} as model_number,
        count(turn_tier) {{ so_far }} as tier_number
    from metas
),

in_session as (
    select
        *,
        first_value(case when is_meta then line end) over ({{ session }} order by is_meta desc, row_position asc, logged_at asc {{ all_rows }}) as meta,
        -- the oldest ancestor that the session names
        first_value(case when is_meta then coalesce(line.forked_from_id, line.id) end) over (
            {{ session }} order by is_meta desc, row_position desc, logged_at desc {{ all_rows }}
        ) as family_id,
        max(turn_model) over ({{ session }}, model_number) as session_model,
        max(turn_tier) over ({{ session }}, tier_number) as session_tier,
        coalesce(lag(total_content) over ({{ session }}, is_count {{ in_order }}) = total_content, false) as is_total_unchanged,
        row_number() over ({{ session }}, is_count, last_content, total_content {{ in_order }}) as occurrence
    from numbered
),

family_0 as (
    select
        *,
        coalesce(meta.id, {{ file_part }}) as session_key,
        coalesce(family_id, {{ file_part }}) as family_key
    from in_session
),
{%- for hop in range(hops) %}

-- the ancestor that a fork names may be a fork itself: its own lines say of which family
asked_{{ hop }} as (
    select
        *,
        {{ llm_cost.explode_outer(
            'case when is_meta then ' ~ llm_cost.attribute_pairs({'line': 'family_key', 'session': 'session_key'})
            ~ ' else ' ~ llm_cost.attribute_pairs({'line': 'family_key'}) ~ ' end'
        ) }} as asked
    from family_{{ hop }}
),

answered_{{ hop }} as (
    select
        *,
        max(case when asked.key = 'session' then family_key end) over (partition by asked.value) as family_of_family
    from asked_{{ hop }}
),

family_{{ hop + 1 }} as (
    select
        {{ carried | join(',\n        ') }},
        coalesce(family_of_family, family_key) as family_key
    from answered_{{ hop }}
    where asked.key = 'line'
),
{%- endfor %}

keyed as (
    select
        *,
        case when is_count then {{ llm_cost.content_hash(['family_key', 'last_content', 'total_content', 'occurrence']) }} end as count_key
    from family_{{ hops }}
),

-- a fork's copy belongs to the session that made the call
calls as (
    select
        *,
        first_value(meta) over (
            partition by coalesce(count_key, load_id || '#' || coalesce(cast(row_position as string), logged_at, ''))
            order by occurred_at, load_id, row_position {{ all_rows }}
        ) as told_by
    from keyed
)

{#- what stood around the call, as JSON -#}
{%- set tags = [] %}
{%- for key, value in {'git_branch': 'told_by.git.branch', 'client_version': 'told_by.cli_version', 'originator': 'told_by.originator'}.items() %}
    {%- do tags.append("'\"" ~ key ~ "\":' || coalesce('\"' || replace(" ~ value ~ ", '\"', '') || '\"', 'null')") %}
{%- endfor %}

{{ llm_cost.usage_events('codex', 'calls', {
    'call_key': 'count_key',
    'session_id': 'told_by.id',
    'occurred_at': 'occurred_at',
    'occurred_at_text': 'logged_at',
    'provider': "coalesce(nullif(told_by.model_provider, ''), 'openai')",
    'model_served': "replace(coalesce(line.info.model, session_model), 'openai/', '')",
    'service_tier': 'session_tier',
    'is_call': 'is_count and not is_total_unchanged and coalesce(line.info.last_token_usage.input_tokens, 0) + coalesce(line.info.last_token_usage.output_tokens, 0) > 0',
    'reported_input': 'line.info.last_token_usage.input_tokens',
    'reported_cache_read': 'line.info.last_token_usage.cached_input_tokens',
    'reported_cache_write': 'line.info.last_token_usage.cache_write_input_tokens',
    'reported_output': 'line.info.last_token_usage.output_tokens',
    'reported_reasoning': 'line.info.last_token_usage.reasoning_output_tokens',
    'reported_reasoning_basis': "'included_unless_total'",
    'reported_total': 'line.info.last_token_usage.total_tokens',
    'usage_text': "case when is_count then '{\"total_tokens\":' || coalesce(cast(line.info.last_token_usage.total_tokens as string), 'null') || '}' end",
    'service': "'codex'",
    'agent_id': "case when told_by.thread_source = 'subagent' then 'subagent' end",
    'operation': "case when is_count then 'chat' end",
    'tags': "case when is_count and coalesce(told_by.git.branch, told_by.cli_version, told_by.originator) is not null then '{' || " ~ tags | join(" || ',' || ") ~ " || '}' end",
}, attributes=llm_cost.attribute_pairs({'project': llm_cost.last_path_part('told_by.cwd'), 'git_branch': 'told_by.git.branch'})) }}
