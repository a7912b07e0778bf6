{% macro text_flag(column) -%}
    coalesce(lower(cast({{ column }} as string)) in ('true', 't', '1', 'yes'), false)
{%- endmacro %}
