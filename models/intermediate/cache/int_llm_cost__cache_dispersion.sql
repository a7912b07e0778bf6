{{ config(materialized='table') }}

{#- Each owner's cache figures beside those of all owners: its cohort, its place, what it would cost at the fleet's median, and its last
    period. Grain: owner_kind × owner × period × provider × model, of which `*` is all models. -#}
{%- set cohorts = llm_cost.cache_cohorts() %}

with statistics as (
    select * from {{ ref('int_llm_cost__cache_statistics') }}
),

fleets as (
    select * from {{ ref('int_llm_cost__cache_fleets') }}
),

case_variants as (
    select
        owner_kind,
        period,
        lower(owner) as folded_owner
    from statistics
    where model = '*'
    group by owner_kind, period, lower(owner)
    having count(*) > 1
),

periods as (
    select
        period,
        row_number() over (order by period) as period_number
    from {{ ref('int_llm_cost__cache_periods') }}
),

compared as (
    select
        statistics.*,
        periods.period_number,
        case_variants.folded_owner is not null as has_case_variants,
        fleets.fleet_owners,
        fleets.pooled_ratio as fleet_pooled_ratio,
        fleets.p50_ratio as fleet_median_ratio,
        fleets.p50_unit_cost as fleet_median_unit_cost_usd_per_mtok,
        fleets.p90_unit_cost / nullif(fleets.p10_unit_cost, 0e0) as fleet_unit_cost_p90_to_p10,
        statistics.token_weighted_ratio - fleets.p50_ratio as ratio_to_fleet_median,
        statistics.unit_cost_usd_per_mtok / nullif(fleets.p50_unit_cost, 0e0) as unit_cost_to_fleet_median,
        (statistics.cache_read_tokens + {{ cohorts.shrink_tokens }} * fleets.pooled_ratio) / nullif(statistics.prompt_tokens + {{ cohorts.shrink_tokens }}, 0) as shrunk_ratio,
        case
            when statistics.exclusion_reason in ('unattributed', 'not_reported') then statistics.exclusion_reason
            when statistics.exclusion_reason is not null then 'small_sample'
            when statistics.token_weighted_ratio >= {{ cohorts.warm }} then 'warm'
            when statistics.token_weighted_ratio < {{ cohorts.cold }} then 'cold'
            else 'mid'
        end as cohort,
        -- the median of the model where five owners are compared on it, else over all models
        coalesce(case when fleets.fleet_owners >= 5 then fleets.p50_ratio end, all_models.p50_ratio, fleets.p50_ratio) as expected_ratio,
        cast(statistics.cache_read_cost_usd as double) / nullif(statistics.priced_cache_read_tokens, 0) as own_read_price,
        cast(statistics.input_cost_usd - statistics.cache_read_cost_usd as double)
        / nullif(statistics.priced_prompt_tokens - statistics.priced_cache_read_tokens, 0) as own_miss_price,
        fleets.read_price as fleet_read_price,
        fleets.miss_price as fleet_miss_price,
        case when statistics.model <> '*' then fleets.pooled_unit_cost_usd_per_mtok * statistics.priced_prompt_tokens / 1e6 end as cost_at_pooled
    from statistics
    -- grain: (owner_kind, period, provider, model) is unique in fleets, period in periods, all its columns in case_variants
    inner join fleets
        on
            statistics.owner_kind = fleets.owner_kind
            and statistics.period = fleets.period
            and statistics.provider = fleets.provider
            and statistics.model = fleets.model
    inner join fleets as all_models on statistics.owner_kind = all_models.owner_kind and statistics.period = all_models.period and all_models.model = '*'
    inner join periods on statistics.period = periods.period
    left join case_variants
        on
            statistics.owner_kind = case_variants.owner_kind
            and statistics.period = case_variants.period
            and lower(statistics.owner) = case_variants.folded_owner
),

-- at the owner's own prices, where it has read or missed anything on the model, else at those of all owners
repriced as (
    select
        *,
        case when model <> '*' then priced_prompt_tokens * (
            expected_ratio * coalesce(own_read_price, fleet_read_price, own_miss_price)
            + (1e0 - expected_ratio) * coalesce(own_miss_price, fleet_miss_price, own_read_price)
        ) end as cost_at_median
    from compared
),

-- what the models cost at their medians, also over all of an owner's models
placed as (
    select
        *,
        coalesce(cost_at_median, cast(sum(cast(cost_at_median as decimal(38, 18))) over (partition by owner_kind, owner, period) as double)) as model_cost_at_median,
        coalesce(cost_at_pooled, cast(sum(cast(cost_at_pooled as decimal(38, 18))) over (partition by owner_kind, owner, period) as double)) as model_cost_at_pooled,
        cast(case when exclusion_reason is null then row_number() over (
            partition by owner_kind, period, provider, model
            order by case when exclusion_reason is null then 0 else 1 end asc, token_weighted_ratio desc, owner asc
        ) end as bigint) as warmest_rank,
        lag(period_number) over (partition by owner_kind, owner, provider, model order by period_number) = period_number - 1 as has_previous,
        lag(token_weighted_ratio) over (partition by owner_kind, owner, provider, model order by period_number) as last_ratio,
        lag(cohort) over (partition by owner_kind, owner, provider, model order by period_number) as last_cohort
    from repriced
)

select
    *,
    fleet_owners + 1 - warmest_rank as coldest_rank,
    case when has_previous then last_ratio end as previous_token_weighted_ratio,
    case when has_previous then token_weighted_ratio - last_ratio end as ratio_change,
    case when has_previous then last_cohort end as previous_cohort,
    case
        when not coalesce(has_previous, false) then 'new'
        when cohort not in ('warm', 'mid', 'cold') or last_cohort not in ('warm', 'mid', 'cold') then 'not_compared'
        when cohort = last_cohort then 'same'
        when cohort = 'warm' or last_cohort = 'cold' then 'warmed'
        else 'cooled'
    end as movement,
    case when ratio_standard_error is not null then greatest(0e0, token_weighted_ratio - 1.96e0 * ratio_standard_error) end as ci95_low_ratio,
    case when ratio_standard_error is not null then least(1e0, token_weighted_ratio + 1.96e0 * ratio_standard_error) end as ci95_high_ratio,
    median_of_request_ratios - p10_of_request_ratios > {{ cohorts.wide }}e0 as is_wide_variance,
    cast(model_cost_at_median as decimal(28, 6)) as input_cost_at_fleet_median_usd,
    cast(input_cost_usd as double) / nullif(model_cost_at_pooled, 0e0) as unit_cost_to_fleet_mix
from placed
