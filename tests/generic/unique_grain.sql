{% test unique_grain(model, columns, by_day=false) %}
    {#- Guards a declared grain against fan-out: no two rows share these columns. by_day: see llm_cost.rows_to_check(). -#}
    select {{ columns | join(', ') }}, count(*) as rows_of_one_grain
    from {{ llm_cost.rows_to_check(model, by_day) }} as rows_checked
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
