{% macro per_unit(amount, units) -%}
    {#- An amount (a column, decimal(28, 12), below 10^13) by a whole number of requests, days or tenants, for reading: twelve decimals, half
        rounded away from 0, exact on every engine. NULL by nothing. -#}
    case when {{ units }} > 0 then cast(
        {#- 25 digits: the product has 37, and Spark rounds one of more than 38 -#}
        cast({{ llm_cost.integer_quotient(
            '(' ~ llm_cost.e12('cast(abs(' ~ amount ~ ') as decimal(28, 12))') ~ ' * 2 + ' ~ units ~ ')',
            '(2 * ' ~ units ~ ')'
        ) }} * case when {{ amount }} < 0 then -1 else 1 end as decimal(25, 0))
        * cast('0.000000000001' as decimal(12, 12)) as decimal(28, 12)
    ) end
{%- endmacro %}


{% macro multiple(part, whole) -%}
    {#- Like llm_cost.ratio, for two amounts of which the first may be many times the second: up to 10^19. -#}
    case when {{ whole }} <> 0 then cast(
        cast({{ llm_cost.integer_quotient(
            llm_cost.e12('cast(abs(' ~ part ~ ') as decimal(28, 12))') ~ ' * ' ~ llm_cost.power_of_ten(9),
            llm_cost.e12('cast(abs(' ~ whole ~ ') as decimal(28, 12))')
        ) }} * case when {{ part }} < 0 and {{ whole }} > 0 or {{ part }} > 0 and {{ whole }} < 0 then -1 else 1 end as decimal(28, 0))
        * cast('0.000000001' as decimal(9, 9)) as decimal(28, 9)
    ) end
{%- endmacro %}
