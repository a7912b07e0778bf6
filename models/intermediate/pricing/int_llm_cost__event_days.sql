{{ config(materialized='table') }}

-- the next build may rely on what calls say of each other: depends_on: {{ ref('int_llm_cost__settled_loads') }}
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

with call_days as (
    select * from {{ ref('int_llm_cost__call_days') }}
),

model_days as (
    select
        *,
        {{ llm_cost.hours_after('cast(utc_date as timestamp)', 24) }} as day_end
    from {{ ref('int_llm_cost__model_days') }}
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

-- of a card only the part within the day: that it began earlier or ends later changes nothing on this day
model_cards as (
    select
        model_days.utc_date,
        cast({{ llm_cost.hash64([
            'rate_cards.card_hash',
            'greatest(rate_cards.valid_from, cast(model_days.utc_date as timestamp))',
            'least(rate_cards.valid_to, model_days.day_end)'
        ]) }} as decimal(38, 0)) as card_hash
    from model_days
    -- grain: many cards a model and day, none when it has no price; summed up by day
    inner join rate_cards
        on
            model_days.provider = rate_cards.provider
            and model_days.model_logged = rate_cards.model_logged
            and model_days.service_tier = rate_cards.service_tier
            and model_days.region_scope = rate_cards.region_scope
            and coalesce(model_days.contract_account, '') = coalesce(rate_cards.contract_account, '')
            and model_days.day_end > rate_cards.valid_from
            and cast(model_days.utc_date as timestamp) < rate_cards.valid_to
),

-- sums of hashes: the order of the rows does not count
card_days as (
    select
        utc_date,
        sum(card_hash) as cards_hash
    from model_cards
    group by utc_date
),

owner_days as (
    select
        utc_date,
        sum(cast(owner_hash as decimal(38, 0))) as owners_hash
    from {{ ref('int_llm_cost__event_owners') }}
    group by utc_date
),

event_days as (
    select
        utc_date,
        cast(sum(events) as bigint) as events
    from model_days
    group by utc_date
)

select
    event_days.utc_date,
    event_days.events,
    {{ llm_cost.key64(['call_days.day_fingerprint', 'card_days.cards_hash', 'owner_days.owners_hash']) }} as day_fingerprint
from event_days
-- grain: utc_date is unique in each
inner join call_days on event_days.utc_date = call_days.utc_date
left join card_days on event_days.utc_date = card_days.utc_date
left join owner_days on event_days.utc_date = owner_days.utc_date
