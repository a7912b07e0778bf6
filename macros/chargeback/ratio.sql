{% macro ratio(part, whole) -%}
    {#- A share of two amounts (columns, decimal(28, 12)) for reading, never a step towards money: nine decimals, cut off, the same on every
        engine. NULL of nothing. -#}
    case when {{ whole }} <> 0 then cast(
        {#- a share is a short number: made so before the last product, which would lose digits on Spark #}
        cast({{ llm_cost.integer_quotient(
            llm_cost.e12('cast(abs(' ~ part ~ ') as decimal(28, 12))') ~ ' * ' ~ llm_cost.power_of_ten(9),
            llm_cost.e12('cast(abs(' ~ whole ~ ') as decimal(28, 12))')
        ) }} * case when {{ part }} < 0 and {{ whole }} > 0 or {{ part }} > 0 and {{ whole }} < 0 then -1 else 1 end as decimal(18, 0))
        * cast(0.000000001 as decimal(9, 9)) as decimal(18, 9)
    ) end
{%- endmacro %}
