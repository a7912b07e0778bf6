"""LiteLLM's StandardLoggingPayload, as its S3, GCS and generic loggers write it: prompt_tokens contain cache reads and writes for every vendor."""

from __future__ import annotations

from dataclasses import replace

from support.log_formats import Call, Case, Fates

UNKNOWN = {
    "model_requested": "the public model name that the proxy gives a deployment stands for it",
    "response_id": "a hit in the proxy's cache has the id of the first answer with a suffix",
    "cache_read_tokens": "a hit in the proxy's cache used nothing at a provider", "output_tokens": "the same",
    "cache_write_1h_tokens": "where tokens were written for 5 minutes only, those for an hour are 0, not unknown",
}  # fmt: skip
KNOWS = {
    "cache": "reads and writes", "cache_ttl": "yes", "tier": "`cost_breakdown` or the answer", "retries": "`attempted_retries`",
    "owners": "key, team, end user, request tags, metadata", "reported_cost": "gateway's estimate",
}  # fmt: skip


def as_known(call: Call) -> Call | None:
    """The call as the payload can tell it."""
    call = replace(call, model_requested=f"{call.vendor}-public")
    if call.is_gateway_cache_hit:
        return replace(call, response_id=f"{call.response_id}_cache_hit1756681200.0", uncached=None, cache_read=None, write_5m=None, write_1h=None, output=None)
    if call.write_5m is not None or call.write_1h is not None:
        return replace(call, write_5m=call.write_5m or 0, write_1h=call.write_1h or 0)
    return call


def payload(call: Call) -> dict:
    """One object as the proxy writes it."""
    known = as_known(call)
    written = None if call.write_5m is None and call.write_1h is None else (call.write_5m or 0) + (call.write_1h or 0)
    details: dict = {"cached_tokens": call.cache_read}
    if written is not None:
        details["cache_creation_tokens"] = written
        details["cache_creation_token_details"] = {"ephemeral_5m_input_tokens": call.write_5m or 0, "ephemeral_1h_input_tokens": call.write_1h or 0}
    usage = {
        "prompt_tokens": call.total_input, "completion_tokens": call.output, "total_tokens": (call.total_input or 0) + (call.output or 0),
        "prompt_tokens_details": details, "completion_tokens_details": {"reasoning_tokens": call.reasoning},
    }  # fmt: skip
    owners = {name: getattr(call, name) for name in ("service", "feature", "environment") if getattr(call, name)}
    start = call.occurred_at.timestamp()
    return {
        "id": known.response_id, "litellm_call_id": call.request_id, "trace_id": call.trace_id, "session_id": call.session_id, "call_type": "acompletion",
        "stream": True, "status": "failure" if call.status == "error" else "success",
        "custom_llm_provider": {"google": "vertex_ai"}.get(call.vendor, call.vendor),
        "startTime": start, "endTime": start + (call.latency_ms or 0) / 1000, "completionStartTime": start + 0.2, "response_time": 0.2,
        "model": call.model_served, "model_group": known.model_requested, "model_id": "deployment-1", "api_base": "https://203.0.113.10/v1",
        "cache_hit": call.is_gateway_cache_hit or None, "cache_key": None, "response_cost": 0.0125 if call.has_usage and not call.is_gateway_cache_hit else 0,
        "cost_breakdown": {"input_cost": 0.01, "output_cost": 0.0025, "total_cost": 0.0125, "service_tier": call.service_tier},
        "prompt_tokens": call.total_input or 0, "completion_tokens": call.output or 0, "total_tokens": usage["total_tokens"],
        "request_tags": ["User-Agent: test"] + ([f"team:{call.team}"] if call.team else []), "end_user": call.tenant_id or "",
        "requester_ip_address": "203.0.113.10", "messages": [{"role": "user", "content": "SECRET-PROMPT"}],
        "response": {"id": call.response_id, "model": call.model_served, "usage": usage, "choices": [{"message": {"content": "SECRET-ANSWER"}}]},
        "model_parameters": {"api_key": "sk-secret"}, "hidden_params": {"litellm_model_name": call.model_served, "api_base": "https://203.0.113.10"},
        "error_str": "SECRET-PROMPT" if call.status == "error" else None,
        "error_information": {"error_code": "500" if call.status == "error" else "", "error_class": "", "error_message": "SECRET-PROMPT", "traceback": ""},
        "metadata": {
            "user_api_key_hash": "88dc28d0", "user_api_key_alias": None, "user_api_key_team_id": None, "user_api_key_team_alias": None,
            "user_api_key_user_id": call.user_id, "requester_ip_address": "203.0.113.10", "spend_logs_metadata": owners or None, "requester_metadata": None,
            "usage_object": usage if call.has_usage else None, "attempted_retries": call.attempt_number - 1, "attempted_fallbacks": 0,
        },
    }  # fmt: skip


def records(calls: list[Call]):
    """The raw records of the calls."""
    return [payload(call) for call in calls]


