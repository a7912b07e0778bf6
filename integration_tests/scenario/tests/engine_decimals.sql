-- Decimal arithmetic that must be equal on every engine, at its edges. A row is a case whose result differs from the one
-- worked out by hand.
{%- set meter = {'name': 'm', 'quantity': 'tokens'} %}

with usage as (
    -- 10 million tokens at 500 USD per million, and the largest count at the largest rate that still fits (99,999 USD)
    select 'ten million tokens' as name, 10000000 as tokens, cast('0.0005' as decimal(19, 15)) as m_rate, false as has_fine_rates, '5000.000000000000' as expected
    union all
    select 'a hundred million tokens', 100000000, cast('0.009999900000000' as decimal(19, 15)), false, '999990.000000000000'
    union all
    select 'a rate of 15 decimals', 333, cast('0.000000000000003' as decimal(19, 15)), true, '0.000000000001'
    union all
    select 'half rounds up', 500, cast('0.000000000000001' as decimal(19, 15)), true, '0.000000000001'
    union all
    select 'below half falls away', 499, cast('0.000000000000001' as decimal(19, 15)), true, '0.000000000000'
    union all
    select 'no usage', 0, cast(null as decimal(19, 15)), false, '0.000000000000'
    union all
    select 'no rate', 1, cast(null as decimal(19, 15)), false, null
),

rated as (
    select
        *,
        cast(m_rate as decimal(18, 12)) as m_rate_12
    from usage
),

-- a billion requests, each of the largest cost that a request can have
sums as (
    select cast(sum(cost) as decimal(28, 12)) as sum_of_a_billion
    from (select cast('999999.999999999999' as decimal(18, 12)) as cost) as costs
    cross join range(1000000000) as requests
),

cases as (
    select
        name,
        {{ llm_cost.usage_cost(meter) }} as actual,
        cast(expected as decimal(28, 12)) as expected
    from rated
    union all
    select 'sum of 10^9 requests', sum_of_a_billion, cast('999999999999999.999' as decimal(28, 12)) from sums
    union all
    -- as many terms as there are meters, each at its largest: the sum still has its twelfth decimal
    select
        'exact_sum keeps the twelfth decimal',
        {{ llm_cost.exact_sum(["cast('0.000000000001' as decimal(18, 12))"] * 40) }},
        cast('0.00000000004' as decimal(28, 12))
    union all
    select
        'exact_sum of an unknown part is unknown',
        {{ llm_cost.exact_sum(["cast('1' as decimal(18, 12))", 'cast(null as decimal(18, 12))']) }},
        null
)

select *
from cases
where actual is distinct from expected
