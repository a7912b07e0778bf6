#!/usr/bin/env python3
"""Write the demo logs of a made-up company, and the truth that was planted in them.

Eight teams call six models of four providers for 40 tenants over 90 days. Their calls stand in three log formats
(usage_log, claude_code, litellm), with the faults that real logs have. Next to the logs stands truth.json: how many
rows end as events, duplicates, rejects or not billable rows, and what the events cost, computed here in decimal
arithmetic from the planted token counts and a price table of its own. It reads neither the package's SQL nor its seeds.

    python scripts/generate_demo_logs.py            writes demo/
    python scripts/generate_demo_logs.py --check    compares demo/ with a fresh generation, exit code 1 on a difference

The output is the same to the byte on every run and every Python from 3.10 on: randomness is random() of a seeded
generator turned into integers here, and no other random method is used.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

SEED = 20260615
PROJECT_ROOT = Path(__file__).resolve().parent.parent
LOG_ROOT = "demo"  # the paths in truth.json are relative to the project root
SOURCES = ["usage_log", "claude_code", "litellm"]  # the earlier one wins where two tell the same call

START = datetime(2026, 6, 15, tzinfo=timezone.utc)
DAYS = 90
MICRO = 1
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


# --------------------------------------------------------------------------- time and dice


def at(text: str) -> int:
    """Microseconds from START to an ISO timestamp in UTC."""
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    delta = moment - START
    return delta.days * DAY + delta.seconds * SECOND


def moment(micros: int) -> datetime:
    return START + timedelta(microseconds=micros)


def iso(micros: int) -> str:
    """ISO-8601 with Z, with as many decimals of a second as the instant has: none, three or six."""
    rest = micros % SECOND
    decimals = "" if rest == 0 else f".{rest // 1000:03d}" if rest % 1000 == 0 else f".{rest:06d}"
    return f"{moment(micros):%Y-%m-%dT%H:%M:%S}{decimals}Z"


def month(micros: int) -> str:
    return f"{moment(micros):%Y-%m}"


class Dice:
    """Integers from a seeded generator; uses random() only, which Python keeps stable across versions."""

    def __init__(self, stream: int):
        self._random = random.Random(SEED * 100 + stream).random

    def below(self, limit: int) -> int:
        return int(self._random() * limit)

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def pick(self, items):
        return items[self.below(len(items))]

    def weighted(self, pairs):
        """One item of (item, integer weight) pairs."""
        left = self.below(sum(weight for _, weight in pairs))
        for item, weight in pairs:
            left -= weight
            if left < 0:
                return item
        raise AssertionError("unreachable")

    def skewed(self, low: int, high: int) -> int:
        """An integer with many small and few large values."""
        share = self._random()
        return low + int((high - low) * (share * share * share))

    def hex(self, digits: int) -> str:
        return "".join("0123456789abcdef"[self.below(16)] for _ in range(digits))

    def uuid(self) -> str:
        return "-".join(self.hex(digits) for digits in (8, 4, 4, 4, 12))


# --------------------------------------------------------------------------- prices

PRICE_CHANGE = at("2026-07-30T00:00:00")


@dataclass(frozen=True)
class Card:
    """USD per million tokens of one model from an instant on, up to or above a threshold of the request's input."""

    provider: str
    model: str
    valid_from: int
    threshold: int
    comparator: str
    uncached: str
    cache_read: str
    output: str
    cache_write_5m: str | None = None
    cache_write_1h: str | None = None

    def holds(self, when: int, total_input: int) -> bool:
        if when < self.valid_from:
            return False
        return (
            self.comparator == "" or total_input > self.threshold or (self.comparator == ">=" and total_input == self.threshold)
        )


BEFORE = at("2026-01-01T00:00:00")
CARDS = [
    Card("openai", "gpt-5.6-luna", BEFORE, 0, "", "1", "0.1", "6", "1.25"),
    Card("openai", "gpt-5.6-luna", BEFORE, 272_000, ">", "2", "0.2", "9", "2.5"),
    Card("openai", "gpt-5.6-luna", PRICE_CHANGE, 0, "", "0.2", "0.02", "1.2", "0.25"),
    Card("openai", "gpt-5.6-luna", PRICE_CHANGE, 272_000, ">", "0.4", "0.04", "1.8", "0.5"),
    Card("openai", "gpt-5.4", BEFORE, 0, "", "2.5", "0.25", "15"),
    Card("openai", "gpt-5.4", BEFORE, 272_000, ">", "5", "0.5", "22.5"),
    Card("anthropic", "claude-sonnet-4-6", BEFORE, 0, "", "3", "0.3", "15", "3.75", "6"),
    Card("anthropic", "claude-haiku-4-5", BEFORE, 0, "", "1", "0.1", "5", "1.25", "2"),
    Card("google", "gemini-2.5-pro", BEFORE, 0, "", "1.25", "0.125", "10"),
    Card("google", "gemini-2.5-pro", BEFORE, 200_000, ">", "2.5", "0.25", "15"),
    Card("xai", "grok-4.20", BEFORE, 0, "", "1.25", "0.2", "2.5"),
    Card("xai", "grok-4.20", BEFORE, 200_000, ">=", "2.5", "0.4", "5"),
]
# batch halves Anthropic's token prices, cache rates included
TIER_FACTOR = {"standard": Decimal(1), "batch": Decimal("0.5")}
WEB_SEARCH_USD = {"anthropic": Decimal("0.01"), "openai": Decimal("0.01")}


# --------------------------------------------------------------------------- calls


@dataclass(frozen=True)
class Tokens:
    """Disjoint token counts of one call; reasoning is a part of output."""

    uncached: int
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0
    reasoning: int = 0

    @property
    def total_input(self) -> int:
        return self.uncached + self.cache_read + self.cache_write_5m + self.cache_write_1h

    @property
    def total(self) -> int:
        return self.total_input + self.output


@dataclass(frozen=True)
class Model:
    """One model as it is asked for, as the provider names it in the answer, and as it is billed."""

    provider: str
    requested: str
    served: str
    billed: str | None
    surfaces: tuple[str, ...]


MODELS = {
    "luna": Model("openai", "gpt-5.6-luna", "gpt-5.6-luna", "gpt-5.6-luna", ("openai_chat", "openai_responses")),
    "gpt54": Model("openai", "gpt-5.4", "gpt-5.4-2026-03-05", "gpt-5.4", ("openai_responses", "openai_chat")),
    "sonnet": Model("anthropic", "claude-sonnet-4-6", "claude-sonnet-4-6", "claude-sonnet-4-6", ("anthropic_messages",)),
    "haiku": Model("anthropic", "claude-haiku-4-5", "claude-haiku-4-5-20251001", "claude-haiku-4-5", ("anthropic_messages",)),
    "gemini": Model("google", "gemini-2.5-pro", "gemini-2.5-pro", "gemini-2.5-pro", ("gemini_generate",)),
    "grok": Model("xai", "grok-4.20", "grok-4.20-0309-reasoning", "grok-4.20", ("xai_chat",)),
    "unknown": Model("openai", "acme-llm-preview", "acme-llm-preview", None, ("openai_chat",)),
}


@dataclass(frozen=True)
class Call:
    """One call to a model as one log row tells it, with the truth about it."""

    model: Model
    surface: str
    occurred: int
    tokens: Tokens | None
    owners: dict = field(default_factory=dict)
    response_id: str | None = None
    request_id: str | None = None
    attempt: int = 1
    is_retry: bool = False
    status: str = "success"
    error_code: str | None = None
    service_tier: str = "standard"
    web_searches: int = 0
    requested: str | None = None  # where it is not the served model's own name
    fallback_from: str | None = None
    names_served: bool = True
    trace_id: str | None = None
    parent_id: str | None = None
    session_id: str | None = None
    depth: int = 1
    operation: str | None = None
    latency_ms: int | None = None
    tags: dict | None = None
    loaded: int | None = None
    gateway_cache_hit: bool = False
    flat_cache_write: bool = False  # Anthropic's older usage without the 5m/1h split
    reasoning_inside: bool = False  # xAI answers whose total says that reasoning is part of the completion
    reports_cost: bool = False
    tool_prompt: int = 0  # the part of the uncached input that Gemini counts beside the prompt

    @property
    def provider(self) -> str:
        return self.model.provider

    @property
    def model_served(self) -> str:
        return self.model.served if self.names_served else (self.requested or self.model.requested)

    @property
    def pricing_status(self) -> str:
        if self.gateway_cache_hit or (self.status == "error" and self.tokens is None):
            return "not_billable"
        if self.tokens is None:
            return "usage_missing"
        return "unpriced" if self.model.billed is None else "priced"

    @property
    def not_billable_reason(self) -> str | None:
        if self.pricing_status != "not_billable":
            return None
        return "gateway_cache_hit" if self.gateway_cache_hit else "failed_without_usage"

    @property
    def cost(self) -> Decimal | None:
        """USD with 12 decimals; 0 where nothing is billed, None where it is unknown."""
        return self.cost_at(self.occurred)

    def cost_at(self, when: int) -> Decimal | None:
        if self.pricing_status == "not_billable":
            return Decimal(0).quantize(PICO)
        if self.pricing_status != "priced":
            return None
        cards = [
            card
            for card in CARDS
            if (card.provider, card.model) == (self.provider, self.model.billed) and card.holds(when, self.tokens.total_input)
        ]
        card = max(cards, key=lambda one: (one.threshold, one.valid_from))
        total = Decimal(0)
        for meter in ("uncached", "cache_read", "cache_write_5m", "cache_write_1h", "output"):
            count = getattr(self.tokens, meter)
            if count:
                total += count * Decimal(getattr(card, meter)).scaleb(-6)
        total *= TIER_FACTOR[self.service_tier]
        if self.web_searches:
            total += self.web_searches * WEB_SEARCH_USD[self.provider]
        return total.quantize(PICO, rounding=ROUND_HALF_UP)


