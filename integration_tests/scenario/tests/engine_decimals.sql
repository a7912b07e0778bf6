-- Decimal arithmetic that must be equal on every engine, at its edges. A row is a case whose result differs from the one
-- worked out by hand.
{%- set usages = [
    ('ten million tokens at 500 USD per million', 10000000, '0.0005', 'false', '5000'),
    ('the largest count at a rate near the largest cost', 100000000, '0.0099999', 'false', '999990'),
    ('a rate of 15 decimals', 333, '0.000000000000003', 'true', '0.000000000001'),
    ('half rounds up', 500, '0.000000000000001', 'true', '0.000000000001'),
    ('below half falls away', 499, '0.000000000000001', 'true', '0'),
    ('no usage', 0, none, 'false', '0'),
    ('no rate', 1, none, 'false', none)
] %}
{%- set smallest = ["cast('0.000000000001' as decimal(18, 12))"] * 40 %}
{%- set with_unknown = ["cast('1' as decimal(18, 12))", 'cast(null as decimal(18, 12))'] %}
{%- set meter = {'name': 'm', 'quantity': 'tokens'} %}

with usages as (
    {% for name, tokens, rate, is_fine, expected in usages -%}
        select
            '{{ name }}' as name,
            {{ tokens }} as tokens,
            cast({{ "'" ~ rate ~ "'" if rate else 'null' }} as decimal(19, 15)) as m_rate,
            {{ is_fine }} as has_fine_rates,
            cast({{ "'" ~ expected ~ "'" if expected else 'null' }} as decimal(28, 12)) as expected
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

rated as (
    select
        *,
        cast(m_rate as decimal(18, 12)) as m_rate_12
    from usages
),

-- ten million requests, each of the largest cost that a request can have; 28 digits, 12 of them decimals, hold a billion of them
sums as (
    select
        cast(sum(cost) as decimal(28, 12)) as sum_of_ten_million,
        cast(regexp_extract(typeof(sum(cost)), '[0-9]+', 0) as bigint) as digits
    from (select cast('999999.999999999999' as decimal(18, 12)) as cost) as costs
    cross join range(10000000)
),

cases as (
    select
        name,
        {{ llm_cost.usage_cost(meter) }} as actual,
        expected
    from rated

    union all

    select
        'sum of 10^7 requests' as name,
        sum_of_ten_million as actual,
        cast('9999999999999.99999' as decimal(28, 12)) as expected
    from sums

    union all

    select
        'a sum has room for 10^9 requests' as name,
        cast(least(digits, 28) as decimal(28, 12)) as actual,
        cast(28 as decimal(28, 12)) as expected
    from sums

    union all

    select
        'exact_sum keeps the twelfth decimal' as name,
        {{ llm_cost.exact_sum(smallest) }} as actual,
        cast('0.00000000004' as decimal(28, 12)) as expected

    union all

    select
        'exact_sum of an unknown part is unknown' as name,
        {{ llm_cost.exact_sum(with_unknown) }} as actual,
        cast(null as decimal(28, 12)) as expected
)

select *
from cases
where actual is distinct from expected
