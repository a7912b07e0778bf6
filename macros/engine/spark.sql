{#- Spark's versions of macros/engine/engine.sql. They need a session in UTC, which llm_cost.session_problem() checks.
    Results are the same with ANSI mode on and off (dbt-spark switches it off on its connections, whatever the profile
    says): an overflow, which ANSI mode refuses, is a NULL cost without it, and the tests of the marts refuse that. -#}

{% macro spark__session_problem() -%}
    case
        when current_timezone() not in ('UTC', 'Etc/UTC', 'GMT', 'Z', '+00:00')
            then concat('The Spark session is in ', current_timezone(), '. Set spark.sql.session.timeZone to UTC (server_side_parameters of the profile).')
    end
{%- endmacro %}


{% macro spark__staging_materialization() %}
    {#- A table: through views of this size Spark's optimizer does not find its way (it infers constraints from every
        column that is NULL or a case expression, and runs out of memory over the union of two formats). -#}
    {{ return('table') }}
{% endmacro %}


{% macro spark__utc_timestamp(column) -%}
    {%- set text = "cast(" ~ column ~ " as string)" -%}
    case
        when typeof({{ column }}) in ('timestamp', 'timestamp_ntz', 'date') then try_cast({{ column }} as timestamp)
        when {{ text }} rlike '^[0-9]{9,19}([.][0-9]+)?$'
            then timestamp_micros(cast(round(
                try_cast({{ text }} as decimal(28, 6))
                * case
                    when length(split_part({{ text }}, '.', 1)) >= 18 then cast(0.001 as decimal(10, 3))
                    when length(split_part({{ text }}, '.', 1)) >= 15 then cast(1 as decimal(10, 3))
                    when length(split_part({{ text }}, '.', 1)) >= 12 then cast(1000 as decimal(10, 3))
                    else cast(1000000 as decimal(10, 3))
                end
            , 0) as bigint))
        -- a number that went through a floating point printer, as Spark's own of JSON numbers: 1.7778960005E9
        when {{ text }} rlike '^[0-9][.][0-9]+E[+]?(9|12|15|18)$' then timestamp_micros(cast(round(
            try_cast({{ text }} as decimal(28, 6))
            * case
                when {{ text }} like '%18' then cast(0.001 as decimal(10, 3))
                when {{ text }} like '%15' then cast(1 as decimal(10, 3))
                when {{ text }} like '%12' then cast(1000 as decimal(10, 3))
                else cast(1000000 as decimal(10, 3))
            end
        , 0) as bigint))
        -- the cast alone would also read a bare year or hour
        when trim({{ text }}) rlike '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:|$)' then try_cast({{ text }} as timestamp)
    end
{%- endmacro %}


{% macro spark_type(type, is_parsed) -%}
    {#- Spark's name of a type of parsed_json's schema. Counts are parsed as decimals, so that 12.0 and "12" are read, as
        DuckDB reads them, and cast to whole numbers afterwards. -#}
    {%- if type is mapping -%}
        struct<{% for name, inner in type.items() %}`{{ name }}`:{{ llm_cost.spark_type(inner, is_parsed) }}{{ ',' if not loop.last }}{% endfor %}>
    {%- elif type is string -%}
        {{ 'string' if type == 'VARCHAR' else 'decimal(18,0)' if is_parsed and type in ('BIGINT', 'INTEGER') else type | lower }}
    {%- else -%}
        array<{{ llm_cost.spark_type(type[0], is_parsed) }}>
    {%- endif -%}
{%- endmacro %}


{% macro spark__parsed_json(column, schema) -%}
    cast(from_json({{ column }}, '{{ llm_cost.spark_type(schema, true) }}') as {{ llm_cost.spark_type(schema, false) }})
{%- endmacro %}


{% macro spark__text_of_json(column) -%}
    {#- typeof is known before the query runs: a text column is never written and read again -#}
    case
        when typeof({{ column }}) = 'string' then cast({{ column }} as string)
        else get_json_object(to_json(struct({{ column }} as value)), '$.value')
    end
{%- endmacro %}


{% macro spark__json_text(column, path) -%}
    get_json_object({{ column }}, '{{ path }}')
{%- endmacro %}


{% macro spark__sum_where(list, item, condition, value) -%}
    aggregate(filter({{ list }}, {{ item }} -> {{ condition }}), cast(null as bigint), (total, {{ item }}) -> coalesce(total + {{ value }}, total, {{ value }}))
{%- endmacro %}


{% macro spark__hash64(columns) -%}
    {#- xxhash64 passes over NULLs: without the second argument a value may change its column unseen -#}
    xxhash64({{ columns | join(', ') }}, array({% for column in columns %}({{ column }}) is null{{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}


{% macro spark__key64(columns) -%}
    shiftrightunsigned({{ llm_cost.spark__hash64(columns) }}, 1)
{%- endmacro %}


{% macro spark__equal_where(here, there, condition) -%}
    {#- Spark would infer constraints from the case expression for minutes -#}
    {{ here }} = {{ there }} and ({{ condition }})
{%- endmacro %}


{% macro spark__broadcast_hint(relation) -%}
    /*+ broadcast({{ relation }}) */
{%- endmacro %}


{% macro spark__number_or_null(column, type) -%}
    {%- if type in ('bigint', 'integer') -%}
        try_cast(round(try_cast({{ column }} as decimal(28, 6)), 0) as {{ type }})
    {%- else -%}
        try_cast({{ column }} as {{ type }})
    {%- endif -%}
{%- endmacro %}


{% macro spark__seed_text(column) -%}
    {#- dbt-spark's session method writes an empty cell of a seed as the text None -#}
    nullif(nullif(trim(cast({{ column }} as string)), ''), 'None')
{%- endmacro %}


{% macro spark__minute_of_week(timestamp_utc, zone) -%}
    {%- set local = "from_utc_timestamp(" ~ timestamp_utc ~ ", " ~ zone ~ ")" -%}
    weekday({{ local }}) * 1440 + hour({{ local }}) * 60 + minute({{ local }})
{%- endmacro %}


{% macro spark__local_date(timestamp_utc, zone) -%}
    cast(from_utc_timestamp({{ timestamp_utc }}, '{{ zone }}') as date)
{%- endmacro %}


{% macro spark__now_utc() -%}
    current_timestamp()
{%- endmacro %}


{% macro spark__fails_with(condition, message) -%}
    case when {{ condition }} then cast(raise_error({{ message }}) as string) is not null else false end
{%- endmacro %}


{% macro spark__milliseconds_between(earlier, later) -%}
    unix_millis({{ later }}) - unix_millis({{ earlier }})
{%- endmacro %}


{% macro spark__milliseconds_after(timestamp, milliseconds) -%}
    timestamp_micros(unix_micros({{ timestamp }}) + ({{ milliseconds }}) * 1000)
{%- endmacro %}


{% macro spark__explode(list) -%}
    explode({{ list }})
{%- endmacro %}


{% macro spark__explode_outer(list) -%}
    explode_outer({{ list }})
{%- endmacro %}


{% macro spark__first_item(list) -%}
    get({{ list }}, 0)
{%- endmacro %}


{% macro spark__list_length(list) -%}
    case when {{ list }} is not null then size({{ list }}) end
{%- endmacro %}


{% macro spark__regex_match(column, pattern) -%}
    {{ column }} rlike {{ pattern }}
{%- endmacro %}


{% macro spark__last_path_part(column) -%}
    element_at(split(regexp_replace({{ column }}, '[/\\\\]+$', ''), '[/\\\\]'), -1)
{%- endmacro %}


{% macro spark__date_text(timestamp) -%}
    date_format({{ timestamp }}, 'yyyy-MM-dd')
{%- endmacro %}


{% macro spark__list_text(expression, separator) -%}
    substr(nullif(array_join(array_sort(collect_list({{ expression }})), {{ separator }}), ''), 1, 2000)
{%- endmacro %}


{% macro spark__sha256_text(column) -%}
    sha2({{ column }}, 256)
{%- endmacro %}
