"""Vertex AI's request-response log (BigQuery): Gemini's usageMetadata, or Claude's usage, in the whole answer."""

from __future__ import annotations

import json
from dataclasses import replace

from support.log_formats import Call, Case, Fates

VENDOR = "google"
PRICED = {("google", "claude-test-1@20260101")}

UNKNOWN = {
    "request_id": "Vertex numbers requests itself",
    "trace_id": "no trace",
    "session_id": "no session",
    "response_id": "a failed call has no answer",
    "attempt_number": "each attempt is a request of its own",
    "is_retry": "the same",
    "is_gateway_cache_hit": "no gateway",
    "cache_read_tokens": "Gemini leaves out a count of nothing: it counts as 0",
    "pricing_status": "a call that a gateway's cache would have answered is a priced call",
}
# one row of README's table
KNOWS = {
    "cache": "reads; writes of Claude", "cache_ttl": "Claude", "tier": "`trafficType`", "retries": "no",
    "owners": "`full_request.labels`", "reported_cost": "no",
}


def number(call: Call) -> int:
    """The log's number of the request, beyond what a double holds."""
    return 5374205265901350000 + int(call.name[-2:])


def as_known(call: Call) -> Call | None:
    """The call as its row can tell it."""
    return replace(
        call, request_id=str(number(call)), trace_id=None, session_id=None, attempt_number=1, is_gateway_cache_hit=False,
        response_id=None if call.status == "error" else call.response_id, cache_read=(call.cache_read or 0) if call.has_usage else None,
    )  # fmt: skip


def usage(call: Call) -> dict:
    """A usageMetadata: what is nothing is left out."""
    told = {
        "promptTokenCount": call.total_input, "candidatesTokenCount": call.output - (call.reasoning or 0), "totalTokenCount": call.total_input + call.output,
        "cachedContentTokenCount": call.cache_read, "thoughtsTokenCount": call.reasoning,
        "candidatesTokensDetails": [{"modality": "TEXT", "tokenCount": call.output}],
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": call.total_input}],
        "trafficType": "ON_DEMAND_PRIORITY" if call.service_tier == "priority" else "ON_DEMAND",
    }  # fmt: skip
    return {name: count for name, count in told.items() if count not in (None, 0)}


def answer(call: Call):
    """The whole answer: of every third call the list of its chunks, of which each has a usage so far."""
    if call.status == "error":
        return {"error": {"code": 429, "message": "SECRET-ANSWER", "status": "RESOURCE_EXHAUSTED"}}
    whole = {
        "candidates": [{"content": {"role": "model", "parts": [{"text": "SECRET-ANSWER"}]}, "finishReason": "STOP"}], "createTime": call.iso(),
        "modelVersion": call.model_served, "responseId": call.response_id, "usageMetadata": usage(call),
    }  # fmt: skip
    if int(call.name[-2:]) % 3:
        return whole
    return [whole | {"usageMetadata": {"trafficType": "ON_DEMAND"}}, whole | {"usageMetadata": {"promptTokenCount": call.total_input, "totalTokenCount": 1}},
        whole]


def row(call: Call) -> dict:
    """One row of the table as a JSON export has it."""
    labels = {name: getattr(call, name) for name in ("team", "service", "feature", "environment", "tenant_id", "user_id") if getattr(call, name)}
    return {
        "endpoint": "", "deployed_model_id": "", "logging_time": call.ended_at.strftime("%Y-%m-%d %H:%M:%S.%f UTC"), "request_id": number(call),
        "request_payload": ["SECRET-PROMPT"], "response_payload": ["SECRET-ANSWER"], "model": f"publishers/google/models/{call.model_requested}",
        "model_version": "default", "api_method": "GenerateContent",
        "full_request": {"contents": [{"role": "user", "parts": [{"text": "SECRET-PROMPT"}]}], "labels": labels},
        # JSON columns may come as JSON or as text
        "full_response": answer(call) if int(call.name[-2:]) % 2 else json.dumps(answer(call)),
        "metadata": {"request_latency": call.latency_ms + 0.0}, "otel_log": {"gen_ai.input.messages": "SECRET-PROMPT"},
    }  # fmt: skip


def records(calls: list[Call]):
    """The raw records of the calls."""
    return [row(call) for call in calls]


def sample(request_id: int | str, response, model: str = "publishers/google/models/gemini-2.5-pro", **more) -> dict:
    """A row of a case."""
    return {
        "endpoint": "", "logging_time": "2026-08-07T16:41:15.5Z", "request_id": request_id, "model": model, "api_method": "GenerateContent",
        "full_request": {"contents": [{"parts": [{"text": "SECRET-PROMPT"}]}]}, "full_response": response, "metadata": {"request_latency": 500}, **more,
    }  # fmt: skip


CLAUDE = "publishers/anthropic/models/claude-test-1@20260101"
COUNTS = {
    "input_tokens": 11, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 30,
    "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20}, "output_tokens": 1, "service_tier": "standard",
}  # fmt: skip
SHORT = {"promptTokenCount": 3, "candidatesTokenCount": 29, "totalTokenCount": 32}
SEARCH = {"groundingMetadata": {"webSearchQueries": ["SECRET-PROMPT", "SECRET-PROMPT 2"]}}

