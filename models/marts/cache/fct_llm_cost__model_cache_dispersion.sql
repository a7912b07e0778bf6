{#- How each owner uses the prompt cache of one model in a period: tenants are comparable on one model, as prices are. Grain: owner_kind × owner ×
    period × provider × model. -#}

with dispersion as (
    select * from {{ ref('int_llm_cost__cache_dispersion') }} where model <> '*'
)

select
    {{ llm_cost.content_hash(['owner_kind', 'owner', 'period', 'provider', 'model']) }} as model_cache_dispersion_id,
    period,
    owner_kind,
    owner,
    provider,
    model,
    {{ (llm_cost.cache_counts() + llm_cost.cache_measures()) | reject('equalto', 'weighted_median_of_request_ratios') | join(',\n    ') }},
    {{ llm_cost.main_miss_cause() }} as main_miss_cause
from dispersion
