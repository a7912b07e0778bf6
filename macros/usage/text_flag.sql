{% macro text_flag(column) -%}
    coalesce(lower(cast({{ column }} as varchar)) in ('true', 't', '1', 'yes'), false)
{%- endmacro %}
