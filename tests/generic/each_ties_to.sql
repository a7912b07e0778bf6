{% test each_ties_to(model, to, by, measures, remediation) %}
    {#- Like ties_to, for every value of a column: each alone must have the sums of the whole other relation.
        measures: expression here -> expression there. -#}
    {%- set message -%}
        '{{ model.identifier }}, {{ by }} ' || group_name || ': ' || measure || ' is ' || cast(sum_here as string) || ', but {{ to.identifier }} has '
        || cast(sum_there as string) || '. {{ remediation | replace("'", "''") }}'
    {%- endset %}
    with sums_here as (
        {% for here in measures -%}
            select
                {{ by }} as group_name,
                '{{ here | replace("'", "''") }}' as measure,
                coalesce(cast(sum({{ here }}) as decimal(38, 12)), 0) as sum_here
            from {{ model }}
            group by {{ by }}
            {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    sums_there as (
        {% for here, there in measures.items() -%}
            select
                '{{ here | replace("'", "''") }}' as measure,
                coalesce(cast(sum({{ there }}) as decimal(38, 12)), 0) as sum_there
            from {{ to }}
            {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    sums as (
        select
            sums_here.group_name,
            sums_here.measure,
            sums_here.sum_here,
            sums_there.sum_there
        from sums_here
        -- grain: measure is unique in sums_there
        inner join sums_there on sums_here.measure = sums_there.measure
    )

    select *
    from sums
    where {{ llm_cost.fails_with('sum_here <> sum_there', message) }}
{% endtest %}
