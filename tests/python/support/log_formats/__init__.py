"""The same calls in every log format, and the cases of each format: what test_log_formats.py builds once and asserts many times.

A format is a module of this folder, named after it. It says how a call looks in its log (`records`), what its log cannot tell
(`as_known`, `UNKNOWN`), and has records in the format's real shape for every fate a row can have (`CASES`). See databricks.py.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

MODELS = {"anthropic": "claude-test-1", "openai": "gpt-test-1", "google": "gemini-test-1"}
# USD per million tokens, the same at every provider; from 1 September at 00:00 UTC twice that
RATES = {"uncached_input": "3", "cache_read": "0.3", "cache_write_5m": "3.75", "cache_write_1h": "6", "output": "15"}
TIER_ABOVE = 200_000  # above it everything costs twice as much
PRIORITY_FACTOR = 2
DOUBLED_FROM = datetime(2026, 9, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Call:
    """One call as its provider saw it. Token counts are disjoint; reasoning is a part of output. Times have whole seconds."""

    name: str
    occurred_at: datetime
    provider: str
    model_served: str
    model_requested: str
    uncached: int | None = None
    cache_read: int | None = None
    write_5m: int | None = None
    write_1h: int | None = None
    output: int | None = None
    reasoning: int | None = None
    status: str = "success"
    attempt_number: int = 1
    is_gateway_cache_hit: bool = False
    service_tier: str = "standard"
    latency_ms: int | None = 1500
    request_id: str | None = None
    response_id: str | None = None
    trace_id: str | None = None
    parent_id: str | None = None
    session_id: str | None = None
    team: str | None = None
    service: str | None = None
    feature: str | None = None
    environment: str | None = None
    tenant_id: str | None = None
    user_id: str | None = None
    vendor: str = ""
    is_ttl_known: bool = True
    # where it is not told by the number of the attempt: a router's row holds the attempts that failed before
    is_retry: bool | None = None

    @property
    def total_input(self) -> int | None:
        """All input tokens, None without usage."""
        return None if self.uncached is None else self.uncached + (self.cache_read or 0) + (self.write_5m or 0) + (self.write_1h or 0)

    @property
    def ended_at(self) -> datetime:
        return self.occurred_at + timedelta(milliseconds=self.latency_ms or 0)

    @property
    def has_usage(self) -> bool:
        return self.uncached is not None

    def hex(self, length: int, what: str = "") -> str:
        """A stable made-up id of hexadecimal digits."""
        return hashlib.sha256(f"{self.response_id}{self.name}{what}".encode()).hexdigest()[:length]

    def iso(self) -> str:
        return self.occurred_at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def cost(self) -> Decimal | None:
        """USD by hand: tokens times rates, once."""
        if self.is_gateway_cache_hit or (self.status == "error" and not self.has_usage):
            return Decimal(0)
        if not self.has_usage:
            return None
        factor = (2 if self.total_input > TIER_ABOVE else 1) * (2 if self.occurred_at >= DOUBLED_FROM else 1)
        factor *= PRIORITY_FACTOR if self.service_tier == "priority" else 1
        counts = {
            "uncached_input": self.uncached, "cache_read": self.cache_read, "cache_write_5m": self.write_5m,
            "cache_write_1h": self.write_1h, "output": self.output,
        }
        return sum((Decimal(RATES[meter]) * factor * (count or 0) for meter, count in counts.items()), Decimal(0)) / 1_000_000

    def pricing_status(self) -> str:
        if self.is_gateway_cache_hit or (self.status == "error" and not self.has_usage):
            return "not_billable"
        return "priced" if self.has_usage else "usage_missing"

    def expected(self) -> dict:
        """Columns of fct_llm_cost__requests that the call must have."""
        return {
            "occurred_at": self.occurred_at.replace(tzinfo=None), "provider": self.provider, "model_served": self.model_served,
            "model_requested": self.model_requested, "uncached_input_tokens": self.uncached, "cache_read_tokens": self.cache_read,
            "cache_write_5m_tokens": self.write_5m, "cache_write_1h_tokens": self.write_1h, "output_tokens": self.output,
            "reasoning_tokens": self.reasoning, "total_input_tokens": self.total_input, "status": self.status,
            "attempt_number": self.attempt_number, "is_retry": self.attempt_number > 1 if self.is_retry is None else self.is_retry,
            "is_gateway_cache_hit": self.is_gateway_cache_hit,
            "service_tier": self.service_tier, "latency_ms": self.latency_ms, "request_id": self.request_id, "response_id": self.response_id,
            "trace_id": self.trace_id, "parent_id": self.parent_id, "session_id": self.session_id, "team": self.team or "unattributed",
            "service": self.service, "feature": self.feature, "environment": self.environment, "tenant_id": self.tenant_id,
            "user_id": self.user_id, "is_cache_ttl_assumed": not self.is_ttl_known and bool(self.write_5m),
            "pricing_status": self.pricing_status(), "total_cost_usd": self.cost(),
        }


@dataclass(frozen=True)
class Case:
    """Records of one situation, in the format's own shape, and what must come of them.

    where: SQL condition on fct_llm_cost__requests that finds the events. expect: columns of each event; an empty list where there
    must be none.
    """

    name: str
    records: list
    where: str
    expect: list[dict]


@dataclass(frozen=True)
class Fates:
    """How many raw rows of the format's CASES and calls are no event of their own."""

    duplicates: int = 0
    not_a_call: int = 0
    rejected: dict[str, int] = field(default_factory=dict)