PICO = Decimal("0.000000000001")
GATEWAY_LEARNS_PRICE = at("2026-08-15T00:00:00")


def gateway_spend(call: Call) -> Decimal:
    """What the gateway books: its price map learns of the price change two weeks late and knows no unknown model."""
    when = call.occurred
    if PRICE_CHANGE <= when < GATEWAY_LEARNS_PRICE:
        when = PRICE_CHANGE - MICRO
    return call.cost_at(when) or Decimal(0)


def reported_cost(call: Call, source: str) -> Decimal:
    if source == "litellm":
        return gateway_spend(call)
    return call.cost if call.reports_cost and call.cost is not None else Decimal(0)


# --------------------------------------------------------------------------- usage objects


def usage_object(call: Call) -> dict | None:
    """The provider's own usage object for a call, by API surface."""
    tokens = call.tokens
    if tokens is None:
        return None
    write = tokens.cache_write_5m + tokens.cache_write_1h
    if call.surface == "openai_chat":
        details = {"cached_tokens": tokens.cache_read}
        if write:
            details["cache_write_tokens"] = write
        return {
            "prompt_tokens": tokens.total_input,
            "completion_tokens": tokens.output,
            "total_tokens": tokens.total,
            "prompt_tokens_details": details,
            "completion_tokens_details": {"reasoning_tokens": tokens.reasoning},
        }
    if call.surface == "openai_responses":
        details = {"cached_tokens": tokens.cache_read}
        if write:
            details["cache_write_tokens"] = write
        return {
            "input_tokens": tokens.total_input,
            "input_tokens_details": details,
            "output_tokens": tokens.output,
            "output_tokens_details": {"reasoning_tokens": tokens.reasoning},
            "total_tokens": tokens.total,
        }
    if call.surface == "anthropic_messages":
        usage = {
            "input_tokens": tokens.uncached,
            "cache_creation_input_tokens": write,
            "cache_read_input_tokens": tokens.cache_read,
        }
        if not call.flat_cache_write:
            usage["cache_creation"] = {
                "ephemeral_5m_input_tokens": tokens.cache_write_5m,
                "ephemeral_1h_input_tokens": tokens.cache_write_1h,
            }
        usage["output_tokens"] = tokens.output
        usage["service_tier"] = call.service_tier
        if call.web_searches:
            usage["server_tool_use"] = {"web_search_requests": call.web_searches, "web_fetch_requests": 0}
        return usage
    if call.surface == "gemini_generate":
        usage = {
            "promptTokenCount": tokens.total_input - call.tool_prompt,
            "candidatesTokenCount": tokens.output - tokens.reasoning,
        }
        if tokens.cache_read:
            usage["cachedContentTokenCount"] = tokens.cache_read
        if tokens.reasoning:
            usage["thoughtsTokenCount"] = tokens.reasoning
        if call.tool_prompt:
            usage["toolUsePromptTokenCount"] = call.tool_prompt
        usage["totalTokenCount"] = tokens.total
        return usage
    if call.surface == "xai_chat":
        usage = {
            "prompt_tokens": tokens.total_input,
            "completion_tokens": tokens.output if call.reasoning_inside else tokens.output - tokens.reasoning,
            "total_tokens": tokens.total,
            "prompt_tokens_details": {"text_tokens": tokens.total_input, "cached_tokens": tokens.cache_read},
            "completion_tokens_details": {"reasoning_tokens": tokens.reasoning},
            "num_sources_used": 0,
        }
        if call.reports_cost:
            usage["cost_in_usd_ticks"] = int(call.cost.scaleb(10))
        return usage
    raise ValueError(call.surface)


def compact(record) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def usage_log_record(call: Call) -> dict:
    """One line of the project's own log format; absent fields are left out, a missing usage is null."""
    record = {
        "occurred_at": iso(call.occurred),
        "loaded_at": iso(call.loaded) if call.loaded is not None else None,
        "provider": call.provider,
        "api_surface": call.surface,
        "model_requested": call.requested or call.model.requested,
        "model_served": call.model.served if call.names_served else None,
        "response_id": call.response_id,
        "request_id": call.request_id,
        "attempt_number": call.attempt if call.attempt > 1 or call.is_retry else None,
        "is_retry": True if call.is_retry else None,
        "fallback_from": call.fallback_from,
        "trace_id": call.trace_id,
        "parent_id": call.parent_id,
        "session_id": call.session_id,
        "service_tier": call.service_tier if call.service_tier != "standard" else None,
        "status": call.status,
        "error_code": call.error_code,
        "operation": call.operation,
        "latency_ms": call.latency_ms,
        "web_search_requests": call.web_searches if call.web_searches and call.surface == "openai_responses" else None,
        **call.owners,
        "tags": call.tags,
    }
    record = {key: value for key, value in record.items() if value is not None}
    record["usage"] = usage_object(call)
    return record


def litellm_record(call: Call, gateway: dict) -> dict:
    """One row of LiteLLM_SpendLogs: prompt_tokens include cache reads and writes whoever the vendor is."""
    tokens = call.tokens or Tokens(0)
    usage = None
    if call.tokens is not None and not call.gateway_cache_hit:
        write = tokens.cache_write_5m + tokens.cache_write_1h
        details = {"cached_tokens": tokens.cache_read}
        usage = {
            "prompt_tokens": tokens.total_input,
            "completion_tokens": tokens.output,
            "total_tokens": tokens.total,
            "prompt_tokens_details": details,
            "completion_tokens_details": {"reasoning_tokens": tokens.reasoning} if tokens.reasoning else None,
        }
        if call.provider == "anthropic":
            details["cache_creation_tokens"] = write
            if write:
                details["cache_creation_token_details"] = {
                    "ephemeral_5m_input_tokens": tokens.cache_write_5m,
                    "ephemeral_1h_input_tokens": tokens.cache_write_1h,
                }
            usage["cache_creation_input_tokens"] = write
            usage["cache_read_input_tokens"] = tokens.cache_read
        elif write:
            details["cache_write_tokens"] = write
    owners = call.owners
    spend_logs_metadata = {
        key: owners[key]
        for key in ("service", "feature", "environment", "cost_center", "prompt_template", "agent_id")
        if key in owners
    }
    metadata = {
        "user_api_key_alias": owners.get("api_key_id"),
        "user_api_key_team_alias": owners.get("team") if gateway["names_team_alias"] else None,
        "user_api_key_project_id": owners.get("project_id"),
        "spend_logs_metadata": spend_logs_metadata or None,
        "usage_object": usage,
        "attempted_retries": call.attempt - 1,
        "attempted_fallbacks": 1 if call.fallback_from else 0,
        "original_model_group": call.fallback_from,
    }
    if call.error_code:
        metadata["error_information"] = {"error_code": call.error_code}
    end = call.occurred + (call.latency_ms or 0) * 1000
    stamp = "%Y-%m-%d %H:%M:%S.%f"
    return {
        "request_id": call.response_id,
        "call_type": "acompletion",
        "api_key": gateway["key_hash"],
        "spend": float(gateway_spend(call)),
        "total_tokens": tokens.total,
        "prompt_tokens": tokens.total_input,
        "completion_tokens": tokens.output,
        "startTime": moment(call.occurred).strftime(stamp),
        "endTime": moment(end).strftime(stamp),
        "model": call.model.served,
        "model_group": call.requested or call.model.requested,
        "custom_llm_provider": "gemini" if call.provider == "google" else call.provider,
        "user": owners.get("user_id", ""),
        "metadata": compact(metadata).decode("utf-8"),
        "cache_hit": "True" if call.gateway_cache_hit else "None",
        "request_tags": compact(gateway["request_tags"]).decode("utf-8"),
        "team_id": owners.get("team"),
        "end_user": owners.get("tenant_id", ""),
        "session_id": call.session_id,
        "status": "success" if call.status == "success" else "failure",
    }


# --------------------------------------------------------------------------- rows


@dataclass(frozen=True)
class Row:
    """One raw row as written, and what it is: a call, a line that is no call, or a row to reject."""

    path: str
    line: bytes
    kind: str  # call, not_a_call, rejected
    call: Call | None = None
    reason: str | None = None

    @property
    def source(self) -> str:
        return self.path.split("/")[1]

    @property
    def identity(self) -> tuple:
        """Which call the row tells of: by response id, else by request id, else by the line itself."""
        call = self.call
        return (call.provider, call.response_id or call.request_id or self.line, call.attempt)


