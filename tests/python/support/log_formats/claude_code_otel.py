"""Claude Code telemetry, log event claude_code.api_request: cache reads and writes beside the input, numbers often as text."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from support.log_formats import Call, Case, Fates
from support.log_formats.otel_genai import attributes

VENDOR = "anthropic"
UNKNOWN = {
    "model_requested": "the events have one model",
    "response_id": "no id of the answer",
    "attempt_number": "an answered call does not say how many attempts came before; a failed attempt has its number",
    "is_retry": "the same",
    "is_gateway_cache_hit": "not told",
    "service_tier": "only fast mode is told",
    "cache_read_tokens": "0 where none was read: the client tells no difference",
    "cache_write_1h_tokens": "written tokens are not split by lifetime: they count as 5 minutes",
    "is_cache_ttl_assumed": "the same",
    "reasoning_tokens": "not told",
    "pricing_status": "a call that a gateway's cache would have answered is a priced call",
}
# one row of README's table
KNOWS = {
    "cache": "reads and writes", "cache_ttl": "no, counted as 5 minutes", "tier": "fast mode", "retries": "failed attempts, numbered",
        "owners": "user, organization, resource attributes",
    "reported_cost": "the client's estimate",
}  # fmt: skip


def as_known(call: Call) -> Call | None:
    """The call as the client's event can tell it."""
    return replace(
        call, model_requested=None, response_id=None, attempt_number=1, is_gateway_cache_hit=False, service_tier="standard", reasoning=None, is_ttl_known=False,
        cache_read=(call.cache_read or 0) if call.has_usage else None, write_5m=(call.write_5m or 0) + (call.write_1h or 0) if call.has_usage else None,
        write_1h=0 if call.has_usage else None,
    )  # fmt: skip


def record(name: str, told: dict, **fields) -> dict:
    """One log record of OTLP JSON. The attribute has the event's short name, the body the long one."""
    common = {
        "session.id": "session-c", "app.version": "2.1.0", "terminal.type": "iTerm.app", "event.name": name, "event.timestamp": "2026-08-06T07:06:40.000Z",
        "event.sequence": 7,
    }  # fmt: skip
    return {
        "timeUnixNano": "1786000001000000000", "observedTimeUnixNano": "1786000001000000000", "body": {"stringValue": f"claude_code.{name}"},
        "attributes": attributes(common | told), "droppedAttributesCount": 0, "traceId": "", "spanId": "",
    } | fields  # fmt: skip


def export(*records: dict, resource: dict | None = None) -> dict:
    """A line of a collector's file exporter."""
    return {"resourceLogs": [{
        "resource": {"attributes": attributes({"host.arch": "arm64", "host.ip": "203.0.113.10"} | (resource or {}))},
        "scopeLogs": [{"scope": {"name": "com.anthropic.claude_code.events", "version": "2.1.0"}, "logRecords": list(records)}],
    }]}  # fmt: skip


def call_record(call: Call) -> dict:
    """A call as the client logs it; every second call has its numbers as text."""
    common = {
        "session.id": call.session_id, "event.timestamp": call.occurred_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "user.email": call.user_id,
            "prompt.id": call.trace_id,
        "request_id": call.request_id, "model": call.model_served, "duration_ms": call.latency_ms, "feature": call.feature, "tenant.id": call.tenant_id,
    }  # fmt: skip
    if call.status == "error":
        return record("api_error", common | {"error": "SECRET-ANSWER", "status_code": "500", "attempt": 1})
    told = {
        "input_tokens": call.uncached, "output_tokens": call.output, "cache_read_tokens": call.cache_read or 0,
        "cache_creation_tokens": (call.write_5m or 0) + (call.write_1h or 0), "cost_usd": 0.05, "speed": "normal",
    }  # fmt: skip
    if int(call.name[-1]) % 2:
        told = {key: str(item) for key, item in told.items()}
    return record("api_request", common | told)


def records(calls: list[Call]):
    """An export each; every tenth also holds the prompt's event."""
    told = []
    for call in calls:
        resource = {"service.name": call.service, "deployment.environment": call.environment, "team": call.team}
        beside = [record("user_prompt", {"prompt": "SECRET-PROMPT", "prompt_length": 13})] if call.name.endswith("9") else []
        told.append(export(*beside, call_record(call), resource=resource))
    return told


REQUEST = {
    "model": "claude-test-1", "input_tokens": "12", "output_tokens": "347", "cache_read_tokens": "17024", "cache_creation_tokens": "1203",
        "cost_usd": "0.0123375",
    "duration_ms": "5310", "user.id": "0f3c", "user.email": "dev@example.com", "user.account_uuid": "uuid-1", "organization.id": "org-1",
        "prompt.id": "prompt-1",
    "query_source": "repl_main_thread",
}  # fmt: skip


def request(request_id: str | None, told: dict | None = None, **fields) -> dict:
    return record("api_request", REQUEST | {"request_id": request_id} | (told or {}), **fields)


