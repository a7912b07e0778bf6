{{ config(materialized='table') }}

{#- The price row in force for each meter of each card segment: the narrowest that covers it (own model before the
    provider-wide row, own region before global, own tier before any tier, highest threshold passed, window before no
    window, own account before any), and of equally narrow ones the user's before the package's. choice ranks all rows, list_choice the package's.
    Grain: segment × meter × price row. -#}

with segments as (
    select * from {{ ref('int_llm_cost__card_segments') }}
),

used_models as (
    select * from {{ ref('int_llm_cost__used_models') }}
),

resolution as (
    select * from {{ ref('int_llm_cost__model_resolution') }}
),

intervals as (
    select * from {{ ref('int_llm_cost__price_intervals') }}
),

window_minutes as (
    select * from {{ ref('int_llm_cost__window_minutes') }}
),

candidates as (
    select
        segments.used_model_id,
        segments.valid_from,
        segments.tokens_from,
        segments.minute_from,
        resolution.model_billed,
        resolution.region_billed,
        intervals.meter,
        intervals.rate_id,
        intervals.usd_per_unit,
        intervals.precedence,
        intervals.model <> '*' as is_own_model,
        intervals.valid_from as rate_valid_from,
        row_number() over (
            partition by segments.used_model_id, segments.valid_from, segments.tokens_from, segments.minute_from, intervals.meter
            order by {{ llm_cost.narrowest_rate_first() }}, intervals.precedence desc, intervals.rate_id
        ) as choice,
        case
            when intervals.precedence = 0
                then row_number() over (
                    partition by
                        segments.used_model_id, segments.valid_from, segments.tokens_from, segments.minute_from, intervals.meter, intervals.precedence
                    order by {{ llm_cost.narrowest_rate_first() }}, intervals.rate_id
                )
        end as list_choice
    from segments
    -- grain: used_model_id is unique in used_models
    inner join used_models on segments.used_model_id = used_models.used_model_id
    -- grain: the resolution intervals of one used model do not overlap
    inner join resolution
        on
            segments.used_model_id = resolution.used_model_id
            and segments.valid_from >= resolution.valid_from
            and segments.valid_from < resolution.valid_to
    -- grain: many price rows a segment, ranked above
    inner join intervals
        on
            used_models.card_set = intervals.card_set
            and used_models.provider = intervals.provider
            and intervals.model in (resolution.model_billed, '*')
            and intervals.service_tier in (used_models.service_tier, '*')
            and intervals.region_scope in (resolution.region_billed, 'global')
            and coalesce(intervals.account_id, used_models.contract_account, '') = coalesce(used_models.contract_account, '')
            and segments.valid_from >= intervals.valid_from
            and segments.valid_from < intervals.valid_to
            and segments.tokens_from >= intervals.tokens_from
    where
        intervals.window_name is null
        or exists (
            select 1
            from window_minutes
            where
                window_minutes.window_name = intervals.window_name
                and segments.minute_from >= window_minutes.minute_from
                and segments.minute_from < window_minutes.minute_to
        )
)

select *
from candidates
where choice = 1 or list_choice = 1
