{{ config(materialized='table') }}

{#- Time-of-day windows as ranges of minutes since Monday 00:00 in the window's zone, end exclusive. A window that ends
    at or before its start runs past midnight into the next day. -#}

with windows as (
    select
        window_name,
        timezone as window_zone,
        weekday_mask,
        cast(split_part(start_time, ':', 1) as integer) * 60 + cast(split_part(start_time, ':', 2) as integer) as start_minute,
        cast(split_part(end_time, ':', 1) as integer) * 60 + cast(split_part(end_time, ':', 2) as integer) as end_minute
    from {{ ref('int_llm_cost__price_windows') }}
),

weekdays as (
    {% for day in range(7) -%}
        select {{ day }} as weekday {{ 'union all' if not loop.last }}
    {% endfor %}
),

openings as (
    select
        windows.window_name,
        windows.window_zone,
        weekdays.weekday * 1440 + windows.start_minute as minute_from,
        weekdays.weekday * 1440 + windows.end_minute + case when windows.end_minute <= windows.start_minute then 1440 else 0 end as minute_to
    from windows
    cross join weekdays
    where substr(windows.weekday_mask, weekdays.weekday + 1, 1) = '1'
)

select window_name, window_zone, minute_from, least(minute_to, 10080) as minute_to
from openings

union all

-- what runs past Sunday midnight opens the week
select window_name, window_zone, 0 as minute_from, minute_to - 10080 as minute_to
from openings
where minute_to > 10080
