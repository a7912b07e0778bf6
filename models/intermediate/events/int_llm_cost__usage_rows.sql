{{ config(**llm_cost.by_load(drops_sealed=true)) }}

-- what is about to be dropped is told first: depends_on: {{ ref('int_llm_cost__removed_rows') }}
-- depends_on: {{ ref('int_llm_cost__sealed_rows') }}
-- depends_on: {{ ref('int_llm_cost__sealed_tags') }}
{#- One row per raw row of every enabled log format: names brought to one spelling, rows that cannot be right marked. A row is judged by
    itself, so that each load is read once; what other rows say of it comes after this model. -#}
{%- set sources = llm_cost.enabled_sources() %}
{%- set columns = llm_cost.usage_event_columns() %}
{#- calls of tools and seconds of audio: a million in one request cannot be -#}
{%- set counts -%}
    coalesce(web_search_requests, 0), coalesce(web_fetch_requests, 0), coalesce(file_search_requests, 0),
    coalesce(code_execution_requests, 0), coalesce(search_units, 0), coalesce(audio_seconds, 0)
{%- endset %}
{%- if not llm_cost.follows_changes() %}
    {%- set staging = [] %}
    {%- for source in sources %}
        {%- do staging.append('stg_llm_cost__' ~ source) %}
    {%- endfor %}
    {{- llm_cost.full_refresh_needs(staging, 'which has the rows of the last new loads alone') }}
{%- endif %}

with providers as (
    select * from {{ ref('llm_cost', 'providers') }}
),

service_tiers as (
    select * from {{ ref('llm_cost', 'service_tiers') }}
),

staged as (
    {% for source in sources -%}
        select
            {{ columns | join(',\n            ') }},
            {{ loop.index }} as source_rank
        from {{ ref('stg_llm_cost__' ~ source) }}
        {{ 'union all' if not loop.last }}
    {% endfor -%}
    {% if not sources -%}
        {{ llm_cost.empty_usage_rows() }}
    {%- endif %}
),

-- calls of sealed days that were told again later
sealed_calls as (
    select call_group as sealed_call from {{ ref('int_llm_cost__sealed_calls') }}
),

loads as (
    select * from ({{ llm_cost.new_loads(drops_sealed=true) }}) as new_loads where is_readable
),

named as (
    select
        staged.*,
        loads.load_key,
        {{ 'erased_users.user_hash is not null' if llm_cost.erases_users() else 'false' }} as is_erased,
        coalesce(providers.provider, staged.provider) as billing_provider,
        coalesce(providers.response_ids_are_unique, true) as has_unique_response_ids,
        coalesce(service_tiers.service_tier, lower(staged.service_tier), 'standard') as billing_tier
    from staged
    -- grain: (source_system, load_id) is unique in loads
    inner join loads on staged.source_system = loads.source_system and staged.load_id = loads.load_id
    -- grain: logged_name is unique in providers, logged_tier in service_tiers
    left join providers on staged.provider = providers.logged_name
    left join service_tiers on lower(staged.service_tier) = service_tiers.logged_tier
    {%- if llm_cost.erases_users() %}
    -- grain: user_hash is unique in erased_users
    left join {{ ref('llm_cost', 'stg_llm_cost__erased_users') }} as erased_users on {{ llm_cost.sha256_text('staged.user_id') }} = erased_users.user_hash
    {%- endif %}
),

judged as (
    select
        *,
        case
            when has_unique_response_ids then call_key else call_key || ':' || cast(occurred_at as string)
        end as unique_call_key,
        case
            when parse_problem is not null then parse_problem
            when not is_call then null
            when occurred_at is null then 'missing_timestamp'
            when occurred_at < cast('{{ var("llm_cost_earliest_occurred_at", "2020-01-01") }}' as timestamp) then 'ancient_timestamp'
            when cast(occurred_at as date) <= {{ llm_cost.sealed_until() }} then 'past_retention'
            when occurred_at > {{ llm_cost.hours_after(llm_cost.now_utc(), var('llm_cost_future_tolerance_hours', 24)) }} then 'future_timestamp'
            when coalesce(model_served, model_requested, '') = '' then 'missing_model'
            when coalesce(billing_provider, '') = '' then 'missing_provider'
            when api_surface is null or (
                source_system = 'usage_log' and api_surface not in ('{{ llm_cost.api_surfaces() | join("', '") }}')
            ) then 'unknown_api_surface'
            when is_gateway_cache_hit then null
            when least({{ counts }}) < 0 then 'negative_tokens'
            when greatest({{ counts }}) > 1000000 then 'absurd_tokens'
            else usage_problem
        end as row_problem,
        total_input_tokens is not null
        or coalesce(search_units, 0) + coalesce(web_search_requests, 0) + coalesce(audio_seconds, 0) > 0 as has_usage,
        coalesce(total_input_tokens, 0) + coalesce(output_tokens, 0) + coalesce(search_units, 0)
        + coalesce(web_search_requests, 0) + coalesce(audio_seconds, 0) > 0 as has_used_anything
    from named
),

keyed as (
    select
        *,
        {{ llm_cost.hash64(['billing_provider', 'case when has_unique_response_ids then coalesce(response_id, call_key) else unique_call_key end']) }} as call_hash
    from judged
),

passed as (
    select
        keyed.*,
        coalesce(keyed.row_problem, case when keyed.is_call and sealed_calls.sealed_call is not null then 'past_retention' end) as reject_reason
    from keyed
    -- grain: sealed_call is unique in sealed_calls
    left join sealed_calls on keyed.call_hash = sealed_calls.sealed_call
)

select
    load_key,
    source_system,
    source_rank,
    load_id,
    row_position,
    cast(occurred_at as date) as utc_date,
    is_call,
    reject_reason,
    case
        when reject_reason is not null then null
        when not is_call then 'not_a_call'
        when is_gateway_cache_hit then 'gateway_cache_hit'
        -- a timeout or an aborted stream may have been billed: its usage is missing, not nothing, unless who bills says that it charged 0
        when status <> 'success' and not has_used_anything and coalesce(provider_reported_cost_usd, 0) = 0
            and (status not in ('timeout', 'cancelled') or (is_provider_charge and provider_reported_cost_usd = 0)) then 'failed_without_usage'
    end as not_billable_reason,
    -- the rows that may tell of one call: by the provider's id, whichever log it stands in. A hash keeps the search for
    -- repeats narrow; rows that share it by chance are told apart again in int_llm_cost__repeated_calls
    case when reject_reason is null and is_call then call_hash end as call_group,
    -- mostly the provider's id, which is not stored twice
    nullif(unique_call_key, response_id) as call_key,
    has_usage,
    request_id,
    attempt_number,
    response_id,
    {% for column in ['trace_id', 'parent_id', 'session_id'] -%}
        {{ llm_cost.erasable(column) }} as {{ column }},
    {% endfor -%}
    occurred_at,
    loaded_at,
    billing_provider as provider,
    api_surface,
    model_requested,
    model_served,
    billing_tier as service_tier,
    lower(coalesce(nullif(region_scope, ''), 'global')) as region_scope,
    {{ llm_cost.usage_quantities() | join(',\n    ') }},
    search_context_size,
    total_input_tokens,
    status,
    error_code,
    is_retry,
    fallback_from,
    is_gateway_cache_hit,
    {% for column in llm_cost.owner_columns() -%}
        nullif({{ llm_cost.erasable(column) }}, '') as {{ column }},
    {% endfor -%}
    operation,
    {{ llm_cost.erasable('tags') }} as tags,
    latency_ms,
    provider_reported_cost_usd,
    is_provider_charge,
    is_cache_ttl_assumed,
    sub_calls,
    case when reject_reason is not null then usage_text end as rejected_usage
from passed
