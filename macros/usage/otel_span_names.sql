{% macro otel_span_names() %}
    {#- What is read of a span, by the attributes' names, the first that has a value: the names of the OpenTelemetry semantic
        conventions, new before old, then those of OpenInference (llm.*), OpenLLMetry (llm.usage.*), the Vercel AI SDK (ai.*), Logfire
        and Sentry. -#}
    {{ return({
        'operation_name': ['gen_ai.operation.name'],
        'vercel_operation': ['ai.operationId'],
        'span_kind': ['openinference.span.kind'],
        'traceloop_kind': ['traceloop.span.kind'],
        'request_type': ['llm.request.type'],
        'agent': ['agent_name'],
        'named_provider': ['gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system', 'ai.model.provider'],
        'server': ['server.address'],
        'requested': ['gen_ai.request.model', 'llm.request.model', 'ai.model.id'],
        'served': ['gen_ai.response.model', 'ai.response.model', 'llm.response.model', 'llm.model_name'],
        'answer_id': ['gen_ai.response.id', 'ai.response.id', 'llm.response.id'],
        'conversation': ['gen_ai.conversation.id', 'session.id', 'traceloop.association.properties.session_id', 'langfuse.session.id'],
        'tier': [
            'openai.response.service_tier', 'gen_ai.openai.response.service_tier', 'openai.request.service_tier', 'gen_ai.openai.request.service_tier',
        ],
        'error_type': ['error.type'],
        'http_status': ['http.response.status_code'],
        'input': [
            'gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt', 'llm.usage.prompt_tokens', 'ai.usage.inputTokens',
            'ai.usage.promptTokens', 'ai.usage.tokens',
        ],
        'output': [
            'gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.token_count.completion', 'llm.usage.completion_tokens', 'ai.usage.outputTokens',
            'ai.usage.completionTokens',
        ],
        'cache_read': [
            'gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_read_input_tokens', 'llm.token_count.prompt_details.cache_read',
            'llm.usage.cache_read_input_tokens', 'ai.usage.inputTokenDetails.cacheReadTokens', 'ai.usage.cachedInputTokens',
            'gen_ai.usage.details.cache_read_input_tokens', 'gen_ai.usage.details.cache_read_tokens', 'gen_ai.usage.details.cached_tokens',
            'gen_ai.usage.input_tokens.cached', 'gen_ai.usage.cached_input_tokens', 'gen_ai.usage.cached_tokens',
        ],
        'cache_write': [
            'gen_ai.usage.cache_creation.input_tokens', 'gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.cache_creation_input_tokens',
            'gen_ai.usage.cache_write_input_tokens', 'llm.token_count.prompt_details.cache_write', 'llm.usage.cache_creation_input_tokens',
            'ai.usage.inputTokenDetails.cacheWriteTokens', 'gen_ai.usage.details.cache_creation_input_tokens', 'gen_ai.usage.details.cache_write_tokens',
            'gen_ai.usage.input_tokens.cache_write',
        ],
        'reasoning': [
            'gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens', 'llm.token_count.completion_details.reasoning', 'llm.usage.reasoning_tokens',
            'ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens', 'gen_ai.usage.details.reasoning_tokens',
            'gen_ai.usage.details.thoughts_tokens', 'gen_ai.usage.output_tokens.reasoning',
        ],
        'total': ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens', 'llm.token_count.total', 'ai.usage.totalTokens'],
        'uncached_of_vercel_6': ['ai.usage.inputTokenDetails.noCacheTokens', 'ai.usage.inputTokenDetails.cacheReadTokens'],
        'provider_metadata': ['ai.response.providerMetadata'],
        'cost': ['gen_ai.usage.cost', 'gen_ai.usage.cost.usd', 'gen_ai.usage.total_cost', 'gen_ai.cost.usd', 'llm.cost.total', 'operation.cost'],
        'metadata': ['metadata'],
    }) }}
{% endmacro %}


{% macro otel_instrumentation_relations() %}
    {#- How instrumentations count: the package's list, then the user's, whose rows come first. -#}
    {{ return(['otel_instrumentations'] + var('llm_cost_extra_otel_instrumentations', [])) }}
{% endmacro %}
