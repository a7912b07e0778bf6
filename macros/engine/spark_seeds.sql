{% macro spark__load_csv_rows(model, agate_table) %}
    {#- Loads a seed in Spark. dbt-spark's own macro casts every cell, which takes a minute for the price rows, writes an empty cell
        as the text None and does not escape an apostrophe. Here a thousand rows are one text, a JSON array of rows, since Spark's parser takes
        most of the time for cells that are written one by one; a column is cast once, and empty is NULL. FAILFAST: a text that cannot be read
        is an error, not no rows.
        dbt takes this macro in this project, and in one that has llm_cost in its `dispatch` search order for `dbt` (docs/spark.md). -#}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set columns = [] -%}
    {%- for column in agate_table.column_names -%}
        {%- do columns.append('cast(cells[' ~ loop.index0 ~ '] as ' ~ types.get(column, adapter.convert_type(agate_table, loop.index0)) ~ ')') -%}
    {%- endfor -%}
    {%- set statements = [] -%}
    {%- for chunk in agate_table.rows | batch(1000) -%}
        {%- set rows = [] -%}
        {%- for row in chunk -%}
            {%- set cells = [] -%}
            {%- for value in row -%}
                {%- do cells.append(none if value is none else value | string) -%}
            {%- endfor -%}
            {%- do rows.append(cells) -%}
        {%- endfor -%}
        {%- set statement -%}
            insert into {{ this.render() }}
            select {{ columns | join(', ') }}
            from (select explode(from_json('{{ tojson(rows) | replace('\\', '\\\\') | replace("'", "\\'") }}', 'array<array<string>>', map('mode', 'FAILFAST'))) as cells) as seed_rows
        {%- endset -%}
        {%- do adapter.add_query(statement, abridge_sql_log=True) -%}
        {%- do statements.append(statement) -%}
    {%- endfor -%}
    {#- what dbt writes among its compiled files -#}
    {{ return(statements[0] if statements else '') }}
{% endmacro %}