def the_calls() -> list[Call]:
    """30 calls: three vendors, warm and cold, both lifetimes, long context, tiers, a price change, retries, failures, owners or none."""
    start = datetime(2026, 8, 31, 23, 2, tzinfo=timezone.utc)
    owners = [
        {"team": "search", "service": "search-api", "feature": "ranking", "environment": "prod", "tenant_id": "tenant-1", "user_id": "user-1"},
        {"team": "support", "service": "helpdesk", "feature": "reply", "environment": "staging", "tenant_id": "tenant-2", "user_id": "user-2"},
        {},
    ]
    shapes: list[dict] = [
        {"uncached": 1000, "output": 100},
        {"uncached": 10, "cache_read": 5000, "output": 50},
        {"uncached": 7, "write_5m": 3000, "output": 40},
        {"uncached": 7, "write_1h": 3000, "output": 41},
        {"uncached": 20, "cache_read": 1000, "write_5m": 500, "write_1h": 250, "output": 60, "reasoning": 30},
        {"uncached": 300, "output": 900, "reasoning": 800},
        {"uncached": TIER_ABOVE, "output": 10},
        {"uncached": TIER_ABOVE + 1, "output": 10},
        {"uncached": 1, "cache_read": TIER_ABOVE - 1, "output": 10},
        {"uncached": 1, "cache_read": TIER_ABOVE, "output": 10},
        {"uncached": 500, "output": 0},
        {"uncached": 800, "output": 80, "service_tier": "priority"},
        {"status": "error"},
        {"uncached": 600, "output": 70, "attempt_number": 2},
        {"uncached": 400, "cache_read": 100, "output": 20, "is_gateway_cache_hit": True},
    ]
    calls = []
    for number in range(30):
        shape = dict(shapes[number % len(shapes)])
        vendor = ("anthropic", "openai", "google")[(number + number // len(shapes)) % 3]
        # the second half is told after the price change, whose last second and first instant are calls of their own
        at = DOUBLED_FROM - timedelta(seconds=1) if number == 14 else DOUBLED_FROM if number == 15 else start + timedelta(minutes=5 * number)
        if number == 14:
            shape = {"uncached": 1000, "output": 100}
        if number == 28:
            shape = dict(shapes[14])
        calls.append(Call(
            name=f"call-{number:02}", occurred_at=at, provider=vendor, vendor=vendor, model_served=MODELS[vendor], model_requested=MODELS[vendor],
            **shape, **owners[number % 3],
        ))  # fmt: skip
    return calls


def told_twice() -> dict[str, Call]:
    """One call as two logs tell it: the gateway knows the team, the spans know what came from the cache, and the user."""
    call = Call(
        name="told-twice", occurred_at=datetime(2026, 8, 20, 10, tzinfo=timezone.utc), provider="openai", vendor="openai", model_served=MODELS["openai"],
        model_requested=MODELS["openai"], response_id="told-twice", request_id="told-twice-request", trace_id="7" * 32, session_id="told-twice-session",
    )  # fmt: skip
    return {
        "litellm_payload": replace(call, uncached=1000, output=100, team="search"),
        "otel_genai": replace(call, uncached=100, cache_read=900, output=100, user_id="user-9"),
    }


def for_vendor(call: Call, vendor: str | None) -> Call:
    """The call with another vendor's model; OpenAI and Google have no cache writes to tell apart: they are plain input."""
    vendor = vendor or call.vendor
    call = replace(call, vendor=vendor, provider=vendor, model_served=MODELS[vendor], model_requested=MODELS[vendor])
    if vendor != "anthropic" and call.has_usage:
        call = replace(call, uncached=call.uncached + (call.write_5m or 0) + (call.write_1h or 0), write_5m=None, write_1h=None)
    return call


class Format:
    """A log format's module with defaults for what it leaves out."""

    def __init__(self, name: str):
        self.name = name
        self.module = importlib.import_module(f"support.log_formats.{name}")
        self.unknown: dict[str, str] = self.module.UNKNOWN
        self.cases: list[Case] = self.module.CASES
        self.fates: Fates = self.module.FATES
        self.priced: set[tuple[str, str]] = getattr(self.module, "PRICED", set())
        # column of a typed table or CSV; None for JSON lines
        self.columns: list[str] | None = getattr(self.module, "COLUMNS", None)

    def calls(self) -> list[Call]:
        """The 30 calls with this format's vendor, providers and ids."""
        told = []
        for call in the_calls():
            call = for_vendor(call, getattr(self.module, "VENDOR", None))
            call = replace(call, provider=getattr(self.module, "PROVIDERS", {}).get(call.vendor, call.provider))
            call = replace(call, response_id=f"{self.name}-{call.name}", request_id=f"{self.name}-{call.name}-request")
            call = replace(call, trace_id=call.hex(32, "trace"), session_id=f"{self.name}-session-{call.name[-2:]}")
            told.append(call)
        return told

    def known_calls(self) -> list[tuple[Call, Call]]:
        """Each call and what the format can tell of it; calls that its log leaves out are not there."""
        pairs = [(call, self.module.as_known(call)) for call in self.calls()]
        return [(call, known) for call, known in pairs if known is not None]

    def records(self) -> list:
        """Every raw record: the calls' and the cases'. A str stands for a raw line."""
        told = list(self.module.records(self.calls()))
        if self.name in told_twice():
            told += self.module.records([told_twice()[self.name]])
        for case in self.cases:
            told += case.records
        return told

    def write(self, folder: Path, records: list | None = None) -> Path:
        """The records (all of them unless given) as a file: JSON lines, or CSV where the format has COLUMNS."""
        folder.mkdir(parents=True, exist_ok=True)
        records = self.records() if records is None else records
        if self.columns:
            import csv

            file = folder / f"{self.name}.csv"
            with file.open("w", encoding="utf-8", newline="") as out:
                rows = csv.DictWriter(out, self.columns)
                rows.writeheader()
                rows.writerows(records)
            return file
        file = folder / f"{self.name}.jsonl"
        lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    def priced_models(self) -> set[tuple[str, str]]:
        """(provider, model) of everything that has a price in the tests."""
        return self.priced | {(known.provider, known.model_served) for _, known in self.known_calls()}


def names() -> list[str]:
    """The formats that have a module here; LLM_COST_TEST_FORMATS (a comma list) leaves the others out while one is written."""
    wanted = os.environ.get("LLM_COST_TEST_FORMATS")
    found = sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))
    return [name for name in found if not wanted or name in wanted.split(",")]


