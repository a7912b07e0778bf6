{{ config(materialized='table') }}

{#- The used models whose price card is not what it was without the newest price rows, and the time in which it differs.
    Empty in a build that brings no price row. Grain: provider × model × tier × region × contract account. -#}
{%- set segment = [
    'provider', 'model_logged', 'service_tier', 'region_scope', 'contract_account', 'valid_from', 'valid_to', 'tokens_from', 'tokens_to',
    'minute_from', 'minute_to', 'rate_ids'
] %}

with rate_cards as (
    select * from {{ ref('int_llm_cost__rate_cards') }}
),

new_rows as (
    select * from {{ ref('int_llm_cost__new_price_rows') }}
),

-- what is in both sets of cards has not changed
differing as (
    select {{ segment | join(', ') }}
    from rate_cards
    where card_set = 'before' or (card_set = 'current' and provider in (select new_rows.provider from new_rows))
    group by {{ segment | join(', ') }}
    having count(distinct card_set) = 1
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
