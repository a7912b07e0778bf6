{#- How each tenant uses the prompt cache in a period, over all its models. Grain: tenant_id × period. -#}

with dispersion as (
    select * from {{ ref('int_llm_cost__cache_dispersion') }} where owner_kind = 'tenant' and model = '*'
)

select
    {{ llm_cost.content_hash(['owner', 'period']) }} as tenant_cache_dispersion_id,
    period,
    owner as tenant_id,
    {{ (llm_cost.cache_counts() + llm_cost.cache_measures()) | join(',\n    ') }},
    {{ llm_cost.main_miss_cause() }} as main_miss_cause
from dispersion
