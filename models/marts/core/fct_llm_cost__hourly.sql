{{ config(**llm_cost.by_day('fct_llm_cost__requests', keeps_sealed=true)) }}

{#- The rollup that the other marts read: everything additive about the requests of one hour and owner. -#}
{%- set grain = [
    'source_system', 'team', 'cost_center', 'service', 'feature', 'environment', 'tenant_id', 'agent_id', 'prompt_template', 'api_key_id',
    'project_id', 'billing_account_id', 'provider', 'model', 'model_served', 'model_billed', 'service_tier', 'region_scope', 'operation', 'status', 'pricing_status',
    'attribution_method', 'price_card_version'
] %}
{%- set tokens = llm_cost.usage_quantities() + ['total_input_tokens'] %}
{%- set costs = [
    'uncached_input_cost_usd', 'cache_read_cost_usd', 'cache_write_cost_usd', 'output_cost_usd', 'tool_cost_usd', 'other_cost_usd',
    'total_cost_usd', 'list_cost_usd', 'provider_reported_cost_usd'
] %}

with days as (
    {{ llm_cost.days_to_rebuild('fct_llm_cost__requests', keeps_sealed=true) }}
),

requests as (
    select {{ llm_cost.broadcast_hint('days') }}
        requests.*,
        coalesce(requests.model_served, requests.model_requested) as model
    from {{ ref('fct_llm_cost__requests') }} as requests
    -- grain: utc_date is unique in days
    inner join days on requests.utc_date = days.utc_date
),

summed as (
    select
        date_trunc('hour', occurred_at) as hour_at,
        {{ grain | join(',\n        ') }},
        count(*) as requests,
        count(case when is_retry then 1 end) as retry_requests,
        count(case when fallback_from is not null then 1 end) as fallback_requests,
        count(case when cache_read_tokens is not null then 1 end) as requests_reporting_cache,
        {% for column in tokens -%}
            cast(sum({{ column }}) as {{ 'decimal(28, 3)' if column == 'audio_seconds' else 'bigint' }}) as {{ column }},
        {% endfor -%}
        cast(sum(latency_ms) as bigint) as latency_ms,
        {% for column in costs -%}
            cast(sum({{ column }}) as decimal(28, 12)) as {{ column }},
        {% endfor -%}
        utc_date,
        day_fingerprint
    from requests
    group by
        date_trunc('hour', occurred_at),
        {{ grain | join(',\n        ') }},
        utc_date,
        day_fingerprint
)

select
    {{ llm_cost.content_hash(['hour_at'] + grain) }} as hourly_id,
    *
from summed
