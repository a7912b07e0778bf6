{% macro touched_costs(card_set) %}
    {#- What each touched event used and costs by meter on the price cards of a card_set. Grain: event_id. -#}
with touched_events as (
    select * from {{ ref('int_llm_cost__touched_events') }}
),

rate_cards as (
    select * from {{ ref('int_llm_cost__rate_cards') }} where card_set = '{{ card_set }}'
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
{% endmacro %}
