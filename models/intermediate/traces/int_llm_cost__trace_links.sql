{{ config(materialized='table') }}

{#- The call that made each call of a trace. parent_id names the parent's request_id, response_id or event_id. Only calls
    whose parent is among the calls of the trace are listed, of the traces that this build takes up. #}

-- depends_on: {{ ref('int_llm_cost__changed_traces') }}
with requests as (
    {{ llm_cost.requests_of_traces() }}
),

calls as (
    select event_id, trace_id, parent_id, request_id, response_id from requests
),

children as (
    select event_id, trace_id, parent_id from calls where parent_id is not null
),

names as (
    select trace_id, request_id as name, event_id from calls where request_id is not null
    union all
    select trace_id, response_id as name, event_id from calls where response_id is not null
    union all
    select trace_id, event_id as name, event_id from calls
),

-- most names are those of no parent
wanted as (
    select distinct
        trace_id,
        parent_id
    from children
),

-- a name may stand for several attempts, and an attempt for one name twice: any of them is the parent, but for the child itself
parents as (
    select
        names.trace_id,
        names.name,
        min(names.event_id) as first_event_id,
        max(names.event_id) as last_event_id
    from names
    -- grain: (trace_id, parent_id) is unique in wanted
    inner join wanted on names.trace_id = wanted.trace_id and names.name = wanted.parent_id
    group by names.trace_id, names.name
)

select
    children.event_id,
    case when parents.first_event_id <> children.event_id then parents.first_event_id else parents.last_event_id end as parent_event_id
from children
-- grain: (trace_id, name) is unique in parents
inner join parents on children.trace_id = parents.trace_id and children.parent_id = parents.name
where parents.first_event_id <> children.event_id or parents.last_event_id <> children.event_id
