"""Portkey's logs export: the answer in OpenAI's shape as its gateway makes it of every vendor's, counts of Claude beside the cache."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from support.log_formats import Call, Case, Fates

UNKNOWN = {
    "session_id": "the export has no session, only the trace",
    "response_id": "an answer from the gateway's cache has the id of the first one",
    "cache_read_tokens": "a hit in the gateway's cache used nothing at a provider", "output_tokens": "the same",
    "cache_write_1h_tokens": "the gateway drops the split by lifetime: written tokens count as 5 minutes",
    "is_cache_ttl_assumed": "the same",
    "reasoning_tokens": "the gateway drops Anthropic's count and gives 0 for Gemini where it has none",
    "service_tier": "the gateway passes on OpenAI's only",
}  # fmt: skip
KNOWS = {
    "cache": "in the answer", "cache_ttl": "of native answers", "tier": "in the answer", "retries": "where `retry_success_count` is exported",
    "owners": "metadata, virtual key, prompt", "reported_cost": "gateway's estimate, cents",
}  # fmt: skip


def as_known(call: Call) -> Call | None:
    """The call as the export can tell it."""
    call = replace(call, session_id=None, service_tier=call.service_tier if call.vendor == "openai" else "standard")
    if call.vendor == "anthropic":
        call = replace(call, reasoning=None)
    if call.vendor == "google" and call.has_usage and not call.is_gateway_cache_hit:
        call = replace(call, reasoning=call.reasoning or 0)
    if call.is_gateway_cache_hit:
        return replace(call, response_id=None, uncached=None, cache_read=None, write_5m=None, write_1h=None, output=None)
    if call.status == "error":
        return replace(call, response_id=None)
    if call.write_5m is not None or call.write_1h is not None:
        call = replace(call, write_5m=(call.write_5m or 0) + (call.write_1h or 0), write_1h=0, is_ttl_known=False)
    return call


def answer(call: Call) -> dict:
    """The answer as the gateway makes it."""
    if call.status == "error":
        return {"status": "failure", "error": {"message": "SECRET-PROMPT", "code": None}}
    usage = {"prompt_tokens": call.total_input, "completion_tokens": call.output, "total_tokens": call.total_input + call.output}
    if call.vendor == "anthropic":
        usage["prompt_tokens"] = call.uncached
        if call.cache_read or call.write_5m or call.write_1h:
            usage["cache_read_input_tokens"] = call.cache_read
            if call.write_5m or call.write_1h:
                usage["cache_creation_input_tokens"] = (call.write_5m or 0) + (call.write_1h or 0)
    else:
        usage["prompt_tokens_details"] = {"cached_tokens": call.cache_read, "audio_tokens": 0}
        usage["completion_tokens_details"] = {"reasoning_tokens": as_known(call).reasoning, "audio_tokens": 0}
    if call.vendor == "google" and call.reasoning:
        usage["completion_tokens"] = call.output - call.reasoning
    made = {
        "id": call.response_id, "object": "chat.completion", "created": 1, "model": call.model_served, "provider": call.vendor, "usage": usage,
        "choices": [{"message": {"role": "assistant", "content": "SECRET-ANSWER"}}],
    }  # fmt: skip
    return made | ({"service_tier": {"standard": "default"}.get(call.service_tier, call.service_tier)} if call.vendor == "openai" else {})


def row(call: Call) -> dict:
    """One line of the export."""
    metadata = {"_user": call.user_id, "_environment": call.environment, "team": call.team, "service": call.service, "feature": call.feature,
        "_organisation": call.tenant_id}
    return {
        "id": call.request_id, "trace_id": call.trace_id, "created_at": call.iso(),
        "request": {"model": call.model_requested, "messages": [{"content": "SECRET-PROMPT"}]},
        "response": answer(call), "is_success": call.status == "success", "ai_org": call.vendor if call.vendor != "google" else "vertex-ai",
        "ai_model": call.model_requested,
        "req_units": call.total_input or 0, "res_units": call.output or 0, "total_units": (call.total_input or 0) + (call.output or 0),
        "request_url": "https://api.example.com/v1/chat/completions", "cost": 1.25 if call.has_usage else 0, "cost_currency": "USD",
        "response_time": call.latency_ms,
        "response_status_code": 500 if call.status == "error" else 200, "cache_status": "HIT" if call.is_gateway_cache_hit else "MISS", "mode": "single",
        "retry_success_count": call.attempt_number - 1, "metadata": {key: value for key, value in metadata.items() if value},
    }  # fmt: skip


def records(calls: list[Call]):
    """The raw records of the calls."""
    return [row(call) for call in calls]


def told(name: str, usage: dict | None, **fields) -> dict:
    """A line with this usage in its answer."""
    return {
        "id": name, "created_at": "2026-08-07T09:20:46.000Z", "ai_org": "openai", "ai_model": "gpt-test-1", "is_success": 1, "response_status_code": 200,
        "response_time": 900,
        "req_units": 100, "res_units": 10, "total_units": 110, "cost": 0.5, "request": {"messages": "SECRET-PROMPT"},
        "response": {"id": f"answer-{name}", "model": "gpt-test-1", "usage": usage, "choices": "SECRET-ANSWER"} if usage else None,
    } | fields  # fmt: skip


CLAUDE = {"ai_org": "anthropic", "ai_model": "claude-test-1"}
NATIVE = {
    "id": "pk-msg_1", "model": "claude-test-1", "type": "message", "content": "SECRET-ANSWER",
    "usage": {"input_tokens": 7, "cache_read_input_tokens": 50, "cache_creation_input_tokens": 30, "output_tokens": 9, "service_tier": "priority",
              "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20}},
}  # fmt: skip

CASES = [
    Case("a native Messages answer: beside the cache, with lifetimes and tier", [told("pk-native", None, **CLAUDE, response=NATIVE)],
        "request_id = 'pk-native'", [
        {"uncached_input_tokens": 7, "cache_read_tokens": 50, "cache_write_5m_tokens": 10, "cache_write_1h_tokens": 20, "service_tier": "priority",
            "response_id": "pk-msg_1",
         "is_cache_ttl_assumed": False},
    ]),
    Case("Bedrock, newer gateway: around the cache, an id that is a clock", [
        told("pk-bedrock-new", {"prompt_tokens": 87, "completion_tokens": 9, "total_tokens": 96, "prompt_tokens_details": {"cached_tokens": 50},
                             "cache_read_input_tokens": 50, "cache_creation_input_tokens": 30}, ai_org="bedrock", ai_model="anthropic.claude-test-1"),
        told("pk-bedrock-id", None, ai_org="bedrock", response={"id": "1786094446847", "model": "m",
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}),
    ], "request_id like 'pk-bedrock-%' and request_id <> 'pk-bedrock-old'", [
        {"request_id": "pk-bedrock-id", "response_id": None, "provider": "aws"},
        {"request_id": "pk-bedrock-new", "uncached_input_tokens": 7, "cache_read_tokens": 50, "cache_write_5m_tokens": 30, "total_input_tokens": 87},
    ]),
    Case("Bedrock, older gateway: its total says beside the cache", [
        told("pk-bedrock-old", {"prompt_tokens": 7, "completion_tokens": 9, "total_tokens": 96, "cache_read_input_tokens": 50,
            "cache_creation_input_tokens": 30},
             ai_org="bedrock", ai_model="anthropic.claude-test-1"),
    ], "request_id = 'pk-bedrock-old'", [{"uncached_input_tokens": 7, "total_input_tokens": 87}]),
    Case("a native Gemini answer, wrapped in body", [
        told("pk-gemini", None, ai_org="google", ai_model="gemini-test-1", response={"status": 200, "body": {"modelVersion": "SECRET-ANSWER", "usageMetadata": {
            "promptTokenCount": 100, "cachedContentTokenCount": 40, "candidatesTokenCount": 5, "thoughtsTokenCount": 15, "totalTokenCount": 120}}}),
    ], "request_id = 'pk-gemini'", [{"uncached_input_tokens": 60, "cache_read_tokens": 40, "output_tokens": 20, "reasoning_tokens": 15, "provider": "google"}]),
    Case("no answer in the export: its own counts, the older names", [
        told("pk-plain", None), told("pk-renamed", None, req_units=None, res_units=None, total_units=None, request_tokens=100, response_tokens=10,
            ai_org=None, ai_provider="openai"),
    ], "request_id in ('pk-plain', 'pk-renamed')", [
        {"request_id": "pk-plain", "uncached_input_tokens": 100, "cache_read_tokens": None, "output_tokens": 10,
            "provider_reported_cost_usd": Decimal("0.005"), "response_id": None},
        {"request_id": "pk-renamed", "uncached_input_tokens": 100, "output_tokens": 10, "provider": "openai"},
    ]),
    Case("a cost in another currency is none", [told("pk-euro", None, cost_currency="EUR")], "request_id = 'pk-euro'", [{"provider_reported_cost_usd": None}]),
    Case("a semantic hit in the cache costs nothing", [told("pk-semantic", {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10},
        cache_status="SEMANTIC HIT")],
         "request_id = 'pk-semantic'", [{"is_gateway_cache_hit": True, "pricing_status": "not_billable", "output_tokens": None, "response_id": None}]),
    Case("failed, and timed out: the latter may have been billed", [
        told("pk-failed", None, is_success=0, response_status_code=429, req_units=0, res_units=0, total_units=0, cost=0),
        told("pk-late", None, is_success=0, response_status_code=408, req_units=0, res_units=0, total_units=0, cost=0),
    ], "request_id in ('pk-failed', 'pk-late')", [
        {"request_id": "pk-failed", "status": "error", "error_code": "429", "pricing_status": "not_billable"},
        {"request_id": "pk-late", "status": "timeout", "error_code": "408", "pricing_status": "usage_missing"},
    ]),
    Case("exported twice: counted once", [told("pk-twice", None)] * 2, "request_id = 'pk-twice'", [{"output_tokens": 10}]),
    Case("a key in clear is no key id", [told("pk-key", None, virtual_key="sk-secret-1")], "request_id = 'pk-key'", [{"api_key_id": None}]),
    Case("more cached than input", [told("pk-wrong", {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6,
        "prompt_tokens_details": {"cached_tokens": 6}})], "request_id = 'pk-wrong'", []),
    Case("a total that does not add up", [told("pk-total", None, total_units=111)], "request_id = 'pk-total'", []),
    Case("fields missing, one added", [{"id": "pk-short", "created_at": "2026-08-07 09:20:46", "ai_model": "m", "ai_org": "openai", "req_units": 5,
        "res_units": 1, "new": {}}],
         "request_id = 'pk-short'", [{"uncached_input_tokens": 5, "latency_ms": None, "status": "success"}]),
    Case("a broken line", ['{"id": "pk-cut'], "request_id like 'pk-cut%'", []),
]  # fmt: skip
FATES = Fates(duplicates=1, rejected={"cached_exceeds_input": 1, "buckets_do_not_sum": 1, "malformed_json": 1})
