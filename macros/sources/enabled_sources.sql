{% macro known_sources() %}
    {#- Every log format the package reads. A new format adds its name here and a folder under models/staging. -#}
    {{ return([
        'usage_log', 'claude_code', 'litellm', 'litellm_payload', 'otel_genai', 'langfuse', 'openrouter', 'codex', 'gemini_cli', 'claude_code_otel',
        'bedrock_invocation', 'azure_apim', 'vertex', 'cloudflare', 'vercel', 'portkey', 'helicone', 'kong', 'databricks', 'snowflake_cortex',
        'datadog_llmobs', 'cursor'
    ]) }}
{% endmacro %}


{% macro sources_with_nested_calls() %}
    {#- Formats of spans in which a call may stand around the same call, told by another instrumentation: its request_id is the other's
        parent_id. -#}
    {{ return(['otel_genai', 'langfuse']) }}
{% endmacro %}


{% macro demo_files() %}
    {#- The formats of the demo logs and their files. -#}
    {{ return({'usage_log': 'demo/usage_log/*.jsonl', 'claude_code': 'demo/claude_code/*/*.jsonl', 'litellm': 'demo/litellm/*.jsonl'}) }}
{% endmacro %}


{% macro enabled_sources() %}
    {#- The formats to read, in order of precedence: var llm_cost_sources; else the formats whose files or table
        are named by a var; else, standalone, every format of the demo logs; else none. -#}
    {%- set wanted = var('llm_cost_sources', none) -%}
    {%- if wanted is none -%}
        {%- set wanted = [] -%}
        {%- for format in llm_cost.known_sources() -%}
            {%- if var('llm_cost_' ~ format ~ '_files', none) or var('llm_cost_' ~ format ~ '_identifier', none) -%}
                {%- do wanted.append(format) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if not wanted and project_name == 'llm_cost' -%}
            {%- set wanted = llm_cost.demo_files().keys() | list -%}
        {%- endif -%}
    {%- endif -%}
    {%- for format in wanted if format not in llm_cost.known_sources() -%}
        {{ exceptions.raise_compiler_error("llm_cost_sources names '" ~ format ~ "', which is no log format of llm_cost. Use some of: " ~ llm_cost.known_sources() | join(', ')) }}
    {%- endfor -%}
    {{ return(wanted) }}
{% endmacro %}


{% macro source_is_table(format) %}
    {#- True when the format is read from a table (a var names it), false when it is read from files. -#}
    {{ return(var('llm_cost_' ~ format ~ '_identifier', none) is not none) }}
{% endmacro %}


{% macro source_record_column(format) %}
    {#- The column of a format's table that holds each whole record as JSON text, none when every field has a column. -#}
    {{ return(var('llm_cost_' ~ format ~ '_record_column', none)) }}
{% endmacro %}


{% macro source_files(format) %}
    {#- The globs of a format read from files, ready to stand between single quotes. -#}
    {%- set files = var('llm_cost_' ~ format ~ '_files', none) -%}
    {%- if files is none and project_name == 'llm_cost' -%}
        {%- set files = llm_cost.demo_files().get(format) -%}
    {%- endif -%}
    {#- dbt renders a disabled model too; only an enabled format must say where its rows are -#}
    {%- if not files and format in llm_cost.enabled_sources() -%}
        {{ exceptions.raise_compiler_error("llm_cost_sources names '" ~ format ~ "' but neither llm_cost_" ~ format ~ "_files nor llm_cost_" ~ format ~ "_identifier says where its rows are. Set one of them.") }}
    {%- endif -%}
    {%- set quoted = [] -%}
    {%- for file in ([files] if files is string else (files or [])) -%}
        {%- do quoted.append(file | replace("'", "''")) -%}
    {%- endfor -%}
    {{ return(quoted) }}
{% endmacro %}
