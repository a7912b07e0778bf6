{#- Time-of-day windows of the package and the user. -#}

{% for relation in llm_cost.window_relations() -%}
    select
        {% for column in ['window_name', 'timezone', 'weekday_mask', 'start_time', 'end_time'] -%}
            {{ llm_cost.seed_text(column) }} as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('llm_cost', relation) if loop.first else ref(relation) }}
    {{ 'union all' if not loop.last }}
{% endfor %}
