{% macro event_id() -%}
    {#- Stable key of an attempt: source_system, provider, the log's key of the call, attempt. -#}
    source_system || ':' || provider || ':' || coalesce(call_key, response_id) || ':' || cast(attempt_number as string)
{%- endmacro %}
