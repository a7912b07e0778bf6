"""OpenTelemetry spans of calls (semantic conventions gen_ai.*, OpenInference, OpenLLMetry, Vercel AI SDK): input contains cache tokens by the conventions."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

from support.log_formats import Call, Case, Fates

UNKNOWN = {
    "request_id": "spans have no id of the provider's request: the span id stands for it",
    "attempt_number": "each attempt is a span of its own that does not say which it is",
    "is_retry": "the same",
    "is_gateway_cache_hit": "the conventions have no attribute for it",
    "cache_write_1h_tokens": "written tokens are not split by lifetime: they count as 5 minutes",
    "is_cache_ttl_assumed": "the same",
    "pricing_status": "a call that a gateway's cache would have answered is a priced call",
}
# one row of README's table
KNOWS = {
    "cache": "reads and writes", "cache_ttl": "no, counted as 5 minutes (Vercel AI SDK with Anthropic: yes)", "tier": "OpenAI",
        "retries": "each attempt, unnumbered",
    "owners": "span and resource attributes", "reported_cost": "where an instrumentation estimates it",
}

AT = 1786000000 * 10**9  # 2026-08-06T07:06:40Z


def as_known(call: Call) -> Call | None:
    """The call as a span can tell it."""
    return replace(
        call, request_id=call.hex(16, "span"), attempt_number=1, is_gateway_cache_hit=False, is_ttl_known=False,
        write_5m=(call.write_5m or 0) + (call.write_1h or 0) if call.write_5m is not None or call.write_1h is not None else None,
        write_1h=0 if call.write_5m is not None or call.write_1h is not None else None,
    )  # fmt: skip


def value(told) -> dict:
    """A value of OTLP JSON: whole numbers are text there."""
    if isinstance(told, bool):
        return {"boolValue": told}
    if isinstance(told, int):
        return {"intValue": str(told)}
    if isinstance(told, float):
        return {"doubleValue": told}
    if isinstance(told, list):
        return {"arrayValue": {"values": [value(item) for item in told]}}
    return {"stringValue": told}


def attributes(told: dict) -> list[dict]:
    return [{"key": key, "value": value(item)} for key, item in told.items() if item is not None]


def span(span_id: str, told: dict, **fields) -> dict:
    """One span of OTLP JSON."""
    return {
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": span_id, "parentSpanId": "", "flags": 257, "name": "chat gpt-test-1", "kind": 3,
        "startTimeUnixNano": str(AT), "endTimeUnixNano": str(AT + 1_500_000_000), "attributes": attributes(told), "events": [], "status": {},
    } | fields  # fmt: skip


def export(*spans: dict, scope: str = "opentelemetry.instrumentation.openai_v2", resource: dict | None = None) -> dict:
    """A line of a collector's file exporter."""
    return {"resourceSpans": [{
        "resource": {"attributes": attributes({"telemetry.sdk.language": "python", "host.ip": "203.0.113.10"} | (resource or {}))},
        "scopeSpans": [{"scope": {"name": scope, "version": "1.0.0"}, "spans": list(spans)}],
        "schemaUrl": "https://opentelemetry.io/schemas/1.38.0",
    }]}  # fmt: skip


def call_span(call: Call) -> dict:
    """A call as the conventions have it."""
    told = {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": {"google": "gcp.gemini"}.get(call.vendor, call.vendor),
            "gen_ai.request.model": call.model_requested,
        "gen_ai.response.model": call.model_served, "gen_ai.response.id": call.response_id, "gen_ai.conversation.id": call.session_id,
        "gen_ai.usage.input_tokens": call.total_input, "gen_ai.usage.output_tokens": call.output, "gen_ai.usage.cache_read.input_tokens": call.cache_read,
        "gen_ai.usage.cache_creation.input_tokens": as_known(call).write_5m, "gen_ai.usage.reasoning.output_tokens": call.reasoning,
        "openai.response.service_tier": {"standard": "default"}.get(call.service_tier, call.service_tier), "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.request.temperature": 0.5, "error.type": "500" if call.status == "error" else None,
        "gen_ai.input.messages": json.dumps([{"role": "user", "parts": [{"type": "text", "content": "SECRET-PROMPT"}]}]),
        "gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": [{"type": "text", "content": "SECRET-ANSWER"}]}]),
        "feature": call.feature, "tenant.id": call.tenant_id, "user.id": call.user_id,
    }  # fmt: skip
    started = int(call.occurred_at.timestamp()) * 10**9
    return span(
        call.hex(16, "span"), told, traceId=call.trace_id, startTimeUnixNano=str(started), endTimeUnixNano=str(started + (call.latency_ms or 0) * 10**6),
        status={"code": 2, "message": "SECRET-ANSWER"} if call.status == "error" else {},
    )  # fmt: skip


