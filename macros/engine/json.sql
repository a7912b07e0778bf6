{% macro json_of_text(key, value) %}
    {#- JSON text of an object with one field, from an expression of text; NULL where it is NULL. -#}
    {{ return(adapter.dispatch('json_of_text', 'llm_cost')(key, value)) }}
{% endmacro %}

{% macro default__json_of_text(key, value) -%}
    case when {{ value }} is not null then cast(to_json({'{{ key }}': {{ value }}}) as string) end
{%- endmacro %}

{% macro spark__json_of_text(key, value) -%}
    case when {{ value }} is not null then to_json(named_struct('{{ key }}', {{ value }})) end
{%- endmacro %}
