{{ config(materialized='table') }}

{#- Raw rows per source and load, counted from the raw source itself: the side of row accounting that no filter or parse
    of the package can change. A file of some size without a readable row counts as one (rejected) row. -#}
{%- set sources = llm_cost.enabled_sources() %}

{% for source in sources -%}
    select
        '{{ source }}' as source_system,
        load_id,
        case when raw_rows = 0 then 1 else raw_rows end as raw_rows,
        raw_rows = 0 as is_unreadable
    from (
        {{ llm_cost.raw_row_counts(source) }}
    ) as counted
    {{ 'union all' if not loop.last }}
{% endfor -%}
{% if not sources -%}
    select
        cast(null as string) as source_system,
        cast(null as string) as load_id,
        cast(null as bigint) as raw_rows,
        cast(null as boolean) as is_unreadable
    where false
{%- endif %}
