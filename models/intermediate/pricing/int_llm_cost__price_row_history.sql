{{ config(materialized='incremental', incremental_strategy='append', full_refresh=false) }}

{#- When a build first saw each price row that passed: what tells the rows that are new since the build before. A log, so a
    full refresh keeps it; without it (a new database) nothing counts as new. #}
-- a row that stopped the build was not seen: depends_on: {{ ref('int_llm_cost__price_row_errors') }}

with rates as (
    select * from {{ ref('int_llm_cost__price_rates') }}
)

select
    rates.relation,
    rates.rate_id,
    {{ llm_cost.build_started_at() }} as first_built_at
from rates
{%- if is_incremental() %}
-- grain: (relation, rate_id) is unique in the history
left join {{ this }} as history
    on rates.relation = history.relation and rates.rate_id = history.rate_id
where history.rate_id is null
{%- endif %}
