{% macro stacked_rows(relations, columns) -%}
    {#- The rows of the relations that a var names (seeds or models of the package or of the user), as text, NULL where a cell
        is empty; `relation` names theirs. No relation gives no row. -#}
    {%- for relation in relations %}
        select
            '{{ relation }}' as relation,
            {% for column in columns -%}
                {{ llm_cost.seed_text(column) }} as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ ref('llm_cost', relation) if relation in llm_cost.package_relations() else ref(relation) }}
        {{ 'union all' if not loop.last }}
    {%- else %}
        select
            cast(null as string) as relation,
            {% for column in columns -%}
                cast(null as string) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        where false
    {%- endfor -%}
{%- endmacro %}


{% macro package_relations() %}
    {#- Seeds of this package that a var may name beside the user's relations. -#}
    {{ return(['attribution_steps', 'currencies', 'scenarios'] + llm_cost.demo_relations().values() | list) }}
{% endmacro %}


{% macro demo_relations() %}
    {#- The organisation and the shared costs of the demo company, by the var whose default they are. -#}
    {{ return({}) }}
{% endmacro %}


{% macro relations_of(variable) %}
    {#- The relations that a var names; of the demo where this repository is the project and reads the demo logs. -#}
    {%- set reads_demo = project_name == 'llm_cost' and llm_cost.enabled_sources() == llm_cost.demo_files().keys() | list and var('llm_cost_usage_log_files', none) is none -%}
    {%- set default = [llm_cost.demo_relations()[variable]] if reads_demo and variable in llm_cost.demo_relations() else [] -%}
    {{ return(var(variable, default)) }}
{% endmacro %}
