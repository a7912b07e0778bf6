{#- Loads: the units in which raw logs arrive and are read. A file is a load; of a table it is what table_load_id() says. -#}

{% macro formats_read_whole() %}
    {#- Formats whose rows are told apart by looking at other loads (a fork of a session, an answer in two records, versions of an
        observation): when one load of theirs changes, all are read again. -#}
    {{ return(['codex', 'azure_apim', 'langfuse']) }}
{% endmacro %}


{% macro listed_loads(format) %}
    {#- The loads of a format as they are now: load_id; load_stamp, a hash that is another when rows of the load are added, changed or
        removed; is_settled, false where a change within the clock's resolution would not show in the stamp, so that the load is read
        again next time; file_kind, NULL for a table. -#}
    {{ return(adapter.dispatch('listed_loads', 'llm_cost')(format)) }}
{% endmacro %}

{% macro default__listed_loads(format) %}
    {#- Rows are compared as a whole; where the user says that tables are only added to, those with a loaded_at by it alone. -#}
    select
        load_id,
        cast(null as string) as file_kind,
        {{ llm_cost.content_hash(['count(*)', 'sum(cast(row_stamp as decimal(38, 0)))']) }} as load_stamp,
        true as is_settled
    from ({{ llm_cost.raw_table_stamps(format) }}) as stamped
    group by load_id
{% endmacro %}

{% macro duckdb__listed_loads(format) %}
    {%- if llm_cost.source_is_table(format) -%}
        {{ llm_cost.default__listed_loads(format) }}
    {%- else -%}
        select
            load_id,
            min(file_kind) as file_kind,
            {{ llm_cost.content_hash(['min(size)', 'min(last_modified)']) }} as load_stamp,
            -- a later change within the clock's resolution, or by a clock that is behind, leaves no trace
            bool_and(last_modified < current_timestamp - interval 60 second) as is_settled
        from (
            {{ llm_cost.duckdb_listing(format) }}
        ) as listed
        where size > 0
        group by load_id
    {%- endif -%}
{% endmacro %}


{% macro duckdb_listing(format) -%}
    {#- The files of a format with their size and time: read_blob reads no content that is not asked for. -#}
    {%- for kind, files in llm_cost.duckdb_files_by_kind(format).items() -%}
        select filename as load_id, '{{ kind }}' as file_kind, size, last_modified from read_blob(['{{ files | join("', '") }}'])
        {{ 'union all' if not loop.last }}
    {% else -%}
        select null::varchar as load_id, null::varchar as file_kind, 0 as size, null::timestamptz as last_modified where false
    {%- endfor -%}
{%- endmacro %}


{% macro unreadable_loads() %}
    {#- Files that have come or changed and that the engine could not read at all: it would stop at them. -#}
    {{ return(adapter.dispatch('unreadable_loads', 'llm_cost')()) }}
{% endmacro %}

{% macro default__unreadable_loads() %}
    {{ return([]) }}
{% endmacro %}

{% macro duckdb__unreadable_loads() %}
    {#- Looks at the bytes of files that have a beginning and an end of their own (Parquet, gzip, JSON arrays) or that one wrong byte makes
        unreadable (CSV), a hundred megabytes at a time. Plain JSON lines need no look, files above a gigabyte and remote ones get none. -#}
    {%- set looked_at = llm_cost.built_relation('stg_llm_cost__loads') -%}
    {%- set found = [] -%}
    {%- for format in llm_cost.enabled_sources() if execute and not llm_cost.source_is_table(format) -%}
        {%- set listing -%}
            select
                load_id,
                any_value(size) as size
            from ({{ llm_cost.duckdb_listing(format) }}) as listed
            where size between 1 and 1000000000 and not contains(load_id, '://') and (file_kind <> 'jsonl' or lower(load_id) like '%.gz')
            {%- if looked_at %}
                and not exists (
                    select 1 from {{ looked_at }} as looked_at
                    where looked_at.source_system = '{{ format }}' and looked_at.load_id = listed.load_id
                        and looked_at.load_stamp = {{ llm_cost.content_hash(['listed.size', 'listed.last_modified']) }}
                )
            {%- endif %}
            group by load_id
            order by load_id
        {%- endset -%}
        {%- set batch = namespace(files=[], size=0) -%}
        {%- set batches = [] -%}
        {%- for row in run_query(listing).rows -%}
            {%- if batch.files and batch.size + row[1] > 100000000 -%}
                {%- do batches.append(batch.files) -%}
                {%- set batch.files = [] -%}
                {%- set batch.size = 0 -%}
            {%- endif -%}
            {%- do batch.files.append(row[0] | replace("'", "''")) -%}
            {%- set batch.size = batch.size + row[1] -%}
        {%- endfor -%}
        {%- for files in batches + ([batch.files] if batch.files else []) -%}
            {%- set looked -%}
                select filename from read_blob(['{{ files | join("', '") }}']) where {{ llm_cost.duckdb_is_unreadable('filename', 'content') }}
            {%- endset -%}
            {%- do found.extend(run_query(looked).columns[0].values()) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}


{% macro duckdb_is_unreadable(file, content) -%}
    case
        when lower({{ file }}) like '%.gz' then {{ content }}[1:2] <> '\x1F\x8B'::blob
        when lower({{ file }}) like '%.parquet'
            then octet_length({{ content }}) < 12 or {{ content }}[1:4] <> 'PAR1'::blob or {{ content }}[-4:] <> 'PAR1'::blob
        -- no text, or a quote that is never closed
        when lower({{ file }}) like '%.csv' then coalesce(
            contains(try(decode({{ content }})), chr(0))
            or (length(try(decode({{ content }}))) - length(replace(try(decode({{ content }})), '"', ''))) % 2 = 1, true
        )
        -- an array that is cut short; objects one after the other are read line by line
        when lower({{ file }}) like '%.json' then coalesce(
            ltrim(try(decode({{ content }})), chr(10) || chr(13) || chr(9) || ' ') like '[%' and not json_valid(try(decode({{ content }}))), true
        )
        else false
    end
{%- endmacro %}


{% macro recount_changing_files() -%}
    {#- A file that somebody writes while the build reads it has more rows when they are counted than when they were read. The rows that
        were read count, and the next build reads the file again: its time and size are other ones. -#}
    {{ return(adapter.dispatch('recount_changing_files', 'llm_cost')()) }}
{%- endmacro %}

{% macro default__recount_changing_files() -%}
{%- endmacro %}

{% macro duckdb__recount_changing_files() -%}
    {%- for format in llm_cost.enabled_sources() if not llm_cost.source_is_table(format) -%}
        update {{ this }} as counts
        set raw_rows = rows_read.rows_read
        from (
            select
                load_key,
                sum(rows_read) as rows_read
            from {{ ref('llm_cost', 'int_llm_cost__load_days') }}
            group by load_key
        ) as rows_read
        where
            counts.load_key = rows_read.load_key
            and counts.raw_rows <> rows_read.rows_read
            and counts.load_key in (
                select loads.load_key
                from {{ ref('llm_cost', 'stg_llm_cost__loads') }} as loads
                -- grain: load_id is unique among the files of a format
                inner join ({{ llm_cost.listed_loads(format) }}) as listed on loads.load_id = listed.load_id
                where loads.source_system = '{{ format }}' and (loads.load_stamp <> listed.load_stamp or not listed.is_settled)
            );
    {% endfor -%}
    select 1
{%- endmacro %}


{% macro raw_table_stamps(format) %}
    {{ return(adapter.dispatch('raw_table_stamps', 'llm_cost')(format)) }}
{% endmacro %}

{% macro default__raw_table_stamps(format) %}
    {%- set table -%}
        (
            select * from {{ source('llm_cost_' ~ format, format) }}
            union all by name
            select null as load_id, null as loaded_at where false
        ) as raw_rows
    {%- endset -%}
    select
        {{ llm_cost.table_load_id() }} as load_id,
        hash(raw_rows) as row_stamp
    from {{ table }}
    {%- if llm_cost.tables_are_append_only() %}
    where loaded_at is null

    union all

    select
        {{ llm_cost.table_load_id() }} as load_id,
        hash(loaded_at) as row_stamp
    from {{ table }}
    where loaded_at is not null
    {%- endif %}
{% endmacro %}

{% macro spark__raw_table_stamps(format) %}
    {%- set table = source('llm_cost_' ~ format, format) -%}
    select
        {{ llm_cost.table_load_id() }} as load_id,
        {{ 'case when loaded_at is not null then xxhash64(loaded_at) else xxhash64(whole_row) end' if llm_cost.tables_are_append_only() else 'xxhash64(whole_row)' }} as row_stamp
    from (
        select raw_columns.*
        from (select cast(null as string) as load_id, cast(null as string) as loaded_at) as absent
        cross join lateral (
            select
                load_id,
                loaded_at,
                to_json(struct(raw_table.*)) as whole_row
            from {{ table }} as raw_table
        ) as raw_columns
    ) as raw_rows
{% endmacro %}

{% macro tables_are_append_only() %}
    {#- Whether the user says that no row of a raw table changes without another loaded_at. -#}
    {{ return(var('llm_cost_append_only_tables', false)) }}
{% endmacro %}


{% macro reading_version() -%}
    {#- SQL text of all that decides how a raw row is read, apart from the row: the package's code and seeds, vars, the user's rows about
        owners, instrumentations and erased users, and the engine, whose hashes are its own. Another version reads every load again. -#}
    {%- set texts = [
        llm_cost.package_logic(), llm_cost.enabled_sources() | join(','), llm_cost.owner_key_relations() | join(','),
        var('llm_cost_earliest_occurred_at', '2020-01-01'), var('llm_cost_future_tolerance_hours', 24), var('llm_cost_max_tokens_per_request', 100000000)
    ] -%}
    {%- for format in llm_cost.enabled_sources() -%}
        {%- do texts.append(llm_cost.source_record_column(format) or '') -%}
    {%- endfor -%}
    {%- set owners = ['source_system', 'attribute_keys'] -%}
    {%- for column in llm_cost.owner_columns() -%}
        {%- do owners.append(column ~ '_keys') -%}
    {%- endfor -%}
    {{ llm_cost.content_hash([
        "'" ~ local_md5(texts | join('|')) ~ "'", 'version()',
        "(select sum(cast(" ~ llm_cost.hash64(owners) ~ " as decimal(38, 0))) from " ~ ref('llm_cost', 'stg_llm_cost__owner_keys') ~ ")",
        "(select sum(cast(" ~ llm_cost.hash64(['user_hash']) ~ " as decimal(38, 0))) from " ~ ref('llm_cost', 'stg_llm_cost__erased_users') ~ ")",
        "(select sum(cast(" ~ llm_cost.hash64(['scope_name', 'logged_provider', 'input_basis']) ~ " as decimal(38, 0))) from "
            ~ ref('llm_cost', 'stg_llm_cost__otel_instrumentations') ~ ")" if 'otel_genai' in llm_cost.enabled_sources() else "''"
    ]) }}
{%- endmacro %}


{% macro package_logic() %}
    {#- A hash of the package's code and of the seeds that it reads logs with. Macros of the same name in the user's project, which dbt
        prefers, are part of it. -#}
    {%- set texts = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.package_name == 'llm_cost' and node.resource_type in ['model', 'seed'] -%}
            {%- if node.resource_type == 'model' or node.name in ['providers', 'service_tiers', 'owner_keys', 'otel_instrumentations'] -%}
                {%- do texts.append(node.name ~ ':' ~ node.checksum.checksum) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set own = context['llm_cost'] -%}
        {%- for package in ['llm_cost', project_name] | unique -%}
            {%- for name, called in context.get(package, {}).items() if name in own and called.macro is defined -%}
                {%- do texts.append(package ~ '.' ~ name ~ ':' ~ called.macro.macro_sql) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(local_md5(texts | sort | join('|'))) }}
{% endmacro %}