CASES = [
    Case("cache tokens stand beside the input, owners, the client's estimate", [export(request("plain", {"speed": "fast"}))], "request_id = 'plain'", [
        {"provider": "anthropic", "uncached_input_tokens": 12, "cache_read_tokens": 17024, "cache_write_5m_tokens": 1203, "total_input_tokens": 18239,
            "output_tokens": 347,
         "is_cache_ttl_assumed": True, "user_id": "dev@example.com", "session_id": "session-c", "trace_id": "prompt-1", "latency_ms": 5310,
             "service_tier": "fast",
         "provider_reported_cost_usd": Decimal("0.0123375"), "agent_id": "repl_main_thread"},
    ]),
    Case("the long name in the attribute, the name in eventName, the model of a cloud", [
        export(request("long", {"event.name": "claude_code.api_request", "model": "us.anthropic.claude-test-1-v1:0"}, body={"stringValue": "SECRET-PROMPT"})),
        export(request("named", {"event.name": None, "model": "claude-test-1@20260101"}, eventName="claude_code.api_request", body={})),
    ], "request_id in ('long', 'named')", [{"request_id": "long", "provider": "aws"}, {"request_id": "named", "provider": "google"}]),
    Case("columns of a collector's table, numbers as numbers", [
        {"timestamp": "2026-08-06T07:06:40Z", "body": "claude_code.api_request", "ServiceName": "claude-code", "ResourceAttributes": json_text,
            "LogAttributes": {
            "event.name": "api_request", "request_id": "table", "model": "claude-test-1", "input_tokens": 3, "output_tokens": 4,
        }} for json_text in ['{"team": "platform"}']
    ], "request_id = 'table'", [{"team": "platform", "service": "claude-code", "uncached_input_tokens": 3, "cache_read_tokens": None,
        "cache_write_5m_tokens": None}]),
    Case("exported twice: counted once, with and without an id of the request", [
        export(request("twice"), request("twice")), export(request(None, {"session.id": "no-id"})), export(request(None, {"session.id": "no-id"})),
    ], "request_id = 'twice' or session_id = 'no-id'", [{"output_tokens": 347}] * 2),
    Case("failed attempts, then the answer", [export(
        record("api_error", {"request_id": "tried", "model": "claude-test-1", "error": "Overloaded SECRET-ANSWER", "status_code": "529", "attempt": "1"}),
        record("api_error", {"request_id": "tried", "model": "claude-test-1", "status_code": "529", "attempt": "2"}),
        request("answered"),
    )], "request_id in ('tried', 'answered')", [
        {"request_id": "answered", "status": "success", "attempt_number": 1},
        {"status": "error", "error_code": "529", "attempt_number": 1, "pricing_status": "not_billable"},
        {"status": "error", "error_code": "529", "attempt_number": 2, "is_retry": True, "pricing_status": "not_billable"},
    ]),
    Case("events that are no calls, another client's event, exports without records", [
        export(record("tool_result", {"tool_name": "Bash", "tool_parameters": "SECRET-PROMPT sk-secret"}), record("tool_decision", {"decision": "accept"}),
               record("api_request", REQUEST | {"request_id": "other"}, body={"stringValue": "codex.api_request"})),
        {"resourceLogs": []}, {"resourceMetrics": [{"scopeMetrics": []}]}, {"resourceLogs": [{"scopeLogs": []}, {"scopeLogs": [{"logRecords": []}]}]},
    ], "request_id = 'other'", []),
    Case("negative and absurd counts", [export(request("minus", {"cache_read_tokens": "-1"}), request("absurd", {"input_tokens": 10**12}))],
        "request_id in ('minus', 'absurd')", []),
    Case("fields missing, a field added, the record's own time", [export(record("api_request", {
        "request_id": "short", "event.timestamp": None, "model": "claude-test-1", "input_tokens": 5, "output_tokens": 1, "new": "x",
    }))], "request_id = 'short'", [{"uncached_input_tokens": 5, "cache_read_tokens": None, "user_id": None, "latency_ms": None}]),
    Case("a count that is no number", [export(request("word", {"input_tokens": "many"}))], "request_id = 'word'", []),
    Case("no time that can be read, no model", [
        export(request("when", {"event.timestamp": "soon"}, timeUnixNano="", observedTimeUnixNano=""), request("what", {"model": ""})),
    ], "request_id in ('when', 'what')", []),
    Case("a broken line", ['{"resourceLogs": [{', "null"], "request_id = 'cut'", []),
]  # fmt: skip
# the prompts' events of the calls 09, 19, 29; 3 events; 3 exports without records
FATES = Fates(
    duplicates=2, not_a_call=3 + 3 + 3, rejected={
        "negative_tokens": 1, "absurd_tokens": 1, "missing_input_tokens": 1, "unparsable_timestamp": 1, "missing_model": 1, "malformed_json": 1,
            "not_an_object": 1,
    },
)  # fmt: skip
