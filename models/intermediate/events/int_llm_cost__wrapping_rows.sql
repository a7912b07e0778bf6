{{ config(**llm_cost.by_touched('int_llm_cost__touched_traces', 'trace_key', 'llm_cost.drop_sealed()')) }}

{#- Two instrumentations tell of one call, a span of the one around the span of the other: the outer one is no call. Rows of such outer
    spans. Grain: raw row. -#}
{%- set nested_sources = llm_cost.enabled_sources() | select('in', llm_cost.sources_with_nested_calls()) | list %}

-- what belongs to sealed days leaves it: depends_on: {{ ref('int_llm_cost__sealed_days') }}
-- read in an increment: depends_on: {{ ref('int_llm_cost__touched_traces') }}
with spans as (
    select
        usage_rows.*,
        {{ llm_cost.key64(['usage_rows.source_system', 'usage_rows.trace_id']) }} as trace_key
    from {{ ref('int_llm_cost__usage_rows') }} as usage_rows
    where
        usage_rows.is_call
        {%- if nested_sources %}
        and usage_rows.source_system in ('{{ nested_sources | join("', '") }}')
        {%- else %}
        and false
        {%- endif %}
        {%- if is_incremental() %}
        and usage_rows.trace_id in (select touched_traces.trace_id from {{ ref('int_llm_cost__touched_traces') }} as touched_traces)
        -- a trace of that name in another format stays as it is
        and {{ llm_cost.key64(['usage_rows.source_system', 'usage_rows.trace_id']) }} in (select touched_traces.trace_key from {{ ref('int_llm_cost__touched_traces') }} as touched_traces)
        {%- endif %}
),

inner_calls as (
    select
        trace_key,
        source_system,
        trace_id,
        parent_id as span_id
    from spans
    where parent_id is not null and total_input_tokens is not null
    group by trace_key, source_system, trace_id, parent_id
)

select
    spans.trace_key,
    spans.load_key,
    spans.source_system,
    spans.load_id,
    spans.row_position,
    spans.request_id,
    spans.utc_date,
    spans.call_group,
    spans.reject_reason,
    spans.not_billable_reason
from spans
-- grain: (source_system, trace_id, span_id) is unique in inner_calls
inner join inner_calls
    on spans.source_system = inner_calls.source_system and spans.trace_id = inner_calls.trace_id and spans.request_id = inner_calls.span_id
where spans.reject_reason is distinct from 'past_retention'
