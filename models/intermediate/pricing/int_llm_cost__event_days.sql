{{ config(materialized='table') }}

{#- Every UTC day that has events, with a fingerprint of all that the day's costs are made from: its events, their owners, the
    price cards as they stand on that day, and the package's own logic. A mart rebuilds the days whose fingerprint is not the one it was
    built from. So late rows, corrected prices, moved aliases, reorganisations and upgrades need no look-back window and no full refresh. -#}
{%- set rates = [] %}
{%- for meter in llm_cost.meters() %}
    {%- do rates.extend([meter.name ~ '_rate', 'list_' ~ meter.name ~ '_rate']) %}
    {%- if meter.fallback %}
        {%- do rates.append('is_' ~ meter.name ~ '_fallback') %}
    {%- endif %}
{%- endfor %}

with usage_events as (
    select * from {{ ref('int_llm_cost__usage_events') }}
),

events as (
    {{ llm_cost.with_contract_account('usage_events') }}
),

hashed_events as (
    select
        cast(occurred_at as date) as utc_date,
        provider,
        coalesce(model_served, model_requested) as model_logged,
        service_tier,
        region_scope,
        contract_account,
        {{ llm_cost.hash64(['event_id'] + llm_cost.event_columns()) }} as event_hash
    from events
),

rate_cards as (
    select
        *,
        {{ llm_cost.hash64([
            'provider', 'model_logged', 'service_tier', 'region_scope', 'contract_account', 'tokens_from', 'tokens_to', 'window_zone', 'minute_from', 'minute_to',
            'model_billed', 'price_card_version', 'has_own_rates', 'has_fine_rates', 'rate_ids', 'discount_ids'
        ] + rates) }} as card_hash
    from {{ ref('int_llm_cost__rate_cards') }}
    where card_set = 'current'
),

-- sums of hashes: the order of the rows does not count
day_models as (
    select
        utc_date,
        {{ llm_cost.hours_after('cast(utc_date as timestamp)', 24) }} as day_end,
        provider,
        model_logged,
        service_tier,
        region_scope,
        contract_account,
        count(*) as events,
        sum(cast(event_hash as decimal(38, 0))) as events_hash
    from hashed_events
    group by utc_date, provider, model_logged, service_tier, region_scope, contract_account
),

-- of a card only the part within the day: that it began earlier or ends later changes nothing on this day
model_cards as (
    select
        day_models.*,
        case
            when rate_cards.card_hash is not null
                then {{ llm_cost.hash64([
                    'rate_cards.card_hash',
                    'greatest(rate_cards.valid_from, cast(day_models.utc_date as timestamp))',
                    'least(rate_cards.valid_to, day_models.day_end)'
                ]) }}
        end as card_hash
    from day_models
    -- grain: many cards a model and day, none when it has no price
    left join rate_cards
        on
            day_models.provider = rate_cards.provider
            and day_models.model_logged = rate_cards.model_logged
            and day_models.service_tier = rate_cards.service_tier
            and day_models.region_scope = rate_cards.region_scope
            and coalesce(day_models.contract_account, '') = coalesce(rate_cards.contract_account, '')
            and day_models.day_end > rate_cards.valid_from
            and cast(day_models.utc_date as timestamp) < rate_cards.valid_to
),

-- back to one row a model and day
day_model_hashes as (
    select
        utc_date,
        max(events) as events,
        max(events_hash) as events_hash,
        sum(cast(card_hash as decimal(38, 0))) as cards_hash
    from model_cards
    group by utc_date, provider, model_logged, service_tier, region_scope, contract_account
),

owner_days as (
    select
        utc_date,
        sum(cast({{ llm_cost.hash64(['event_id', 'team', 'cost_center', 'attribution_method']) }} as decimal(38, 0))) as owners_hash
    from {{ ref('int_llm_cost__event_owners') }}
    group by utc_date
),

event_days as (
    select
        utc_date,
        cast(sum(events) as bigint) as events,
        sum(events_hash) as events_hash,
        sum(cards_hash) as cards_hash
    from day_model_hashes
    group by utc_date
)

select
    event_days.utc_date,
    event_days.events,
    {{ llm_cost.content_hash([
        "'" ~ llm_cost.logic_version() ~ "'", 'event_days.events', 'event_days.events_hash', 'event_days.cards_hash', 'owner_days.owners_hash'
    ]) }} as day_fingerprint
from event_days
-- grain: utc_date is unique in owner_days
left join owner_days on event_days.utc_date = owner_days.utc_date
