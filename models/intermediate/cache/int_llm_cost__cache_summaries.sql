{{ config(materialized='table') }}

{#- How far the owners of one kind lie apart on one model in a period. Quantiles, Gini and CV are of the owners whose samples pass the guards;
    pooled figures, variance and Theil of every request. Grain: owner_kind × period × provider × model. -#}

with owners as (
    select
        *,
        exclusion_reason is null as is_in_fleet,
        case when exclusion_reason is null then cast(prompt_tokens as decimal(38, 0)) end as weight
    from {{ ref('int_llm_cost__cache_dispersion') }}
    where model <> '*'
),

fleets as (
    select * from {{ ref('int_llm_cost__cache_fleets') }}
),

request_quantiles as (
    select * from {{ ref('int_llm_cost__cache_quantiles') }} where owner = '*'
),

-- in order of the ratio: how many owners, and how many tokens, lie below each
ordered as (
    select
        owners.*,
        fleets.pooled_ratio,
        fleets.pooled_unit_cost_usd_per_mtok,
        sum(owners.weight) over (
            partition by owners.owner_kind, owners.period, owners.provider, owners.model
            order by owners.token_weighted_ratio, owners.owner rows between unbounded preceding and current row
        ) as weight_up_to,
        sum(owners.weight) over (partition by owners.owner_kind, owners.period, owners.provider, owners.model) as all_weight,
        case when owners.is_in_fleet then row_number() over (
            partition by owners.owner_kind, owners.period, owners.provider, owners.model, owners.is_in_fleet order by owners.token_weighted_ratio, owners.owner
        ) end as place
    from owners
    -- grain: (owner_kind, period, provider, model) is unique in fleets
    inner join fleets
        on
            owners.owner_kind = fleets.owner_kind
            and owners.period = fleets.period
            and owners.provider = fleets.provider
            and owners.model = fleets.model
),

weighted as (
    select
        *,
        cast(weight as double) / nullif(cast(all_weight as double), 0e0) as weight_share,
        cast(weight_up_to as double) / nullif(cast(all_weight as double), 0e0) as weight_share_up_to
    from ordered
),

summed as (
    select
        owner_kind,
        period,
        provider,
        model,
        cast(count(case when owner <> 'unattributed' then 1 end) as bigint) as owners,
        cast(count(weight) as bigint) as fleet_owners,
        cast(count(case when owner <> 'unattributed' and not is_in_fleet then 1 end) as bigint) as excluded_owners,
        cast(count(case when cohort = 'not_reported' then 1 end) as bigint) as not_reporting_owners,
        {% for cohort in ['warm', 'mid', 'cold'] -%}
            cast(count(case when cohort = '{{ cohort }}' then 1 end) as bigint) as {{ cohort }}_owners,
        {% endfor -%}
        {% for movement in ['new', 'warmed', 'cooled'] -%}
            cast(count(case when movement = '{{ movement }}' and owner <> 'unattributed' then 1 end) as bigint) as {{ movement }}_owners,
        {% endfor -%}
        cast(count(case when is_wide_variance and is_in_fleet then 1 end) as bigint) as wide_variance_owners,
        {% for column in ['requests', 'requests_with_input', 'reporting_requests', 'prompt_tokens', 'cache_read_tokens', 'cache_write_tokens', 'unreported_input_tokens'] -%}
            cast(sum({{ column }}) as bigint) as {{ column }},
        {% endfor -%}
        {% for column in ['total_cost_usd', 'input_cost_usd', 'input_cost_without_cache_usd', 'net_cache_saving_usd'] -%}
            cast(sum({{ column }}) as decimal(28, 12)) as {{ column }},
        {% endfor -%}
        cast(sum(case when net_cache_saving_usd < 0 then net_cache_saving_usd end) as decimal(28, 12)) as negative_saving_usd,
        max(pooled_ratio) as pooled_ratio,
        cast(sum(ratio_sum) as double) / nullif(sum(reporting_requests), 0) as mean_of_request_ratios,
        {{ llm_cost.stable_sum('case when is_in_fleet then token_weighted_ratio end') }} / nullif(count(weight), 0) as mean_ratio,
        min(case when is_in_fleet then token_weighted_ratio end) as min_ratio,
        max(case when is_in_fleet then token_weighted_ratio end) as max_ratio,
        min(case when is_in_fleet and weight_up_to + weight_up_to >= all_weight then token_weighted_ratio end) as weighted_median_ratio,
        {{ llm_cost.stable_sum('token_weighted_ratio * weight_share') }} as weighted_mean_ratio,
        {{ llm_cost.stable_sum('token_weighted_ratio * (2e0 * place - 1e0)') }} as place_weighted_ratios,
        {{ llm_cost.stable_sum('token_weighted_ratio * weight_share * (2e0 * weight_share_up_to - weight_share)') }} as token_weighted_ratios,
        cast(sum(cache_read_by_ratio) as double) / nullif(sum(prompt_tokens), 0) - max(pooled_ratio) * max(pooled_ratio) as variance_total,
        {{ llm_cost.stable_sum('prompt_tokens * (token_weighted_ratio - pooled_ratio) * (token_weighted_ratio - pooled_ratio)') }} / nullif(sum(prompt_tokens), 0) as variance_between,
        cast(sum(cost_log_sum) as double) / nullif(cast(sum(input_cost_usd) as double), 0e0) - ln(nullif(max(pooled_unit_cost_usd_per_mtok), 0e0) / 1e6) as theil_total,
        {{ llm_cost.stable_sum('case when input_cost_usd > 0 then cast(input_cost_usd as double) * ln(unit_cost_usd_per_mtok / pooled_unit_cost_usd_per_mtok) end') }}
        / nullif(cast(sum(input_cost_usd) as double), 0e0) as theil_between
    from weighted
    group by owner_kind, period, provider, model
),

-- deviations from means that are known by now
spread as (
    select
        ordered.owner_kind,
        ordered.period,
        ordered.provider,
        ordered.model,
        sqrt({{ llm_cost.stable_sum('(ordered.token_weighted_ratio - summed.mean_ratio) * (ordered.token_weighted_ratio - summed.mean_ratio)') }} / count(*)) as stddev_ratio,
        sqrt({{ llm_cost.stable_sum(
            'ordered.weight_share * (ordered.token_weighted_ratio - summed.weighted_mean_ratio) * (ordered.token_weighted_ratio - summed.weighted_mean_ratio)'
        ) }}) as weighted_stddev_ratio
    from weighted as ordered
    -- grain: (owner_kind, period, provider, model) is unique in summed
    inner join summed
        on
            ordered.owner_kind = summed.owner_kind
            and ordered.period = summed.period
            and ordered.provider = summed.provider
            and ordered.model = summed.model
    where ordered.is_in_fleet
    group by ordered.owner_kind, ordered.period, ordered.provider, ordered.model
)

select
    summed.*,
    fleets.p10_ratio,
    fleets.p50_ratio,
    fleets.p90_ratio,
    fleets.p90_ratio - fleets.p10_ratio as p90_minus_p10_ratio,
    fleets.p75_ratio - fleets.p25_ratio as iqr_ratio,
    fleets.p10_unit_cost,
    fleets.p50_unit_cost,
    fleets.p90_unit_cost,
    fleets.p90_unit_cost / nullif(fleets.p10_unit_cost, 0e0) as p90_to_p10_unit_cost,
    fleets.pooled_unit_cost_usd_per_mtok,
    request_quantiles.p50 as median_of_request_ratios,
    spread.stddev_ratio,
    spread.stddev_ratio / nullif(summed.mean_ratio, 0e0) as cv_ratio,
    spread.weighted_stddev_ratio,
    spread.weighted_stddev_ratio / nullif(summed.weighted_mean_ratio, 0e0) as weighted_cv_ratio,
    (summed.place_weighted_ratios / summed.fleet_owners - summed.fleet_owners * summed.mean_ratio)
    / nullif(summed.fleet_owners * summed.mean_ratio, 0e0) as gini_ratio,
    (summed.token_weighted_ratios - summed.weighted_mean_ratio) / nullif(summed.weighted_mean_ratio, 0e0) as weighted_gini_ratio
from summed
-- grain: (owner_kind, period, provider, model) is unique in all of them
inner join fleets
    on
        summed.owner_kind = fleets.owner_kind
        and summed.period = fleets.period
        and summed.provider = fleets.provider
        and summed.model = fleets.model
left join request_quantiles
    on
        summed.owner_kind = request_quantiles.owner_kind
        and summed.period = request_quantiles.period
        and summed.provider = request_quantiles.provider
        and summed.model = request_quantiles.model
left join spread
    on
        summed.owner_kind = spread.owner_kind
        and summed.period = spread.period
        and summed.provider = spread.provider
        and summed.model = spread.model
