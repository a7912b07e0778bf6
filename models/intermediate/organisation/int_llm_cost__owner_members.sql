{{ config(materialized='table') }}

{#- Which teams a tag, and a value that a mapping names, stand for, at each time: aliases followed, a list of teams taken apart,
    each team as it is spelled and with its cost centre in force. Time is cut wherever one of these changes. What names no team at a
    time has a row without one. Grain: matched_column × match_value × interval × team. -#}
{%- set subject = ['matched_column', 'match_value', 'valid_from', 'valid_to'] %}

with intervals as (
    select * from {{ ref('int_llm_cost__organisation_intervals') }} where fact in ('mapping', 'service', 'tenant') and team is not null
),

teams as (
    select * from {{ ref('int_llm_cost__teams') }}
),

-- how a team is spelled while it is not in force, and its cost centre where it never had another
team_names as (
    select
        team_key,
        max(case when recency = 1 then team end) as team,
        case when count(*) = count(cost_center) and min(cost_center) = max(cost_center) then max(cost_center) end as only_cost_center
    from (
        select
            *,
            row_number() over (partition by team_key order by valid_from desc) as recency
        from teams
    ) as ranked
    group by team_key
),

logged_tags as (
    select team as tag
    from {{ ref('int_llm_cost__usage_rows') }}
    where call_group is not null and team is not null{{ " and team like '[%]'" if not llm_cost.has_organisation() }}

    union

    -- their calls are dropped, their costs stay
    select tag
    from {{ ref('int_llm_cost__sealed_tags') }}
    {{ "where tag like '[%]'" if not llm_cost.has_organisation() }}
),

tags as (
    select
        tag,
        case when tag like '[%]' then {{ llm_cost.parsed_json('tag', ['VARCHAR']) }} end as listed
    from logged_tags
),

listed_names as (
    select
        tag,
        {{ llm_cost.explode('listed') }} as name
    from tags
    where listed is not null
),

names as (
    select
        tag,
        tag as name
    from tags
    where listed is null

    union all

    select
        tag,
        name
    from listed_names
),

-- every value that means something here, with the keys that it is looked up by: a list of teams has several
items as (
    select
        'team' as matched_column,
        tag as match_value,
        {{ llm_cost.match_key('name') }} as item_key,
        min(trim(name)) as name
    from names
    where trim(name) <> ''
    group by tag, {{ llm_cost.match_key('name') }}

    union all

    select distinct
        matched_column,
        entity_key as match_value,
        entity_key as item_key,
        cast(null as string) as name
    from intervals
    where matched_column <> 'team'
),

subjects as (
    select distinct
        'team' as matched_column,
        tag as match_value
    from tags

    union all

    select distinct
        matched_column,
        match_value
    from items
    where matched_column <> 'team'
),

-- the instants at which what a value stands for may change
item_targets as (
    select
        items.matched_column,
        items.match_value,
        items.item_key,
        intervals.team_key,
        intervals.valid_from,
        intervals.valid_to
    from items
    -- grain: many intervals a key; none for a tag without an alias
    left join intervals on items.matched_column = intervals.matched_column and items.item_key = intervals.entity_key
),

item_teams as (
    select distinct
        matched_column,
        match_value,
        team_key
    from item_targets
    where team_key is not null

    union

    select distinct
        matched_column,
        match_value,
        item_key as team_key
    from item_targets
    where matched_column = 'team'
),

boundaries as (
    select
        matched_column,
        match_value,
        cast('1900-01-01 00:00:00' as timestamp) as valid_from
    from subjects

    union

    select
        matched_column,
        match_value,
        valid_from
    from item_targets
    where valid_from is not null

    union

    select
        matched_column,
        match_value,
        valid_to
    from item_targets
    where valid_to is not null

    union

    select
        item_teams.matched_column,
        item_teams.match_value,
        teams.valid_from
    from item_teams
    inner join teams on item_teams.team_key = teams.team_key

    union

    select
        item_teams.matched_column,
        item_teams.match_value,
        teams.valid_to
    from item_teams
    inner join teams on item_teams.team_key = teams.team_key
),

segments as (
    select
        *,
        coalesce(lead(valid_from) over (partition by matched_column, match_value order by valid_from), {{ llm_cost.end_of_time() }}) as valid_to
    from boundaries
    where valid_from < {{ llm_cost.end_of_time() }}
),

-- a mapping wins over the team of the service or tenant; a tag without an alias is the team itself
named as (
    select
        segments.*,
        items.item_key,
        coalesce(intervals.team, items.name) as team,
        coalesce(intervals.team_key, items.item_key) as team_key,
        intervals.cost_center,
        coalesce(intervals.weight, cast(1 as decimal(28, 12))) as weight,
        rank() over (
            partition by segments.matched_column, segments.match_value, segments.valid_from, items.item_key
            order by case when intervals.fact = 'mapping' then 1 else 2 end
        ) as choice
    from segments
    -- grain: one row an item of the value
    inner join items on segments.matched_column = items.matched_column and segments.match_value = items.match_value
    -- grain: one row a team of the mapping in force, and one of the service or tenant
    left join intervals
        on
            items.matched_column = intervals.matched_column
            and items.item_key = intervals.entity_key
            and segments.valid_from >= intervals.valid_from
            and segments.valid_from < intervals.valid_to
),

spelled as (
    select
        named.matched_column,
        named.match_value,
        named.valid_from,
        named.valid_to,
        named.item_key,
        named.weight,
        coalesce(teams.team, team_names.team, named.team) as team,
        coalesce(named.cost_center, teams.cost_center) as cost_center,
        team_names.only_cost_center,
        min(case when teams.team_key is not null then 1 else 0 end) over (
            partition by named.matched_column, named.match_value, named.valid_from, named.item_key
        ) as is_known
    from named
    -- grain: one interval of a team holds at an instant
    left join teams on named.team_key = teams.team_key and named.valid_from >= teams.valid_from and named.valid_from < teams.valid_to
    -- grain: team_key is unique in team_names
    left join team_names on named.team_key = team_names.team_key
    where named.choice = 1 and named.team is not null
),

counting as (
    select * from spelled{{ " where is_known = 1 or matched_column <> 'team'" if llm_cost.only_known_teams() }}
),

item_counts as (
    select
        {{ subject | join(',\n        ') }},
        count(*) as items
    from (
        select distinct
            {{ subject | join(',\n            ') }},
            item_key
        from counting
    ) as distinct_items
    group by {{ subject | join(', ') }}
),

-- two names may stand for one team
summed as (
    select
        {{ subject | join(',\n        ') }},
        team,
        max(cost_center) as cost_center,
        max(only_cost_center) as only_cost_center,
        cast(sum(weight) as decimal(15, 12)) as item_weight
    from counting
    group by {{ subject | join(', ') }}, team
),

-- running totals are rounded, so that the weights add up to 1 exactly
running as (
    select
        summed.*,
        count(*) over (partition by summed.matched_column, summed.match_value, summed.valid_from) as teams,
        cast(cast(sum(summed.item_weight) over (
            partition by summed.matched_column, summed.match_value, summed.valid_from order by summed.team
            rows between unbounded preceding and current row
        ) as decimal(15, 12)) * {{ llm_cost.part_of_one('item_counts.items') }} as decimal(13, 12)) as weight_until
    from summed
    -- grain: the value and the interval are unique in item_counts
    inner join item_counts
        on
            summed.matched_column = item_counts.matched_column
            and summed.match_value = item_counts.match_value
            and summed.valid_from = item_counts.valid_from
),

weighted as (
    select
        *,
        coalesce(lag(weight_until) over (partition by matched_column, match_value, valid_from order by team), 0) as weight_before
    from running
    where weight_until is not null
)

select
    segments.matched_column,
    segments.match_value,
    segments.valid_from,
    segments.valid_to,
    weighted.team,
    weighted.cost_center,
    cast(weighted.teams as bigint) as teams,
    cast(weighted.weight_until - weighted.weight_before as decimal(13, 12)) as weight,
    cast(weighted.weight_before as decimal(13, 12)) as weight_before,
    case
        when weighted.teams > 1
            -- chr(1): ads comes before ads-eu, whatever follows the name
            then weighted.team || chr(1)
                || case when coalesce(weighted.cost_center, '') <> coalesce(weighted.only_cost_center, '') then '@' || coalesce(weighted.cost_center, '') else '' end
                || ':0.' || regexp_replace(
                    lpad(cast(cast((weighted.weight_until - weighted.weight_before) * 1000000000000 as bigint) as string), 12, '0'), '0+$', ''
                )
    end as label_part
from segments
-- grain: one row a team
left join weighted
    on
        segments.matched_column = weighted.matched_column
        and segments.match_value = weighted.match_value
        and segments.valid_from = weighted.valid_from
