{% macro millionths(value) -%}
    {#- A decimal with 6 decimals as a whole number of millionths. -#}
    cast(cast({{ value }} as decimal(38, 6)) * 1000000 as decimal(38, 0))
{%- endmacro %}


{% macro minor_units(millionths, rate, digits) -%}
    {#- An amount (whole millionths, not below 0) times a rate (decimal(18, 12)) in whole minor units of a currency with so many
        digits (0 to 6), half rounded up. -#}
    {{ llm_cost.integer_quotient(
        '(' ~ millionths ~ ' * cast(' ~ rate ~ ' * cast(1000000000000 as decimal(19, 0)) as decimal(38, 0)) + '
        ~ llm_cost.integer_quotient(llm_cost.power_of_ten('18 - ' ~ digits, 12, 18), 2) ~ ')',
        llm_cost.power_of_ten('18 - ' ~ digits, 12, 18)
    ) }}
{%- endmacro %}


{% macro major_units(units_e18, digits) -%}
    {#- Whole 1e-18 parts of a minor unit, not below 0, as decimal(38, 18) of the currency; what is beyond 18 decimals falls away. -#}
    {%- set one = llm_cost.power_of_ten('18 + ' ~ digits, 18, 24) -%}
    cast(
        cast({{ llm_cost.integer_quotient(units_e18, one) }} as decimal(19, 0))
        + cast({{ llm_cost.integer_quotient(llm_cost.integer_remainder(units_e18, one), llm_cost.power_of_ten(digits, 0, 6)) }} as decimal(18, 0))
        * cast('0.000000000000000001' as decimal(18, 18))
        as decimal(38, 18)
    )
{%- endmacro %}


{% macro currency_amount(minor, digits) -%}
    {#- Whole minor units as an amount of the currency. -#}
    cast(
        cast({{ minor }} as decimal(22, 0))
        * case {{ digits }}
            {%- for count in range(7) %}
            when {{ count }} then cast('{{ '1' if count == 0 else '0.' ~ '0' * (count - 1) ~ '1' }}' as decimal(7, 6))
            {%- endfor %}
        end
        as decimal(28, 6)
    )
{%- endmacro %}


{% macro part_e18(units_e8, driver, total) -%}
    {#- units_e8 * driver / total in 1e-18, as a function of the exact quotient, cut off after 18 decimals. units_e8 are whole 1e-8 parts,
        the driver is at most the total. A long division in steps of ten digits, so that no product needs more than 38. -#}
    {%- set high = llm_cost.integer_quotient(units_e8, llm_cost.power_of_ten(10)) ~ ' * ' ~ driver -%}
    {%- set low = llm_cost.integer_remainder(units_e8, llm_cost.power_of_ten(10)) ~ ' * ' ~ driver -%}
    {%- set carried = '(' ~ llm_cost.integer_remainder(high, total) ~ ' * ' ~ llm_cost.power_of_ten(10) ~ ' + ' ~ low ~ ')' -%}
    {%- set last = llm_cost.integer_remainder(carried, total) ~ ' * ' ~ llm_cost.power_of_ten(10) -%}
    {{ llm_cost.integer_quotient(high, total) }} * {{ llm_cost.power_of_ten(20) }}
    + {{ llm_cost.integer_quotient(carried, total) }} * {{ llm_cost.power_of_ten(10) }}
    + {{ llm_cost.integer_quotient(last, total) }}
{%- endmacro %}


{% macro ratio_key(dividend, divisor) -%}
    {#- A quotient as text that sorts as the quotient does: 28 digits before the point and 40 after it. -#}
    {%- set rest = {'of': llm_cost.integer_remainder(dividend, divisor)} -%}
    lpad(cast({{ llm_cost.integer_quotient(dividend, divisor) }} as string), 28, '0')
    {%- for step in range(4) %}
    {%- set carried = rest.of ~ ' * ' ~ llm_cost.power_of_ten(10) %}
    || lpad(cast({{ llm_cost.integer_quotient(carried, divisor) }} as string), 10, '0')
    {%- do rest.update({'of': llm_cost.integer_remainder(carried, divisor)}) %}
    {%- endfor -%}
{%- endmacro %}


{% macro product_e18(value_e18, share_e18) -%}
    {#- A value in whole 1e-18 times a share in whole 1e-18 (1 at most), cut off after 18 decimals. -#}
    (
        {{ llm_cost.integer_quotient(value_e18, llm_cost.power_of_ten(18)) }} * {{ share_e18 }}
        + {{ llm_cost.integer_quotient(llm_cost.integer_remainder(value_e18, llm_cost.power_of_ten(18)) ~ ' * ' ~ share_e18, llm_cost.power_of_ten(18)) }}
    )
{%- endmacro %}
