"""OpenRouter, generation objects of the API: counts include cached tokens; what is written to a cache is not told.

The activity export (CSV) of the same format is read in test_openrouter_csv.py.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from support.log_formats import Call, Case, Fates

UNKNOWN = {
    "model_requested": "the generation names a model as vendor/model, and the one that served",
    "model_served": "the same",
    "trace_id": "a generation has a session, no trace",
    "attempt_number": "a generation is one row with its failed attempts inside, which the export leaves out: its number stays 1",
    "cache_read_tokens": "a hit of OpenRouter's own cache of answers uses no tokens",
    "output_tokens": "the same",
    "cache_write_1h_tokens": "written tokens are not told: they are plain input",
    "team": "only user and key are told, the app in the export",
    "service": "the same",
    "feature": "the same",
    "environment": "the same",
    "tenant_id": "the same",
}
KNOWS = {
    "cache": "reads", "cache_ttl": "no, writes are not told", "tier": "yes, not in the export", "retries": "yes, not in the export",
    "owners": "user, key, app, preset", "reported_cost": "what OpenRouter charged; with a key of your own the upstream cost",
}
PROVIDERS = {"anthropic": "openrouter", "openai": "openrouter", "google": "openrouter"}
PRICED = {("openrouter", "openai/gpt-test-1:free"), ("anthropic", "claude-test-1")}


def as_known(call: Call) -> Call | None:
    """The call as a generation object can tell it."""
    model = f"{call.vendor}/{call.model_served}"
    call = replace(
        call, model_requested=model, model_served=model, trace_id=None, attempt_number=1, is_retry=call.attempt_number > 1,
        uncached=call.uncached + (call.write_5m or 0) + (call.write_1h or 0) if call.has_usage else None, write_5m=None, write_1h=None,
        team=None, service=None, feature=None, environment=None, tenant_id=None,
    )  # fmt: skip
    return replace(call, uncached=None, cache_read=None, output=None, reasoning=None) if call.is_gateway_cache_hit else call


def generation(call: Call) -> dict:
    """The object that GET /generation returns."""
    known = as_known(call)
    failed = call.status == "error"
    attempts = [{"status": 529, "provider_name": "Other", "latency": 90}] * (call.attempt_number - 1)
    return {"data": {
        "id": call.response_id, "request_id": call.request_id, "upstream_id": call.hex(24), "session_id": call.session_id, "created_at": call.iso(),
        "model": known.model_served, "provider_name": call.vendor.capitalize(), "is_byok": False, "streamed": True, "cancelled": False,
        "total_cost": float(known.cost() or 0), "usage": float(known.cost() or 0), "cache_discount": None, "upstream_inference_cost": 0,
        "native_tokens_prompt": known.total_input, "native_tokens_cached": known.cache_read, "native_tokens_completion": known.output,
        "native_tokens_reasoning": known.reasoning, "native_tokens_completion_images": None,
        "tokens_prompt": 1, "tokens_completion": 1, "num_fetches": 0, "num_search_results": None, "service_tier": call.service_tier,
        "data_region": "global", "finish_reason": "error" if failed else "stop", "native_finish_reason": "stop", "latency": 800,
        "generation_time": call.latency_ms, "moderation_latency": 5, "external_user": call.user_id, "api_type": "completions", "router": None,
        "response_cache_source_id": f"{call.response_id}-first" if call.is_gateway_cache_hit else None,
        "provider_responses": [*attempts, {"status": 500 if failed else 200, "provider_name": call.vendor.capitalize(), "latency": 800}],
        "http_referer": "https://example.com/?key=sk-secret", "user_agent": "SECRET-PROMPT", "origin": "203.0.113.10",
    }}  # fmt: skip


def records(calls: list[Call]):
    """The raw records of the calls."""
    return [generation(call) for call in calls]


PLAIN = {
    "id": "gen-plain", "created_at": "2026-08-07T16:41:15.25+00:00", "model": "openai/gpt-test-1", "provider_name": "OpenAI", "total_cost": 0.0015,
    "is_byok": False, "cancelled": False, "finish_reason": "stop", "native_tokens_prompt": 100, "native_tokens_completion": 50,
    "native_tokens_reasoning": 20, "native_tokens_cached": 40, "latency": 700,
}  # fmt: skip
# a day of the activity API: many calls
DAY = {
    "date": "2026-08-07", "model": "openai/gpt-test-1", "model_permaslug": "openai/gpt-test-1-2026-01-01", "endpoint_id": "e", "provider_name": "OpenAI",
    "usage": 0.015, "byok_usage_inference": 0, "requests": 5, "prompt_tokens": 50, "completion_tokens": 125, "reasoning_tokens": 25,
}  # fmt: skip

CASES = [
    Case("the inner object, old fields only: native tokens, the charge beside the computed cost", [PLAIN | {"tokens_prompt": 90, "tokens_completion": 45}],
         "response_id = 'gen-plain'", [{
             "provider": "openrouter", "uncached_input_tokens": 60, "cache_read_tokens": 40, "output_tokens": 50, "reasoning_tokens": 20, "latency_ms": 700,
             "provider_reported_cost_usd": Decimal("0.0015"), "total_cost_usd": Decimal("0.000942"), "is_retry": False, "cache_write_5m_tokens": None,
         }]),
    Case("a key of one's own: the vendor bills, the fee is no cost", [{"data": PLAIN | {
        "id": "gen-byok", "model": "anthropic/claude-test-1", "provider_name": "Anthropic", "is_byok": True, "total_cost": 0.00005,
        "upstream_inference_cost": 0.001,
    }}], "response_id = 'gen-byok'", [{
        "provider": "anthropic", "model_served": "claude-test-1", "model_requested": "anthropic/claude-test-1", "pricing_status": "priced",
        "provider_reported_cost_usd": Decimal("0.001"), "total_cost_usd": Decimal("0.000942"),
    }]),
    Case("a key of one's own for a model without a price: no charge is made up", [PLAIN | {
        "id": "gen-byok-unpriced", "model": "google/gemini-nowhere", "provider_name": "Google AI Studio", "is_byok": True, "total_cost": 0.00005,
        "upstream_inference_cost": 0.001,
    }], "response_id = 'gen-byok-unpriced'", [{"provider": "google", "pricing_status": "unpriced", "total_cost_usd": None}]),
    Case("a model without a price: what OpenRouter charged", [PLAIN | {"id": "gen-nowhere", "model": "nobody/nothing", "total_cost": 1e-05}],
         "response_id = 'gen-nowhere'", [{"pricing_status": "provider_reported", "total_cost_usd": Decimal("0.00001")}]),
    Case("the auto router, in Europe", [PLAIN | {"id": "gen-auto", "router": "openrouter/auto", "data_region": "europe"}], "response_id = 'gen-auto'", [
        {"model_requested": "openrouter/auto", "model_served": "openai/gpt-test-1", "region_scope": "eu", "pricing_status": "priced",
            "total_cost_usd": Decimal("0.000942")},
    ]),
    Case("an aborted stream is billed for what it made",
         [PLAIN | {"id": "gen-aborted", "cancelled": True, "native_tokens_completion": 7, "native_tokens_reasoning": 0}], "response_id = 'gen-aborted'",
         [{"status": "cancelled", "output_tokens": 7, "pricing_status": "priced"}]),
    Case("every host failed", [PLAIN | {
        "id": "gen-failed", "finish_reason": "error", "total_cost": 0, "native_tokens_prompt": 0, "native_tokens_completion": 0, "native_tokens_cached": 0,
        "native_tokens_reasoning": 0, "provider_responses": [{"status": 529}, {"status": 500}],
    }], "response_id = 'gen-failed'",
    [{"status": "error", "error_code": "529", "pricing_status": "not_billable", "total_input_tokens": None, "is_retry": True}]),
    Case("replayed from the cache of answers, without its id",
         [PLAIN | {"id": "gen-replayed", "total_cost": 0, "native_tokens_prompt": 0, "native_tokens_completion": 0}], "response_id = 'gen-replayed'",
         [{"is_gateway_cache_hit": True, "pricing_status": "not_billable", "cache_read_tokens": None}]),
    Case("looked up twice, the second time complete",
         [PLAIN | {"id": "gen-twice", "native_tokens_completion": 0, "native_tokens_reasoning": 0}, {"data": PLAIN | {"id": "gen-twice"}}],
         "response_id = 'gen-twice'", [{"output_tokens": 50}]),
    Case("days of the activity API, its answer, a lookup that found nothing: no calls",
         [DAY, {"data": [DAY]}, {"error": {"code": 404, "message": "SECRET-ANSWER"}}], "model_served like 'openai/gpt-test-1-%'", []),
    Case("cached above the prompt of a charged call, a count below zero", [
        PLAIN | {"id": "gen-wrong", "native_tokens_cached": 101}, PLAIN | {"id": "gen-below", "native_tokens_prompt": -1},
    ], "response_id in ('gen-wrong', 'gen-below')", []),
    Case("no time, no time that can be read, no object, a broken line", [
        {key: value for key, value in PLAIN.items() if key != "created_at"}, PLAIN | {"created_at": "yesterday"}, "[]", '{"data": {"id": "gen-cut',
    ], "response_id = 'gen-cut'", []),
    Case("fields the router added", [PLAIN | {"id": "gen-new", "speed": {"a": 1}, "provider_responses": None, "num_fetches": 2}],
         "response_id = 'gen-new'", [{"web_fetch_requests": 2, "output_tokens": 50}]),
]  # fmt: skip
FATES = Fates(duplicates=1, not_a_call=3, rejected={
    "cached_exceeds_input": 1, "negative_tokens": 1, "missing_timestamp": 1, "unparsable_timestamp": 1, "not_an_object": 1, "malformed_json": 1,
})  # fmt: skip
