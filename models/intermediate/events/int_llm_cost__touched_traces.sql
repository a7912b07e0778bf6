{{ config(materialized='table') }}

{#- The traces of span formats in which a call has come, changed or gone. Grain: source_system × trace_id. -#}

select distinct
    source_system,
    trace_id,
    {{ llm_cost.key64(['source_system', 'trace_id']) }} as trace_key
from {{ ref('int_llm_cost__touched_rows') }}
where trace_id is not null and source_system in ('{{ llm_cost.sources_with_nested_calls() | join("', '") }}')
