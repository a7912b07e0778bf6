"""Quarantine, de-duplication and the three formats: raw lines whose fate the tests state by hand."""

from __future__ import annotations

import json

from support.cases_pricing import JUNE, chat


def call(response_id, occurred_at=JUNE, usage=None, **fields):
    """A valid usage_log line of the made-up model `plain` (1 USD in, 2 USD out per million)."""
    return {
        "occurred_at": occurred_at, "provider": "acme", "api_surface": "openai_compatible", "model_requested": "plain",
        "response_id": response_id, "usage": chat(1000, 0, 100) if usage is None else usage, "status": "success", "team": "event cases", **fields,
    }


LINES = [
    # identity
    call("streamed", "2026-05-04T23:59:59Z", chat(1000, 0, 10)),
    call("streamed", "2026-05-05T00:00:01Z", chat(1000, 0, 80)),
    call("streamed", "2026-05-05T00:00:03Z", chat(1000, 0, 120)),
    call("usage then aborted", "2026-05-04T10:00:00Z", chat(1000, 0, 50)),
    call("usage then aborted", "2026-05-04T10:00:05Z", {}, status="cancelled"),
    call("logged twice"),
    call("logged twice"),
    call("bad copy", usage=chat(1000, 0, 100)),
    call("bad copy", "2026-05-04T12:00:09Z", {**chat(1000, 0, 100), "total_tokens": 7}),
    {**call(None, request_id="no response id"), "usage": chat(500, 0, 0)},
    {**call(None), "usage": chat(321, 0, 0)},
    {**call(None), "usage": chat(321, 0, 0)},
    {**call("chatcmpl-42"), "provider": "ollama"},
    {**call("chatcmpl-42", "2026-05-04T13:00:00Z"), "provider": "ollama"},
    # retries and failures
    call(None, request_id="retried", usage=None, status="error", error_code="529") | {"usage": None},
    call("retried-2", request_id="retried", attempt_number=2, fallback_from="huge"),
    call("failed with usage", status="error"),
    call("failed with zeros", usage=chat(0, 0, 0), status="error"),
    call("aborted stream", usage={}, status="cancelled"),
    call("timed out", usage={}, status="timeout"),
    call("success without usage", usage={}),
    call("gateway cache hit", gateway_cache_hit=True),
    call("owner is empty", team=""),
    call("owner is absent") | {"team": None},
    {**call("", request_id="empty response id"), "usage": chat(77, 0, 0)},
    {**call("", request_id="another empty response id"), "usage": chat(77, 0, 0)},
    call("epoch milliseconds", 1777896000000),
    call("epoch nanoseconds", 1777896000000000000),
    call("zone in words", "2026-05-04 12:00:00 UTC"),
    call("status in other words", usage={}, status="FAILED"),
    call("provider from the surface", api_surface="openai_chat", model_requested="gpt-4o", usage=chat(1000, 0, 0)) | {"provider": None},
    call("provider spelled otherwise", model_requested="gemini-2.5-pro", provider="VERTEX_AI", api_surface="gemini_generate",
         usage={"promptTokenCount": 1000, "candidatesTokenCount": 0, "totalTokenCount": 1000}),
    # trace: a root, two children, a grandchild, an orphan and a pair that name each other
    call("t-root", trace_id="trace 1", request_id="r-root", latency_ms=500),
    call("t-child-1", "2026-05-04T12:00:01Z", trace_id="trace 1", request_id="r-1", parent_id="r-root"),
    call("t-child-2", "2026-05-04T12:00:02Z", trace_id="trace 1", request_id="r-2", parent_id="t-root"),
    call("t-grandchild", "2026-05-04T12:00:03Z", trace_id="trace 1", request_id="r-3", parent_id="r-2", latency_ms=2500),
    call("t-orphan", "2026-05-04T12:00:04Z", trace_id="trace 1", request_id="r-4", parent_id="lost"),
    call("loop-a", trace_id="trace 2", request_id="la", parent_id="lb"),
    call("loop-b", trace_id="trace 2", request_id="lb", parent_id="la"),
    # the same call in two formats: usage_log stands first in llm_cost_sources
    call("chatcmpl-two-logs", model_requested="gpt-4o", provider="openai", api_surface="openai_chat", usage=chat(1000, 0, 0), team="from usage_log"),
    call("chatcmpl-no-usage-here", model_requested="gpt-4o", provider="openai", api_surface="openai_chat", usage={}, team="from usage_log"),
    # quarantine of what surrounds the usage
    call("no time") | {"occurred_at": None},
    call("no time at all") | {"occurred_at": ""},
    call("unreadable time", "last Tuesday"),
    call("ancient", "1970-01-01T00:00:00Z"),
    call("last ancient microsecond", "2019-12-31T23:59:59.999999Z"),
    call("first allowed instant", "2020-01-01T00:00:00Z"),
    call("future", "2099-01-01T00:00:00Z"),
    call("no model") | {"model_requested": None},
    call("empty model") | {"model_requested": ""},
    call("no provider") | {"provider": None},
    call("unknown surface", api_surface="telepathy"),
    call("field the vendor added", brand_new_field={"x": 1}),
    call("private", usage=chat(100, 0, 0) | {"total_tokens": 1}, tags={"slice": "kept"}, prompt="SECRET PROMPT", api_key="sk-SECRET", ip_address="203.0.113.7"),
]

