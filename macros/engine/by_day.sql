{% macro by_day(days) %}
    {#- The config of a mart that is rebuilt by whole UTC days: `{{ config(**llm_cost.by_day('<days>')) }}`, where <days> names
        a model that has utc_date and day_fingerprint. The mart keeps both columns and reads llm_cost.days_to_rebuild('<days>').
        Each engine replaces days in its own way: DuckDB deletes them and inserts, Spark overwrites their partitions. -#}
    {{ return(adapter.dispatch('by_day', 'llm_cost')(days)) }}
{% endmacro %}

{% macro default__by_day(days) %}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'delete+insert',
        'unique_key': 'utc_date',
        'on_schema_change': 'append_new_columns',
        'post_hook': "{{ llm_cost.drop_days_not_in('" ~ days ~ "') }}"
    }) }}
{% endmacro %}

{% macro spark__by_day(days) %}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'insert_overwrite',
        'partition_by': ['utc_date'],
        'on_schema_change': 'append_new_columns',
        'post_hook': "{{ llm_cost.drop_days_not_in('" ~ days ~ "') }}"
    }) }}
{% endmacro %}


{% macro days_to_rebuild(days) -%}
    {#- The days whose fingerprint is not the one that this mart was built from: all of them in a first build or a full
        refresh. -#}
    select distinct
        days.utc_date,
        days.day_fingerprint
    from {{ ref('llm_cost', days) }} as days
    {%- if is_incremental() %}
    left join (select distinct utc_date, day_fingerprint from {{ this }}) as built
        on days.utc_date = built.utc_date and days.day_fingerprint = built.day_fingerprint
    where built.utc_date is null
    {%- endif %}
{%- endmacro %}


{% macro drop_days_not_in(days) %}
    {#- A day that has no event any more is rebuilt by nothing: it is removed. -#}
    {{ return(adapter.dispatch('drop_days_not_in', 'llm_cost')(days)) }}
{% endmacro %}

{% macro default__drop_days_not_in(days) -%}
    delete from {{ this }} where utc_date not in (select utc_date from {{ ref('llm_cost', days) }})
{%- endmacro %}

{% macro spark__drop_days_not_in(days) -%}
    {#- A plain Parquet table knows no delete, but its days are partitions. -#}
    {%- if config.get('file_format') in ['delta', 'iceberg', 'hudi'] -%}
        {{ llm_cost.default__drop_days_not_in(days) }}
    {%- elif execute and is_incremental() -%}
        {%- set gone = run_query("select distinct utc_date from " ~ this ~ " where utc_date not in (select utc_date from " ~ ref('llm_cost', days) ~ ")") -%}
        {%- if gone.rows | length > 0 -%}
            alter table {{ this }} drop {% for row in gone.rows %}partition (utc_date = '{{ row[0] }}'){{ ', ' if not loop.last }}{% endfor %}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
