{% macro event_id() -%}
    {#- Stable key of an attempt: source_system, provider, the log's key of the call, attempt. -#}
    source_system || ':' || provider || ':' || call_key || ':' || cast(attempt_number as string)
{%- endmacro %}
