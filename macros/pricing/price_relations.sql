{% macro price_relations() %}
    {#- The package's price rows, then the user's; of two rows for one key the later relation wins. -#}
    {{ return(['price_rates'] + var('llm_cost_extra_price_rates', [])) }}
{% endmacro %}


{% macro alias_relations() %}
    {#- The package's model aliases, then the user's. -#}
    {{ return(['model_aliases'] + var('llm_cost_extra_model_aliases', [])) }}
{% endmacro %}


{% macro window_relations() %}
    {#- The package's time-of-day windows, then the user's. -#}
    {{ return(['price_windows'] + var('llm_cost_extra_price_windows', [])) }}
{% endmacro %}
