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
)

-- a name may stand for several attempts, and an attempt for one name twice: any of them is the parent
select
    children.event_id,
    min(names.event_id) as parent_event_id
from children
-- grain: several names a parent, brought back to one by the group by
inner join names on children.trace_id = names.trace_id and children.parent_id = names.name and children.event_id <> names.event_id
group by children.event_id
