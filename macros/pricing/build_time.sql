{% macro build_started_at() -%}
    {#- The start of this build (UTC), the same in every model of it. -#}
    cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp)
{%- endmacro %}


{% macro build_id() -%}
    {#- dbt's id of this build. -#}
    '{{ invocation_id }}'
{%- endmacro %}
