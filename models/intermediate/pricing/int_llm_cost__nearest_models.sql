{{ config(materialized='table') }}

{#- For each name without a price, the known name of the same provider that is written most alike: a hint for whoever adds the
    price row, never a price. A name that shares less than half its letters is no hint. Grain: provider × model. -#}

with gaps as (
    select distinct
        provider,
        model
    from {{ ref('int_llm_cost__pricing_gaps') }}
),

known_models as (
    select distinct
        provider,
        model
    from {{ ref('int_llm_cost__price_intervals') }}
    where card_set = 'current' and model <> '*'
),

compared as (
    select
        gaps.provider,
        gaps.model,
        known_models.model as nearest_known_model,
        {{ llm_cost.bare_model_name('gaps.model') }} = {{ llm_cost.bare_model_name('known_models.model') }} as is_same_model,
        levenshtein({{ llm_cost.bare_model_name('gaps.model') }}, {{ llm_cost.bare_model_name('known_models.model') }}) as bare_distance,
        levenshtein(lower(gaps.model), known_models.model) as distance,
        length({{ llm_cost.bare_model_name('gaps.model') }}) as letters
    from gaps
    -- grain: all known models of the provider, ranked below
    inner join known_models on gaps.provider = known_models.provider
),

ranked as (
    select
        *,
        row_number() over (partition by provider, model order by bare_distance, distance, nearest_known_model) as choice
    from compared
)

select
    provider,
    model,
    nearest_known_model,
    is_same_model
from ranked
where choice = 1 and 2 * bare_distance <= letters
