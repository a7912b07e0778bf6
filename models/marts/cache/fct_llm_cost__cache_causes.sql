{#- Why an owner's input was not read from the cache, and what its traffic looks like. The missed tokens of the causes add up to all that were
    missed. Grain: owner_kind × owner × period × provider × model. -#}

with dispersion as (
    select * from {{ ref('int_llm_cost__cache_dispersion') }} where model <> '*'
)

select
    {{ llm_cost.content_hash(['owner_kind', 'owner', 'period', 'provider', 'model']) }} as cache_causes_id,
    period,
    owner_kind,
    owner,
    provider,
    model,
    cohort,
    token_weighted_ratio,
    fleet_median_ratio,
    reporting_requests,
    prompt_tokens,
    prompt_tokens - coalesce(cache_read_tokens, 0) as missed_tokens,
    {{ llm_cost.main_miss_cause() }} as main_miss_cause,
    {% for cause in llm_cost.cache_miss_causes() -%}
        {{ cause }}_miss_tokens,
    {% endfor -%}
    input_cost_usd,
    input_cost_at_fleet_median_usd,
    cast(input_cost_usd - input_cost_at_fleet_median_usd as decimal(28, 12)) as input_cost_above_fleet_median_usd,
    requests,
    chained_requests,
    chain_starts,
    cast(chained_requests as double) / nullif(chain_starts, 0) as calls_per_chain,
    one_shot_requests,
    cast(one_shot_requests as double) / nullif(chained_requests, 0) as one_shot_ratio,
    follow_up_requests,
    cast(gap_seconds as double) / nullif(follow_up_requests, 0) as mean_gap_seconds,
    cast(expired_requests as double) / nullif(timed_follow_up_requests, 0) as expired_ratio,
    cast(model_switch_requests as double) / nullif(follow_up_requests, 0) as model_switch_ratio,
    cast(key_switch_requests as double) / nullif(follow_up_requests, 0) as key_switch_ratio,
    cast(same_prefix_requests as double) / nullif(prefix_follow_up_requests, 0) as same_prefix_ratio,
    cast(requests_with_known_minimum - eligible_requests as double) / nullif(requests_with_known_minimum, 0) as short_prompt_ratio,
    cache_write_tokens,
    unread_write_tokens,
    cast(unread_write_tokens as double) / nullif(cache_write_tokens, 0) as unread_write_ratio
from dispersion
