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


{% macro found_in(list, paths) -%}
    {#- The first of some fields (paths below an item) that any item of a list of structs has; of several items the last. -#}
    coalesce({% for path in paths %}{{ llm_cost.last_where(list, 'item', 'item.' ~ path ~ ' is not null', 'item.' ~ path) }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