BASE = {
    "id": "lp-chatcmpl-base", "trace_id": "lp-trace-base", "call_type": "acompletion", "cache_hit": None, "status": "success", "custom_llm_provider": "openai",
    "startTime": "2026-08-07 09:20:46.847371", "endTime": "2026-08-07 09:20:46.851954", "model": "gpt-test-1", "model_group": "", "metadata": {},
    "response_cost": 0.000225, "total_tokens": 30, "prompt_tokens": 10, "completion_tokens": 20, "request_tags": [], "end_user": "",
    "messages": [{"role": "user", "content": "SECRET-PROMPT"}],
    "response": {"id": "lp-chatcmpl-base", "model": "gpt-test-1", "service_tier": "flex", "usage": {
        "prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30, "prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": None}},
}  # fmt: skip
OWNED = {
    "user_api_key_hash": "sk-secret-in-clear", "user_api_key_alias": "ci-key", "user_api_key_team_id": "team-7", "user_api_key_team_alias": "search",
    "user_api_key_org_id": "org-1", "user_api_key_project_id": "project-1", "user_api_key_user_id": "user-1", "user_api_key_end_user_id": "tenant-2",
    "requester_metadata": {"feature": "ranking"}, "spend_logs_metadata": {"team": "other", "service": "search-api"},
}  # fmt: skip

CASES = [
    Case("usage in the answer only, times as text", [BASE], "response_id = 'lp-chatcmpl-base'", [
        {"uncached_input_tokens": 6, "cache_read_tokens": 4, "output_tokens": 20, "latency_ms": 4, "service_tier": "flex", "model_requested": "gpt-test-1",
            "tags": None,
         "trace_id": "lp-trace-base"},
    ]),
    Case("the answer is text", [BASE | {"id": "lp-text", "response": "SECRET-ANSWER"}], "response_id = 'lp-text'", [
        {"uncached_input_tokens": 10, "cache_read_tokens": None, "service_tier": "standard"},
    ]),
    Case("the alias of the team before its id and before metadata; no key in clear",
        [BASE | {"id": "lp-owned", "metadata": OWNED, "request_tags": ["team:tagged", "environment:prod"]}],
         "response_id = 'lp-owned'", [
        {"team": "search", "service": "search-api", "feature": "ranking", "environment": "prod", "user_id": "user-1", "tenant_id": "tenant-2",
            "project_id": "project-1",
         "billing_account_id": "org-1", "api_key_id": "ci-key", "tags": "{\"request_tags\":[\"team:tagged\",\"environment:prod\"]}"},
    ]),
    Case("a key without alias is told by its hash", [BASE | {"id": "lp-hashed", "metadata": {"user_api_key_hash": "88dc28d0"}}], "response_id = 'lp-hashed'",
        [{"api_key_id": "88dc28d0"}]),
    Case("a model with its provider, called after another one failed", [
        BASE | {"id": "lp-azure", "custom_llm_provider": "azure", "model": "azure/gpt-test-1", "model_group": "fast-chat",
                "metadata": {"attempted_fallbacks": 1, "original_model_group": "best-chat", "attempted_retries": 0}},
    ], "response_id = 'lp-azure'", [{"provider": "azure", "model_served": "gpt-test-1", "model_requested": "best-chat", "fallback_from": "best-chat"}]),
    Case("retries share a trace: the failed attempt and the one that worked", [
        BASE | {"id": "lp-try-1", "trace_id": "lp-retried", "status": "failure", "prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0,
            "response_cost": 0, "response": {},
                "error_information": {"error_code": "429", "error_message": "SECRET-PROMPT"}},
        BASE | {"id": "lp-try-2", "trace_id": "lp-retried", "metadata": {"attempted_retries": 1}},
    ], "trace_id = 'lp-retried'", [
        {"status": "error", "error_code": "429", "pricing_status": "not_billable", "attempt_number": 1},
        {"status": "success", "attempt_number": 2, "is_retry": True},
    ]),
    Case("the proxy's own cache, the answer it first gave, and its copy in another logger", [
        BASE | {"id": "lp-first"}, BASE | {"id": "lp-first"}, BASE | {"id": "lp-first_cache_hit1786094446.8", "cache_hit": True, "response_cost": 0.0},
    ], "response_id like 'lp-first%'", [
        {"is_gateway_cache_hit": False, "output_tokens": 20}, {"is_gateway_cache_hit": True, "output_tokens": None, "pricing_status": "not_billable"},
    ]),
    Case("a call of an MCP tool is no call", [BASE | {"id": "lp-mcp", "call_type": "call_mcp_tool", "model": "MCP: search"}], "response_id = 'lp-mcp'", []),
    Case("more cached than input", [BASE | {"id": "lp-wrong", "prompt_tokens": 3, "total_tokens": 23}], "response_id = 'lp-wrong'", []),
    Case("a total that does not add up", [BASE | {"id": "lp-total", "total_tokens": 31}], "response_id = 'lp-total'", []),
    Case("an unreadable time", [BASE | {"id": "lp-time", "startTime": "yesterday"}], "response_id = 'lp-time'", []),
    Case("fields missing, a field added", [{"id": "lp-short", "startTime": 1786094446.5, "model": "openai/gpt-test-1", "prompt_tokens": 5,
        "completion_tokens": 1, "new": [1]}],
         "response_id = 'lp-short'", [{"provider": "openai", "uncached_input_tokens": 5, "total_input_tokens": 5, "latency_ms": None,
             "request_id": "lp-short"}]),
    Case("a broken line", ['{"id": "lp-cut'], "response_id like 'lp-cut%'", []),
]  # fmt: skip
FATES = Fates(
    duplicates=1, not_a_call=1, rejected={"cached_exceeds_input": 1, "buckets_do_not_sum": 1, "unparsable_timestamp": 1, "malformed_json": 1}
)
