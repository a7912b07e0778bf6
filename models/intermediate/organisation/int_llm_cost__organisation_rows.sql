{{ config(materialized='table') }}

{#- What the user says of the organisation (teams, cost centres, services, tenants, owner mappings), typed and under one set of
    columns. A value that cannot be read is NULL here and stops the build in int_llm_cost__organisation_errors. Grain: row. -#}
{%- set facts = llm_cost.organisation_facts() %}
{%- set texts = ['team', 'cost_center', 'department', 'name', 'account', 'tenant_id', 'tenant_group', 'service', 'matched_column', 'match_value', 'weight'] %}
{%- set matched = {'service': 'service', 'tenant': 'tenant_id'} %}

with
{% for fact, about in facts.items() -%}
    {{ fact }}_rows as (
        {{ llm_cost.stacked_rows(llm_cost.relations_of(about.variable), about.columns + ['valid_from', 'recorded_at', 'change_kind']) }}
    ),

{% endfor -%}
stacked as (
    {% for fact, about in facts.items() -%}
        select
            '{{ fact }}' as fact,
            relation,
            {{ about.key }} as entity,
            {% for column in texts -%}
                {% if column in about.columns and column != 'matched_column' -%}
                    {{ column }},
                {% elif column == 'matched_column' -%}
                    {{ 'lower(matched_column)' if fact == 'mapping' else "'" ~ matched[fact] ~ "'" if fact in matched else 'cast(null as string)' }} as matched_column,
                {% else -%}
                    cast(null as string) as {{ column }},
                {% endif -%}
            {% endfor -%}
            valid_from,
            recorded_at,
            change_kind
        from {{ fact }}_rows
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    fact,
    relation,
    entity,
    {{ llm_cost.match_key('entity') }} as entity_key,
    matched_column,
    team,
    {{ llm_cost.match_key('team') }} as team_key,
    cost_center,
    department,
    name,
    account,
    tenant_group,
    {{ llm_cost.number_or_null('weight', 'decimal(28, 12)') }} as weight,
    {{ llm_cost.utc_timestamp('valid_from') }} as valid_from,
    {{ llm_cost.utc_timestamp('recorded_at') }} as recorded_at,
    lower(change_kind) as change_kind,
    weight as weight_text,
    valid_from as valid_from_text,
    recorded_at as recorded_at_text
from stacked
