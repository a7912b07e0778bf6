{{ config(enabled='otel_genai' in llm_cost.enabled_sources(), materialized='table') }}

{#- How an instrumentation counts, by its scope and every spelling of the provider: the user's rows first, then the package's. -#}

with stacked as (
    {% for relation in llm_cost.otel_instrumentation_relations() -%}
        select
            lower({{ llm_cost.seed_text('scope_name') }}) as scope_name,
            lower(coalesce({{ llm_cost.seed_text('provider') }}, '*')) as provider,
            lower({{ llm_cost.seed_text('input_basis') }}) as input_basis,
            lower({{ llm_cost.seed_text('total_basis') }}) as total_basis,
            lower({{ llm_cost.seed_text('reasoning_basis') }}) as reasoning_basis,
            {{ loop.index }} as relation_rank
        from {{ ref('llm_cost', relation) if loop.first else ref(relation) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

providers as (
    select * from {{ ref('llm_cost', 'providers') }}
),

spelled as (
    select
        stacked.scope_name,
        coalesce(providers.logged_name, stacked.provider) as logged_provider,
        stacked.input_basis,
        stacked.total_basis,
        stacked.reasoning_basis,
        stacked.relation_rank
    from stacked
    -- grain: a provider has several spellings; brought back to one row a scope and spelling below
    left join providers on stacked.provider = providers.provider
),

ranked as (
    select
        *,
        row_number() over (partition by scope_name, logged_provider order by relation_rank desc, input_basis asc) as preference
    from spelled
)

select
    scope_name,
    logged_provider,
    input_basis,
    total_basis,
    reasoning_basis
from ranked
where preference = 1
