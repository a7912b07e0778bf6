{#- Each event beside its price card: what it used in billed quantities, and the cost of each meter. Rates and quantities
    only; what the row's status is and how meters add up to buckets is fct_llm_cost__requests. -#}

with usage_events as (
    select * from {{ ref('int_llm_cost__usage_events') }}
),

rate_cards as (
    select * from {{ ref('int_llm_cost__rate_cards') }} where card_set = 'current'
),

{{ llm_cost.priced('usage_events') }}

select * from metered
