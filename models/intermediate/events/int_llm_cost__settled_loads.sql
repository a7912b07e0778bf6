{{ config(materialized='table') }}

{#- The loads whose calls have been compared with all others: what int_llm_cost__touched_rows need not look at again. It is written after
    the tables of what calls say of each other, so that a build that breaks before is caught up by the next. Grain: load_key. -#}

-- depends_on: {{ ref('int_llm_cost__repeated_calls') }}
-- depends_on: {{ ref('int_llm_cost__shared_calls') }}
-- depends_on: {{ ref('int_llm_cost__wrapping_rows') }}
-- depends_on: {{ ref('int_llm_cost__inherited_owners') }}
with usage_rows as (
    select distinct load_key from {{ ref('int_llm_cost__usage_rows') }}
),

organisation as (
    select organisation_hash from {{ ref('int_llm_cost__organisation_version') }}
)

select
    usage_rows.load_key,
    organisation.organisation_hash,
    {{ llm_cost.build_id() }} as build_id
from usage_rows
-- grain: one row
cross join organisation
