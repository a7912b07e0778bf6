{{ config(materialized='table') }}

{#- Price facts as intervals: a row holds from valid_from until the next row of its key; of rows for one instant the one
    recorded last holds. Withdrawn prices leave a gap. A threshold becomes the first input size at which it applies. #}
-- no price is used before the price rows have passed: depends_on: {{ ref('int_llm_cost__price_row_errors') }}

with rates as (
    select * from {{ ref('int_llm_cost__price_rates') }}
),

recorded_last as (
    select
        *,
        row_number() over (
            partition by precedence, provider, model, meter, service_tier, region_scope, min_input_tokens, window_name, valid_from
            order by recorded_at desc
        ) as recency
    from rates
),

intervals as (
    select
        *,
        coalesce(
            lead(valid_from) over (
                partition by precedence, provider, model, meter, service_tier, region_scope, min_input_tokens, window_name
                order by valid_from
            ),
            {{ llm_cost.end_of_time() }}
        ) as valid_to
    from recorded_last
    where recency = 1
)

select
    rate_id,
    precedence,
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
