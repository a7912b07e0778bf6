{% macro spark__source_rows(format, required, optional, all_loads) %}
    {%- if not llm_cost.source_is_table(format) -%}
        {#- dbt renders a disabled model too -#}
        {%- if format in llm_cost.enabled_sources() -%}
            {{ exceptions.raise_compiler_error("llm_cost reads " ~ format ~ " from a table on Spark: set var llm_cost_" ~ format ~ "_identifier (and _schema). Files become a table with CREATE TABLE ... USING text OPTIONS (path '...') and var llm_cost_" ~ format ~ "_record_column: value.") }}
        {%- endif -%}
        {{ return('') }}
    {%- endif -%}
    {%- set table = source('llm_cost_' ~ format, format) -%}
    {%- set record_column = llm_cost.source_record_column(format) -%}
    {%- set loads_read = llm_cost.spark_loads_read(format, all_loads) -%}
    {%- if record_column -%}
        {{ llm_cost.spark_record_rows(format, table, record_column, required + optional, loads_read) }}
    {%- else -%}
        select
            {% for column in required + optional %}`{{ column }}`,
            {% endfor %}{{ llm_cost.table_load_id() }} as load_id,
            {{ llm_cost.number_or_null('row_position', 'bigint') }} as row_position,
            cast(null as string) as parse_problem
        from ({{ llm_cost.spark_columns_by_name(format, table, required, optional + ['load_id', 'row_position']) }}) as raw_rows
        {{ loads_read }}
    {%- endif -%}
{% endmacro %}


{% macro spark_loads_read(format, all_loads) %}
    {#- A condition on the rows of a raw table: those of the loads that int_llm_cost__usage_rows lacks. None where it lacks all of them. -#}
    {%- set loads = ref('llm_cost', 'stg_llm_cost__loads') -%}
    {%- if not all_loads and llm_cost.built_relation('int_llm_cost__usage_rows') and llm_cost.built_relation('stg_llm_cost__loads') -%}
        where {{ llm_cost.table_load_id() }} in (select loads.load_id from {{ loads }} as loads where loads.source_system = '{{ format }}' and loads.is_to_read)
    {%- endif -%}
{% endmacro %}


{% macro spark_columns_by_name(format, table, required, optional) %}
    {#- A name in the inner select is the table's column, or, where the table has none, the outer relation's: an optional
        column becomes NULL, a required one stops the query with a sentence. So no catalog is asked when dbt compiles,
        and of a wide table only these columns are read. -#}
    select raw_columns.*
    from (
        select
            {% for column in required -%}
                cast(raise_error('{{ table.schema }}.{{ table.identifier }} has no column {{ column }}. llm_cost needs it to read {{ format }}: add it, or let var llm_cost_{{ format }}_identifier name another table or view.') as string) as `{{ column }}`,
            {% endfor -%}
            {% for column in optional -%}
                cast(null as string) as `{{ column }}`{{ ',' if not loop.last }}
            {% endfor %}
    ) as absent
    cross join lateral (
        select
            {% for column in required + optional -%}
                `{{ column }}`{{ ',' if not loop.last }}
            {% endfor %}
        from {{ table }}
    ) as raw_columns
{% endmacro %}


{% macro spark_record_rows(format, table, record_column, fields, loads_read) %}
    {#- Fields are parsed as text, so that only a record which is no JSON object fails. -#}
    select
        {% for field in fields -%}
            {% if field == 'loaded_at' %}coalesce(cast(loaded_at as string), record.`{{ field }}`){% else %}record.`{{ field }}`{% endif %} as `{{ field }}`,
        {% endfor %}load_id,
        row_position,
        case
            when record_text is null or not is_valid_utf8(record_text) then 'malformed_json'
            when record_text rlike '^\\s*\\{' and record_text rlike '\\}\\s*$' and record.malformed_record is null then null
            when get_json_object(concat('[', record_text, ']'), '$[0]') is not null or trim(record_text) = 'null' then 'not_an_object'
            else 'malformed_json'
        end as parse_problem
    from (
        select
            cast(`{{ record_column }}` as string) as record_text,
            from_json(
                case when is_valid_utf8(cast(`{{ record_column }}` as string)) then cast(`{{ record_column }}` as string) end,
                '{% for field in fields %}`{{ field }}` string, {% endfor %}malformed_record string',
                map('mode', 'PERMISSIVE', 'columnNameOfCorruptRecord', 'malformed_record', 'allowSingleQuotes', 'false', 'allowNonNumericNumbers', 'false')
            ) as record,
            loaded_at,
            {{ llm_cost.table_load_id() }} as load_id,
            {{ llm_cost.number_or_null('row_position', 'bigint') }} as row_position
        from ({{ llm_cost.spark_columns_by_name(format, table, [record_column], ['loaded_at', 'load_id', 'row_position']) }}) as raw_rows
        {{ loads_read }}
    ) as records
{% endmacro %}
