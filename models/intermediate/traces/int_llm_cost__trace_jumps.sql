{{ config(materialized='table') }}

{#- Up to ten steps up a trace at once: how many there are, and where the tenth leads. int_llm_cost__trace_depths goes on
    from there. A fixed number of joins instead of a recursive query, which engines run row by row or cut off at a million
    rows. -#}

with links as (
    select * from {{ ref('int_llm_cost__trace_links') }}
),

-- what a second step can start from: in most traces few calls made calls and were made by one
inner_links as (
    select
        event_id,
        parent_event_id
    from links
    where event_id in (select callees.parent_event_id from links as callees)
)

select
    link_1.event_id,
    1 {%- for step in range(2, 11) %} + case when link_{{ step }}.event_id is not null then 1 else 0 end {%- endfor %} as steps,
    link_10.parent_event_id as ancestor_event_id
from links as link_1
-- grain: event_id is unique in inner_links
{% for step in range(2, 11) -%}
    left join inner_links as link_{{ step }} on link_{{ step - 1 }}.parent_event_id = link_{{ step }}.event_id
{% endfor %}
