"""Pricing: both sides of every boundary, on the made-up cards of scenario_project/seeds. Costs worked out by hand (USD).

COSTS: (case, model, time, (input, cached, output), other fields of the line, expected columns).
"""

from __future__ import annotations

from decimal import Decimal

JUNE = "2026-05-04T12:00:00Z"  # a Monday


def chat(total_input, cached, output, **details):
    """A chat completions usage object."""
    usage = {"prompt_tokens": total_input, "completion_tokens": output, "total_tokens": total_input + output}
    usage["prompt_tokens_details"] = {"cached_tokens": cached, **{k: v for k, v in details.items() if k == "audio_tokens"}}
    outputs = {k.replace("output_", ""): v for k, v in details.items() if k in ("reasoning_tokens", "output_audio_tokens")}
    usage["completion_tokens_details"] = outputs
    return usage


def cost(text, **more):
    """Expected total cost and status."""
    return {"total_cost_usd": Decimal(text), "pricing_status": "priced", **more}


COSTS = [
    # context tier: a cliff on the whole request, the comparator says whether the threshold itself is dear
    ("tier >: at the threshold", "tiered", JUNE, chat(1000, 0, 100), {}, cost("0.0012")),
    ("tier >: one above", "tiered", JUNE, chat(1001, 0, 100), {}, cost("0.003603")),
    ("tier >: cached tokens count towards it", "tiered", JUNE, chat(1001, 901, 100), {}, cost("0.0009901")),
    ("tier >=: one below", "inclusive", JUNE, chat(999, 0, 100), {}, cost("0.001199")),
    ("tier >=: at the threshold", "inclusive", JUNE, chat(1000, 0, 100), {}, cost("0.0036")),
    # the price in force at the instant, to the microsecond; a correction recorded later replaces, withdrawn ends
    ("date: last microsecond of the old price", "dated", "2026-03-01T11:59:59.999999Z", chat(1000, 0, 10), {}, cost("0.0102", price_card_version="acme-2026-01-01")),
    ("date: the instant of the change, corrected", "dated", "2026-03-01T12:00:00Z", chat(1000, 0, 10), {}, cost("0.0042", price_card_version="acme-2026-03-01")),
    ("date: last second before the withdrawal", "dated", "2026-05-31T23:59:59Z", chat(1000, 0, 10), {}, cost("0.0042")),
    ("date: withdrawn", "dated", "2026-06-01T00:00:00Z", chat(1000, 0, 10), {}, {"total_cost_usd": None, "pricing_status": "unpriced"}),
    ("date: before the first price", "dated", "2025-12-31T23:59:59Z", chat(1000, 0, 10), {}, {"total_cost_usd": None, "pricing_status": "unpriced"}),
    ("date: an offset is an instant", "dated", "2026-03-01T13:00:00+02:00", chat(1000, 0, 10), {}, cost("0.0102")),
    ("date: epoch seconds", "dated", 1772366400, chat(1000, 0, 10), {}, cost("0.0042")),
    # dated alias
    ("alias: before it moves", "acme-latest", "2026-03-31T23:59:59Z", chat(100, 0, 0), {}, cost("0.0001", model_billed="tiered")),
    ("alias: the instant it moves", "acme-latest", "2026-04-01T00:00:00Z", chat(100, 0, 0), {}, cost("0.0004", model_billed="dated")),
    ("alias that names a region", "acme-us", JUNE, chat(1000, 0, 0), {}, cost("0.0011", model_billed="regional")),
    # time of day, in the window's zone: Berlin is UTC+1 in winter and UTC+2 in summer
    ("window: winter, before it opens", "windowed", "2026-01-05T07:59:59Z", chat(1000, 0, 0), {}, cost("0.001")),
    ("window: winter, opens at 8 UTC", "windowed", "2026-01-05T08:00:00Z", chat(1000, 0, 0), {}, cost("0.002")),
    ("window: summer, opens at 7 UTC", "windowed", "2026-07-06T07:00:00Z", chat(1000, 0, 0), {}, cost("0.002")),
    ("window: summer, last second", "windowed", "2026-07-06T14:59:59Z", chat(1000, 0, 0), {}, cost("0.002")),
    ("window: summer, closed", "windowed", "2026-07-06T15:00:00Z", chat(1000, 0, 0), {}, cost("0.001")),
    ("window: Saturday", "windowed", "2026-07-04T09:00:00Z", chat(1000, 0, 0), {}, cost("0.001")),
    ("window: Friday before the clocks change", "windowed", "2026-03-27T08:00:00Z", chat(1000, 0, 0), {}, cost("0.002")),
    ("window: Monday after the clocks change", "windowed", "2026-03-30T07:00:00Z", chat(1000, 0, 0), {}, cost("0.002")),
    ("window over the week's end: Sunday night", "nightly", "2026-07-05T22:00:00Z", chat(1000, 0, 0), {}, cost("0.0005")),
    ("window over the week's end: Monday morning", "nightly", "2026-07-06T01:59:59Z", chat(1000, 0, 0), {}, cost("0.0005")),
    ("window over the week's end: closed", "nightly", "2026-07-06T02:00:00Z", chat(1000, 0, 0), {}, cost("0.001")),
    # meters
    ("reasoning priced apart leaves the output", "reasoner", JUNE, chat(1000, 0, 100, reasoning_tokens=40), {}, cost("0.0025", output_cost_usd=Decimal("0.0005"))),
    ("reasoning without a price of its own is output", "plain", JUNE, chat(1000, 0, 100, reasoning_tokens=40), {}, cost("0.0012")),
    ("cache read without a rate is input, flagged", "plain", JUNE, chat(1000, 600, 0), {}, cost("0.001", is_rate_fallback=True)),
    ("cache read at its rate, unflagged", "cached", JUNE, chat(1000, 600, 0), {}, cost("0.00046", is_rate_fallback=False, cache_read_cost_usd=Decimal("0.00006"))),
    ("free is a known 0", "gratis", JUNE, chat(1000, 0, 100), {}, {"total_cost_usd": Decimal(0), "pricing_status": "free"}),
    ("half a price is the known part, flagged", "inputonly", JUNE, chat(1000, 0, 100), {},
     {"total_cost_usd": Decimal("0.001"), "pricing_status": "partially_priced", "output_cost_usd": None}),
    ("unknown model", "nobody-knows", JUNE, chat(1000, 0, 100), {}, {"total_cost_usd": None, "pricing_status": "unpriced", "price_card_version": None}),
    ("audio in and out", "voice", JUNE, chat(100, 0, 50, audio_tokens=60, output_audio_tokens=30), {}, cost("0.0051", other_cost_usd=Decimal("0.0048"))),
    ("fee per request", "feed", JUNE, chat(1000, 0, 0), {}, cost("0.011", other_cost_usd=Decimal("0.01"))),
    ("fee per tool call, any model and tier", "plain", JUNE, chat(1000, 0, 0), {"web_search_requests": 3}, cost("0.031", tool_cost_usd=Decimal("0.03"))),
    ("tool call without a price", "plain", JUNE, chat(1000, 0, 0), {"file_search_requests": 1},
     {"total_cost_usd": Decimal("0.001"), "pricing_status": "partially_priced", "tool_cost_usd": None}),
    ("audio by the second", "speech", JUNE, {"type": "duration", "seconds": 12.5}, {}, cost("0.00125")),
    # tier and region of the request
    ("batch tier", "plain", JUNE, chat(1000, 0, 100), {"service_tier": "batch"}, cost("0.0006")),
    ("default is standard", "plain", JUNE, chat(1000, 0, 100), {"service_tier": "default"}, cost("0.0012", service_tier="standard")),
    ("tier without a price", "plain", JUNE, chat(1000, 0, 100), {"service_tier": "flex"}, {"total_cost_usd": None, "pricing_status": "unpriced"}),
    ("region with a price", "regional", JUNE, chat(1000, 0, 100), {"region_scope": "us"}, cost("0.0013")),
    ("region without one takes global", "regional", JUNE, chat(1000, 0, 100), {"region_scope": "eu"}, cost("0.0012")),
    # exactness at both ends
    ("ten million tokens", "huge", JUNE, chat(10_000_000, 0, 10_000_000), {}, cost("7500")),
    ("a hundred million tokens", "huge", JUNE, chat(50_000_000, 0, 50_000_000), {}, cost("37500")),
    # 0.000000001 USD per million is 1e-15 a token: below half of 1e-12 falls away, half rounds up
    ("12 decimals: 499 tokens round down", "tiny", JUNE, chat(499, 0, 0), {}, cost("0")),
    ("12 decimals: 500 tokens round up", "tiny", JUNE, chat(500, 0, 0), {}, cost("0.000000000001")),
    # a provider's own charge fills the gap that no price row covers, and stands beside the computed cost otherwise
    ("provider's charge without a price row", "nobody-knows", JUNE, {**chat(10, 0, 1), "cost": 0.0042}, {},
     {"total_cost_usd": Decimal("0.0042"), "pricing_status": "provider_reported", "provider_reported_cost_usd": Decimal("0.0042")}),
    ("a reported 0 is no charge", "nobody-knows", JUNE, {**chat(10, 0, 1), "cost": 0}, {}, {"total_cost_usd": None, "pricing_status": "unpriced"}),
    ("provider's charge beside the computed cost", "plain", JUNE, {**chat(1000, 0, 100), "cost": 0.5}, {}, cost("0.0012", provider_reported_cost_usd=Decimal("0.5"))),
    ("provider's charge without counts", "nobody-knows", JUNE, {"cost_in_usd_ticks": 200000000}, {},
     {"total_cost_usd": Decimal("0.02"), "pricing_status": "provider_reported"}),
    ("the served model is billed", "plain", JUNE, chat(1000, 0, 0), {"model_requested": "huge", "model_served": "plain"}, cost("0.001", model_requested="huge")),
]

