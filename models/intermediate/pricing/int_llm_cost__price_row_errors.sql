{{ config(materialized='table') }}

{#- What is wrong with a price, alias or window row, and how to mend it. Any row here stops the build before a cost is
    written (test `stops_the_build` on this model). -#}
{%- set meter_names = llm_cost.meters() | map(attribute='name') | list %}

with rates as (
    select * from {{ ref('int_llm_cost__price_rates') }}
),

aliases as (
    select * from {{ ref('int_llm_cost__model_aliases') }}
),

windows as (
    select * from {{ ref('int_llm_cost__price_windows') }}
),

discounts as (
    select * from {{ ref('int_llm_cost__discounts') }}
),

jumps as (
    select * from {{ ref('int_llm_cost__price_jumps') }}
),

closed_month_rows as (
    select * from {{ ref('int_llm_cost__closed_month_rows') }}
),

rate_counts as (
    select
        *,
        count(*) over (partition by precedence, rate_id) as rows_of_this_id,
        count(*) over (partition by {{ llm_cost.price_key() | join(', ') }}, valid_from, recorded_at) as rows_of_this_fact,
        min(coalesce(threshold_comparator, '')) over (partition by provider, model, min_input_tokens) as lowest_comparator,
        max(coalesce(threshold_comparator, '')) over (partition by provider, model, min_input_tokens) as highest_comparator
    from rates
),

rate_problems as (
    select
        coalesce(rate_id, '(a row without rate_id: ' || coalesce(provider, '?') || '/' || coalesce(model, '?') || ')') as row_id,
        case
            when rate_id is null then 'has no rate_id: give it one, e.g. provider/model/meter@date'
            when provider is null or model is null then 'lacks its provider or model'
            when meter is null or meter not in ('{{ meter_names | join("', '") }}')
                then 'has the unknown meter ''' || coalesce(meter, '') || ''': use one of {{ meter_names | join(", ") }}'
            when unit_price is null and unit_price_text is not null then 'has the unit_price ''' || unit_price_text || ''', which is no decimal number'
            when unit_price is null and coalesce(change_kind, '') <> 'withdrawn' then 'has no unit_price: write 0 if it is free, or change_kind withdrawn'
            when unit_price < 0 then 'has the negative unit_price ' || unit_price_text || ': a discount is a lower positive price'
            when per_units is null or per_units not in (1, 1000, 1000000)
                then 'has per_units ''' || coalesce(per_units_text, '') || ''': use 1, 1000 or 1000000'
            when valid_from is null then 'has the valid_from ''' || coalesce(valid_from_text, '') || ''': write YYYY-MM-DD HH:MM:SS in UTC'
            when recorded_at is null then 'has the recorded_at ''' || coalesce(recorded_at_text, '') || ''': write YYYY-MM-DD HH:MM:SS in UTC'
            when currency <> 'USD' then 'is in ' || currency || ': price rows are in USD until a currency rate table is configured'
            when change_kind is null or change_kind not in ('launch', 'change', 'promotion', 'correction', 'withdrawn')
                then 'has the change_kind ''' || coalesce(change_kind, '') || ''': use launch, change, promotion, correction or withdrawn'
            when min_input_tokens_text is not null and {{ llm_cost.number_or_null('min_input_tokens_text', 'bigint') }} is null
                then 'has the min_input_tokens ''' || min_input_tokens_text || ''', which is no whole number'
            when min_input_tokens < 0 then 'has a negative min_input_tokens'
            when min_input_tokens > 0 and coalesce(threshold_comparator, '') not in ('>', '>=')
                then 'has a threshold but not the comparator > or >= that says whether the threshold itself is dearer'
            when lowest_comparator <> highest_comparator
                then 'has a comparator that differs from another row of the same model and threshold'
            when window_name is not null and window_name not in (select windows.window_name from windows)
                then 'names the window ''' || window_name || ''', which no price_windows row has'
            when rows_of_this_id > 1 then 'shares its rate_id with another row: an id names one fact for ever'
            when rows_of_this_fact > 1
                then 'contradicts another row: same provider, model, meter, tier, region, threshold, window, valid_from and recorded_at. '
                    || 'Keep one, or give the correction a later recorded_at'
        end as problem
    from rate_counts
),

jump_problems as (
    select
        rate_id as row_id,
        'is ' || cast(usd_per_million as string) || ' USD per million units, and ' || previous_rate_id || ' before it '
        || cast(previous_usd_per_million as string) || ': a factor of 10 or more. Check unit_price and per_units (a price per thousand has '
        || 'per_units 1000); if it is right, write jump confirmed in its note' as problem
    from jumps
),

closed_month_problems as (
    select
        row_id,
        'changes ' || closed_month || ', which was closed before the row was recorded: date it from the first open month on, '
        || 'or name it in var llm_cost_accepted_price_rows' as problem
    from closed_month_rows
),

discount_problems as (
    select
        'discount ' || coalesce(discount_id, '?') as row_id,
        case
            when discount_id is null then 'has no discount_id'
            when provider is null then 'lacks its provider'
            when meter not in ('*', '{{ meter_names | join("', '") }}')
                then 'has the unknown meter ''' || meter || ''': use * or one of {{ meter_names | join(", ") }}'
            when discount_percent is null and coalesce(change_kind, '') <> 'withdrawn'
                then 'has the discount_percent ''' || coalesce(discount_percent_text, '') || ''', which is no number: to end a discount write change_kind withdrawn'
            when discount_percent < 0 or discount_percent > 100 then 'has a discount_percent outside 0 to 100'
            when valid_from is null then 'has the valid_from ''' || coalesce(valid_from_text, '') || ''': write YYYY-MM-DD HH:MM:SS in UTC'
            when recorded_at is null then 'has the recorded_at ''' || coalesce(recorded_at_text, '') || ''': write YYYY-MM-DD HH:MM:SS in UTC'
            when count(*) over (partition by precedence, discount_id) > 1 then 'shares its discount_id with another row: an id names one fact for ever'
            when count(*) over (partition by precedence, account_id, provider, model, meter, service_tier, valid_from, recorded_at) > 1
                then 'contradicts another row of the same account, provider, model, meter, tier, valid_from and recorded_at: '
                    || 'keep one, or give the correction a later recorded_at'
        end as problem
    from discounts
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
    select row_id, problem from rate_problems
    union all
    select row_id, problem from jump_problems
    union all
    select row_id, problem from closed_month_problems
    union all
    select row_id, problem from discount_problems
    union all
    select row_id, problem from alias_problems
    union all
    select row_id, problem from window_problems
)

select row_id, problem
from problems
where problem is not null
