{% macro converted(cost, rate, partition, order) -%}
    {#- A cost in the reporting currency with 12 decimals. Running totals are rounded, so that the parts of a partition are exactly its
        converted total. A rate of 1 changes nothing. -#}
    {%- set product = 'cast(cast(' ~ cost ~ ' as decimal(24, 12)) * cast(' ~ rate ~ ' as decimal(13, 8)) as decimal(38, 20))' -%}
    {%- set running = 'cast(sum(' ~ product ~ ') over (partition by ' ~ partition ~ ' order by ' ~ order ~ ' rows between unbounded preceding and current row) as decimal(38, 20))' -%}
    case
        when {{ rate }} = 1 then cast({{ cost }} as decimal(28, 12))
        else cast(round({{ running }}, 12) - round({{ running }} - {{ product }}, 12) as decimal(28, 12))
    end
{%- endmacro %}
