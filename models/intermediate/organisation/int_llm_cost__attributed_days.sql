{{ config(**llm_cost.by_day('fct_llm_cost__requests', keeps_sealed=true)) }}

{#- Requests and cost by who could own them and day of the reporting time zone, cut from the instant: a zone may be half an hour off. Without a row
    in UTC, where fct_llm_cost__hourly says the same. Grain: the columns of the group by. -#}
{%- set grain = ['usage_date', 'team', 'source_system', 'service', 'api_key_id', 'project_id', 'provider', 'model', 'attribution_method'] %}

with days as (
    {{ llm_cost.days_to_rebuild('fct_llm_cost__requests', keeps_sealed=true) }}
),

requests as (
    select {{ llm_cost.broadcast_hint('days') }}
        requests.*,
        coalesce(requests.model_served, requests.model_requested) as model,
        {{ llm_cost.reporting_date('requests.occurred_at') }} as usage_date
    from {{ ref('fct_llm_cost__requests') }} as requests
    -- grain: utc_date is unique in days
    inner join days on requests.utc_date = days.utc_date
    where {{ 'false' if var('llm_cost_reporting_timezone', 'UTC') == 'UTC' else 'true' }}
)

select
    {{ grain | join(',\n    ') }},
    min(occurred_at) as spent_at,
    count(*) as requests,
    cast(sum(total_cost_usd) as decimal(28, 12)) as total_cost_usd,
    utc_date,
    day_fingerprint
from requests
group by {{ grain | join(', ') }}, utc_date, day_fingerprint
