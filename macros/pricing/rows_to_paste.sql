{% macro csv_field(column) -%}
    {#- A value as one field of a CSV line. -#}
    case when {{ column }} like '%,%' or {{ column }} like '%"%' then '"' || replace({{ column }}, '"', '""') || '"' else {{ column }} end
{%- endmacro %}


{% macro price_row_to_paste(meter, per_units) -%}
    {#- A line of a price seed for a model that has none, from the day of its first use; ? stands for what a person must look up,
        and stops the build where it is left. -#}
    concat(
        {{ llm_cost.csv_field('lower(' ~ "provider || '/' || model || '/" ~ meter ~ "')") }},
        case when service_tier <> 'standard' then '/' || service_tier else '' end, '@', {{ llm_cost.date_text('first_seen_at') }}, ',',
        provider, ',', {{ llm_cost.csv_field('lower(model)') }}, ',{{ meter }},', service_tier, ',global,0,,,?,{{ per_units }},USD,',
        {{ llm_cost.date_text('first_seen_at') }}, ' 00:00:00,{{ run_started_at.strftime("%Y-%m-%d") }} 00:00:00,launch,?,'
    )
{%- endmacro %}


{% macro alias_row_to_paste(provider, alias, model, first_seen_at) -%}
    {#- A line of an alias seed that bills a name as a known model, from the day of its first use. -#}
    concat(
        {{ provider }}, ',', {{ llm_cost.csv_field('lower(' ~ alias ~ ')') }}, ',', {{ llm_cost.csv_field(model) }}, ',,',
        {{ llm_cost.date_text(first_seen_at) }}, ' 00:00:00,{{ run_started_at.strftime("%Y-%m-%d") }} 00:00:00,?,'
    )
{%- endmacro %}


{% macro bare_model_name(name) -%}
    {#- A model name without a date, version or stage at its end: what two snapshots of one model share. -#}
    regexp_replace(lower({{ name }}), '[-@_:.](20[0-9][0-9]-?[0-9][0-9]-?[0-9][0-9]|[0-9][0-9][0-9][0-9]|v[0-9]+(:[0-9]+)?|latest|preview|exp)$', '')
{%- endmacro %}


{% macro gap_meters() %}
    {#- The meters that a request may have used without a price, and the column that says so. -#}
    {%- set meters = [] -%}
    {%- for meter in llm_cost.meters() if meter.quantity in llm_cost.usage_quantities() or meter.name == 'output' -%}
        {%- do meters.append({
            'name': meter.name,
            'column': 'output_tokens' if meter.name == 'output' else meter.quantity,
            'fallback': meter.fallback,
            'is_token': meter.is_token
        }) -%}
    {%- endfor -%}
    {{ return(meters) }}
{% endmacro %}
