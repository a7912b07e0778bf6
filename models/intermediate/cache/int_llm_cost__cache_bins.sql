{{ config(**llm_cost.by_day('int_llm_cost__reporting_days', 'usage_date', keeps_sealed=true)) }}

{#- A day's requests by their hit ratio, in bins of a thousandth; 0 and 1 have bins of their own. With the least and the greatest ratio in
    each, quantiles of any period are exact where a bin holds one value or two requests, and within a thousandth elsewhere. Grain:
    owner_kind × owner × usage_date × provider × model × ratio_bin; one row without an owner for every day. -#}

with days as (
    {{ llm_cost.days_to_rebuild('int_llm_cost__reporting_days', 'usage_date', keeps_sealed=true) }}
),

{{ llm_cost.cache_calls() }},

owned as (
    {{ llm_cost.by_owner_kind('calls', 'is_sampled') }}
)

select
    owner_kind,
    owner,
    provider,
    model,
    ratio_bin,
    count(*) as requests,
    cast(sum(prompt_tokens) as bigint) as prompt_tokens,
    min(hit_ratio) as ratio_min,
    max(hit_ratio) as ratio_max,
    usage_date,
    day_fingerprint
from owned
group by owner_kind, owner, provider, model, ratio_bin, usage_date, day_fingerprint

union all

-- a day without any is not looked at again each night
select
    cast(null as string) as owner_kind,
    cast(null as string) as owner,
    cast(null as string) as provider,
    cast(null as string) as model,
    cast(null as int) as ratio_bin,
    cast(0 as bigint) as requests,
    cast(0 as bigint) as prompt_tokens,
    cast(null as double) as ratio_min,
    cast(null as double) as ratio_max,
    usage_date,
    day_fingerprint
from days
