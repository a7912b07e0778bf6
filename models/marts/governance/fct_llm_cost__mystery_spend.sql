{#- The spend that nobody owns, by what could tell its owner, dearest first: the list to work down when adding owner mappings. -#}
{%- set grain = ['period', 'source_system', 'service', 'api_key_id', 'project_id', 'provider', 'model'] %}

with spend as (
    {{ llm_cost.attributed_spend(['team', 'source_system', 'service', 'api_key_id', 'project_id', 'provider', 'model']) }}
),

unowned as (
    select
        *,
        {{ llm_cost.month_text('spent_at') }} as period
    from spend
    where team = 'unattributed'
),

summed as (
    select
        {{ grain | join(',\n        ') }},
        cast(sum(requests) as bigint) as requests,
        cast(sum(total_cost_usd) as decimal(28, 12)) as total_cost_usd,
        min(spent_at) as first_spent_at
    from unowned
    group by {{ grain | join(', ') }}
),

identified as (
    select
        {{ llm_cost.content_hash(grain) }} as mystery_spend_id,
        *,
        coalesce(total_cost_usd, 0) as known_cost_usd
    from summed
),

ranked as (
    select
        *,
        row_number() over (partition by period order by known_cost_usd desc, requests desc, mystery_spend_id asc) as spend_rank
    from identified
),

summed_up as (
    select
        *,
        cast(sum(known_cost_usd) over (partition by period order by spend_rank rows between unbounded preceding and current row) as decimal(28, 12)) as cost_so_far_usd,
        cast(sum(known_cost_usd) over (partition by period) as decimal(28, 12)) as period_cost_usd
    from ranked
)

select
    mystery_spend_id,
    {{ grain | join(',\n    ') }},
    requests,
    total_cost_usd,
    cast(spend_rank as bigint) as spend_rank,
    cast({{ llm_cost.ratio('cost_so_far_usd', 'period_cost_usd') }} as decimal(9, 8)) as cumulative_cost_ratio,
    case
        when api_key_id is not null then {{ llm_cost.mapping_row_to_paste('api_key_id', 'api_key_id', llm_cost.date_text('first_spent_at')) }}
        when project_id is not null then {{ llm_cost.mapping_row_to_paste('project_id', 'project_id', llm_cost.date_text('first_spent_at')) }}
        when service is not null then {{ llm_cost.mapping_row_to_paste('service', 'service', llm_cost.date_text('first_spent_at')) }}
    end as suggested_mapping_row
from summed_up
