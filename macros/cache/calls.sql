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



{% macro period_days() -%}
    {#- CTEs that end in `days`: the days of the periods to rebuild, with their period. Joined by date, as text is slow to make for millions of
        rows. -#}
periods as (
    {{ llm_cost.days_to_rebuild('int_llm_cost__cache_periods', 'period') }}
),

dated as (
    select
        usage_date,
        {{ llm_cost.cache_period('usage_date') }} as period
    from {{ ref('int_llm_cost__reporting_days') }}
),

days as (
    select
        dated.usage_date,
        dated.period
    from dated
    -- grain: period is unique in periods
    inner join periods on dated.period = periods.period
)
{%- endmacro %}
