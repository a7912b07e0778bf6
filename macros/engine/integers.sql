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
    {{ llm_cost.duckdb_division(dividend, divisor, "item.guess + case when item.rest < 0 then -1 when item.rest >= item.divisor then 1 else 0 end") }}
{%- endmacro %}

{% macro spark__integer_quotient(dividend, divisor) -%}
    {#- `div` gives a bigint; what is left after the remainder is taken away divides without a rest -#}
    cast(({{ llm_cost.whole(dividend) }} - {{ llm_cost.whole(dividend) }} % {{ llm_cost.whole(divisor) }}) / {{ llm_cost.whole(divisor) }} as decimal(38, 0))
{%- endmacro %}


{% macro integer_remainder(dividend, divisor) %}
    {#- What is left of the dividend, both whole and not below 0. -#}
    {{ return(adapter.dispatch('integer_remainder', 'llm_cost')(dividend, divisor)) }}
{% endmacro %}

{% macro default__integer_remainder(dividend, divisor) -%}
    {{ llm_cost.duckdb_division(dividend, divisor, "item.rest + case when item.rest < 0 then item.divisor when item.rest >= item.divisor then -item.divisor else 0 end") }}
{%- endmacro %}

{% macro spark__integer_remainder(dividend, divisor) -%}
    cast({{ llm_cost.whole(dividend) }} % {{ llm_cost.whole(divisor) }} as decimal(38, 0))
{%- endmacro %}


{% macro duckdb_division(dividend, divisor, result) -%}
    {#- Whole numbers on DuckDB, whose own division of 38 digits takes ten times as long: a guess from floating point, a second one for the
        exact rest that it leaves, and what is still one off is put right, exactly. Quotients of 31 digits and more are left to DuckDB.
        Lists of one item, so that no expression is written twice. -#}
    ([cast({{ result }} as decimal(38, 0)) for item in [
        {'divisor': second.divisor, 'guess': second.guess + second.more, 'rest': second.rest - second.more * second.divisor}
        for second in [
            {
                'divisor': first.divisor, 'guess': first.guess, 'rest': first.dividend - first.guess * first.divisor,
                'more': cast(floor(cast(first.dividend - first.guess * first.divisor as double) / cast(first.divisor as double)) as decimal(38, 0))
            }
            for first in [
                {'dividend': given.dividend, 'divisor': given.divisor, 'guess': case
                    when given.divisor = 0 then null
                    when cast(given.dividend as double) < cast(given.divisor as double) * 1e30
                        then cast(floor(cast(given.dividend as double) / cast(given.divisor as double)) as decimal(38, 0))
                    else cast(cast(cast(given.dividend as string) as hugeint) // cast(cast(given.divisor as string) as hugeint) as decimal(38, 0))
                end}
                for given in [{'dividend': {{ llm_cost.whole(dividend) }}, 'divisor': {{ llm_cost.whole(divisor) }}}]
            ]
        ]
    ]])[1]
{%- endmacro %}


{% macro power_of_ten(exponent, least=0, most=37) -%}
    {#- 10 to the power of a whole number from 0 to 37, a literal or an expression that is never below `least` nor above `most`.
        Not by way of text, which takes DuckDB 30 microseconds a row to read as a decimal. -#}
    {%- if exponent is number -%}
        cast(1{{ '0' * exponent }} as decimal(38, 0))
    {%- else -%}
        case {{ exponent }} {% for count in range(least, most + 1) %}when {{ count }} then cast(1{{ '0' * count }} as decimal(38, 0)) {% endfor %}end
    {%- endif -%}
{%- endmacro %}


{% macro trailing_zeros(number) -%}
    {#- How many zeros a whole number ends in; 38 for 0, which any power of ten divides. -#}
    case
        when {{ number }} = 0 then 38
        else length(cast({{ number }} as string)) - length(trim(trailing '0' from cast({{ number }} as string)))
    end
{%- endmacro %}
