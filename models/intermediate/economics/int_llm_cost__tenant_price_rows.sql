{{ config(materialized='table') }}

{#- What tenants pay, as the user wrote it, typed. A value that cannot be read is NULL here and stops the build in
    int_llm_cost__tenant_price_errors. Grain: row of the user. -#}

with stacked as (
    {{ llm_cost.stacked_rows(llm_cost.relations_of('llm_cost_tenant_prices'), ['tenant_id', 'valid_from', 'price_usd_per_month']) }}
)

select
    relation,
    -- a row without a tenant is wrong, not a price of what is unattributed
    case when tenant_id is not null then {{ llm_cost.cache_tenant('tenant_id') }} end as tenant_id,
    case
        when {{ llm_cost.regex_match('valid_from', "'^[0-9]{4}-[0-9]{2}-[0-9]{2}( 00:00:00)?$'") }}
            then cast({{ llm_cost.utc_timestamp('substr(valid_from, 1, 10)') }} as date)
    end as valid_from,
    {{ llm_cost.number_or_null('price_usd_per_month', 'decimal(18, 6)') }} as price_usd_per_month,
    valid_from as valid_from_text,
    price_usd_per_month as price_text
from stacked
