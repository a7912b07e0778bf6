{{ config(materialized='table') }}

{#- What the user's relations say about months, one row an event: a month closes, is reopened, closes again. Grain: issuer × month
    × instant. -#}

with stacked as (
    {{ llm_cost.stacked_rows(llm_cost.period_status_relations(), ['issuer', 'period', 'status', 'closed_at']) }}
)

select
    lower(issuer) as issuer,
    period,
    case when lower(status) = 'closing' then 'soft_close' else lower(status) end as status,
    {{ llm_cost.utc_timestamp('closed_at') }} as closed_at,
    closed_at as closed_at_text
from stacked
