{{ config(materialized='table') }}

{#- How deep a call stands in its trace: 1 without a parent among the calls of the trace, else its parent's depth + 1.
    Only calls with a parent are listed. A parent chain that bites its own tail stops at 100. -#}

with jumps as (
    select * from {{ ref('int_llm_cost__trace_jumps') }}
),

-- most traces end within the first jump: only the others are followed
long_chains as (
    select * from jumps where steps = 10
),

ancestors as (
    select * from jumps where event_id in (select long_chains.ancestor_event_id from long_chains)
),

followed as (
    select
        long_chains.event_id,
        long_chains.steps {%- for jump in range(2, 11) %} + coalesce(jump_{{ jump }}.steps, 0) {%- endfor %} as steps
    from long_chains
    -- grain: event_id is unique in ancestors; one is known only after ten whole steps
    {% for jump in range(2, 11) -%}
        left join ancestors as jump_{{ jump }} on {{ 'long_chains' if jump == 2 else 'jump_' ~ (jump - 1) }}.ancestor_event_id = jump_{{ jump }}.event_id
    {% endfor %}
)

select
    event_id,
    steps + 1 as depth
from jumps
where steps < 10

union all

select
    event_id,
    least(steps + 1, 100) as depth
from followed
