{% test unique_grain(model, columns) %}
    {#- Guards a declared grain against fan-out: no two rows share these columns. -#}
    select {{ columns | join(', ') }}, count(*) as rows_of_one_grain
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
