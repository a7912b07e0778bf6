"""Kong's AI proxy in its log plugins' records: OpenAI's shape as each driver makes it, without cache of Anthropic and without lifetimes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from support.log_formats import Call, Case, Fates

UNKNOWN = {
    "session_id": "the record has no session, only the trace",
    "response_id": "only where payloads are logged; an answer from the semantic cache and a failed call have none",
    "cache_read_tokens": "the driver drops Anthropic's; a hit in the semantic cache used nothing at a provider",
    "cache_write_1h_tokens": "no driver tells what was written",
    "output_tokens": "a hit in the semantic cache used nothing at a provider",
    "reasoning_tokens": "the driver drops Anthropic's",
    "service_tier": "not logged",
}  # fmt: skip
KNOWS = {
    "cache": "reads, not of Anthropic", "cache_ttl": "no writes", "tier": "no", "retries": "tries",
    "owners": "headers, consumer, credential", "reported_cost": "gateway's estimate",
}  # fmt: skip
PROVIDER_NAMES = {"google": "gemini"}


def as_known(call: Call) -> Call | None:
    """The call as the record can tell it."""
    call = replace(call, session_id=None, service_tier="standard", write_5m=None, write_1h=None)
    if call.vendor == "anthropic":
        call = replace(call, cache_read=None, reasoning=None)
    if call.vendor == "google" and call.has_usage and not call.is_gateway_cache_hit:
        call = replace(call, reasoning=call.reasoning or 0)
    if call.is_gateway_cache_hit:
        return replace(call, response_id=None, uncached=None, cache_read=None, output=None)
    return replace(call, response_id=None) if call.status == "error" else call


def record(call: Call) -> dict:
    """One record of http-log or file-log."""
    known = as_known(call)
    usage: dict = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0, "cost": 0, "time_per_token": 0}
    if call.has_usage:
        usage = {"prompt_tokens": call.total_input if call.vendor != "anthropic" else call.uncached, "completion_tokens": call.output, "cost": 0.0125,
            "time_per_token": 9}
        usage["total_tokens"] = usage["prompt_tokens"] + call.output
        if call.vendor != "anthropic":
            usage["prompt_tokens_details"] = {"cached_tokens": call.cache_read, "audio_tokens": 0}
            usage["completion_tokens_details"] = {"reasoning_tokens": known.reasoning, "audio_tokens": 0}
        if call.vendor == "google" and call.reasoning:
            usage["completion_tokens"] -= call.reasoning
    owners = {"x-owner-team": call.team, "x-owner-service": call.service, "x-owner-feature": call.feature, "x-owner-environment": call.environment,
        "x-tenant-id": call.tenant_id}
    plugin: dict = {
        "meta": {"plugin_id": "p-1", "provider_name": PROVIDER_NAMES.get(call.vendor, call.vendor), "request_model": call.model_requested,
            "response_model": call.model_served,
                 "request_mode": "oneshot", "llm_latency": call.latency_ms},
        "usage": usage,
        "payload": {"request": "SECRET-PROMPT", "response": f'{{"id":"{call.response_id}","choices":"SECRET-ANSWER"}}' if call.has_usage else None},
    }  # fmt: skip
    if call.is_gateway_cache_hit:
        plugin["cache"] = {"cache_status": "Hit", "fetch_latency": 21, "embeddings_provider": "openai", "embeddings_tokens": 8}
    return {
        "started_at": int(call.occurred_at.timestamp() * 1000), "client_ip": "203.0.113.10", "workspace": "w-1", "workspace_name": "default",
        "request": {"id": call.request_id, "uri": "/chat?key=sk-secret", "method": "POST", "headers": {
            "authorization": "Bearer sk-secret", "x-api-key": "sk-secret", "x-forwarded-for": "203.0.113.10", "user-agent": "test",
        } | {key: value for key, value in owners.items() if value}},
        "response": {"status": 500 if call.status == "error" else 200, "headers": {"x-kong-llm-model": call.model_served}},
        "latencies": {"proxy": 1400, "request": 1510, "kong": 110}, "tries": [{"ip": "203.0.113.10", "port": 443, "balancer_start": 1}] * call.attempt_number,
        "consumer": {"id": "c-1", "custom_id": call.user_id} if call.user_id else None, "authenticated_entity": {"id": "credential-1"},
        "service": {"name": "llm", "host": "api.example.com"}, "route": {"name": "chat"}, "trace_id": {"w3c": call.trace_id},
        "ai": {"proxy": plugin},
    }  # fmt: skip


def records(calls: list[Call]):
    """The raw records of the calls."""
    return [record(call) for call in calls]


def log(name: str, usage: dict | None, namespace: str = "proxy", provider: str = "openai", status: int = 200, meta: dict | None = None,
    plugin: dict | None = None, **fields) -> dict:
    """A record with this usage."""
    told = {"meta": {"provider_name": provider, "request_model": "gpt-test-1", "response_model": "gpt-test-1", "llm_latency": 900} | (meta or {}),
        "usage": usage or {}} | (plugin or {})
    return {
        "started_at": 1786094446847, "request": {"id": name, "headers": {"authorization": "sk-secret"}}, "response": {"status": status},
        "client_ip": "203.0.113.10",
        "ai": {namespace: told, "payload": {"request": "SECRET-PROMPT"}},
    } | fields  # fmt: skip


SMALL = {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12, "cost": 0.0038}

CASES = [
    Case("the plugin's own name and singular counts, as before 3.8", [
        log("kg-old", {"prompt_token": 28, "completion_token": 20, "total_tokens": 48, "cost": 0.0038}, namespace="ai-proxy", provider="cohere"),
    ], "request_id = 'kg-old'", [
        {"uncached_input_tokens": 28, "output_tokens": 20, "provider": "cohere", "provider_reported_cost_usd": Decimal("0.0038"), "latency_ms": 900,
            "attempt_number": 1, "response_id": None},
    ]),
    Case("the advanced plugin: cached tokens inside, a target that failed first", [
        log("kg-advanced", SMALL | {"prompt_tokens_details": {"cached_tokens": 4}}, namespace="ai-proxy-advanced",
            plugin={"tried_targets": [{"provider": "azure", "model": "gpt-test-0", "ip": "203.0.113.10"}, {"provider": "openai", "model": "gpt-test-1"}]}),
    ], "request_id = 'kg-advanced'", [
        {"uncached_input_tokens": 6, "cache_read_tokens": 4, "attempt_number": 2, "is_retry": True, "fallback_from": "gpt-test-0"},
    ]),
    Case("thoughts that Gemini's driver leaves out are in the total", [log("kg-gemini", SMALL | {"total_tokens": 30}, provider="gemini")],
        "request_id = 'kg-gemini'", [
        {"provider": "google", "output_tokens": 20, "reasoning_tokens": 18},
    ]),
    Case("the consumer, its credential and the workspace own the call", [
        log("kg-owned", SMALL, consumer={"id": "c", "username": "batch-job"}, authenticated_entity={"id": "cred-7", "consumer_id": "c"}, workspace_name="ml"),
    ], "request_id = 'kg-owned'", [{"user_id": "batch-job", "api_key_id": "cred-7", "project_id": "ml", "team": "unattributed", "tags": None}]),
    Case("no prices configured: the cost of 0 says nothing", [log("kg-free", SMALL | {"cost": 0})], "request_id = 'kg-free'",
        [{"provider_reported_cost_usd": None}]),
    Case("a hit in the semantic cache", [
        log("kg-hit", SMALL, plugin={"cache": {"cache_status": "Hit"}, "payload": {"response": "{\"id\":\"chatcmpl-kg\"}"}}),
        log("kg-miss", SMALL, plugin={"cache": {"cache_status": "Miss"}, "payload": {"response": "{\"id\":\"chatcmpl-kg\"}"}}),
    ], "request_id in ('kg-hit', 'kg-miss')", [
        {"request_id": "kg-hit", "is_gateway_cache_hit": True, "pricing_status": "not_billable", "output_tokens": None, "response_id": None},
        {"request_id": "kg-miss", "is_gateway_cache_hit": False, "output_tokens": 2, "response_id": "chatcmpl-kg"},
    ]),
    Case("failed, timed out, given up by the client", [log(f"kg-status-{status}", None, status=status) for status in (429, 499, 504)],
        "request_id like 'kg-status-%'", [
        {"status": "error", "error_code": "429", "pricing_status": "not_billable"},
        {"status": "cancelled", "error_code": "499", "pricing_status": "usage_missing"},
        {"status": "timeout", "error_code": "504", "pricing_status": "usage_missing"},
    ]),
    Case("the same record in two log plugins: counted once", [log("kg-twice", SMALL)] * 2, "request_id = 'kg-twice'", [{"output_tokens": 2}]),
    Case("a request to another API and an MCP call are no calls", [
        log("kg-plain", None, ai=None), log("kg-mcp", None, ai={"mcp": {"rpc": [{"method": "tools/call", "payload": {"request": "SECRET-PROMPT"}}]}}),
    ], "request_id in ('kg-plain', 'kg-mcp')", []),
    Case("more cached than input", [log("kg-wrong", SMALL | {"prompt_tokens_details": {"cached_tokens": 11}})], "request_id = 'kg-wrong'", []),
    Case("a total that does not add up", [log("kg-total", SMALL | {"total_tokens": 11})], "request_id = 'kg-total'", []),
    Case("fields missing, one added", [{"started_at": 1786094446847, "ai": {"proxy": {"meta": {"provider_name": "openai", "request_model": "kg-m"},
        "usage": SMALL}}, "new": 1}],
         "model_served = 'kg-m'", [{"uncached_input_tokens": 10, "status": "success", "latency_ms": None, "request_id": None}]),
    Case("a broken line", ['{"request": {"id": "kg-cut'], "request_id like 'kg-cut%'", []),
]  # fmt: skip
FATES = Fates(duplicates=1, not_a_call=2, rejected={"cached_exceeds_input": 1, "buckets_do_not_sum": 1, "malformed_json": 1})
