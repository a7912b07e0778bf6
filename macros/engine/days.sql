{% macro days_between(first_day, last_day) %}
    {#- The list of the days from a first to a last date, both included. -#}
    {{ return(adapter.dispatch('days_between', 'llm_cost')(first_day, last_day)) }}
{% endmacro %}

{% macro default__days_between(first_day, last_day) -%}
    generate_series(cast({{ first_day }} as timestamp), cast({{ last_day }} as timestamp), interval 1 day)
{%- endmacro %}

{% macro spark__days_between(first_day, last_day) -%}
    sequence(cast({{ first_day }} as timestamp), cast({{ last_day }} as timestamp), interval 1 day)
{%- endmacro %}


{% macro day_before(day) %}
    {{ return(adapter.dispatch('day_before', 'llm_cost')(day)) }}
{% endmacro %}

{% macro default__day_before(day) -%}
    cast({{ day }} - interval 1 day as date)
{%- endmacro %}

{% macro spark__day_before(day) -%}
    date_sub(cast({{ day }} as date), 1)
{%- endmacro %}
