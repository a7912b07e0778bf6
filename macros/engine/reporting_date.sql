{% macro reporting_date(timestamp_utc) -%}
    {#- The calendar day of a UTC timestamp in var llm_cost_reporting_timezone (an IANA zone; UTC by default). For marts
        only: everything before them keeps the instant. -#}
    {%- set zone = var('llm_cost_reporting_timezone', 'UTC') -%}
    {%- if zone == 'UTC' -%}cast({{ timestamp_utc }} as date)
    {%- else -%}{{ llm_cost.local_date(timestamp_utc, zone) }}
    {%- endif -%}
{%- endmacro %}
