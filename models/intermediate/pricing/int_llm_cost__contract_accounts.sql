{{ config(materialized='table') }}

{#- The accounts that the user's negotiated rates and discounts name. Grain: account_id. -#}

select account_id from {{ ref('int_llm_cost__price_rates') }} where account_id is not null
union
select account_id from {{ ref('int_llm_cost__discounts') }} where account_id is not null