def records(calls: list[Call]):
    """Exports of three spans each: two calls or one, and the agent around them, whose tokens are theirs."""
    told = []
    for call in calls:
        agent = span(call.hex(16, "agent"), {
            "gen_ai.operation.name": "invoke_agent", "gen_ai.provider.name": call.vendor, "gen_ai.request.model": call.model_requested,
            "gen_ai.usage.input_tokens": call.total_input, "gen_ai.usage.output_tokens": call.output,
        }, traceId=call.trace_id)  # fmt: skip
        resource = {"service.name": call.service, "deployment.environment.name": call.environment, "team": call.team}
        if call.name.endswith("9"):
            told.append(export(agent, call_span(call), resource=resource))
        else:
            told.append(export(call_span(call), resource=resource))
    return told


CHAT = {
    "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-test-1", "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.output_tokens": 10,
}  # fmt: skip
CACHED = {"gen_ai.usage.input_tokens": 12, "gen_ai.usage.output_tokens": 40, "gen_ai.usage.cache_read.input_tokens": 1000}
CLAUDE_ON_AWS = {"gen_ai.operation.name": "chat", "gen_ai.system": "aws.bedrock", "gen_ai.request.model": "anthropic.claude-test-1"}
OPENINFERENCE = {
    "openinference.span.kind": "LLM", "llm.provider": "anthropic", "llm.system": "anthropic", "llm.model_name": "claude-test-1", "llm.token_count.prompt": 1110,
    "llm.token_count.completion": 50, "llm.token_count.total": 1160, "llm.token_count.prompt_details.cache_read": 1000,
    "llm.token_count.prompt_details.cache_write": 100, "llm.token_count.completion_details.reasoning": 20, "llm.cost.total": 0.0123,
    "llm.input_messages.0.message.content": "SECRET-PROMPT", "llm.output_messages.0.message.content": "SECRET-ANSWER", "output.value": "SECRET-ANSWER",
    "metadata": json.dumps({"team": "research", "note": "x"}), "user.id": "user-7", "session.id": "session-7",
}  # fmt: skip
OPENLLMETRY = {
    "llm.request.type": "chat", "gen_ai.system": "Anthropic", "gen_ai.request.model": "claude-test-1", "gen_ai.response.model": "claude-test-1",
    "gen_ai.usage.prompt_tokens": 1110, "gen_ai.usage.completion_tokens": 50, "llm.usage.total_tokens": 1160, "gen_ai.usage.cache_read_input_tokens": 1000,
    "gen_ai.usage.cache_creation_input_tokens": 100, "gen_ai.prompt.0.content": "SECRET-PROMPT", "gen_ai.completion.0.content": "SECRET-ANSWER",
    "traceloop.association.properties.team": "growth", "traceloop.association.properties.session_id": "session-8", "traceloop.workflow.name": "joke",
}  # fmt: skip
VERCEL = {
    "operation.name": "ai.generateText.doGenerate", "ai.operationId": "ai.generateText.doGenerate", "ai.model.provider": "anthropic.messages",
    "ai.model.id": "claude-test-1", "ai.usage.promptTokens": 4, "ai.usage.completionTokens": 104, "ai.usage.inputTokens": 4, "ai.usage.outputTokens": 104,
    "ai.usage.totalTokens": 108, "ai.usage.cachedInputTokens": 1000, "gen_ai.system": "anthropic.messages", "gen_ai.request.model": "claude-test-1",
    "gen_ai.usage.input_tokens": 4, "gen_ai.usage.output_tokens": 104, "ai.prompt.messages": "SECRET-PROMPT", "ai.response.text": "SECRET-ANSWER",
    "ai.telemetry.metadata.userId": "user-9", "ai.response.providerMetadata": json.dumps({"anthropic": {"usage": {
        "input_tokens": 4, "cache_creation_input_tokens": 2183, "cache_creation": {"ephemeral_5m_input_tokens": 183, "ephemeral_1h_input_tokens": 2000},
    }}}),
}  # fmt: skip
FLAT = {
    "trace_id": "t-flat", "parent_span_id": "", "start_time": "2026-08-06T07:06:40.000000", "end_time": "2026-08-06T07:06:41.250000", "name": "chat gpt-test-1",
    "attributes": CHAT, "resource_attributes": {"service.name": "flat-service"}, "status_code": "STATUS_CODE_UNSET", "scope_name": "x",
}  # fmt: skip

