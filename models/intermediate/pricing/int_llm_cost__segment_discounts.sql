{{ config(materialized='table') }}

{#- The user's discount on each meter of each card segment: the narrowest that covers it (account before any account, model
    before any model, meter before any meter, tier before any tier). Discounts do not add up, and a rate of the user's own
    has none: it is net already. Grain: segment × meter, only where a discount holds. -#}

with segment_rates as (
    select * from {{ ref('int_llm_cost__segment_rates') }} where choice = 1 and precedence = 0
),

used_models as (
    select * from {{ ref('int_llm_cost__used_models') }}
),

discounts as (
    select * from {{ ref('int_llm_cost__discount_intervals') }}
),

ranked as (
    select
        segment_rates.used_model_id,
        segment_rates.valid_from,
        segment_rates.tokens_from,
        segment_rates.minute_from,
        segment_rates.meter,
        discounts.discount_id,
        discounts.price_factor,
        row_number() over (
            partition by
                segment_rates.used_model_id, segment_rates.valid_from, segment_rates.tokens_from, segment_rates.minute_from, segment_rates.meter
            order by
                case when discounts.account_id is null then 1 else 0 end asc,
                case when discounts.model = '*' then 1 else 0 end asc,
                case when discounts.meter = '*' then 1 else 0 end asc,
                case when discounts.service_tier = '*' then 1 else 0 end asc,
                discounts.precedence desc,
                discounts.discount_id asc
        ) as choice
    from segment_rates
    -- grain: used_model_id is unique in used_models
    inner join used_models on segment_rates.used_model_id = used_models.used_model_id
    -- grain: many discounts a segment and meter, ranked above
    inner join discounts
        on
            used_models.provider = discounts.provider
            and discounts.model in (segment_rates.model_billed, '*')
            and discounts.meter in (segment_rates.meter, '*')
            and discounts.service_tier in (used_models.service_tier, '*')
            and coalesce(discounts.account_id, used_models.contract_account, '') = coalesce(used_models.contract_account, '')
            and segment_rates.valid_from >= discounts.valid_from
            and segment_rates.valid_from < discounts.valid_to
)

select
    used_model_id,
    valid_from,
    tokens_from,
    minute_from,
    meter,
    discount_id,
    price_factor
from ranked
where choice = 1
