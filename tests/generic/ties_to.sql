{% test ties_to(model, to, measures, remediation, row_condition=none, to_row_condition=none) %}
    {#- Sums that must be equal to the last digit on two relations. measures: expression here -> expression there.
        The failure names the measure, both sums and what to do. -#}
    {%- set message -%}
        '{{ model.identifier }}: ' || measure || ' is ' || cast(sum_here as string) || ', but {{ to.identifier }} has '
        || cast(sum_there as string) || '. {{ remediation | replace("'", "''") }}'
    {%- endset %}
    with sums as (
        {% for here, there in measures.items() %}
        select
            '{{ here | replace("'", "''") }}' as measure,
            (select coalesce(cast(sum({{ here }}) as decimal(38, 12)), 0) from {{ model }} {{ 'where ' ~ row_condition if row_condition }}) as sum_here,
            (select coalesce(cast(sum({{ there }}) as decimal(38, 12)), 0) from {{ to }} {{ 'where ' ~ to_row_condition if to_row_condition }}) as sum_there
        {{ 'union all' if not loop.last }}
        {% endfor %}
    )

    select *
    from sums
    where {{ llm_cost.fails_with('sum_here <> sum_there', message) }}
{% endtest %}
