{{ config(**llm_cost.by_day('int_llm_cost__cache_periods', 'period')) }}

{#- The token-weighted median of the requests' hit ratios: the least ratio below or at which half of the prompt tokens lie. First the thirtieth
    of all bins that holds the middle token, then the bin in it: sorting every bin would take several times as long. Exact where that
    bin holds one value, within 0.001 elsewhere. Over all models of an owner. Grain: owner_kind × owner × period. -#}

with {{ llm_cost.period_days() }},

bins as (
    select
        cache_bins.owner_kind,
        cache_bins.owner,
        cache_bins.ratio_bin,
        cast(floor(cache_bins.ratio_bin / 32e0) as int) as bin_group,
        cache_bins.prompt_tokens,
        cache_bins.ratio_min,
        cache_bins.ratio_max,
        days.period
    from {{ ref('int_llm_cost__cache_bins') }} as cache_bins
    -- grain: usage_date is unique in days
    inner join days on cache_bins.usage_date = days.usage_date
    where cache_bins.owner_kind is not null
),

bin_groups as (
    select
        owner_kind,
        owner,
        period,
        bin_group,
        sum(prompt_tokens) as prompt_tokens
    from bins
    group by owner_kind, owner, period, bin_group
),

running_groups as (
    select
        *,
        sum(prompt_tokens) over (partition by owner_kind, owner, period order by bin_group) as tokens_up_to,
        sum(prompt_tokens) over (partition by owner_kind, owner, period) as all_tokens
    from bin_groups
),

middle_groups as (
    select
        *,
        tokens_up_to - prompt_tokens as tokens_before
    from running_groups
    where 2 * tokens_up_to >= all_tokens and 2 * (tokens_up_to - prompt_tokens) < all_tokens
),

middle_bins as (
    select
        middle_groups.owner_kind,
        middle_groups.owner,
        middle_groups.period,
        bins.ratio_bin,
        min(bins.ratio_min) as ratio_min,
        max(bins.ratio_max) as ratio_max,
        sum(bins.prompt_tokens) as prompt_tokens,
        max(middle_groups.tokens_before) as tokens_before,
        max(middle_groups.all_tokens) as all_tokens
    from middle_groups
    -- grain: one group of bins each, its bins added up
    inner join bins
        on
            middle_groups.owner_kind = bins.owner_kind
            and middle_groups.owner = bins.owner
            and middle_groups.period = bins.period
            and middle_groups.bin_group = bins.bin_group
    group by middle_groups.owner_kind, middle_groups.owner, middle_groups.period, bins.ratio_bin
),

running_bins as (
    select
        *,
        tokens_before + sum(prompt_tokens) over (partition by owner_kind, owner, period order by ratio_bin) as tokens_up_to
    from middle_bins
)

select
    running_bins.owner_kind,
    running_bins.owner,
    -- the middle token's place in its bin
    running_bins.ratio_min + (running_bins.ratio_max - running_bins.ratio_min)
    * cast(running_bins.all_tokens - 2 * (running_bins.tokens_up_to - running_bins.prompt_tokens) as double) / cast(2 * running_bins.prompt_tokens as double) as weighted_median,
    running_bins.period,
    periods.day_fingerprint
from running_bins
-- grain: period is unique in periods
inner join periods on running_bins.period = periods.period
where
    2 * running_bins.tokens_up_to >= running_bins.all_tokens
    and 2 * (running_bins.tokens_up_to - running_bins.prompt_tokens) < running_bins.all_tokens
