{{ config(materialized='table') }}

{#- Logged model names to billed models, dated: an alias holds until a later row for the same name. -#}

with stacked as (
    {% for relation in llm_cost.alias_relations() -%}
        select
            {% for column in ['provider', 'alias', 'model', 'region_scope', 'valid_from', 'recorded_at'] -%}
                lower(nullif(trim(cast({{ column }} as string)), '')) as {{ column }},
            {% endfor -%}
            {{ loop.index0 }} as precedence
        from {{ ref(relation) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

typed as (
    select
        precedence,
        provider,
        alias,
        model,
        region_scope,
        valid_from as valid_from_text,
        {{ llm_cost.utc_timestamp('upper(valid_from)') }} as valid_from,
        {{ llm_cost.utc_timestamp('upper(recorded_at)') }} as recorded_at
    from stacked
),

-- for one name and instant the user's row wins, then the row recorded last
in_force as (
    select
        *,
        row_number() over (partition by provider, alias, valid_from order by precedence desc, recorded_at desc) as choice
    from typed
)

select
    precedence,
    provider,
    alias,
    model,
    region_scope,
    valid_from_text,
    valid_from,
    recorded_at,
    choice = 1 as is_in_force,
    case
        when choice = 1
            then coalesce(
                lead(valid_from) over (partition by provider, alias, choice order by valid_from), {{ llm_cost.end_of_time() }}
            )
    end as valid_to
from in_force
