{% macro erases_users() %}
    {#- Whether any relation names users whose id is not kept. -#}
    {{ return(llm_cost.relations_of('llm_cost_erased_users') | length > 0) }}
{% endmacro %}


{% macro erasable(column) -%}
    {#- A text column of a raw row as it is kept: of a user who is erased, neither the id nor another column or tag that is equal to it. -#}
    {%- if not llm_cost.erases_users() -%}
        {{ column }}
    {%- elif column == 'tags' -%}
        case when is_erased then replace(tags, concat('"', user_id, '"'), '"erased"') else tags end
    {%- else -%}
        case when is_erased and {{ column }} = user_id then 'erased' else {{ column }} end
    {%- endif -%}
{%- endmacro %}
