{{ config(enabled='datadog_llmobs' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set required = [] %}
{%- set fields = [
    'span_id', 'trace_id', 'parent_id', 'session_id', 'start_ns', 'duration', 'status', 'span_kind', 'model_name', 'model_provider', 'ml_app'
] %}
{%- set parts = ['tags', 'metrics', 'metadata', 'meta'] %}
{%- set optional = fields + parts + ['id', 'attributes', 'loaded_at'] %}
{%- set nested = {} %}
{%- for name in fields + parts %}{% do nested.update({name: 'VARCHAR'}) %}{% endfor %}
{%- set meta = {
    'kind': 'VARCHAR', 'span.kind': 'VARCHAR', 'span': {'kind': 'VARCHAR'}, 'model_name': 'VARCHAR', 'model_provider': 'VARCHAR', 'metadata': 'VARCHAR',
    'error': {'type': 'VARCHAR'}, 'error.type': 'VARCHAR'
} %}
{%- set metrics = {
    'input_tokens': 'BIGINT', 'output_tokens': 'BIGINT', 'total_tokens': 'BIGINT', 'cache_read_input_tokens': 'BIGINT',
    'cache_write_input_tokens': 'BIGINT', 'ephemeral_5m_input_tokens': 'BIGINT', 'ephemeral_1h_input_tokens': 'BIGINT',
    'reasoning_output_tokens': 'BIGINT', 'total_cost': 'VARCHAR', 'estimated_total_cost': 'VARCHAR'
} %}

with source_rows as (
    {{ llm_cost.source_rows('datadog_llmobs', required, optional) }}
),

opened as (
    select
        *,
        -- an exported span holds its fields in `attributes`, one as sent or taken out of it at the top
        {{ llm_cost.parsed_json(llm_cost.text_of_json('attributes'), nested) }} as inner_fields
    from source_rows
),

texts as (
    select
        load_id,
        row_position,
        parse_problem,
        loaded_at,
        coalesce(nullif(cast(span_id as string), ''), inner_fields.span_id, nullif(cast(id as string), '')) as span_key,
        {% for name in fields if name != 'span_id' -%}
            coalesce(nullif(cast({{ name }} as string), ''), nullif(inner_fields.{{ name }}, '')) as span_{{ name | replace('span_', '') }},
        {% endfor -%}
        {% for name in parts -%}
            coalesce({{ llm_cost.text_of_json(name) }}, inner_fields.{{ name }}) as {{ name }}_json{{ ',' if not loop.last }}
        {% endfor %}
    from opened
),

parsed as (
    select
        *,
        {{ llm_cost.parsed_json('meta_json', meta) }} as about,
        {{ llm_cost.parsed_json('metrics_json', metrics) }} as counts,
        {{ llm_cost.parsed_json('tags_json', ['VARCHAR']) }} as tag_list,
        -- a session stands beside the tags, or in them
        coalesce(span_session_id, nullif(split_part(split_part(tags_json, '"session_id:', 2), '"', 1), '')) as session_key
    from texts
),

named as (
    select
        *,
        lower(coalesce(span_kind, about.kind, about.{{ llm_cost.quoted('span.kind') }}, about.span.kind)) as kind,
        coalesce(span_model_name, about.model_name) as model,
        lower(coalesce(span_model_provider, about.model_provider)) as told_provider,
        coalesce(metadata_json, about.metadata) as request_json
    from parsed
),

calls as (
    select
        *,
        -- the SDK names no provider where it does not know the address
        case
            when told_provider not in ('unknown', 'custom') then told_provider
            else coalesce({{ llm_cost.provider_of_model('lower(model)') }}, told_provider)
        end as billed_by
    from named
)

{{ llm_cost.usage_events('datadog_llmobs', 'calls', {
    'call_key': 'span_key',
    'request_id': 'span_key',
    'trace_id': 'span_trace_id',
    'parent_id': "nullif(nullif(span_parent_id, 'undefined'), '0')",
    'session_id': 'session_key',
    'occurred_at': llm_cost.utc_timestamp('span_start_ns'),
    'occurred_at_text': 'span_start_ns',
    'provider': 'billed_by',
    'model_requested': 'model',
    'model_served': 'model',
    'service_tier': llm_cost.json_text('request_json', '$.service_tier'),
    'status': "case when span_status = 'error' then 'error' else 'success' end",
    'error_code': "case when span_status = 'error' then coalesce(about.error.type, about." ~ llm_cost.quoted('error.type') ~ ') end',
    'is_call': "coalesce(kind in ('llm', 'embedding'), true)",
    'latency_ms': 'cast(floor(' ~ llm_cost.number_or_null('span_duration', 'bigint') ~ ' * cast(0.000001 as decimal(7, 6))) as bigint)',
    'tags': "case when tags_json like '[_%]' and tags_json <> '[]' then '{\"tags\":' || tags_json || '}' end",
    'operation': "case when kind = 'embedding' then 'embedding' else 'chat' end",
    'provider_reported_cost_usd': 'coalesce(' ~ llm_cost.number_or_null('counts.estimated_total_cost', 'decimal(18, 3)')
        ~ ' * cast(0.000000001 as decimal(10, 9)), case when meta_json is null then '
        ~ llm_cost.number_or_null('counts.total_cost', 'decimal(18, 3)') ~ ' * cast(0.000000001 as decimal(10, 9)) else '
        ~ llm_cost.number_or_null('counts.total_cost', 'decimal(18, 12)') ~ ' end)',
    'reported_input': 'counts.input_tokens',
    'reported_cache_read': 'counts.cache_read_input_tokens',
    'reported_cache_write': 'counts.cache_write_input_tokens',
    'reported_cache_write_5m': 'counts.ephemeral_5m_input_tokens',
    'reported_cache_write_1h': 'counts.ephemeral_1h_input_tokens',
    'reported_output': 'counts.output_tokens',
    'reported_reasoning': 'counts.reasoning_output_tokens',
    'reported_reasoning_basis': "case when billed_by = 'google' and counts.total_tokens > 0 and model not like '%claude%' "
        ~ "then 'total_minus_input' else 'included_unless_total' end",
    'reported_total': 'counts.total_tokens',
}, attributes=llm_cost.merged_attributes([
    llm_cost.attributes_of_texts('tag_list'),
    llm_cost.attribute_pairs({'ml_app': 'span_ml_app'}),
])) }}
