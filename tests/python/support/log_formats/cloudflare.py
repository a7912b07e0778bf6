"""Cloudflare AI Gateway, entries of its logs API: counts as each vendor counts them, Anthropic's beside its cached tokens."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from support.log_formats import Call, Case, Fates

UNKNOWN = {
    "model_requested": "one model is logged, the one that served",
    "response_id": "the log's id is the gateway's own",
    "trace_id": "no trace",
    "session_id": "no session",
    "service_tier": "not logged",
    "cache_read_tokens": "the gateway logs zeros for a hit in its own cache",
    "output_tokens": "the same",
    "cache_write_1h_tokens": "written tokens are not split by lifetime: they count as 5 minutes",
    "is_cache_ttl_assumed": "the same",
    "team": "the gateway keeps five metadata keys: the tests leave one owner out",
}
KNOWS = {
    "cache": "reads and writes", "cache_ttl": "no, counted as 5 minutes", "tier": "no", "retries": "fallback steps",
    "owners": "up to five `metadata` keys", "reported_cost": "the gateway's estimate",
}
PRICED = {("google", "gemini-test-1"), ("xai", "grok-test-1"), ("google", "claude-test-1"), ("aws", "claude-test-1")}
NAMES = {"anthropic": "anthropic", "openai": "openai", "google": "google-ai-studio"}


def as_known(call: Call) -> Call | None:
    """The call as the gateway can tell it."""
    has_writes = call.write_5m is not None or call.write_1h is not None
    call = replace(
        call, model_requested=None, response_id=None, trace_id=None, session_id=None, service_tier="standard", is_ttl_known=False, team=None,
        write_5m=(call.write_5m or 0) + (call.write_1h or 0) if has_writes else None, write_1h=0 if has_writes else None,
    )  # fmt: skip
    return replace(call, uncached=None, cache_read=None, write_5m=None, write_1h=None, output=None, reasoning=None) if call.is_gateway_cache_hit else call


def entry(call: Call) -> dict:
    """One entry of the logs API."""
    known = as_known(call)
    usage = None
    tokens_in, tokens_out = 0, 0
    if known.has_usage:
        tokens_in = known.uncached if call.vendor == "anthropic" else known.total_input
        # Gemini's thoughts stand beside its output
        tokens_out = known.output - (known.reasoning or 0) if call.vendor == "google" else known.output
        usage = {"input_tokens": tokens_in, "output_tokens": tokens_out}
        usage["total_tokens"] = tokens_in + tokens_out + ((known.reasoning or 0) if call.vendor == "google" else 0)
        counts = {"input_cached_tokens": known.cache_read, "input_cache_creation_tokens": known.write_5m, "reasoningTokens": known.reasoning}
        usage |= {name: count for name, count in counts.items() if count is not None}
    return {
        "id": call.hex(26), "created_at": call.iso(), "updated_at": call.iso(), "event_id": call.request_id, "provider": NAMES[call.vendor],
        "model": call.model_served, "model_type": "text-generation", "path": "v1/messages", "duration": call.latency_ms, "request_type": "provider",
        "status_code": 429 if call.status == "error" else 200, "success": call.status != "error", "cached": call.is_gateway_cache_hit,
        "tokens_in": tokens_in, "tokens_out": tokens_out, "step": call.attempt_number - 1, "cost": float(known.cost() or 0), "custom_cost": False,
        "metadata": {name: getattr(call, name) for name in ("service", "feature", "environment", "tenant_id", "user_id") if getattr(call, name)} or None,
        "request": "SECRET-PROMPT", "response": "SECRET-ANSWER", "request_head": "x-api-key: sk-secret", "location": {"region": "203.0.113.10"},
        "authentication": True, "wholesale": False, "byok": None, "user_agent": "client", "usage_metadata": usage,
    }  # fmt: skip


def records(calls: list[Call]):
    """The raw records of the calls."""
    return [entry(call) for call in calls]


OLD = {
    "id": "old", "created_at": "2026-08-07T16:41:15.279Z", "provider": "anthropic", "model": "claude-test-1", "status_code": 200, "success": True,
    "cached": False, "tokens_in": 9, "tokens_out": 5, "step": 0, "cost": 0.01296075, "duration": 2125, "metadata": None,
}  # fmt: skip


def metadata(**counts) -> dict:
    """usage_metadata of an entry."""
    return {"usage_metadata": counts}


CASES = [
    Case("Anthropic: cached and written tokens stand beside the input, the total leaves them out", [
        OLD | {"id": "written"} | metadata(input_tokens=9, output_tokens=5, total_tokens=14, input_cache_creation_tokens=3429, input_cached_tokens=0),
    ], "request_id = 'written'", [{
        "uncached_input_tokens": 9, "cache_write_5m_tokens": 3429, "cache_read_tokens": 0, "total_input_tokens": 3438, "is_cache_ttl_assumed": True,
        "provider_reported_cost_usd": Decimal("0.01296075"), "total_cost_usd": Decimal("0.01296075"),
    }]),
    Case("an old entry without usage_metadata", [OLD], "request_id = 'old'", [{"uncached_input_tokens": 9, "cache_read_tokens": None, "output_tokens": 5}]),
    Case("OpenAI: cached tokens are a part of the input", [
        OLD | {"id": "openai", "provider": "openai", "model": "openai/gpt-test-1", "tokens_in": 2422, "tokens_out": 4}
        | metadata(input_tokens=2422, output_tokens=4, total_tokens=2426, input_cached_tokens=2304),
    ], "request_id = 'openai'", [{"model_served": "gpt-test-1", "uncached_input_tokens": 118, "cache_read_tokens": 2304}]),
    Case("Gemini: thoughts beside the output, which the gateway's own cost leaves out", [
        OLD | {"id": "gemini", "provider": "google-ai-studio", "model": "gemini-test-1", "tokens_in": 9, "tokens_out": 21, "cost": 5.52e-05}
        | metadata(input_tokens=9, output_tokens=21, total_tokens=882, reasoningTokens=852, input_text_tokens=9),
    ], "request_id = 'gemini'", [{
        "provider": "google", "output_tokens": 873, "reasoning_tokens": 852, "provider_reported_cost_usd": Decimal("0.0000552"),
        "total_cost_usd": Decimal("0.013122"),
    }]),
    Case("xAI: reasoning as the total says", [
        OLD | {"id": "grok", "provider": "grok", "model": "grok-test-1", "tokens_in": 10, "tokens_out": 20}
        | metadata(input_tokens=10, output_tokens=20, total_tokens=60, reasoning_tokens=30),
        OLD | {"id": "grok-inside", "provider": "grok", "model": "grok-test-1", "tokens_in": 10, "tokens_out": 50}
        | metadata(input_tokens=10, output_tokens=50, total_tokens=60, reasoning_tokens=30),
    ], "request_id like 'grok%'", [{"provider": "xai", "output_tokens": 50, "reasoning_tokens": 30}] * 2),
    Case("Claude at Vertex and at Bedrock counts as Anthropic counts", [
        OLD | {"id": "hosted-vertex", "provider": "google-vertex-ai"} | metadata(total_tokens=14, input_cached_tokens=100),
        OLD | {"id": "hosted-bedrock", "provider": "aws-bedrock"} | metadata(total_tokens=14, input_cached_tokens=100),
    ], "request_id like 'hosted%'", [{"total_input_tokens": 109, "uncached_input_tokens": 9}] * 2),
    Case("Workers AI is billed by Cloudflare; its price is not known, the estimate no charge", [
        OLD | {"id": "worker", "provider": "workers-ai", "model": "@cf/meta/llama-test", "tokens_in": 19, "tokens_out": 35, "cost": 7.513e-06,
               "metadata": '{"feature": "chat"}'}
        | metadata(input_tokens=19, output_tokens=35, total_tokens=54, input_cached_tokens=0, neurons=0.6854994362220168),
    ], "request_id = 'worker'", [{
        "provider": "cloudflare", "model_served": "@cf/meta/llama-test", "pricing_status": "unpriced", "feature": "chat",
        "provider_reported_cost_usd": Decimal("0.000007513"),
    }]),
    Case("unified billing: Cloudflare bills the vendor's model", [OLD | {"id": "unified", "wholesale": True}], "request_id = 'unified'",
         [{"provider": "cloudflare", "model_served": "anthropic/claude-test-1", "pricing_status": "unpriced"}]),
    Case("a hit in the gateway's cache", [OLD | {"id": "hit", "cached": True, "tokens_in": 0, "tokens_out": 0, "cost": 0, "usage_metadata": None}],
         "request_id = 'hit'", [{"is_gateway_cache_hit": True, "pricing_status": "not_billable", "total_cost_usd": Decimal(0)}]),
    Case("a fallback: two entries of one event, the first failed", [
        OLD | {"id": "step-0", "event_id": "event-1", "status_code": 402, "success": False, "tokens_in": 0, "tokens_out": 0, "cost": 0},
        OLD | {"id": "step-1", "event_id": "event-1", "step": 1, "created_at": "2026-08-07T16:41:16.279Z"},
    ], "request_id = 'event-1'", [
        {"status": "error", "error_code": "402", "attempt_number": 1, "is_retry": False, "pricing_status": "not_billable", "total_input_tokens": None},
        {"status": "success", "attempt_number": 2, "is_retry": True, "pricing_status": "priced"},
    ]),
    Case("a success whose usage the gateway could not read is not free", [OLD | {"id": "unread", "event_id": "", "tokens_in": 0, "tokens_out": 0, "cost": 0}],
         "request_id = 'unread'", [{"pricing_status": "usage_missing", "total_cost_usd": None}]),
    Case("read twice: counted once", [OLD | {"id": "cf-twice"}] * 2, "request_id = 'cf-twice'", [{"output_tokens": 5}]),
    Case("more cached than input, a total that does not add up", [
        OLD | {"id": "cached", "provider": "openai"} | metadata(input_cached_tokens=10),
        OLD | {"id": "total", "provider": "openai"} | metadata(total_tokens=15),
    ], "request_id in ('cached', 'total')", []),
    Case("a row of Logpush has no counts and no time", [{"Gateway": "g", "Provider": "openai", "Model": "gpt-test-1", "StatusCode": 200, "Cached": False}],
         "provider = 'openai' and request_id is null", []),
    Case("a broken line, a field that was added", ['{"id": "cut', OLD | {"id": "new", "dlp_profiles": ["a"]}], "request_id = 'new'", [{"output_tokens": 5}]),
]  # fmt: skip
FATES = Fates(duplicates=1, rejected={"cached_exceeds_input": 1, "buckets_do_not_sum": 1, "missing_timestamp": 1, "malformed_json": 1})
