{% test each_ties_to(model, to, by, measures, remediation, sealed_by=none) %}
    {#- Like ties_to, for every value of a column: each alone must have the sums of the whole other relation.
        measures: expression here -> expression there. sealed_by: as for ties_to. -#}
    {%- set open = 'where ' ~ sealed_by ~ ' > ' ~ llm_cost.sealed_until(sealed_by) if sealed_by else '' %}
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
            {{ open }}
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
            {{ open }}
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
