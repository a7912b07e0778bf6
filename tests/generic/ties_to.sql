{% test ties_to(model, to, measures, remediation, row_condition=none, to_row_condition=none, by_day=false, sealed_by=none) %}
    {#- Sums that must be equal to the last digit on two relations. measures: expression here -> expression there.
        The failure names the measure, both sums and what to do. by_day, where both are rebuilt by UTC day: see llm_cost.rows_to_check().
        sealed_by: utc_date or usage_date, where `to` is the requests, whose sealed days are dropped: only later days are compared. -#}
    {%- if sealed_by %}
        {%- set open = ' > ' ~ llm_cost.sealed_until(sealed_by) %}
        {%- set row_condition = [row_condition, sealed_by ~ open] | select | join(' and ') %}
        {%- set to_row_condition = [to_row_condition, (llm_cost.reporting_date('occurred_at') if sealed_by == 'usage_date' else sealed_by) ~ open] | select | join(' and ') %}
    {%- endif %}
    {%- set message -%}
        '{{ model.identifier }}: ' || measure || ' is ' || cast(sum_here as string) || ', but {{ to.identifier }} has '
        || cast(sum_there as string) || '. {{ remediation | replace("'", "''") }}'
    {%- endset %}
    with sums_here as (
        select
            {% for here in measures -%}
                coalesce(cast(sum({{ here }}) as decimal(38, 12)), 0) as sum_{{ loop.index }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ llm_cost.rows_to_check(model, by_day) }} as rows_here
        {{ 'where ' ~ row_condition if row_condition }}
    ),

    sums_there as (
        select
            {% for there in measures.values() -%}
                coalesce(cast(sum({{ there }}) as decimal(38, 12)), 0) as sum_{{ loop.index }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ llm_cost.rows_to_check(to, by_day) }} as rows_there
        {{ 'where ' ~ to_row_condition if to_row_condition }}
    ),

    sums as (
        {% for here in measures -%}
            select
                '{{ here | replace("'", "''") }}' as measure,
                sums_here.sum_{{ loop.index }} as sum_here,
                sums_there.sum_{{ loop.index }} as sum_there
            from sums_here
            -- grain: one row each
            cross join sums_there
            {{ 'union all' if not loop.last }}
        {% endfor %}
    )

    select *
    from sums
    where {{ llm_cost.fails_with('sum_here <> sum_there', message) }}
{% endtest %}
