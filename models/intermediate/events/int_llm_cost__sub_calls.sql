{{ config(materialized='table') }}

{#- Calls that a provider ran inside another call on a model of its own (Anthropic's `usage.iterations` with a model that
    is not the answer's): tokens that the outer usage leaves out, billed at that model's price. One row per outer event
    and inner model. -#}
{%- set quantities = ['uncached_input_tokens', 'cache_read_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens', 'output_tokens'] %}
{%- set kept = [
    'source_system', 'load_id', 'not_billable_reason', 'request_id', 'attempt_number', 'response_id', 'trace_id', 'session_id',
    'occurred_at', 'loaded_at', 'provider', 'api_surface', 'model_requested', 'service_tier', 'region_scope', 'status', 'error_code',
    'is_retry', 'fallback_from', 'is_gateway_cache_hit', 'tags', 'latency_ms'
] + llm_cost.owner_columns() %}

with call_rows as (
    select * from {{ ref('int_llm_cost__call_rows') }} where sub_calls is not null
),

repeated_calls as (
    select * from {{ ref('int_llm_cost__repeated_calls') }} where sub_calls is not null
),

outer_calls as (
    select
        {{ llm_cost.event_id() }} as event_id,
        model_served,
        sub_calls,
        {{ kept | join(',\n        ') }}
    from call_rows
    where not exists (select 1 from repeated_calls where repeated_calls.call_group = call_rows.call_group)

    union all

    select
        event_id,
        model_served,
        sub_calls,
        {{ kept | join(',\n        ') | replace('occurred_at', 'first_occurred_at as occurred_at') }}
    from repeated_calls
    where is_event
),

parsed as (
    select
        *,
        {{ llm_cost.parsed_json('sub_calls', llm_cost.usage_schema()) }} as counts
    from outer_calls
),

items as (
    select
        *,
        {{ llm_cost.explode('counts.iterations') }} as item
    from parsed
),

inner_calls as (
    select
        *,
        item.model as inner_model,
        item.input_tokens as uncached_input_tokens,
        item.cache_read_input_tokens as cache_read_tokens,
        item.cache_creation_input_tokens - coalesce(item.cache_creation.ephemeral_1h_input_tokens, 0) as cache_write_5m_tokens,
        case
            when item.cache_creation_input_tokens is not null then coalesce(item.cache_creation.ephemeral_1h_input_tokens, 0)
        end as cache_write_1h_tokens,
        item.output_tokens
    from items
    where item.model <> coalesce(model_served, model_requested)
),

summed as (
    select
        event_id as outer_event_id,
        inner_model,
        {% for column in kept -%}
            max({{ column }}) as {{ column }},
        {% endfor -%}
        {% for column in quantities -%}
            cast(sum({{ column }}) as bigint) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from inner_calls
    group by event_id, inner_model
)

select
    outer_event_id || ':' || inner_model as event_id,
    cast(occurred_at as date) as utc_date,
    {{ kept | join(',\n    ') }},
    outer_event_id as parent_id,
    inner_model as model_served,
    {% for column in llm_cost.usage_quantities() -%}
        {{ column if column in quantities else 'cast(null as ' ~ ('decimal(18, 3)' if column == 'audio_seconds' else 'bigint') ~ ') as ' ~ column }},
    {% endfor -%}
    cast(null as string) as search_context_size,
    uncached_input_tokens + coalesce(cache_read_tokens, 0) + coalesce(cache_write_5m_tokens, 0) + coalesce(cache_write_1h_tokens, 0)
        as total_input_tokens,
    'sub_call' as operation,
    cast(null as decimal(18, 12)) as provider_reported_cost_usd,
    false as is_provider_charge,
    cache_write_5m_tokens > 0 and cache_write_1h_tokens = 0 as is_cache_ttl_assumed
from summed
