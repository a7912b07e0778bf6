{{ config(enabled='cursor' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set required = ['Date', 'Model'] %}
{%- set optional = ['User', 'Cloud Agent ID', 'Automation ID', 'Kind', 'Cost to you', 'Cost', 'loaded_at'] %}
{%- set counts = {
    'written': 'Input (w/ Cache Write)', 'uncached': 'Input (w/o Cache Write)', 'cache_read': 'Cache Read', 'output_count': 'Output Tokens',
    'total_count': 'Total Tokens'
} %}
{%- set texts = {
    'logged_at': 'Date', 'member': 'User', 'agent_run': 'Cloud Agent ID', 'automation': 'Automation ID', 'kind_text': 'Kind', 'model_text': 'Model',
    'charge_text': 'Cost to you', 'cost_text': 'Cost'
} %}

with source_rows as (
    {{ llm_cost.source_rows('cursor', required, optional + counts.values() | list) }}
),

texts as (
    select
        load_id,
        row_position,
        parse_problem,
        loaded_at,
        {% for name, column in texts.items() -%}
            nullif(cast({{ llm_cost.quoted(column) }} as string), '') as {{ name }},
        {% endfor -%}
        {% for name, column in counts.items() -%}
            {{ llm_cost.number_or_null("replace(cast(" ~ llm_cost.quoted(column) ~ " as string), ',', '')", 'bigint') }} as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from source_rows
),

named as (
    select
        *,
        replace(replace(lower(coalesce(kind_text, '')), '_', '-'), ' ', '-') as kind,
        coalesce({{ llm_cost.provider_of_model('lower(model_text)') }}, 'cursor') as vendor,
        -- Included, Free and - are no amounts
        {{ llm_cost.number_or_null("replace(replace(coalesce(charge_text, cost_text), '$', ''), ',', '')", 'decimal(18, 12)') }} as amount
    from texts
),

calls as (
    select
        *,
        kind like '%user-api-key%' as is_own_key,
        kind like '%errored%' as is_errored,
        kind like '%aborted%' as is_aborted,
        kind like '%on-demand%' or kind like '%usage-based%' as is_charged,
        -- the first column stands beside the second in most exports, and contains it in some: the row's total says which
        case
            when total_count = written + coalesce(cache_read, 0) + coalesce(output_count, 0) and written >= uncached then written - uncached
            else written
        end as cache_written
    from named
)

{{ llm_cost.usage_events('cursor', 'calls', {
    'call_key': "'content-' || " ~ llm_cost.content_hash(['logged_at', 'member', 'model_text', 'written', 'uncached', 'cache_read', 'output_count', 'total_count']),
    'session_id': 'agent_run',
    'occurred_at': llm_cost.utc_timestamp('logged_at'),
    'occurred_at_text': 'logged_at',
    'provider': "case when is_own_key then vendor else 'cursor' end",
    'model_served': 'model_text',
    'status': "case when is_errored then 'error' when is_aborted then 'cancelled' else 'success' end",
    'error_code': 'case when is_errored then kind_text end',
    'provider_reported_cost_usd': 'case when is_errored or is_aborted then 0 else amount end',
    'is_provider_charge': 'is_errored or is_aborted or (is_charged and amount is not null)',
    'has_usage': 'not (is_errored or is_aborted)',
    'reported_input_basis': "'exclusive'",
    'reported_input': 'uncached',
    'reported_cache_read': 'cache_read',
    'reported_cache_write': 'cache_written',
    'reported_output': 'output_count',
    'reported_total': 'total_count',
}, attributes=llm_cost.attribute_pairs({'user': 'member', 'automation_id': 'automation'})) }}
