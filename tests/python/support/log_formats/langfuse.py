"""Langfuse observations: of the API (camelCase), of a blob storage export (snake_case), in a trace with its observations."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

from support.log_formats import Call, Case, Fates

UNKNOWN = {
    "attempt_number": "an observation does not say which attempt it is",
    "is_retry": "the same",
    "is_gateway_cache_hit": "the same",
    "pricing_status": "a call that a gateway's cache would have answered is a priced call",
    "cache_write_1h_tokens": "a lifetime without written tokens is 0 where the other has some",
}
# one row of README's table
KNOWS = {
    "cache": "reads and writes", "cache_ttl": "where the integration splits writes", "tier": "`model_parameters` or OpenTelemetry attribute", "retries": "no",
    "owners": "user, environment, prompt, project, tags, metadata", "reported_cost": "Langfuse's estimate",
}


def as_known(call: Call) -> Call | None:
    """The call as an observation can tell it."""
    if call.write_5m is not None or call.write_1h is not None:
        call = replace(call, write_5m=call.write_5m or 0, write_1h=call.write_1h or 0)
    return replace(call, attempt_number=1, is_gateway_cache_hit=False)


def usage(call: Call) -> dict:
    """usage_details as Langfuse's own integrations write it: keys that do not overlap."""
    if not call.has_usage:
        return {}
    counts = {
        "input": call.uncached, "input_cache_read": call.cache_read, "input_cache_creation_5m": call.write_5m, "input_cache_creation_1h": call.write_1h,
        "output": call.output - (call.reasoning or 0), "output_reasoning": call.reasoning,
    }  # fmt: skip
    counts = {key: value for key, value in counts.items() if value is not None}
    return {**counts, "total": sum(counts.values())}


def observation(call: Call) -> dict:
    """One observation of the API."""
    metadata = {name: getattr(call, name) for name in ("team", "service", "feature", "tenant_id") if getattr(call, name)}
    system = {"google": "gcp.gemini"}.get(call.vendor, call.vendor)
    metadata["attributes"] = {
        "gen_ai.provider.name": system, "gen_ai.request.model": call.model_requested, "gen_ai.response.id": call.response_id,
        "gen_ai.prompt.0.content": "SECRET-PROMPT" * 40, "http.client_ip": "203.0.113.10",
    }  # fmt: skip
    metadata["resourceAttributes"] = {"service.name": "unknown_service", "telemetry.sdk.language": "python"}
    return {
        "id": call.request_id, "traceId": call.trace_id, "projectId": "p", "type": "GENERATION", "parentObservationId": call.parent_id, "name": "ChatOpenAI",
        "startTime": call.iso(), "endTime": call.ended_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "environment": call.environment or "default",
        "level": "ERROR" if call.status == "error" else "DEFAULT", "statusMessage": "SECRET-ANSWER" if call.status == "error" else None,
        "model": call.model_served, "modelParameters": {"service_tier": call.service_tier, "temperature": 0},
        "input": "SECRET-PROMPT", "output": "SECRET-ANSWER",
        "usageDetails": usage(call), "costDetails": {"total": 0.25} if call.has_usage else {}, "totalCost": 0.25 if call.has_usage else 0,
        "userId": call.user_id, "sessionId": call.session_id, "tags": [], "metadata": metadata, "promptName": None,
        "createdAt": call.iso(), "updatedAt": call.iso(),
    }  # fmt: skip


SNAKE = {
    "traceId": "trace_id", "projectId": "project_id", "parentObservationId": "parent_observation_id", "startTime": "start_time", "endTime": "end_time",
    "statusMessage": "status_message", "model": "provided_model_name", "modelParameters": "model_parameters", "usageDetails": "usage_details",
    "costDetails": "cost_details", "totalCost": "total_cost", "userId": "user_id", "sessionId": "session_id", "promptName": "prompt_name",
    "createdAt": "created_at", "updatedAt": "updated_at",
}  # fmt: skip


def exported(record: dict) -> dict:
    """The observation as a blob storage export has it: metadata and model parameters are text, times without a zone."""
    row = {SNAKE.get(key, key): value for key, value in record.items()}
    for name in ("start_time", "end_time", "created_at", "updated_at"):
        row[name] = row[name] and row[name].replace("T", " ").rstrip("Z")
    row["metadata"] = {key: value if isinstance(value, str) else json.dumps(value) for key, value in row.get("metadata", {}).items()}
    return row | {"model_parameters": json.dumps(row.get("model_parameters") or {})}


