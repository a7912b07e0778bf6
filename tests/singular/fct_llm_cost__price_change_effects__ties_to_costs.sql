{#- What the newest price rows changed, row by row, must be the whole difference between the touched events' cost with these rows
    and without them. -#}
{%- set terms = [] %}
{%- for meter in llm_cost.meters() %}
    {%- do terms.append('coalesce(' ~ meter.name ~ '_meter_usd, cast(0 as decimal(18, 12)))') %}
{%- endfor %}
{%- set message -%}
    'fct_llm_cost__price_change_effects: the newest price rows changed ' || cast(cost_change_usd as string) || ' USD, but the touched events differ by '
    || cast(difference_usd as string) || '. A change has no row that made it, or two: look for it in int_llm_cost__changed_meters.'
{%- endset %}

with effects as (
    select * from {{ ref('fct_llm_cost__price_change_effects') }}
),

new_rows as (
    select * from {{ ref('int_llm_cost__new_price_rows') }}
),

costs as (
    select {{ llm_cost.exact_sum(terms) }} as cost_usd from {{ ref('int_llm_cost__costs_now') }}
    union all
    select -{{ llm_cost.exact_sum(terms) }} as cost_usd from {{ ref('int_llm_cost__costs_before') }}
),

sums as (
    select
        (
            select coalesce(sum(effects.cost_change_usd), 0)
            from effects
            -- grain: (relation, rate_id) is unique in both
            inner join new_rows on effects.relation = new_rows.relation and effects.rate_id = new_rows.rate_id
        ) as cost_change_usd,
        (select coalesce(sum(costs.cost_usd), 0) from costs) as difference_usd
)

select *
from sums
where {{ llm_cost.fails_with('cost_change_usd <> difference_usd', message) }}
