{% macro next_month(period) -%}
    {#- The month after a month, both YYYY-MM. -#}
    case
        when substr({{ period }}, 6, 2) = '12' then cast(cast(substr({{ period }}, 1, 4) as integer) + 1 as string) || '-01'
        else substr({{ period }}, 1, 5) || lpad(cast(cast(substr({{ period }}, 6, 2) as integer) + 1 as string), 2, '0')
    end
{%- endmacro %}


{% macro month_end(period) -%}
    {#- The instant at which a month YYYY-MM ends (UTC). -#}
    cast({{ llm_cost.next_month(period) }} || '-01 00:00:00' as timestamp)
{%- endmacro %}
