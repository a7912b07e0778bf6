{{ config(materialized='table') }}

{#- Each meter of each touched event that a newest price row prices or whose cost it changed, with the row that did: the row
    that prices the meter now; else the one that ended the row before (withdrawn); else, for output, the reasoning row that
    took tokens out of it. Grain: event_id × meter. -#}

with costs_now as (
    select * from {{ ref('int_llm_cost__costs_now') }}
),

costs_before as (
    select * from {{ ref('int_llm_cost__costs_before') }}
),

card_rate_ids as (
    select * from {{ ref('int_llm_cost__card_rate_ids') }}
),

rates as (
    select * from {{ ref('int_llm_cost__price_rates') }}
),

new_rows as (
    select * from {{ ref('int_llm_cost__new_price_rows') }}
),

meters as (
    {% for meter in llm_cost.meters() -%}
        select
            '{{ meter.name }}' as meter,
            costs_now.event_id,
            costs_now.occurred_at,
            costs_now.card_id as card_id_now,
            costs_before.card_id as card_id_before,
            case when costs_before.card_id is not null then costs_before.{{ meter.name }}_meter_usd end as cost_before_usd,
            case when costs_now.card_id is not null then costs_now.{{ meter.name }}_meter_usd end as cost_after_usd
        from costs_now
        -- grain: event_id is unique in both
        inner join costs_before on costs_now.event_id = costs_before.event_id
        where costs_now.{{ meter.name }}_quantity > 0 or costs_before.{{ meter.name }}_quantity > 0
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

identified as (
    select
        meters.*,
        ids_now.rate_id as rate_id_now,
        ids_before.rate_id as rate_id_before,
        reasoning.rate_id as reasoning_rate_id
    from meters
    -- grain: (card_id, meter) is unique in card_rate_ids, for each of the three
    left join card_rate_ids as ids_now on meters.card_id_now = ids_now.card_id and meters.meter = ids_now.meter
    left join card_rate_ids as ids_before on meters.card_id_before = ids_before.card_id and meters.meter = ids_before.meter
    left join card_rate_ids as reasoning
        on meters.card_id_now = reasoning.card_id and meters.meter = 'output' and reasoning.meter = 'reasoning'
),

-- the new row of the same key as an old one, that ended it
ended as (
    select
        rates.rate_id,
        new_rows.rate_id as ended_by,
        new_rows.valid_from as ended_at,
        coalesce(lead(new_rows.valid_from) over (partition by rates.relation, rates.rate_id order by new_rows.valid_from), {{ llm_cost.end_of_time() }}) as ended_to
    from rates
    -- grain: many new rows an old one, made into intervals that do not overlap
    inner join new_rows
        on
            {% for column in llm_cost.price_key() -%}
                {{ 'and ' if not loop.first }}coalesce(cast(rates.{{ column }} as string), '') = coalesce(cast(new_rows.{{ column }} as string), '')
            {% endfor -%}
            and rates.rate_id <> new_rows.rate_id
    where new_rows.change_kind = 'withdrawn'
)

select
    identified.event_id,
    identified.meter,
    identified.occurred_at,
    coalesce(priced_by.rate_id, ended.ended_by, split_by.rate_id) as rate_id,
    identified.cost_before_usd,
    identified.cost_after_usd
from identified
-- grain: rate_id is unique in new_rows, the intervals of one ended row do not overlap
left join new_rows as priced_by on identified.rate_id_now = priced_by.rate_id
left join ended
    on
        identified.rate_id_before = ended.rate_id
        and identified.occurred_at >= ended.ended_at
        and identified.occurred_at < ended.ended_to
-- grain: rate_id is unique in new_rows
left join new_rows as split_by on identified.reasoning_rate_id = split_by.rate_id
where
    priced_by.rate_id is not null
    or identified.cost_before_usd is distinct from identified.cost_after_usd
