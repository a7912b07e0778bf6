{% macro follows_traces() %}
    {#- Whether this build takes up in fct_llm_cost__traces only the traces in which something has changed. -#}
    {{ return(llm_cost.follows_changes() and llm_cost.built_relation('fct_llm_cost__traces') is not none) }}
{% endmacro %}


{% macro requests_of_traces() -%}
    {#- The requests of the traces to build: of all, or of those in which something has changed. -#}
    select requests.*
    from {{ ref('llm_cost', 'fct_llm_cost__requests') }} as requests
    where requests.trace_id is not null
    {%- if llm_cost.follows_traces() %}
        and requests.trace_id in (select changed_traces.trace_id from {{ ref('llm_cost', 'int_llm_cost__changed_traces') }} as changed_traces)
        {{ llm_cost.dates_among(
            'requests.utc_date', 'select utc_date from ' ~ ref('llm_cost', 'int_llm_cost__changed_traces') ~ ' where utc_date is not null'
        ) }}
    {%- endif %}
{%- endmacro %}


{% macro unsettle_trace_days() -%}
    {#- Changed days are not known by any fingerprint from here on, until int_llm_cost__trace_days has them: if the build breaks before, and
        then a day is again what it was, its traces are still found. -#}
    {%- set trace_days = llm_cost.built_relation('int_llm_cost__trace_days') -%}
    {%- if trace_days -%}
        update {{ trace_days }} set day_fingerprint = null
        where day_fingerprint not in (select distinct requests.day_fingerprint from {{ ref('llm_cost', 'fct_llm_cost__requests') }} as requests)
    {%- endif -%}
{%- endmacro %}
