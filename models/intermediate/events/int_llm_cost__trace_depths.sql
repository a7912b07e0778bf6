{{ config(materialized='table') }}

{#- How deep a call stands in its trace: 1 without a parent among the calls of the trace, else its parent's depth + 1.
    parent_id names the parent's request_id, response_id or event_id. Only calls with a parent are listed. A parent chain
    that bites its own tail stops at 100. -#}

with recursive calls as (
    select event_id, trace_id, parent_id, request_id, response_id
    from {{ ref('int_llm_cost__usage_events') }}
    where trace_id is not null
),

children as (
    select event_id, trace_id, parent_id from calls where parent_id is not null
),

names as (
    select trace_id, request_id as name, event_id from calls where request_id is not null
    union
    select trace_id, response_id as name, event_id from calls where response_id is not null
    union
    select trace_id, event_id as name, event_id from calls
),

-- a name may stand for several attempts: any of them is the parent
links as (
    select
        children.event_id,
        min(names.event_id) as parent_event_id
    from children
    -- grain: several names a parent, brought back to one by the group by
    inner join names on children.trace_id = names.trace_id and children.parent_id = names.name and children.event_id <> names.event_id
    group by children.event_id
),

chain as (
    select
        links.event_id,
        links.parent_event_id,
        2 as depth
    from links

    union all

    select
        chain.event_id,
        links.parent_event_id,
        chain.depth + 1 as depth
    from chain
    -- grain: event_id is unique in links
    inner join links on chain.parent_event_id = links.event_id
    where chain.depth < 100
)

select
    event_id,
    max(depth) as depth
from chain
group by event_id
