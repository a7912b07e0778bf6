{{ config(materialized='table') }}

{#- The used models whose price card is not what it was without the newest price rows, and the time in which it differs.
    Empty in a build that brings no price row. Grain: provider × model × tier × region × contract account. -#}
{%- set segment = [
    'provider', 'model_logged', 'service_tier', 'region_scope', 'contract_account', 'valid_from', 'valid_to', 'tokens_from', 'tokens_to',
    'minute_from', 'minute_to', 'rate_ids'
] %}

with rate_cards as (
    select
        *,
        {{ llm_cost.content_hash(segment) }} as segment_hash
    from {{ ref('int_llm_cost__rate_cards') }}
),

new_rows as (
    select * from {{ ref('int_llm_cost__new_price_rows') }}
),

current_cards as (
    select *
    from rate_cards
    where card_set = 'current' and provider in (select new_rows.provider from new_rows)
),

cards_before as (
    select * from rate_cards where card_set = 'before'
),

differing as (
    select current_cards.*
    from current_cards
    -- grain: a segment is in cards_before once or not at all
    left join cards_before on current_cards.segment_hash = cards_before.segment_hash
    where cards_before.segment_hash is null

    union all

    select cards_before.*
    from cards_before
    -- grain: a segment is in current_cards once or not at all
    left join current_cards on cards_before.segment_hash = current_cards.segment_hash
    where current_cards.segment_hash is null
)

select
    provider,
    model_logged,
    service_tier,
    region_scope,
    contract_account,
    min(valid_from) as valid_from,
    max(valid_to) as valid_to
from differing
group by provider, model_logged, service_tier, region_scope, contract_account
