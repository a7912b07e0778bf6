"""Gemini CLI telemetry, log event gemini_cli.api_response: cached tokens inside the input, thoughts beside the output, tool tokens beside the input."""

from __future__ import annotations

from dataclasses import replace

from support.log_formats import Call, Case, Fates
from support.log_formats.otel_genai import attributes

VENDOR = "google"
UNKNOWN = {
    "model_requested": "the events have one model",
    "request_id": "no id of the request",
    "response_id": "no id of the answer",
    "attempt_number": "each attempt is an event of its own that does not say which it is",
    "is_retry": "the same",
    "is_gateway_cache_hit": "the client has no cache of answers",
    "service_tier": "not told",
    "pricing_status": "a call that a gateway's cache would have answered is a priced call",
    "cache_read_tokens": "0 where none was read: the client tells no difference",
    "reasoning_tokens": "the same",
}
# one row of README's table
KNOWS = {
    "cache": "reads", "cache_ttl": "Gemini has none", "tier": "no", "retries": "each attempt, unnumbered", "owners": "user's email, resource attributes",
        "reported_cost": "no",
}


def as_known(call: Call) -> Call | None:
    """The call as the client's event can tell it."""
    return replace(
        call, model_requested=None, request_id=None, response_id=None, attempt_number=1, is_gateway_cache_hit=False, service_tier="standard",
        cache_read=(call.cache_read or 0) if call.has_usage else None, reasoning=(call.reasoning or 0) if call.has_usage else None,
    )  # fmt: skip


def record(name: str, told: dict, **fields) -> dict:
    """One log record of OTLP JSON."""
    common = {
        "session.id": "session-g", "installation.id": "9d2b", "interactive": True, "user.email": "dev@example.com", "event.name": name,
        "event.timestamp": "2026-08-06T07:06:40.000Z",
    }  # fmt: skip
    return {
        "timeUnixNano": "1786000001000000000", "observedTimeUnixNano": "1786000001000000000", "body": {"stringValue": "API response from SECRET-PROMPT"},
        "attributes": attributes(common | told), "droppedAttributesCount": 0, "traceId": "", "spanId": "",
    } | fields  # fmt: skip


def export(*records: dict, resource: dict | None = None) -> dict:
    """A line of a collector's file exporter."""
    return {"resourceLogs": [{
        "resource": {"attributes": attributes({"service.version": "v22.1.0", "host.ip": "203.0.113.10"} | (resource or {}))},
        "scopeLogs": [{"scope": {"name": "gemini-cli"}, "logRecords": list(records)}],
    }]}  # fmt: skip


def call_record(call: Call) -> dict:
    """A call as the client logs it."""
    common = {
        "session.id": call.session_id, "event.timestamp": call.occurred_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "user.email": call.user_id,
            "prompt_id": f"{call.name}########1",
        "auth_type": "gemini-api-key", "feature": call.feature, "tenant.id": call.tenant_id,
    }  # fmt: skip
    if call.status == "error":
        return record("gemini_cli.api_error", common | {
            "model_name": call.model_served, "error.message": "SECRET-ANSWER", "error_type": "ServerError", "status_code": 500, "duration_ms": call.latency_ms,
        }, traceId=call.trace_id, spanId=call.hex(16))  # fmt: skip
    thoughts = call.reasoning or 0
    return record("gemini_cli.api_response", common | {
        "model": call.model_served, "status_code": 200, "duration_ms": call.latency_ms, "input_token_count": call.total_input,
        "output_token_count": call.output - thoughts, "cached_content_token_count": call.cache_read or 0, "thoughts_token_count": thoughts,
        "tool_token_count": 0,
        "total_token_count": call.total_input + call.output, "response_text": "SECRET-ANSWER", "finish_reasons": ["STOP"],
    }, traceId=call.trace_id, spanId=call.hex(16))  # fmt: skip


def records(calls: list[Call]):
    """An export each; every tenth also holds the request's event and the conventions' restatement of the answer, which are no calls."""
    told = []
    for call in calls:
        resource = {"service.name": call.service, "deployment.environment.name": call.environment, "team": call.team}
        beside = []
        if call.name.endswith("9"):
            beside = [
                record("gemini_cli.api_request", {"model": call.model_served, "prompt_id": "p", "request_text": "SECRET-PROMPT"}),
                record("gen_ai.client.inference.operation.details", {
                    "gen_ai.request.model": call.model_served, "gen_ai.usage.input_tokens": call.total_input, "gen_ai.usage.output_tokens": call.output,
                    "gen_ai.input.messages": "SECRET-PROMPT", "gen_ai.output.messages": "SECRET-ANSWER", "gen_ai.operation.name": "generate_content",
                }),
            ]  # fmt: skip
        told.append(export(*beside, call_record(call), resource=resource))
    return told


ANSWER = {
    "model": "gemini-test-1", "status_code": 200, "duration_ms": 4200, "input_token_count": 12779, "output_token_count": 24,
        "cached_content_token_count": 12204,
    "thoughts_token_count": 71, "tool_token_count": 0, "total_token_count": 12874, "prompt_id": "abc########0", "auth_type": "oauth-personal",
}  # fmt: skip


