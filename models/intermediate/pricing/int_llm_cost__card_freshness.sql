{{ config(materialized='table') }}

{#- How long the price card of each provider in use had been verified for when it was last used: since its newest check, or
    where nobody logs checks (a provider of the user's own) since its newest price row. Grain: provider. -#}

with checks as (
    {% for relation in llm_cost.card_check_relations() -%}
        select
            lower({{ llm_cost.seed_text('provider') }}) as provider,
            {{ llm_cost.utc_timestamp(llm_cost.seed_text('checked_at')) }} as checked_at
        from {{ ref('llm_cost', relation) if loop.first else ref(relation) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

price_rows as (
    select
        provider,
        max(recorded_at) as recorded_at
    from {{ ref('int_llm_cost__price_rates') }}
    group by provider
),

used as (
    select
        provider,
        max(last_seen_at) as last_used_at
    from {{ ref('int_llm_cost__logged_models') }}
    group by provider
),

last_checks as (
    select
        provider,
        max(checked_at) as checked_at
    from checks
    group by provider
)

select
    used.provider,
    used.last_used_at,
    coalesce(last_checks.checked_at, price_rows.recorded_at) as verified_at,
    used.last_used_at > {{ llm_cost.hours_after('coalesce(last_checks.checked_at, price_rows.recorded_at)', var('llm_cost_max_days_unverified', 60) * 24) }} as is_stale
from used
-- grain: provider is unique in both; without price rows there is nothing to verify
inner join price_rows on used.provider = price_rows.provider
left join last_checks on used.provider = last_checks.provider
