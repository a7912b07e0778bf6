{{ config(materialized='table') }}

{#- What tenants pay as intervals of days: a row holds until the tenant's next, an empty price too, so that `*` does not take its place.
    Grain: tenant_id × valid_from. #}
-- no row is used before all have passed: depends_on: {{ ref('int_llm_cost__tenant_price_errors') }}

with price_rows as (
    select distinct
        tenant_id,
        valid_from,
        price_usd_per_month
    from {{ ref('int_llm_cost__tenant_price_rows') }}
)

select
    tenant_id,
    valid_from,
    coalesce(lead(valid_from) over (partition by tenant_id order by valid_from), cast({{ llm_cost.end_of_time() }} as date)) as valid_to,
    price_usd_per_month
from price_rows
