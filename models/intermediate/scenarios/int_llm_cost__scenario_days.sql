{{ config(materialized='table') }}

{#- Every UTC day that has requests, with a fingerprint of all that its scenario costs are made from: its requests, the rules
    and the price cards that these lead to. fct_llm_cost__scenario_costs rebuilds the days whose fingerprint has changed. -#}
{%- set rates = [] %}
{%- for meter in llm_cost.meters() %}
    {%- do rates.append(meter.name ~ '_rate') %}
{%- endfor %}

with hourly as (
    select * from {{ ref('fct_llm_cost__hourly') }}
),

rules as (
    select * from {{ ref('int_llm_cost__scenario_rules') }}
),

targets as (
    select * from {{ ref('int_llm_cost__scenario_targets') }}
),

rate_cards as (
    select
        *,
        {{ llm_cost.hash64(['provider', 'model_logged', 'service_tier', 'region_scope', 'contract_account', 'tokens_from', 'tokens_to', 'minute_from', 'rate_ids', 'discount_ids'] + rates) }}
            as card_hash
    from {{ ref('int_llm_cost__rate_cards') }}
    where card_set = 'current'
),

-- what the rules make of the models of a day
used as (
    select distinct
        hourly.utc_date,
        hourly.service_tier,
        hourly.region_scope,
        hourly.model,
        hourly.provider,
        targets.scenario,
        targets.step
    from hourly
    -- grain: one rule a scenario and owner, narrowed to distinct rows
    inner join targets
        on
            hourly.provider = targets.provider
            and coalesce(hourly.model_billed, '') = coalesce(targets.model_billed, '')
            and hourly.team = targets.team
            and coalesce(hourly.feature, '') = coalesce(targets.feature, '')
            and coalesce(hourly.tenant_id, '') = coalesce(targets.tenant_id, '')
),

day_rules as (
    select
        used.utc_date,
        sum(cast({{ llm_cost.hash64(
            ['used.scenario', 'used.step', 'used.provider', 'used.model', 'used.service_tier', 'used.region_scope'] + [
                'rules.share', 'rules.to_provider', 'rules.to_model', 'rules.to_service_tier', 'rules.card_at', 'rules.caching', 'rules.hit_ratio'
            ]
        ) }} as decimal(38, 0))) as rules_hash
    from used
    -- grain: (scenario, step) is unique in rules
    inner join rules on used.scenario = rules.scenario and used.step = rules.step
    group by used.utc_date
),

day_cards as (
    select
        used.utc_date,
        sum(cast(rate_cards.card_hash as decimal(38, 0))) as cards_hash
    from used
    -- grain: (scenario, step) is unique in rules
    inner join rules on used.scenario = rules.scenario and used.step = rules.step
    -- grain: many cards a model and day, gathered
    inner join rate_cards
        on
            coalesce(rules.to_provider, used.provider) = rate_cards.provider
            and coalesce(rules.to_model, used.model) = rate_cards.model_logged
            and coalesce(rules.to_service_tier, used.service_tier) = rate_cards.service_tier
            and used.region_scope = rate_cards.region_scope
            and rate_cards.valid_from < coalesce(rules.card_at, {{ llm_cost.hours_after('cast(used.utc_date as timestamp)', 24) }})
            and rate_cards.valid_to > coalesce(rules.card_at, cast(used.utc_date as timestamp))
    group by used.utc_date
),

days as (
    select distinct
        utc_date,
        day_fingerprint
    from hourly
)

select
    days.utc_date,
    {{ llm_cost.key64(['days.day_fingerprint', 'day_rules.rules_hash', 'day_cards.cards_hash', "'" ~ llm_cost.logic_version() ~ "'"]) }} as day_fingerprint
from days
-- grain: utc_date is unique in both
left join day_rules on days.utc_date = day_rules.utc_date
left join day_cards on days.utc_date = day_cards.utc_date
