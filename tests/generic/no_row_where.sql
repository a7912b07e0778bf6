{% test no_row_where(model, condition, key, remediation, by_day=false) %}
    {#- Fails with the key of a row that meets a condition no row may meet, how many there are, and what to do. by_day: see
        llm_cost.rows_to_check(). -#}
    {%- set message -%}
        cast(row_count as string) || ' row(s) of {{ model.identifier }} where {{ condition | replace("'", "''") }}, e.g. ' || first_key
        || '. {{ remediation | replace("'", "''") }}'
    {%- endset %}
    select *
    from (
        select
            count(*) as row_count,
            coalesce(min(cast({{ key }} as string)), '') as first_key
        from {{ llm_cost.rows_to_check(model, by_day) }} as rows_checked
        where {{ condition }}
    ) as offending
    where {{ llm_cost.fails_with('row_count > 0', message) }}
{% endtest %}