def trace(record: dict) -> dict:
    """The trace with its observation as the UI saves it: what the trace knows does not stand in the observation."""
    inside = {key: value for key, value in record.items() if key not in ("traceId", "userId", "sessionId", "tags", "environment")}
    metadata = dict(inside.pop("metadata", {}))
    told = {key: metadata.pop(key) for key in ("team", "service", "feature", "tenant_id") if key in metadata}
    return {
        "trace": {"id": record["traceId"], "userId": record.get("userId"), "sessionId": record.get("sessionId"), "tags": [], "input": "SECRET-PROMPT",
                  "environment": record.get("environment"), "metadata": json.dumps(told), "release": None, "scores": []},
        "observations": [inside | {"metadata": json.dumps(metadata)}],
    }  # fmt: skip


def records(calls: list[Call]):
    """The raw records of the calls, in three shapes and one page of the API."""
    told = [observation(call) for call in calls]
    shaped = [(lambda row: row, exported, trace)[number % 3](row) for number, row in enumerate(told[:-2])]
    return [*shaped, {"data": told[-2:], "meta": {"page": 1, "totalItems": 2}}]


BASE = {
    "id": "o", "traceId": "t", "type": "GENERATION", "startTime": "2026-08-07T10:00:00.000Z", "endTime": "2026-08-07T10:00:01.250Z", "level": "DEFAULT",
    "model": "gpt-test-1", "usageDetails": {"input": 10, "output": 4, "total": 14}, "environment": "default",
}  # fmt: skip
DISJOINT = {"input": 10, "input_cached_tokens": 90, "output": 4, "output_reasoning_tokens": 6, "total": 110}
INSIDE = {"input": 100, "prompt_details.cache_read": 90, "output": 10, "completion_details.reasoning": 6, "total": 110}
SAME = {"uncached_input_tokens": 10, "cache_read_tokens": 90, "total_input_tokens": 100, "output_tokens": 10, "reasoning_tokens": 6}


def told(name: str, usage_details: dict | None = None, **more) -> dict:
    """An observation of a case; the trace has the same name."""
    return BASE | {"id": name, "traceId": f"trace-{name}"} | ({"usageDetails": usage_details} if usage_details is not None else {}) | more


def at(name: str) -> str:
    return f"request_id = '{name}'"