def answer(session: str, told: dict | None = None, **fields) -> dict:
    return record("gemini_cli.api_response", ANSWER | {"session.id": session} | (told or {}), **fields)


CASES = [
    Case("thoughts stand beside the output, cached tokens inside the input", [export(answer("plain"))], "session_id = 'plain'", [
        {"provider": "google", "uncached_input_tokens": 575, "cache_read_tokens": 12204, "output_tokens": 95, "reasoning_tokens": 71,
            "total_input_tokens": 12779,
         "user_id": "dev@example.com", "trace_id": "abc########0", "latency_ms": 4200},
    ]),
    Case("tool tokens stand beside the input", [export(answer("tool", {"tool_token_count": 100, "total_token_count": 12974}))], "session_id = 'tool'", [
        {"total_input_tokens": 12879, "uncached_input_tokens": 675, "output_tokens": 95},
    ]),
    Case("a total by which thoughts are inside the output", [export(answer("inside", {"output_token_count": 95}))], "session_id = 'inside'", [
        {"output_tokens": 95, "reasoning_tokens": 71},
    ]),
    Case("the client's own file: one object per record", [{
        "hrTime": [1786000000, 123000000], "hrTimeObserved": [1786000000, 123000000], "spanContext": {"traceId": "file-trace", "spanId": "1", "traceFlags": 1},
        "resource": {"attributes": {"service.name": "gemini-cli", "session.id": "file"}}, "instrumentationScope": {"name": "gemini-cli"},
        "attributes": ANSWER | {"session.id": "file", "event.name": "gemini_cli.api_response", "event.timestamp": "2026-08-06T07:06:40.123Z",
        "user.email": "dev@example.com",
                                "response_text": "SECRET-ANSWER"},
        "_body": "API response from gemini-test-1. Status: 200.", "totalAttributesCount": 20,
    }], "session_id = 'file'", [{"service": "gemini-cli", "output_tokens": 95, "user_id": "dev@example.com"}]),
    Case("columns of a collector's table", [{
        "timestamp": "2026-08-06 07:06:40.000000000", "TraceId": "", "SpanId": "", "ServiceName": "gemini-cli", "body": "SECRET-PROMPT",
            "ResourceAttributes": {},
        "LogAttributes": {key: str(told) for key, told in ANSWER.items()} | {"session.id": "table", "event.name": "gemini_cli.api_response"},
    }], "session_id = 'table'", [{"service": "gemini-cli", "output_tokens": 95}]),
    Case("exported twice: counted once; a second call of the same prompt: counted", [
        export(answer("twice"), answer("twice")), export(answer("twice", {"event.timestamp": "2026-08-06T07:06:45.000Z"})),
    ], "session_id = 'twice'", [{"output_tokens": 95}] * 2),
    Case("a failed call, old names of its fields", [export(record("gemini_cli.api_error", {
        "session.id": "failed", "model_name": "gemini-test-1", "duration": 30, "error.message": "SECRET-ANSWER", "error_type": "quota", "status_code": "429",
    }))], "session_id = 'failed'", [{"status": "error", "error_code": "429", "model_served": "gemini-test-1", "latency_ms": 30,
        "pricing_status": "not_billable"}]),
    Case("an answer without usage tells zeros", [export(answer("zeros", {key: 0 for key in ANSWER if key.endswith("_count")}))], "session_id = 'zeros'", [
        {"pricing_status": "usage_missing", "output_tokens": None, "uncached_input_tokens": None},
    ]),
    Case("more cached than input", [export(answer("wrong", {"cached_content_token_count": 12780}))], "session_id = 'wrong'", []),
    Case("a total that does not add up", [export(answer("total", {"total_token_count": 12873}))], "session_id = 'total'", []),
    Case("events that are no calls, exports without records", [
        export(record("gemini_cli.user_prompt", {"prompt": "SECRET-PROMPT"}), record("gemini_cli.tool_call", {"function_args": "SECRET-PROMPT"})),
        {"resourceLogs": []}, {"resourceMetrics": []}, {"resourceLogs": [{"scopeLogs": [{"logRecords": []}]}, {}]},
    ], "session_id = 'session-g'", []),
    Case("fields missing, a field added, times of the record only", [export(record("gemini_cli.api_response", {
        "session.id": "short", "event.timestamp": None, "model": "gemini-test-1", "input_token_count": 5, "output_token_count": 1, "new": "x",
    }))], "session_id = 'short'", [{"uncached_input_tokens": 5, "output_tokens": 1, "cache_read_tokens": None, "latency_ms": None}]),
    Case("no time that can be read", [export(answer("when", {"event.timestamp": None}, timeUnixNano="soon", observedTimeUnixNano=""))], "session_id = 'when'",
        []),
    Case("a broken line", ['{"resourceLogs": [{'], "session_id = 'cut'", []),
]  # fmt: skip
# 2 beside each of the calls 09, 19, 29; 2 events; 3 exports without records
FATES = Fates(
    duplicates=1, not_a_call=6 + 2 + 3, rejected={"cached_exceeds_input": 1, "buckets_do_not_sum": 1, "unparsable_timestamp": 1, "malformed_json": 1},
)  # fmt: skip
