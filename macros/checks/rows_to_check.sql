{% macro rows_to_check(relation, by_day) -%}
    {#- What a test of a table that is rebuilt by UTC day looks at: in `dbt build` the days that no build has checked as they are now
        (int_llm_cost__checked_days), so that a night's tests follow the new data; in `dbt test`, and after a full refresh, every row. -#}
    {%- set checked = llm_cost.built_relation('int_llm_cost__checked_days') if by_day and flags.WHICH in ['build', 'retry'] -%}
    {%- if checked -%}
        (
            select rows_built.*
            from {{ relation }} as rows_built
            -- grain: utc_date is unique in days
            inner join (
                select event_days.utc_date
                from {{ llm_cost.built_relation('int_llm_cost__event_days') }} as event_days
                left join {{ checked }} as checked_days
                    on event_days.utc_date = checked_days.utc_date and event_days.day_fingerprint = checked_days.day_fingerprint
                where checked_days.utc_date is null
            ) as days on rows_built.utc_date = days.utc_date
        )
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}


{% macro runs_every_test() %}
    {#- Whether this is a build of the tests of fct_llm_cost__requests and fct_llm_cost__hourly, all of which run before what depends on them. -#}
    {%- if not execute or flags.WHICH != 'build' -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set left_out = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'test' and node.package_name == 'llm_cost' and node.unique_id not in selected_resources -%}
        {%- for name in ['fct_llm_cost__requests', 'fct_llm_cost__hourly'] if 'model.llm_cost.' ~ name in node.depends_on.nodes -%}
            {%- do left_out.append(node.unique_id) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(left_out | length == 0) }}
{% endmacro %}
