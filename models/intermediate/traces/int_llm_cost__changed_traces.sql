{{ config(materialized='table') }}

{#- The traces of which a request has come, changed or gone since fct_llm_cost__traces was last built, and the days of their requests, old and
    new. Empty where that mart is made anew. Grain: trace_id × utc_date. -#}
{%- set trace_days = llm_cost.built_relation('int_llm_cost__trace_days') %}
{%- set requests = ref('fct_llm_cost__requests') %}
{%- set changed_days -%}
    select coalesce(days_now.utc_date, days_before.utc_date) as utc_date
    from (select distinct utc_date, day_fingerprint from {{ requests }}) as days_now
    full join (select distinct utc_date, day_fingerprint from {{ trace_days }}) as days_before
        on days_now.utc_date = days_before.utc_date and days_now.day_fingerprint = days_before.day_fingerprint
    where days_now.utc_date is null or days_before.utc_date is null
{%- endset %}
{%- if not llm_cost.follows_traces() %}
    {{ llm_cost.no_rows({'trace_id': 'string', 'utc_date': 'date'}) }}
{%- elif not trace_days %}

-- a first build that broke before int_llm_cost__trace_days: every trace
select distinct
    trace_id,
    utc_date
from {{ requests }}
where trace_id is not null

union all

select
    trace_id,
    cast(null as date) as utc_date
from {{ llm_cost.built_relation('fct_llm_cost__traces') }}
{%- else %}

with changed_days as (
    {{ changed_days }}
),

trace_days as (
    select
        trace_id,
        utc_date
    from {{ trace_days }}
    where trace_id is not null

    union

    select
        requests.trace_id,
        requests.utc_date
    from {{ requests }} as requests
    where requests.trace_id is not null {{ llm_cost.dates_among('requests.utc_date', changed_days) }}
),

changed as (
    select distinct trace_id
    from trace_days
    where utc_date in (select changed_days.utc_date from changed_days)
)

select
    trace_days.trace_id,
    trace_days.utc_date
from trace_days
-- grain: trace_id is unique in changed
inner join changed on trace_days.trace_id = changed.trace_id
{%- endif %}
