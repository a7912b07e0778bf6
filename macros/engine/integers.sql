{#- Whole numbers of up to 38 digits, which money in minor units is: decimal(38, 0) on every engine. -#}

{% macro whole(value) -%}
    {#- A number or its text as a whole number of up to 38 digits. -#}
    cast({{ value }} as decimal(38, 0))
{%- endmacro %}


{% macro integer_quotient(dividend, divisor) %}
    {#- How often the divisor is in the dividend, both whole and not below 0, exact; on Spark for quotients below 10^32. -#}
    {{ return(adapter.dispatch('integer_quotient', 'llm_cost')(dividend, divisor)) }}
{% endmacro %}

{% macro default__integer_quotient(dividend, divisor) -%}
    {#- by way of text: DuckDB casts a wide decimal to a hugeint eight times as slowly -#}
    cast(
        cast(cast({{ llm_cost.whole(dividend) }} as string) as hugeint) // cast(cast({{ llm_cost.whole(divisor) }} as string) as hugeint)
        as decimal(38, 0)
    )
{%- endmacro %}

{% macro spark__integer_quotient(dividend, divisor) -%}
    {#- `div` gives a bigint; what is left after the remainder is taken away divides without a rest -#}
    cast(({{ llm_cost.whole(dividend) }} - {{ llm_cost.whole(dividend) }} % {{ llm_cost.whole(divisor) }}) / {{ llm_cost.whole(divisor) }} as decimal(38, 0))
{%- endmacro %}


{% macro integer_remainder(dividend, divisor) -%}
    {#- What is left of the dividend, both whole and not below 0. -#}
    cast({{ llm_cost.whole(dividend) }} % {{ llm_cost.whole(divisor) }} as decimal(38, 0))
{%- endmacro %}


{% macro power_of_ten(exponent) -%}
    {#- 10 to the power of a whole number from 0 to 37, a literal or a column. -#}
    cast('1' || repeat('0', {{ exponent }}) as decimal(38, 0))
{%- endmacro %}


{% macro trailing_zeros(number) -%}
    {#- How many zeros a whole number ends in; 38 for 0, which any power of ten divides. -#}
    case
        when {{ number }} = 0 then 38
        else length(cast({{ number }} as string)) - length(trim(trailing '0' from cast({{ number }} as string)))
    end
{%- endmacro %}