def formats() -> list[Format]:
    return [Format(name) for name in names()]


def price_rows() -> list[dict]:
    """Rows of an extra price seed: the same rates for every provider and model of the tests."""
    rows = []
    for provider, model in sorted(set().union(*(form.priced_models() for form in formats()))):
        for meter, rate in RATES.items():
            for tier, tier_factor in (("standard", 1), ("priority", PRIORITY_FACTOR)):
                for above, above_factor in (("", 1), (str(TIER_ABOVE), 2)):
                    for valid_from, factor in (("2026-01-01 00:00:00", 1), (DOUBLED_FROM.strftime("%Y-%m-%d %H:%M:%S"), 2)):
                        rows.append({
                            "rate_id": f"{provider}/{model}/{meter}/{tier}/{above}/{valid_from[:10]}", "provider": provider, "model": model, "meter": meter,
                            "service_tier": tier, "region_scope": "global", "min_input_tokens": above, "threshold_comparator": ">" if above else "",
                            "window_name": "", "unit_price": str(Decimal(rate) * tier_factor * above_factor * factor), "per_units": "1000000", "currency": "USD",
                            "valid_from": valid_from, "recorded_at": "2026-01-01 00:00:00", "change_kind": "launch", "source_url": "made up", "note": "",
                        })  # fmt: skip
    return rows


