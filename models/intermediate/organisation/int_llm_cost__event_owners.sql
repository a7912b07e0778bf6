{{ config(**llm_cost.by_day('int_llm_cost__owner_days')) }}

{#- Who owns a call by the steps of the waterfall, where that is not simply the team that the call names: one small join a column,
    and the lowest step that found a team decides. Of one step a mapping wins over what is inherited. Calls that have no row here
    own themselves: team as tagged, cost centre as tagged. Grain: event_id; one row without an event for every day. -#}
{%- set has_organisation = llm_cost.has_organisation() %}
{%- set inheritable = llm_cost.inheritable_columns() %}
{%- set mapped = llm_cost.attributable_columns() | reject('equalto', 'team') | list if has_organisation else [] %}
{%- set candidates = ['tag'] %}
{%- for column in mapped %}
    {%- do candidates.append('mapped_' ~ column) %}
{%- endfor %}
{%- for column in inheritable %}
    {%- do candidates.append('inherited_' ~ column) %}
{%- endfor %}

with days as (
    {{ llm_cost.days_to_rebuild('int_llm_cost__owner_days') }}
),

usage_events as (
    select {{ llm_cost.broadcast_hint('days') }}
        usage_events.*,
        days.day_fingerprint
    from {{ ref('int_llm_cost__usage_events') }} as usage_events
    -- grain: utc_date is unique in days
    inner join days on usage_events.utc_date = days.utc_date
    {%- if has_organisation %}
    {{ llm_cost.only_days_to_rebuild('usage_events.utc_date', 'int_llm_cost__owner_days', word='where') }}
    {%- else %}
    where
        (
            usage_events.team like '[%]'
            or (usage_events.team is null and ({% for column in inheritable %}usage_events.{{ column }} is not null{{ ' or ' if not loop.last }}{% endfor %}))
        )
        {{ llm_cost.only_days_to_rebuild('usage_events.utc_date', 'int_llm_cost__owner_days') }}
    {%- endif %}
),

mappings as (
    select * from {{ ref('int_llm_cost__owner_mappings') }}
),

inherited_owners as (
    select * from {{ ref('int_llm_cost__inherited_owners') }}
),

steps as (
    select * from {{ ref('int_llm_cost__attribution_steps') }}
),

-- what a step found by a mapping comes before what it inherits
tag_places as (
    select
        {% for column in inheritable -%}
            max(case when matched_column = '{{ column }}' then step * 2 + 1 end) as {{ column }}_place,
        {% endfor -%}
        max(case when matched_column = 'team' then step * 2 end) as tag_place
    from steps
),

methods as (
    select
        step * 2 as place,
        attribution_method
    from steps

    union all

    select
        step * 2 + 1 as place,
        attribution_method
    from steps
),

tagged as (
    select
        usage_events.*,
        case when tag_mappings.match_value is not null then tag_mappings.owner else usage_events.team end as tag_owner,
        tag_mappings.cost_center as tag_cost_center
    from usage_events
    -- grain: one interval of a tag holds at an instant
    left join mappings as tag_mappings
        on
            tag_mappings.matched_column = 'team'
            and usage_events.team = tag_mappings.match_value
            and usage_events.occurred_at >= tag_mappings.valid_from
            and usage_events.occurred_at < tag_mappings.valid_to
),

found as (
    select
        tagged.event_id,
        tagged.utc_date,
        tagged.day_fingerprint,
        tagged.team as logged_team,
        tagged.cost_center as logged_cost_center,
        case when tagged.tag_owner is not null then tag_places.tag_place end as tag_place,
        tagged.tag_owner,
        tagged.tag_cost_center,
        {% for column in mapped -%}
            by_{{ column }}.step * 2 as mapped_{{ column }}_place,
            by_{{ column }}.owner as mapped_{{ column }}_owner,
            by_{{ column }}.cost_center as mapped_{{ column }}_cost_center,
        {% endfor -%}
        {% for column in inheritable -%}
            case
                when tagged.tag_owner is null and coalesce({{ column }}_tag.match_value, same_{{ column }}.tag) is not null
                    and ({{ column }}_tag.match_value is null or {{ column }}_tag.owner is not null)
                    then tag_places.{{ column }}_place
            end as inherited_{{ column }}_place,
            case when {{ column }}_tag.match_value is not null then {{ column }}_tag.owner else same_{{ column }}.tag end as inherited_{{ column }}_owner,
            {{ column }}_tag.cost_center as inherited_{{ column }}_cost_center{{ ',' if not loop.last }}
        {% endfor %}
    from tagged
    -- grain: one row
    cross join tag_places
    {% for column in mapped -%}
        -- grain: one interval of a value holds at an instant
        left join mappings as by_{{ column }}
            on
                by_{{ column }}.matched_column = '{{ column }}'
                and {{ llm_cost.match_key('tagged.' ~ column) }} = by_{{ column }}.match_value
                and tagged.occurred_at >= by_{{ column }}.valid_from
                and tagged.occurred_at < by_{{ column }}.valid_to
    {% endfor -%}
    {% for column in inheritable -%}
        -- grain: (matched_column, match_value) is unique in inherited_owners
        left join inherited_owners as same_{{ column }}
            on same_{{ column }}.matched_column = '{{ column }}' and tagged.{{ column }} = same_{{ column }}.match_value
        -- grain: one interval of a tag holds at an instant
        left join mappings as {{ column }}_tag
            on
                {{ column }}_tag.matched_column = 'team'
                and same_{{ column }}.tag = {{ column }}_tag.match_value
                and tagged.occurred_at >= {{ column }}_tag.valid_from
                and tagged.occurred_at < {{ column }}_tag.valid_to
    {% endfor %}
),

placed as (
    select
        *,
        nullif(least({% for candidate in candidates %}coalesce({{ candidate }}_place, 1000000){{ ', ' if not loop.last }}{% endfor %}), 1000000) as place
    from found
),

owned as (
    select
        placed.event_id,
        placed.utc_date,
        placed.day_fingerprint,
        placed.logged_team,
        placed.logged_cost_center,
        case
            {% for candidate in candidates -%}
                when placed.place = placed.{{ candidate }}_place then placed.{{ candidate }}_owner
            {% endfor %}
        end as team,
        coalesce(placed.logged_cost_center, case
            {% for candidate in candidates -%}
                when placed.place = placed.{{ candidate }}_place then placed.{{ candidate }}_cost_center
            {% endfor %}
        end) as cost_center,
        coalesce(methods.attribution_method, 'unattributed') as attribution_method
    from placed
    -- grain: place is unique in methods
    left join methods on placed.place = methods.place
)

select
    event_id,
    utc_date,
    team,
    cost_center,
    attribution_method,
    {{ llm_cost.key64(['event_id', 'team', 'cost_center', 'attribution_method']) }} as owner_hash,
    day_fingerprint
from owned
where team is distinct from logged_team
    or cost_center is distinct from logged_cost_center
    or attribution_method <> case when logged_team is not null then 'request_tag' else 'unattributed' end

union all

-- a day without any is not looked at again each night
select
    cast(null as string) as event_id,
    utc_date,
    cast(null as string) as team,
    cast(null as string) as cost_center,
    cast(null as string) as attribution_method,
    cast(null as bigint) as owner_hash,
    day_fingerprint
from days
