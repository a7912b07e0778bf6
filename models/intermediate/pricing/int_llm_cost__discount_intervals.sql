{{ config(materialized='table') }}

{#- Discounts as intervals, by the rules of price rows: a row holds until the next of its key, of rows for one instant the
    one recorded last holds, a withdrawn one ends the discount. #}
-- no discount is used before the rows have passed: depends_on: {{ ref('int_llm_cost__price_row_errors') }}
{%- set key = ['precedence', 'account_id', 'provider', 'model', 'meter', 'service_tier'] | join(', ') %}

with discounts as (
    select * from {{ ref('int_llm_cost__discounts') }} where {{ llm_cost.is_known('recorded_at') }}
),

recorded_last as (
    select
        *,
        row_number() over (partition by {{ key }}, valid_from order by recorded_at desc) as recency
    from discounts
),

intervals as (
    select
        *,
        coalesce(lead(valid_from) over (partition by {{ key }} order by valid_from), {{ llm_cost.end_of_time() }}) as valid_to
    from recorded_last
    where recency = 1
)

select
    precedence,
    discount_id,
    account_id,
    provider,
    model,
    meter,
    service_tier,
    -- what is left to pay of 1
    cast(1 - discount_percent * cast('0.01' as decimal(3, 2)) as decimal(9, 8)) as price_factor,
    valid_from,
    valid_to
from intervals
where change_kind is distinct from 'withdrawn'
