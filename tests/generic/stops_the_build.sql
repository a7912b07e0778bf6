{% test stops_the_build(model, rows='price or alias row(s)', consequence='no cost was written') %}
    {#- Fails with the offending rows and what to do about each, so that nothing downstream is built. -#}
    {%- set message -%}
        cast(problem_count as string) || ' {{ rows }} are wrong, {{ consequence }}. ' || problem_list
    {%- endset %}
    select *
    from (
        select
            count(*) as problem_count,
            {{ llm_cost.list_text("row_id || ' ' || problem", "'; '") }} as problem_list
        from {{ model }}
    ) as problems
    where {{ llm_cost.fails_with('problem_count > 0', message) }}
{% endtest %}
