{{ config(enabled='langfuse' in llm_cost.enabled_sources(), materialized=llm_cost.staging_materialization()) }}

{%- set fields = llm_cost.langfuse_fields() %}
{%- set of_trace = ['session', 'person', 'stage', 'tags_json', 'metadata_json'] %}
{%- set spellings, item, trace, counts = [], {}, {'id': 'VARCHAR'}, {'unit': 'VARCHAR'} %}
{%- for name, names in fields.items() %}
    {%- for spelling in names %}
        {%- do spellings.append(spelling) %}
        {%- do item.update({spelling: 'VARCHAR'}) %}
        {%- if name in of_trace %}{% do trace.update({spelling: 'VARCHAR'}) %}{% endif %}
    {%- endfor %}
{%- endfor %}
{%- for names in llm_cost.langfuse_usage_keys().values() %}
    {%- for key in names %}{% do counts.update({key: 'BIGINT'}) %}{% endfor %}
{%- endfor %}
{%- set otel_names = [
    'gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system', 'gen_ai.request.model', 'gen_ai.response.id', 'openai.response.service_tier',
    'gen_ai.openai.response.service_tier',
] %}
{%- set otel, metadata = {}, {'attributes': 'VARCHAR', 'resourceAttributes': 'VARCHAR', 'ls_provider': 'VARCHAR'} %}
{%- for name in otel_names %}
    {%- do otel.update({name: 'VARCHAR'}) %}
    {%- do metadata.update({'attributes.' ~ name: 'VARCHAR'}) %}
{%- endfor %}

with source_rows as (
    {{ llm_cost.source_rows('langfuse', [], spellings + ['observations', 'data', 'trace', 'loaded_at']) }}
),

-- a trace with its observations, or a page of the API, is a list of rows
records as (
    select
        *,
        {{ llm_cost.parsed_json('coalesce(' ~ llm_cost.text_of_json('observations') ~ ', ' ~ llm_cost.text_of_json('data') ~ ')', [item]) }} as items,
        {{ llm_cost.parsed_json(llm_cost.text_of_json('trace'), trace) }} as trace_told
    from source_rows
),

rows_told as (
    select
        *,
        items is not null as is_listed,
        {{ llm_cost.explode_outer('items') }} as item
    from records
),

observations as (
    select
        load_id,
        row_position,
        parse_problem,
        loaded_at,
        {% for name, names in fields.items() -%}
            {%- set own = [] -%}
            {%- for spelling in names -%}
                {%- do own.append(llm_cost.text_of_json(llm_cost.quoted(spelling)) if '_json' in name else 'cast(' ~ llm_cost.quoted(spelling) ~ ' as string)') -%}
            {%- endfor -%}
            coalesce(
                {% for spelling in names %}nullif(item.{{ llm_cost.quoted(spelling) }}, ''), {% endfor -%}
                case when not is_listed then coalesce({% for text in own %}nullif({{ text }}, ''), {% endfor %}null) end
                {%- if name in of_trace and name != 'metadata_json' -%}
                    {%- for spelling in names %}, nullif(trace_told.{{ llm_cost.quoted(spelling) }}, ''){% endfor -%}
                    {%- for text in own %}, nullif({{ text }}, ''){% endfor -%}
                {%- elif name == 'trace_key' -%}
                    , trace_told.id, case when is_listed then cast(id as string) end
                {%- endif %}
            ) as {{ name }},
        {% endfor -%}
        case when is_listed then coalesce(trace_told.metadata, {{ llm_cost.text_of_json('metadata') }}) end as trace_metadata_json
    from rows_told
),

told as (
    select
        *,
        {{ llm_cost.parsed_json("coalesce(nullif(usage_json, '{}'), old_usage_json)", counts) }} as usage,
        {{ llm_cost.json_text('cost_json', '$.total') }} as cost_of_details,
        {{ llm_cost.parsed_json('parameters_json', {'service_tier': 'VARCHAR', 'id': 'VARCHAR'}) }} as parameters,
        {{ llm_cost.parsed_json('metadata_json', metadata) }} as metadata_told,
        {{ llm_cost.parsed_json('trace_metadata_json', metadata) }} as trace_metadata,
        {{ llm_cost.parsed_json('tags_json', ['VARCHAR']) }} as tag_list,
        upper(observation_type) in ('GENERATION', 'EMBEDDING') as is_generation,
        {{ llm_cost.utc_timestamp('started') }} as started_at,
        {{ llm_cost.utc_timestamp('ended') }} as ended_at,
        lower(model_name) as model
    from observations
),

traced as (
    select
        *,
        {{ llm_cost.parsed_json('metadata_told.attributes', otel) }} as otel,
        case when usage.unit is null or usage.unit = 'TOKENS' then usage end as tokens
    from told
),

