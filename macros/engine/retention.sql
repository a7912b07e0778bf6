{#- Days whose request-level rows are dropped, while their rollups and statements stay (var llm_cost_request_retention_days). A day is sealed at
    the start of a build (int_llm_cost__sealed_days); each table then drops the rows of sealed days, or keeps them for good, when its
    turn comes. So a build that breaks in between is finished by the next. -#}

{% macro retention_days() %}
    {#- How many whole UTC days before the build request-level rows are kept; none: for ever. -#}
    {%- set days = var('llm_cost_request_retention_days', none) -%}
    {%- if days is not none and (days is boolean or (days | string | trim | int(-1)) < 1) -%}
        {{ exceptions.raise_compiler_error("llm_cost_request_retention_days is a whole number of days from 1 on, not " ~ days) }}
    {%- endif -%}
    {{ return(none if days is none else days | int) }}
{% endmacro %}


{% macro sealed_until(day='utc_date') -%}
    {#- SQL: the last day that is sealed; one before any log where none is. All days up to it are. A day of the reporting time zone is sealed as
        soon as a part of it is. -#}
    (
        select coalesce(
            {% if day == 'usage_date' -%}
                {{ llm_cost.reporting_date(llm_cost.milliseconds_after('cast(max(sealed_days.utc_date) as timestamp)', 'cast(86399999 as bigint)')) }},
            {%- else -%}
                max(sealed_days.utc_date),
            {%- endif %}
            cast('1900-01-01' as date)
        )
        from {{ ref('llm_cost', 'int_llm_cost__sealed_days') }} as sealed_days
    )
{%- endmacro %}


{% macro last_sealed(day='utc_date') %}
    {#- The same as a literal, for hooks, so that the engine passes over what lies behind it; none where no day is sealed. -#}
    {%- set log = llm_cost.built_relation('int_llm_cost__sealed_days', is_log=true) -%}
    {%- set last = none -%}
    {%- if log and run_query('select count(*) from ' ~ log).rows[0][0] > 0 -%}
        {%- set last = "cast('" ~ run_query('select ' ~ llm_cost.sealed_until(day)).rows[0][0] ~ "' as date)" -%}
    {%- endif -%}
    {{ return(last) }}
{% endmacro %}


{% macro drop_sealed(day='utc_date') -%}
    {#- Hook: rows of sealed days leave the table. -#}
    {%- set last = llm_cost.last_sealed() if is_incremental() -%}
    {%- if last -%}
        {{ adapter.dispatch('drop_sealed', 'llm_cost')(day, last) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__drop_sealed(day, last) -%}
    delete from {{ this }} where {{ day }} <= {{ last }}
{%- endmacro %}

{% macro spark__drop_sealed(day, last) -%}
    {#- Only a table format that knows deletes: others keep the rows, or are made anew. -#}
    {%- if config.get('file_format') in ['delta', 'iceberg', 'hudi'] -%}
        delete from {{ this }} where {{ day }} <= {{ last }}
    {%- endif -%}
{%- endmacro %}


{% macro dropped_calls(repeated_calls, last) -%}
    {#- Calls that were told more than once and whose last event is on a sealed day. All their rows go with that day, also later ones. -#}
    select call_group
    from {{ repeated_calls }}
    where is_event and call_group in (select call_group from {{ repeated_calls }} where is_event and event_date <= {{ last }})
    group by call_group
    having max(event_date) <= {{ last }}
{%- endmacro %}

{% macro kept_calls(repeated_calls, last) -%}
    {#- Calls that have a row on a sealed day, but an event on a later one: their rows stay as long as that. -#}
    select call_group
    from {{ repeated_calls }}
    where is_event and event_date > {{ last }} and call_group in (select call_group from {{ repeated_calls }} where utc_date <= {{ last }})
{%- endmacro %}


{% macro drop_sealed_calls() -%}
    {#- Hook of int_llm_cost__repeated_calls. -#}
    {%- set last = llm_cost.last_sealed() if is_incremental() -%}
    {%- if last -%}
        delete from {{ this }} where call_group in ({{ llm_cost.dropped_calls(this, last) }})
    {%- endif -%}
{%- endmacro %}


{% macro read_and_dropped_loads() -%}
    {#- SQL: loads of which no row is on a day after the last sealed one, or every row was dropped with a call of a sealed day. That they were
        read is known by int_llm_cost__load_days alone. -#}
    {%- set days_read = llm_cost.built_relation('int_llm_cost__load_days') -%}
    {%- set sealed_rows = llm_cost.built_relation('int_llm_cost__sealed_rows', is_log=true) -%}
    {% if days_read -%}
        select load_key
        from {{ days_read }}
        group by load_key
        having max(utc_date) <= {{ llm_cost.sealed_until() }}
        {%- if sealed_rows %}

        union

        select rows_read.load_key
        from (select load_key, sum(rows_read) as rows_read from {{ days_read }} group by load_key) as rows_read
        -- grain: load_key is unique on each side
        inner join (
            select load_key, sum(events + not_billable_events + duplicate_rows + wrapping_rows) as rows_dropped
            from {{ sealed_rows }}
            group by load_key
        ) as dropped on rows_read.load_key = dropped.load_key
        where dropped.rows_dropped >= rows_read.rows_read
        {%- endif %}
    {%- else -%}
        select cast(null as bigint) as load_key where false
    {%- endif -%}
{%- endmacro %}


{% macro drop_sealed_usage_rows() -%}
    {#- Hook of int_llm_cost__usage_rows, before it reads: the rows of sealed days go, of a call told more than once with its event. -#}
    {%- set last = llm_cost.last_sealed() if is_incremental() -%}
    {%- set repeated_calls = llm_cost.built_relation('int_llm_cost__repeated_calls') -%}
    {%- set days_read = llm_cost.built_relation('int_llm_cost__load_days') -%}
    {%- if last and repeated_calls and days_read -%}
        {#- rows of a load that a broken build has not counted yet stay until that is done -#}
        {{ adapter.dispatch('drop_sealed_usage_rows', 'llm_cost')(last, repeated_calls, 'load_key in (select counted.load_key from ' ~ days_read ~ ' as counted)') }}
    {%- endif -%}
{%- endmacro %}

{% macro default__drop_sealed_usage_rows(last, repeated_calls, is_counted) -%}
    delete from {{ this }}
    where {{ is_counted }} and utc_date <= {{ last }} and (call_group is null or call_group not in ({{ llm_cost.kept_calls(repeated_calls, last) }}));

    delete from {{ this }}
    where
        {{ is_counted }}
        and call_group in ({{ llm_cost.dropped_calls(repeated_calls, last) }})
        and utc_date in (
            select utc_date from {{ repeated_calls }}
            where utc_date > {{ last }} and call_group in ({{ llm_cost.dropped_calls(repeated_calls, last) }})
        );

    -- rows without a time go with the others of their load
    delete from {{ this }}
    where utc_date is null and load_key in ({{ llm_cost.read_and_dropped_loads() }})
{%- endmacro %}

{% macro spark__drop_sealed_usage_rows(last, repeated_calls, is_counted) -%}
    {%- set goes -%}
        {{ is_counted }} and (
            (utc_date <= {{ last }} and (call_group is null or call_group not in ({{ llm_cost.kept_calls(repeated_calls, last) }})))
            or (call_group is not null and call_group in ({{ llm_cost.dropped_calls(repeated_calls, last) }}))
            or (utc_date is null and load_key in ({{ llm_cost.read_and_dropped_loads() }}))
        )
    {%- endset -%}
    {%- if config.get('file_format') in ['delta', 'iceberg', 'hudi'] -%}
        delete from {{ this }} where {{ goes }}
    {%- else -%}
        {#- A plain Parquet table: loads of which nothing is left are dropped, the partitions of the others written again. -#}
        {%- set loads = run_query('select distinct load_key from ' ~ this ~ ' where ' ~ goes).rows | map(attribute=0) | list -%}
        {%- if loads -%}
            {%- set kept -%}
                select * from {{ this }} where load_key in ({{ loads | join(', ') }}) and not coalesce({{ goes }}, false)
            {%- endset -%}
            {%- set left = run_query('select distinct load_key from (' ~ kept ~ ') as kept').rows | map(attribute=0) | list -%}
            {%- if left -%}
                {%- do run_query('set spark.sql.sources.partitionOverwriteMode = DYNAMIC') -%}
                {%- do run_query('insert overwrite table ' ~ this ~ ' partition (load_key) ' ~ kept) -%}
            {%- endif -%}
            {%- set gone = loads | reject('in', left) | list -%}
            {%- if gone -%}
                alter table {{ this }} drop {% for load in gone %}partition (load_key = '{{ load }}'){{ ', ' if not loop.last }}{% endfor %}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{% macro refuse_to_lose_sealed(day) -%}
    {#- Hook of a rollup that keeps sealed days. With the var set a full refresh makes the other days anew (days_to_rebuild()); without it the table
        would be made anew, but the requests of those days are gone. -#}
    {%- if execute and flags.FULL_REFRESH and not is_incremental() and llm_cost.retention_days() is none -%}
        {%- set last = llm_cost.last_sealed(day) -%}
        {%- if last -%}
            {{ exceptions.raise_compiler_error(
                "Requests up to " ~ last ~ " were dropped, and a full refresh would drop their rollups too. Set llm_cost_request_retention_days as before;"
                ~ " to give up those days, drop the table of int_llm_cost__sealed_days first."
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
