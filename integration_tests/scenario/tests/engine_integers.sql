-- Whole numbers of up to 38 digits, and money in minor units, that must be equal on every engine. A row is a case whose result
-- differs from the one worked out by hand.
{%- set quotients = [
    ('a third of a 32 digit number', '99999999999999999999999999999999', '3', '33333333333333333333333333333333', '0'),
    ('a divisor of 27 digits', '10000000000000000000000000000000000007', '999999999999999999999999999', '10000000000', '10000000007'),
    ('below the divisor', '999999999999999999', '1000000000000000000', '0', '999999999999999999'),
    ('just the divisor', '1000000000000000000', '1000000000000000000', '1', '0'),
    ('beyond a bigint', '12345678901234567890123456789012345678', '10000000001', '1234567890000000000012345678', '9000000000'),
    ('zero', '0', '7', '0', '0')
] %}
{%- set parts = [
    ('a third', '1000000000000', '1', '3', '3333333333333333333333'),
    ('two thirds', '1000000000000', '2', '3', '6666666666666666666666'),
    ('all of it', '1000000000000', '999999999999999999999999999', '999999999999999999999999999', '10000000000000000000000'),
    ('the largest pool', '99999999999999900000000', '99999999999999', '99999999999999', '999999999999999000000000000000000'),
    ('nothing', '1000000000000', '0', '3', '0')
] %}
{%- set minors = [
    ('dollars, half a cent', '10005000', '1', 2, '1001', '10.01'),
    ('yen, half a yen', '1000500000', '1', 0, '1001', '1001'),
    ('dinar, half a fils', '10000500', '1', 3, '10001', '10.001'),
    ('millionths', '123457', '1', 6, '123457', '0.123457'),
    ('a rate', '10005000', '3.25', 2, '3252', '32.52'),
    ('a small rate', '1000000000', '0.006543210987', 2, '654', '6.54')
] %}

with quotients as (
    {% for name, dividend, divisor, quotient, remainder in quotients -%}
        select
            '{{ name }}' as name,
            {{ llm_cost.integer_quotient(llm_cost.whole("'" ~ dividend ~ "'"), llm_cost.whole("'" ~ divisor ~ "'")) }} as quotient,
            {{ llm_cost.whole("'" ~ quotient ~ "'") }} as expected_quotient,
            {{ llm_cost.integer_remainder(llm_cost.whole("'" ~ dividend ~ "'"), llm_cost.whole("'" ~ divisor ~ "'")) }} as remainder,
            {{ llm_cost.whole("'" ~ remainder ~ "'") }} as expected_remainder
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

parts as (
    {% for name, units, driver, total, expected in parts -%}
        select
            '{{ name }}' as name,
            {{ llm_cost.part_e18(llm_cost.whole("'" ~ units ~ "'"), llm_cost.whole("'" ~ driver ~ "'"), llm_cost.whole("'" ~ total ~ "'")) }} as actual,
            {{ llm_cost.whole("'" ~ expected ~ "'") }} as expected
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

minors as (
    {% for name, millionths, rate, digits, minor, amount in minors -%}
        select
            '{{ name }}' as name,
            {{ llm_cost.minor_units(llm_cost.whole("'" ~ millionths ~ "'"), "cast('" ~ rate ~ "' as decimal(18, 12))", digits) }} as actual,
            {{ llm_cost.whole("'" ~ minor ~ "'") }} as expected,
            {{ llm_cost.currency_amount(llm_cost.whole("'" ~ minor ~ "'"), digits) }} as actual_amount,
            cast('{{ amount }}' as decimal(28, 6)) as expected_amount,
            {{ llm_cost.major_units(llm_cost.whole("'" ~ minor ~ "000000000000000000'"), digits) }} as actual_major,
            cast('{{ amount }}' as decimal(38, 18)) as expected_major
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

tolerances as (
    {% for rows, digits, expected in [(5, 2, '1'), (40000, 2, '1'), (1000000, 2, '5'), (5, 0, '100'), (1000000, 0, '500'), (999999, 0, '499'), (1002001, 0, '500'), (1004004, 0, '501')] -%}
        select
            'tolerance of {{ rows }} rows' as name,
            {{ llm_cost.invoice_tolerance('cast(' ~ rows ~ ' as bigint)', digits) }} as actual,
            cast('{{ expected }}' as decimal(28, 6)) as expected
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

variances as (
    select
        cast({{ llm_cost.volume_variance("cast('100' as decimal(18, 6))", "cast('3.00' as decimal(18, 6))", "cast('104' as decimal(18, 6))") }} as decimal(28, 12)) as volume,
        cast({{ llm_cost.price_variance("cast('3.00' as decimal(18, 6))", "cast('104' as decimal(18, 6))", "cast('3.10' as decimal(18, 6))") }} as decimal(28, 12)) as price
),

-- sorted as text, as the quotients are
keys as (
    select
        {{ llm_cost.ratio_key(llm_cost.whole('1'), llm_cost.whole('3')) }} as third,
        {{ llm_cost.ratio_key(llm_cost.whole("'333333333333333333333333333'"), llm_cost.whole("'1000000000000000000000000000'")) }} as less,
        {{ llm_cost.ratio_key(llm_cost.whole('10'), llm_cost.whole('3')) }} as ten_thirds
)

select name
from quotients
where quotient is distinct from expected_quotient or remainder is distinct from expected_remainder
union all
select name
from parts
where actual is distinct from expected
union all
select name
from minors
where actual is distinct from expected or actual_amount is distinct from expected_amount or actual_major is distinct from expected_major
union all
select name
from tolerances
where actual is distinct from expected
union all
select 'price and volume' as name
from variances
where volume is distinct from cast('12' as decimal(28, 12)) or price is distinct from cast('10.4' as decimal(28, 12))
union all
select 'keys of quotients' as name
from keys
where not (less < third and third < ten_thirds)
