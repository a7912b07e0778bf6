{% test unique_grain(model, columns, by_day=false) %}
    {#- Guards a declared grain against fan-out: no two rows share these columns. Fails with a grain that has more than one row, how many there
        are, and what to do. by_day: see llm_cost.rows_to_check(). -#}
    {%- set message -%}
        cast(grain_count as string) || ' grain(s) of {{ model.identifier }} ({{ columns | join(', ') }}) have more than one row, e.g. ' || first_grain
        || '. What is made of it counts them twice. Build it and what it is made from again with --full-refresh; if they stay, look for them in its parents.'
    {%- endset -%}
    select *
    from (
        select
            count(*) as grain_count,
            coalesce(min(one_grain), '') as first_grain
        from (
            select {% for column in columns %}coalesce(cast({{ column }} as string), 'NULL'){{ " || ' / ' || " if not loop.last }}{% endfor %} as one_grain
            from {{ llm_cost.rows_to_check(model, by_day) }} as rows_checked
            group by {{ columns | join(', ') }}
            having count(*) > 1
        ) as repeated
    ) as offending
    where {{ llm_cost.fails_with('grain_count > 0', message) }}
{% endtest %}
