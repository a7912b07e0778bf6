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
    {#- Whether this is a build in which the tests of each model run before what depends on it. -#}
    {%- if not execute -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set arguments = invocation_args_dict -%}
    {{ return(
        flags.WHICH in ['build', 'retry']
        and 'test' not in (arguments.get('exclude_resource_types') or []) and not arguments.get('resource_types') and not arguments.get('exclude')
    ) }}
{% endmacro %}
