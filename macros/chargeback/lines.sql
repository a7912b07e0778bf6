{% macro line_dimensions() %}
    {#- Who and what a chargeback line is about. -#}
    {{ return(['team', 'cost_center', 'service', 'feature', 'environment', 'provider', 'model']) }}
{% endmacro %}


{% macro line_key(line_type, pool_id) -%}
    {#- The same line in every build: month of the usage, issuer, kind, pool, and who and what it is about. -#}
    {{ llm_cost.content_hash(['period', 'issuer', line_type, pool_id] + llm_cost.line_dimensions()) }}
{%- endmacro %}


{% macro minor_unit_factor(digits) -%}
    {#- How many minor units one unit of a currency has, by its number of decimals. -#}
    case {{ digits }} {% for digits in range(9) %}when {{ digits }} then {{ 10 ** digits }} {% endfor %}end
{%- endmacro %}


{% macro minor_unit(digits) -%}
    {#- A minor unit as a part of the currency's unit. -#}
    case {{ digits }} {% for digits in range(9) %}when {{ digits }} then cast({{ '1' if digits == 0 else '0.' ~ '0' * (digits - 1) ~ '1' }} as decimal(9, 8)) {% endfor %}end
{%- endmacro %}
