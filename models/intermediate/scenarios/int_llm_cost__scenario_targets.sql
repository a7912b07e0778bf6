{{ config(materialized='table') }}

{#- Which rule of each case holds for which requests: the matching one with the lowest step. Requests no rule matches have no
    row. Grain: scenario × provider × model × team × feature × tenant. #}
-- nothing is priced before the rules have passed: depends_on: {{ ref('int_llm_cost__scenario_errors') }}

with rules as (
    select * from {{ ref('int_llm_cost__scenario_rules') }}
),

hourly as (
    select * from {{ ref('fct_llm_cost__hourly') }}
),

owners as (
    select distinct
        provider,
        model_billed,
        team,
        feature,
        tenant_id
    from hourly
),

matches as (
    select
        owners.*,
        rules.scenario,
        rules.step,
        row_number() over (
            partition by rules.scenario, owners.provider, owners.model_billed, owners.team, owners.feature, owners.tenant_id
            order by rules.step
        ) as choice
    from owners
    -- grain: many rules an owner, ranked
    inner join rules
        on
            owners.provider = coalesce(rules.provider, owners.provider)
            and coalesce(owners.model_billed, '') = coalesce(rules.model, owners.model_billed, '')
            and coalesce(owners.team, '') = coalesce(rules.team, owners.team, '')
            and coalesce(owners.feature, '') = coalesce(rules.feature, owners.feature, '')
            and coalesce(owners.tenant_id, '') = coalesce(rules.tenant_id, owners.tenant_id, '')
)

select
    scenario,
    step,
    provider,
    model_billed,
    team,
    feature,
    tenant_id
from matches
where choice = 1
