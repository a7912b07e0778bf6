{{ config(materialized='table') }}

{#- Price rows and discounts that were recorded after a month was closed, hold in it, and price something that was used in or
    before it: they would move a closed month. Grain: row × closed month. -#}
{%- set accepted = var('llm_cost_accepted_price_rows', []) %}

with months as (
    select * from {{ ref('int_llm_cost__period_status') }}
    where {{ llm_cost.regex_match('period', "'^[0-9]{4}-[0-9]{2}$'") }}
),

logged_models as (
    select provider, lower(model_logged) as model_logged, min(first_seen_at) as first_seen_at
    from {{ ref('int_llm_cost__logged_models') }}
    group by provider, lower(model_logged)
),

aliases as (
    select * from {{ ref('int_llm_cost__model_aliases') }}
),

rates as (
    select
        *,
        lead(valid_from) over (partition by {{ llm_cost.price_key() | join(', ') }} order by valid_from, recorded_at) as replaced_from
    from {{ ref('int_llm_cost__price_rates') }}
),

discounts as (
    select * from {{ ref('int_llm_cost__discounts') }}
),

dated_rows as (
    -- a correction says of itself that it changes the past: it is billed in the first open month
    select rate_id as row_id, provider, model, valid_from, recorded_at, replaced_from from rates where change_kind <> 'correction'
    union all
    select 'discount ' || discount_id as row_id, provider, model, valid_from, recorded_at, null as replaced_from from discounts
),

-- the last event of a month decides, of the provider itself or of all
month_events as (
    select
        providers.provider,
        months.period,
        months.status,
        months.closed_at,
        row_number() over (
            partition by providers.provider, months.period
            order by coalesce(months.closed_at, cast('1970-01-01 00:00:00' as timestamp)) desc, months.issuer desc
        ) as place
    from (select distinct provider from dated_rows) as providers
    -- grain: many events a provider
    inner join months on months.issuer in (providers.provider, '*')
),

closed_months as (
    select provider, period, closed_at from month_events where place = 1 and status = 'closed'
),

closing as (
    select
        dated_rows.*,
        closed_months.period
    from dated_rows
    -- grain: many closed months a row
    inner join closed_months
        on
            dated_rows.provider = closed_months.provider
            and dated_rows.recorded_at > closed_months.closed_at
            and {{ llm_cost.month_text('dated_rows.valid_from') }} <= closed_months.period
),

-- the names a row is billed for: its model's, and its model's aliases
names as (
    select distinct provider, model, model as logged_name from closing
    union
    select provider, model, alias as logged_name from aliases
)

select distinct
    closing.row_id,
    closing.period as closed_month
from closing
-- grain: many names a row
inner join names on closing.provider = names.provider and closing.model = names.model
-- grain: many logged models a name; a host or gateway may have written something before it
inner join logged_models
    on
        closing.provider = logged_models.provider
        and (
            names.logged_name in (logged_models.model_logged, '*')
            or logged_models.model_logged like '%/' || names.logged_name
            or logged_models.model_logged like '%.' || names.logged_name
        )
where
    {{ llm_cost.month_text('logged_models.first_seen_at') }} <= closing.period
    and (closing.replaced_from is null or closing.replaced_from > logged_models.first_seen_at)
    {%- for row_id in accepted %}
    and closing.row_id <> '{{ row_id }}'
    {%- endfor %}
