{% macro currency_relations() %}
    {#- The currencies of ISO 4217, then the user's; of two rows for one code the later relation wins. -#}
    {{ return(['currencies'] + var('llm_cost_extra_currencies', [])) }}
{% endmacro %}


{% macro reporting_currency() %}
    {#- The currency in which shared costs are allocated and teams charged. -#}
    {{ return(var('llm_cost_currency', 'USD') | upper) }}
{% endmacro %}


{% macro unowned_team() -%}
    'unattributed'
{%- endmacro %}


{% macro allocation_methods() %}
    {{ return(['even', 'proportional', 'weighted', 'fixed_percent', 'central', 'capacity', 'prepaid']) }}
{% endmacro %}


{% macro usage_drivers() %}
    {#- Drivers that are measured; `listed` is written in the receivers. -#}
    {{ return(['direct_cost', 'list_cost', 'requests', 'tokens', 'input_tokens', 'output_tokens', 'active_days']) }}
{% endmacro %}


{% macro period_or_null(column) -%}
    {#- A month as YYYY-MM, NULL when it is written otherwise. -#}
    case when {{ llm_cost.regex_match(column, "'^[0-9]{4}-(0[1-9]|1[0-2])$'") }} then {{ column }} end
{%- endmacro %}


{% macro month_before(period) -%}
    {#- The month before a YYYY-MM. -#}
    case
        when substr({{ period }}, 6, 2) = '01' then lpad(cast(cast(substr({{ period }}, 1, 4) as integer) - 1 as string), 4, '0') || '-12'
        else substr({{ period }}, 1, 5) || lpad(cast(cast(substr({{ period }}, 6, 2) as integer) - 1 as string), 2, '0')
    end
{%- endmacro %}


{% macro flag_or_null(column) -%}
    {#- true or false as it may be written in a seed; empty is false, anything else NULL. -#}
    case
        when {{ column }} is null or lower({{ column }}) in ('false', 'f', 'no', 'n', '0') then false
        when lower({{ column }}) in ('true', 't', 'yes', 'y', '1') then true
    end
{%- endmacro %}
