{{ config(materialized='table') }}

{#- What is wrong with a model alias or a time-of-day window, and how to mend it. Grain: problem. -#}

with rates as (
    select * from {{ ref('int_llm_cost__price_rates') }}
),

aliases as (
    select * from {{ ref('int_llm_cost__model_aliases') }}
),

windows as (
    select * from {{ ref('int_llm_cost__price_windows') }}
),

alias_problems as (
    select
        'alias ' || coalesce(aliases.provider, '?') || '/' || coalesce(aliases.alias, '?') as row_id,
        case
            when aliases.provider is null or aliases.alias is null or aliases.model is null then 'lacks its provider, alias or model'
            when aliases.valid_from is null then 'has the valid_from ''' || coalesce(aliases.valid_from_text, '') || ''': write YYYY-MM-DD HH:MM:SS in UTC'
            when aliases.recorded_at is null then 'has an unreadable recorded_at: write YYYY-MM-DD HH:MM:SS in UTC'
            when aliases.model = aliases.alias then 'is an alias of itself'
            when exists (
                select 1
                from aliases as others
                where others.provider = aliases.provider and others.alias = aliases.model and others.model = aliases.alias
            ) then 'and the alias ' || aliases.model || ' name each other: point both to the model that has price rows'
            when count(*) over (partition by aliases.precedence, aliases.provider, aliases.alias, aliases.valid_from, aliases.recorded_at) > 1
                then 'has two targets at one time: keep one, or give the correction a later recorded_at'
            when not exists (select 1 from rates where rates.provider = aliases.provider and rates.model = aliases.model)
                then 'points to ' || aliases.model || ', which has no price row: alias the billed model itself, not another alias'
        end as problem
    from aliases
),

window_problems as (
    select
        'window ' || coalesce(window_name, '?') as row_id,
        case
            when window_name is null or timezone is null then 'lacks its name or time zone'
            when not {{ llm_cost.regex_match("coalesce(weekday_mask, '')", "'^[01]{7}$'") }} then 'needs a weekday_mask of seven 0 or 1, Monday first'
            when not {{ llm_cost.regex_match("coalesce(start_time, '')", "'^([01][0-9]|2[0-3]):[0-5][0-9]$'") }}
                or not {{ llm_cost.regex_match("coalesce(end_time, '')", "'^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'") }}
                then 'needs start_time and end_time as HH:MM'
            when min(timezone) over (partition by window_name) <> max(timezone) over (partition by window_name)
                then 'has rows in two time zones'
        end as problem
    from windows
),

problems as (
    select row_id, problem from alias_problems
    union all
    select row_id, problem from window_problems
)

select row_id, problem
from problems
where problem is not null
