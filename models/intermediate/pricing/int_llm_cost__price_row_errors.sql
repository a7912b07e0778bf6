{{ config(materialized='table') }}

{#- What is wrong with a price, alias, window, discount or period row, and how to mend it. Any row here stops the build before
    a cost is written (test `stops_the_build` on this model). -#}

select row_id, problem from {{ ref('int_llm_cost__price_rate_problems') }}
union all
select row_id, problem from {{ ref('int_llm_cost__model_alias_problems') }}
union all
select row_id, problem from {{ ref('int_llm_cost__term_problems') }}
