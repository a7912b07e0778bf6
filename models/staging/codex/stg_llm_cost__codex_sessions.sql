{{ config(enabled='codex' in llm_cost.enabled_sources(), materialized='table') }}

{#- What the session_meta lines say, so that the many lines of calls carry only a number. -#}
{%- set tags = {'git_branch': 'branch', 'client_version': 'client', 'originator': 'originator'} %}
{%- set told = [] %}
{%- for key, column in tags.items() %}
    {%- do told.append("'\"" ~ key ~ "\":' || coalesce('\"' || replace(" ~ column ~ ", '\"', '') || '\"', 'null')") %}
{%- endfor %}
{%- set in_order = 'order by row_position, logged_at' %}

with source_rows as (
    {{ llm_cost.source_rows('codex', [], ['timestamp', 'type', 'payload', 'loaded_at']) }}
),

parsed as (
    select
        load_id,
        row_position,
        cast({{ llm_cost.quoted('timestamp') }} as string) as logged_at,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('payload'), {
            'id': 'VARCHAR', 'forked_from_id': 'VARCHAR', 'cwd': 'VARCHAR', 'originator': 'VARCHAR', 'cli_version': 'VARCHAR', 'model_provider': 'VARCHAR',
            'thread_source': 'VARCHAR', 'git': {'branch': 'VARCHAR'},
        }) }} as meta
    from source_rows
    where type = 'session_meta'
),

metas as (
    select
        load_id,
        row_position,
        logged_at,
        meta.id as session_id,
        meta.cwd as folder,
        meta.originator as originator,
        meta.cli_version as client,
        meta.model_provider as model_provider,
        meta.thread_source as thread_source,
        meta.git.branch as branch,
        coalesce(meta.forked_from_id, meta.id) as ancestor_id,
        -- a session begins with its own session_meta; in a fork those of its ancestors follow
        coalesce(
            meta.id <> lag(meta.id) over (partition by load_id {{ in_order }})
            and meta.id <> coalesce(lag(meta.forked_from_id) over (partition by load_id {{ in_order }}), ''), true
        ) as is_begin
    from parsed
    where meta.id is not null
),

numbered as (
    select
        *,
        sum(case when is_begin then 1 else 0 end) over (
            order by load_id, row_position, logged_at rows between unbounded preceding and current row
        ) as session_number
    from metas
),

sessions as (
    select
        *,
        -- the oldest ancestor that the session names
        first_value(ancestor_id) over (
            partition by session_number order by row_position desc, logged_at desc rows between unbounded preceding and unbounded following
        ) as oldest_id
    from numbered
),

-- the ancestor that a fork names may be a fork itself: its own lines say of which family
families as (
    select
        session_id,
        max(oldest_id) as family_id
    from sessions
    where is_begin
    group by session_id
)

select
    sessions.session_number,
    sessions.load_id,
    sessions.row_position,
    sessions.logged_at,
    sessions.session_id,
    coalesce(families.family_id, sessions.oldest_id) as family_id,
    coalesce(nullif(sessions.model_provider, ''), 'openai') as provider,
    {{ llm_cost.last_path_part('sessions.folder') }} as project,
    sessions.branch,
    case when sessions.thread_source = 'subagent' then 'subagent' end as agent,
    case
        when coalesce(sessions.branch, sessions.client, sessions.originator) is not null
            then '{' || {{ told | join("\n                || ',' || ") }} || '}'
    end as tags
from sessions
-- grain: families has one row per session_id
left join families on sessions.oldest_id = families.session_id
where sessions.is_begin
