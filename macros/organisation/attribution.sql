{% macro attributable_columns() %}
    {#- The columns of an event that a mapping row may name an owner by. -#}
    {{ return([
        'team', 'trace_id', 'session_id', 'api_key_id', 'project_id', 'service', 'user_id', 'tenant_id', 'agent_id', 'feature',
        'environment', 'billing_account_id', 'prompt_template'
    ]) }}
{% endmacro %}


{% macro inheritable_columns() %}
    {#- The attributable columns whose calls belong together, so that one may name the team of the others. -#}
    {{ return(['trace_id', 'session_id']) }}
{% endmacro %}


{% macro attribution_step_relations() %}
    {#- The steps of the waterfall: the package's, unless the user names relations of their own. -#}
    {{ return(var('llm_cost_attribution_steps', ['attribution_steps'])) }}
{% endmacro %}


{% macro organisation_facts() %}
    {#- What a user says of the organisation: the var that names the relations, their columns, and what a row is about. -#}
    {{ return({
        'team': {'variable': 'llm_cost_teams', 'key': 'team', 'columns': ['team', 'cost_center', 'department']},
        'cost_center': {'variable': 'llm_cost_cost_centers', 'key': 'cost_center', 'columns': ['cost_center', 'name', 'account']},
        'service': {'variable': 'llm_cost_services', 'key': 'service', 'columns': ['service', 'team']},
        'tenant': {'variable': 'llm_cost_tenants', 'key': 'tenant_id', 'columns': ['tenant_id', 'tenant_group', 'team']},
        'mapping': {
            'variable': 'llm_cost_owner_mappings', 'key': 'match_value',
            'columns': ['matched_column', 'match_value', 'team', 'cost_center', 'weight']
        }
    }) }}
{% endmacro %}


{% macro only_known_teams() %}
    {#- Whether a team that a tag names counts only where llm_cost_teams has it. -#}
    {{ return(var('llm_cost_only_known_teams', false)) }}
{% endmacro %}


{% macro has_organisation() %}
    {#- Whether anything but the tags of the calls decides who owns one; without, only calls without a plain tag are looked at. -#}
    {%- set found = [llm_cost.only_known_teams(), llm_cost.attribution_step_relations() != ['attribution_steps']] -%}
    {%- for fact in llm_cost.organisation_facts().values() -%}
        {%- do found.append(llm_cost.relations_of(fact.variable) | length > 0) -%}
    {%- endfor -%}
    {{ return(true in found) }}
{% endmacro %}


{% macro match_key(column) -%}
    {#- How owners are compared: without outer spaces, in lower case. -#}
    lower(trim({{ column }}))
{%- endmacro %}


{% macro part_of_one(items) -%}
    {#- One over a whole number of items, without a division; NULL above 20. 20 digits: any multiple up to 1 rounds right to 12. -#}
    case {{ items }}
        when 1 then cast(1 as decimal(21, 20))
        {% for count in range(2, 21) -%}
            when {{ count }} then cast(0.{{ '%020d' | format(10 ** 20 // count) }} as decimal(21, 20))
        {% endfor -%}
    end
{%- endmacro %}


{% macro attributed_spend(columns) -%}
    {#- Requests and cost by `spent_at`, which a mart cuts in the reporting time zone: the hourly rollup, and in a
        zone, which may be half an hour off, a rollup by its days. -#}
    {%- if var('llm_cost_reporting_timezone', 'UTC') == 'UTC' -%}
        select
            hour_at as spent_at,
            {{ columns | join(',\n            ') }},
            requests,
            total_cost_usd
        from {{ ref('llm_cost', 'fct_llm_cost__hourly') }}
    {%- else -%}
        select
            spent_at,
            {{ columns | join(',\n            ') }},
            requests,
            total_cost_usd
        from {{ ref('llm_cost', 'int_llm_cost__attributed_days') }}
    {%- endif -%}
{%- endmacro %}


{% macro mapping_row_to_paste(matched_column, match_value, valid_from) -%}
    {#- A line of a seed of llm_cost_owner_mappings for an owner that nobody has named; ? stands for the team. -#}
    concat(
        '{{ matched_column }},', {{ llm_cost.csv_field(match_value) }}, ',?,,,', {{ valid_from }}, ' 00:00:00,{{ run_started_at.strftime("%Y-%m-%d") }} 00:00:00,,'
    )
{%- endmacro %}


{% macro plain_decimal(column) -%}
    {#- A decimal as text, without zeros at its end. -#}
    regexp_replace(regexp_replace(cast({{ column }} as string), '0+$', ''), '[.]$', '')
{%- endmacro %}


{% macro unsettle_organisation() -%}
    {#- Teams are about to be inherited by another organisation: if the build breaks before int_llm_cost__settled_loads has the new one,
        and then the organisation is again what it was, all are found anew. -#}
    {%- set settled_loads = llm_cost.built_relation('int_llm_cost__settled_loads') -%}
    {%- if settled_loads -%}
        update {{ settled_loads }} set organisation_hash = 'unsettled'
        where organisation_hash not in (select organisation_version.organisation_hash from {{ ref('llm_cost', 'int_llm_cost__organisation_version') }} as organisation_version)
    {%- endif -%}
{%- endmacro %}