-- what is carried on is narrow: metadata may hold whole prompts
counted as (
    select
        load_id, row_position, parse_problem, loaded_at, observation_id, trace_key, parent_key, observation_type, started, started_at, ended_at, updated,
        severity, model_name, model, prompt, project, whole_cost, cost_of_details, cost_json, parameters, session, person, stage, is_generation,
        nullif(tags_json, '[]') as tags_json,
        {% for name in otel_names -%}
            coalesce(otel.{{ llm_cost.quoted(name) }}, metadata_told.{{ llm_cost.quoted('attributes.' ~ name) }}) as {{ name | replace('.', '_') }},
        {% endfor -%}
        metadata_told.ls_provider as langchain_provider,
        case when is_generation then {{ llm_cost.naming_attributes(llm_cost.merged_attributes([
            llm_cost.attributes_of_texts('tag_list'), llm_cost.attributes_of_json('metadata_json'), llm_cost.attributes_of_json('metadata_told.attributes'),
            llm_cost.attributes_of_json('metadata_told.resourceAttributes'), llm_cost.attributes_of_json('trace_metadata_json'),
            llm_cost.attributes_of_json('trace_metadata.resourceAttributes'),
        ])) }} end as attributes,
        {{ llm_cost.langfuse_counts('tokens') }}
    from traced
),

summed as (
    select
        *,
        coalesce(gen_ai_response_id, case when parameters.id like 'resp~_%' escape '~' then parameters.id end) as own_response_id,
        {{ llm_cost.langfuse_sum('input') }} as all_input,
        {{ llm_cost.langfuse_sum('output') }} as all_output,
        {{ llm_cost.langfuse_sum('inside') }} as inside,
        lower(coalesce(gen_ai_provider_name, gen_ai_system, llm_provider, llm_system, langchain_provider)) as system_name
    from counted
),

billed as (
    select
        *,
        coalesce(
            case
                when system_name in ('{{ llm_cost.langfuse_frameworks() | join("', '") }}') then null
                -- the AI SDK writes the provider and its API: openai.responses
                when {{ llm_cost.regex_match('system_name', "'^(openai|anthropic|google|mistral|groq|xai|deepseek|cohere|azure-openai)[.]'") }} then split_part(system_name, '.', 1)
                else system_name
            end,
            {{ llm_cost.provider_of_model('model') }}
        ) as provider
    from summed
),

-- exports repeat an observation: the latest version counts, and an early one may not know the answer's id yet
versions as (
    select
        *,
        max(own_response_id) over (partition by trace_key, observation_id) as shared_response_id,
        row_number() over (partition by trace_key, observation_id order by updated desc, load_id desc, row_position desc) as version
    from billed
),

calls as (
    select
        *,
        -- Langfuse fills a missing total with the sum of all keys, which tells nothing where keys lie inside others
        case
            when inside > 0 and n_total = all_input + all_output + inside and provider not in ('anthropic', 'aws', 'bedrock', 'xai') then null
            else n_total
        end as reported_total,
        -- thoughts of Gemini that an integration left out of the output are in the total
        provider in ('google', 'google_genai', 'gemini', 'google_vertexai', 'vertex_ai', 'vertexai', 'gcp.gemini', 'gcp.vertex_ai', 'gcp.gen_ai')
        and coalesce(inside, 0) = 0 and n_total > all_input + all_output as has_thoughts_beside
    from versions
)

{{ llm_cost.usage_events('langfuse', 'calls', {
    'call_key': 'observation_id',
    'request_id': 'observation_id',
    'response_id': 'case when observation_id is null then own_response_id else shared_response_id end',
    'trace_id': 'trace_key',
    'parent_id': 'parent_key',
    'session_id': 'session',
    'occurred_at': 'started_at',
    'occurred_at_text': 'started',
    'provider': 'provider',
    'model_requested': 'gen_ai_request_model',
    'model_served': 'model_name',
    'service_tier': 'coalesce(gen_ai_openai_response_service_tier, openai_response_service_tier, parameters.service_tier)',
    'status': "case when severity = 'ERROR' then 'error' else 'success' end",
    'is_call': 'is_generation and (model_name is not null or coalesce(all_input, all_output) is not null)',
    'has_usage': 'observation_id is null or version = 1',
    'latency_ms': llm_cost.milliseconds_between('started_at', 'ended_at'),
    'operation': "case when upper(observation_type) = 'EMBEDDING' then 'embedding' when is_generation then 'chat' end",
    'provider_reported_cost_usd': llm_cost.number_or_null("coalesce(cost_of_details, case when cost_json is null then whole_cost end)", 'decimal(18, 12)'),
    'reported_input': 'all_input',
    'reported_cache_read': 'coalesce(n_cache_read, n_cache_read_inside)',
    'reported_cache_write': 'coalesce(' ~ llm_cost.langfuse_sum('cache_write') ~ ', n_cache_write_inside)',
    'reported_cache_write_5m': 'case when coalesce(n_cache_write_5m, n_cache_write_1h) is not null then coalesce(n_cache_write_5m, 0) + coalesce(n_cache_write, 0) end',
    'reported_cache_write_1h': 'n_cache_write_1h',
    'reported_audio_input': 'coalesce(n_audio_input, n_audio_input_inside)',
    'reported_image_input': 'n_image_input',
    'reported_output': 'all_output',
    'reported_reasoning': 'coalesce(n_reasoning, n_reasoning_inside)',
    'reported_reasoning_basis': "case when has_thoughts_beside then 'total_minus_input' else 'included_unless_total' end",
    'reported_audio_output': 'coalesce(n_audio_output, n_audio_output_inside)',
    'reported_image_output': 'n_image_output',
    'reported_total': 'reported_total',
    'tags': 'tags_json',
    'environment': "nullif(stage, 'default')",
    'user_id': 'person',
    'prompt_template': 'prompt',
    'project_id': 'project',
}, attributes='attributes') }}
