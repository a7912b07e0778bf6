{#- Tables that keep what they have and take in what has changed. -#}

{% macro built_relation(name, is_log=false) %}
    {#- The table of a model of this package as an earlier build left it; none where there is none, or where this build makes it anew,
        which a full refresh does, but not of a log. Named without ref(): what is asked for is what stood there before, not what this build
        makes of it. -#}
    {%- if not execute or (flags.FULL_REFRESH and not is_log) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set node = graph.nodes['model.llm_cost.' ~ name] -%}
    {{ return(adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias)) }}
{% endmacro %}


{% macro no_rows(columns) -%}
    {#- A select of no row with these columns: name to type. -#}
    select
        {% for name, type in columns.items() -%}
            cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    where false
{%- endmacro %}


{% macro follows_changes() %}
    {#- Whether the engine can replace single rows of a plain table. One that cannot finds what belongs together anew in each build. -#}
    {{ return(adapter.dispatch('follows_changes', 'llm_cost')()) }}
{% endmacro %}

{% macro default__follows_changes() %}
    {{ return(true) }}
{% endmacro %}

{% macro spark__follows_changes() %}
    {{ return(false) }}
{% endmacro %}


{% macro full_refresh_needs(names, why) -%}
    {#- Stops a full refresh of a model alone whose parents hold no more than the last build took up. -#}
    {%- if execute and flags.FULL_REFRESH and flags.WHICH in ['build', 'run'] -%}
        {%- set left_out = [] -%}
        {%- for name in names if 'model.llm_cost.' ~ name not in selected_resources -%}
            {%- do left_out.append(name) -%}
        {%- endfor -%}
        {%- if left_out -%}
            {{ exceptions.raise_compiler_error("A full refresh of " ~ model.name ~ " needs " ~ left_out | join(', ') ~ ", " ~ why ~ ". Select them too, with a + before the model's name.") }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{% macro get_incremental_llm_cost_replace_sql(arg_dict) %}
    {#- An incremental strategy: the rows that the macros in meta.llm_cost_drops name go, the new ones come, in one transaction. Not a hook before the
        model: DuckDB cannot delete rows of a table first and then add the columns of a newer version to it. -#}
    {%- for call in config.get('meta')['llm_cost_drops'] -%}
        {%- set drops = render('{{ ' ~ call ~ ' }}') | trim -%}
        {%- if drops -%}
            {{ drops }};
        {% endif -%}
    {%- endfor -%}
    {{ get_incremental_append_sql(arg_dict) }}
{% endmacro %}


{% macro by_load(post_hooks=[], drops_sealed=false, reads_raw=true) %}
    {#- The config of a table that holds rows of raw loads: loads that are new or have changed are read, those that are gone are dropped,
        the others stay (stg_llm_cost__loads). The table keeps load_key and reads llm_cost.new_loads(). drops_sealed: rows of sealed days
        leave it (macros/engine/retention.sql); give it to new_loads too. reads_raw: it reads staging, or the raw rows themselves. -#}
    {{ return(adapter.dispatch('by_load', 'llm_cost')(post_hooks, drops_sealed, reads_raw)) }}
{% endmacro %}

{% macro default__by_load(post_hooks, drops_sealed, reads_raw) %}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'llm_cost_replace',
        'meta': {'llm_cost_drops': ['llm_cost.drop_loads()'] + (['llm_cost.drop_sealed_usage_rows()'] if drops_sealed else [])},
        'on_schema_change': 'append_new_columns',
        'pre_hook': ['{{ llm_cost.reads_new_loads(' ~ drops_sealed ~ ') }}'] if reads_raw else [],
        'post_hook': (['{{ llm_cost.reads_all_loads() }}'] if reads_raw else []) + post_hooks
    }) }}
{% endmacro %}

{% macro spark__by_load(post_hooks, drops_sealed, reads_raw) %}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'insert_overwrite',
        'partition_by': ['load_key'],
        'on_schema_change': 'append_new_columns',
        'pre_hook': ['{{ llm_cost.drop_sealed_usage_rows() }}'] if drops_sealed else [],
        'post_hook': ['{{ llm_cost.drop_loads() }}'] + post_hooks
    }) }}
{% endmacro %}


