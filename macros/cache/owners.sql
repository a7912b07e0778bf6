{% macro cache_tenant(column='tenant_id') -%}
    {#- The tenant of a row as the cache and economics marts name it: `unattributed` where the log has none. Ids that differ only by case are
        two tenants, as ids often are case-sensitive, unless var llm_cost_fold_tenant_case is true. -#}
    coalesce({{ 'lower(' ~ column ~ ')' if var('llm_cost_fold_tenant_case', false) else column }}, 'unattributed')
{%- endmacro %}


{% macro cache_owner_kinds() %}
    {#- The owners by which cache use is shown: kind -> column of the requests. Another owner is one line here. -#}
    {{ return({
        'tenant': 'tenant_id',
        'feature': 'feature',
        'agent': 'agent_id',
        'prompt_template': 'prompt_template',
        'api_key': 'api_key_id'
    }) }}
{% endmacro %}


{% macro cache_period(usage_date) -%}
    {#- The period of a calendar day in the reporting time zone: its month as YYYY-MM or, with var llm_cost_cache_period: week, the Monday of its
        ISO week as YYYY-MM-DD. -#}
    {%- if var('llm_cost_cache_period', 'month') == 'week' -%}
        {{ llm_cost.date_text("date_trunc('week', " ~ usage_date ~ ")") }}
    {%- elif var('llm_cost_cache_period', 'month') == 'month' -%}
        substr({{ llm_cost.date_text(usage_date) }}, 1, 7)
    {%- else -%}
        {{ exceptions.raise_compiler_error("llm_cost_cache_period is '" ~ var('llm_cost_cache_period') ~ "': write month or week") }}
    {%- endif -%}
{%- endmacro %}
