{{ config(**llm_cost.by_touched('int_llm_cost__touched_calls', 'call_group', 'llm_cost.drop_sealed_calls()')) }}

{#- Rows of the calls that the logs tell more than once, ranked: the row ranked 1 is the event, with the last usage and
    the first time. Repeats are few, so the wide rows are ranked here only, never over the whole history. #}
{#- the days of the rows of touched calls with several: the scan of the wide rows passes over all others -#}
{%- set repeated_days -%}
    select touched_calls.utc_date
    from {{ ref('int_llm_cost__touched_calls') }} as touched_calls
    -- grain: call_group is unique
    inner join (
        select call_group from {{ ref('int_llm_cost__touched_calls') }} group by call_group having sum(call_rows) > 1
    ) as repeated_groups on touched_calls.call_group = repeated_groups.call_group
    where touched_calls.utc_date is not null
{%- endset %}

-- what belongs to sealed days leaves it: depends_on: {{ ref('int_llm_cost__sealed_days') }}
-- read in an increment: depends_on: {{ ref('int_llm_cost__touched_calls') }}
with call_rows as (
    select * from {{ ref('int_llm_cost__call_rows') }}
),

repeated_groups as (
    {% if is_incremental() -%}
        select call_group
        from {{ ref('int_llm_cost__touched_calls') }}
        group by call_group
        having sum(call_rows) > 1
    {%- else -%}
        -- read apart from call_rows: of a CTE used twice DuckDB stores every column of the whole history
        select call_group
        from {{ ref('int_llm_cost__call_rows') }}
        group by call_group
        having count(*) > 1
    {%- endif %}
),

rows_of_repeated_calls as (
    select
        call_rows.*,
        {{ llm_cost.event_id() }} as event_id,
        coalesce(response_id, call_key) as shared_id
    from call_rows
    -- grain: call_group is unique in repeated_groups
    inner join repeated_groups on call_rows.call_group = repeated_groups.call_group
    {%- if is_incremental() %}
    {{ llm_cost.only_dates('call_rows.utc_date', repeated_days, 'where') }}
    {%- endif %}
),

within_source as (
    select
        *,
        min(occurred_at) over (partition by source_system, event_id) as first_occurred_at,
        row_number() over (
            partition by source_system, event_id
            order by
                has_usage desc,
                occurred_at desc,
                coalesce(total_input_tokens, 0) + coalesce(output_tokens, 0) desc,
                load_id asc,
                loaded_at desc nulls last,
                row_position desc nulls last
        ) as rank_in_source
    from rows_of_repeated_calls
),

-- the same call in two log formats: the row that knows the usage, then the earlier format of llm_cost_sources
across_sources as (
    select
        *,
        first_value(source_system) over (
            partition by call_group, provider, shared_id
            order by rank_in_source asc, has_usage desc, source_rank asc
            rows between unbounded preceding and unbounded following
        ) as winning_source,
        min(source_rank) over (partition by call_group, provider, shared_id) < max(source_rank) over (partition by call_group, provider, shared_id) as is_shared
    from within_source
)

select
    *,
    rank_in_source = 1 and source_system = winning_source as is_event,
    cast(first_occurred_at as date) as event_date,
    {{ llm_cost.hash64(['event_id', 'rank_in_source', 'winning_source', 'sub_calls'] + (llm_cost.event_columns() | reject('equalto', 'merged_from') | list)) }} as row_hash
from across_sources
