{% macro quantiles(value, fractions) %}
    {#- The list of the quantiles of a group's values, linear between the two nearest (as numpy and quantile_cont have it); NULLs do not
        count, a group without values has NULL. -#}
    {{ return(adapter.dispatch('quantiles', 'llm_cost')(value, fractions)) }}
{% endmacro %}

{% macro default__quantiles(value, fractions) -%}
    quantile_cont({{ value }}, {{ fractions }})
{%- endmacro %}

{% macro spark__quantiles(value, fractions) -%}
    percentile({{ value }}, array({% for fraction in fractions %}{{ fraction }}d{{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}


{% macro list_item(list, position) %}
    {#- The item of a list at a position, which begins with 1; NULL of a list that is NULL. -#}
    {{ return(adapter.dispatch('list_item', 'llm_cost')(list, position)) }}
{% endmacro %}

{% macro default__list_item(list, position) -%}
    ({{ list }})[{{ position }}]
{%- endmacro %}

{% macro spark__list_item(list, position) -%}
    element_at({{ list }}, {{ position }})
{%- endmacro %}


{% macro evenly_spaced(least, greatest, count) %}
    {#- A list of so many numbers from the least to the greatest; of one number the least. -#}
    {{ return(adapter.dispatch('evenly_spaced', 'llm_cost')(least, greatest, count)) }}
{% endmacro %}

{% macro default__evenly_spaced(least, greatest, count) -%}
    case
        when {{ count }} = 1 then [{{ least }}]
        when {{ count }} = 2 then [{{ least }}, {{ greatest }}]
        else [{{ least }} + ({{ greatest }} - {{ least }}) * place / ({{ count }} - 1) for place in range({{ count }})]
    end
{%- endmacro %}

{% macro spark__evenly_spaced(least, greatest, count) -%}
    case
        when {{ count }} = 1 then array({{ least }})
        else transform(sequence(0, cast({{ count }} as int) - 1), place -> {{ least }} + ({{ greatest }} - {{ least }}) * place / ({{ count }} - 1))
    end
{%- endmacro %}
