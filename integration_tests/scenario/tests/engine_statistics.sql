-- macros/engine/quantiles.sql, macros/cache/statistics.sql. A row is a case whose result differs from the one worked out by hand.
with numbers as (
    select cast(1 as double) as number
    union all
    select cast(2 as double) as number
    union all
    select cast(4 as double) as number
    union all
    select cast(null as double) as number
),

quantiled as (
    select
        {{ llm_cost.quantiles('number', [0.1, 0.5, 0.9]) }} as some_quantiles,
        {{ llm_cost.quantiles('case when number > 4 then number end', [0.5]) }} as no_quantiles,
        {{ llm_cost.stable_sum('number') }} as total
    from numbers
),

-- ratios of 0.9 and 0.9, and of 0.5 and 0.9; requests of 10 and 20 tokens, 9 or 5 and 18 of them read
sums as (
    select
        cast(1.8 as decimal(38, 14)) as equal_sum,
        cast(1.62 as decimal(38, 28)) as equal_squares,
        cast(1.4 as decimal(38, 14)) as ratio_sum,
        cast(1.06 as decimal(38, 28)) as ratio_squares,
        cast(2 as bigint) as requests,
        cast(405 as decimal(38, 0)) as equal_read_squared,
        cast(450 as decimal(38, 0)) as equal_products,
        cast(349 as decimal(38, 0)) as read_squared,
        cast(410 as decimal(38, 0)) as products,
        cast(500 as decimal(38, 0)) as prompt_squared,
        cast(27 as bigint) as equal_read,
        cast(23 as bigint) as cache_read,
        cast(30 as bigint) as prompt
),

checks as (
    select
        'quantiles' as named,
        {{ llm_cost.list_item('some_quantiles', 1) }} as result,
        1.2e0 as expected
    from quantiled
    union all
    select
        'quantiles, the middle' as named,
        {{ llm_cost.list_item('some_quantiles', 2) }} as result,
        2e0 as expected
    from quantiled
    union all
    select
        'quantiles, the last' as named,
        {{ llm_cost.list_item('some_quantiles', 3) }} as result,
        3.6e0 as expected
    from quantiled
    union all
    select
        'quantiles of nothing' as named,
        coalesce({{ llm_cost.list_item('no_quantiles', 1) }}, -1e0) as result,
        -1e0 as expected
    from quantiled
    union all
    select
        'stable_sum' as named,
        total as result,
        7e0 as expected
    from quantiled
    union all
    select
        'evenly_spaced, one' as named,
        {{ llm_cost.list_item(llm_cost.evenly_spaced('number', 'number + 1', 'cast(1 as bigint)'), 1) }} as result,
        4e0 as expected
    from numbers
    where number = 4
    union all
    select
        'evenly_spaced, the second of two' as named,
        {{ llm_cost.list_item(llm_cost.evenly_spaced('number', 'number + 1', 'cast(2 as bigint)'), 2) }} as result,
        5e0 as expected
    from numbers
    where number = 4
    union all
    select
        'evenly_spaced, the fourth of five' as named,
        {{ llm_cost.list_item(llm_cost.evenly_spaced('number', 'number + 1', 'cast(5 as bigint)'), 4) }} as result,
        4.75e0 as expected
    from numbers
    where number = 4
    union all
    select
        'evenly_spaced, how many' as named,
        cast({{ llm_cost.list_length(llm_cost.evenly_spaced('number', 'number + 1', 'cast(5 as bigint)')) }} as double) as result,
        5e0 as expected
    from numbers
    where number = 4
    union all
    select
        'variance of equal ratios' as named,
        {{ llm_cost.ratio_variance('equal_sum', 'equal_squares', 'requests') }} as result,
        0e0 as expected
    from sums
    union all
    select
        'variance of ratios' as named,
        {{ llm_cost.ratio_variance('ratio_sum', 'ratio_squares', 'requests') }} as result,
        0.04e0 as expected
    from sums
    union all
    select
        'residuals of equal ratios' as named,
        {{ llm_cost.squared_residuals('equal_read_squared', 'equal_products', 'prompt_squared', 'equal_read', 'prompt') }} as result,
        0e0 as expected
    from sums
    union all
    -- the ratio is 23 / 30: (5 - 230 / 30)^2 + (18 - 460 / 30)^2
    select
        'residuals' as named,
        {{ llm_cost.squared_residuals('read_squared', 'products', 'prompt_squared', 'cache_read', 'prompt') }} as result,
        128e0 / 9e0 as expected
    from sums
    union all
    select
        'residuals of sums beyond 1e20, by floats' as named,
        {{ llm_cost.squared_residuals(
            '(read_squared * cast(1000000000000000000 as decimal(19, 0)))', '(products * cast(1000000000000000000 as decimal(19, 0)))',
            '(prompt_squared * cast(1000000000000000000 as decimal(19, 0)))', '(cache_read * 1000000000)', '(prompt * 1000000000)'
        ) }} / 1e18 as result,
        128e0 / 9e0 as expected
    from sums
)

select *
from checks
where abs(result - expected) > 1e-12 or result is null
