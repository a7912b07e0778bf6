{{ config(materialized='table') }}

{#- The days of the calls of touched traces and sessions that have calls without a team. A model of its own: what it looks up is known to be little
    before the history is searched. Grain: owner_key × utc_date. -#}

with ownerless as (
    select * from {{ ref('int_llm_cost__touched_owners') }} where has_ownerless_calls
)

select
    ownerless.owner_key,
    load_tags.utc_date
from ownerless
-- grain: a row a load, day and team, made one a day by the union
inner join {{ ref('int_llm_cost__load_tags') }} as load_tags on ownerless.owner_key = load_tags.owner_key

{% for column in llm_cost.inheritable_columns() -%}
    union

    -- the call itself may stand on another day than the row that names its trace
    select
        ownerless.owner_key,
        repeated_calls.event_date as utc_date
    from ownerless
    -- grain: the rows of a call, made one a day by the union
    inner join {{ ref('int_llm_cost__repeated_calls') }} as repeated_calls
        on ownerless.match_value = repeated_calls.{{ column }} and ownerless.matched_column = '{{ column }}'
    where repeated_calls.event_date is not null
{% endfor %}
