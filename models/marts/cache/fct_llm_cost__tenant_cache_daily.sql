{{ config(**llm_cost.by_day('int_llm_cost__reporting_days', 'usage_date')) }}

{#- The daily state of each tenant. Grain: tenant_id × usage_date × provider × model. -#}

{% call llm_cost.cache_daily("owner_kind = 'tenant'") %}owner as tenant_id{% endcall %}
