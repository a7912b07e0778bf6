{{ config(**(llm_cost.by_load(['{{ llm_cost.recount_changing_files() }}']) if llm_cost.follows_changes() else {'materialized': 'table'})) }}

{#- Raw rows per source and load, counted from the raw source itself: the side of row accounting that no filter or parse
    of the package can change. A file of some size without a readable row counts as one (rejected) row. -#}
{%- set sources = llm_cost.enabled_sources() %}

-- a load is counted after it was read: depends_on: {{ ref('int_llm_cost__load_days') }}
with loads as (
    {{ llm_cost.new_loads() }}
),

counted as (
    {% for source in sources -%}
        select
            '{{ source }}' as source_system,
            load_id,
            raw_rows
        from (
            {{ llm_cost.raw_row_counts(source) }}
        ) as rows_counted
        {{ 'union all' if not loop.last }}
    {% endfor -%}
    {% if not sources -%}
        select
            cast(null as string) as source_system,
            cast(null as string) as load_id,
            cast(null as bigint) as raw_rows
        where false
    {%- endif %}
)

select
    loads.load_key,
    loads.source_system,
    loads.load_id,
    coalesce(counted.raw_rows, 1) as raw_rows,
    counted.raw_rows is null as is_unreadable
from loads
-- grain: (source_system, load_id) is unique on each side
left join counted on loads.source_system = counted.source_system and loads.load_id = counted.load_id
