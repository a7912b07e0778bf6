{% macro erases_users() %}
    {#- Whether any relation names users whose id is not kept. -#}
    {{ return(llm_cost.relations_of('llm_cost_erased_users') | length > 0) }}
{% endmacro %}


{% macro erasable(column) -%}
    {#- A text column of a raw row as it is kept: of a user who is erased, neither the id nor another column or tag that is equal to it. -#}
    {%- if not llm_cost.erases_users() -%}
        {{ column }}
    {%- elif column == 'tags' -%}
        case when is_erased then {{ llm_cost.erased_tags('tags', 'user_id') }} else tags end
    {%- else -%}
        case when is_erased and {{ column }} = user_id then 'erased' else {{ column }} end
    {%- endif -%}
{%- endmacro %}


{% macro erased_tags(tags, user_id) %}
    {#- A JSON text without the values that are equal to a user id: a text becomes "erased", a number null. -#}
    {{ return(adapter.dispatch('erased_tags', 'llm_cost')(tags, user_id)) }}
{% endmacro %}

{% macro default__erased_tags(tags, user_id) -%}
    regexp_replace(
        replace({{ tags }}, cast(to_json({{ user_id }}) as varchar), '"erased"'), concat('([:,\[]\s*)', regexp_escape({{ user_id }}), '(\s*[,}\]])'), '\1null\2', 'g'
    )
{%- endmacro %}

{% macro spark__erased_tags(tags, user_id) -%}
    regexp_replace(
        replace({{ tags }}, concat('"', replace(replace({{ user_id }}, '\\', '\\\\'), '"', '\\"'), '"'), '"erased"'),
        concat('([:,\\[]\\s*)\\Q', {{ user_id }}, '\\E(\\s*[,}\\]])'), '$1null$2'
    )
{%- endmacro %}
