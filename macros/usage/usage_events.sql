{% macro usage_events(format, relation, event, attributes=none, counts=none) %}
    {#- The end of a log format's staging model, from a relation with one row per record to the columns of the usage event
        contract. To stand after the model's own CTEs, without a comma before it.
          event        what the format knows: column of the contract to SQL expression over `relation`. A column that is not
                       named is NULL, but for the defaults below
          attributes   expression of the record's attributes (macros/engine/attributes.sql): the seed owner_keys says which of
                       them names an owner. Only what it names leaves staging
          counts       column with a provider's usage object, parsed with usage_schema(): then reported_usage() reads it by
                       api_surface. Else the reported_* counts stand in `event`, with reported_input_basis (inclusive where
                       not said), reported_reasoning_basis and reported_audio_basis (included where not said)
        Also in `event`: has_usage (false: the record's counts are no usage of a provider), occurred_at_text (the time as
        logged, to tell an unreadable one from none), usage_problem (a rule of the format itself that the row breaks).
        The relation has load_id, row_position and parse_problem of source_rows(). -#}
    {%- set texts = [
        'request_id', 'response_id', 'trace_id', 'parent_id', 'session_id', 'provider', 'model_requested', 'model_served', 'service_tier',
        'region_scope', 'error_code', 'fallback_from', 'operation', 'tags', 'search_context_size', 'occurred_at_text', 'usage_text', 'sub_calls'
    ] -%}
    {%- set tool_counts = [
        'citation_tokens', 'web_search_requests', 'web_fetch_requests', 'file_search_requests', 'code_execution_requests', 'search_units', 'latency_ms'
    ] -%}
    {%- set reported = [
        'input', 'cache_read', 'cache_write', 'cache_write_5m', 'cache_write_1h', 'audio_input', 'image_input', 'output', 'reasoning',
        'audio_output', 'image_output', 'total'
    ] -%}
    {%- set buckets = [
        'uncached_input_tokens', 'cache_read_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens', 'audio_input_tokens', 'image_input_tokens',
        'output_tokens', 'reasoning_tokens', 'audio_output_tokens', 'image_output_tokens'
    ] -%}
    {%- set hit = event.get('is_gateway_cache_hit', 'false') -%}
    {%- set has_usage = '(' ~ event.get('has_usage', 'true') ~ ') and not (' ~ hit ~ ')' -%}
    {%- set known = texts + tool_counts + llm_cost.owner_columns() + [
        'call_key', 'attempt_number', 'occurred_at', 'loaded_at', 'api_surface', 'audio_seconds', 'status', 'is_retry', 'provider_reported_cost_usd',
        'is_provider_charge', 'is_call', 'is_gateway_cache_hit', 'has_usage', 'usage_problem', 'reported_input_basis', 'reported_reasoning_basis', 'reported_audio_basis'
    ] -%}
    {%- for name in event if name not in known and (name | replace('reported_', '', 1)) not in reported -%}
        {{ exceptions.raise_compiler_error("stg_llm_cost__" ~ format ~ " maps '" ~ name ~ "', which is no column of a usage event") }}
    {%- endfor -%}
    , owner_keys as (
        select
            attribute_keys,
            {% for column in llm_cost.owner_columns() -%}
                {{ column }}_keys{{ ',' if not loop.last }}
            {% endfor %}
        from {{ ref('llm_cost', 'stg_llm_cost__owner_keys') }}
        where source_system = '{{ format }}'
    ),

    logged as (
        select
            rows_logged.load_id,
            rows_logged.row_position,
            rows_logged.parse_problem,
            {% for column in texts -%}
                {{ 'lower(' if column == 'provider' }}cast({{ event.get(column, 'null') }} as string){{ ')' if column == 'provider' }} as {{ column }},
            {% endfor -%}
            {% for column in tool_counts -%}
                cast({{ event.get(column, 'null') }} as bigint) as {{ column }},
            {% endfor -%}
            {% for column in llm_cost.owner_columns() -%}
                cast({{ event.get(column, 'null') }} as string) as logged_{{ column }},
            {% endfor -%}
            {{ llm_cost.named_attributes('(' ~ (attributes or llm_cost.attribute_pairs({'none': 'null'})) ~ ')', 'owner_keys.attribute_keys') }} as owner_attributes,
            {% for column in llm_cost.owner_columns() -%}
                owner_keys.{{ column }}_keys,
            {% endfor -%}
            cast({{ event.get('call_key', 'null') }} as string) as logged_call_key,
            cast({{ event.get('usage_problem', 'null') }} as string) as format_problem,
            cast(coalesce({{ event.get('attempt_number', '1') }}, 1) as integer) as attempt_number,
            {{ event.get('is_retry', 'false') }} as is_logged_retry,
            {{ event['occurred_at'] }} as occurred_at,
            {{ event.get('loaded_at') or llm_cost.utc_timestamp('rows_logged.loaded_at') }} as loaded_at,
            {{ event.get('api_surface', "'" ~ format ~ "'") }} as api_surface,
            {{ event.get('status', "'success'") }} as status,
            cast({{ event.get('provider_reported_cost_usd', 'null') }} as decimal(18, 12)) as provider_reported_cost_usd,
            cast({{ event.get('audio_seconds', 'null') }} as decimal(18, 3)) as audio_seconds,
            coalesce({{ event.get('is_provider_charge', 'false') }}, false) as is_provider_charge,
            coalesce({{ event.get('is_call', 'true') }}, false) as is_call,
            coalesce({{ hit }}, false) as is_gateway_cache_hit,
            coalesce({{ has_usage }}, false) as has_logged_usage,
            {% if counts -%}
                case when {{ has_usage }} then {{ counts }} end as counts,
                {{ llm_cost.surface_family(event['api_surface']) }} as surface_family
            {%- else -%}
                {% for column in reported -%}
                    cast(case when {{ has_usage }} then {{ event.get('reported_' ~ column, 'null') }} end as bigint) as reported_{{ column }},
                {% endfor -%}
                {{ event.get('reported_input_basis', "'inclusive'") }} as reported_input_basis,
                {{ event.get('reported_reasoning_basis', "'included'") }} as reported_reasoning_basis,
                {{ event.get('reported_audio_basis', "'included'") }} as reported_audio_basis
            {%- endif %}
        from {{ relation }} as rows_logged
        -- grain: owner_keys has one row for this format
        left join owner_keys on true
    ),

    reported as (
        select
            *,
            {{ llm_cost.reported_usage('counts') if counts else 'true as has_counts' }}
        from logged
    ),

    resolved as (
        select
            *,
            {{ llm_cost.resolved_usage() }}
        from reported
    ),

    bucketed as (
        select
            *,
            {{ llm_cost.token_buckets() }}
        from resolved
    )

    select
        '{{ format }}' as source_system,
        coalesce(
            cast(logged_call_key as string), response_id, request_id,
            'content-' || {{ llm_cost.content_hash(
                ['occurred_at', 'provider', 'model_requested', 'model_served', 'status', 'trace_id', 'parent_id', 'session_id', 'latency_ms',
                 'reported_input', 'reported_cache_read', 'reported_output', 'tags']
            ) }}
        ) as call_key,
        request_id,
        attempt_number,
        response_id,
        trace_id,
        parent_id,
        session_id,
        occurred_at,
        loaded_at,
        provider,
        api_surface,
        model_requested,
        model_served,
        service_tier,
        region_scope,
        {% for bucket in buckets -%}
            {{ bucket }},
        {% endfor -%}
        citation_tokens,
        web_search_requests,
        web_fetch_requests,
        file_search_requests,
        code_execution_requests,
        search_units,
        audio_seconds,
        lower(search_context_size) as search_context_size,
        total_input_tokens,
        status,
        error_code,
        coalesce(is_logged_retry, false) or attempt_number > 1 as is_retry,
        fallback_from,
        {% for column in llm_cost.owner_columns() -%}
            coalesce(nullif(logged_{{ column }}, ''), {{ llm_cost.first_attribute('owner_attributes', column ~ '_keys') }}) as {{ column }},
        {% endfor -%}
        operation,
        tags,
        latency_ms,
        provider_reported_cost_usd,
        is_provider_charge,
        is_call,
        is_gateway_cache_hit,
        is_cache_ttl_assumed,
        case
            when coalesce(format_problem, usage_problem) is not null then coalesce(format_problem, usage_problem)
            {% if counts -%}
                when usage_text is not null and has_logged_usage
                    and coalesce(reported_input, reported_output, search_units) is null
                    and audio_seconds is null and provider_reported_cost_usd is null then 'unrecognised_usage'
            {%- endif %}
        end as usage_problem,
        coalesce(
            parse_problem, case when is_call and occurred_at is null and occurred_at_text <> '' then 'unparsable_timestamp' end
        ) as parse_problem,
        sub_calls,
        case
            when coalesce(format_problem, usage_problem) is not null
                then coalesce(
                    usage_text,
                    '{"input":' || coalesce(cast(reported_input as string), 'null')
                    || ',"cache_read":' || coalesce(cast(reported_cache_read as string), 'null')
                    || ',"cache_write":' || coalesce(cast(reported_cache_write as string), 'null')
                    || ',"output":' || coalesce(cast(reported_output as string), 'null')
                    || ',"reasoning":' || coalesce(cast(reported_reasoning as string), 'null')
                    || ',"total":' || coalesce(cast(reported_total as string), 'null') || '}'
                )
            else usage_text
        end as usage_text,
        load_id,
        row_position
    from bucketed
{% endmacro %}
