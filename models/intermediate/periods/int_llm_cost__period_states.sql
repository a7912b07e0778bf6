{{ config(materialized='table') }}

{#- How each month stands now for each issuer of an invoice: the last event of the issuer itself or of `*`. Grain: issuer × month that
    any event names. -#}

with events as (
    select * from {{ ref('int_llm_cost__period_status') }}
),

issuers as (
    select issuer from {{ ref('int_llm_cost__chargeback_lines') }}
    union
    select issuer from events
),

applied as (
    select
        issuers.issuer,
        events.period,
        events.status,
        events.closed_at,
        events.issuer as event_issuer
    from issuers
    -- grain: many events an issuer
    inner join events on events.issuer in (issuers.issuer, '*')
),

-- an event without an instant is the first
ordered as (
    select
        *,
        lag(status) over (
            partition by issuer, period order by coalesce(closed_at, cast('1970-01-01 00:00:00' as timestamp)), event_issuer
        ) as status_before,
        row_number() over (
            partition by issuer, period order by coalesce(closed_at, cast('1970-01-01 00:00:00' as timestamp)) desc, event_issuer desc
        ) as place
    from applied
),

-- closed by `*` and again by the issuer's own row: one close
closes as (
    select
        issuer,
        period,
        max(closed_at) as closed_at,
        count(*) as times_closed
    from ordered
    where status = 'closed' and coalesce(status_before, 'open') <> 'closed'
    group by issuer, period
)

select
    ordered.issuer,
    ordered.period,
    ordered.status,
    case when ordered.status = 'closed' then closes.closed_at end as closed_at,
    cast(coalesce(closes.times_closed, 0) as bigint) as times_closed,
    case when ordered.status <> 'closed' and closes.times_closed > 0 then ordered.closed_at end as reopened_at
from ordered
-- grain: (issuer, period) is unique in closes
left join closes on ordered.issuer = closes.issuer and ordered.period = closes.period
where ordered.place = 1
