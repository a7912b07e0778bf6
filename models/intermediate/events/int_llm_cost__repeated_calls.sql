{{ config(materialized='table') }}

{#- Rows of the calls that the logs tell more than once, ranked: the row ranked 1 is the event, with the last usage and
    the first time. Repeats are few, so the wide rows are ranked here only, never over the whole history. -#}

with usage_rows as (
    select * from {{ ref('int_llm_cost__usage_rows') }}
),

-- read apart from usage_rows: of a CTE used twice DuckDB stores every column of the whole history
repeated_groups as (
    select call_group
    from {{ ref('int_llm_cost__usage_rows') }}
    where call_group is not null
    group by call_group
    having count(*) > 1
),

rows_of_repeated_calls as (
    select
        usage_rows.*,
        {{ llm_cost.event_id() }} as event_id,
        coalesce(response_id, call_key) as shared_id
    from usage_rows
    -- grain: call_group is unique in repeated_groups
    inner join repeated_groups on usage_rows.call_group = repeated_groups.call_group
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
                loaded_at desc nulls last
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
    rank_in_source = 1 and source_system = winning_source as is_event
from across_sources
