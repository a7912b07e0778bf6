{{ config(materialized='table') }}

{#- The days whose requests and rollup have passed their tests as they are now: dbt builds this model only then. A build without tests adds
    none. Grain: utc_date. -#}
{%- set checked = llm_cost.built_relation('int_llm_cost__checked_days') if llm_cost.follows_changes() %}

-- depends_on: {{ ref('fct_llm_cost__requests') }}
-- depends_on: {{ ref('fct_llm_cost__hourly') }}
with event_days as (
    select * from {{ ref('int_llm_cost__event_days') }}
)

select
    event_days.utc_date,
    event_days.day_fingerprint
from event_days
{%- if not llm_cost.runs_every_test() %}
{%- if checked %}
-- grain: utc_date is unique on each side
inner join {{ checked }} as checked_days
    on event_days.utc_date = checked_days.utc_date and event_days.day_fingerprint = checked_days.day_fingerprint
{%- else %}
where false
{%- endif %}
{%- endif %}
