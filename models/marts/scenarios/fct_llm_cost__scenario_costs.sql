{{ config(**llm_cost.by_day('int_llm_cost__scenario_days', keeps_sealed=true)) }}

{#- What the requests of each day would have cost under each what-if case, beside what they did cost. -#}
{%- set grain = ['scenario', 'usage_date', 'team', 'tenant_id', 'feature', 'provider', 'model_billed'] %}

with days as (
    {{ llm_cost.days_to_rebuild('int_llm_cost__scenario_days', keeps_sealed=true) }}
),

requests as (
    select {{ llm_cost.broadcast_hint('days') }}
        requests.*,
        days.day_fingerprint as scenario_fingerprint
    from {{ ref('fct_llm_cost__requests') }} as requests
    -- grain: utc_date is unique in days
    inner join days on requests.utc_date = days.utc_date
),

what_if as (
    select {{ llm_cost.broadcast_hint('days') }}
        scenario_requests.*,
        days.day_fingerprint as scenario_fingerprint
    from {{ ref('int_llm_cost__scenario_requests') }} as scenario_requests
    -- grain: utc_date is unique in days
    inner join days on scenario_requests.utc_date = days.utc_date
),

targets as (
    select * from {{ ref('int_llm_cost__scenario_targets') }}
),

scenarios as (
    select distinct scenario from {{ ref('int_llm_cost__scenario_rules') }}
),

rate_cards as (
    select * from {{ ref('int_llm_cost__rate_cards') }} where card_set = 'current'
),

{{ llm_cost.priced('what_if', priced_at='priced_at') }},

-- a request keeps its cost where that is not wholly known, or the case has no price for all that it used
repriced as (
    select
        *,
        case
            when actual_pricing_status in ('priced', 'free') and card_id is not null and missing_token_meters + missing_fee_meters = 0
                then cast(share * {{ llm_cost.metered_total() }} + (1 - share) * actual_cost_usd as decimal(18, 12))
        end as case_cost_usd
    from metered
),

matched as (
    select
        scenario,
        {{ llm_cost.reporting_date('occurred_at') }} as usage_date,
        team,
        tenant_id,
        feature,
        actual_provider as provider,
        actual_model_billed as model_billed,
        actual_cost_usd,
        coalesce(case_cost_usd, actual_cost_usd) as scenario_cost_usd,
        case when case_cost_usd is not null then 1 else 0 end as is_repriced,
        utc_date,
        scenario_fingerprint
    from repriced
),

unmatched as (
    select
        scenarios.scenario,
        {{ llm_cost.reporting_date('requests.occurred_at') }} as usage_date,
        requests.team,
        requests.tenant_id,
        requests.feature,
        requests.provider,
        requests.model_billed,
        requests.total_cost_usd as actual_cost_usd,
        requests.total_cost_usd as scenario_cost_usd,
        0 as is_repriced,
        requests.utc_date,
        requests.scenario_fingerprint
    from requests
    -- grain: requests × scenarios, less those a rule matches
    cross join scenarios
    -- grain: one rule a scenario and owner
    left join targets
        on
            scenarios.scenario = targets.scenario
            and requests.provider = targets.provider
            and coalesce(requests.model_billed, '') = coalesce(targets.model_billed, '')
            and requests.team = targets.team
            and coalesce(requests.feature, '') = coalesce(targets.feature, '')
            and coalesce(requests.tenant_id, '') = coalesce(targets.tenant_id, '')
    where targets.scenario is null
),

cases as (
    select * from matched
    union all
    select * from unmatched
),

summed as (
    select
        {{ grain | join(',\n        ') }},
        count(*) as requests,
        cast(sum(is_repriced) as bigint) as requests_repriced,
        count(case when actual_cost_usd is null then 1 end) as requests_without_cost,
        cast(sum(actual_cost_usd) as decimal(28, 12)) as actual_cost_usd,
        cast(sum(scenario_cost_usd) as decimal(28, 12)) as scenario_cost_usd,
        utc_date,
        scenario_fingerprint as day_fingerprint
    from cases
    group by {{ grain | join(', ') }}, utc_date, scenario_fingerprint
)

select
    {{ llm_cost.content_hash(grain + ['utc_date']) }} as scenario_cost_id,
    {{ grain | join(',\n    ') }},
    requests,
    requests_repriced,
    requests_without_cost,
    actual_cost_usd,
    scenario_cost_usd,
    cast(scenario_cost_usd - actual_cost_usd as decimal(28, 12)) as cost_change_usd,
    utc_date,
    day_fingerprint
from summed
