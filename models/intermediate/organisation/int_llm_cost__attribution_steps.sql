{{ config(materialized='table') }}

{#- The steps of the waterfall that finds the team of a call, typed. A value that cannot be read is NULL here and stops the
    build in int_llm_cost__organisation_errors. Grain: step. -#}

with stacked as (
    {{ llm_cost.stacked_rows(llm_cost.attribution_step_relations(), ['step', 'attribution_method', 'matched_column', 'is_inherited']) }}
)

select
    relation,
    {{ llm_cost.number_or_null('step', 'integer') }} as step,
    attribution_method,
    lower(matched_column) as matched_column,
    case when lower(coalesce(is_inherited, 'false')) in ('false', 'true') then lower(coalesce(is_inherited, 'false')) = 'true' end as is_inherited,
    step as step_text,
    is_inherited as is_inherited_text
from stacked
