{{ config(**llm_cost.by_day('int_llm_cost__reporting_days', 'usage_date')) }}

{#- The daily state of features, agents, prompt templates and API keys. Grain: owner_kind × owner × usage_date × provider × model. -#}

{% call llm_cost.cache_daily("owner_kind <> 'tenant'") %}owner_kind,
    owner{% endcall %}
