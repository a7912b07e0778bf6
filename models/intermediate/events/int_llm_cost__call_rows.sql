{#- The raw rows that tell of a call: neither rejected nor, by what other rows say, around another call. Grain: raw row. -#}
{%- set nested_sources = llm_cost.enabled_sources() | select('in', llm_cost.sources_with_nested_calls()) | list %}

{% if nested_sources -%}
with wrapping_rows as (
    select distinct load_key, call_group, request_id from {{ ref('int_llm_cost__wrapping_rows') }}
)

select usage_rows.*
from {{ ref('int_llm_cost__usage_rows') }} as usage_rows
-- grain: what is found once or more is left out
left join wrapping_rows
    on
        usage_rows.load_key = wrapping_rows.load_key
        and usage_rows.call_group = wrapping_rows.call_group
        and usage_rows.request_id = wrapping_rows.request_id
where usage_rows.call_group is not null and wrapping_rows.load_key is null
{%- else -%}
select usage_rows.*
from {{ ref('int_llm_cost__usage_rows') }} as usage_rows
where usage_rows.call_group is not null
{%- endif %}
