{#- OTLP in JSON: what differs between engines in reading nested lists and OTLP's own attribute lists. Attributes are lists of structs
    (key, value), both text, as in attributes.sql. -#}

{% macro otlp_value_schema() %}
    {#- A value of OTLP's union; lists and maps are not read. -#}
    {{ return({'stringValue': 'VARCHAR', 'intValue': 'VARCHAR', 'doubleValue': 'VARCHAR', 'boolValue': 'VARCHAR'}) }}
{% endmacro %}


{% macro otlp_attributes(list) %}
    {#- OTLP's attribute list, parsed with otlp_value_schema(), as attributes, without values of more than 4,000 bytes: those are content,
        which nothing reads and which would be copied along. A name that stands twice stays twice: the first counts. -#}
    {{ return(adapter.dispatch('otlp_attributes', 'llm_cost')(list)) }}
{% endmacro %}

{% macro default__otlp_attributes(list) -%}
    [
        {'key': entry.key, 'value': coalesce(entry.value.stringValue, entry.value.intValue, entry.value.doubleValue, entry.value.boolValue)}
        for entry in {{ list }} if coalesce(strlen(entry.value.stringValue), 0) <= 4000
    ]
{%- endmacro %}

{% macro spark__otlp_attributes(list) -%}
    transform(
        filter({{ list }}, entry -> coalesce(octet_length(entry.value.stringValue), 0) <= 4000),
        entry -> named_struct('key', entry.key, 'value', coalesce(entry.value.stringValue, entry.value.intValue, entry.value.doubleValue, entry.value.boolValue))
    )
{%- endmacro %}


{% macro attributes_of_text(column) -%}
    {#- Attributes of JSON text: an object, or OTLP's list. -#}
    case
        when {{ column }} like '[%' then {{ llm_cost.otlp_attributes(llm_cost.parsed_json(column, [{'key': 'VARCHAR', 'value': llm_cost.otlp_value_schema()}])) }}
        else {{ llm_cost.attributes_of_json(column) }}
    end
{%- endmacro %}


{% macro attribute_keys(attributes) %}
    {#- The names of attributes as a list of texts; for attribute_value(). -#}
    {{ return(adapter.dispatch('attribute_keys', 'llm_cost')(attributes)) }}
{% endmacro %}

{% macro default__attribute_keys(attributes) -%}
    [entry.key for entry in {{ attributes }}]
{%- endmacro %}

{% macro spark__attribute_keys(attributes) -%}
    transform({{ attributes }}, entry -> entry.key)
{%- endmacro %}


{% macro attribute_values(attributes) %}
    {#- The values of attributes as a list of texts, in the order of attribute_keys(). -#}
    {{ return(adapter.dispatch('attribute_values', 'llm_cost')(attributes)) }}
{% endmacro %}

{% macro default__attribute_values(attributes) -%}
    [entry.value for entry in {{ attributes }}]
{%- endmacro %}

{% macro spark__attribute_values(attributes) -%}
    transform({{ attributes }}, entry -> entry.value)
{%- endmacro %}


{% macro attribute_value(keys, values, names) -%}
    {#- The value of the first of some names (exactly so spelled) that has one. keys and values are columns: attribute_keys() and
        attribute_values(), which are made once a row because many names are looked up. -#}
    {%- if names | length > 1 -%}
        coalesce({% for name in names %}{{ llm_cost.value_at_key(keys, values, name) }}{{ ', ' if not loop.last }}{% endfor %})
    {%- else -%}
        {{ llm_cost.value_at_key(keys, values, names[0]) }}
    {%- endif -%}
{%- endmacro %}

{% macro value_at_key(keys, values, name) %}
    {{ return(adapter.dispatch('value_at_key', 'llm_cost')(keys, values, name)) }}
{% endmacro %}

{% macro default__value_at_key(keys, values, name) -%}
    nullif({{ values }}[list_position({{ keys }}, '{{ name }}')], '')
{%- endmacro %}

{% macro spark__value_at_key(keys, values, name) -%}
    nullif(get({{ values }}, cast(array_position({{ keys }}, '{{ name }}') as int) - 1), '')
{%- endmacro %}


{% macro short_attributes(attributes, prefixes) %}
    {#- The attributes that may name an owner: values of up to 500 bytes (the others are content), without the prefixes under
        which a client puts names of its users' choosing. -#}
    {{ return(adapter.dispatch('short_attributes', 'llm_cost')(attributes, prefixes)) }}
{% endmacro %}

{% macro default__short_attributes(attributes, prefixes) -%}
    [{'key': {{ llm_cost.without_prefixes('entry.key', prefixes) }}, 'value': entry.value} for entry in {{ attributes }} if strlen(entry.value) <= 500]
{%- endmacro %}

{% macro spark__short_attributes(attributes, prefixes) -%}
    transform(filter({{ attributes }}, entry -> octet_length(entry.value) <= 500), entry -> named_struct('key', {{ llm_cost.without_prefixes('entry.key', prefixes) }}, 'value', entry.value))
{%- endmacro %}

{% macro without_prefixes(key, prefixes) -%}
    {%- if prefixes -%}
        case {% for prefix in prefixes %}when {{ key }} like '{{ prefix }}%' then substr({{ key }}, {{ prefix | length + 1 }}) {% endfor %}else {{ key }} end
    {%- else -%}
        {{ key }}
    {%- endif -%}
{%- endmacro %}


{% macro nested_length(groups, outer, inner) %}
    {#- How many items the inner lists of a parsed list of groups hold in all: groups[].outer[].inner[]. NULL or 0 when none. -#}
    {{ return(adapter.dispatch('nested_length', 'llm_cost')(groups, outer, inner)) }}
{% endmacro %}

{% macro default__nested_length(groups, outer, inner) -%}
    cast(list_sum([list_sum([len(inner_group.{{ inner }}) for inner_group in outer_group.{{ outer }}]) for outer_group in {{ groups }}]) as bigint)
{%- endmacro %}

{% macro spark__nested_length(groups, outer, inner) -%}
    aggregate(
        {{ groups }}, cast(0 as bigint),
        (total, outer_group) -> total + coalesce(aggregate(
            outer_group.{{ outer }}, cast(0 as bigint),
            (subtotal, inner_group) -> subtotal + case when inner_group.{{ inner }} is not null then size(inner_group.{{ inner }}) else 0 end
        ), 0)
    )
{%- endmacro %}


{% macro nested_json_length(column, outer, inner) %}
    {#- The same counted in JSON text, apart from the parse of the staging models: for row accounting. With no outer list, the length
        of the list that the text is. -#}
    {{ return(adapter.dispatch('nested_json_length', 'llm_cost')(column, outer, inner)) }}
{% endmacro %}

{% macro default__nested_json_length(column, outer, inner) -%}
    {%- if outer -%}
        try(list_sum(json_array_length({{ column }}, '$[*].{{ outer }}[*].{{ inner }}')))
    {%- else -%}
        try(json_array_length({{ column }}))
    {%- endif -%}
{%- endmacro %}

{% macro spark__nested_json_length(column, outer, inner) -%}
    {%- if outer -%}
        {{ llm_cost.nested_length("from_json(" ~ column ~ ", 'array<struct<" ~ outer ~ ":array<struct<" ~ inner ~ ":array<string>>>>>')", outer, inner) }}
    {%- else -%}
        case when {{ column }} is not null then size(from_json({{ column }}, 'array<string>')) end
    {%- endif -%}
{%- endmacro %}


{% macro nanosecond_timestamp(column) %}
    {#- OTLP's time, nanoseconds since 1970 as text, to a UTC timestamp: utc_timestamp() without its search for the spelling, which is
        slow on so many rows. NULL when it is no whole number, 0 when it was not set. -#}
    {{ return(adapter.dispatch('nanosecond_timestamp', 'llm_cost')(column)) }}
{% endmacro %}

{% macro default__nanosecond_timestamp(column) -%}
    make_timestamp(nullif(try_cast({{ column }} as bigint), 0) // 1000)
{%- endmacro %}

{% macro spark__nanosecond_timestamp(column) -%}
    timestamp_micros(nullif(try_cast({{ column }} as bigint), 0) div 1000)
{%- endmacro %}
