{{ config(materialized='table') }}

{#- Logged model names to billed models, dated: an alias holds until a later row for the same name. -#}

with stacked as (
    {% for relation in llm_cost.alias_relations() -%}
        select
            {% for column in ['provider', 'alias', 'model', 'region_scope', 'valid_from', 'recorded_at'] -%}
                lower({{ llm_cost.seed_text(column) }}) as {{ column }},
            {% endfor -%}
            {{ loop.index0 }} as precedence
        from {{ ref('llm_cost', relation) if loop.first else ref(relation) }}
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

with_known as (
    select
        *,
        {{ llm_cost.is_known('recorded_at') }} as is_known
    from typed
),

with_own_start as (
    select
        *,
        min(case when precedence > 0 and is_known then valid_from end) over (partition by provider, alias) as own_from
    from with_known
),

-- from the user's first row for a name on, the package's rows for it no longer count; of two rows of one instant the
-- one recorded last holds
ranked as (
    select
        *,
        case
            when is_known and (precedence > 0 or own_from is null or valid_from < own_from)
                then row_number() over (partition by provider, alias, valid_from, is_known order by precedence desc, recorded_at desc)
        end as choice
    from with_own_start
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
    coalesce(choice = 1, false) as is_in_force,
    case
        when choice = 1
            then coalesce(
                lead(valid_from) over (partition by provider, alias, choice order by valid_from), {{ llm_cost.end_of_time() }}
            )
    end as valid_to
from ranked
