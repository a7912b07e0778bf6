{{ config(materialized='table') }}

{#- The five traces that cost most behind each line that is not posted yet: of a direct line its own, of a pool's line those of the team
    within the pool's scope. Grain: line_key, only of lines that have a trace. -#}
{%- set dimensions = llm_cost.line_dimensions() %}
{%- set scope = ['provider', 'environment', 'service'] %}
{%- set statement = llm_cost.built_relation('fct_llm_cost__chargeback_statement', is_log=true) %}

with lines as (
    select * from {{ ref('int_llm_cost__chargeback_lines') }}
),

states as (
    select * from {{ ref('int_llm_cost__period_states') }}
),

-- open months, and months that have closed and are not posted yet: in this build, or in one that broke
closing as (
    select distinct frozen_requests.issuer, frozen_requests.period
    from {{ ref('int_llm_cost__frozen_requests') }} as frozen_requests
    {%- if statement %}
    where frozen_requests.event_id is null and not exists (
        select 1 from {{ statement }} as statement
        where statement.entry = 'close' and statement.issuer = frozen_requests.issuer and statement.period = frozen_requests.period
            and statement.closed_at = frozen_requests.closed_at
    )
    {%- endif %}
),

wanted as (
    select distinct lines.issuer, lines.period
    from lines
    -- grain: (issuer, period) is unique in states and in closing
    left join states on lines.issuer = states.issuer and lines.period = states.period
    left join closing on lines.issuer = closing.issuer and lines.period = closing.period
    where coalesce(states.status, 'open') <> 'closed' or closing.issuer is not null
),

wanted_months as (
    select distinct period from wanted
),

traces as (
    select
        requests.period,
        requests.provider as issuer,
        {% for column in dimensions %}requests.{{ column }}, {% endfor %}
        requests.trace_id,
        cast(sum(requests.cost_usd) as decimal(28, 12)) as cost_usd
    from {{ ref('int_llm_cost__owned_requests') }} as requests
    -- grain: period is unique in wanted_months
    inner join wanted_months on requests.period = wanted_months.period
    where requests.trace_id is not null
    group by requests.period, {% for column in dimensions %}requests.{{ column }}, {% endfor %}requests.trace_id
),

direct_ranked as (
    select
        {{ llm_cost.line_key("'direct'", 'cast(null as string)') }} as line_key,
        trace_id,
        row_number() over (partition by period, issuer, {{ dimensions | join(', ') }} order by cost_usd desc, trace_id asc) as place
    from traces
),

pools as (
    select
        pool_id,
        period,
        {{ scope | join(', ') }}
    from {{ ref('int_llm_cost__shared_pools') }}
    where tenant_group is null
),

scopes as (
    select distinct period, {{ scope | join(', ') }} from pools
),

scope_traces as (
    select
        scopes.period,
        {% for column in scope %}scopes.{{ column }}, {% endfor %}
        traces.team,
        traces.trace_id,
        sum(traces.cost_usd) as cost_usd
    from scopes
    -- grain: many traces a scope
    inner join traces
        on
            scopes.period = traces.period
            {% for column in scope -%}
                and coalesce(scopes.{{ column }}, coalesce(traces.{{ column }}, '')) = coalesce(traces.{{ column }}, '')
            {% endfor %}
    group by scopes.period, {% for column in scope %}scopes.{{ column }}, {% endfor %}traces.team, traces.trace_id
),

scope_ranked as (
    select
        *,
        row_number() over (partition by period, {{ scope | join(', ') }}, team order by cost_usd desc, trace_id asc) as place
    from scope_traces
),

scope_lists as (
    select
        period,
        {{ scope | join(', ') }},
        team,
        {{ llm_cost.list_text('trace_id', "', '") }} as trace_ids
    from scope_ranked
    where place <= 5
    group by period, {{ scope | join(', ') }}, team
)

select
    line_key,
    {{ llm_cost.list_text('trace_id', "', '") }} as trace_ids
from direct_ranked
where place <= 5
group by line_key

union all

select
    lines.line_key,
    scope_lists.trace_ids
from lines
-- grain: (issuer, period) is unique in wanted, (pool_id, period) in pools, the scope and team in scope_lists
inner join wanted on lines.issuer = wanted.issuer and lines.period = wanted.period
inner join pools on lines.pool_id = pools.pool_id and lines.period = pools.period
inner join scope_lists
    on
        pools.period = scope_lists.period
        and lines.team = scope_lists.team
        {% for column in scope -%}
            and pools.{{ column }} is not distinct from scope_lists.{{ column }}
        {% endfor %}
where lines.driver not like '%listed%' and lines.driver is not null
