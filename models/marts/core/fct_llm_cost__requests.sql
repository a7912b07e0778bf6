{{ config(**llm_cost.by_day('int_llm_cost__event_days')) }}

-- no cost is assigned before the rows have passed: depends_on: {{ ref('int_llm_cost__organisation_errors') }}
{%- set buckets = ['uncached_input', 'cache_read', 'cache_write', 'output', 'tool', 'other'] %}
{%- set bucket_costs = {} %}
{%- for meter in llm_cost.meters() %}
    {%- do bucket_costs.setdefault(meter.bucket, []).append(meter.name ~ '_meter_usd') %}
{%- endfor %}

with days as (
    {{ llm_cost.days_to_rebuild('int_llm_cost__event_days') }}
),

event_owners as (
    select * from {{ ref('int_llm_cost__event_owners') }}
),

priced_events as (
    select {{ llm_cost.broadcast_hint('days') }}
        priced_events.*,
        days.day_fingerprint,
        event_owners.event_id is not null as has_owner_row,
        event_owners.team as owner_team,
        event_owners.cost_center as owner_cost_center,
        event_owners.attribution_method as owner_method
    from {{ ref('int_llm_cost__priced_events') }} as priced_events
    -- grain: utc_date is unique in days
    inner join days on priced_events.utc_date = days.utc_date
    -- grain: event_id is unique in event_owners
    left join event_owners on priced_events.event_id = event_owners.event_id and days.utc_date = event_owners.utc_date
    {{ llm_cost.only_days_to_rebuild('priced_events.utc_date', 'int_llm_cost__event_days', word='where') }}
),

stated as (
    select
        *,
        coalesce(cache_read_tokens, 0) + coalesce(cache_write_5m_tokens, 0) + coalesce(cache_write_1h_tokens, 0) as cached_tokens,
        case
            when not_billable_reason is not null then 'not_billable'
            when missing_token_meters + rated_token_meters + missing_fee_meters + rated_fee_meters = 0 and total_input_tokens is null
                then case when is_provider_charge and provider_reported_cost_usd > 0 then 'provider_reported' else 'usage_missing' end
            when card_id is null or (missing_token_meters > 0 and rated_token_meters = 0)
                or (rated_token_meters + rated_fee_meters = 0 and missing_fee_meters > 0)
                then case when is_provider_charge and provider_reported_cost_usd > 0 then 'provider_reported' else 'unpriced' end
            when missing_token_meters + missing_fee_meters > 0 then 'partially_priced'
            when rated_token_meters + rated_fee_meters > 0 and charged_meters = 0 then 'free'
            else 'priced'
        end as pricing_status
    from priced_events
),

bucketed as (
    select
        *,
        {% for bucket in buckets -%}
            case
                when pricing_status = 'not_billable' then cast(0 as decimal(18, 12))
                {% if bucket == 'other' -%}
                    when pricing_status = 'provider_reported' then provider_reported_cost_usd
                {% endif -%}
                when pricing_status in ('priced', 'partially_priced', 'free')
                    then {{ llm_cost.exact_sum(bucket_costs[bucket]) }}
            end as {{ bucket }}_cost_usd,
        {% endfor -%}
        case
            when pricing_status = 'not_billable' then cast(0 as decimal(18, 12))
            when pricing_status = 'provider_reported' then provider_reported_cost_usd
            when pricing_status in ('priced', 'partially_priced', 'free') then {{ llm_cost.metered_total() }}
        end as total_cost_usd,
        -- cached tokens at the rate of uncached ones; the input is as long, so the card's tier is the same
        case
            when pricing_status = 'not_billable' then cast(0 as decimal(18, 12))
            when pricing_status in ('priced', 'partially_priced', 'free') and cached_tokens = 0 then uncached_input_meter_usd
            when pricing_status in ('priced', 'partially_priced', 'free')
                then {{ llm_cost.exact_sum(['uncached_input_meter_usd', llm_cost.usage_cost({'name': 'uncached_input', 'quantity': 'cached_tokens'})]) }}
        end as input_cost_without_cache_usd
    from stated
)

select
    event_id,
    source_system,
    load_id,
    request_id,
    attempt_number,
    response_id,
    trace_id,
    parent_id,
    session_id,
    occurred_at,
    loaded_at,
    provider,
    api_surface,
    model_requested,
    model_served,
    model_billed,
    service_tier,
    region_scope,
    {{ llm_cost.usage_quantities() | join(',\n    ') }},
    search_context_size,
    total_input_tokens,
    status,
    error_code,
    is_retry,
    fallback_from,
    is_gateway_cache_hit,
    not_billable_reason,
    coalesce(case when has_owner_row then owner_team else team end, 'unattributed') as team,
    {% for column in llm_cost.owner_columns() | reject('equalto', 'team') -%}
        {{ 'case when has_owner_row then owner_cost_center else cost_center end as ' if column == 'cost_center' }}{{ column }},
    {% endfor -%}
    case when has_owner_row then owner_method when team is not null then 'request_tag' else 'unattributed' end as attribution_method,
    operation,
    tags,
    latency_ms,
    pricing_status,
    {% for bucket in buckets -%}
        {{ bucket }}_cost_usd,
    {% endfor -%}
    total_cost_usd,
    case when has_own_rates and pricing_status in ('priced', 'partially_priced', 'free') then list_total_usd else total_cost_usd end as list_cost_usd,
    input_cost_without_cache_usd,
    provider_reported_cost_usd,
    case when pricing_status in ('priced', 'partially_priced', 'free') then price_card_version end as price_card_version,
    case when pricing_status in ('priced', 'partially_priced', 'free') then rate_ids end as rate_ids,
    case when pricing_status in ('priced', 'partially_priced', 'free') then discount_ids end as discount_ids,
    coalesce(uses_rate_fallback, false) and pricing_status in ('priced', 'partially_priced', 'free') as is_rate_fallback,
    is_cache_ttl_assumed,
    merged_from,
    utc_date,
    day_fingerprint
from bucketed