CASES = [
    Case("old names of the conventions", [export(span("old", {
        "gen_ai.operation.name": "chat", "gen_ai.system": "openai", "gen_ai.request.model": "gpt-test-1", "gen_ai.response.model": "gpt-test-1-0806",
        "gen_ai.usage.prompt_tokens": 45, "gen_ai.usage.completion_tokens": 15, "gen_ai.openai.response.service_tier": "priority",
    }))], "request_id = 'old'", [
        {"provider": "openai", "uncached_input_tokens": 45, "output_tokens": 15, "service_tier": "priority", "model_served": "gpt-test-1-0806",
            "cache_read_tokens": None},
    ]),
    Case("the simplified export of several spans, one of them an agent, one a tool", [{"trace_id": "plain", "span_count": 3, "spans": [
        {"trace_id": "plain", "span_id": "plain-1", "parent_span_id": "plain-0", "name": "chat", "start_time": "2026-02-25T10:00:00.000000",
         "end_time": "2026-02-25T10:00:02.500000", "attributes": CHAT | {"gen_ai.input.messages": "[{\"content\": \"SECRET-PROMPT\"}]"},
         "resource_attributes": {"service.name": "plain-service"}, "status": {"code": 1, "message": ""}},
        {"trace_id": "plain", "span_id": "plain-0", "name": "invoke_agent", "start_time": "2026-02-25T10:00:00",
            "attributes": CHAT | {"gen_ai.operation.name": "invoke_agent"}},
        {"trace_id": "plain", "span_id": "plain-2", "name": "execute_tool", "start_time": "2026-02-25T10:00:00",
            "attributes": {"gen_ai.operation.name": "execute_tool"}},
    ]}], "trace_id = 'plain'", [
        {"request_id": "plain-1", "parent_id": "plain-0", "uncached_input_tokens": 100, "latency_ms": 2500, "service": "plain-service", "status": "success"},
    ]),
    Case("one span a row, attributes as object or JSON text, columns of a collector's table", [
        FLAT | {"span_id": "flat-1"},
        FLAT | {"span_id": "flat-2", "attributes": json.dumps(CHAT), "status_code": "STATUS_CODE_ERROR"},
        FLAT | {"span_id": "flat-3", "attributes": json.dumps(attributes(CHAT))},
        {"TraceId": "t-flat", "SpanId": "flat-4", "Timestamp": "2026-08-06 07:06:40.000000000", "Duration": "1250999999", "SpanName": "chat",
            "SpanAttributes": {
            key: str(told) for key, told in CHAT.items()
        }, "ResourceAttributes": {}, "StatusCode": "Error", "ServiceName": "flat-service", "ScopeName": "x"},
    ], "trace_id = 't-flat'", [
        {"request_id": f"flat-{number}", "latency_ms": 1250, "service": "flat-service", "uncached_input_tokens": 100, "status": status}
        for number, status in ((1, "success"), (2, "error"), (3, "success"), (4, "error"))
    ]),
    Case("exported twice, and told by two instrumentations: counted once", [
        export(span("twice", CHAT | {"gen_ai.response.id": "answer-twice"})), export(span("twice", CHAT | {"gen_ai.response.id": "answer-twice"})),
        export(span("again", CHAT | {"gen_ai.response.id": "answer-twice"}), scope="langchain"), export(span("no-id", CHAT)), export(span("no-id", CHAT)),
    ], "response_id = 'answer-twice' or request_id = 'no-id'", [{"output_tokens": 10}] * 2),
    Case("a call span around the call span of another instrumentation, exported apart: the inner one is the call", [
        export(span("wrapped", CHAT, parentSpanId="wrapping")), export(span("wrapping", CHAT), scope="opentelemetry.instrumentation.langchain"),
    ], "request_id in ('wrapped', 'wrapping')", [{"request_id": "wrapped", "parent_id": "wrapping", "output_tokens": 10}]),
    Case("an instrumentation that counts cache tokens beside, and sums a total without them", [
        export(span("beside", CLAUDE_ON_AWS | CACHED | {"gen_ai.usage.total_tokens": 52, "gen_ai.system": "AWS"}),
            scope="opentelemetry.instrumentation.bedrock"),
    ], "request_id = 'beside'", [{"provider": "aws", "uncached_input_tokens": 12, "cache_read_tokens": 1000, "total_input_tokens": 1012}]),
    Case("the same counts of an unknown instrumentation: more cached than input", [export(span("wrong", CLAUDE_ON_AWS | CACHED), scope="unknown")],
        "request_id = 'wrong'", []),
    Case("an instrumentation whose versions differ: the total says which", [
        export(span("strands-1", CLAUDE_ON_AWS | CACHED | {"gen_ai.usage.total_tokens": 1052}), scope="strands.telemetry.tracer"),
        export(span("strands-2", CLAUDE_ON_AWS | CACHED | {"gen_ai.usage.input_tokens": 1012, "gen_ai.usage.total_tokens": 1052,
        "gen_ai.system": "strands-agents"}),
               scope="strands.telemetry.tracer"),
    ], "request_id like 'strands-%'", [{"provider": "aws", "uncached_input_tokens": 12, "cache_read_tokens": 1000, "total_input_tokens": 1012}] * 2),
    Case("a total that does not add up", [export(span("total", CHAT | {"gen_ai.usage.total_tokens": 111}))], "request_id = 'total'", []),
    Case("OpenInference: an LLM span in a chain", [export(
        span("oi-1", OPENINFERENCE), span("oi-2", OPENINFERENCE | {"openinference.span.kind": "CHAIN"}), span("oi-3",
            OPENINFERENCE | {"openinference.span.kind": "AGENT"}),
        span("oi-4", {"openinference.span.kind": "EMBEDDING", "llm.provider": "openai", "llm.model_name": "text-embedding-test", "llm.token_count.total": 9}),
        scope="openinference.instrumentation.anthropic",
    )], "request_id like 'oi-%'", [
        {"request_id": "oi-1", "provider": "anthropic", "model_served": "claude-test-1", "uncached_input_tokens": 10, "cache_read_tokens": 1000,
            "cache_write_5m_tokens": 100,
         "output_tokens": 50, "reasoning_tokens": 20, "is_cache_ttl_assumed": True, "team": "research", "user_id": "user-7", "session_id": "session-7",
         "tags": "{\"team\": \"research\", \"note\": \"x\"}", "provider_reported_cost_usd": Decimal("0.0123"), "operation": "chat"},
        {"request_id": "oi-4", "operation": "embedding", "uncached_input_tokens": 9, "output_tokens": 0},
    ]),
    Case("OpenLLMetry before operation names: the span of the call, not of its workflow and task", [export(
        span("ol-1", OPENLLMETRY), span("ol-2", {"traceloop.span.kind": "workflow", "traceloop.entity.name": "joke"}),
        span("ol-3", OPENLLMETRY | {"llm.request.type": None, "traceloop.span.kind": "task"}), scope="opentelemetry.instrumentation.anthropic",
    )], "request_id like 'ol-%'", [
        {"request_id": "ol-1", "provider": "anthropic", "uncached_input_tokens": 10, "cache_write_5m_tokens": 100, "team": "growth", "session_id": "session-8"},
    ]),
    Case("Vercel AI SDK 5 and 6: the inner span; Anthropic's cache tokens beside, then inside", [export(
        span("ai-1", VERCEL), span("ai-0", VERCEL | {"ai.operationId": "ai.generateText"}),
        span("ai-2", VERCEL | {
            "ai.usage.inputTokens": 3187, "gen_ai.usage.input_tokens": 3187, "ai.usage.totalTokens": 3291, "ai.usage.inputTokenDetails.noCacheTokens": 4,
            "ai.usage.inputTokenDetails.cacheReadTokens": 1000, "ai.usage.inputTokenDetails.cacheWriteTokens": 2183,
        }), scope="ai",
    )], "request_id like 'ai-%'", [
        {"provider": "anthropic", "uncached_input_tokens": 4, "cache_read_tokens": 1000, "cache_write_5m_tokens": 183, "cache_write_1h_tokens": 2000,
         "output_tokens": 104, "user_id": "user-9", "is_cache_ttl_assumed": False},
    ] * 2),
    Case("no operation name: model and usage make a call, an agent run of old Pydantic AI does not", [
        export(span("bare", {"gen_ai.system": "mistral_ai", "gen_ai.request.model": "mistral-test", "gen_ai.usage.input_tokens": 3,
            "gen_ai.usage.output_tokens": 2}),
               span("agent-run", {"agent_name": "a", "model_name": "m", "gen_ai.usage.input_tokens": 3, "gen_ai.usage.output_tokens": 2}),
               span("http", {"http.request.method": "POST", "url.full": "https://api.openai.com/v1/chat/completions?key=sk-secret"})),
    ], "request_id in ('bare', 'agent-run', 'http')", [{"request_id": "bare", "provider": "mistral"}]),
    Case("failed, timed out, cancelled", [export(
        span("failed", CHAT | {"gen_ai.usage.input_tokens": None, "gen_ai.usage.output_tokens": None}, status={"code": "STATUS_CODE_ERROR"}),
        span("late", {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "m", "error.type": "APITimeoutError"}),
        span("stopped", {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "m",
        "error.type": "asyncio.CancelledError"}),
    )], "request_id in ('failed', 'late', 'stopped')", [
        {"request_id": "failed", "status": "error", "error_code": None, "pricing_status": "not_billable"},
        {"request_id": "late", "status": "timeout", "error_code": "APITimeoutError", "pricing_status": "usage_missing"},
        {"request_id": "stopped", "status": "cancelled", "pricing_status": "usage_missing"},
    ]),
    Case("an OpenAI client that calls another provider", [export(
        span("router-1", CHAT | {"server.address": "openrouter.ai"}), span("router-2", CHAT | {"server.address": "my-resource.openai.azure.com"}),
        span("router-3", CHAT | {"server.address": "api.x.ai"}), span("router-4", CHAT | {"gen_ai.provider.name": "langchain",
        "gen_ai.request.model": "gemini-test-1"}),
    )], "request_id like 'router-%'", [{"provider": name} for name in ("azure", "google", "openrouter", "xai")]),
    Case("a name that stands twice, numbers as numbers, an attribute too many", [export(
        span("doubled", CHAT, attributes=attributes(CHAT) + attributes({"gen_ai.usage.input_tokens": 7, "new.attribute": "x"})
             + [{"key": "new.list", "value": {"kvlistValue": {"values": []}}}, {"value": {}}]),
        span("numbers", {}, attributes=[
            {"key": key, "value": {"intValue": told} if isinstance(told, int) else {"stringValue": told}} for key, told in CHAT.items()
        ]),
    )], "request_id in ('doubled', 'numbers')", [{"uncached_input_tokens": 100}] * 2),
    Case("exports without spans, with groups without spans, of another signal", [
        {"resourceSpans": []}, {"resourceMetrics": [{"scopeMetrics": []}]},
        {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {}, "spans": []}]}, {"scopeSpans": []}]},
        {"resourceSpans": [{"scopeSpans": [{"spans": []}, {"spans": [span("lone", CHAT)]}]}, {"resource": {}}]},
    ], "request_id = 'lone'", [{"uncached_input_tokens": 100, "service": None}]),
    Case("no time that can be read, no provider", [export(
        span("when", CHAT, startTimeUnixNano="soon"), span("who", CHAT | {"gen_ai.provider.name": None}, startTimeUnixNano=str(AT)),
    )], "request_id = 'when'", []),
    Case("the model tells the provider that no attribute names", [], "request_id = 'who'", [{"provider": "openai"}]),
    Case("a broken line and no object", ['{"resourceSpans": [{"scopeSpans"', "[1]"], "request_id like 'cut%'", []),
]  # fmt: skip
# agents around the calls 09, 19, 29; 2 plain; 2 OpenInference; 2 OpenLLMetry; 1 Vercel; 2 without operation; 3 exports without spans
FATES = Fates(
    duplicates=3, not_a_call=3 + 2 + 2 + 2 + 1 + 2 + 3 + 1,
    rejected={"cached_exceeds_input": 1, "buckets_do_not_sum": 1, "unparsable_timestamp": 1, "malformed_json": 1, "not_an_object": 1},
)  # fmt: skip
