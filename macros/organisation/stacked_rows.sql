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
    {{ return(['attribution_steps', 'cache_rules', 'currencies', 'scenarios'] + llm_cost.demo_relations().values() | list) }}
{% endmacro %}


{% macro demo_relations() %}
    {#- The organisation and the shared costs of the demo company, by the var whose default they are. -#}
    {{ return({
        'llm_cost_teams': 'demo_teams',
        'llm_cost_cost_centers': 'demo_cost_centers',
        'llm_cost_shared_pools': 'demo_shared_pools',
        'llm_cost_pool_rules': 'demo_pool_rules',
        'llm_cost_fx_rates': 'demo_fx_rates',
        'llm_cost_period_status': 'demo_period_status'
    }) }}
{% endmacro %}


{% macro reads_demo_logs() %}
    {#- Whether this repository is the project and no var says what to read: then the demo is read. -#}
    {%- set named = [var('llm_cost_sources', none)] -%}
    {%- for format in llm_cost.known_sources() -%}
        {%- do named.extend([var('llm_cost_' ~ format ~ '_files', none), var('llm_cost_' ~ format ~ '_identifier', none)]) -%}
    {%- endfor -%}
    {{ return(project_name == 'llm_cost' and named | reject('none') | list | length == 0) }}
{% endmacro %}


{% macro relations_of(variable) %}
    {#- The relations that a var names; those of the demo company where the demo logs are read. -#}
    {%- set demo = llm_cost.demo_relations() -%}
    {{ return(var(variable, [demo[variable]] if variable in demo and llm_cost.reads_demo_logs() else [])) }}
{% endmacro %}
