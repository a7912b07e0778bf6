{{ config(materialized='table') }}

{#- What an owner's requests of a period say about its cache, by itself: ratios, their spread, how sure they are, prices. Floats, as none of it
    is money that is billed. Grain: owner_kind × owner × period × provider × model, of which `*` is all models. -#}
{%- set guards = llm_cost.cache_guards() %}

with sums as (
    select
        *,
        case
            when cache_write_5m_tokens is not null or cache_write_1h_tokens is not null
                then coalesce(cache_write_5m_tokens, 0) + coalesce(cache_write_1h_tokens, 0)
        end as cache_write_tokens,
        cast(input_cost_without_cache_usd - input_cost_usd as decimal(28, 12)) as net_cache_saving_usd,
        1e0 * prompt_tokens * prompt_tokens / nullif(cast(prompt_tokens_squared as double), 0e0) as effective_sample_size
    from {{ ref('int_llm_cost__cache_sums') }}
),

quantiles as (
    select * from {{ ref('int_llm_cost__cache_quantiles') }}
),

weighted_medians as (
    select
        *,
        '*' as model
    from {{ ref('int_llm_cost__cache_weighted_medians') }}
),

joined as (
    select
        sums.*,
        quantiles.p10 as p10_of_request_ratios,
        quantiles.p25 as p25_of_request_ratios,
        quantiles.p50 as median_of_request_ratios,
        quantiles.p75 as p75_of_request_ratios,
        quantiles.p90 as p90_of_request_ratios,
        quantiles.p75 - quantiles.p25 as iqr_of_request_ratios,
        weighted_medians.weighted_median as weighted_median_of_request_ratios,
        cast(sums.ratio_sum as double) / nullif(sums.reporting_requests, 0) as mean_of_request_ratios,
        case
            when sums.reporting_requests > 0
                then sqrt({{ llm_cost.ratio_variance('sums.ratio_sum', 'sums.ratio_squared_sum', 'sums.reporting_requests') }})
        end as stddev_of_request_ratios,
        case
            when sums.reporting_requests > 1 then sqrt(
                {{ llm_cost.squared_residuals(
                    'sums.cache_read_tokens_squared', 'sums.cache_read_by_prompt_tokens', 'sums.prompt_tokens_squared', 'sums.cache_read_tokens', 'sums.prompt_tokens'
                ) }} * sums.reporting_requests / (sums.reporting_requests - 1)
            ) / sums.prompt_tokens
        end as ratio_standard_error
    from sums
    -- grain: (owner_kind, owner, period, provider, model) is unique in quantiles, (owner_kind, owner, period) in weighted_medians
    left join quantiles
        on
            sums.owner_kind = quantiles.owner_kind
            and sums.owner = quantiles.owner
            and sums.period = quantiles.period
            and sums.provider = quantiles.provider
            and sums.model = quantiles.model
    left join weighted_medians
        on
            sums.owner_kind = weighted_medians.owner_kind
            and sums.owner = weighted_medians.owner
            and sums.period = weighted_medians.period
            and sums.model = weighted_medians.model
)

select
    *,
    cast(cache_read_tokens as double) / nullif(prompt_tokens, 0) as token_weighted_ratio,
    stddev_of_request_ratios / nullif(mean_of_request_ratios, 0e0) as cv_of_request_ratios,
    cast(eligible_cache_read_tokens as double) / nullif(eligible_prompt_tokens, 0) as eligible_ratio,
    cast(cache_write_tokens as double) / nullif(prompt_tokens, 0) as write_ratio,
    cast(cache_read_tokens as double) / nullif(cache_write_tokens, 0) as reads_per_written_token,
    1e6 * cast(input_cost_usd as double) / nullif(priced_prompt_tokens, 0) as unit_cost_usd_per_mtok,
    cast(reporting_requests as double) / nullif(requests_with_input, 0) as cache_reporting_ratio,
    -- the first guard that a sample does not pass
    case
        when owner = 'unattributed' then 'unattributed'
        when reporting_requests = 0 then 'not_reported'
        when reporting_requests < {{ guards.requests }} then 'few_requests'
        when effective_sample_size < {{ guards.effective_sample_size }} then 'few_effective_requests'
        when prompt_tokens < {{ guards.prompt_tokens }} then 'few_tokens'
    end as exclusion_reason,
    case
        when reporting_requests > 0
            then reporting_requests < {{ guards.requests }} or effective_sample_size < {{ guards.effective_sample_size }} or prompt_tokens < {{ guards.prompt_tokens }}
    end as is_small_sample
from joined
