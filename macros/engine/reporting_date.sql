{% macro reporting_date(timestamp_utc) -%}
    {#- The calendar day of a UTC timestamp in var llm_cost_reporting_timezone (an IANA zone; UTC by default). For marts
        only: everything before them keeps the instant. -#}
    {%- set zone = var('llm_cost_reporting_timezone', 'UTC') -%}
    {%- if zone == 'UTC' -%}cast({{ timestamp_utc }} as date)
    {%- else -%}{{ llm_cost.local_date(timestamp_utc, zone) }}
    {%- endif -%}
{%- endmacro %}


{% macro month_text(timestamp_utc) -%}
    {#- The calendar month of a UTC timestamp in the reporting time zone, as YYYY-MM. -#}
    substr({{ llm_cost.date_text(llm_cost.reporting_date(timestamp_utc)) }}, 1, 7)
{%- endmacro %}
