{{ config(materialized='table') }}

{#- Each distinct (provider, model, tier, region) of the events once, with the name it is billed under: everything below
    resolves these few rows, so that the millions of events need one join. -#}

with events as (
    select * from {{ ref('int_llm_cost__usage_events') }}
),

used as (
    select
        provider,
        coalesce(model_served, model_requested) as model_logged,
        service_tier,
        region_scope,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at
    from events
    group by provider, coalesce(model_served, model_requested), service_tier, region_scope
),

-- a hosted model's full resource name ends in the model: keep the last part; a gateway may write the provider before it
shortened as (
    select
        *,
        case
            when provider = 'aws' then regexp_replace(replace(lower(model_logged), '%3a', ':'), '^.*/', '')
            when provider = 'google' then regexp_replace(lower(model_logged), '^(.*models|google|gemini|vertex_ai)/', '')
            when lower(model_logged) like provider || '/%' then substr(lower(model_logged), length(provider) + 2)
            else lower(model_logged)
        end as short_name
    from used
)

select
    row_number() over (order by provider, model_logged, service_tier, region_scope) as used_model_id,
    provider,
    model_logged,
    service_tier,
    region_scope,
    first_seen_at,
    last_seen_at,
    lower(model_logged) as full_name,
    case
        when provider = 'aws' then regexp_replace(short_name, '^(us|eu|apac|jp|au|ca|global|us-gov)[.]', '')
        else short_name
    end as short_name,
    -- a cross-region inference profile names its region
    case
        when provider = 'aws' and short_name like 'us-gov.%' then 'us-gov'
        when provider = 'aws' and split_part(short_name, '.', 1) in ('us', 'eu', 'apac', 'jp', 'au', 'ca')
            then split_part(short_name, '.', 1)
    end as profile_region
from shortened
