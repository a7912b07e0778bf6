{% macro followed_flows(flows, steps, rounds) -%}
    {#- Where a pool's unit is after more steps: what lies at a pool goes on to where that pool sends it. A recursive query without
        recursion: so many rounds, one subquery each. flows, steps: names of subqueries with period, pool_id, receiver_kind,
        receiver and share_e18. The result is the subquery `flow_<rounds>`. -#}
    {%- for round in range(1, rounds + 1) %}
flow_{{ round }} as (
    select
        flows.period,
        flows.pool_id,
        coalesce(steps.receiver_kind, flows.receiver_kind) as receiver_kind,
        coalesce(steps.receiver, flows.receiver) as receiver,
        sum(case
            when steps.pool_id is null then flows.share_e18
            else {{ llm_cost.integer_quotient('flows.share_e18 * steps.share_e18', llm_cost.power_of_ten(18)) }}
        end) as share_e18
    from {{ flows if loop.first else 'flow_' ~ (round - 1) }} as flows
    -- grain: many receivers a pool, summed up
    left join {{ steps }} as steps on flows.period = steps.period and case when flows.receiver_kind = 'pool' then flows.receiver end = steps.pool_id
    group by flows.period, flows.pool_id, coalesce(steps.receiver_kind, flows.receiver_kind), coalesce(steps.receiver, flows.receiver)
){{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