CASES = [
    Case("thoughts stand beside the output, tool prompts beside the prompt", [sample(1, {
        "responseId": "r1", "modelVersion": "gemini-2.5-pro", "createTime": "2026-08-07T16:41:14.25Z",
        "usageMetadata": {"promptTokenCount": 3, "toolUsePromptTokenCount": 40, "candidatesTokenCount": 29, "thoughtsTokenCount": 901, "totalTokenCount": 973},
    })], "request_id = '1'", [
        {"provider": "google", "model_served": "gemini-2.5-pro", "model_requested": "gemini-2.5-pro", "uncached_input_tokens": 43, "output_tokens": 930,
         "reasoning_tokens": 901, "response_id": "r1", "latency_ms": 500, "pricing_status": "priced", "tags": None},
    ]),
    Case("modalities and provisioned throughput", [sample(2, {"usageMetadata": {
        "promptTokenCount": 100, "cachedContentTokenCount": 60, "candidatesTokenCount": 5, "totalTokenCount": 105, "trafficType": "PROVISIONED_THROUGHPUT",
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 50}, {"modality": "AUDIO", "tokenCount": 50}],
        "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 20}, {"modality": "TEXT", "tokenCount": 40}],
    }})], "request_id = '2'", [
        {"cache_read_tokens": 60, "audio_input_tokens": 30, "uncached_input_tokens": 10, "service_tier": "provisioned", "total_input_tokens": 100},
    ]),
    Case("Claude by rawPredict", [sample(3, {"id": "msg_vrtx_1", "type": "message", "model": "claude-test-1", "content": [],
        "usage": COUNTS | {"output_tokens": 9}}, CLAUDE,
        api_method="RawPredict", full_request={"messages": [], "metadata": {"user_id": "u-1"}})], "request_id = '3'", [
        {"provider": "google", "model_served": "claude-test-1@20260101", "uncached_input_tokens": 11, "cache_read_tokens": 100, "cache_write_5m_tokens": 10,
         "cache_write_1h_tokens": 20, "output_tokens": 9, "response_id": "msg_vrtx_1", "user_id": "u-1", "is_cache_ttl_assumed": False,
         "pricing_status": "priced"},
    ]),
    Case("Claude by streamRawPredict: the input of the start, the output of the end", [sample(4, [
        {"type": "message_start", "message": {"id": "msg_vrtx_2", "model": "claude-test-1", "usage": COUNTS}},
        {"type": "content_block_delta", "delta": {"text": "SECRET-ANSWER"}},
        {"type": "message_delta", "usage": {"output_tokens": 90, "server_tool_use": {"web_search_requests": 2}}},
    ], CLAUDE, api_method="StreamRawPredict")], "request_id = '4'", [
        {"uncached_input_tokens": 11, "cache_read_tokens": 100, "cache_write_1h_tokens": 20, "output_tokens": 90, "web_search_requests": 2,
         "response_id": "msg_vrtx_2"},
    ]),
    Case("grounded prompts", [
        sample(5, {"candidates": [SEARCH], "modelVersion": "gemini-2.5-pro", "usageMetadata": SHORT}),
        sample(6, {"candidates": [SEARCH], "modelVersion": "gemini-3-pro-preview", "usageMetadata": SHORT}, "publishers/google/models/gemini-3-pro-preview"),
    ], "request_id in ('5', '6')", [{"web_search_requests": 1}, {"web_search_requests": 2}]),
    Case("exported twice: counted once", [sample(7, {"responseId": "r7", "usageMetadata": SHORT})] * 2, "request_id = '7'", [{"output_tokens": 29}]),
    Case("a number with decimals", [sample("8.000000000", {"usageMetadata": SHORT})], "request_id = '8'", [{"output_tokens": 29}]),
    Case("failed: told by the answer, by the metadata", [
        sample(9, [{"error": {"code": 400, "status": "INVALID_ARGUMENT"}}]), sample(10, None, metadata={"request_latency": 1.5, "error": {"code": 500}}),
        sample(11, {"type": "error", "error": {"type": "overloaded_error"}}, CLAUDE),
    ], "request_id in ('9', '10', '11')", [
        {"error_code": "overloaded_error", "pricing_status": "not_billable"}, {"error_code": "INVALID_ARGUMENT", "pricing_status": "not_billable"},
        {"status": "error", "error_code": "500", "pricing_status": "not_billable", "latency_ms": 2},
    ]),
    Case("no answer and no error: used, but not known what", [sample(12, None)], "request_id = '12'",
        [{"status": "success", "pricing_status": "usage_missing"}]),
    Case("labels as text", [sample(13, {"usageMetadata": SHORT}, full_request=json.dumps({"labels": {"team": "a", "cost-center": "cc"},
        "contents": "SECRET-PROMPT"}))],
         "request_id = '13'", [{"team": "a", "cost_center": "cc"}]),
    Case("more cached than prompt", [sample(14, {"usageMetadata": SHORT | {"cachedContentTokenCount": 4}})], "request_id = '14'", []),
    Case("a total that does not add up", [sample(15, {"usageMetadata": SHORT | {"totalTokenCount": 33}})], "request_id = '15'", []),
    Case("columns missing, a column added", [{
        "request_id": "16", "logging_time": "2026-08-07 16:41:15.5 UTC", "model": "projects/p/locations/l/publishers/google/models/m", "new": 1,
        "full_response": {"usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 1, "newTokenCount": 7}},
    }], "request_id = '16'", [{"uncached_input_tokens": 5, "total_input_tokens": 5, "model_served": "m", "latency_ms": None}]),
    Case("a broken line", ['{"request_id": 99, "full_response'], "request_id = '99'", []),
]  # fmt: skip
FATES = Fates(duplicates=1, rejected={"cached_exceeds_input": 1, "buckets_do_not_sum": 1, "malformed_json": 1})
