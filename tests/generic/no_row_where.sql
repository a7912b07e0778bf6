{% test no_row_where(model, condition, key, remediation) %}
    {#- Fails with the keys of the first rows that meet a condition no row may meet, and what to do. -#}
    select {{ llm_cost.raise_error(
        "cast(row_count as string) || ' row(s) of " ~ model.identifier ~ " where " ~ condition | replace("'", "''") ~ ", e.g. ' || first_key || '. " ~ remediation | replace("'", "''") ~ "'"
    ) }} as failure
    from (
        select
            count(*) as row_count,
            coalesce(min(cast({{ key }} as string)), '') as first_key
        from {{ model }}
        where {{ condition }}
    ) as offending
    where row_count > 0
{% endtest %}
