{{ config(materialized='table') }}

{#- Currencies and the digits of their minor unit: the package's, then the user's, of which the last row for a code holds. -#}
{%- set relations = llm_cost.currency_relations() %}

with stacked as (
    {{ llm_cost.stacked_rows(relations, ['currency', 'minor_unit_digits']) }}
),

ranked as (
    select
        upper(currency) as currency,
        {{ llm_cost.number_or_null('minor_unit_digits', 'integer') }} as minor_unit_digits,
        minor_unit_digits as minor_unit_digits_text,
        row_number() over (
            partition by upper(currency)
            order by
                case relation
                    {%- for relation in relations %}
                    when '{{ relation }}' then {{ loop.index }}
                    {%- endfor %}
                end desc,
                minor_unit_digits
        ) as choice
    from stacked
)

select
    currency,
    minor_unit_digits,
    minor_unit_digits_text
from ranked
where choice = 1
