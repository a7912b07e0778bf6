{#- How much of the spend has an owner, and which step of the waterfall found it. -#}
{%- set grain = ['usage_date', 'source_system', 'service', 'attribution_method'] %}

with spend as (
    {{ llm_cost.attributed_spend(['source_system', 'service', 'attribution_method']) }}
),

dated as (
    select
        *,
        {{ llm_cost.reporting_date('spent_at') }} as usage_date
    from spend
),

summed as (
    select
        {{ grain | join(',\n        ') }},
        cast(sum(requests) as bigint) as requests,
        cast(sum(total_cost_usd) as decimal(28, 12)) as total_cost_usd
    from dated
    group by {{ grain | join(', ') }}
),

shared as (
    select
        *,
        cast(sum(total_cost_usd) over (partition by usage_date, source_system, service) as decimal(28, 12)) as day_cost_usd
    from summed
)

select
    {{ llm_cost.content_hash(grain) }} as attribution_coverage_id,
    {{ grain | join(',\n    ') }},
    attribution_method <> 'unattributed' as is_attributed,
    requests,
    total_cost_usd,
    cast({{ llm_cost.ratio('total_cost_usd', 'day_cost_usd') }} as decimal(9, 8)) as cost_share_ratio
from shared
