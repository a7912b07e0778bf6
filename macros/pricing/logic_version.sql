{% macro logic_version() -%}
    {#- A hash of the SQL that makes costs out of events and price cards, so that an upgrade of the package rebuilds every day. -#}
    {%- set texts = [llm_cost.metered_total(), llm_cost.usage_cost(llm_cost.meters()[0]), llm_cost.usage_cost(llm_cost.meters()[0], 'list_')] -%}
    {%- for meter in llm_cost.meters() -%}
        {%- do texts.append(tojson(meter)) -%}
    {%- endfor -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.package_name == 'llm_cost' and node.resource_type == 'model' -%}
            {%- do texts.append(node.checksum.checksum) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(local_md5(texts | sort | join('|'))) }}
{%- endmacro %}
