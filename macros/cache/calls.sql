{% macro cache_rule_relations() %}
    {#- The package's cache rules, then the user's. -#}
    {{ return(['cache_rules'] + llm_cost.relations_of('llm_cost_extra_cache_rules')) }}
{% endmacro %}


{% macro cache_calls() -%}
    {#- CTEs that follow `days` (usage_date, day_fingerprint) and end in `calls`: the requests of those days and of the days beside them, whose
        day_fingerprint is NULL. The UTC days first, by which the requests are stored. -#}
utc_days as (
    select distinct event_days.utc_date
    from {{ ref('int_llm_cost__reporting_days') }} as reporting_days
    -- grain: usage_date is unique in both; a few UTC days each, made distinct
    inner join days on reporting_days.usage_date = days.usage_date
    inner join {{ ref('int_llm_cost__event_days') }} as event_days
        on event_days.utc_date >= reporting_days.first_utc_date and event_days.utc_date <= reporting_days.last_utc_date
),

calls as (
    select {{ llm_cost.broadcast_hint('utc_days, days') }}
        requests.*,
        days.day_fingerprint
    from {{ ref('int_llm_cost__cache_requests') }} as requests
    -- grain: utc_date is unique in utc_days, usage_date in days
    inner join utc_days on requests.utc_date = utc_days.utc_date
    left join days on requests.usage_date = days.usage_date
)
{%- endmacro %}


{% macro by_owner_kind(calls, condition) -%}
    {#- Each call of the wanted days once for each kind of owner it has; every call has a tenant, if only `unattributed`. -#}
    {%- for kind, column in llm_cost.cache_owner_kinds().items() %}
    select
        *,
        '{{ kind }}' as owner_kind,
        {{ column }} as owner
    from {{ calls }}
    where day_fingerprint is not null and {{ column }} is not null and {{ condition }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{% macro cache_daily(condition) -%}
    {#- The rows of the daily state that meet a condition, with the day's ratio and saving: tenant_cache_daily and owner_cache_daily. -#}
with days as (
    {{ llm_cost.days_to_rebuild('int_llm_cost__reporting_days', 'usage_date') }}
)

select
    {{ llm_cost.content_hash(['owner_kind', 'owner', 'cache_days.usage_date', 'provider', 'model']) }} as cache_daily_id,
    {{ caller() }},
    provider,
    model,
    {% for name, type, expression in llm_cost.cache_sums() -%}
        {{ name }},
    {% endfor -%}
    cast(cache_read_tokens as double) / nullif(prompt_tokens, 0) as token_weighted_ratio,
    p10_of_request_ratios,
    p50_of_request_ratios,
    p90_of_request_ratios,
    cast(input_cost_without_cache_usd - input_cost_usd as decimal(28, 12)) as net_cache_saving_usd,
    cache_days.usage_date,
    cache_days.day_fingerprint
from {{ ref('int_llm_cost__cache_days') }} as cache_days
-- grain: usage_date is unique in days
inner join days on cache_days.usage_date = days.usage_date
where {{ condition }}
{%- endmacro %}
