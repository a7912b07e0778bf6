{{ config(materialized='table') }}

{#- What changed about the requests of a month since it closed, per line: only days whose fingerprint is not the frozen one are compared.
    Grain: close of a month × request × line. -#}
{%- set dimensions = llm_cost.line_dimensions() %}

with frozen_requests as (
    select * from {{ ref('int_llm_cost__frozen_requests') }}
),

requests as (
    select * from {{ ref('int_llm_cost__owned_requests') }}
),

-- the close that counts: the last one, of the issuer or of all
closes as (
    select
        states.issuer,
        states.period,
        max(markers.closed_at) as closed_at
    from {{ ref('int_llm_cost__period_states') }} as states
    -- grain: several closes a month, one is taken
    inner join frozen_requests as markers
        on markers.event_id is null and markers.issuer in (states.issuer, '*') and states.period = markers.period
    group by states.issuer, states.period
),

live as (
    select
        requests.*,
        closes.issuer
    from requests
    -- grain: (issuer, period) is unique in closes
    inner join closes on requests.provider = closes.issuer and requests.period = closes.period
    where requests.utc_date > {{ llm_cost.sealed_until() }}
),

frozen as (
    select frozen_requests.*
    from frozen_requests
    -- grain: (issuer, period, closed_at) is unique in closes
    inner join closes
        on
            frozen_requests.issuer = closes.issuer
            and frozen_requests.period = closes.period
            and frozen_requests.closed_at = closes.closed_at
    -- of a sealed day there is nothing left to compare: its costs do not change
    where frozen_requests.event_id is not null and frozen_requests.utc_date > {{ llm_cost.sealed_until() }}
),

day_versions as (
    select distinct issuer, period, utc_date, cast(day_fingerprint as string) as day_fingerprint, 'live' as version from live
    union all
    select distinct issuer, period, utc_date, day_fingerprint, 'frozen' as version from frozen
),

changed_days as (
    select distinct issuer, period, utc_date
    from (
        select issuer, period, utc_date, day_fingerprint
        from day_versions
        group by issuer, period, utc_date, day_fingerprint
        having count(*) = 1
    ) as single_versions
),

versions as (
    select
        live.issuer,
        live.period,
        live.event_id,
        {% for column in dimensions %}live.{{ column }}, {% endfor %}
        live.tokens as live_tokens,
        live.cost_usd as live_cost_usd,
        cast(null as bigint) as frozen_tokens,
        cast(null as decimal(28, 12)) as frozen_cost_usd
    from live
    -- grain: (issuer, period, utc_date) is unique in changed_days
    inner join changed_days on live.issuer = changed_days.issuer and live.period = changed_days.period and live.utc_date = changed_days.utc_date
    union all
    select
        frozen.issuer,
        frozen.period,
        frozen.event_id,
        {% for column in dimensions %}frozen.{{ column }}, {% endfor %}
        cast(null as bigint) as live_tokens,
        cast(null as decimal(28, 12)) as live_cost_usd,
        frozen.tokens as frozen_tokens,
        frozen.cost_usd as frozen_cost_usd
    from frozen
    -- grain: (issuer, period, utc_date) is unique in changed_days
    inner join changed_days on frozen.issuer = changed_days.issuer and frozen.period = changed_days.period and frozen.utc_date = changed_days.utc_date
)

select
    issuer,
    period,
    event_id,
    {{ dimensions | join(',\n    ') }},
    max(live_tokens) as live_tokens,
    max(frozen_tokens) as frozen_tokens,
    cast(sum(live_cost_usd) as decimal(28, 12)) as live_cost_usd,
    cast(sum(frozen_cost_usd) as decimal(28, 12)) as frozen_cost_usd
from versions
group by issuer, period, event_id, {{ dimensions | join(', ') }}
