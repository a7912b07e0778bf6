{% macro ratio(part, whole) -%}
    {#- A share for reading, not for money: nine decimals, NULL of nothing. -#}
    case when {{ whole }} <> 0 then cast(round(cast({{ part }} as double) / cast({{ whole }} as double), 9) as decimal(18, 9)) end
{%- endmacro %}