def write_project(folder: Path, package: Path) -> Path:
    """A dbt project that installs the package and brings the prices of the tests."""
    import csv
    import shutil

    scenario = package / "integration_tests" / "scenario"
    (folder / "seeds").mkdir(parents=True)
    (folder / "packages.yml").write_text(f"packages:\n  - local: {package}\n", encoding="utf-8")
    shutil.copyfile(scenario / "profiles.yml", folder / "profiles.yml")
    project = {
        "name": "scenario", "version": "1.0.0", "config-version": 2, "profile": "scenario",
        "dispatch": [{"macro_namespace": "dbt", "search_order": ["scenario", "llm_cost", "dbt"]}],
        "flags": {"require_ref_searches_node_package_before_root": True},
        "seeds": {"scenario": {"+quote_columns": False, "format_price_rates": {"+column_types": {
            name: "string" for name in ("unit_price", "per_units", "min_input_tokens", "valid_from", "recorded_at")
        }}}},
        "vars": {"llm_cost": {
            "llm_cost_sources": names(), "llm_cost_extra_owner_keys": ["format_owner_keys"], "llm_cost_extra_price_rates": ["format_price_rates"], "llm_cost_max_rejected_share": 1,
            "llm_cost_scenarios": [], "llm_cost_max_days_unverified": 10000,
        }},
    }  # fmt: skip
    # JSON is YAML
    (folder / "dbt_project.yml").write_text(json.dumps(project, indent=1), encoding="utf-8")
    (folder / "seeds" / "format_owner_keys.csv").write_text(
        "source_system,attribute_key,owner,preference,note\n*,Squad,team,1,comes before the keys of the package\ndatabricks,department,cost_center,1,\n", encoding="utf-8"
    )
    rows = price_rows()
    with (folder / "seeds" / "format_price_rates.csv").open("w", encoding="utf-8", newline="") as seed:
        out = csv.DictWriter(seed, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    return folder


def file_variables(folder: Path) -> dict:
    """Write every format's records and return the vars that read them as files."""
    return {f"llm_cost_{form.name}_files": str(form.write(folder)) for form in formats()}