FEES = [("low", "0.006"), ("medium", "0.009"), ("high", "0.013")]


def usage_log_lines():
    """One line per case; its response_id is the case's name."""
    for name, model, occurred_at, usage, fields, _ in COSTS:
        yield {
            "occurred_at": occurred_at, "provider": "acme", "api_surface": "openai_compatible", "model_requested": model,
            "response_id": name, "usage": usage, "status": "success", "team": "pricing cases", **fields,
        }
    for size, _ in FEES:
        yield {
            "occurred_at": JUNE, "provider": "acme", "api_surface": "perplexity_chat", "model_requested": "searcher",
            "response_id": f"search {size}", "status": "success", "usage": {**chat(1000, 0, 0), "search_context_size": size},
        }
    for ttl, response in (("1h", "write 1h"), ("5m", "write 5m")):
        split = {"ephemeral_5m_input_tokens": 1000 * (ttl == "5m"), "ephemeral_1h_input_tokens": 1000 * (ttl == "1h")}
        yield {
            "occurred_at": JUNE, "provider": "acme", "api_surface": "anthropic_messages", "model_requested": "cached", "response_id": response,
            "status": "success", "usage": {"input_tokens": 0, "output_tokens": 0, "cache_creation_input_tokens": 1000, "cache_creation": split},
        }
    # the user's alias takes a name of the package over, from its date on
    for occurred_at, response in (("2026-02-28T23:59:59Z", "own alias: before"), ("2026-03-01T00:00:00Z", "own alias: from its date")):
        yield {
            "occurred_at": occurred_at, "provider": "openai", "api_surface": "openai_chat", "model_requested": "gpt-4o-mini-2024-07-18",
            "response_id": response, "status": "success", "usage": chat(1000, 0, 0),
        }
    # the provider's own example of a deep research call, at the package's rates
    yield {
        "occurred_at": JUNE, "provider": "perplexity", "api_surface": "perplexity_chat", "model_requested": "sonar-deep-research",
        "response_id": "deep research", "status": "success",
        "usage": {"prompt_tokens": 33, "completion_tokens": 7163, "total_tokens": 7196, "citation_tokens": 20016, "reasoning_tokens": 95305,
                  "num_search_queries": 28},
    }
    # counts of tools that cannot be
    yield {
        "occurred_at": JUNE, "provider": "acme", "api_surface": "openai_compatible", "model_requested": "plain", "response_id": "a billion searches",
        "status": "success", "usage": chat(1000, 0, 0), "web_search_requests": 1_000_000_000,
    }
    # the user's row wins over the package's for the same key, from its date on
    for occurred_at, response in (("2026-01-31T23:59:59Z", "own rate: before"), ("2026-02-01T00:00:00Z", "own rate: from its date")):
        yield {
            "occurred_at": occurred_at, "provider": "openai", "api_surface": "openai_chat", "model_requested": "gpt-4o", "response_id": response,
            "status": "success", "usage": chat(0, 0, 1000),
        }