class Logs:
    """All raw rows, to be written by file in the order of their position."""

    def __init__(self):
        self._rows: list[tuple[int, int, Row]] = []

    def add(self, row: Row, position: int = 0):
        self._rows.append((position, len(self._rows), row))

    def usage_log(self, call: Call, path: str | None = None):
        path = path or usage_log_path(call.loaded if call.loaded is not None else call.occurred)
        self.add(Row(path, compact(usage_log_record(call)), "call", call), call.loaded or call.occurred)

    def litellm(self, call: Call, gateway: dict):
        self.add(Row(litellm_path(call.occurred), compact(litellm_record(call, gateway)), "call", call), call.occurred)

    def reject(self, path: str, position: int, line: bytes, reason: str):
        self.add(Row(path, line, "rejected", reason=reason), position)

    @property
    def rows(self) -> list[Row]:
        return [row for _, _, row in sorted(self._rows, key=lambda entry: entry[:2])]


def usage_log_path(micros: int) -> str:
    return f"{LOG_ROOT}/usage_log/{month(micros)}.jsonl"


def litellm_path(micros: int) -> str:
    return f"{LOG_ROOT}/litellm/spend_logs_{month(micros)}.jsonl"


# --------------------------------------------------------------------------- the company


@dataclass(frozen=True)
class Feature:
    team: str
    service: str
    name: str
    template: str
    weight: int
    models: tuple[tuple[str, int], ...]
    inputs: tuple[int, int]
    outputs: tuple[int, int]
    agent: str | None = None
    gateway_percent: int = 0
    chat: bool = False


COST_CENTERS = {
    "search": "cc-101",
    "support": "cc-102",
    "growth": "cc-103",
    "platform": "cc-104",
    "data": "cc-105",
    "mobile": "cc-106",
    "risk": "cc-107",
    "research": "cc-108",
}
FEATURES = (
    Feature("search", "search-api", "answer-box", "answer_v3", 17, (("luna", 6), ("gpt54", 2)), (4_000, 90_000), (80, 900)),
    Feature("search", "search-api", "query-rewrite", "rewrite_v7", 12, (("luna", 8), ("haiku", 3)), (4_000, 9_000), (20, 200)),
    Feature(
        "support",
        "helpdesk",
        "ticket-reply",
        "reply_v5",
        17,
        (("sonnet", 4), ("haiku", 5)),
        (5_000, 120_000),
        (150, 1_400),
        None,
        25,
        True,
    ),
    Feature(
        "support",
        "helpdesk",
        "triage-agent",
        "triage_v2",
        7,
        (("haiku", 5), ("sonnet", 2)),
        (6_000, 90_000),
        (80, 900),
        "triage-bot",
    ),
    Feature(
        "growth", "campaigns", "copy-draft", "copy_v4", 12, (("luna", 5), ("sonnet", 3)), (4_000, 60_000), (300, 1_800), None, 55
    ),
    Feature(
        "growth", "campaigns", "lead-scoring", "lead_v1", 8, (("haiku", 4), ("grok", 3)), (4_000, 18_000), (30, 300), None, 60
    ),
    Feature("platform", "gateway", "guardrail", "guard_v2", 11, (("haiku", 7), ("luna", 3)), (4_000, 8_000), (5, 90)),
    Feature(
        "platform",
        "ci",
        "review-agent",
        "review_v6",
        6,
        (("sonnet", 5), ("gpt54", 3)),
        (9_000, 180_000),
        (200, 2_500),
        "review-bot",
    ),
    Feature("data", "warehouse", "sql-assistant", "sql_v9", 9, (("gpt54", 4), ("gemini", 4)), (6_000, 150_000), (150, 1_600)),
    Feature("data", "warehouse", "doc-extraction", "extract_v3", 8, (("gemini", 6), ("luna", 3)), (8_000, 230_000), (200, 2_000)),
    Feature(
        "mobile",
        "assistant-app",
        "voice-summary",
        "summary_v2",
        11,
        (("luna", 5), ("gemini", 3)),
        (4_000, 40_000),
        (60, 600),
        None,
        60,
        True,
    ),
    Feature("risk", "kyc", "case-review", "case_v4", 8, (("sonnet", 3), ("grok", 4)), (8_000, 150_000), (200, 1_800)),
    Feature(
        "risk",
        "kyc",
        "screening-agent",
        "screen_v2",
        4,
        (("grok", 5), ("gemini", 3)),
        (8_000, 120_000),
        (150, 1_500),
        "screening-bot",
    ),
    Feature(
        "research",
        "lab",
        "deep-research",
        "research_v1",
        5,
        (("gpt54", 3), ("gemini", 3), ("sonnet", 2)),
        (12_000, 260_000),
        (500, 4_000),
        "research-bot",
    ),
)
SHARED_KEY = "key-shared-legacy"
SHARED_KEY_TEAMS = ("growth", "mobile", "support")


@dataclass(frozen=True)
class Tenant:
    name: str
    cohort: str  # warm, mid or cold: how much of its input is read from cache, the same over all 90 days
    share: int  # per mille of the input read from cache
    cache_ttl: str
    writes_percent: int  # how much of what is not read is written to the cache, where that is billed apart
    weight: int


def make_tenants() -> tuple[Tenant, ...]:
    dice = Dice(1)
    trees = ("alder", "birch", "cedar", "elm", "hazel", "larch", "maple", "oak", "rowan", "willow")
    trades = ("bank", "clinic", "freight", "retail")
    tenants = []
    for index in range(40):
        cohort = "warm" if index % 5 in (0, 2) else "cold" if index % 5 in (1, 4) else "mid"
        share = (
            dice.between(900, 960) if cohort == "warm" else dice.between(10, 135) if cohort == "cold" else dice.between(350, 650)
        )
        writes = dice.between(50, 80) if cohort == "warm" else dice.between(30, 60) if cohort == "mid" else dice.pick((0, 0, 85))
        tenants.append(
            Tenant(
                f"{trees[index % 10]}-{trades[index // 10]}",
                cohort,
                share,
                dice.pick(("5m", "5m", "1h")),
                writes,
                12 + (40 - index) // 2,
            )
        )
    return tuple(tenants)


TENANTS = make_tenants()
HOUR_WEIGHTS = (1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 19, 18, 15, 17, 19, 18, 16, 12, 8, 6, 5, 4, 3, 2)
DAY_WEIGHTS = tuple((day, (3 if day % 7 in (5, 6) else 14) * (100 + day)) for day in range(DAYS))
HOURS = tuple(enumerate(HOUR_WEIGHTS))


def working_time(dice: Dice) -> int:
    """An instant of the 90 days: working hours, quiet weekends, slow growth."""
    day = dice.weighted(DAY_WEIGHTS)
    hour = dice.weighted(HOURS)
    return day * DAY + hour * HOUR + dice.below(3_600_000) * 1000


