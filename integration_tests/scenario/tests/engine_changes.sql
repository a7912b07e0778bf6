-- macros/engine: keys, joins and scans of increments. A row is a case whose result differs from the one worked out by hand.
-- built_relation sees it: depends_on: {{ ref('llm_cost', 'fct_llm_cost__requests') }}
{%- set key = llm_cost.key64(["'a'", 'cast(null as string)', '5']) %}
{%- set checks = [
    ('key64 of the same is the same', key ~ ' = ' ~ llm_cost.key64(["'a'", 'cast(null as string)', '5']), 'true'),
    ('key64 tells the place of a NULL', key ~ ' <> ' ~ llm_cost.key64(["'a'", '5', 'cast(null as string)']), 'true'),
    ('key64 is never negative', 'cast(' ~ key ~ " as string) like '-%'", 'false'),
    ('key64 is a bigint', 'cast(cast(' ~ key ~ ' as bigint) as string) = cast(' ~ key ~ ' as string)', 'true'),
    ('built_relation of a model that was built', llm_cost.built_relation('fct_llm_cost__requests', is_log=true) is not none, 'true')
] %}
{%- set two_days %}
    select cast('2026-05-01' as date) as utc_date union all select cast('2026-05-03' as date) as utc_date
{%- endset %}
{%- set no_day %}
    select cast('2026-05-01' as date) as utc_date where 1 = 0
{%- endset %}

with days as (
    select cast('2026-05-01' as date) as utc_date
    union all
    select cast('2026-05-02' as date) as utc_date
    union all
    select cast('2026-05-03' as date) as utc_date
),

two_days as (
    {{ two_days }}
),

no_day as (
    {{ no_day }}
),

-- dates_among narrows a scan beside a join, or leaves it to the join
narrowed as (
    select count(*) as days
    from days
    -- grain: utc_date is unique on each side
    inner join two_days on days.utc_date = two_days.utc_date
    {{ llm_cost.dates_among('days.utc_date', two_days, 'where') }}
),

narrowed_to_nothing as (
    select count(*) as days
    from days
    -- grain: utc_date is unique on each side
    inner join no_day on days.utc_date = no_day.utc_date
    {{ llm_cost.dates_among('days.utc_date', no_day, 'where') }}
),

first_days as (
    select * from days where utc_date < cast('2026-05-03' as date)
),

-- of three rows the first has a match and is to be joined, the second has one and is not, the third has none
joined as (
    select
        count(*) as all_rows,
        count(there.utc_date) as matches,
        max(there.utc_date) as matched
    from days as here
    -- grain: utc_date is unique in there
    left join first_days as there
        on {{ llm_cost.equal_where('here.utc_date', 'there.utc_date', "here.utc_date <> cast('2026-05-02' as date)") }}
),

cases as (
    {% for name, actual, expected in checks -%}
        select
            '{{ name }}' as name,
            cast({{ actual }} as string) as actual,
            '{{ expected }}' as expected
        union all
    {% endfor %}
    select
        'dates_among keeps the days of the query' as name,
        cast(days as string) as actual,
        '2' as expected
    from narrowed

    union all

    select
        'dates_among no day' as name,
        cast(days as string) as actual,
        '0' as expected
    from narrowed_to_nothing

    union all

    select
        'equal_where' as name,
        concat(cast(all_rows as string), ' ', cast(matches as string), ' ', cast(matched as string)) as actual,
        '3 1 2026-05-01' as expected
    from joined
)

select *
from cases
where actual is distinct from expected
