-- Every load that the sources list must be counted: rows that nobody reads would be missing from both sides of row accounting.

with loads as (
    select * from {{ ref('stg_llm_cost__loads') }}
),

raw_row_counts as (
    select * from {{ ref('int_llm_cost__raw_row_counts') }}
),

uncounted as (
    select
        count(*) as load_count,
        min(loads.load_id) as first_load
    from loads
    -- grain: load_key is unique on each side
    left join raw_row_counts on loads.load_key = raw_row_counts.load_key
    where raw_row_counts.load_key is null
)

select *
from uncounted
where {{ llm_cost.fails_with(
    'load_count > 0',
    "cast(load_count as string) || ' load(s) are listed in stg_llm_cost__loads and were not read, e.g. ' || coalesce(first_load, '')"
    ~ " || '. Their calls are in no mart: run dbt build without --select, and with --full-refresh if they stay.'"
) }}
