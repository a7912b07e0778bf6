"""Datadog LLM Observability spans: as the Export API gives them and as the SDK sends them; Anthropic's counts summed by the SDK."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from support.log_formats import Call, Case, Fates

UNKNOWN = {
    "request_id": "the span's id stands for it",
    "response_id": "spans have no id of the provider's answer",
    "attempt_number": "each attempt is a span of its own, and none says which it was", "is_retry": "the same",
    "is_gateway_cache_hit": "the SDK sees no gateway",
    "pricing_status": "a call that a gateway's cache answered looks like any other",
    "cache_write_1h_tokens": "where tokens were written for 5 minutes only, those for an hour are 0, not unknown",
    "reasoning_tokens": "0 for Gemini where its total leaves no room for any",
}  # fmt: skip
KNOWS = {
    "cache": "reads and writes", "cache_ttl": "yes", "tier": "as requested", "retries": "no",
    "owners": "tags, `ml_app`", "reported_cost": "estimate",
}  # fmt: skip


def as_known(call: Call) -> Call | None:
    """The call as a span can tell it."""
    call = replace(call, request_id=call.hex(16, "span"), response_id=None, attempt_number=1, is_gateway_cache_hit=False)
    if call.vendor == "google" and call.has_usage:
        call = replace(call, reasoning=call.reasoning or 0)
    if call.write_5m is not None or call.write_1h is not None:
        call = replace(call, write_5m=call.write_5m or 0, write_1h=call.write_1h or 0)
    return call


def span(call: Call, is_exported: bool) -> dict:
    """One span, as the Export API gives it or as the SDK sends it."""
    known = as_known(call)
    metrics: dict = {}
    if call.has_usage:
        metrics = {"input_tokens": float(call.total_input), "output_tokens": float(call.output), "total_tokens": float(call.total_input + call.output)}
        if call.cache_read is not None:
            metrics["cache_read_input_tokens"] = call.cache_read
        if known.write_5m is not None:
            metrics |= {"cache_write_input_tokens": known.write_5m + known.write_1h, "ephemeral_5m_input_tokens": known.write_5m,
                "ephemeral_1h_input_tokens": known.write_1h}
        if call.reasoning is not None:
            metrics["reasoning_output_tokens"] = call.reasoning
        metrics |= {"estimated_total_cost": 12500000} if is_exported else {"total_cost": 0.0125}
    owners = {"team": call.team, "service": call.service, "feature": call.feature, "env": call.environment, "tenant_id": call.tenant_id,
        "user_id": call.user_id}
    tags = [f"{key}:{value}" for key, value in owners.items() if value] + ["ddtrace.version:3.17", "version:", f"session_id:{call.session_id}"]
    shared = {
        "name": "SECRET-PROMPT", "trace_id": call.trace_id, "parent_id": "undefined", "start_ns": int(call.occurred_at.timestamp()) * 10**9,
        "duration": call.latency_ms * 10**6, "status": "error" if call.status == "error" else "ok", "tags": tags, "metrics": metrics,
    }  # fmt: skip
    messages = {"input": {"messages": [{"role": "user", "content": "SECRET-PROMPT"}]}, "output": {"messages": [{"content": "SECRET-ANSWER"}]}}
    names = {"model_name": call.model_served, "model_provider": call.vendor, "metadata": {"service_tier": call.service_tier, "api_key": "sk-secret"}}
    if is_exported:
        return {"id": known.request_id, "type": "span", "attributes": shared | messages | names | {"span_id": known.request_id, "span_kind": "llm"}}
    return shared | {"span_id": known.request_id, "session_id": call.session_id,
        "meta": messages | names | {"kind": "llm", "error": {"type": "RateLimitError", "message": "SECRET-PROMPT"}}}


def records(calls: list[Call]):
    """The raw records of the calls: every other one as exported."""
    return [span(call, number % 2 == 0) for number, call in enumerate(calls)]


EXPORTED = {
    "span_id": "14624140233640368324", "trace_id": "6903738200000000af2d3775dfc70530", "parent_id": "undefined", "span_kind": "llm", "ml_app": "weather-bot",
    "model_name": "gpt-test-1", "model_provider": "openai", "name": "llm_call", "start_ns": 1786094446847, "duration": 83000000, "status": "ok",
    "tags": ["env:prod", "source:integration", "version:"], "input": {"value": "SECRET-PROMPT"}, "output": {"value": "SECRET-ANSWER"},
    "metrics": {"cache_read_input_tokens": 0, "cache_write_input_tokens": 0, "estimated_input_cost": 1500, "estimated_total_cost": 7500, "input_tokens": 10,
                "non_cached_input_tokens": 10, "output_tokens": 10, "total_tokens": 20},
}  # fmt: skip


def exported(name: str, **fields) -> dict:
    """A span of the Export API."""
    return {"id": name, "type": "span", "attributes": EXPORTED | {"span_id": name} | fields}


def sent(name: str, kind: str = "llm", metrics: dict | None = None, meta: dict | None = None, **fields) -> dict:
    """A span as the SDK sends it."""
    return {
        "span_id": name, "trace_id": "dd-trace", "parent_id": "undefined", "start_ns": 1786094446847000000, "duration": 83000000, "status": "ok", "tags": [],
        "meta": {"span.kind": kind, "model_name": "gpt-test-1", "model_provider": "openai", "input": "SECRET-PROMPT"} | (meta or {}),
        "metrics": {"input_tokens": 10, "output_tokens": 10, "total_tokens": 20} if metrics is None else metrics,
    } | fields  # fmt: skip


CASES = [
    Case("a span as the documentation shows it: milliseconds, cost in billionths of a dollar", [exported("dd-doc")], "request_id = 'dd-doc'", [
        {"uncached_input_tokens": 10, "cache_read_tokens": 0, "cache_write_5m_tokens": 0, "output_tokens": 10, "latency_ms": 83, "parent_id": None,
            "session_id": None,
         "provider_reported_cost_usd": Decimal("0.0000075"), "environment": "prod", "service": "weather-bot", "service_tier": "standard",
         "tags": "{\"tags\":[\"env:prod\",\"source:integration\",\"version:\"]}"},
    ]),
    Case("the same span taken out of attributes: stored cost in billionths too",
        [EXPORTED | {"span_id": "dd-flat", "metrics": {"input_tokens": 10, "output_tokens": 10, "total_cost": 7500}}],
         "request_id = 'dd-flat'", [{"provider_reported_cost_usd": Decimal("0.0000075"), "uncached_input_tokens": 10, "cache_read_tokens": None}]),
    Case("Anthropic's split by lifetime and a parent", [
        sent("dd-claude", metrics={"input_tokens": 87, "cache_read_input_tokens": 50, "cache_write_input_tokens": 30, "ephemeral_5m_input_tokens": 10,
            "ephemeral_1h_input_tokens": 20,
                                   "output_tokens": 9, "total_tokens": 96}, meta={"model_name": "claude-test-1", "model_provider": "unknown"},
                                   parent_id="dd-agent"),
    ], "request_id = 'dd-claude'", [
        {"provider": "anthropic", "uncached_input_tokens": 7, "cache_read_tokens": 50, "cache_write_5m_tokens": 10, "cache_write_1h_tokens": 20,
            "is_cache_ttl_assumed": False,
         "parent_id": "dd-agent"},
    ]),
    Case("thoughts that only the total tells", [sent("dd-gemini", metrics={"input_tokens": 10, "output_tokens": 5, "total_tokens": 30},
        meta={"model_name": "gemini-test-1", "model_provider": "google"})],
         "request_id = 'dd-gemini'", [{"output_tokens": 20, "reasoning_tokens": 15}]),
    Case("an embedding is a call", [sent("dd-embedding", kind="embedding", metrics={"input_tokens": 8, "total_tokens": 8},
        meta={"span.kind": None, "span": {"kind": "embedding"}})],
         "request_id = 'dd-embedding'", [{"operation": "embedding", "uncached_input_tokens": 8, "output_tokens": 0}]),
    Case("agents, workflows, tools, tasks and retrievals are no calls",
        [sent(f"dd-{kind}", kind=kind) for kind in ("agent", "workflow", "tool", "task", "retrieval")],
         "request_id in ('dd-agent', 'dd-workflow', 'dd-tool', 'dd-task', 'dd-retrieval')", []),
    Case("a failed call", [sent("dd-failed", metrics={}, status="error", meta={"error.type": "RateLimitError", "error.message": "SECRET-PROMPT"})],
        "request_id = 'dd-failed'", [
        {"status": "error", "error_code": "RateLimitError", "pricing_status": "not_billable"},
    ]),
    Case("two pages that overlap: counted once", [exported("dd-twice")] * 2, "request_id = 'dd-twice'", [{"output_tokens": 10}]),
    Case("a bad number in a metric is no count", [sent("dd-bad", metrics={"input_tokens": "many", "output_tokens": 1})], "request_id = 'dd-bad'", []),
    Case("more cached than input", [exported("dd-wrong", metrics={"input_tokens": 5, "cache_read_input_tokens": 6, "output_tokens": 1})],
        "request_id = 'dd-wrong'", []),
    Case("a total that does not add up", [exported("dd-total", metrics={"input_tokens": 5, "output_tokens": 1, "total_tokens": 7})],
        "request_id = 'dd-total'", []),
    Case("no model", [exported("dd-model", model_name=None)], "request_id = 'dd-model'", []),
    Case("fields missing, one added", [{"span_id": "dd-short", "start_ns": "1786094446847000000", "span_kind": "llm", "model_name": "m",
        "model_provider": "amazon",
                                        "metrics": {"input_tokens": 5, "output_tokens": 1}, "apm_trace_id": "1"}],
         "request_id = 'dd-short'", [{"provider": "aws", "uncached_input_tokens": 5, "latency_ms": None, "trace_id": None}]),
    Case("a page that was not taken apart is rejected, not passed over", [{"data": [exported("dd-page")]}], "request_id = 'dd-page'", []),
    Case("a broken line", ['{"span_id": "dd-cut'], "request_id like 'dd-cut%'", []),
]  # fmt: skip
FATES = Fates(
    duplicates=1, not_a_call=5,
    rejected={"missing_input_tokens": 1, "cached_exceeds_input": 1, "buckets_do_not_sum": 1, "missing_model": 1, "missing_timestamp": 1, "malformed_json": 1},
)
