{{ config(materialized='table') }}

{#- Who receives from a pool by which rule, typed. A value that cannot be read is NULL here and stops the build in
    int_llm_cost__allocation_errors. -#}
{%- set columns = [
    'pool_id', 'rule', 'period', 'receiver_kind', 'receiver', 'percent', 'weight', 'driver_value', 'floor', 'cap', 'used_share', 'reserved_share',
    'is_excluded'
] %}
{%- set numbers = {
    'percent': 'decimal(9, 6)', 'weight': 'decimal(18, 6)', 'driver_value': 'decimal(28, 12)', 'floor': 'decimal(19, 6)', 'cap': 'decimal(19, 6)',
    'used_share': 'decimal(13, 12)', 'reserved_share': 'decimal(13, 12)'
} %}

with stacked as (
    {{ llm_cost.stacked_rows(llm_cost.relations_of('llm_cost_pool_receivers'), columns) }}
)

select
    pool_id,
    {{ llm_cost.number_or_null('rule', 'integer') }} as rule,
    {{ llm_cost.period_or_null('period') }} as period,
    coalesce(lower(receiver_kind), 'team') as receiver_kind,
    receiver,
    {% for column, type in numbers.items() -%}
        {{ llm_cost.number_or_null(column, type) }} as {{ column ~ '_amount' if column in ['floor', 'cap'] else column }},
        {{ column }} as {{ column }}_text,
    {% endfor -%}
    {{ llm_cost.flag_or_null('is_excluded') }} as is_excluded,
    rule as rule_text,
    period as period_text,
    is_excluded as is_excluded_text,
    count(*) over (partition by pool_id, rule, period, coalesce(lower(receiver_kind), 'team'), receiver) as rows_of_this_key
from stacked