BROKEN_FILE = b"\n".join(
    [
        json.dumps(call("before the broken lines")).encode(),
        b'{"occurred_at": "2026-05-04T12:00:00Z", "provider": "acme", "usage": {"prompt_tok',
        b"not json",
        b'"a bare string"',
        b"42",
        b"[1, 2]",
        b'{"response_id": "latin-1 caf\xe9"}',
        b"",
        json.dumps(call("after the broken lines")).encode(),
        b'{"occurred_at": "2026-05-04T12:0',
    ]
)

REPLAY = [call("logged twice"), call("streamed", "2026-05-05T00:00:01Z", chat(1000, 0, 80))]

PACKED = [call("packed", usage=chat(10, 0, 0))]


def claude(message_id, request_id, usage, timestamp="2026-05-04T12:00:00.000Z", **fields):
    """An assistant line of a Claude Code session file."""
    message = {"id": message_id, "type": "message", "role": "assistant", "model": "claude-sonnet-4-6", "content": [], "usage": usage}
    return {
        "type": "assistant", "timestamp": timestamp, "sessionId": "session-1", "uuid": f"{message_id}-{timestamp}", "requestId": request_id,
        "cwd": "/home/somebody/checkout", "gitBranch": "main", "version": "2.1.0", "message": message, **fields,
    }


def anthropic(input_tokens, output_tokens, write_5m=0, write_1h=0, read=0):
    """A Messages API usage object."""
    return {
        "input_tokens": input_tokens, "output_tokens": output_tokens, "cache_read_input_tokens": read,
        "cache_creation_input_tokens": write_5m + write_1h,
        "cache_creation": {"ephemeral_5m_input_tokens": write_5m, "ephemeral_1h_input_tokens": write_1h}, "service_tier": "standard",
    }


CLAUDE_CODE = [
    {"type": "summary", "summary": "...", "leafUuid": "x"},
    {"type": "user", "timestamp": "2026-05-04T11:59:59.000Z", "sessionId": "session-1", "message": {"role": "user", "content": "..."}},
    claude("msg_1", "req_1", anthropic(10, 1, 600, 400, 5000)),
    claude("msg_1", "req_1", anthropic(10, 90, 600, 400, 5000), "2026-05-04T12:00:04.000Z"),
    claude("msg_1", "req_1", anthropic(10, 200, 600, 400, 5000), "2026-05-04T12:00:09.000Z"),
    claude("msg_2", "req_2", anthropic(10, 20), "2026-05-04T12:01:00.000Z", isSidechain=True),
    claude("msg_err", "req_3", {**anthropic(0, 0), "server_tool_use": {"web_search_requests": 0}}, "2026-05-04T12:02:00.000Z", isApiErrorMessage=True),
    {**claude("msg_syn", None, anthropic(0, 0)), "message": {"id": "msg_syn", "role": "assistant", "model": "<synthetic>", "usage": anthropic(0, 0)}},
    {"silly": "this"},
]

