{{ config(materialized='table') }}

{#- What is wrong with a tenant's price, and how to mend it. Any row here stops the build before a cost meets a price (test
    `stops_the_build` on this model). Grain: offending row. -#}

with price_rows as (
    select
        *,
        count(*) over (partition by tenant_id, valid_from) as rows_of_key,
        -- an empty price is one too: no row has -1
        count(*) over (partition by tenant_id, valid_from, coalesce(price_usd_per_month, -1)) as rows_of_price
    from {{ ref('int_llm_cost__tenant_price_rows') }}
),

problems as (
    select
        relation || ': tenant ' || coalesce(tenant_id, '?') || ' from ' || coalesce(valid_from_text, '?') as row_id,
        case
            when tenant_id is null then 'lacks its tenant_id: write a tenant, or * for every tenant without a row of its own'
            when tenant_id = 'unattributed' then 'prices what no tenant is known of: name a tenant, or * for every one without a row of its own'
            when valid_from is null then 'has the valid_from ''' || coalesce(valid_from_text, '') || ''': write YYYY-MM-DD'
            when price_usd_per_month is null and price_text is not null
                then 'has the price_usd_per_month ''' || price_text || ''': write a number from 0, or leave it empty to end the price'
            when price_usd_per_month < 0 then 'has the negative price_usd_per_month ' || price_text || ': write a number from 0'
            when rows_of_price < rows_of_key then 'contradicts another row of the same tenant and day: keep one'
        end as problem
    from price_rows
)

select distinct row_id, problem
from problems
where problem is not null
