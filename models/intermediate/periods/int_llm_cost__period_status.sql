{{ config(materialized='table') }}

{#- Months that are closed, by issuer of the invoice. Grain: issuer × month. A row with another status than closed is a month
    that is open. -#}

with stacked as (
    {% for relation in llm_cost.period_status_relations() -%}
        select
            {% for column in ['issuer', 'period', 'status', 'closed_at'] -%}
                {{ llm_cost.seed_text(column) }} as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ ref(relation) }}
        {{ 'union all' if not loop.last }}
    {% else -%}
        select
            {% for column in ['issuer', 'period', 'status', 'closed_at'] -%}
                cast(null as string) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        where false
    {% endfor %}
)

select
    lower(issuer) as issuer,
    period,
    lower(status) as status,
    {{ llm_cost.utc_timestamp('closed_at') }} as closed_at
from stacked
