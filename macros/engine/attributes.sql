{#- Attributes: what a log says of a call under names of its users' choosing (metadata, headers, tags, resource attributes),
    as a list of structs (key, value), both text. Earlier entries win. Never NULL in a list: a log that has none has a NULL list. -#}

{% macro attributes_of_json(column) %}
    {#- The top-level fields of a JSON object's text. NULL when it is no JSON; inner objects stay JSON text. -#}
    {{ return(adapter.dispatch('attributes_of_json', 'llm_cost')(column)) }}
{% endmacro %}

{% macro default__attributes_of_json(column) -%}
    {#- not a cast to MAP: an object that names a field twice would stop the query -#}
    try([{'key': pair[1], 'value': pair[2]} for pair in list_zip(json_keys({{ column }}), json_extract_string({{ column }}, '$.*'))])
{%- endmacro %}

{% macro spark__attributes_of_json(column) -%}
    map_entries(from_json({{ column }}, 'map<string,string>'))
{%- endmacro %}


{% macro attribute_pairs(pairs) %}
    {#- Attributes from a dict: key to SQL expression. -#}
    {{ return(adapter.dispatch('attribute_pairs', 'llm_cost')(pairs)) }}
{% endmacro %}

{% macro default__attribute_pairs(pairs) -%}
    [{% for key, value in pairs.items() %}{'key': '{{ key }}', 'value': cast({{ value }} as string)}{{ ', ' if not loop.last }}{% endfor %}]
{%- endmacro %}

{% macro spark__attribute_pairs(pairs) -%}
    array({% for key, value in pairs.items() %}named_struct('key', '{{ key }}', 'value', cast({{ value }} as string)){{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}


{% macro attributes_of_texts(list) %}
    {#- A list of tags like `team:search` or `team=search`: what stands before the first colon is the key, without a colon before the
        first equals sign. -#}
    {{ return(adapter.dispatch('attributes_of_texts', 'llm_cost')(list)) }}
{% endmacro %}

{% macro tag_key(tag) -%}
    case when contains({{ tag }}, ':') then split_part({{ tag }}, ':', 1) else split_part({{ tag }}, '=', 1) end
{%- endmacro %}

{% macro default__attributes_of_texts(list) -%}
    [
        {'key': {{ llm_cost.tag_key('tag') }}, 'value': substr(tag, length({{ llm_cost.tag_key('tag') }}) + 2)}
        for tag in {{ list }} if contains(tag, ':') or contains(tag, '=')
    ]
{%- endmacro %}

{% macro spark__attributes_of_texts(list) -%}
    transform(
        filter({{ list }}, tag -> contains(tag, ':') or contains(tag, '=')),
        tag -> named_struct('key', {{ llm_cost.tag_key('tag') }}, 'value', substr(tag, length({{ llm_cost.tag_key('tag') }}) + 2))
    )
{%- endmacro %}


{% macro merged_attributes(lists) %}
    {#- Several lists of attributes as one; NULL lists are empty. -#}
    {{ return(adapter.dispatch('merged_attributes', 'llm_cost')(lists)) }}
{% endmacro %}

{% macro default__merged_attributes(lists) -%}
    list_concat({{ lists | join(', ') }})
{%- endmacro %}

{% macro spark__merged_attributes(lists) -%}
    concat({% for list in lists %}coalesce({{ list }}, array()){{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}


{% macro named_attributes(attributes, keys) %}
    {#- The attributes that have a value and whose key, in lower case, is in a list: structs (key, position, value). -#}
    {{ return(adapter.dispatch('named_attributes', 'llm_cost')(attributes, keys)) }}
{% endmacro %}

{% macro default__named_attributes(attributes, keys) -%}
    [
        entry for entry in [{'key': lower(entry.key), 'position': position, 'value': entry.value} for entry, position in {{ attributes }}]
        if entry.value <> '' and list_contains({{ keys }}, entry.key)
    ]
{%- endmacro %}

{% macro spark__named_attributes(attributes, keys) -%}
    filter(
        transform({{ attributes }}, (entry, position) -> named_struct('key', lower(entry.key), 'position', position, 'value', entry.value)),
        entry -> entry.value <> '' and array_contains({{ keys }}, entry.key)
    )
{%- endmacro %}


{% macro first_attribute(attributes, keys) %}
    {#- Of attributes from named_attributes(), the value of the key that comes first in a list of keys; of one key twice, the first. -#}
    {{ return(adapter.dispatch('first_attribute', 'llm_cost')(attributes, keys)) }}
{% endmacro %}

{% macro default__first_attribute(attributes, keys) -%}
    {#- most records have one of them, for which nothing is ordered -#}
    {%- set found = '[entry for entry in ' ~ attributes ~ ' if list_contains(' ~ keys ~ ', entry.key)]' -%}
    case
        when len({{ found }}) <= 1 then ({{ found }})[1].value
        else list_min([
            {'place': list_position({{ keys }}, entry.key), 'position': entry.position, 'value': entry.value} for entry in {{ found }}
        ]).value
    end
{%- endmacro %}

{% macro spark__first_attribute(attributes, keys) -%}
    array_min(transform(
        filter({{ attributes }}, entry -> array_contains({{ keys }}, entry.key)),
        entry -> named_struct('place', array_position({{ keys }}, entry.key), 'position', entry.position, 'value', entry.value)
    )).value
{%- endmacro %}


{% macro ordered_list(value, sort_key, condition) %}
    {#- The values of a group that meet a condition as a list, ordered by a key. -#}
    {{ return(adapter.dispatch('ordered_list', 'llm_cost')(value, sort_key, condition)) }}
{% endmacro %}

{% macro default__ordered_list(value, sort_key, condition) -%}
    list({{ value }} order by {{ sort_key }}) filter (where {{ condition }})
{%- endmacro %}

{% macro spark__ordered_list(value, sort_key, condition) -%}
    transform(array_sort(collect_list(struct({{ sort_key }} as sort_key, {{ value }} as value)) filter (where {{ condition }})), entry -> entry.value)
{%- endmacro %}
