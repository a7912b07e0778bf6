"""Vercel AI Gateway: answers of its OpenAI-compatible API and generation lookups; counts include cache reads and writes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from support.log_formats import Call, Case, Fates

UNKNOWN = {
    "model_requested": "the gateway names a model vendor/model",
    "model_served": "the same",
    "request_id": "a generation has one id",
    "trace_id": "no trace",
    "session_id": "no session",
    "attempt_number": "a generation is one row with its failed attempts inside, which the lookup leaves out: its number stays 1",
    "is_gateway_cache_hit": "the gateway has no cache of answers",
    "pricing_status": "a call that such a cache would have answered is a priced call",
    "cache_write_1h_tokens": "written tokens are not split by lifetime: they count as 5 minutes",
    "is_cache_ttl_assumed": "the same",
    "latency_ms": "only the lookup tells it",
}
KNOWS = {
    "cache": "reads and writes", "cache_ttl": "no, counted as 5 minutes", "tier": "in answers", "retries": "in answers",
    "owners": "`tags` and `user`, where you log them", "reported_cost": "what Vercel charged; with a key of your own the list price",
}
PROVIDERS = {"anthropic": "vercel", "openai": "vercel", "google": "vercel"}
PRICED = {("vercel", "openai/gpt-test-1"), ("anthropic", "claude-test-1"), ("openai", "gpt-test-1")}


def as_known(call: Call) -> Call | None:
    """The call as the answer can tell it, a failed one as its lookup."""
    model = f"{call.vendor}/{call.model_served}"
    has_writes = call.write_5m is not None or call.write_1h is not None
    return replace(
        call, model_requested=model, model_served=model, request_id=None, trace_id=None, session_id=None, attempt_number=1, is_gateway_cache_hit=False,
        is_retry=call.attempt_number > 1, is_ttl_known=False, latency_ms=call.latency_ms if call.status == "error" else None,
        write_5m=(call.write_5m or 0) + (call.write_1h or 0) if has_writes else None, write_1h=0 if has_writes else None,
    )  # fmt: skip


def lookup(call: Call) -> dict:
    """The object that GET /generation returns for a generation that failed."""
    owners = [f"{name}:{getattr(call, name)}" for name in ("team", "service", "feature", "environment", "tenant_id") if getattr(call, name)]
    return {"tags": owners, "user": call.user_id, "data": {
        "id": call.response_id, "total_cost": 0, "upstream_inference_cost": 0, "usage": 0, "created_at": call.iso(),
        "model": f"{call.vendor}/{call.model_served}", "is_byok": False, "provider_name": call.vendor, "streamed": True, "finish_reason": "error",
        "latency": 300, "generation_time": call.latency_ms, "native_tokens_prompt": 0, "native_tokens_completion": 0, "native_tokens_reasoning": 0,
        "native_tokens_cached": 0, "native_tokens_cache_creation": 0, "billable_web_search_calls": 0,
    }}  # fmt: skip


def answer(call: Call) -> dict:
    """The answer of /v1/chat/completions, with the tags and the user of the request beside it."""
    known = as_known(call)
    usage: dict = {
        "prompt_tokens": call.total_input, "completion_tokens": call.output, "total_tokens": call.total_input + call.output,
        "cost": float(known.cost()), "market_cost": float(known.cost()), "is_byok": False, "cost_details": {"upstream_inference_cost": None},
    }  # fmt: skip
    if call.cache_read is not None:
        usage["prompt_tokens_details"] = {"cached_tokens": call.cache_read}
    if known.write_5m is not None:
        usage["cache_creation_input_tokens"] = known.write_5m
    if call.reasoning is not None:
        usage["completion_tokens_details"] = {"reasoning_tokens": call.reasoning}
    attempts = [{"provider": "azure", "credentialType": "system", "success": False, "error": "SECRET-PROMPT"}] * (call.attempt_number - 1)
    attempts += [{"provider": call.vendor, "credentialType": "system", "success": True}]
    owners = [f"{name}:{getattr(call, name)}" for name in ("team", "service", "feature", "environment", "tenant_id") if getattr(call, name)]
    return {
        "id": call.response_id, "object": "chat.completion", "created": int(call.occurred_at.timestamp()), "model": known.model_served,
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "SECRET-ANSWER", "provider_metadata": {"gateway": {
            "routing": {
                "originalModelId": known.model_served, "resolvedProvider": call.vendor, "resolvedProviderApiModelId": call.model_served,
                "finalProvider": call.vendor, "internalReasoning": "SECRET-PROMPT", "attempts": attempts, "totalProviderAttemptCount": len(attempts),
            },
            "cost": str(known.cost()), "marketCost": str(known.cost()), "generationId": call.response_id, "billableWebSearchCalls": 0,
        }}}}],
        "usage": usage, "service_tier": "default" if call.service_tier == "standard" else call.service_tier, "generationId": call.response_id,
        "tags": owners, "user": call.user_id,
    }  # fmt: skip


def records(calls: list[Call]):
    """The raw records of the calls."""
    return [lookup(call) if call.status == "error" else answer(call) for call in calls]


LOOKUP = {
    "id": "gen_lookup", "total_cost": 0.00123, "upstream_inference_cost": 0, "usage": 0.00123, "created_at": "2026-08-07T16:41:15.123Z",
    "model": "openai/gpt-test-1", "is_byok": False, "provider_name": "openai", "streamed": True, "finish_reason": "stop", "latency": 200,
    "generation_time": 1500, "native_tokens_prompt": 100, "native_tokens_completion": 16, "native_tokens_reasoning": 8, "native_tokens_cached": 20,
    "native_tokens_cache_creation": 10, "billable_web_search_calls": 0,
}  # fmt: skip
ANSWER = {
    "id": "gen_answer", "object": "chat.completion", "created": 1786120875, "model": "openai/gpt-test-1",
    "usage": {
        "prompt_tokens": 1000, "completion_tokens": 25, "total_tokens": 1025, "cost": 0.0011, "is_byok": False, "market_cost": 0.0011,
        "prompt_tokens_details": {"cached_tokens": 200, "audio_tokens": 0}, "cache_creation_input_tokens": 50,
    },
}  # fmt: skip
OWN_KEY = {"gateway": {"routing": {
    "originalModelId": "anthropic/claude-test-1", "resolvedProvider": "anthropic", "resolvedProviderApiModelId": "claude-test-1",
    "finalProvider": "vertexAnthropic",
    "attempts": [{"provider": "anthropic", "credentialType": "byok", "success": False},
        {"provider": "vertexAnthropic", "credentialType": "byok", "success": True}],
}, "cost": "0", "marketCost": "0.0042"}}  # fmt: skip
NOWHERE = {"gateway": OWN_KEY["gateway"] | {"routing": OWN_KEY["gateway"]["routing"] | {"resolvedProviderApiModelId": "claude-nowhere"}}}
CHUNK = {
    "id": "gen_stream", "object": "chat.completion.chunk", "created": 1786120875, "model": "openai/gpt-test-1",
    "choices": [{"index": 0, "delta": {"content": "SECRET-ANSWER"}, "finish_reason": None}],
}  # fmt: skip

CASES = [
    Case("a lookup, wrapped", [{"data": LOOKUP}], "response_id = 'gen_lookup'", [{
        "provider": "vercel", "model_served": "openai/gpt-test-1", "uncached_input_tokens": 70, "cache_read_tokens": 20, "cache_write_5m_tokens": 10,
        "output_tokens": 16, "reasoning_tokens": 8, "latency_ms": 1500, "provider_reported_cost_usd": Decimal("0.00123"), "is_retry": False,
    }]),
    Case("a lookup and its answer are one call", [LOOKUP | {"id": "gen_both"}, ANSWER | {"id": "gen_both"}], "response_id = 'gen_both'",
         [{"pricing_status": "priced"}]),
    Case("a stream: only the last chunk is the call, its metadata in the delta", [CHUNK, CHUNK | {
        "choices": [{"index": 0, "delta": {"provider_metadata": {"openai": {"serviceTier": "priority"},
            "gateway": OWN_KEY["gateway"] | {"generationId": "gen_stream"}}}}],
        "usage": ANSWER["usage"],
    }], "response_id = 'gen_stream'", [{
        "uncached_input_tokens": 750, "cache_read_tokens": 200, "cache_write_5m_tokens": 50, "service_tier": "priority", "is_retry": True, "attempt_number": 1,
    }]),
    Case("a key of one's own: the provider bills, the list price is no charge", [ANSWER | {
        "id": "gen_byok", "model": "anthropic/claude-test-1",
        "provider_metadata": {"gateway": OWN_KEY["gateway"] | {"routing": OWN_KEY["gateway"]["routing"] | {"finalProvider": "anthropic"}}},
        "usage": ANSWER["usage"] | {"cost": 0, "is_byok": True, "market_cost": 0.0042},
    }], "response_id = 'gen_byok'", [{
        "provider": "anthropic", "model_served": "claude-test-1", "provider_reported_cost_usd": Decimal("0.0042"), "pricing_status": "priced", "is_retry": True,
    }]),
    Case("a key of one's own by its attempts; no price, no charge", [ANSWER | {
        "id": "gen_byok_attempts", "model": "anthropic/claude-nowhere", "providerMetadata": NOWHERE,
        "usage": {"prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11},
    }], "response_id = 'gen_byok_attempts'", [{"provider": "google", "provider_reported_cost_usd": Decimal("0.0042"), "pricing_status": "unpriced"}]),
    Case("a lookup of a call with a key of one's own", [LOOKUP | {"id": "gen_byok_lookup", "is_byok": True, "total_cost": 0, "upstream_inference_cost": 0.002}],
         "response_id = 'gen_byok_lookup'", [{"provider": "openai", "model_served": "gpt-test-1", "provider_reported_cost_usd": Decimal("0.002")}]),
    Case("a model without a price: what Vercel charged", [LOOKUP | {"id": "gen_nowhere", "model": "nobody/nothing"}], "response_id = 'gen_nowhere'",
         [{"pricing_status": "provider_reported", "total_cost_usd": Decimal("0.00123")}]),
    Case("web searches", [LOOKUP | {"id": "gen_search", "billable_web_search_calls": 2}], "response_id = 'gen_search'", [{"web_search_requests": 2}]),
    Case("tags and user of the request", [ANSWER | {"id": "gen_tags", "tags": ["team:search", "env:prod", "loose"], "user": "user-9"}],
         "response_id = 'gen_tags'",
         [{"team": "search", "environment": "prod", "user_id": "user-9", "tags": '["team:search","env:prod","loose"]'}]),
    Case("rows of the spend report, its answer, an error without a generation: no calls", [
        {"day": "2026-08-07", "model": "openai/gpt-test-1", "total_cost": 10.5, "market_cost": 9.25, "input_tokens": 100, "output_tokens": 50,
            "request_count": 25},
        {"results": [{"day": "2026-08-07", "total_cost": 1}]}, {"error": {"message": "SECRET-PROMPT", "type": "rate_limit_exceeded"}},
    ], "response_id is null", []),
    Case("a total that does not add up, more cached than input", [
        ANSWER | {"id": "gen_wrong", "usage": ANSWER["usage"] | {"total_tokens": 1}}, LOOKUP | {"id": "gen_cached", "native_tokens_cached": 101},
    ], "response_id in ('gen_wrong', 'gen_cached')", []),
    Case("no time, a broken line, fields that were added", [
        {key: value for key, value in LOOKUP.items() if key != "created_at"} | {"id": "gen_timeless"}, '{"id": "gen_cut',
        LOOKUP | {"id": "gen_new", "carbon": {"grams": 1}},
    ], "response_id in ('gen_timeless', 'gen_new')", [{"output_tokens": 16}]),
]  # fmt: skip
FATES = Fates(duplicates=1, not_a_call=4, rejected={"buckets_do_not_sum": 1, "cached_exceeds_input": 1, "missing_timestamp": 1, "malformed_json": 1})
