{#- Everything that differs between engines. One macro per need, a default each, no engine test in any model. -#}

{% macro session_problem() %}
    {#- What a session must have set for exact results and has not, as a sentence that says what to set; NULL when fine. -#}
    {{ return(adapter.dispatch('session_problem', 'llm_cost')()) }}
{% endmacro %}

{% macro default__session_problem() -%}
    cast(null as string)
{%- endmacro %}


{% macro quoted(name) -%}
    {#- A column whose name is a word of the engine's language. -#}
    {{ adapter.quote(name) }}
{%- endmacro %}


{% macro staging_materialization() %}
    {#- How a log format's staging model is kept: a view where the engine plans through it. -#}
    {{ return(adapter.dispatch('staging_materialization', 'llm_cost')()) }}
{% endmacro %}

{% macro default__staging_materialization() %}
    {{ return('view') }}
{% endmacro %}


{% macro utc_timestamp(column) %}
    {#- Text, timestamp or epoch (seconds to nanoseconds, by its length) to a UTC timestamp; NULL when it cannot be read.
        Text without a zone is UTC. -#}
    {{ return(adapter.dispatch('utc_timestamp', 'llm_cost')(column)) }}
{% endmacro %}

{% macro default__utc_timestamp(column) -%}
    case typeof({{ column }})
        when 'TIMESTAMP' then try_cast({{ column }} as timestamp)
        when 'TIMESTAMP WITH TIME ZONE' then timezone('UTC', try_cast({{ column }} as timestamptz))
        else case
            when cast({{ column }} as string) like '%Z' or cast({{ column }} as string) like '% UTC'
                then try_cast(rtrim(cast({{ column }} as string), ' ZUTC') as timestamp)
            when regexp_matches(cast({{ column }} as string), ':[0-9.]+ ?[+-][0-9]{2}(:?[0-9]{2})?$')
                -- DuckDB reads an offset only without the space before it
                then timezone('UTC', try_cast(regexp_replace(cast({{ column }} as string), ' ([+-])', '\1') as timestamptz))
            when regexp_matches(cast({{ column }} as string), '^[0-9]{9,19}([.][0-9]+)?$')
                -- in whole numbers: a cast to a wide decimal takes DuckDB a tenth of a millisecond
                then make_timestamp(case
                    when length(split_part(cast({{ column }} as string), '.', 1)) >= 18
                        then (try_cast(split_part(cast({{ column }} as string), '.', 1) as bigint) + 500) // 1000
                    when length(split_part(cast({{ column }} as string), '.', 1)) >= 15
                        then try_cast(split_part(cast({{ column }} as string), '.', 1) as bigint)
                    when length(split_part(cast({{ column }} as string), '.', 1)) >= 12
                        then try_cast(split_part(cast({{ column }} as string), '.', 1) as bigint) * 1000
                            + try_cast(substr(split_part(cast({{ column }} as string), '.', 2) || '000', 1, 3) as bigint)
                    else try_cast(split_part(cast({{ column }} as string), '.', 1) as bigint) * 1000000
                        + try_cast(substr(split_part(cast({{ column }} as string), '.', 2) || '000000', 1, 6) as bigint)
                end)
            -- a number that went through a floating point printer: 1.7778960005E9
            when regexp_matches(cast({{ column }} as string), '^[0-9][.][0-9]+E[+]?(9|12|15|18)$')
                then make_timestamp(cast(
                    try_cast(cast({{ column }} as string) as decimal(28, 6))
                    * case right(cast({{ column }} as string), 2) when '18' then 0.001 when '15' then 1 when '12' then 1000 else 1000000 end
                as bigint))
            else try_cast(cast({{ column }} as string) as timestamp)
        end
    end
{%- endmacro %}


{% macro parsed_json(column, schema) %}
    {#- JSON text to a struct of the given fields (a dict: name to type, or to a nested dict, or to a list of one
        dict). Fields that are absent or of another type are NULL, as is the struct of text that is no JSON. -#}
    {{ return(adapter.dispatch('parsed_json', 'llm_cost')(column, schema)) }}
{% endmacro %}

{% macro default__parsed_json(column, schema) -%}
    try(json_transform({{ column }}, '{{ tojson(schema) }}'))
{%- endmacro %}


{% macro text_of_json(column) %}
    {#- JSON text of a column that holds JSON as text, as a JSON type or as a struct (a nested Parquet column). -#}
    {{ return(adapter.dispatch('text_of_json', 'llm_cost')(column)) }}
{% endmacro %}

{% macro default__text_of_json(column) -%}
    case
        when typeof({{ column }}) like 'STRUCT(%' or typeof({{ column }}) like 'MAP(%' or typeof({{ column }}) like '%[]'
            then cast(to_json({{ column }}) as string)
        else cast({{ column }} as string)
    end
{%- endmacro %}


{% macro json_text(column, path) %}
    {#- The text at a path of JSON text, NULL when the text is no JSON or has nothing there. -#}
    {{ return(adapter.dispatch('json_text', 'llm_cost')(column, path)) }}
{% endmacro %}

{% macro default__json_text(column, path) -%}
    try(json_extract_string({{ column }}, '{{ path }}'))
{%- endmacro %}


{% macro sum_where(list, item, condition, value) %}
    {#- Sum of an expression over the items of a list of structs that meet a condition; NULL when none does. -#}
    {{ return(adapter.dispatch('sum_where', 'llm_cost')(list, item, condition, value)) }}
{% endmacro %}

{% macro default__sum_where(list, item, condition, value) -%}
    -- most rows have no list: a list comprehension would be run for them too
    case when {{ list }} is not null then cast(list_sum([{{ value }} for {{ item }} in {{ list }} if {{ condition }}]) as bigint) end
{%- endmacro %}


{% macro content_hash(columns) %}
    {#- Stable text hash of several columns, NULL and empty told apart. -#}
    {{ return(adapter.dispatch('content_hash', 'llm_cost')(columns)) }}
{% endmacro %}

{% macro default__content_hash(columns) -%}
    md5(concat_ws('|', {% for column in columns %}coalesce(cast({{ column }} as string), '~'){{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}


{% macro hash64(columns) %}
    {#- 64-bit hash of several columns, NULL and its place told apart; two different inputs may share one. -#}
    {{ return(adapter.dispatch('hash64', 'llm_cost')(columns)) }}
{% endmacro %}

{% macro default__hash64(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}


{% macro sha256_text(column) %}
    {#- SHA-256 of a text in hexadecimal, the same on each engine. -#}
    {{ return(adapter.dispatch('sha256_text', 'llm_cost')(column)) }}
{% endmacro %}

{% macro default__sha256_text(column) -%}
    sha256({{ column }})
{%- endmacro %}


{% macro key64(columns) %}
    {#- The same as a bigint that is never negative, on each engine. -#}
    {{ return(adapter.dispatch('key64', 'llm_cost')(columns)) }}
{% endmacro %}

{% macro default__key64(columns) -%}
    cast(hash({{ columns | join(', ') }}) >> 1 as bigint)
{%- endmacro %}


{% macro equal_where(here, there, condition) %}
    {#- The condition of a left join by equal keys for some rows on the left only. -#}
    {{ return(adapter.dispatch('equal_where', 'llm_cost')(here, there, condition)) }}
{% endmacro %}

{% macro default__equal_where(here, there, condition) -%}
    {#- one equality: with a condition beside it DuckDB compares every pair of rows -#}
    case when {{ condition }} then {{ here }} end = {{ there }}
{%- endmacro %}


{% macro broadcast_hint(relation) %}
    {#- After `select`: a relation of the from clause that is small whatever its files say, for an engine that must know. -#}
    {{ return(adapter.dispatch('broadcast_hint', 'llm_cost')(relation)) }}
{% endmacro %}

{% macro default__broadcast_hint(relation) -%}
{%- endmacro %}


{% macro number_or_null(column, type) %}
    {#- Text or number to a numeric type, NULL when it cannot be read; a whole number may be written 12.0. -#}
    {{ return(adapter.dispatch('number_or_null', 'llm_cost')(column, type)) }}
{% endmacro %}

{% macro default__number_or_null(column, type) -%}
    try_cast({{ column }} as {{ type }})
{%- endmacro %}


{% macro seed_text(column) %}
    {#- The text of a seed's cell, NULL when it is empty. -#}
    {{ return(adapter.dispatch('seed_text', 'llm_cost')(column)) }}
{% endmacro %}

{% macro default__seed_text(column) -%}
    nullif(trim(cast({{ column }} as string)), '')
{%- endmacro %}


{% macro minute_of_week(timestamp_utc, zone) %}
    {#- Minutes since Monday 00:00 in a time zone (0 to 10079) of a UTC timestamp. -#}
    {{ return(adapter.dispatch('minute_of_week', 'llm_cost')(timestamp_utc, zone)) }}
{% endmacro %}

{% macro default__minute_of_week(timestamp_utc, zone) -%}
    {%- set local = "timezone(" ~ zone ~ ", timezone('UTC', " ~ timestamp_utc ~ "))" -%}
    (isodow({{ local }}) - 1) * 1440 + hour({{ local }}) * 60 + minute({{ local }})
{%- endmacro %}


{% macro local_date(timestamp_utc, zone) %}
    {#- The calendar day of a UTC timestamp in an IANA time zone (a jinja string). -#}
    {{ return(adapter.dispatch('local_date', 'llm_cost')(timestamp_utc, zone)) }}
{% endmacro %}

{% macro default__local_date(timestamp_utc, zone) -%}
    cast(timezone('{{ zone }}', timezone('UTC', {{ timestamp_utc }})) as date)
{%- endmacro %}


{% macro now_utc() %}
    {{ return(adapter.dispatch('now_utc', 'llm_cost')()) }}
{% endmacro %}

{% macro default__now_utc() -%}
    timezone('UTC', now())
{%- endmacro %}


{% macro fails_with(condition, message) %}
    {#- A row filter that stops the query with a message on a row that meets the condition. It stands in the where clause
        because dbt counts a test's rows, and an engine leaves out a column that nobody reads. -#}
    {{ return(adapter.dispatch('fails_with', 'llm_cost')(condition, message)) }}
{% endmacro %}

{% macro default__fails_with(condition, message) -%}
    case when {{ condition }} then cast(error({{ message }}) as string) is not null else false end
{%- endmacro %}


{% macro milliseconds_between(earlier, later) %}
    {{ return(adapter.dispatch('milliseconds_between', 'llm_cost')(earlier, later)) }}
{% endmacro %}

{% macro default__milliseconds_between(earlier, later) -%}
    date_diff('millisecond', {{ earlier }}, {{ later }})
{%- endmacro %}


{% macro hours_after(timestamp, hours) %}
    {{ return(adapter.dispatch('hours_after', 'llm_cost')(timestamp, hours)) }}
{% endmacro %}

{% macro default__hours_after(timestamp, hours) -%}
    {{ timestamp }} + interval '{{ hours }}' hour
{%- endmacro %}


{% macro explode(list) %}
    {#- One row per item of a list, in a select list. -#}
    {{ return(adapter.dispatch('explode', 'llm_cost')(list)) }}
{% endmacro %}

{% macro default__explode(list) -%}
    unnest({{ list }})
{%- endmacro %}


{% macro explode_outer(list) %}
    {#- One row per item of a list, in a select list; one row with NULL where the list is empty or NULL. -#}
    {{ return(adapter.dispatch('explode_outer', 'llm_cost')(list)) }}
{% endmacro %}

{% macro default__explode_outer(list) -%}
    unnest(case when len({{ list }}) > 0 then {{ list }} else [null] end)
{%- endmacro %}


{% macro first_item(list) %}
    {#- The first item of a list, NULL when it is empty or NULL. -#}
    {{ return(adapter.dispatch('first_item', 'llm_cost')(list)) }}
{% endmacro %}

{% macro default__first_item(list) -%}
    ({{ list }})[1]
{%- endmacro %}


{% macro list_length(list) %}
    {#- How many items a list has, NULL when it is NULL. -#}
    {{ return(adapter.dispatch('list_length', 'llm_cost')(list)) }}
{% endmacro %}

{% macro default__list_length(list) -%}
    len({{ list }})
{%- endmacro %}


{% macro regex_match(column, pattern) %}
    {{ return(adapter.dispatch('regex_match', 'llm_cost')(column, pattern)) }}
{% endmacro %}

{% macro default__regex_match(column, pattern) -%}
    regexp_matches({{ column }}, {{ pattern }})
{%- endmacro %}


{% macro last_path_part(column) %}
    {#- What stands after the last slash or backslash of a path, a closing one aside. -#}
    {{ return(adapter.dispatch('last_path_part', 'llm_cost')(column)) }}
{% endmacro %}

{% macro default__last_path_part(column) -%}
    regexp_extract({{ column }}, '([^/\\]+)[/\\]*$', 1)
{%- endmacro %}


{% macro date_text(timestamp) %}
    {#- YYYY-MM-DD of a timestamp. -#}
    {{ return(adapter.dispatch('date_text', 'llm_cost')(timestamp)) }}
{% endmacro %}

{% macro default__date_text(timestamp) -%}
    strftime({{ timestamp }}, '%Y-%m-%d')
{%- endmacro %}


{% macro milliseconds_after(timestamp, milliseconds) %}
    {{ return(adapter.dispatch('milliseconds_after', 'llm_cost')(timestamp, milliseconds)) }}
{% endmacro %}

{% macro default__milliseconds_after(timestamp, milliseconds) -%}
    {{ timestamp }} + to_milliseconds({{ milliseconds }})
{%- endmacro %}


{% macro list_text(expression, separator) %}
    {#- The values of a group as one text, in their order; the first 2000 characters. -#}
    {{ return(adapter.dispatch('list_text', 'llm_cost')(expression, separator)) }}
{% endmacro %}

{% macro default__list_text(expression, separator) -%}
    substr(string_agg({{ expression }}, {{ separator }} order by {{ expression }}), 1, 2000)
{%- endmacro %}
