{{ config(**llm_cost.by_day('fct_llm_cost__requests', keeps_sealed=true)) }}

{#- Requests summed up by owner, model and calendar day of the reporting time zone: what chargeback and allocation read. It is cut
    from the instants, not from whole hours, so that a zone half an hour off is right too. Grain: the columns of the group by. -#}
{%- set owners = ['source_system', 'team', 'cost_center', 'service', 'feature', 'environment', 'tenant_id', 'provider', 'model', 'price_card_version'] %}

with days as (
    {{ llm_cost.days_to_rebuild('fct_llm_cost__requests', keeps_sealed=true) }}
),

requests as (
    select {{ llm_cost.broadcast_hint('days') }}
        requests.*,
        coalesce(requests.model_billed, requests.model_served, requests.model_requested) as model,
        {{ llm_cost.reporting_date('requests.occurred_at') }} as usage_date
    from {{ ref('fct_llm_cost__requests') }} as requests
    -- grain: utc_date is unique in days
    inner join days on requests.utc_date = days.utc_date
)

select
    usage_date,
    {{ owners | join(',\n    ') }},
    count(*) as requests,
    count(case when pricing_status in ('unpriced', 'partially_priced') then 1 end) as unpriced_requests,
    cast(sum(total_input_tokens) as bigint) as input_tokens,
    cast(sum(output_tokens) as bigint) as output_tokens,
    cast(coalesce(sum(total_cost_usd), 0) as decimal(28, 12)) as total_cost_usd,
    cast(coalesce(sum(list_cost_usd), 0) as decimal(28, 12)) as list_cost_usd,
    utc_date,
    day_fingerprint
from requests
group by usage_date, {{ owners | join(', ') }}, utc_date, day_fingerprint
