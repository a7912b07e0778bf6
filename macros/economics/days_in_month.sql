{% macro days_in_month(period) -%}
    {#- How many days a month YYYY-MM has. -#}
    cast(extract(day from {{ llm_cost.day_before("cast(" ~ llm_cost.next_month(period) ~ " || '-01' as date)") }}) as integer)
{%- endmacro %}
