{% macro source_rows(format, required, optional, all_loads=false) %}
    {#- A subquery with one row per raw row of a log format: the required and optional fields by name, as text
        (or, from a table or Parquet, as the column's own type), plus
          load_id          the file, or of a table its column load_id, else the day of its column loaded_at: the unit of
                           row accounting
          row_position     position in the order of reading, to find a row again in its file; of a table its column
                           row_position, else NULL
          parse_problem    malformed_json or not_an_object, else NULL
        An optional field that the source lacks is NULL. A required column that a table or Parquet file lacks is an
        error that names it; in JSON lines, and in a table whose rows are JSON text in one column
        (var llm_cost_<format>_record_column), the row is quarantined instead.
        all_loads: also those that are read already and have not changed. Spark leaves them out of a staging table; DuckDB leaves
        them out by what reads a staging view (llm_cost.reads_new_loads). -#}
    {{ return(adapter.dispatch('source_rows', 'llm_cost')(format, required, optional, all_loads)) }}
{% endmacro %}


{% macro default__source_rows(format, required, optional, all_loads) %}
    {{ exceptions.raise_compiler_error("llm_cost reads raw logs on DuckDB and Spark; adapter '" ~ target.type ~ "' has no source_rows yet.") }}
{% endmacro %}


{% macro table_load_id() -%}
    {#- The load of a table's row: its column load_id, else the day it arrived. -#}
    coalesce(cast(load_id as string), {{ llm_cost.date_text(llm_cost.utc_timestamp('loaded_at')) }}, 'table')
{%- endmacro %}


{% macro duckdb__source_rows(format, required, optional, all_loads) %}
    {%- set fields = required + optional -%}
    {%- if llm_cost.source_is_table(format) -%}
        {%- set table = source('llm_cost_' ~ format, format) -%}
        {%- set record_column = llm_cost.source_record_column(format) -%}
        {%- if record_column -%}
            {{ llm_cost.duckdb_json_columns(llm_cost.duckdb_table_records(table, record_column, llm_cost.loads_variable(format)), fields, 'loaded_at') }}
        {%- else -%}
            {{ llm_cost.duckdb_columns_by_name(table, required, optional, none, none, loads_read=llm_cost.loads_variable(format)) }}
        {%- endif -%}
    {%- else -%}
        {%- set parts = [] -%}
        {%- set kinds = llm_cost.duckdb_readable_files(format) -%}
        {%- for kind, files in kinds.items() -%}
            {#- a build that reads only some of the files says which (llm_cost.reads_new_loads) -#}
            {%- set list = "coalesce(getvariable('" ~ llm_cost.files_variable(format, kind) ~ "'), ['" ~ files | join("', '") ~ "'])" -%}
            {%- if kind == 'parquet' -%}
                {%- do parts.append(llm_cost.duckdb_columns_by_name("read_parquet(" ~ list ~ ", union_by_name = true, filename = 'llm_cost_file', file_row_number = true)", required, optional, 'llm_cost_file', 'file_row_number', kinds | length > 1)) -%}
            {%- elif kind == 'csv' -%}
                {%- do parts.append(llm_cost.duckdb_columns_by_name("read_csv(" ~ list ~ ", header = true, all_varchar = true, null_padding = true, union_by_name = true, delim = ',', quote = '\"', escape = '\"', strict_mode = false, filename = 'llm_cost_file')", required, optional, 'llm_cost_file', 'row_number() over ()')) -%}
            {%- else -%}
                {%- do parts.append(llm_cost.duckdb_json_rows(list, fields, 'newline_delimited' if kind == 'jsonl' else 'auto')) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if parts -%}
            {{ parts | join('\n    union all\n    ') }}
        {%- else -%}
            select
                {% for field in fields %}cast(null as string) as "{{ field }}",
                {% endfor %}cast(null as string) as load_id,
                cast(null as bigint) as row_position,
                cast(null as string) as parse_problem
            where false
        {%- endif -%}
    {%- endif -%}
{% endmacro %}


{% macro duckdb_files_by_kind(format) %}
    {#- The files of a format by how they are read, without the patterns that match nothing yet: an empty source is empty, and dbt
        warns. A path that is no pattern must exist. -#}
    {%- set kinds = {} -%}
    {%- for file in llm_cost.source_files(format) -%}
        {%- set is_there = not execute or run_query("select count(*) from glob('" ~ file ~ "')").columns[0].values()[0] > 0 -%}
        {%- if is_there -%}
            {%- do kinds.setdefault(llm_cost.file_kind(file), []).append(file) -%}
        {%- elif '*' in file or '?' in file or '[' in file -%}
            {%- do exceptions.warn("llm_cost: no file matches '" ~ file ~ "' (var llm_cost_" ~ format ~ "_files); " ~ format ~ " reads nothing there.") -%}
        {%- else -%}
            {%- do exceptions.raise_compiler_error("llm_cost: there is no file '" ~ file ~ "' (var llm_cost_" ~ format ~ "_files). Correct the path, or name a pattern such as 'logs/*.jsonl', which may match nothing.") -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(kinds) }}
{% endmacro %}


{% macro duckdb_readable_files(format) %}
    {#- The same without the files at which DuckDB would stop: those that stg_llm_cost__loads found unreadable, and empty ones. -#}
    {%- set loads = ref('llm_cost', 'stg_llm_cost__loads') -%}
    {%- set readable = {} -%}
    {%- for kind, files in llm_cost.duckdb_files_by_kind(format).items() -%}
        {%- set list = "['" ~ files | join("', '") ~ "']" -%}
        {%- set condition = "size = 0 and '" ~ kind ~ "' <> 'jsonl'" -%}
        {%- set left_out = [] -%}
        {%- if execute -%}
            {%- if llm_cost.built_relation('stg_llm_cost__loads') -%}
                {%- set condition = condition ~ " or filename in (select load_id from " ~ loads ~ " where source_system = '" ~ format ~ "' and not is_readable)" -%}
            {%- endif -%}
            {%- set left_out = run_query("select filename from read_blob(" ~ list ~ ") where " ~ condition).columns[0].values() -%}
        {%- endif -%}
        {%- if not left_out -%}
            {%- do readable.update({kind: files}) -%}
        {%- else -%}
            {%- set kept = [] -%}
            {%- set read = "select distinct " ~ llm_cost.duckdb_literal_file('filename') ~ " from read_blob(" ~ list ~ ") where not (" ~ condition ~ ")" -%}
            {%- for file in run_query(read).columns[0].values() -%}
                {%- do kept.append(file | replace("'", "''")) -%}
            {%- endfor -%}
            {%- if kept -%}
                {%- do readable.update({kind: kept}) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(readable) }}
{% endmacro %}


{% macro duckdb_literal_file(column) -%}
    {#- A file name as a pattern that matches it alone; a remote one stays as it is. -#}
    case when contains({{ column }}, '://') then {{ column }} else replace(replace(replace({{ column }}, '[', '[[]'), '*', '[*]'), '?', '[?]') end
{%- endmacro %}


{% macro file_kinds() %}
    {{ return(['parquet', 'csv', 'json', 'jsonl']) }}
{% endmacro %}


{% macro files_variable(format, kind) -%}
    llm_cost_read_{{ format }}_{{ kind }}
{%- endmacro %}


{% macro loads_variable(format) -%}
    llm_cost_read_{{ format }}_loads
{%- endmacro %}


{% macro file_kind(file) %}
    {%- set name = (file | lower).removesuffix('.gz').removesuffix('.zst') -%}
    {{ return('parquet' if name.endswith('.parquet') else 'csv' if name.endswith('.csv') else 'json' if name.endswith('.json') else 'jsonl') }}
{% endmacro %}


{% macro duckdb_columns_by_name(relation, required, optional, file_column, position, as_text=false, loads_read=none) %}
    {#- as_text: nested columns as JSON text, to stand in one relation with other kinds of files. loads_read: the variable that names the
        loads of a table to read. -#}
    select
        {% for column in required + optional %}{{ llm_cost.text_of_json('"' ~ column ~ '"') if as_text else '"' ~ column ~ '"' }} as "{{ column }}",
        {% endfor %}{{ file_column or llm_cost.table_load_id() }} as load_id,
        {{ position or llm_cost.number_or_null('row_position', 'bigint') }} as row_position,
        cast(null as string) as parse_problem
    from (
        select * from {{ relation }}
        -- union by name with no rows: an optional column the source lacks becomes NULL, one it has keeps its type
        union all by name
        select {% for column in optional + ([] if file_column else ['load_id', 'row_position']) %}null as "{{ column }}"{{ ', ' if not loop.last }}{% endfor %} where false
    )
    {%- if loads_read %}
    where {{ llm_cost.duckdb_is_load_read(loads_read) }}
    {%- endif %}
{% endmacro %}


{% macro duckdb_is_load_read(variable) -%}
    {#- Of a table only the loads that the build names, before a row is parsed; all where it names none. -#}
    (getvariable('{{ variable }}') is null or {{ llm_cost.table_load_id() }} in (select unnest(getvariable('{{ variable }}'))))
{%- endmacro %}


{% macro duckdb_json_rows(files, fields, format) %}
    {#- A line that is no JSON comes out as NULL and stays a row, so that it can be counted. -#}
    {%- set records -%}
        select
            json,
            filename as load_id,
            row_number() over () as row_position
        from read_json_objects({{ files }}, format = '{{ format }}', ignore_errors = true, filename = true, maximum_object_size = 134217728)
    {%- endset -%}
    {{ llm_cost.duckdb_json_columns(records, fields) }}
{% endmacro %}


{% macro duckdb_table_records(table, record_column, loads_read) %}
    select
        case when json_valid("{{ record_column }}") then "{{ record_column }}" end as json,
        {{ llm_cost.table_load_id() }} as load_id,
        {{ llm_cost.number_or_null('row_position', 'bigint') }} as row_position,
        loaded_at
    from (
        select * from {{ table }}
        union all by name
        select null as load_id, null as row_position, null as loaded_at where false
    )
    where {{ llm_cost.duckdb_is_load_read(loads_read) }}
{% endmacro %}


{% macro duckdb_json_columns(records, fields, column_first=none) %}
    {#- One parse of each record (json, load_id, row_position). column_first: a field that a column of the table also has;
        the column wins. -#}
    select
        {% for field in fields -%}
            {% if field == column_first %}coalesce(cast({{ field }} as string), record."{{ field }}"){% else %}record."{{ field }}"{% endif %} as "{{ field }}",
        {% endfor %}load_id,
        row_position,
        case
            when json is null then 'malformed_json'
            when not starts_with(ltrim(json), '{') then 'not_an_object'
        end as parse_problem
    from (
        select
            *,
            json_transform(json, '{ {%- for field in fields %}"{{ field }}": "VARCHAR"{{ ', ' if not loop.last }}{% endfor -%} }') as record
        from (
            {{ records }}
        )
    )
{% endmacro %}


{% macro raw_row_counts(format) %}
    {#- Rows per load counted straight from the raw source, apart from every parse and filter of the models. -#}
    {{ return(adapter.dispatch('raw_row_counts', 'llm_cost')(format)) }}
{% endmacro %}


{% macro default__raw_row_counts(format) %}
    {%- set inside = llm_cost.rows_in_a_record(format) -%}
    select
        load_id,
        {{ 'cast(sum(greatest(coalesce(' ~ inside.count ~ ', 1), 1)) as bigint)' if inside else 'count(*)' }} as raw_rows
    from (
        {{ llm_cost.source_rows(format, [], (inside.fields if inside else []) + ['loaded_at'], all_loads=true) }}
    ) as raw_rows
    group by load_id
{% endmacro %}


{% macro rows_in_a_record(format) %}
    {#- For a format whose records hold several rows (an OTLP export with its spans, a trace with its observations): the fields they
        stand in and an expression of how many there are, counted apart from the staging model. None where a record is a row. A
        record without any is one row. -#}
    {{ return({
        'otel_genai': llm_cost.otlp_rows_in_a_record('spans'),
        'gemini_cli': llm_cost.otlp_rows_in_a_record('logs'),
        'claude_code_otel': llm_cost.otlp_rows_in_a_record('logs'),
        'langfuse': llm_cost.langfuse_rows_in_a_record(),
    }.get(format)) }}
{% endmacro %}
