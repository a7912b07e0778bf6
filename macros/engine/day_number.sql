{% macro day_number(day) %}
    {#- Days since 1970-01-01 of a date, an integer: what a window of calendar days is ordered by. -#}
    {{ return(adapter.dispatch('day_number', 'llm_cost')(day)) }}
{% endmacro %}

{% macro default__day_number(day) -%}
    cast(date_diff('day', date '1970-01-01', {{ day }}) as integer)
{%- endmacro %}

{% macro spark__day_number(day) -%}
    datediff({{ day }}, date '1970-01-01')
{%- endmacro %}