{% macro new_loads(drops_sealed=false) -%}
    {#- The loads whose rows the table lacks: all of them in a first build or a full refresh. -#}
    select loads.*
    from {{ ref('llm_cost', 'stg_llm_cost__loads') }} as loads
    {%- if is_incremental() %}
    -- not a join: of what is left of one an optimizer cannot know that it is little, and would hash the rows of the new loads, not their names
    where not exists (
        select 1
        from (
            select distinct load_key from {{ this }}
            {%- if drops_sealed %}
            union
            {{ llm_cost.read_and_dropped_loads() }}
            {%- endif %}
        ) as built
        where built.load_key = loads.load_key
    )
    {%- endif %}
{%- endmacro %}


{% macro drop_loads() %}
    {#- Loads that are gone, or have another key now, leave the table. -#}
    {%- if is_incremental() -%}
        {{ return(adapter.dispatch('drop_loads', 'llm_cost')()) }}
    {%- endif -%}
{% endmacro %}

{% macro stale_loads(relation) -%}
    {#- Loads of a table that are gone, or have another key now. -#}
    select built.load_key
    from (select distinct load_key from {{ relation }}) as built
    -- grain: load_key is unique on each side
    left join {{ ref('llm_cost', 'stg_llm_cost__loads') }} as loads on built.load_key = loads.load_key
    where loads.load_key is null
{%- endmacro %}

{% macro default__drop_loads() -%}
    delete from {{ this }} where load_key in ({{ llm_cost.stale_loads(this) }})
{%- endmacro %}

{% macro spark__drop_loads() -%}
    {{ llm_cost.spark_drop_parts('load_key', llm_cost.stale_loads(this)) }}
{%- endmacro %}

{% macro spark_drop_parts(column, gone) -%}
    {#- A plain Parquet table knows no delete, but its days and loads are partitions. -#}
    {%- if config.get('file_format') in ['delta', 'iceberg', 'hudi'] -%}
        delete from {{ this }} where {{ column }} in ({{ gone }})
    {%- elif execute -%}
        {%- set rows = run_query(gone).rows -%}
        {%- if rows | length > 0 -%}
            alter table {{ this }} drop {% for row in rows %}partition ({{ column }} = '{{ row[0] }}'){{ ', ' if not loop.last }}{% endfor %}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{% macro reads_new_loads(drops_sealed=false) -%}
    {#- DuckDB: tells the staging views which files and loads to read, before a statement that takes in new ones. A reader must have a file:
        where there is no new one of its kind it gets one that is known, whose rows the statement leaves out. A first build is told
        its files too: of patterns that overlap each is read once. -#}
    {%- for format in llm_cost.enabled_sources() -%}
        {%- if not llm_cost.source_is_table(format) -%}
            {%- set kinds = run_query("select distinct file_kind from " ~ ref('llm_cost', 'stg_llm_cost__loads') ~ " where source_system = '" ~ format ~ "' and is_readable order by 1").columns[0].values() if execute else [] -%}
            {%- for kind in kinds -%}
                set variable {{ llm_cost.files_variable(format, kind) }} = (
                    select coalesce(list(loads.file order by loads.file) filter (new_loads.load_key is not null), [min(loads.file)])
                    from (
                        select
                            load_key,
                            {{ llm_cost.duckdb_literal_file('load_id') }} as file
                        from {{ ref('llm_cost', 'stg_llm_cost__loads') }}
                        where source_system = '{{ format }}' and file_kind = '{{ kind }}' and is_readable
                    ) as loads
                    -- grain: load_key is unique on each side
                    left join ({{ llm_cost.new_loads(drops_sealed) }}) as new_loads on loads.load_key = new_loads.load_key
                );
            {%- endfor -%}
        {%- elif is_incremental() -%}
            set variable {{ llm_cost.loads_variable(format) }} = (
                select coalesce(list(load_id), []) from ({{ llm_cost.new_loads(drops_sealed) }}) as new_loads where source_system = '{{ format }}'
            );
        {%- endif -%}
    {%- endfor -%}
    select 1
{%- endmacro %}

{% macro reads_all_loads() -%}
    {%- for format in llm_cost.enabled_sources() -%}
        {%- if llm_cost.source_is_table(format) -%}
            reset variable {{ llm_cost.loads_variable(format) }};
        {%- else -%}
            {%- for kind in llm_cost.file_kinds() -%}
                reset variable {{ llm_cost.files_variable(format, kind) }};
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    select 1
{%- endmacro %}


{% macro by_touched(touched, key, drops_sealed=none, unsettles=none) %}
    {#- The config of a table in which only what belongs to touched keys is found anew; `touched` names a model that has the column `key`.
        Where the engine cannot replace rows, the table is made anew. drops_sealed: the macro by which what belongs to sealed days leaves it.
        unsettles: one that takes back, in the same transaction, what tells the next build that nothing of this table is open. -#}
    {{ return(adapter.dispatch('by_touched', 'llm_cost')(touched, key, drops_sealed, unsettles)) }}
{% endmacro %}

{% macro default__by_touched(touched, key, drops_sealed, unsettles) %}
    {%- set drops = ["llm_cost.drop_touched('" ~ touched ~ "', '" ~ key ~ "')", drops_sealed, unsettles] -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'llm_cost_replace',
        'meta': {'llm_cost_drops': drops | select | list},
        'on_schema_change': 'append_new_columns'
    }) }}
{% endmacro %}

{% macro spark__by_touched(touched, key, drops_sealed, unsettles) %}
    {{ return({'materialized': 'table'}) }}
{% endmacro %}

{% macro drop_touched(touched, key) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where {{ key }} in (select {{ key }} from {{ ref('llm_cost', touched) }})
    {%- endif -%}
{%- endmacro %}
