{% test session_is_exact(model) %}
    {#- Fails when the engine's session lacks a setting without which results are not exact. Stands on a model that every cost
        depends on, so that nothing is written then. -#}
    select *
    from (
        select
            max({{ llm_cost.session_problem() }}) as problem,
            count(*) as row_count
        from {{ model }}
    ) as session_check
    where {{ llm_cost.fails_with('problem is not null', "'llm_cost: ' || problem") }}
{% endtest %}
