{{ config(materialized='table') }}

{#- What is wrong with a receiver of a shared pool. -#}
{%- set numbers = {'percent': '', 'weight': '', 'driver_value': '', 'floor': '_amount', 'cap': '_amount', 'used_share': '', 'reserved_share': ''} %}
{%- set checks_teams = llm_cost.relations_of('llm_cost_teams') | length > 0 %}

with pools as (
    select * from {{ ref('int_llm_cost__shared_pools') }}
),

receiver_rows as (
    select * from {{ ref('int_llm_cost__pool_receiver_rows') }}
),

receivers as (
    select * from {{ ref('int_llm_cost__pool_receivers') }}
),

rules as (
    select * from {{ ref('int_llm_cost__pool_rules') }}
),

teams as (
    select distinct team from {{ ref('int_llm_cost__teams') }}
),

pool_ids as (
    select distinct pool_id from pools
),

known_rules as (
    select distinct
        pool_id,
        rule
    from rules
    union
    select distinct
        pool_id,
        rule
    from {{ ref('int_llm_cost__pool_rule_rows') }}
),

row_problems as (
    select
        'receiver ' || coalesce(receiver_rows.receiver, '?') || ' of pool ' || coalesce(receiver_rows.pool_id, '?') || coalesce(' rule ' || receiver_rows.rule_text, '') as row_id,
        case
            when receiver_rows.pool_id is null or pool_ids.pool_id is null then 'is of a pool that llm_cost_shared_pools does not have'
            when receiver_rows.rule is null and receiver_rows.rule_text is not null or receiver_rows.rule is not null and known_rules.rule is null
                then 'is of the rule ''' || receiver_rows.rule_text || ''', which the pool does not have'
            when receiver_rows.receiver is null then 'has no name'
            when receiver_rows.period is null and receiver_rows.period_text is not null then 'has the period ''' || receiver_rows.period_text || ''': write YYYY-MM'
            when receiver_rows.receiver_kind not in ('team', 'pool') then 'has the receiver_kind ''' || receiver_rows.receiver_kind || ''': write team or pool'
            when receiver_rows.rows_of_this_key > 1 then 'appears twice: keep one row'
            {%- for column, ending in numbers.items() %}
            when receiver_rows.{{ column ~ ending }} is null and receiver_rows.{{ column }}_text is not null or receiver_rows.{{ column ~ ending }} < 0
                then 'has the {{ column }} ''' || receiver_rows.{{ column }}_text || ''': write a number that is not negative'
            {%- endfor %}
            when receiver_rows.cap_amount < receiver_rows.floor_amount then 'has a cap below its floor'
            when receiver_rows.is_excluded is null then 'has the is_excluded ''' || receiver_rows.is_excluded_text || ''': write true or false'
            when receiver_rows.receiver like '#_#_%' escape '#'
                and receiver_rows.receiver not in ('__central__', '__unallocated__', '__idle__', '__unused__', '__remaining__')
                then 'is no line of this package: write __central__, __unallocated__, __idle__, __unused__ or __remaining__'
            when receiver_rows.receiver_kind = 'pool' and receiver_rows.receiver = receiver_rows.pool_id then 'is the pool itself'
            when receiver_rows.receiver_kind = 'pool' and receiving.pool_id is null then 'is a pool that llm_cost_shared_pools does not have'
            {%- if checks_teams %}
            when receiver_rows.receiver_kind = 'team' and teams.team is null and receiver_rows.receiver <> {{ llm_cost.unowned_team() }}
                and receiver_rows.receiver not like '#_#_%' escape '#'
                then 'is a team that llm_cost_teams does not have: correct it or add the team'
            {%- endif %}
        end as problem
    from receiver_rows
    -- grain: pool_id is unique in pool_ids
    left join pool_ids on receiver_rows.pool_id = pool_ids.pool_id
    left join pool_ids as receiving on case when receiver_rows.receiver_kind = 'pool' then receiver_rows.receiver end = receiving.pool_id
    -- grain: (pool_id, rule) is unique in known_rules
    left join known_rules on receiver_rows.pool_id = known_rules.pool_id and receiver_rows.rule = known_rules.rule
    -- grain: team is unique in teams
    left join teams on receiver_rows.receiver = teams.team
),

month_problems as (
    select
        'receiver ' || receivers.receiver || ' of pool ' || receivers.pool_id || ' of ' || receivers.period as row_id,
        case
            when rules.method = 'fixed_percent' and receivers.percent is null then 'has no percent'
            when receivers.receiver_kind = 'pool' and pools.pool_id is null then 'is a pool without a row for the month'
        end as problem
    from receivers
    -- grain: (pool_id, period, rule) is unique in rules
    inner join rules on receivers.pool_id = rules.pool_id and receivers.period = rules.period and receivers.rule = rules.rule
    -- grain: (pool_id, period) is unique in pools
    left join pools on case when receivers.receiver_kind = 'pool' then receivers.receiver end = pools.pool_id and receivers.period = pools.period
    where receivers.is_now = 1 and receivers.excluded = 0
),

sums as (
    select
        receivers.pool_id,
        receivers.period,
        receivers.rule,
        max(rules.method) as method,
        sum(receivers.percent) as percent,
        sum(receivers.used_share) as used_share,
        sum(receivers.reserved_share) as reserved_share,
        max(rules.whole_e12) as whole_e12
    from receivers
    -- grain: (pool_id, period, rule) is unique in rules
    inner join rules on receivers.pool_id = rules.pool_id and receivers.period = rules.period and receivers.rule = rules.rule
    where receivers.is_now = 1 and receivers.excluded = 0
    group by receivers.pool_id, receivers.period, receivers.rule
),

sum_problems as (
    select
        'rule ' || cast(rule as string) || ' of pool ' || pool_id || ' of ' || period as row_id,
        case
            when method = 'fixed_percent' and percent > 100 then 'has receivers of ' || cast(percent as string) || ' percent: 100 at most'
            when method = 'capacity' and used_share > 1 then 'has used shares that add up to more than 1'
            when method = 'capacity' and reserved_share > 1 then 'has reserved shares that add up to more than 1'
        end as problem
    from sums
)

select row_id, problem
from row_problems
where problem is not null
union all
select row_id, problem
from month_problems
where problem is not null
union all
select row_id, problem
from sum_problems
where problem is not null
