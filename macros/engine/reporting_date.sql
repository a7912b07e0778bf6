{% macro reporting_date(timestamp_utc) %}
    {#- The calendar day of a UTC timestamp in var llm_cost_reporting_timezone (an IANA zone; UTC by default). For marts
        only: everything before them keeps the instant. -#}
    {{ return(adapter.dispatch('reporting_date', 'llm_cost')(timestamp_utc)) }}
{% endmacro %}

{% macro default__reporting_date(timestamp_utc) -%}
    {%- set zone = var('llm_cost_reporting_timezone', 'UTC') -%}
    {%- if zone == 'UTC' -%}cast({{ timestamp_utc }} as date)
    {%- else -%}cast(timezone('{{ zone }}', timezone('UTC', {{ timestamp_utc }})) as date)
    {%- endif -%}
{%- endmacro %}
