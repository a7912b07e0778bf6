{{ config(materialized='table') }}

{#- Every day of the reporting time zone that has requests, with the UTC days that hold it and the days beside it, and a fingerprint of
    them: what a cache figure of the day is made from, as a chain of calls goes on over midnight. Grain: usage_date. -#}

with parts as (
    select distinct
        usage_date,
        utc_date,
        day_fingerprint
    from {{ ref('int_llm_cost__daily_costs') }}
),

days as (
    select distinct usage_date from parts
),

rules as (
    select sum(cast({{ llm_cost.hash64(['provider', 'model_prefix', 'min_cacheable_tokens', 'lifetime_seconds', 'valid_from']) }} as decimal(38, 0))) as rules_hash
    from {{ ref('int_llm_cost__cache_rules') }}
),

neighbours as (
    select
        days.usage_date,
        min(parts.utc_date) as first_utc_date,
        max(parts.utc_date) as last_utc_date,
        sum(cast({{ llm_cost.hash64(['parts.usage_date', 'parts.utc_date', 'parts.day_fingerprint']) }} as decimal(38, 0))) as parts_hash
    from days
    -- grain: a few parts a day, summed up
    inner join parts
        on parts.usage_date >= {{ llm_cost.day_before('days.usage_date') }} and days.usage_date >= {{ llm_cost.day_before('parts.usage_date') }}
    group by days.usage_date
)

select
    neighbours.usage_date,
    neighbours.first_utc_date,
    neighbours.last_utc_date,
    {{ llm_cost.key64(['neighbours.parts_hash', 'rules.rules_hash', "'" ~ var('llm_cost_fold_tenant_case', false) ~ "'"]) }} as day_fingerprint
from neighbours
cross join rules
