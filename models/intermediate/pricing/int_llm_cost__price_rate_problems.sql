{{ config(materialized='table') }}

{#- What is wrong with a price row, and how to mend it. Grain: problem. -#}
{%- set meter_names = llm_cost.meters() | map(attribute='name') | list %}
{%- set token_meters = llm_cost.meters() | selectattr('is_token', 'defined') | map(attribute='name') | list %}

with rates as (
    select * from {{ ref('int_llm_cost__price_rates') }}
),

windows as (
    select * from {{ ref('int_llm_cost__price_windows') }}
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
            -- and the cost of any request stays within decimal(18, 12)
            when meter in ('{{ token_meters | join("', '") }}') and unit_price > case per_units when 1000000 then 10000 when 1000 then 10 else 0.01 end
                then 'is more than 10000 USD per million tokens: check unit_price and per_units'
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

problems as (
    select row_id, problem from rate_problems
    union all
    select row_id, problem from jump_problems
    union all
    select
        row_id,
        'changes ' || closed_month || ', which was closed before the row was recorded: date it from the first open month on, '
        || 'write change_kind correction to have the difference billed there, '
        || 'or name it in var llm_cost_accepted_price_rows' as problem
    from closed_month_rows
)

select row_id, problem
from problems
where problem is not null
