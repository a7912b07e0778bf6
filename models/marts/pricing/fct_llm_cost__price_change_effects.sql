{{ config(materialized='incremental', incremental_strategy='append', full_refresh=false, on_schema_change='append_new_columns') }}

{#- What each price row that came after the first build changed, as measured by the build that brought it. A log: later builds
    add to it, and a full refresh keeps it. -#}

with history as (
    select
        *,
        min(first_built_at) over () as first_build_at
    from {{ ref('int_llm_cost__price_row_history') }}
),

rates as (
    select * from {{ ref('int_llm_cost__price_rates') }}
),

new_rows as (
    select * from {{ ref('int_llm_cost__new_price_rows') }}
),

changed_meters as (
    select * from {{ ref('int_llm_cost__changed_meters') }}
),

effects as (
    select
        rate_id,
        count(distinct event_id) as requests_touched,
        count(distinct {{ llm_cost.reporting_date('occurred_at') }}) as days_touched,
        min({{ llm_cost.reporting_date('occurred_at') }}) as first_day,
        max({{ llm_cost.reporting_date('occurred_at') }}) as last_day,
        count(distinct case when cost_before_usd is null and cost_after_usd is not null then event_id end) as requests_newly_priced,
        cast(sum(cost_before_usd) as decimal(28, 12)) as cost_before_usd,
        cast(sum(cost_after_usd) as decimal(28, 12)) as cost_after_usd
    from changed_meters
    group by rate_id
)

select
    rates.relation,
    rates.rate_id,
    rates.provider,
    rates.model,
    rates.meter,
    rates.service_tier,
    rates.region_scope,
    rates.change_kind,
    rates.unit_price,
    rates.per_units,
    rates.valid_from,
    rates.recorded_at,
    history.first_built_at,
    new_rows.rate_id is not null as is_measured,
    case when new_rows.rate_id is not null then coalesce(effects.requests_touched, 0) end as requests_touched,
    case when new_rows.rate_id is not null then coalesce(effects.days_touched, 0) end as days_touched,
    effects.first_day,
    effects.last_day,
    case when new_rows.rate_id is not null then coalesce(effects.requests_newly_priced, 0) end as requests_newly_priced,
    effects.cost_before_usd,
    effects.cost_after_usd,
    -- of what was unknown before, all is change
    cast(
        coalesce(effects.cost_after_usd, cast(0 as decimal(28, 12))) - coalesce(effects.cost_before_usd, cast(0 as decimal(28, 12))) as decimal(28, 12)
    ) as cost_change_usd
from history
-- grain: (relation, rate_id) is unique in both
inner join rates on history.relation = rates.relation and history.rate_id = rates.rate_id
-- grain: (relation, rate_id) is unique in new_rows
left join new_rows on rates.relation = new_rows.relation and rates.rate_id = new_rows.rate_id
-- grain: rate_id is unique in effects
left join effects on new_rows.rate_id = effects.rate_id
{%- if is_incremental() %}
-- grain: (relation, rate_id) is unique in the log
left join {{ this }} as logged on rates.relation = logged.relation and rates.rate_id = logged.rate_id
{%- endif %}
where
    history.first_built_at > history.first_build_at
    {%- if is_incremental() %}
    and logged.rate_id is null
    {%- endif %}
