{% macro last_where(list, item, condition, value) %}
    {#- An expression over the last item of a list of structs that meets a condition; NULL when none does. -#}
    {{ return(adapter.dispatch('last_where', 'llm_cost')(list, item, condition, value)) }}
{% endmacro %}

{% macro default__last_where(list, item, condition, value) -%}
    ([{{ value }} for {{ item }} in {{ list }} if {{ condition }}])[-1]
{%- endmacro %}

{% macro spark__last_where(list, item, condition, value) -%}
    get(reverse(transform(filter({{ list }}, {{ item }} -> {{ condition }}), {{ item }} -> {{ value }})), 0)
{%- endmacro %}
