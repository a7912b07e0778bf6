{{ config(**llm_cost.by_load(["{{ llm_cost.drop_sealed() }}"], reads_raw=false)) }}

{#- Which traces and sessions a load has calls of, on which days and under which teams: by hashes a night finds the calls that hang together with
    new ones without a search through the texts of the whole history. Empty where inherited owners are found anew in each build.
    A load has one more row without a key, by which it is known to have been read. Grain: load_key × owner_key × utc_date × team (NULL: calls that
    name none). -#}
{%- set columns = llm_cost.inheritable_columns() %}

-- what belongs to sealed days leaves it: depends_on: {{ ref('int_llm_cost__sealed_days') }}
with loads as (
    {{ llm_cost.new_loads() }}
),

calls as (
    select usage_rows.*
    from {{ ref('int_llm_cost__usage_rows') }} as usage_rows
    -- grain: load_key is unique in loads
    inner join loads on usage_rows.load_key = loads.load_key
    where usage_rows.call_group is not null
    {%- if not llm_cost.follows_changes() %} and false {%- endif %}
)

{% for column in columns -%}
    select distinct
        load_key,
        {{ llm_cost.key64(["'" ~ column ~ "'", column]) }} as owner_key,
        utc_date,
        team
    from calls
    where {{ column }} is not null

    union all

{% endfor -%}
select
    load_key,
    cast(null as bigint) as owner_key,
    cast(null as date) as utc_date,
    -- no team is called so, and NULL is looked for
    '' as team
from loads
{%- if not llm_cost.follows_changes() %}
where false
{%- endif %}