CASES = [
    Case("keys that do not overlap", [told("disjoint", DISJOINT)], at("disjoint"), [SAME | {"provider": "openai", "environment": None, "latency_ms": 1250}]),
    Case("keys of OpenTelemetry lie inside", [told("inside", INSIDE)], at("inside"), [SAME]),
    Case("their total may be Langfuse's sum of all keys", [told("summed", INSIDE | {"total": 206})], at("summed"), [SAME]),
    Case("of Claude that sum may as well say that they lie beside: nobody knows", [told(
        "unsure", INSIDE | {"total": 206}, model="claude-test-1",
    )], at("unsure"), []),
    Case("a total that says input still has the cached tokens", [told(
        "twice", {"input": 100, "input_cached_tokens": 90, "output": 10, "total": 110},
    )], at("twice"), []),
    Case("writes of LiteLLM and of the AI SDK, whose rest has no lifetime", [
        told("litellm", {"input": 5, "cache_read_input_tokens": 7, "cache_creation_input_tokens": 9, "output": 2, "total": 23}, model="claude-test-1"),
        told("aisdk", {"input": 5, "input_cache_creation": 1, "input_cache_creation_5m": 2, "input_cache_creation_1h": 3, "output": 2, "total": 13},
             model="claude-test-1"),
    ], "request_id in ('litellm', 'aisdk')", [
        {"cache_write_5m_tokens": 3, "cache_write_1h_tokens": 3, "is_cache_ttl_assumed": False},
        {"cache_read_tokens": 7, "cache_write_5m_tokens": 9, "cache_write_1h_tokens": 0, "is_cache_ttl_assumed": True},
    ]),
    Case("audio, text and predictions beside", [told("audio", {
        "input": 1, "input_text_tokens": 2, "input_audio_tokens": 4, "output": 8, "output_audio_tokens": 16, "output_rejected_prediction_tokens": 32,
        "total": 63,
    })], at("audio"), [{"uncached_input_tokens": 3, "audio_input_tokens": 4, "output_tokens": 40, "audio_output_tokens": 16}]),
    Case("thoughts of Gemini are in the total alone", [told("lf-gemini", {"input": 5, "output": 845, "total": 2023}, model=(
        "projects/p/locations/europe-central2/publishers/google/models/gemini-test-1"
    ))], at("lf-gemini"), [{"provider": "google", "output_tokens": 2018, "reasoning_tokens": 1173}]),
    Case("a generation around a generation is not the call", [
        told("outer", {"input": 99, "output": 9, "total": 108}, traceId="nested"), told("inner", traceId="nested", parentObservationId="outer"),
        told("tool", {}, traceId="nested", parentObservationId="inner", type="TOOL", model=None),
    ], "trace_id = 'nested'", [{"request_id": "inner", "parent_id": "outer", "uncached_input_tokens": 10}]),
    Case("spans, agents, events are no calls; an embedding is", [
        *(told(f"no-{kind}", type=kind) for kind in ("SPAN", "AGENT", "EVENT", "TOOL")),
        told("embedding", {"input": 5, "total": 5}, type="EMBEDDING", model="text-embedding-3-small"),
    ], "request_id like 'no-%' or request_id = 'embedding'", [
        {"operation": "embedding", "uncached_input_tokens": 5, "output_tokens": 0, "provider": "openai"},
    ]),
    Case("exported again: the last version counts", [
        exported(told("versions", {"input": 999, "output": 99, "total": 1098}, updatedAt="2026-08-07T10:00:02Z", createdAt="2026-08-07T10:00:01Z")),
        exported(told("versions", updatedAt="2026-08-07T10:05:00Z", createdAt="2026-08-07T10:00:01Z")),
    ], at("versions"), [{"uncached_input_tokens": 10, "output_tokens": 4}]),
    Case("failed before it used anything", [told("failed", {}, level="ERROR")], at("failed"), [{"status": "error", "pricing_status": "not_billable"}]),
    Case("a trace with its observations: the observation first, then the trace", [{
        "trace": {"id": "T", "userId": "trace-user", "sessionId": "trace-session", "tags": ["team:search", "beta"], "environment": "prod",
                  "metadata": {"tenant_id": "acme", "resourceAttributes": {"service.name": "shop"}}},
        "observations": [
            {key: value for key, value in told("in-trace").items() if key not in ("traceId", "environment")},
            told("in-trace-too", startTime="2026-08-07T10:00:01Z", userId="own-user", traceId="T", metadata={"ls_provider": "google_vertexai"}),
            told("in-trace-span", type="SPAN", traceId="T"),
        ],
    }], "trace_id = 'T'", [
        {"session_id": "trace-session", "user_id": "trace-user", "team": "search", "tenant_id": "acme", "service": "shop", "environment": "prod",
         "tags": '["team:search","beta"]'},
        {"session_id": "trace-session", "user_id": "own-user", "team": "search", "environment": None, "provider": "google"},
    ]),
    Case("a trace of the API: its own fields stand beside the observations", [{
        "id": "T2", "userId": "api-user", "environment": "prod", "tags": [], "metadata": {"team": "support"}, "totalCost": 1,
        "observations": [told("api", traceId="T2")],
    }], "trace_id = 'T2'", [{"request_id": "api", "user_id": "api-user", "team": "support", "provider_reported_cost_usd": None}]),
    Case("an empty trace and an empty page", [{"trace": {"id": "T3"}, "observations": []}, {"data": [], "meta": {"page": 9}}], "trace_id = 'T3'", []),
    Case("Langfuse's own cost", [told("cost", costDetails={"input": 0.1, "total": 0.123456789012}, totalCost=0.123456789012)], at("cost"),
         [{"provider_reported_cost_usd": Decimal("0.123456789012")}]),
    Case("a model of nobody, no model, no time, characters", [
        told("nobody", model="my-own-model"), told("nameless", model=None), told("timeless", startTime="soon"),
        told("characters", {}, usage={"input": 500, "output": 20, "total": 520, "unit": "CHARACTERS"}),
    ], "request_id in ('nobody', 'nameless', 'timeless', 'characters')", [{"request_id": "characters", "pricing_status": "usage_missing"}]),
    Case("usage as older versions have it, a key that is new", [
        told("old", {}, usage={"input": 7, "output": 3, "total": 10, "unit": "TOKENS"}),
        told("new-key", {"input": 7, "input_video_tokens": 5, "output": 3, "total": 15}),
    ], "request_id in ('old', 'new-key')", [{"request_id": "old", "uncached_input_tokens": 7, "output_tokens": 3}]),
    Case("a broken line", ['{"id": "cut'], "request_id like 'cut%'", []),
]  # fmt: skip
FATES = Fates(
    duplicates=1,
    # outer, tool; four kinds; the span of a trace; the empty trace and page
    not_a_call=2 + 4 + 1 + 2,
    rejected={"buckets_do_not_sum": 3, "missing_provider": 1, "missing_model": 1, "unparsable_timestamp": 1, "malformed_json": 1},
)
