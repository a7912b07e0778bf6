{% macro price_relations() %}
    {#- The package's price rows, then the user's; of two rows for one key the later relation wins. -#}
    {{ return(['price_rates'] + var('llm_cost_extra_price_rates', [])) }}
{% endmacro %}


{% macro negotiated_rate_relations() %}
    {#- The user's own rates for one provider account each: price rows with an account_id. -#}
    {{ return(var('llm_cost_negotiated_rates', [])) }}
{% endmacro %}


{% macro discount_relations() %}
    {#- The user's percentage discounts on the package's price rows. -#}
    {{ return(var('llm_cost_negotiated_discounts', [])) }}
{% endmacro %}


{% macro alias_relations() %}
    {#- The package's model aliases, then the user's. -#}
    {{ return(['model_aliases'] + var('llm_cost_extra_model_aliases', [])) }}
{% endmacro %}


{% macro window_relations() %}
    {#- The package's time-of-day windows, then the user's. -#}
    {{ return(['price_windows'] + var('llm_cost_extra_price_windows', [])) }}
{% endmacro %}


{% macro price_key() %}
    {#- What makes two price rows rows of one price: a later one follows, a row of the same instant contradicts or corrects. -#}
    {{ return(['precedence', 'account_id', 'provider', 'model', 'meter', 'service_tier', 'region_scope', 'min_input_tokens', 'window_name']) }}
{% endmacro %}


{% macro is_known(recorded_at) -%}
    {#- Whether a row was recorded by the instant of var llm_cost_prices_known_at (UTC); true without it. -#}
    {%- set known_at = var('llm_cost_prices_known_at', none) -%}
    {%- if not known_at -%}true
    {%- else -%}
        {%- if not modules.re.match('[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$', known_at | string) -%}
            {{ exceptions.raise_compiler_error("llm_cost_prices_known_at is '" ~ known_at ~ "': write YYYY-MM-DD HH:MM:SS in UTC") }}
        {%- endif -%}
        {{ recorded_at }} <= cast('{{ known_at }}' as timestamp)
    {%- endif -%}
{%- endmacro %}


{% macro scenario_relations() %}
    {#- The what-if cases: the package's general ones, unless the user names relations of their own. -#}
    {{ return(var('llm_cost_scenarios', ['scenarios'])) }}
{% endmacro %}


{% macro period_status_relations() %}
    {#- Which months are closed: the user's seeds or models. -#}
    {{ return(llm_cost.relations_of('llm_cost_period_status')) }}
{% endmacro %}


{% macro card_check_relations() %}
    {#- When somebody compared a provider's price rows with its price list: the package's log, then the user's. -#}
    {{ return(['price_card_checks'] + var('llm_cost_extra_price_card_checks', [])) }}
{% endmacro %}
