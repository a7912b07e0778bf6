{{ config(materialized='table') }}

{#- What is wrong with a pool, a rule, a receiver, a rate or a chain, and how to mend it. Any row here stops the build before a cent is
    allocated (test `stops_the_build` on this model). -#}

with pool_problems as (
    select * from {{ ref('int_llm_cost__pool_problems') }}
),

rule_problems as (
    select * from {{ ref('int_llm_cost__pool_rule_problems') }}
),

receiver_problems as (
    select * from {{ ref('int_llm_cost__pool_receiver_problems') }}
),

chain_problems as (
    select * from {{ ref('int_llm_cost__chain_problems') }}
),

all_problems as (
    select * from pool_problems
    union all
    select * from rule_problems
    union all
    select * from receiver_problems
    union all
    select * from chain_problems
)

select distinct row_id, problem
from all_problems
