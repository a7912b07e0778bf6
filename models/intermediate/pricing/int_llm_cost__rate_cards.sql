{{ config(materialized='table') }}

{#- One row per card segment with every meter's rate (USD per unit): the small table that the events join. <meter>_rate
    is what is charged, list_<meter>_rate what the package's own rows say; NULL where no price is known. A rate taken from
    the meter's fallback is flagged. -#}
{%- set meters = llm_cost.meters() %}

with segment_rates as (
    select * from {{ ref('int_llm_cost__segment_rates') }}
),

segment_discounts as (
    select * from {{ ref('int_llm_cost__segment_discounts') }}
),

segments as (
    select * from {{ ref('int_llm_cost__card_segments') }}
),

used_models as (
    select * from {{ ref('int_llm_cost__used_models') }}
),

charged as (
    select
        segment_rates.*,
        segment_discounts.discount_id,
        cast(segment_rates.usd_per_unit * coalesce(segment_discounts.price_factor, cast(1 as decimal(9, 8))) as decimal(19, 15)) as charged_usd_per_unit
    from segment_rates
    -- grain: (segment, meter) is unique in segment_discounts; a discount is on the row that is charged
    left join segment_discounts
        on
            segment_rates.used_model_id = segment_discounts.used_model_id
            and segment_rates.valid_from = segment_discounts.valid_from
            and segment_rates.tokens_from = segment_discounts.tokens_from
            and segment_rates.minute_from = segment_discounts.minute_from
            and segment_rates.meter = segment_discounts.meter
            and segment_rates.choice = 1
),

pivoted as (
    select
        used_model_id,
        valid_from,
        tokens_from,
        minute_from,
        max(model_billed) as model_billed,
        max(region_billed) as region_billed,
        {% for meter in meters -%}
            max(case when meter = '{{ meter.name }}' and choice = 1 then charged_usd_per_unit end) as own_{{ meter.name }},
            max(case when meter = '{{ meter.name }}' and list_choice = 1 then usd_per_unit end) as own_list_{{ meter.name }},
            max(case when meter = '{{ meter.name }}' and choice = 1 then rate_id end) as {{ meter.name }}_rate_id,
            max(case when meter = '{{ meter.name }}' then discount_id end) as {{ meter.name }}_discount_id,
        {% endfor -%}
        max(case when choice = 1 and is_own_model then rate_valid_from end) as card_valid_from,
        max(case when choice = 1 then precedence end) as highest_precedence,
        max(discount_id) as any_discount_id
    from charged
    group by used_model_id, valid_from, tokens_from, minute_from
)

select
    row_number() over (order by segments.used_model_id, segments.valid_from, segments.tokens_from, segments.minute_from) as card_id,
    used_models.provider,
    used_models.model_logged,
    used_models.service_tier,
    used_models.region_scope,
    used_models.contract_account,
    used_models.card_set,
    segments.valid_from,
    segments.valid_to,
    segments.tokens_from,
    segments.tokens_to,
    segments.window_zone,
    segments.minute_from,
    segments.minute_to,
    pivoted.model_billed,
    pivoted.region_billed,
    used_models.provider || '-' || {{ llm_cost.date_text('pivoted.card_valid_from') }} as price_card_version,
    coalesce(pivoted.highest_precedence > 0, false) or pivoted.any_discount_id is not null as has_own_rates,
    {{ llm_cost.ids_by_meter('rate_id') }} as rate_ids,
    case when pivoted.any_discount_id is not null then {{ llm_cost.ids_by_meter('discount_id') }} end as discount_ids,
    {% for meter in meters -%}
        {{ llm_cost.rate_with_fallback(meter, 'own_') }} as {{ meter.name }}_rate,
        cast({{ llm_cost.rate_with_fallback(meter, 'own_') }} as decimal(18, 12)) as {{ meter.name }}_rate_12,
        {{ llm_cost.rate_with_fallback(meter, 'own_list_') }} as list_{{ meter.name }}_rate,
        {% if meter.fallback -%}
            pivoted.own_{{ meter.name }} is null and {{ llm_cost.rate_with_fallback(meter, 'own_') }} is not null as is_{{ meter.name }}_fallback,
        {% endif -%}
    {% endfor -%}
    {% for meter in meters -%}
        {{ 'or ' if not loop.first }}coalesce({{ llm_cost.rate_with_fallback(meter, 'own_') }} <> cast({{ llm_cost.rate_with_fallback(meter, 'own_') }} as decimal(18, 12)), false)
    {% endfor -%}
    as has_fine_rates,
    segments.used_model_id
from pivoted
-- grain: a segment is unique by these columns in both
inner join segments
    on
        pivoted.used_model_id = segments.used_model_id
        and pivoted.valid_from = segments.valid_from
        and pivoted.tokens_from = segments.tokens_from
        and pivoted.minute_from = segments.minute_from
-- grain: used_model_id is unique in used_models
inner join used_models on pivoted.used_model_id = used_models.used_model_id
