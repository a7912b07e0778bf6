"""Cursor, the dashboard's export of usage events (CSV): counts stand side by side, ids are not told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from support.log_formats import Call, Case, Fates

UNKNOWN = {
    "model_requested": "one model is told",
    "request_id": "an event has no id",
    "response_id": "the same",
    "trace_id": "the same",
    "attempt_number": "attempts are not told",
    "is_retry": "the same",
    "is_gateway_cache_hit": "a cache of answers is not told",
    "service_tier": "not told",
    "latency_ms": "not told",
    "cache_read_tokens": "a count is never empty: 0 where there is none",
    "cache_write_5m_tokens": "the same; a count of what was written, not for how long: 5 minutes",
    "cache_write_1h_tokens": "the same",
    "is_cache_ttl_assumed": "the same",
    "reasoning_tokens": "not told",
    "pricing_status": "a call that a cache of answers would have answered is a priced call",
    "team": "only the member is told",
    "service": "the same",
    "feature": "the same",
    "environment": "the same",
    "tenant_id": "the same",
}
KNOWS = {
    "cache": "reads and writes", "cache_ttl": "no, counted as 5 minutes", "tier": "no", "retries": "no",
    "owners": "member, automation", "reported_cost": "what Cursor charges beyond the plan",
}
PROVIDERS = {"anthropic": "cursor", "openai": "cursor", "google": "cursor"}
PRICED = {("cursor", "claude-test-1"), ("anthropic", "claude-test-1")}
COLUMNS = [
    "Date", "User", "Cloud Agent ID", "Automation ID", "Kind", "Model", "Max Mode", "Input (w/ Cache Write)", "Input (w/o Cache Write)", "Cache Read",
    "Output Tokens", "Total Tokens", "Cost", "Cost to you", "Title",
]  # fmt: skip


def as_known(call: Call) -> Call | None:
    """The call as the export can tell it."""
    call = replace(
        call, model_requested=None, request_id=None, response_id=None, trace_id=None, attempt_number=1, is_gateway_cache_hit=False,
        service_tier="standard", latency_ms=None, reasoning=None, is_ttl_known=False, team=None, service=None, feature=None, environment=None, tenant_id=None,
    )  # fmt: skip
    if not call.has_usage:
        return call
    return replace(call, cache_read=call.cache_read or 0, write_5m=(call.write_5m or 0) + (call.write_1h or 0), write_1h=0)


def row(call: Call) -> dict:
    """One row of the export."""
    known = as_known(call)
    failed = call.status == "error"
    return {
        "Date": call.occurred_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "User": call.user_id or "", "Cloud Agent ID": call.session_id, "Automation ID": "",
        "Kind": "Errored, No Charge" if failed else "Included", "Model": call.model_served, "Max Mode": "No",
        "Input (w/ Cache Write)": str(known.write_5m or 0), "Input (w/o Cache Write)": str(known.uncached or 0), "Cache Read": str(known.cache_read or 0),
        "Output Tokens": str(known.output or 0), "Total Tokens": str((known.total_input or 0) + (known.output or 0)), "Cost": "-" if failed else "Included",
        "Cost to you": "", "Title": "SECRET-PROMPT",
    }  # fmt: skip


def records(calls: list[Call]):
    """The raw records of the calls."""
    return [row(call) for call in calls]


def event(date: str, kind: str, counts: tuple, cost: str, model: str = "claude-test-1", **other) -> dict:
    """A row: counts are written, uncached, read, output, total."""
    names = ("Input (w/ Cache Write)", "Input (w/o Cache Write)", "Cache Read", "Output Tokens", "Total Tokens")
    return {"Date": date, "User": "dev@example.com", "Kind": kind, "Model": model, "Max Mode": "No", "Cost": cost} | dict(zip(names, counts)) | other


CASES = [
    Case("the first column stands beside the second", [event("2026-07-01T10:00:00.123Z", "Included", ("1200", "1000", "5000", "300", "7500"), "Included")],
         "occurred_at = '2026-07-01 10:00:00.123'", [{
             "provider": "cursor", "uncached_input_tokens": 1000, "cache_write_5m_tokens": 1200, "cache_read_tokens": 5000, "total_input_tokens": 7200,
             "user_id": "dev@example.com", "is_cache_ttl_assumed": True, "provider_reported_cost_usd": None,
         }]),
    Case("the first column contains the second: the total says so",
         [event("2026-07-01T10:01:00.000Z", "Included", ("1200", "1000", "5000", "300", "6500"), "0.12")],
         "occurred_at = '2026-07-01 10:01:00'", [{
             "uncached_input_tokens": 1000, "cache_write_5m_tokens": 200, "total_input_tokens": 6200, "provider_reported_cost_usd": Decimal("0.12"),
             "pricing_status": "priced",
         }]),
    Case("nothing written; no total; numbers with separators", [
        event("2026-07-01T10:02:00.000Z", "Included", ("100", "100", "0", "10", "110"), "Included"),
        event("2026-07-01T10:02:01.000Z", "Included", ("", "1,000", "0", "10", ""), "Included"),
    ], "occurred_at between '2026-07-01 10:02:00' and '2026-07-01 10:02:59'", [
        {"uncached_input_tokens": 100, "cache_write_5m_tokens": 0}, {"uncached_input_tokens": 1000, "cache_write_5m_tokens": None},
    ]),
    Case("beyond the plan: Cursor charges the amount, the model has no price", [
        event("2026-07-01T10:03:00.000Z", "On-Demand", ("0", "100", "0", "10", "110"), "$0.01", "auto"),
        event("2026-07-01T10:03:01.000Z", "USAGE_EVENT_KIND_USAGE_BASED", ("0", "100", "0", "10", "110"), "0.04", "auto", **{"Cost to you": "$1,000.50"}),
    ], "occurred_at between '2026-07-01 10:03:00' and '2026-07-01 10:03:59'", [
        {"model_served": "auto", "pricing_status": "provider_reported", "total_cost_usd": Decimal("0.01")},
        {"pricing_status": "provider_reported", "total_cost_usd": Decimal("1000.5")},
    ]),
    Case("within the plan the amount is no charge", [
        event("2026-07-01T10:04:00.000Z", "Included", ("0", "100", "0", "10", "110"), "$0.01", "auto"),
        event("2026-07-01T10:04:01.000Z", "Free", ("0", "100", "0", "10", "110"), "Free", "auto"),
    ], "occurred_at between '2026-07-01 10:04:00' and '2026-07-01 10:04:59'", [
        {"pricing_status": "unpriced", "provider_reported_cost_usd": Decimal("0.01"), "total_cost_usd": None},
        {"pricing_status": "unpriced", "provider_reported_cost_usd": None},
    ]),
    Case("errors and aborts that are not charged", [
        event("2026-07-01T10:05:00.000Z", "Errored, No Charge", ("0", "100", "0", "10", "110"), "-"),
        event("2026-07-01T10:05:01.000Z", "Aborted, Not Charged", ("0", "100", "0", "10", "110"), "0.00"),
    ], "occurred_at between '2026-07-01 10:05:00' and '2026-07-01 10:05:59'", [
        {"status": "error", "error_code": "Errored, No Charge", "pricing_status": "not_billable", "total_cost_usd": Decimal(0), "total_input_tokens": None},
        {"status": "cancelled", "total_input_tokens": None, "pricing_status": "not_billable", "total_cost_usd": Decimal(0)},
    ]),
    Case("a key of one's own: the vendor bills", [event("2026-07-01T10:06:00.000Z", "User API Key", ("0", "100", "0", "10", "110"), "0")],
         "occurred_at = '2026-07-01 10:06:00'", [{"provider": "anthropic", "pricing_status": "priced", "total_cost_usd": Decimal("0.00045")}]),
    Case("an export of the time when Cursor counted requests", [event("2026-07-01T10:07:00.000Z", "Included in Pro", ("", "", "", "", ""), "1")],
         "occurred_at = '2026-07-01 10:07:00'", [{"pricing_status": "usage_missing"}]),
    Case("an agent in the cloud that an automation started", [
        event("2026-07-01T10:08:00.000Z", "Included", ("0", "1", "0", "1", "2"), "Included", **{"Cloud Agent ID": "bc-1", "Automation ID": "auto-1"}),
    ], "session_id = 'bc-1'", [{"agent_id": "auto-1"}]),
    Case("exported twice: counted once", [event("2026-07-01T10:09:00.000Z", "Included", ("0", "5", "0", "1", "6"), "Included")] * 2,
         "occurred_at = '2026-07-01 10:09:00'", [{"output_tokens": 1}]),
    Case("the same moment and model, other counts: two events", [
        event("2026-07-01T10:10:00.000Z", "Included", ("0", "5", "0", "1", "6"), "Included"),
        event("2026-07-01T10:10:00.000Z", "Included", ("0", "5", "0", "2", "7"), "Included"),
    ], "occurred_at = '2026-07-01 10:10:00'", [{"uncached_input_tokens": 5}] * 2),
    Case("a total that fits neither reading, no time, no model", [
        event("2026-07-01T10:11:00.000Z", "Included", ("1200", "1000", "5000", "300", "6000"), "Included"),
        event("Jul 1, 10:11 AM", "Included", ("0", "1", "0", "1", "2"), "Included"),
        event("2026-07-01T10:11:02.000Z", "Included", ("0", "1", "0", "1", "2"), "Included", ""),
    ], "occurred_at between '2026-07-01 10:11:00' and '2026-07-01 10:11:59'", []),
]  # fmt: skip
FATES = Fates(duplicates=1, rejected={"buckets_do_not_sum": 1, "unparsable_timestamp": 1, "missing_model": 1})
