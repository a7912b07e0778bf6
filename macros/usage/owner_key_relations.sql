{% macro owner_key_relations() %}
    {#- Which attribute of a log names which owner: the package's list, then the user's, whose rows come first. -#}
    {{ return(['owner_keys'] + var('llm_cost_extra_owner_keys', [])) }}
{% endmacro %}