CLAUDE_CODE_RESUMED = [
    claude("msg_1", "req_1", anthropic(10, 200, 600, 400, 5000), "2026-05-04T12:00:09.000Z"),
    claude("msg_4", "req_4", anthropic(100, 10), "2026-05-05T08:00:00.000Z"),
]


def spend(request_id, prompt, completion, model="gpt-4o", provider="openai", metadata=None, **fields):
    """A row of LiteLLM_SpendLogs, metadata as JSON text."""
    return {
        "request_id": request_id, "call_type": "acompletion", "api_key": "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b",
        "spend": 0.1, "total_tokens": prompt + completion, "prompt_tokens": prompt, "completion_tokens": completion,
        "startTime": "2026-05-04 12:00:00.500000", "endTime": "2026-05-04 12:00:02.000000", "model": model, "model_group": "team-alias",
        "custom_llm_provider": provider, "user": "u-1", "metadata": json.dumps(metadata or {}), "cache_hit": "False", "request_tags": "[]",
        "team_id": "team-1", "end_user": "tenant-1", "session_id": "s-1", "status": "success", **fields,
    }


CLAUDE_USAGE = {
    "prompt_tokens": 6010, "completion_tokens": 200, "total_tokens": 6210, "cache_read_input_tokens": 5000, "cache_creation_input_tokens": 1000,
    "prompt_tokens_details": {
        "cached_tokens": 5000, "cache_creation_tokens": 1000,
        "cache_creation_token_details": {"ephemeral_5m_input_tokens": 600, "ephemeral_1h_input_tokens": 400},
    },
}

LITELLM = [
    spend("chatcmpl-plain", 1000, 100, metadata={"usage_object": {"prompt_tokens_details": {"cached_tokens": 600}}}),
    spend("chatcmpl-anthropic", 6010, 200, "claude-sonnet-4-6", "anthropic",
          {"usage_object": CLAUDE_USAGE, "user_api_key_team_alias": "growth", "user_api_key_alias": "growth-prod",
           "spend_logs_metadata": {"feature": "summaries", "environment": "prod"}}),
    spend("chatcmpl-bedrock", 1000, 100, "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0", "bedrock"),
    spend("chatcmpl-plain_cache_hit1746360000", 1000, 100, cache_hit="True", spend=0),
    spend("chatcmpl-failed", 0, 0, status="failure", spend=0, metadata={"error_information": {"error_code": "429"}}),
    spend("chatcmpl-retried", 1000, 0, metadata={"attempted_retries": 2, "attempted_fallbacks": 1, "original_model_group": "first-choice"}),
    spend("chatcmpl-empty", 0, 0),
    spend("chatcmpl-sum", 1000, 100, total_tokens=1101),
    spend("chatcmpl-rawkey", 1000, 0, api_key="sk-SECRET"),
    spend("chatcmpl-two-logs", 1000, 0, team_id="from litellm"),
    spend("chatcmpl-no-usage-here", 1000, 0, team_id="from litellm"),
]

LITELLM_CSV = (
    "request_id,startTime,endTime,model,custom_llm_provider,prompt_tokens,completion_tokens,total_tokens,spend,end_user\n"
    "chatcmpl-csv,2026-05-04 12:00:00,2026-05-04 12:00:01,gpt-4o,openai,1000,100,1100,0.0035,tenant-9\n"
)


def usage_log_lines():
    """The usage_log lines of this module."""
    return LINES
