{{ config(materialized='table') }}

{#- Which attribute of a log names which owner: per log format and owner column the keys to look at, in their order. The
    user's rows come first, then those of the format, then those of any format (`*`). One row per enabled format. -#}
{%- set sources = llm_cost.enabled_sources() %}

with stacked as (
    {% for relation in llm_cost.owner_key_relations() -%}
        select
            lower({{ llm_cost.seed_text('source_system') }}) as source_system,
            lower({{ llm_cost.seed_text('attribute_key') }}) as attribute_key,
            lower({{ llm_cost.seed_text('owner') }}) as owner,
            coalesce({{ llm_cost.number_or_null(llm_cost.seed_text('preference'), 'integer') }}, 1) as preference,
            {{ loop.index }} as relation_rank
        from {{ ref('llm_cost', relation) if loop.first else ref(relation) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

formats as (
    {% for source in sources -%}
        select '{{ source }}' as source_system {{ 'union all' if not loop.last }}
    {% endfor -%}
    {% if not sources -%}
        select cast(null as string) as source_system where false
    {%- endif %}
),

ranked as (
    select
        formats.source_system,
        stacked.attribute_key,
        stacked.owner,
        row_number() over (
            partition by formats.source_system, stacked.owner
            order by stacked.relation_rank desc, case when stacked.source_system = '*' then 1 else 0 end asc, stacked.preference asc, stacked.attribute_key asc
        ) as position
    from formats
    -- grain: each format with its own rows and those of any format; brought back to one row a format below
    inner join stacked on formats.source_system = stacked.source_system or stacked.source_system = '*'
)

select
    formats.source_system,
    {{ llm_cost.ordered_list('ranked.attribute_key', 'ranked.attribute_key', 'ranked.attribute_key is not null') }} as attribute_keys,
    max(case when ranked.owner not in ('{{ llm_cost.owner_columns() | join("', '") }}') then ranked.owner end) as unknown_owner,
    {% for owner in llm_cost.owner_columns() -%}
        {{ llm_cost.ordered_list('ranked.attribute_key', 'ranked.position', "ranked.owner = '" ~ owner ~ "'") }} as {{ owner }}_keys{{ ',' if not loop.last }}
    {% endfor %}
from formats
-- grain: several keys a format, brought back to one row by the group by
left join ranked on formats.source_system = ranked.source_system
group by formats.source_system
