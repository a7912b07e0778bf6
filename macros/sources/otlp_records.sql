{#- OpenTelemetry exports as rows: one per span or log record. -#}

{% macro otlp_signal(signal) %}
    {#- Names of a signal: where OTLP JSON keeps its records, and the columns of flattened tables, whose own columns come first. A column
        stands here in one spelling: names of columns have no case, and a field of JSON lines has. -#}
    {{ return({
        'spans': {
            'container': 'resourceSpans', 'groups': 'scopeSpans', 'items': 'spans', 'list': 'spans',
            'trace_id': ['trace_id', 'TraceId'], 'span_id': ['span_id', 'SpanId'], 'parent_id': ['parent_span_id', 'ParentSpanId'],
            'name': ['name', 'SpanName'], 'started': ['start_time', 'Timestamp'], 'ended': ['end_time'], 'duration': ['Duration'],
            'attributes': ['attributes', 'SpanAttributes'], 'resource': ['resource_attributes', 'ResourceAttributes'],
            'status_code': ['status_code', 'StatusCode'], 'scope': ['scope_name', 'ScopeName'], 'service': ['service_name', 'ServiceName'],
            'status': ['status'], 'body': [], 'nested_resource': ['resource']
        },
        'logs': {
            'container': 'resourceLogs', 'groups': 'scopeLogs', 'items': 'logRecords', 'list': 'logRecords',
            'trace_id': ['trace_id', 'TraceId'], 'span_id': ['span_id', 'SpanId'], 'parent_id': [],
            'name': ['event_name', 'EventName'], 'started': ['timestamp', 'time'], 'ended': [], 'duration': [],
            'attributes': ['attributes', 'LogAttributes'], 'resource': ['resource_attributes', 'ResourceAttributes'],
            'status_code': [], 'scope': ['scope_name', 'ScopeName'], 'service': ['service_name', 'ServiceName'],
            'status': [], 'body': ['body'], 'nested_resource': ['resource']
        }
    }[signal]) }}
{% endmacro %}


{% macro otlp_fields(signal) %}
    {#- Every field of a raw row that otlp_records() reads. All are optional: a row has one shape or another. -#}
    {%- set names = llm_cost.otlp_signal(signal) -%}
    {%- set fields = [names.container, names.list] -%}
    {%- for column in [
        'trace_id', 'span_id', 'parent_id', 'name', 'started', 'ended', 'duration', 'attributes', 'resource', 'status_code', 'scope', 'service', 'status', 'body',
        'nested_resource'
    ] -%}
        {%- do fields.extend(names[column]) -%}
    {%- endfor -%}
    {{ return(fields + ['loaded_at']) }}
{% endmacro %}


{% macro otlp_records(format, signal) %}
    {#- CTEs that end in `otlp_records`: one row per span or log record (a raw row without any is one row, has_record false), with
          load_id, row_position, parse_problem, loaded_at   of the raw row
          trace_id, span_id, parent_id, record_name, scope_name, status_code, body   text
          started_at, ended_at, started_text, duration_ns
          record_attributes   span or log attributes, then those of the resource
          attribute_keys, attribute_values   the same for attribute_value()
        The raw row is a container of OTLP JSON ({"resourceSpans": [..]}), an object with a plain list ({"spans": [..]}), or one
        record in columns. -#}
    {%- set names = llm_cost.otlp_signal(signal) -%}
    {%- set attribute_list = [{'key': 'VARCHAR', 'value': llm_cost.otlp_value_schema()}] -%}
    {%- set record = {
        'traceId': 'VARCHAR', 'spanId': 'VARCHAR', 'parentSpanId': 'VARCHAR', 'name': 'VARCHAR', 'startTimeUnixNano': 'VARCHAR', 'endTimeUnixNano': 'VARCHAR',
        'attributes': attribute_list, 'status': {'code': 'VARCHAR'}
    } if signal == 'spans' else {
        'traceId': 'VARCHAR', 'spanId': 'VARCHAR', 'eventName': 'VARCHAR', 'timeUnixNano': 'VARCHAR', 'observedTimeUnixNano': 'VARCHAR',
        'attributes': attribute_list, 'body': {'stringValue': 'VARCHAR'}
    } -%}
    {%- set container = [{
        'resource': {'attributes': attribute_list},
        names.groups: [{'scope': {'name': 'VARCHAR'}, names['items']: [record]}]
    }] -%}
    {%- set plain = [{
        'trace_id': 'VARCHAR', 'span_id': 'VARCHAR', 'parent_span_id': 'VARCHAR', 'name': 'VARCHAR', 'start_time': 'VARCHAR', 'end_time': 'VARCHAR',
        'attributes': 'VARCHAR', 'resource_attributes': 'VARCHAR', 'status': {'code': 'VARCHAR'}, 'scope_name': 'VARCHAR', 'scope': {'name': 'VARCHAR'}
    }] -%}
    {%- set fields = llm_cost.otlp_fields(signal) -%}
    {%- set kept_names = [] -%}
    {%- for field in fields if field not in [names.container, names.list] -%}
        {%- do kept_names.append(llm_cost.quoted(field)) -%}
    {%- endfor -%}
    {%- set kept = (kept_names + ['load_id', 'row_position', 'parse_problem']) | join(', ') -%}
    source_rows as (
        {{ llm_cost.source_rows(format, [], fields) }}
    ),

    containers as (
        select
            {{ kept }},
            {{ llm_cost.parsed_json(llm_cost.text_of_json(llm_cost.quoted(names.container)), container) }} as resource_groups,
            {{ llm_cost.parsed_json(llm_cost.text_of_json(llm_cost.quoted(names.list)), plain) }} as plain_records
        from source_rows
    ),

    counted as (
        select
            *,
            coalesce({{ llm_cost.nested_length('resource_groups', names.groups, names['items']) }}, 0) as nested_records
        from containers
    ),

    -- no group is carried beyond the select that explodes it: it would stand beside each of its own records
    by_resource as (
        select
            {{ kept }},
            plain_records,
            nested_records,
            {{ llm_cost.explode_outer('case when nested_records > 0 then resource_groups end') }} as resource_group
        from counted
    ),

    by_scope as (
        select
            {{ kept }},
            plain_records,
            nested_records,
            resource_group.resource.attributes as resource_list,
            {{ llm_cost.explode_outer('resource_group.' ~ names.groups) }} as scope_group
        from by_resource
    ),

    -- a group without records is no row, but where the whole raw row has none
    by_record as (
        select
            {{ kept }},
            plain_records,
            nested_records,
            resource_list,
            scope_group.scope.name as nested_scope,
            {{ llm_cost.explode_outer('scope_group.' ~ llm_cost.quoted(names['items'])) }} as nested_record
        from by_scope
        where nested_records = 0 or {{ llm_cost.list_length('scope_group.' ~ llm_cost.quoted(names['items'])) }} > 0
    ),

    by_plain_record as (
        select
            {{ kept }},
            nested_records,
            resource_list,
            nested_scope,
            nested_record,
            {{ llm_cost.explode_outer('case when nested_records = 0 then plain_records end') }} as plain_record
        from by_record
    ),

    record_texts as (
        select
            load_id as record_load_id,
            row_position as record_row_position,
            parse_problem as record_parse_problem,
            loaded_at as record_loaded_at,
            nested_record,
            plain_record,
            resource_list,
            nested_scope,
            nested_records,
            {% for column in names if column not in ['container', 'groups', 'items', 'list', 'attributes', 'resource', 'nested_resource', 'status', 'started', 'ended'] and names[column] -%}
                coalesce({% for field in names[column] %}nullif(cast({{ llm_cost.quoted(field) }} as string), ''), {% endfor %}null) as flat_{{ column }},
            {% endfor -%}
            {% for column in ['started', 'ended'] if names[column] -%}
                coalesce({% for field in names[column] %}{{ llm_cost.utc_timestamp(llm_cost.quoted(field)) }}, {% endfor %}null) as flat_{{ column }},
            {% endfor -%}
            {% for column in names.started -%}
                cast({{ llm_cost.quoted(column) }} as string) as flat_started_{{ loop.index }},
            {% endfor -%}
            {% if names.status -%}
                {{ llm_cost.text_of_json(names.status[0]) }} as flat_status,
            {% endif -%}
            {% for column in ['attributes', 'resource', 'nested_resource'] -%}
                coalesce({% for field in names[column] %}{{ llm_cost.text_of_json(llm_cost.quoted(field)) }}, {% endfor %}null) as flat_{{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from by_plain_record
    ),

    otlp_texts as (
        select
            record_load_id as load_id,
            record_row_position as row_position,
            record_parse_problem as parse_problem,
            record_loaded_at as loaded_at,
            coalesce(nullif(nested_record.traceId, ''), plain_record.trace_id, flat_trace_id) as trace_id,
            coalesce(nullif(nested_record.spanId, ''), plain_record.span_id, flat_span_id) as span_id,
            {% if signal == 'spans' -%}
                coalesce(nullif(nested_record.parentSpanId, ''), plain_record.parent_span_id, flat_parent_id) as parent_id,
                coalesce(nested_record.name, plain_record.name, flat_name) as record_name,
                coalesce(
                    {{ llm_cost.nanosecond_timestamp('nested_record.startTimeUnixNano') }}, {{ llm_cost.utc_timestamp('plain_record.start_time') }}, flat_started
                ) as started_at,
                coalesce(
                    {{ llm_cost.nanosecond_timestamp('nested_record.endTimeUnixNano') }}, {{ llm_cost.utc_timestamp('plain_record.end_time') }}, flat_ended
                ) as ended_at,
                {{ llm_cost.number_or_null('flat_duration', 'bigint') }} as duration_ns,
                coalesce(nested_record.startTimeUnixNano, plain_record.start_time, flat_started_1, flat_started_2) as started_text,
                coalesce(nested_record.status.code, plain_record.status.code, flat_status_code, {{ llm_cost.json_text('flat_status', '$.code') }}) as status_code,
            {%- else -%}
                cast(null as string) as parent_id,
                coalesce(nullif(nested_record.eventName, ''), plain_record.name, flat_name) as record_name,
                coalesce(
                    {{ llm_cost.nanosecond_timestamp('nested_record.timeUnixNano') }}, {{ llm_cost.nanosecond_timestamp('nested_record.observedTimeUnixNano') }},
                    {{ llm_cost.utc_timestamp('plain_record.start_time') }}, flat_started
                ) as started_at,
                coalesce(nested_record.timeUnixNano, plain_record.start_time, flat_started_1, flat_started_2) as started_text,
                coalesce(nested_record.body.stringValue, flat_body) as body,
            {%- endif %}
            coalesce(nested_scope, plain_record.scope_name, plain_record.scope.name, flat_scope) as scope_name,
            {{ llm_cost.otlp_attributes('nested_record.attributes') }} as nested_attributes,
            {{ llm_cost.otlp_attributes('resource_list') }} as nested_resource_attributes,
            coalesce(plain_record.attributes, flat_attributes) as attributes_json,
            coalesce(plain_record.resource_attributes, flat_resource, {{ llm_cost.json_text('flat_nested_resource', '$.attributes') }}) as resource_json,
            flat_service,
            nested_records > 0 or plain_record is not null or flat_attributes is not null as has_record
        from record_texts
    ),

    otlp_merged as (
        select
            *,
            {{ llm_cost.merged_attributes([
                'nested_attributes', llm_cost.attributes_of_text('attributes_json'), 'nested_resource_attributes', llm_cost.attributes_of_text('resource_json'),
                llm_cost.attribute_pairs({'service.name': 'flat_service'}),
            ]) }} as record_attributes
        from otlp_texts
    ),

    otlp_records as (
        select
            *,
            {{ llm_cost.attribute_keys('record_attributes') }} as attribute_keys,
            {{ llm_cost.attribute_values('record_attributes') }} as attribute_values
        from otlp_merged
    )
{% endmacro %}


{% macro otlp_rows_in_a_record(signal) %}
    {#- For rows_in_a_record(): how many records a raw row holds. -#}
    {%- set names = llm_cost.otlp_signal(signal) -%}
    {{ return({
        'fields': [names.container, names.list],
        'count': "coalesce(nullif(" ~ llm_cost.nested_json_length(llm_cost.text_of_json(llm_cost.quoted(names.container)), names.groups, names['items']) ~ ", 0), "
            ~ llm_cost.nested_json_length(llm_cost.text_of_json(llm_cost.quoted(names.list)), none, none) ~ ")"
    }) }}
{% endmacro %}
