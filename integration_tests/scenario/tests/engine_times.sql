-- macros/engine: times. A row is a case whose result differs from the one worked out by hand.
{%- set texts = {
    '2026-05-04T12:00:00Z': '2026-05-04 12:00:00',
    '2026-05-04T12:00:00': '2026-05-04 12:00:00',
    '2026-05-04 12:00:00 UTC': '2026-05-04 12:00:00',
    '2026-05-04T12:00:00.123456Z': '2026-05-04 12:00:00.123456',
    '2026-05-04T13:00:00+02:00': '2026-05-04 11:00:00',
    '2026-05-04T13:00:00+0200': '2026-05-04 11:00:00',
    '2026-05-04T13:00:00 -05:30': '2026-05-04 18:30:00',
    '2026-05-04T13:00:00+02': '2026-05-04 11:00:00',
    '2026-05-04': '2026-05-04 00:00:00',
    '1777896000': '2026-05-04 12:00:00',
    '1777896000.5': '2026-05-04 12:00:00.5',
    '1777896000123': '2026-05-04 12:00:00.123',
    '1777896000123456': '2026-05-04 12:00:00.123456',
    '1777896000123456789': '2026-05-04 12:00:00.123457',
    '1.7778960005E9': '2026-05-04 12:00:00.5',
    '1.777896000123E12': '2026-05-04 12:00:00.123',
    '2026-13-01': none,
    '2026': none,
    '12:00': none,
    'last Tuesday': none,
    '': none,
} %}
{%- set checks = [
    ('utc_timestamp of a timestamp', llm_cost.utc_timestamp('summer_time'), '2026-03-29 01:00:00'),
    ('minute_of_week at 01:59 on Sunday, before summer time', llm_cost.minute_of_week('before_summer_time', 'zone'), 6 * 1440 + 119),
    ('minute_of_week a moment later, at 03:00', llm_cost.minute_of_week('summer_time', 'zone'), 6 * 1440 + 180),
    ('local_date past midnight in the zone', llm_cost.local_date("cast('2026-07-31 22:00:00' as timestamp)", 'Europe/Berlin'), '2026-08-01'),
    ('local_date before midnight in the zone', llm_cost.local_date("cast('2026-07-31 21:59:59' as timestamp)", 'Europe/Berlin'), '2026-07-31'),
    ('milliseconds_between', llm_cost.milliseconds_between('before_summer_time', 'summer_time'), '1'),
    ('milliseconds_after', llm_cost.milliseconds_after('before_summer_time', '1'), '2026-03-29 01:00:00'),
    ('hours_after', llm_cost.hours_after('summer_time', 24), '2026-03-30 01:00:00'),
    ('date_text', llm_cost.date_text('before_summer_time'), '2026-03-29'),
    ('days_between', llm_cost.list_length(llm_cost.days_between("cast('2026-02-27' as date)", "cast('2026-03-02' as date)")), '4'),
    ('first of days_between', llm_cost.first_item(llm_cost.days_between("cast('2026-02-27' as date)", "cast('2026-03-02' as date)")), '2026-02-27 00:00:00'),
    ('day_number', llm_cost.day_number("cast('2026-03-01' as date)"), '20513'),
    ('day_before', llm_cost.day_before("cast('2026-03-01' as date)"), '2026-02-28'),
    ('now_utc is later than this test', llm_cost.now_utc() ~ " > cast('2026-01-01' as timestamp)", 'true'),
    ('now_utc is not far ahead', llm_cost.now_utc() ~ " < cast('2100-01-01' as timestamp)", 'true')
] %}

with texts as (
    {% for text, expected in texts.items() -%}
        select
            '{{ text }}' as written,
            cast({{ "'" ~ expected ~ "'" if expected else 'null' }} as timestamp) as expected
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

instants as (
    select
        cast('2026-03-29 00:59:59.999' as timestamp) as before_summer_time,
        cast('2026-03-29 01:00:00' as timestamp) as summer_time,
        'Europe/Berlin' as zone
),

cases as (
    select
        'utc_timestamp of ' || written as name,
        cast({{ llm_cost.utc_timestamp('written') }} as string) as actual,
        cast(expected as string) as expected
    from texts

    union all

    {% for name, actual, expected in checks -%}
        select
            '{{ name }}' as name,
            cast({{ actual }} as string) as actual,
            cast({{ "'" ~ expected ~ "'" if expected is not none else 'null' }} as string) as expected
        from instants
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select *
from cases
where actual is distinct from expected
