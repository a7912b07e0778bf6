{% test sums_to_zero(model, by, amount, remediation) %}
    {#- Fails when an expression does not add up to exactly 0 within each value of a column. -#}
    {%- set message -%}
        '{{ model.identifier }}, {{ by }} ' || group_name || ': {{ amount | replace("'", "''") }} is ' || cast(group_sum as string)
        || ' and must be 0. {{ remediation | replace("'", "''") }}'
    {%- endset %}
    select *
    from (
        select
            cast({{ by }} as string) as group_name,
            sum({{ amount }}) as group_sum
        from {{ model }}
        group by {{ by }}
    ) as groups
    where {{ llm_cost.fails_with('group_sum <> 0', message) }}
{% endtest %}
