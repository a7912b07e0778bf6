{{ config(**llm_cost.by_day('fct_llm_cost__requests')) }}

{#- The traces of each UTC day, as fct_llm_cost__traces has them: it is written after that mart, so that a build that breaks before is caught
    up by the next. Grain: trace_id × utc_date; one row without a trace for every day. -#}

-- depends_on: {{ ref('fct_llm_cost__traces') }}
with days as (
    {{ llm_cost.days_to_rebuild('fct_llm_cost__requests') }}
)

select distinct
    requests.trace_id,
    requests.utc_date,
    requests.day_fingerprint
from {{ ref('fct_llm_cost__requests') }} as requests
-- grain: utc_date is unique in days
inner join days on requests.utc_date = days.utc_date
where requests.trace_id is not null

union all

-- a day without any is not looked at again each night
select
    cast(null as string) as trace_id,
    utc_date,
    day_fingerprint
from days
