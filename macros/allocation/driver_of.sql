{% macro driver_of(prefix='') -%}
    {#- The usage column that a rule's driver names. -#}
    case rules.driver
        {%- for driver in llm_cost.usage_drivers() %}
        when '{{ driver }}' then usage.{{ prefix }}{{ driver }}
        {%- endfor %}
    end
{%- endmacro %}


{% macro e12(value) -%}
    {#- A decimal(28, 12) as a whole number of its last decimal. The part before the point apart: a product of 28 and 13 digits would
        not fit. -#}
    (
        cast(floor({{ value }}) as decimal(38, 0)) * {{ llm_cost.power_of_ten(12) }}
        + cast(cast({{ value }} - floor({{ value }}) as decimal(38, 12)) * {{ llm_cost.power_of_ten(12) }} as decimal(38, 0))
    )
{%- endmacro %}
