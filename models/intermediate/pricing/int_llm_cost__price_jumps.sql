{{ config(materialized='table') }}

{#- Price rows that are ten times dearer or cheaper than the row before them and do not say that this is right: a price per
    thousand entered as per million, say. The package's rows are compared with the package's, the user's with all, so that
    a first row of the user's is held against the list price. Grain: precedence × rate_id. -#}
{%- set fact = ['provider', 'model', 'meter', 'service_tier', 'region_scope', 'min_input_tokens', 'window_name'] | join(', ') %}

with rates as (
    select
        *,
        cast(
            cast(unit_price as decimal(24, 9)) * case per_units when 1 then 1000000 when 1000 then 1000 when 1000000 then 1 end as decimal(30, 9)
        ) as usd_per_million
    from {{ ref('int_llm_cost__price_rates') }}
    where unit_price > 0
),

-- a mistake that a later recorded row corrects holds no more
holding as (
    select *
    from (
        select
            *,
            row_number() over (partition by {{ llm_cost.price_key() | join(', ') }}, valid_from order by recorded_at desc) as recency
        from rates
    ) as ranked
    where recency = 1
),

package_rows as (
    select
        *,
        lag(rate_id) over (partition by {{ fact }} order by valid_from, recorded_at) as previous_rate_id,
        lag(usd_per_million) over (partition by {{ fact }} order by valid_from, recorded_at) as previous_usd_per_million
    from holding
    where precedence = 0
),

all_rows as (
    select
        *,
        lag(rate_id) over (partition by {{ fact }} order by valid_from, recorded_at, precedence) as previous_rate_id,
        lag(usd_per_million) over (partition by {{ fact }} order by valid_from, recorded_at, precedence) as previous_usd_per_million
    from holding
),

compared as (
    select precedence, rate_id, previous_rate_id, usd_per_million, previous_usd_per_million, note from package_rows
    union all
    select precedence, rate_id, previous_rate_id, usd_per_million, previous_usd_per_million, note from all_rows where precedence > 0
)

select *
from compared
where
    (usd_per_million >= 10 * previous_usd_per_million or 10 * usd_per_million <= previous_usd_per_million)
    and coalesce(note, '') not like '%jump confirmed%'
