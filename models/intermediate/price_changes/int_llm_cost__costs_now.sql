{{ config(materialized='table') }}

{#- What each touched event used and costs by meter with all price rows. Grain: event_id. -#}

with touched_events as (
    select * from {{ ref('int_llm_cost__touched_events') }}
),

rate_cards as (
    select * from {{ ref('int_llm_cost__rate_cards') }} where card_set = 'current'
),

{{ llm_cost.priced('touched_events') }}

select
    event_id,
    occurred_at,
    card_id,
    {% for meter in llm_cost.meters() -%}
        {{ meter.quantity }} as {{ meter.name }}_quantity,
        {{ meter.name }}_meter_usd{{ ',' if not loop.last }}
    {% endfor %}
from metered
