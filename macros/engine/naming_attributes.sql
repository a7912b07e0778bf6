{% macro naming_attributes(list) %}
    {#- Attributes (macros/engine/attributes.sql) without those that are no name of anybody: longer than 200 characters (content, nested
        objects), or OpenTelemetry's default of a service that has none. So that what is carried on is small. -#}
    {{ return(adapter.dispatch('naming_attributes', 'llm_cost')(list)) }}
{% endmacro %}

{% macro default__naming_attributes(list) -%}
    [entry for entry in {{ list }} if length(entry.value) <= 200 and not starts_with(entry.value, 'unknown_service')]
{%- endmacro %}

{% macro spark__naming_attributes(list) -%}
    filter({{ list }}, entry -> length(entry.value) <= 200 and not startswith(entry.value, 'unknown_service'))
{%- endmacro %}
