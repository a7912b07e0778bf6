{{ config(materialized='table') }}

{#- The pieces of each used model's price card in which no price changes: a span of time, a span of input tokens and a
    span of the week. Grain: used model × valid_from × tokens_from × minute_from. -#}

with used_models as (
    select * from {{ ref('int_llm_cost__used_models') }}
),

resolution as (
    select * from {{ ref('int_llm_cost__model_resolution') }}
),

intervals as (
    select * from {{ ref('int_llm_cost__price_intervals') }}
),

discounts as (
    select * from {{ ref('int_llm_cost__discount_intervals') }}
),

window_minutes as (
    select * from {{ ref('int_llm_cost__window_minutes') }}
),

-- price rows that can apply to a used model while it was used; which of them does is int_llm_cost__segment_rates
applicable as (
    select
        used_models.used_model_id,
        intervals.tokens_from,
        intervals.window_name,
        greatest(intervals.valid_from, resolution.valid_from) as valid_from,
        least(intervals.valid_to, resolution.valid_to) as valid_to
    from resolution
    -- grain: used_model_id is unique in used_models; then many price rows a used model
    inner join used_models on resolution.used_model_id = used_models.used_model_id
    inner join intervals
        on
            used_models.card_set = intervals.card_set
            and used_models.provider = intervals.provider
            and intervals.model in (resolution.model_billed, '*')
            and intervals.service_tier in (used_models.service_tier, '*')
            and intervals.region_scope in (resolution.region_billed, 'global')
            and coalesce(intervals.account_id, used_models.contract_account, '') = coalesce(used_models.contract_account, '')
    where
        greatest(intervals.valid_from, resolution.valid_from) <= used_models.last_seen_at
        and least(intervals.valid_to, resolution.valid_to) > used_models.first_seen_at
        and greatest(intervals.valid_from, resolution.valid_from) < least(intervals.valid_to, resolution.valid_to)
),

-- a discount of the used model's account, provider and tier begins or ends within the card
discounted as (
    select
        applicable.used_model_id,
        discounts.valid_from,
        discounts.valid_to
    from used_models
    -- grain: many discounts a used model
    inner join discounts
        on
            used_models.provider = discounts.provider
            and discounts.service_tier in (used_models.service_tier, '*')
            and coalesce(discounts.account_id, used_models.contract_account, '') = coalesce(used_models.contract_account, '')
    -- grain: many price rows a used model; union removes doubles
    inner join applicable
        on
            used_models.used_model_id = applicable.used_model_id
            and discounts.valid_from < applicable.valid_to
            and discounts.valid_to > applicable.valid_from
),

instants as (
    select used_model_id, valid_from as instant from applicable
    union
    select used_model_id, valid_to as instant from applicable
    union
    select used_model_id, valid_from as instant from discounted
    union
    select used_model_id, valid_to as instant from discounted
),

time_spans as (
    select
        used_model_id,
        instant as valid_from,
        lead(instant) over (partition by used_model_id order by instant) as valid_to
    from instants
),

thresholds as (
    select used_model_id, tokens_from from applicable
    union
    select used_model_id, 0 as tokens_from from applicable
),

token_spans as (
    select
        used_model_id,
        tokens_from,
        lead(tokens_from, 1, 9223372036854775807) over (partition by used_model_id order by tokens_from) as tokens_to
    from thresholds
),

windowed as (
    select
        applicable.used_model_id,
        window_minutes.window_zone,
        window_minutes.minute_from,
        window_minutes.minute_to
    from applicable
    -- grain: many windows a price row
    inner join window_minutes on applicable.window_name = window_minutes.window_name
),

minutes as (
    select used_model_id, 0 as week_minute from applicable
    union
    select used_model_id, minute_from as week_minute from windowed
    union
    select used_model_id, minute_to as week_minute from windowed where minute_to < 10080
),

week_spans as (
    select
        used_model_id,
        week_minute as minute_from,
        lead(week_minute, 1, 10080) over (partition by used_model_id order by week_minute) as minute_to
    from minutes
),

zones as (
    select used_model_id, max(window_zone) as window_zone
    from windowed
    group by used_model_id
)

select
    time_spans.used_model_id,
    time_spans.valid_from,
    time_spans.valid_to,
    token_spans.tokens_from,
    token_spans.tokens_to,
    zones.window_zone,
    week_spans.minute_from,
    week_spans.minute_to
from time_spans
-- grain: spans of one kind of one used model do not overlap, so each pairing is one segment
inner join token_spans on time_spans.used_model_id = token_spans.used_model_id
inner join week_spans on time_spans.used_model_id = week_spans.used_model_id
-- grain: used_model_id is unique in zones
left join zones on time_spans.used_model_id = zones.used_model_id
where time_spans.valid_to is not null
