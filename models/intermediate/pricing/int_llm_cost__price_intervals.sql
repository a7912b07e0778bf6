{{ config(materialized='table') }}

{#- Price facts as intervals: a row holds from valid_from until the next row of its key; of rows for one instant the one
    recorded last holds. Withdrawn prices leave a gap. A threshold becomes the first input size at which it applies.
    card_set `current` is every row, `before` the rows without the newest, of the providers that have new ones. #}
-- no price is used before the price rows have passed: depends_on: {{ ref('int_llm_cost__price_row_errors') }}
{%- set key = llm_cost.price_key() | join(', ') %}

with rates as (
    select * from {{ ref('int_llm_cost__price_rates') }} where {{ llm_cost.is_known('recorded_at') }}
),

new_rows as (
    select * from {{ ref('int_llm_cost__new_price_rows') }}
),

card_sets as (
    select rates.*, 'current' as card_set
    from rates

    union all

    select rates.*, 'before' as card_set
    from rates
    -- grain: (relation, rate_id) is unique in new_rows
    left join new_rows on rates.relation = new_rows.relation and rates.rate_id = new_rows.rate_id
    where new_rows.rate_id is null and rates.provider in (select changed.provider from new_rows as changed)
),

recorded_last as (
    select
        *,
        row_number() over (partition by card_set, {{ key }}, valid_from order by recorded_at desc) as recency
    from card_sets
),

intervals as (
    select
        *,
        coalesce(lead(valid_from) over (partition by card_set, {{ key }} order by valid_from), {{ llm_cost.end_of_time() }}) as valid_to
    from recorded_last
    where recency = 1
)

select
    card_set,
    rate_id,
    precedence,
    account_id,
    provider,
    model,
    meter,
    service_tier,
    region_scope,
    min_input_tokens + case when threshold_comparator = '>' then 1 else 0 end as tokens_from,
    window_name,
    cast(
        cast(unit_price as decimal(24, 9))
        * case per_units
            when 1000000 then cast('0.000001' as decimal(7, 6))
            when 1000 then cast('0.001' as decimal(7, 6))
            when 1 then cast('1' as decimal(7, 6))
        end as decimal(19, 15)
    ) as usd_per_unit,
    valid_from,
    valid_to
from intervals
where change_kind <> 'withdrawn'
