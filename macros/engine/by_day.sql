{% macro by_day(days, day='utc_date', keeps_sealed=false) %}
    {#- The config of a mart that is rebuilt by whole UTC days: `{{ config(**llm_cost.by_day('<days>')) }}`, where <days> names
        a model that has utc_date and day_fingerprint. The mart keeps both columns and reads llm_cost.days_to_rebuild('<days>').
        Each engine replaces days in its own way: DuckDB deletes them and inserts, Spark overwrites their partitions.
        day: the column of both, where a mart is rebuilt by other days than UTC's or by periods. keeps_sealed: a rollup of requests, whose
        sealed days stay as they are (macros/engine/retention.sql); give it to days_to_rebuild too. -#}
    {%- set config = adapter.dispatch('by_day', 'llm_cost')(day) -%}
    {%- do config.update({
        'materialized': 'incremental',
        'on_schema_change': 'append_new_columns',
        'post_hook': "{{ llm_cost.drop_days_not_in('" ~ days ~ "', '" ~ day ~ "', " ~ keeps_sealed ~ ") }}"
    }) -%}
    {%- if keeps_sealed -%}
        {%- do config.update({'pre_hook': "{{ llm_cost.refuse_to_lose_sealed('" ~ day ~ "') }}"}) -%}
        {%- if llm_cost.retention_days() is not none -%}
            {%- do config.update({'full_refresh': false}) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(config) }}
{% endmacro %}

{% macro default__by_day(day) %}
    {{ return({'incremental_strategy': 'delete+insert', 'unique_key': day}) }}
{% endmacro %}

{% macro spark__by_day(day) %}
    {{ return({'incremental_strategy': 'insert_overwrite', 'partition_by': [day]}) }}
{% endmacro %}


{% macro days_to_rebuild(days, day='utc_date', keeps_sealed=false) -%}
    {#- The days whose fingerprint is not the one that this mart was built from: all of them in a first build or a full
        refresh, of a rollup that keeps sealed days all others. -#}
    select
        days.{{ day }},
        days.day_fingerprint
    from (select distinct {{ day }}, day_fingerprint from {{ ref('llm_cost', days) }}) as days
    {%- set only_changed = is_incremental() and not flags.FULL_REFRESH %}
    {%- if only_changed %}
    -- grain: a day has one fingerprint on each side
    left join (select distinct {{ day }}, day_fingerprint from {{ this }}) as built
        on days.{{ day }} = built.{{ day }} and days.day_fingerprint = built.day_fingerprint
    where built.{{ day }} is null
    {%- endif %}
    {%- if keeps_sealed %}
    {{ 'and' if only_changed else 'where' }} days.{{ day }} > {{ llm_cost.sealed_until(day) }}
    {%- endif %}
{%- endmacro %}


{% macro only_dates(column, query, word='and') -%}
    {#- A condition that narrows a scan to the dates of a query, beside the join with them: an engine that cannot take them from the join
        through a view with outer joins would read the whole history. Nothing in a first build, nor in a full refresh. word: `where` if it stands
        alone; Spark would go through a `where true` for minutes. -#}
    {%- if is_incremental() and not flags.FULL_REFRESH -%}
        {{ llm_cost.dates_among(column, query, word) }}
    {%- endif -%}
{%- endmacro %}

{% macro dates_among(column, query, word='and') -%}
    {#- The same where the model is no incremental one. -#}
    {{ return(adapter.dispatch('dates_among', 'llm_cost')(column, query, word)) }}
{%- endmacro %}

{% macro default__dates_among(column, query, word) -%}
    {%- if execute -%}
        {%- set dates = run_query('select distinct * from (' ~ query ~ ') as dates order by 1').columns[0].values() -%}
        {%- if dates | length == 0 -%}
            {{ word }} false
        {%- elif dates | length <= 100 -%}
            {{ word }} {{ column }} in (date '{{ dates | join("', date '") }}')
        {%- else -%}
            {{ word }} {{ column }} between date '{{ dates[0] }}' and date '{{ dates[-1] }}'
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{% macro spark__dates_among(column, query, word) -%}
{%- endmacro %}

{% macro only_days_to_rebuild(column, days, day='utc_date', word='and') -%}
    {#- The same with the days of days_to_rebuild(). -#}
    {{ llm_cost.only_dates(column, 'select ' ~ day ~ ' from (' ~ llm_cost.days_to_rebuild(days, day) ~ ') as days', word) }}
{%- endmacro %}


{% macro drop_days_not_in(days, day='utc_date', keeps_sealed=false) %}
    {#- A day that is gone, or that has changed and has no row any more, is rebuilt by nothing: what this mart had of it is removed. -#}
    {{ return(adapter.dispatch('drop_days_not_in', 'llm_cost')(days, day, keeps_sealed)) }}
{% endmacro %}

{% macro stale_days(days, day, keeps_sealed) -%}
    select built.{{ day }}
    from (select distinct {{ day }}, day_fingerprint from {{ this }}) as built
    -- grain: a day has one fingerprint on each side
    left join (select distinct {{ day }}, day_fingerprint from {{ ref('llm_cost', days) }}) as days
        on built.{{ day }} = days.{{ day }} and built.day_fingerprint = days.day_fingerprint
    where days.{{ day }} is null {{- ' and built.' ~ day ~ ' > ' ~ llm_cost.sealed_until(day) if keeps_sealed }}
{%- endmacro %}

{% macro default__drop_days_not_in(days, day, keeps_sealed) -%}
    delete from {{ this }} where {{ day }} in ({{ llm_cost.stale_days(days, day, keeps_sealed) }})
{%- endmacro %}

{% macro spark__drop_days_not_in(days, day, keeps_sealed) -%}
    {%- if is_incremental() -%}
        {{ llm_cost.spark_drop_parts(day, llm_cost.stale_days(days, day, keeps_sealed)) }}
    {%- endif -%}
{%- endmacro %}
