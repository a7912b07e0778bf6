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


{% macro distinct_items(expression) %}
    {#- The different items of a group's texts, each a list like `a, b`, as one such list in order; the first 2000 characters. -#}
    {{ return(adapter.dispatch('distinct_items', 'llm_cost')(expression)) }}
{% endmacro %}

{% macro default__distinct_items(expression) -%}
    substr(array_to_string(list_sort(list_distinct(flatten(list(string_split({{ expression }}, ', ')) filter (where {{ expression }} is not null)))), ', '), 1, 2000)
{%- endmacro %}

{% macro spark__distinct_items(expression) -%}
    substr(nullif(array_join(array_sort(array_distinct(flatten(collect_list(split({{ expression }}, ', '))))), ', '), ''), 1, 2000)
{%- endmacro %}
