{% macro pending_lines(posted, causes='int_llm_cost__change_causes') -%}
    {#- What is billed but not posted yet, as CTEs that end in `pending`: lines of months that never closed, and corrections of months that
        did, in the first open month of their issuer. posted: the statement, or none before it exists. What is pending is always what a
        month would be billed now less what was posted for it, so nothing is posted twice. Grain of pending: line_key × cause. -#}
    {%- set dimensions = llm_cost.line_dimensions() -%}
    {%- set about = ['line_key', 'issuer', 'usage_period', 'line_type', 'pool_id'] + dimensions -%}
lines as (
    select *, period as usage_period from {{ ref('llm_cost', 'int_llm_cost__chargeback_lines') }}
),

posted as (
    {% if posted -%}
        select * from {{ posted }}
    {%- else -%}
        select
            {% for column in about + ['period', 'cause', 'entry'] -%}
                cast(null as string) as {{ column }},
            {% endfor -%}
            cast(null as decimal(28, 6)) as pool_amount,
            cast(null as bigint) as amount_units,
            cast(null as timestamp) as closed_at,
            cast(null as timestamp) as posted_at
        where false
    {%- endif %}
),

named_states as (
    select * from {{ ref('llm_cost', 'int_llm_cost__period_states') }}
),

-- an issuer of which nothing is left but what was posted is closed when all are
states as (
    select issuer, period, status, closed_at from named_states
    union all
    select gone.issuer, named_states.period, named_states.status, named_states.closed_at
    from (select distinct issuer from posted where issuer not in (select issuer from named_states)) as gone
    -- grain: every month that is closed for all
    inner join named_states on named_states.issuer = '*'
),

closes as (
    select issuer, usage_period as period, closed_at, posted_at from posted where entry = 'close'
),

-- the last posting of a month: what was posted up to then is its base, what came later are corrections
bases as (
    select
        states.issuer,
        states.period,
        max(closes.posted_at) as base_posted_at,
        coalesce(max(case when states.status = 'closed' and closes.closed_at >= states.closed_at then 1 end), 0) as is_frozen
    from states
    -- grain: the closes of the issuer and of all, brought back to one row
    inner join closes on closes.issuer in (states.issuer, '*') and states.period = closes.period
    group by states.issuer, states.period
),

open_months as (
    select
        bases.issuer,
        {{ llm_cost.next_month('bases.period') }} as open_period
    from bases
    -- grain: (issuer, period) is unique in bases
    left join bases as later on bases.issuer = later.issuer and {{ llm_cost.next_month('bases.period') }} = later.period and later.is_frozen = 1
    where bases.is_frozen = 1 and later.issuer is null
),

posting_periods as (
    select bases.issuer, bases.period, bases.base_posted_at, coalesce(min(case when bases.is_frozen = 1 then open_months.open_period end), bases.period) as posting_period
    from bases
    -- grain: several open months, the first is taken
    left join open_months on bases.issuer = open_months.issuer and open_months.open_period > bases.period
    group by bases.issuer, bases.period, bases.base_posted_at
),

posted_parts as (
    select
        posted.*,
        posted.posted_at <= posting_periods.base_posted_at as is_base
    from posted
    -- grain: (issuer, period) is unique in posting_periods
    inner join posting_periods on posted.issuer = posting_periods.issuer and posted.usage_period = posting_periods.period
    where posted.entry <> 'close'
),

posted_bases as (
    select
        {{ about | join(', ') }},
        sum(case when is_base then amount_units else 0 end) as base_units
    from posted_parts
    group by {{ about | join(', ') }}
),

-- what each pool was when its month closed, and is now
pool_amounts as (
    select issuer, usage_period, pool_id, max(base_amount) as base_amount, max(live_amount) as live_amount
    from (
        select issuer, usage_period, pool_id, pool_amount as base_amount, cast(null as decimal(28, 6)) as live_amount from posted_parts where is_base
        union all
        select issuer, usage_period, pool_id, cast(null as decimal(28, 6)) as base_amount, pool_amount as live_amount from lines
    ) as amounts
    where pool_id is not null
    group by issuer, usage_period, pool_id
),

compared as (
    select
        {% for column in about -%}
            coalesce(lines.{{ column }}, posted_bases.{{ column }}) as {{ column }},
        {% endfor -%}
        lines.method, lines.driver, lines.driver_value, lines.driver_share_ratio, lines.path, lines.parts, lines.pool_amount, lines.requests, lines.tokens, lines.unpriced_requests,
        lines.price_card_versions,
        coalesce(lines.exact_amount, cast(0 as decimal(28, 12))) as exact_amount,
        cast(coalesce(lines.amount_units, 0) as bigint) as target_units,
        cast(coalesce(posted_bases.base_units, 0) as bigint) as base_units
    from lines
    -- grain: line_key is unique in both
    full outer join posted_bases on lines.line_key = posted_bases.line_key
),

targets as (
    select
        compared.*,
        case
            when compared.line_type = 'direct' then 'rounding'
            when coalesce(pool_amounts.base_amount, 0) <> coalesce(pool_amounts.live_amount, 0) then 'pool_changed'
            else 'driver_changed'
        end as other_cause
    from compared
    -- grain: (issuer, usage_period, pool_id) is unique in pool_amounts
    left join pool_amounts
        on compared.issuer = pool_amounts.issuer and compared.usage_period = pool_amounts.usage_period and compared.pool_id = pool_amounts.pool_id
),

causes as (
    select
        targets.line_key,
        targets.target_units - targets.base_units as change_units,
        coalesce(change_causes.cause, targets.other_cause) as cause,
        coalesce(cast(change_causes.amount_units as decimal(38, 12)), cast(0 as decimal(38, 12))) as cause_units
    from targets
    -- grain: (issuer, period) is unique in posting_periods
    inner join posting_periods on targets.issuer = posting_periods.issuer and targets.usage_period = posting_periods.period
    -- grain: one row a cause
    left join {{ ref('llm_cost', causes) }} as change_causes on targets.line_key = change_causes.line_key
    where targets.target_units <> targets.base_units or targets.line_key in (select line_key from posted_parts where not is_base)
),

-- running totals are rounded and the last cause takes the rest: the causes of a line are exactly its change
cause_parts as (
    select
        line_key,
        cause,
        case
            when row_number() over (partition by line_key order by cause) = count(*) over (partition by line_key) then change_units
            else cast(round(sum(cause_units) over (partition by line_key order by cause rows between unbounded preceding and current row), 0) as bigint)
        end - cast(round(sum(cause_units) over (partition by line_key order by cause rows between unbounded preceding and current row) - cause_units, 0) as bigint) as units
    from causes
    union all
    select line_key, cause, -amount_units as units
    from posted_parts
    where not is_base
),

corrections as (
    select line_key, cause, cast(sum(units) as bigint) as amount_units
    from cause_parts
    group by line_key, cause
    having sum(units) <> 0
),

pending as (
    select
        coalesce(posting_periods.posting_period, targets.usage_period) as period,
        targets.*,
        corrections.cause,
        case when posting_periods.issuer is null then 'line' else 'correction' end as entry,
        case when posting_periods.issuer is null then targets.target_units else corrections.amount_units end as amount_units,
        coalesce(states.status = 'closed', false) as is_closing
    from targets
    -- grain: (issuer, period) is unique in posting_periods and in states, line_key × cause in corrections
    left join posting_periods on targets.issuer = posting_periods.issuer and targets.usage_period = posting_periods.period
    left join corrections on posting_periods.issuer is not null and targets.line_key = corrections.line_key
    left join states on targets.issuer = states.issuer and coalesce(posting_periods.posting_period, targets.usage_period) = states.period
    where posting_periods.issuer is null or corrections.line_key is not null
)
{%- endmacro %}
