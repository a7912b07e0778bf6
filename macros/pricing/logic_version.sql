{% macro logic_version() -%}
    {#- A hash of the SQL that makes costs out of events and price cards, so that an upgrade of the package rebuilds every day, as does
        another reporting time zone, in which the rollups cut their days. -#}
    {%- set meters = llm_cost.meters() -%}
    {%- set texts = [
        llm_cost.metered_total(), llm_cost.priced('usage_events'), llm_cost.usage_cost(meters[0]), llm_cost.usage_cost(meters[0], 'list_'), llm_cost.count_meters(meters, meters, 'any', '> 0'),
        var('llm_cost_reporting_timezone', 'UTC')
    ] -%}
    {%- for meter in meters -%}
        {%- do texts.append(tojson(meter)) -%}
    {%- endfor -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.package_name == 'llm_cost' and node.resource_type == 'model' -%}
            {%- do texts.append(node.checksum.checksum) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(local_md5(texts | sort | join('|'))) }}
{%- endmacro %}