def nightly_load(occurred: int) -> int:
    """The collector loads a day's rows at 02:15 of the next day."""
    return (occurred // DAY + 1) * DAY + 2 * HOUR + 15 * MINUTE


def cached_tokens(dice: Dice, model: Model, tenant: Tenant | None, total_input: int, output: int) -> Tokens:
    """Split a call's input as the tenant's caching does, and its output as the model's reasoning does."""
    share, writes, ttl = (tenant.share, tenant.writes_percent, tenant.cache_ttl) if tenant else (0, 0, "5m")
    if share:
        share += dice.between(-10, 10)
    read = total_input * share // 1000
    if model.provider == "openai":
        read = read // 128 * 128  # OpenAI caches in steps of 128 tokens
    rest = total_input - read
    write = 0
    if model.provider == "anthropic" or (model.billed == "gpt-5.6-luna" and tenant and tenant.cohort == "warm"):
        write = rest * writes // 100
    is_1h = write and ttl == "1h" and model.provider == "anthropic"
    reasoning = 0
    if model.billed in ("gpt-5.4", "gemini-2.5-pro", "grok-4.20") and dice.chance(70):
        reasoning = output * dice.between(20, 60) // 100
    return Tokens(
        uncached=rest - write,
        cache_read=read,
        cache_write_5m=0 if is_1h else write,
        cache_write_1h=write if is_1h else 0,
        output=output,
        reasoning=reasoning,
    )


def response_id(dice: Dice, surface: str) -> str:
    if surface == "openai_chat":
        return "chatcmpl-" + dice.hex(20)
    if surface == "openai_responses":
        return "resp_" + dice.hex(24)
    if surface == "anthropic_messages":
        return "msg_01" + dice.hex(18)
    return dice.uuid()


def owners_of(dice: Dice, feature: Feature, tenant: Tenant | None, environment: str | None = None) -> dict:
    owners = {
        "team": feature.team,
        "service": feature.service,
        "feature": feature.name,
        "environment": environment or ("staging" if dice.chance(9) else "prod"),
        "cost_center": COST_CENTERS[feature.team],
        "prompt_template": feature.template,
        "api_key_id": f"key-{feature.team}-{feature.service}",
    }
    if tenant:
        owners["tenant_id"] = tenant.name
    if feature.agent:
        owners["agent_id"] = feature.agent
    if dice.chance(15):
        owners["user_id"] = f"user-{dice.between(1, 400):03d}"
    if dice.chance(10):
        owners["project_id"] = f"proj-{feature.service}"
    if feature.team in SHARED_KEY_TEAMS and dice.chance(12):
        owners["api_key_id"] = SHARED_KEY
        if dice.chance(40):
            owners = {key: value for key, value in owners.items() if key not in ("team", "cost_center")}
    elif dice.chance(3):
        owners = {key: value for key, value in owners.items() if key in ("service", "environment", "api_key_id", "tenant_id")}
    return owners


def tags_of(dice: Dice) -> dict | None:
    if not dice.chance(8):
        return None
    return dice.pick(
        (
            {"experiment": f"exp-{dice.between(1, 9)}", "arm": dice.pick(("control", "treatment"))},
            {"release": f"2026.{dice.between(24, 37)}", "canary": dice.chance(30)},
            {"market": dice.pick(("münchen", "são-paulo", "東京", "oslo")), "priority_customer": dice.below(2)},
            {"Cost Object": f"WBS {dice.between(100, 140)}/7", "nested": {"source": "import", "depth": 2}},
        )
    )


def plain_call(dice: Dice, feature: Feature, occurred: int, tenant: Tenant | None, model_key: str | None = None) -> Call:
    """One call of a feature by a tenant at an instant."""
    model = MODELS[model_key or dice.weighted(feature.models)]
    surface = model.surfaces[0] if dice.chance(80) else dice.pick(model.surfaces)
    tokens = cached_tokens(dice, model, tenant, dice.skewed(*feature.inputs), dice.skewed(*feature.outputs))
    searches = 0
    if feature.name in ("deep-research", "case-review") and (model.provider == "anthropic" or surface == "openai_responses"):
        searches = dice.between(1, 4) if dice.chance(35) else 0
    return Call(
        model=model,
        surface=surface,
        occurred=occurred,
        loaded=nightly_load(occurred),
        tokens=tokens,
        owners=owners_of(dice, feature, tenant),
        response_id=response_id(dice, surface),
        names_served=dice.chance(92),
        web_searches=searches,
        latency_ms=300 + tokens.output * dice.between(6, 14),
        tags=tags_of(dice),
        session_id=f"chat-{dice.hex(10)}" if feature.chat and dice.chance(50) else None,
        flat_cache_write=surface == "anthropic_messages" and tokens.cache_write_1h == 0 and dice.chance(6),
        reasoning_inside=surface == "xai_chat" and dice.chance(20),
        reports_cost=surface == "xai_chat",
        tool_prompt=min(64, tokens.uncached) if surface == "gemini_generate" and dice.chance(12) else 0,
    )


def gateway_of(dice: Dice, call: Call) -> dict:
    """What the gateway adds to a call that passes it."""
    key = call.owners.get("api_key_id", "")
    return {
        "key_hash": "".join(f"{(ord(letter) * 37 + place * 11) % 256:02x}" for place, letter in enumerate(key[:16])),
        "names_team_alias": dice.chance(90),
        "request_tags": dice.pick(([], [], ["web"], ["ios", "release-37"])),
    }


# --------------------------------------------------------------------------- what is planted: the usage log


@dataclass
class Planted:
    """Notes taken while planting, for the truth: calls worth a look of their own."""

    spot_checks: list[tuple[str, Call]] = field(default_factory=list)
    runaway_trace: str = ""

    def check(self, why: str, call: Call) -> Call:
        self.spot_checks.append((why, call))
        return call


def daily_traffic(logs: Logs):
    """Single calls of every feature, through the gateway where the team uses it, a few of them loaded days late."""
    dice = Dice(2)
    tenants = tuple((tenant, tenant.weight) for tenant in TENANTS)
    features = tuple((feature, feature.weight) for feature in FEATURES if not feature.agent)
    for _ in range(2450):
        feature = dice.weighted(features)
        call = plain_call(dice, feature, working_time(dice), dice.weighted(tenants))
        if dice.chance(feature.gateway_percent):
            call = replace(
                call,
                occurred=call.occurred + dice.below(1000),
                response_id="chatcmpl-" + dice.uuid() if call.provider != "openai" else call.response_id,
                surface="openai_chat",
                names_served=True,
                web_searches=0,
                session_id=None,
                tags=None,
                flat_cache_write=False,
                reports_cost=False,
            )
            logs.litellm(call, gateway_of(dice, call))
        else:
            if dice.chance(3):
                call = replace(call, loaded=call.loaded + dice.between(3, 9) * DAY)
            logs.usage_log(call)


def agent_runs(logs: Logs):
    """Traces of three to nine calls, up to four levels deep; parent_id names the parent's request_id."""
    dice = Dice(3)
    tenants = tuple((tenant, tenant.weight) for tenant in TENANTS)
    features = tuple((feature, feature.weight) for feature in FEATURES if feature.agent)
    for _ in range(125):
        feature = dice.weighted(features)
        tenant = dice.weighted(tenants)
        occurred = working_time(dice)
        trace_id = "trace-" + dice.hex(12)
        calls: list[Call] = []
        for _ in range(dice.between(3, 9)):
            parent = None
            if calls:
                parents = [one for one in calls if one.depth < 4]
                parent = parents[-1] if dice.chance(60) else dice.pick(parents)
            call = plain_call(dice, feature, occurred, tenant)
            call = replace(
                call,
                request_id="req-" + dice.hex(12),
                trace_id=trace_id,
                parent_id=parent.request_id if parent else None,
                depth=parent.depth + 1 if parent else 1,
                operation="chat",
            )
            calls.append(call)
            logs.usage_log(call)
            occurred += dice.between(2_000, 40_000) * 1000


def runaway_loop(logs: Logs, planted: Planted):
    """One agent run of one tenant that repeats itself several hundred times within an hour, context growing."""
    dice = Dice(4)
    feature = next(one for one in FEATURES if one.name == "deep-research")
    tenant = next(one for one in TENANTS if one.cohort == "cold" and one.writes_percent == 0)
    planted.runaway_trace = trace_id = "trace-" + dice.hex(12)
    occurred = at("2026-08-12T21:04:10")
    root = None
    for step in range(340):
        model = MODELS["sonnet"]
        call = Call(
            model=model,
            surface="anthropic_messages",
            occurred=occurred,
            loaded=nightly_load(occurred),
            tokens=cached_tokens(dice, model, tenant, 6_000 + 200 * step + dice.below(200), dice.between(60, 320)),
            owners=owners_of(Dice(40), feature, tenant, "prod"),
            response_id=response_id(dice, "anthropic_messages"),
            request_id="req-" + dice.hex(12),
            trace_id=trace_id,
            parent_id=root.request_id if root else None,
            depth=2 if root else 1,
            operation="chat",
            latency_ms=dice.between(2_000, 8_000),
        )
        root = root or call
        logs.usage_log(call)
        occurred += dice.between(7_000, 12_500) * 1000


def price_edges(logs: Logs, planted: Planted):
    """Calls on both sides of the price change and of each context tier."""
    dice = Dice(5)
    feature = next(one for one in FEATURES if one.name == "deep-research")
    owners = {
        "team": "research",
        "service": "lab",
        "feature": "long-context",
        "environment": "prod",
        "cost_center": "cc-108",
        "prompt_template": "long_v1",
        "api_key_id": "key-research-lab",
    }

    def plant(why: str, model_key: str, occurred: int, tokens: Tokens, **changes):
        model = MODELS[model_key]
        surface = model.surfaces[0]
        call = Call(
            model=model,
            surface=surface,
            occurred=occurred,
            loaded=nightly_load(occurred),
            tokens=tokens,
            owners=owners,
            response_id=response_id(dice, surface),
            latency_ms=dice.between(800, 30_000),
            reports_cost=surface == "xai_chat",
        )
        logs.usage_log(planted.check(why, replace(call, **changes)))

    small = Tokens(uncached=12_000, cache_read=6_400, cache_write_5m=1_600, output=1_000)
    for why, offset in (
        ("last microsecond at the old price", -MICRO),
        ("one second before the price change", -SECOND),
        ("the instant of the price change", 0),
        ("one second after the price change", SECOND),
        ("one hour before the price change", -HOUR),
        ("one hour after the price change", HOUR),
    ):
        plant(why, "luna", PRICE_CHANGE + offset, small)
    for when, when_text in ((at("2026-07-14T09:00:00"), "old price"), (at("2026-08-18T09:00:00"), "new price")):
        plant(f"tier edge, {when_text}", "luna", when, Tokens(uncached=272_000, output=1_000))
        plant(f"above the tier, {when_text}", "luna", when + HOUR, Tokens(uncached=72_001, cache_read=200_000, output=1_000))
    june = at("2026-06-24T13:30:00")
    plant("tier edge", "gpt54", june, Tokens(uncached=272_000, output=1_000))
    plant("one token above the tier", "gpt54", june + HOUR, Tokens(uncached=272_001, output=1_000))
    plant(
        "above the tier by cached input",
        "gpt54",
        june + 2 * HOUR,
        Tokens(uncached=50_000, cache_read=250_000, output=1_000, reasoning=640),
    )
    plant("tier edge", "gemini", june + DAY, Tokens(uncached=200_000, output=1_000))
    plant("one token above the tier", "gemini", june + DAY + HOUR, Tokens(uncached=200_001, output=1_000))
    plant(
        "above the tier by cached input",
        "gemini",
        june + 2 * DAY,
        Tokens(uncached=10_000, cache_read=240_000, output=1_000, reasoning=500),
    )
    plant("one token below the inclusive tier", "grok", june + 5 * DAY, Tokens(uncached=199_999, output=1_000))
    plant("inclusive tier edge", "grok", june + 5 * DAY + HOUR, Tokens(uncached=200_000, output=1_000))
    plant(
        "reasoning beside the completion",
        "grok",
        june + 6 * DAY,
        Tokens(uncached=9_992, cache_read=128, output=4_300, reasoning=2_800),
    )
    plant(
        "reasoning inside the completion",
        "grok",
        june + 7 * DAY,
        Tokens(uncached=9_992, cache_read=128, output=4_300, reasoning=2_800),
        reasoning_inside=True,
    )
    plant(
        "no long-context premium",
        "sonnet",
        june + 8 * DAY,
        Tokens(uncached=40_000, cache_read=300_000, cache_write_1h=10_000, output=2_000),
    )
    plant(
        "two write lifetimes and web searches",
        "sonnet",
        june + 9 * DAY,
        Tokens(uncached=10, cache_read=5_000, cache_write_5m=600, cache_write_1h=400, output=200),
        web_searches=2,
    )
    plant(
        "web searches named beside the usage",
        "gpt54",
        june + 12 * DAY,
        Tokens(uncached=20_000, output=900, reasoning=300),
        web_searches=3,
    )
    # a stream that starts before the price change and ends after it: last usage, first time
    stream(
        logs,
        planted.check(
            "stream across the price change: last usage, first time",
            Call(
                model=MODELS["luna"],
                surface="openai_chat",
                occurred=PRICE_CHANGE - 2 * SECOND,
                loaded=nightly_load(PRICE_CHANGE),
                tokens=Tokens(uncached=20_000, cache_read=12_800, output=900),
                owners=owners,
                response_id=response_id(dice, "openai_chat"),
                latency_ms=9_000,
            ),
        ),
        (100, 450),
        3 * SECOND,
    )
    stream(
        logs,
        planted.check(
            "stream across the end of June: last usage, first time",
            Call(
                model=MODELS["haiku"],
                surface="anthropic_messages",
                occurred=at("2026-07-01T00:00:00") - 2 * SECOND,
                loaded=nightly_load(at("2026-07-01T00:00:00")),
                tokens=Tokens(uncached=3_000, cache_read=9_000, cache_write_5m=2_000, output=700),
                owners=owners_of(dice, feature, None, "prod"),
                response_id=response_id(dice, "anthropic_messages"),
                latency_ms=6_000,
            ),
        ),
        (1, 260),
        3 * SECOND,
    )


def stream(logs: Logs, call: Call, partial_outputs: tuple[int, ...], pause: int):
    """Log a call several times while its answer grows; the call given holds the last usage and the first time."""
    for number, output in enumerate(partial_outputs):
        logs.usage_log(
            replace(call, occurred=call.occurred + number * pause, tokens=replace(call.tokens, output=output, reasoning=0))
        )
    logs.usage_log(replace(call, occurred=call.occurred + len(partial_outputs) * pause))


def batches(logs: Logs, planted: Planted):
    """Anthropic batches of the data team, at half price, on Sunday nights."""
    dice = Dice(6)
    feature = Feature(
        "data", "warehouse", "nightly-labels", "labels_v2", 0, (("haiku", 4), ("sonnet", 1)), (5_000, 30_000), (40, 500)
    )
    tenants = tuple((tenant, tenant.weight) for tenant in TENANTS)
    for week in range(1, 13):
        for number in range(5):
            call = plain_call(
                dice, feature, (7 * week - 1) * DAY + 3 * HOUR + dice.below(5_400_000) * 1000, dice.weighted(tenants)
            )
            call = replace(call, service_tier="batch", operation="batch", latency_ms=None, web_searches=0)
            if number == 0 and week in (2, 9):
                planted.check("batch at half price", call)
            logs.usage_log(call)


def failures(logs: Logs, planted: Planted):
    """Retry chains, fallbacks, failed calls with and without usage, answers whose usage was lost, an unknown model."""
    dice = Dice(7)
    tenants = tuple((tenant, tenant.weight) for tenant in TENANTS)
    features = tuple((feature, feature.weight) for feature in FEATURES if not feature.agent)

    def some_call(model_key: str | None = None) -> Call:
        return plain_call(dice, dice.weighted(features), working_time(dice), dice.weighted(tenants), model_key)

    # attempts of one request share its request_id; only the one that was answered has a response_id
    for number in range(26):
        last = some_call()
        request_id = "req-" + dice.hex(12)
        attempts = 4 if number == 0 else dice.between(2, 3)
        for attempt in range(1, attempts):
            failed = replace(
                last,
                request_id=request_id,
                response_id=None,
                attempt=attempt,
                is_retry=attempt > 1,
                tokens=None,
                web_searches=0,
                reports_cost=False,
                occurred=last.occurred - (attempts - attempt) * 2 * SECOND,
                **dice.pick(
                    ({"status": "error", "error_code": "429"}, {"status": "error", "error_code": "529"}, {"status": "timeout"})
                ),
            )
            if attempt == 2 and number % 2 == 0:  # broke off after it had used tokens: billed
                tokens = replace(last.tokens, output=last.tokens.output // 3, reasoning=0)
                failed = replace(
                    failed,
                    tokens=tokens,
                    status="error",
                    error_code="stream_aborted",
                    response_id=response_id(dice, last.surface),
                )
            logs.usage_log(failed)
        logs.usage_log(replace(last, request_id=request_id, attempt=attempts, is_retry=True))

    # a fallback: the first choice fails, another model serves and is billed
    for number in range(20):
        first_key, second_key = dice.pick((("gpt54", "sonnet"), ("sonnet", "gpt54"), ("gemini", "luna"), ("grok", "haiku")))
        served = replace(some_call(second_key), web_searches=0)
        asked = MODELS[first_key].requested
        failed = replace(
            served,
            model=MODELS[first_key],
            surface=MODELS[first_key].surfaces[0],
            response_id=None,
            request_id="req-" + dice.hex(12),
            names_served=False,
            tokens=None,
            status="error",
            error_code="503",
            latency_ms=dice.between(50, 900),
            flat_cache_write=False,
            reports_cost=False,
            reasoning_inside=False,
            occurred=served.occurred - 1 * SECOND,
        )
        served = replace(served, requested=asked, fallback_from=asked, names_served=True)
        if number < 2:
            planted.check("fallback: the served model is billed", served)
        logs.usage_log(failed)
        logs.usage_log(served)

    for _ in range(34):  # failed calls without usage
        call = some_call()
        logs.usage_log(
            replace(
                call,
                tokens=None,
                web_searches=0,
                names_served=False,
                reports_cost=False,
                response_id=None,
                request_id="req-" + dice.hex(12),
                **dice.pick(
                    ({"status": "error", "error_code": "400"}, {"status": "error", "error_code": "429"}, {"status": "cancelled"})
                ),
            )
        )
    logs.usage_log(
        planted.check(
            "failed call with usage: billed",
            replace(some_call("sonnet"), status="error", error_code="overloaded", web_searches=0),
        )
    )
    for _ in range(26):  # answered, but the usage never arrived
        logs.usage_log(replace(some_call(), tokens=None, web_searches=0, reports_cost=False))
    for _ in range(44):
        logs.usage_log(some_call("unknown"))
    # calls without any id: the whole line is their identity, and one of them was logged twice
    for number in range(4):
        call = replace(some_call("haiku"), response_id=None, web_searches=0)
        logs.usage_log(call)
        if number == 0:
            logs.usage_log(call)


def repeats(logs: Logs):
    """Streamed partials, lines written twice, a replayed file, calls that the gateway logged too."""
    dice = Dice(8)
    tenants = tuple((tenant, tenant.weight) for tenant in TENANTS)
    features = tuple((feature, feature.weight) for feature in FEATURES if not feature.agent and not feature.gateway_percent)

    def some_call(model_key: str | None = None) -> Call:
        return plain_call(dice, dice.weighted(features), working_time(dice), dice.weighted(tenants), model_key)

    for number in range(30):
        call = some_call(("sonnet", "haiku", "luna")[number % 3])
        parts = sorted(1 + call.tokens.output * share // 100 for share in ((10, 55) if number % 2 else (35,)))
        stream(logs, replace(call, web_searches=0), tuple(parts), 900 * 1000)
    for _ in range(6):  # an aborted first copy without usage, then the answer
        call = some_call("gpt54")
        logs.usage_log(replace(call, tokens=None, web_searches=0))
        logs.usage_log(replace(call, occurred=call.occurred + SECOND, web_searches=0))

    written = [row for row in logs.rows if row.source == "usage_log" and row.call.pricing_status == "priced"]
    for _ in range(32):  # the same line twice in one file
        row = dice.pick(written)
        logs.add(row, row.call.loaded + SECOND)
    replayed = [row for row in written if at("2026-07-20T00:00:00") <= row.call.occurred < at("2026-07-22T00:00:00")]
    for row in replayed:  # a collector that sent two days again, into a second file
        logs.add(replace(row, path=f"{LOG_ROOT}/usage_log/2026-07_replay.jsonl"), row.call.loaded)

    for number in range(45):  # the same call in the application's log and in the gateway's
        call = replace(some_call(("luna", "sonnet", "gemini")[number % 3]), web_searches=0, names_served=True)
        logs.usage_log(call)
        logs.litellm(call, gateway_of(dice, call))


# --------------------------------------------------------------------------- what is planted: the gateway


def gateway_rows(logs: Logs, planted: Planted):
    """Sessions, cache hits of the gateway, failures, retries and fallbacks in LiteLLM's spend log."""
    dice = Dice(9)
    tenants = tuple((tenant, tenant.weight) for tenant in TENANTS)
    features = tuple((feature, feature.weight) for feature in FEATURES if feature.gateway_percent)

    def some_call(model_key: str | None = None, **changes) -> Call:
        call = plain_call(dice, dice.weighted(features), working_time(dice) + dice.below(1000), dice.weighted(tenants), model_key)
        call = replace(
            call,
            surface="openai_chat",
            response_id="chatcmpl-" + dice.uuid(),
            names_served=True,
            web_searches=0,
            session_id=None,
            tags=None,
            flat_cache_write=False,
            reports_cost=False,
        )
        return replace(call, **changes)

    def log(call: Call):
        logs.litellm(call, gateway_of(dice, call))

    for _ in range(28):  # a session of two to four calls is a trace
        session_id = dice.uuid()
        call = some_call(session_id=session_id, trace_id=session_id)
        for step in range(dice.between(2, 4)):
            log(
                replace(call, occurred=call.occurred + step * dice.between(5, 90) * SECOND, response_id="chatcmpl-" + dice.uuid())
            )
    for _ in range(30):
        call = some_call()
        hit = replace(call, gateway_cache_hit=True, latency_ms=dice.between(2, 30))
        log(replace(hit, response_id=f"{call.response_id}_cache_hit{1_782_000_000 + dice.below(9_000_000)}"))
    for _ in range(18):
        log(some_call(tokens=None, status="error", error_code=dice.pick(("429", "500", "401"))))
    for _ in range(6):  # the client went away before the usage arrived
        log(some_call(tokens=None))
    for number in range(20):
        retries = dice.between(1, 2)
        call = some_call(attempt=retries + 1, is_retry=True)
        log(replace(call, tokens=None, status="error", error_code="429") if number % 5 == 4 else call)
    for number in range(14):
        first_key, second_key = dice.pick((("luna", "haiku"), ("sonnet", "luna"), ("gpt54", "gemini")))
        asked = MODELS[first_key].requested
        call = some_call(second_key, requested=asked, fallback_from=asked)
        log(planted.check("gateway fallback: the served model is billed", call) if number == 0 else call)
    for _ in range(7):
        log(some_call("unknown"))


# --------------------------------------------------------------------------- what is planted: Claude Code sessions

PROJECTS = ("search-api", "mobile-app", "data-pipelines", "risk-models", "platform-infra")


class Session:
    """Writes one Claude Code session file, line by line."""

    def __init__(self, logs: Logs, dice: Dice, project: str, started: int):
        self.logs, self.dice, self.project, self.now = logs, dice, project, started
        self.session_id = dice.uuid()
        self.path = f"{LOG_ROOT}/claude_code/{project}/{self.session_id}.jsonl"
        self.branch = dice.pick(("main", "main", "feature/cache", "fix/timeouts"))
        self.last_uuid: str | None = None
        self.records: list[tuple[dict, str, Call | None]] = []

    def write(self, record: dict, kind: str, call: Call | None = None, reason: str | None = None):
        self.records.append((record, kind, call))
        self.logs.add(Row(self.path, compact(record), kind, call, reason))

    def line(self, kind: str, **fields) -> dict:
        """A line of the session's tree with the fields that every such line has."""
        record = {
            "parentUuid": self.last_uuid,
            "isSidechain": False,
            "userType": "external",
            "cwd": f"/workspace/{self.project}",
            "sessionId": self.session_id,
            "version": "2.1.14",
            "gitBranch": self.branch,
            "type": kind,
            **fields,
            "uuid": self.dice.uuid(),
            "timestamp": f"{moment(self.now):%Y-%m-%dT%H:%M:%S}.{self.now % SECOND // 1000:03d}Z",
        }
        self.last_uuid = record["uuid"]
        return record

    def pause(self, low_ms: int, high_ms: int):
        self.now += self.dice.between(low_ms, high_ms) * 1000

    def user(self, is_tool_result: bool):
        content = (
            [{"type": "tool_result", "tool_use_id": "toolu_" + self.dice.hex(8), "content": "..."}] if is_tool_result else "..."
        )
        self.write(self.line("user", message={"role": "user", "content": content}), "not_a_call")

    def answer(self, model: Model, tokens: Tokens, blocks: int, web_searches: int = 0, agent: str | None = None):
        """One answer: a line per content block, each with the usage as known when the block ended."""
        message_id, request_id = "msg_01" + self.dice.hex(20), "req_011" + self.dice.hex(20)
        for block in range(blocks):
            is_last = block == blocks - 1
            output = tokens.output if is_last else min(1 + block * 7, tokens.output)
            call = Call(
                model=model,
                surface="anthropic_messages",
                occurred=self.now,
                tokens=replace(tokens, output=output),
                response_id=message_id,
                request_id=request_id,
                trace_id=self.session_id,
                session_id=self.session_id,
                web_searches=web_searches,
            )
            content = {"type": "text", "text": "..."}
            if blocks > 1 and block > 0:
                content = {"type": "tool_use", "id": "toolu_" + self.dice.hex(8), "name": "Read", "input": {}}
            record = self.line(
                "assistant",
                message={
                    "id": message_id,
                    "type": "message",
                    "role": "assistant",
                    "model": model.served,
                    "content": [content],
                    "stop_reason": ("tool_use" if blocks > 1 else "end_turn") if is_last else None,
                    "stop_sequence": None,
                    "usage": usage_object(call),
                },
                requestId=request_id,
            )
            if agent:
                record["isSidechain"], record["agentId"] = True, agent
            self.write(record, "call", call)
            self.pause(400, 2_500)

    def api_error(self):
        """A line the client writes itself when the API failed: a failed call, nothing to bill."""
        message_id = self.dice.uuid()
        usage = {
            "input_tokens": 0,
            "output_tokens": 0,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 0},
            "service_tier": None,
        }
        message = {
            "id": message_id,
            "type": "message",
            "role": "assistant",
            "model": "<synthetic>",
            "content": [{"type": "text", "text": "..."}],
            "stop_reason": "stop_sequence",
            "stop_sequence": "",
            "usage": usage,
        }
        call = Call(
            model=Model("anthropic", "<synthetic>", "<synthetic>", None, ()),
            surface="anthropic_messages",
            occurred=self.now,
            tokens=None,
            status="error",
            response_id=message_id,
            trace_id=self.session_id,
            session_id=self.session_id,
        )
        self.write(self.line("assistant", message=message, isApiErrorMessage=True), "call", call)

    def synthetic(self):
        """An assistant line of the client's own that is no call."""
        message = {
            "id": self.dice.uuid(),
            "role": "assistant",
            "model": "<synthetic>",
            "content": [{"type": "text", "text": "..."}],
            "usage": {"input_tokens": 0, "output_tokens": 0},
        }
        self.write(self.line("assistant", message=message), "not_a_call")

    def summary(self):
        self.write({"type": "summary", "summary": "...", "leafUuid": self.dice.uuid()}, "not_a_call")

    def turns(self, count: int):
        dice = self.dice
        context = dice.between(14_000, 22_000)
        cached = 0
        for turn in range(count):
            self.user(is_tool_result=turn % 4 != 0)
            self.pause(300, 1_500)
            fresh = dice.between(400, 4_500)
            model = MODELS["haiku"] if dice.chance(12) else MODELS["sonnet"]
            write = context - cached if cached == 0 else fresh
            is_1h = dice.chance(20)
            tokens = Tokens(
                uncached=dice.between(3, 14),
                cache_read=cached,
                cache_write_5m=0 if is_1h else write,
                cache_write_1h=write if is_1h else 0,
                output=dice.skewed(90, 1_900),
            )
            self.answer(
                model,
                tokens,
                blocks=dice.weighted(((1, 4), (2, 4), (3, 2))),
                web_searches=dice.between(1, 3) if dice.chance(4) else 0,
                agent="explore-" + dice.hex(4) if dice.chance(8) else None,
            )
            cached += write
            self.pause(2_000, 90_000)

    def resume(self, earlier: "Session", keep_session_id: bool):
        """Copy the first lines of an earlier session, as the client does when it resumes one."""
        copied = earlier.records[: len(earlier.records) * 2 // 3]
        for record, kind, call in copied:
            record = dict(record)
            if not keep_session_id and "sessionId" in record:
                record["sessionId"] = self.session_id
                call = replace(call, trace_id=self.session_id, session_id=self.session_id) if call else None
            self.write(record, kind, call)


def claude_code_sessions(logs: Logs):
    dice = Dice(10)
    sessions: list[Session] = []
    for number in range(26):
        day = number * 27 // 8 + 1  # every three or four days
        day -= max(0, day % 7 - 4)  # a Friday in place of the weekend
        started = day * DAY + dice.between(8, 16) * HOUR + dice.below(3_000_000) * 1000
        session = Session(logs, dice, PROJECTS[number % len(PROJECTS)], started)
        if number % 3 == 0:
            session.summary()
        if number in (7, 15, 21):
            session.resume(sessions[number - 5], keep_session_id=number == 15)
        session.turns(dice.between(11, 24))
        if number in (4, 10, 19):
            session.api_error()
        if number == 11:
            session.synthetic()
        if number % 4 == 1:
            session.write(session.line("system", subtype="turn_duration", durationMs=dice.between(1_000, 90_000)), "not_a_call")
        if number % 6 == 2:
            session.write({"type": "file-history-snapshot", "messageId": dice.uuid(), "isSnapshotUpdate": False}, "not_a_call")
        sessions.append(session)

    def broken(session: Session, change, reason: str):
        """A copy of the session's last answer, with a message id of its own, made wrong."""
        record = json.loads(compact(next(entry[0] for entry in reversed(session.records) if entry[1] == "call")))
        record["message"]["id"], record["uuid"] = "msg_01" + dice.hex(20), dice.uuid()
        change(record)
        session.logs.reject(session.path, 0, compact(record), reason)

    broken(sessions[3], lambda record: record.pop("timestamp"), "missing_timestamp")
    broken(sessions[9], lambda record: record["message"]["usage"].update(output_tokens=-5), "negative_tokens")
    # the machine went down while the client wrote the last line of the file
    cut = compact(sessions[13].records[-1][0])
    logs.reject(sessions[13].path, 0, cut[: len(cut) * 3 // 5], "malformed_json")


# --------------------------------------------------------------------------- what is planted: rows that cannot be right


def broken_rows(logs: Logs):
    dice = Dice(11)
    feature = FEATURES[0]

    def spoiled(days: int, change, reason: str, model_key: str = "luna"):
        occurred = days * DAY + 10 * HOUR + dice.below(3_600_000) * 1000
        call = plain_call(dice, feature, occurred, TENANTS[days % 40], model_key)
        call = replace(call, surface=MODELS[model_key].surfaces[0])
        record = usage_log_record(call)
        change(record)
        logs.reject(usage_log_path(call.loaded), call.loaded, compact(record), reason)

    def line(days: int, data: bytes, reason: str):
        logs.reject(usage_log_path(days * DAY), days * DAY, data, reason)

    def openai_usage(total_input: int, cached: int, output: int, total: int) -> dict:
        return {
            "prompt_tokens": total_input,
            "completion_tokens": output,
            "total_tokens": total,
            "prompt_tokens_details": {"cached_tokens": cached},
        }

    whole = compact(usage_log_record(plain_call(dice, feature, 20 * DAY, TENANTS[0], "luna")))
    line(5, whole[:140], "malformed_json")
    line(38, whole[: len(whole) - 9], "malformed_json")
    line(61, b'"collector restarted"', "not_an_object")
    line(62, b"[1,2,3]", "not_an_object")
    line(44, whole.replace(b"search-api", b"search-\xff\xfe\xc3(api", 1), "malformed_json")
    spoiled(8, lambda record: record.pop("occurred_at"), "missing_timestamp")
    spoiled(33, lambda record: record.update(occurred_at=None), "missing_timestamp")
    spoiled(50, lambda record: record.update(occurred_at="last Tuesday"), "unparsable_timestamp")
    spoiled(12, lambda record: record.update(occurred_at="2099-01-01T00:00:00Z"), "future_timestamp")
    spoiled(70, lambda record: record.update(occurred_at="1970-01-01T00:00:00Z"), "ancient_timestamp")
    spoiled(15, lambda record: (record.pop("model_requested"), record.pop("model_served", None)), "missing_model")
    spoiled(57, lambda record: record.update(model_requested="", model_served=None), "missing_model")
    spoiled(21, lambda record: record.update(usage=openai_usage(1_000, 0, -120, 880)), "negative_tokens")
    spoiled(66, lambda record: record["usage"].update(input_tokens=-1), "negative_tokens", "sonnet")
    spoiled(27, lambda record: record.update(usage=openai_usage(500, 800, 50, 550)), "cached_exceeds_input")
    spoiled(30, lambda record: record.update(usage=openai_usage(1_000, 0, 100, 1_250)), "buckets_do_not_sum")
    spoiled(
        73,
        lambda record: record["usage"].update(totalTokenCount=record["usage"]["totalTokenCount"] + 17),
        "buckets_do_not_sum",
        "gemini",
    )
    spoiled(36, lambda record: record.update(usage=openai_usage(4_000_000_000, 0, 100, 4_000_000_100)), "absurd_tokens")
    spoiled(47, lambda record: record.update(api_surface="acme_complete"), "unknown_api_surface")
    spoiled(53, lambda record: (record.pop("provider"), record.update(api_surface="openai_compatible")), "missing_provider")
    spoiled(79, lambda record: record.pop("api_surface"), "unknown_api_surface")

    def spoiled_spend(days: int, change, reason: str):
        call = plain_call(dice, FEATURES[4], days * DAY + 12 * HOUR, TENANTS[days % 40], "luna")
        call = replace(call, surface="openai_chat", session_id=None, names_served=True)
        record = litellm_record(call, gateway_of(dice, call))
        change(record)
        logs.reject(litellm_path(call.occurred), call.occurred, compact(record), reason)

    spoiled_spend(25, lambda record: record.update(total_tokens=record["total_tokens"] + 333), "buckets_do_not_sum")
    spoiled_spend(
        41,
        lambda record: record.update(prompt_tokens=-50, total_tokens=record["completion_tokens"] - 50, metadata="{}"),
        "negative_tokens",
    )
    spoiled_spend(58, lambda record: record.update(model="", model_group=""), "missing_model")
    spoiled_spend(75, lambda record: record.update(startTime=None), "missing_timestamp")
    logs.reject(
        litellm_path(64 * DAY),
        64 * DAY,
        b'{"request_id":"chatcmpl-cut","call_type":"acompletion","metadata":"{\\"usage_ob',
        "malformed_json",
    )


# --------------------------------------------------------------------------- the truth


@dataclass(frozen=True)
class Event:
    source: str
    path: str
    call: Call


def deduplicate(rows: list[Row]) -> tuple[list[Event], list[tuple[Row, Row]]]:
    """One event per call: last usage, first time. Also every other row of the call, with the row that stands for it.

    Of several rows the one stands that is in the earliest source, then has usage, then is the latest, then has the most
    tokens, then is in the first file in text order.
    """
    told: dict[tuple, list[Row]] = defaultdict(list)
    for row in rows:
        if row.kind == "call":
            told[row.identity].append(row)
    events, duplicates = [], []
    for copies in told.values():
        copies.sort(
            key=lambda row: (
                SOURCES.index(row.source),
                row.call.tokens is None,
                -row.call.occurred,
                -(row.call.tokens.total if row.call.tokens else 0),
                row.path,
            )
        )
        standing = copies[0]
        first = min(row.call.occurred for row in copies if row.source == standing.source)
        events.append(Event(standing.source, standing.path, replace(standing.call, occurred=first)))
        duplicates += [(row, standing) for row in copies[1:]]
    return events, duplicates


def usd(amounts) -> str:
    return f"{sum(amounts, Decimal(0)).quantize(PICO):f}"


def summed(events: list[Event]) -> dict:
    billable = [event for event in events if event.call.pricing_status != "not_billable"]
    return {
        "billable_events": len(billable),
        "cost_usd": usd(event.call.cost for event in billable if event.call.cost is not None),
    }


def grouped(events: list[Event], key) -> dict:
    groups = defaultdict(list)
    for event in events:
        if event.call.pricing_status != "not_billable":
            groups[key(event)].append(event)
    return {name: summed(groups[name]) for name in sorted(groups)}


def token_totals(events: list[Event]) -> dict:
    counted = [event.call.tokens for event in events if event.call.pricing_status != "not_billable" and event.call.tokens]
    names = {
        "uncached_input_tokens": "uncached",
        "cache_read_tokens": "cache_read",
        "cache_write_5m_tokens": "cache_write_5m",
        "cache_write_1h_tokens": "cache_write_1h",
        "total_input_tokens": "total_input",
        "output_tokens": "output",
        "reasoning_tokens": "reasoning",
    }
    return {column: sum(getattr(tokens, name) for tokens in counted) for column, name in names.items()}


def row_fates(rows: list[Row], events: list[Event], duplicates: list[tuple[Row, Row]], key) -> dict:
    """Raw rows = billable events + duplicates + rejected + not billable, for each value of key."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for row in rows:
        counts[key(row)]["raw_rows"] += 1
        if row.kind == "rejected":
            counts[key(row)]["rejected_rows"] += 1
        if row.kind == "not_a_call":
            counts[key(row)]["not_billable_rows"] += 1
            counts[key(row)]["not_a_call_rows"] += 1
    for event in events:
        is_billable = event.call.pricing_status != "not_billable"
        counts[key(event)]["billable_events" if is_billable else "not_billable_rows"] += 1
    for row, _ in duplicates:
        counts[key(row)]["duplicate_rows"] += 1
    columns = ("raw_rows", "billable_events", "duplicate_rows", "rejected_rows", "not_billable_rows", "not_a_call_rows")
    for name, count in counts.items():
        assert count["raw_rows"] == sum(count[column] for column in columns[1:5]), name
    return {name: {column: counts[name][column] for column in columns} for name in sorted(counts)}


def make_truth(logs: Logs, planted: Planted) -> dict:
    rows = logs.rows
    events, duplicates = deduplicate(rows)
    billable = [event for event in events if event.call.pricing_status != "not_billable"]
    rejects = Counter(row.reason for row in rows if row.kind == "rejected")
    retries = [event for event in events if event.call.is_retry]
    runaway = [event for event in events if event.call.trace_id == planted.runaway_trace]
    unknown = [event for event in events if event.call.pricing_status == "unpriced"]
    fallbacks = [event for event in events if event.call.fallback_from]
    depths: dict[str, int] = {}
    trace_source = {}
    for event in events:
        trace = event.call.trace_id
        if trace:
            depths[trace] = max(depths.get(trace, 0), event.call.depth)
            trace_source[trace] = event.source
    late = [
        event
        for event in events
        if event.call.loaded is not None and event.source == "usage_log" and event.call.loaded - event.call.occurred > 2 * DAY
    ]
    shared = [event for event in events if event.call.owners.get("api_key_id") == SHARED_KEY]
    cohorts = {tenant.name: tenant.cohort for tenant in TENANTS}

    def owner(name: str, missing: str):
        return lambda event: event.call.owners.get(name, missing)

    by_source = row_fates(rows, events, duplicates, lambda item: item.source)
    for source, numbers in by_source.items():
        own = [event for event in events if event.source == source]
        numbers["cost_usd"] = summed(own)["cost_usd"]
        numbers["provider_reported_cost_usd"] = usd(reported_cost(event.call, source) for event in own)
    return {
        "about": "What scripts/generate_demo_logs.py planted in the demo logs. Costs are USD text with 12 decimals.",
        "period": {"from": iso(0), "to_exclusive": iso(DAYS * DAY), "price_change_at": iso(PRICE_CHANGE)},
        "rows": {
            "by_source": by_source,
            "by_file": row_fates(rows, events, duplicates, lambda item: item.path),
            "rejected_by_reason": dict(sorted(rejects.items())),
            "rejected_by_source_and_reason": {
                source: dict(
                    sorted(Counter(row.reason for row in rows if row.kind == "rejected" and row.source == source).items())
                )
                for source in sorted(SOURCES)
            },
            "not_billable_by_reason": {
                "not_a_call": sum(row.kind == "not_a_call" for row in rows),
                **dict(
                    sorted(Counter(event.call.not_billable_reason for event in events if event.call.not_billable_reason).items())
                ),
            },
            "duplicates_of_another_source": sum(row.source != standing.source for row, standing in duplicates),
        },
        "events": {
            "total": len(events),
            **summed(events),
            "by_pricing_status": dict(sorted(Counter(event.call.pricing_status for event in events).items())),
            "by_status": dict(sorted(Counter(event.call.status for event in events).items())),
            "tokens": token_totals(events),
            "web_search_requests": sum(event.call.web_searches for event in billable),
        },
        "by_provider": grouped(events, lambda event: event.call.provider),
        "by_model_served": grouped(events, lambda event: event.call.model_served),
        "by_model_billed": grouped(events, lambda event: event.call.model.billed or "unknown"),
        "by_service_tier": grouped(events, lambda event: event.call.service_tier),
        "by_month": grouped(events, lambda event: month(event.call.occurred)),
        "by_team": grouped(events, owner("team", "unattributed")),
        "by_cost_center": grouped(events, owner("cost_center", "none")),
        "by_feature": grouped(events, owner("feature", "none")),
        "by_environment": grouped(events, owner("environment", "none")),
        "by_tenant": {
            name: {**numbers, "cohort": cohorts.get(name), **tenant_cache(billable, name)}
            for name, numbers in grouped(events, owner("tenant_id", "none")).items()
        },
        "planted": {
            "retries": {"events": len(retries), **summed(retries)},
            "fallbacks": {"events": len(fallbacks), **summed(fallbacks)},
            "runaway_trace": {
                "trace_id": planted.runaway_trace,
                "calls": len(runaway),
                **summed(runaway),
                "tokens": token_totals(runaway),
            },
            "unknown_model": {
                "model": MODELS["unknown"].served,
                "billable_events": len(unknown),
                "tokens": token_totals(unknown),
            },
            "traces": {
                "count": len(depths),
                "by_source": dict(sorted(Counter(trace_source.values()).items())),
                "by_depth": {str(depth): count for depth, count in sorted(Counter(depths.values()).items())},
            },
            "shared_api_key": {
                "api_key_id": SHARED_KEY,
                **summed(shared),
                "teams": sorted({event.call.owners.get("team", "unattributed") for event in shared}),
            },
            "loaded_more_than_two_days_late": len(late),
            "failed_but_billed": sum(event.call.status != "success" for event in billable),
        },
        "spot_checks": spot_checks(events, planted),
    }


def tenant_cache(billable: list[Event], tenant: str) -> dict:
    counted = [
        event.call.tokens for event in billable if event.call.owners.get("tenant_id", "none") == tenant and event.call.tokens
    ]
    return {
        "total_input_tokens": sum(tokens.total_input for tokens in counted),
        "cache_read_tokens": sum(tokens.cache_read for tokens in counted),
    }


def spot_checks(events: list[Event], planted: Planted) -> list[dict]:
    """Single calls that a test can look up by provider and response id."""
    by_id = {(event.call.provider, event.call.response_id): event for event in events if event.call.response_id}
    checks = []
    for why, call in planted.spot_checks:
        event = by_id[(call.provider, call.response_id)]
        tokens = event.call.tokens
        assert (tokens, event.call.occurred) == (call.tokens, call.occurred), why
        checks.append(
            {
                "why": why,
                "source_system": event.source,
                "provider": call.provider,
                "model_billed": call.model.billed,
                "response_id": call.response_id,
                "occurred_at": iso(event.call.occurred),
                "total_input_tokens": tokens.total_input,
                "cache_read_tokens": tokens.cache_read,
                "output_tokens": tokens.output,
                "cost_usd": f"{event.call.cost:f}",
            }
        )
    return checks


# --------------------------------------------------------------------------- files


def generate() -> dict[str, bytes]:
    """Every generated file: path relative to the project root, and its bytes."""
    logs, planted = Logs(), Planted()
    daily_traffic(logs)
    agent_runs(logs)
    runaway_loop(logs, planted)
    price_edges(logs, planted)
    batches(logs, planted)
    failures(logs, planted)
    repeats(logs)
    gateway_rows(logs, planted)
    claude_code_sessions(logs)
    broken_rows(logs)

    lines: dict[str, list[bytes]] = defaultdict(list)
    for row in logs.rows:
        lines[row.path].append(row.line)
    files = {path: b"\n".join(lines[path]) + b"\n" for path in sorted(lines)}
    truth = make_truth(logs, planted)
    files[f"{LOG_ROOT}/truth.json"] = json.dumps(truth, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
    return files


def relative(path: str) -> str:
    return path[len(LOG_ROOT) + 1 :]


def differences(files: dict[str, bytes], out: Path) -> list[str]:
    """What differs between the files on disk and a fresh generation."""
    wanted = {relative(path): data for path, data in files.items()}
    found = {}
    for folder in SOURCES:
        for path in (out / folder).rglob("*"):
            if path.is_file():
                found[path.relative_to(out).as_posix()] = path.read_bytes()
    truth = out / "truth.json"
    if truth.is_file():
        found["truth.json"] = truth.read_bytes()
    problems = [f"missing: {name}" for name in sorted(wanted.keys() - found.keys())]
    problems += [f"not generated: {name}" for name in sorted(found.keys() - wanted.keys())]
    problems += [f"differs: {name}" for name in sorted(wanted.keys() & found.keys()) if wanted[name] != found[name]]
    return problems


def write(files: dict[str, bytes], out: Path):
    """Write the files; log files of an earlier generation that are no longer made are removed."""
    wanted = {relative(path) for path in files}
    for folder in SOURCES:
        for path in (out / folder).rglob("*.jsonl"):
            if path.relative_to(out).as_posix() not in wanted:
                path.unlink()
    for name, data in files.items():
        path = out / relative(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the demo logs and the truth planted in them.")
    parser.add_argument(
        "--out", type=Path, default=PROJECT_ROOT / LOG_ROOT, help="folder to write to (default: demo/ of the project)"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when the files on disk differ from a fresh generation"
    )
    options = parser.parse_args()
    files = generate()
    if options.check:
        problems = differences(files, options.out)
        for problem in problems:
            print(problem)
        print(f"{len(problems)} differences" if problems else f"{len(files)} files are as generated")
        return 1 if problems else 0
    write(files, options.out)
    rows = sum(data.count(b"\n") for name, data in files.items() if name.endswith(".jsonl"))
    print(f"{len(files)} files, {rows} rows, {sum(map(len, files.values()))} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
