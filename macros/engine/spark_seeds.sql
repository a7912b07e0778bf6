{% macro spark__load_csv_rows(model, agate_table) %}
    {#- Loads a seed in Spark. dbt-spark's own macro casts every cell, which takes a minute for the price rows, writes an empty cell
        as the text None and does not escape an apostrophe. Here a column is cast once, empty is NULL, and text is escaped.
        dbt takes this macro in this project, and in one that has llm_cost in its `dispatch` search order for `dbt` (docs/spark.md). -#}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set names, columns = [], [] -%}
    {%- for column in agate_table.column_names -%}
        {%- do names.append('c' ~ loop.index0) -%}
        {%- do columns.append('cast(c' ~ loop.index0 ~ ' as ' ~ types.get(column, adapter.convert_type(agate_table, loop.index0)) ~ ')') -%}
    {%- endfor -%}
    {%- set statements = [] -%}
    {%- for chunk in agate_table.rows | batch(1000) -%}
        {%- set rows = [] -%}
        {%- for row in chunk -%}
            {%- set cells = [] -%}
            {%- for value in row -%}
                {%- do cells.append('null' if value is none else "'" ~ value | string | replace('\\', '\\\\') | replace("'", "\\'") ~ "'") -%}
            {%- endfor -%}
            {%- do rows.append('(' ~ cells | join(', ') ~ ')') -%}
        {%- endfor -%}
        {%- set statement -%}
            insert into {{ this.render() }}
            select {{ columns | join(', ') }}
            from values {{ rows | join(', ') }} as seed_rows({{ names | join(', ') }})
        {%- endset -%}
        {%- do adapter.add_query(statement, abridge_sql_log=True) -%}
        {%- do statements.append(statement) -%}
    {%- endfor -%}
    {#- what dbt writes among its compiled files -#}
    {{ return(statements[0] if statements else '') }}
{% endmacro %}
