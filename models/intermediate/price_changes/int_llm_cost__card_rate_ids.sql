{{ config(materialized='table') }}

{#- The price row behind each meter of each card segment of the changed models, a fallback's where the meter has none of its
    own. Grain: card_id × meter. -#}

with rate_cards as (
    select * from {{ ref('int_llm_cost__rate_cards') }}
),

changed_models as (
    select * from {{ ref('int_llm_cost__changed_models') }}
),

segment_rates as (
    select * from {{ ref('int_llm_cost__segment_rates') }} where choice = 1
),

meters as (
    {% for meter in llm_cost.meters() -%}
        {%- set order = llm_cost.fallback_order(meter) -%}
        {%- for source in order -%}
            select '{{ meter.name }}' as meter, '{{ source }}' as source_meter, {{ loop.index }} as preference
            {{ 'union all' if not loop.last }}
        {% endfor -%}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

candidates as (
    select
        rate_cards.card_id,
        meters.meter,
        segment_rates.rate_id,
        row_number() over (partition by rate_cards.card_id, meters.meter order by meters.preference) as choice
    from rate_cards
    -- grain: the key is unique in changed_models
    inner join changed_models
        on
            rate_cards.provider = changed_models.provider
            and rate_cards.model_logged = changed_models.model_logged
            and rate_cards.service_tier = changed_models.service_tier
            and rate_cards.region_scope = changed_models.region_scope
            and coalesce(rate_cards.contract_account, '') = coalesce(changed_models.contract_account, '')
    -- grain: one charged row a segment and meter
    inner join segment_rates
        on
            rate_cards.used_model_id = segment_rates.used_model_id
            and rate_cards.valid_from = segment_rates.valid_from
            and rate_cards.tokens_from = segment_rates.tokens_from
            and rate_cards.minute_from = segment_rates.minute_from
    -- grain: many meters may use a row, ranked above
    inner join meters on segment_rates.meter = meters.source_meter
)

select card_id, meter, rate_id
from candidates
where choice = 1
