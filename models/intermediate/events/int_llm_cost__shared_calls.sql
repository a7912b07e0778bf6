{{ config(**llm_cost.by_touched('int_llm_cost__touched_calls', 'call_group', 'llm_cost.drop_sealed()')) }}

{#- Calls that several log formats tell of: the event of the winning format (int_llm_cost__repeated_calls), with the better value of
    each. The counts come as a whole from the row that knows most of them: a split by cache, then by lifetime, then the earlier
    format; never bucket by bucket. An owner or id that the winner lacks is the first one that another format has. merged_from
    says what came from where. -#}
{%- set owners = llm_cost.owner_columns() %}
{%- set tool_counts = ['web_search_requests', 'web_fetch_requests', 'file_search_requests', 'code_execution_requests', 'search_units', 'audio_seconds'] %}
{%- set counts = llm_cost.usage_quantities() | reject('in', tool_counts) | list + ['total_input_tokens', 'is_cache_ttl_assumed'] %}
{%- set filled = owners + tool_counts + [
    'request_id', 'trace_id', 'parent_id', 'session_id', 'model_requested', 'model_served', 'search_context_size', 'error_code', 'fallback_from',
    'operation', 'tags', 'latency_ms'
] %}
{%- set call = 'call_group, provider, shared_id' %}

-- what belongs to sealed days leaves it: depends_on: {{ ref('int_llm_cost__sealed_days') }}
-- read in an increment: depends_on: {{ ref('int_llm_cost__touched_calls') }}
with rows_told as (
    select
        *,
        -- standard and global stand for not told
        nullif(service_tier, 'standard') as told_service_tier,
        nullif(region_scope, 'global') as told_region_scope
    from {{ ref('int_llm_cost__repeated_calls') }}
    where
        is_shared and rank_in_source = 1
        {%- if is_incremental() %}
        and call_group in (select touched_calls.call_group from {{ ref('int_llm_cost__touched_calls') }} as touched_calls)
        {%- endif %}
),

ranked as (
    select
        *,
        row_number() over (partition by {{ call }} order by case when source_system = winning_source then 0 else 1 end asc, source_rank asc, event_id asc) as precedence,
        row_number() over (
            partition by {{ call }}
            order by
                has_usage desc,
                case when coalesce(cache_read_tokens, cache_write_5m_tokens) is not null then 0 else 1 end asc,
                case when is_cache_ttl_assumed then 1 else 0 end asc,
                case when source_system = winning_source then 0 else 1 end asc,
                source_rank asc,
                event_id asc
        ) as usage_rank
    from rows_told
),

-- which row has the first known value of each column
placed as (
    select
        *,
        {% for column in filled + ['told_service_tier', 'told_region_scope'] -%}
            min(case when {{ column }} is not null then precedence end) over (partition by {{ call }}) as {{ column }}_at,
        {% endfor -%}
        min(case when provider_reported_cost_usd is not null then precedence + case when is_provider_charge then 0 else 1000 end end)
            over (partition by {{ call }}) as cost_at
    from ranked
),

known as (
    select
        {{ call }},
        {% for column in counts -%}
            max(case when usage_rank = 1 then {{ column }} end) as {{ column }},
        {% endfor -%}
        {% for column in filled + ['told_service_tier', 'told_region_scope'] -%}
            max(case when precedence = {{ column }}_at then {{ column }} end) as {{ column }},
        {% endfor -%}
        max(case when precedence + case when is_provider_charge then 0 else 1000 end = cost_at then provider_reported_cost_usd end) as provider_reported_cost_usd,
        coalesce(max(case when precedence + case when is_provider_charge then 0 else 1000 end = cost_at then case when is_provider_charge then 1 else 0 end end), 0) = 1
            as is_provider_charge,
        max(case when usage_rank = 1 and source_system <> winning_source then 'counts: ' || source_system end) as counts_from,
        {{ llm_cost.list_text(
            "case when source_system <> winning_source and (" ~ owners | join('_at = precedence or ') ~ "_at = precedence) then source_system end", "', '"
        ) }} as owners_from
    from placed
    group by {{ call }}
),

events as (
    select * from {{ ref('int_llm_cost__repeated_calls') }} where is_shared and is_event
)

select
    events.call_group,
    events.event_id,
    events.event_date as utc_date,
    {% for column in llm_cost.event_columns() -%}
        {%- set comma = ',' if not loop.last -%}
        {% if column == 'occurred_at' -%}
            events.first_occurred_at as occurred_at{{ comma }}
        {% elif column in ['service_tier', 'region_scope'] -%}
            coalesce(known.told_{{ column }}, events.{{ column }}) as {{ column }}{{ comma }}
        {% elif column == 'merged_from' -%}
            nullif(
                coalesce(known.counts_from, '')
                || case when known.counts_from is not null and known.owners_from <> '' then '; ' else '' end
                || coalesce('owners: ' || nullif(known.owners_from, ''), ''),
                ''
            ) as merged_from{{ comma }}
        {% else -%}
            {{ 'known' if column in counts + filled + ['provider_reported_cost_usd', 'is_provider_charge'] else 'events' }}.{{ column }}{{ comma }}
        {% endif -%}
    {% endfor %}
from events
-- grain: (call_group, provider, shared_id) is unique in known
inner join known
    on events.call_group = known.call_group and events.provider = known.provider and events.shared_id = known.shared_id
