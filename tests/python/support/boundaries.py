"""The price catalogue read by a second, deliberately naive reader, and the calls on both sides of everything in it that changes.

The reader scans the rows of seeds/prices/*.csv as docs/pricing.md says, one call at a time, and shares no code with the package. Instants are
UTC without zone, prices exact decimals.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)

INPUTS = ("uncached_input", "cache_read", "cache_write_5m", "cache_write_1h", "audio_input", "image_input")
OUTPUTS = ("output", "reasoning", "audio_output", "image_output")
WRITES = ("cache_write_5m", "cache_write_1h")
LOGGED_FEES = ("web_search_requests", "web_fetch_requests", "file_search_requests", "code_execution_requests")
SIZES = {f"requests_search_{size}": size for size in ("low", "medium", "high")}

# whose rate a token meter takes that has no row of its own; a fee has no such thing
FALLBACKS = {
    "cache_read": "uncached_input", "cache_write_5m": "uncached_input", "cache_write_1h": "cache_write_5m", "audio_input": "uncached_input",
    "image_input": "uncached_input", "audio_output": "output", "image_output": "output",
}
TOKENS = (*INPUTS, *OUTPUTS, "citation")
# an AWS inference profile names its region first
PROFILES = ("us.", "eu.", "apac.", "jp.", "au.", "ca.", "us-gov.")
TIERS = ("standard", "batch", "flex", "priority", "fast", "provisioned")


@dataclass(frozen=True)
class Row:
    """A price row as the CSV has it, with the empty fields filled as docs/pricing.md says. price: USD per unit, None when withdrawn."""

    rate_id: str
    provider: str
    model: str
    meter: str
    tier: str
    region: str
    threshold: int
    comparator: str
    window: str
    price: Decimal | None
    valid_from: datetime
    recorded_at: datetime

    @cached_property
    def chain(self) -> tuple:
        """Rows of one key follow each other in time."""
        return self.provider, self.model, self.meter, self.tier, self.region, self.threshold, self.window

    def passed_by(self, total_input: int) -> bool:
        """Whether an input of this size pays this row."""
        if not self.threshold:
            return True
        return total_input > self.threshold if self.comparator == ">" else total_input >= self.threshold


@dataclass
class Call:
    """One call: what it used, by meter, and what the naive reader says it costs. total_input: every input token of it."""

    call_id: str
    provider: str
    model: str
    tier: str
    region: str
    at: datetime
    used: dict[str, int | Decimal]
    search_size: str | None = None
    # of the boundary tests: the row that must price a meter here, None where none does
    meter: str | None = None
    row: Row | None = None
    expected: dict = field(default_factory=dict)

    @property
    def total_input(self) -> int:
        """Tokens that decide the context tier."""
        return sum(self.used.get(meter, 0) for meter in INPUTS)

    def line(self) -> dict:
        """The call as a line of our own log format. Writes are in Anthropic's shape (it alone has lifetimes), the rest in OpenAI's."""
        used = {meter: self.used.get(meter, 0) for meter in TOKENS}
        text = used["output"] + used["reasoning"]
        if used["cache_write_5m"] or used["cache_write_1h"]:
            surface, usage = "anthropic_messages", {
                "input_tokens": used["uncached_input"], "cache_read_input_tokens": used["cache_read"], "output_tokens": text,
                "cache_creation_input_tokens": used["cache_write_5m"] + used["cache_write_1h"],
                "cache_creation": {"ephemeral_5m_input_tokens": used["cache_write_5m"], "ephemeral_1h_input_tokens": used["cache_write_1h"]},
                "output_tokens_details": {"thinking_tokens": used["reasoning"]},
            }
        else:
            total_output = text + used["audio_output"] + used["image_output"]
            surface, usage = "openai_compatible", {
                "prompt_tokens": self.total_input, "completion_tokens": total_output, "total_tokens": self.total_input + total_output,
                "prompt_tokens_details": {
                    "cached_tokens": used["cache_read"], "audio_tokens": used["audio_input"], "image_tokens": used["image_input"],
                },
                "completion_tokens_details": {
                    "reasoning_tokens": used["reasoning"], "audio_tokens": used["audio_output"], "image_tokens": used["image_output"],
                },
            }
        if used["citation"]:
            usage["citation_tokens"] = used["citation"]
        if "audio_seconds" in self.used:
            usage["seconds"] = float(self.used["audio_seconds"])
        if "search_units" in self.used:
            usage["billed_units"] = {"search_units": self.used["search_units"]}
        if self.search_size:
            usage["search_context_size"] = self.search_size
        line = {
            "occurred_at": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"), "provider": self.provider, "api_surface": surface, "model_requested": self.model,
            "response_id": self.call_id, "usage": usage, "status": "success", "service_tier": self.tier,
            **{meter: self.used[meter] for meter in LOGGED_FEES if meter in self.used},
        }
        if self.region != "global":
            line["region_scope"] = self.region
        return line


class Catalogue:
    """All rows of the three seeds of a folder."""

    def __init__(self, folder: Path):
        def read(name):
            with (folder / name).open(encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))

        def instant(value):
            return datetime.strptime(value, "%Y-%m-%d %H:%M:%S")

        self.rows = [
            Row(
                one["rate_id"], one["provider"].lower(), one["model"].lower(), one["meter"].lower(), (one["service_tier"] or "standard").lower(),
                (one["region_scope"] or "global").lower(), int(one["min_input_tokens"] or 0), one["threshold_comparator"], one["window_name"],
                None if one["change_kind"] == "withdrawn" else Decimal(one["unit_price"]) / Decimal(one["per_units"]),
                instant(one["valid_from"]), instant(one["recorded_at"]),
            )
            for one in read("price_rates.csv")
        ]
        self.aliases = read("model_aliases.csv")
        self.windows = defaultdict(list)
        for one in read("price_windows.csv"):
            self.windows[one["window_name"]].append(one)
        self.of_model = defaultdict(list)
        for row in self.rows:
            self.of_model[row.provider, row.model].append(row)
        self.chains = defaultdict(list)
        for row in self.rows:
            self.chains[row.chain].append(row)
        for chain, rows in self.chains.items():
            latest = {}
            for row in sorted(rows, key=lambda row: row.recorded_at):
                latest[row.valid_from] = row  # a correction replaces what was recorded before it
            self.chains[chain] = [latest[at] for at in sorted(latest)]

    def is_open(self, window: str, at: datetime) -> bool:
        """Whether a time-of-day window is open at an instant."""
        if not window:
            return True
        for one in self.windows[window]:
            local = at.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(one["timezone"]))
            clock, mask = local.strftime("%H:%M"), one["weekday_mask"]
            overnight = one["end_time"] <= one["start_time"]
            if mask[local.weekday()] == "1" and one["start_time"] <= clock and (clock < one["end_time"] or overnight):
                return True
            if mask[(local.weekday() - 1) % 7] == "1" and overnight and clock < one["end_time"]:
                return True
        return False

    def row_for(self, call: Call, meter: str) -> Row | None:
        """The price row of a meter of its own: in force, covering the call, the narrowest."""
        best = None
        for row in (*self.of_model.get((call.provider, call.model), ()), *self.of_model.get((call.provider, "*"), ())):
            if row.meter != meter or row.tier not in (call.tier, "*") or row.region not in (call.region, "global") or row.valid_from > call.at:
                continue
            if not row.passed_by(call.total_input) or not self.is_open(row.window, call.at):
                continue
            if row is not [one for one in self.chains[row.chain] if one.valid_from <= call.at][-1] or row.price is None:
                continue  # replaced or withdrawn
            rank = (row.model != "*", row.region == call.region, row.tier != "*", row.threshold, bool(row.window))
            if best is None or rank > best[0]:
                best = rank, row
        return best[1] if best else None

    def price(self, call: Call) -> dict:
        """{cost, status, rows}: USD or None, pricing_status, and the row of each used meter that has one of its own."""
        used = {meter: count for meter, count in call.used.items() if count}
        if self.row_for(call, "reasoning") is None and "reasoning" in used:
            used["output"] = used.get("output", 0) + used.pop("reasoning")
        if self.row_for(call, "citation") is None:
            used.pop("citation", None)
        if self.row_for(call, "requests") is not None:
            used["requests"] = 1
        if call.search_size:
            used["requests_search_" + call.search_size] = 1
        cost, rows, known, missing = Decimal(0), {}, [], []
        for meter, count in used.items():
            row, asked = None, meter
            while row is None and asked is not None:
                row, asked = self.row_for(call, asked), FALLBACKS.get(asked)
            if row is None:
                missing.append(meter)
                continue
            if row.meter == meter:
                rows[meter] = row
            known.append((meter, row.price))
            cost += (Decimal(count) * row.price).quantize(Decimal("1e-12"), ROUND_HALF_UP)
        if missing and not any(meter in TOKENS for meter, _ in known) and (any(meter in TOKENS for meter in missing) or not known):
            return {"cost": None, "status": "unpriced", "rows": {}}
        if not known and not any(self.row_for(call, row.meter) for row in self.of_model.get((call.provider, call.model), ())):
            return {"cost": None, "status": "unpriced", "rows": {}}  # nothing that is billed, and no card either
        status = "partially_priced" if missing else "free" if known and all(price == 0 for _, price in known) else "priced"
        return {"cost": cost, "status": status, "rows": rows}


def call_for(call_id: str, row: Row, at: datetime, tier: str, model: str) -> Call:
    """A call that uses a row's meter and, where a threshold or a flat fee needs tokens, ordinary input beside it."""
    above = row.threshold + (row.comparator == ">") if row.threshold else 0
    used, size = {}, None
    if row.meter in INPUTS:
        used[row.meter] = max(above, 1000)
    elif row.meter in (*OUTPUTS, "citation"):
        used = {row.meter: 1000, **({"uncached_input": above} if above else {})}
    elif row.meter in SIZES or row.meter == "requests":
        used, size = {"uncached_input": max(above, 1000)}, SIZES.get(row.meter)
    else:
        used = {row.meter: Decimal("12.345") if row.meter == "audio_seconds" else 3, **({"uncached_input": above} if above else {})}
    return Call(call_id, row.provider, model, tier, row.region, at, used, size, row.meter)


def tier_and_model(catalogue: Catalogue, row: Row, at: datetime):
    """(tier, model) of a call that this row prices: a row for any tier or any model may be narrowed by others. None where all are."""
    tiers = TIERS if row.tier == "*" else (row.tier,)
    models = [row.model] if row.model != "*" else sorted({one.model for one in catalogue.rows if one.provider == row.provider and one.model != "*"})
    for model in models:
        for tier in tiers:
            if catalogue.row_for(call_for("", row, at, tier, model), row.meter) is row:
                return tier, model
    return None


def nearest(catalogue: Catalogue, row: Row, at: datetime, step: timedelta, until: datetime):
    """The nearest instant to `at` in a direction at which a row prices a call, with that call's (tier, model). Eight days are searched."""
    for _ in range(8 * 1440):
        if (at < until) if step < timedelta(0) else (at >= until):
            return None
        found = tier_and_model(catalogue, row, at)
        if found:
            return at, *found
        if not row.window and not any(one.window for one in catalogue.of_model[row.provider, row.model]):
            return None  # nothing that a time of day would change
        # onto the edge of a minute, the windows' grain: its last second going back, its first going on
        at = at.replace(second=59) - MINUTE if step < timedelta(0) else at.replace(second=0) + MINUTE
    return None


def change_calls(catalogue: Catalogue):
    """(calls, hidden): both sides of every start, change and end of a price; `hidden` lists the rows that no call can pay.

    For each row: a call one second before it and one at its instant, each priced by whatever holds then. Where another row hides it at that
    very instant (a time of day), a call at the nearest instant at which it does price. expected['kind'] is start, change or end.
    """
    calls, hidden = [], []
    for rows in catalogue.chains.values():
        for number, row in enumerate(rows):
            before = rows[number - 1] if number else None
            after = rows[number + 1].valid_from if number + 1 < len(rows) else datetime.max
            kind = "start" if before is None or before.price is None else "end" if row.price is None else "change"
            if row.price is None and (before is None or before.price is None):
                continue  # ends what never was
            seen_at = nearest(catalogue, row, row.valid_from, SECOND, after) if row.price is not None else None
            seen_before = nearest(catalogue, before, row.valid_from - SECOND, -SECOND, before.valid_from) if kind != "start" else None
            if (row.price is not None and seen_at is None) or (kind != "start" and seen_before is None):
                hidden.append(row.rate_id)
            tier, model = (seen_at or seen_before or (None, "standard" if row.tier == "*" else row.tier, row.model))[1:]
            if model == "*":
                continue  # hidden for every model, and listed
            sides = {row.valid_from - SECOND: (before if kind != "start" else row, tier, model), row.valid_from: (row, tier, model)}
            for priced, found in ((row, seen_at), (before, seen_before)):
                if found:
                    sides[found[0]] = (priced, *found[1:])
            for at, (priced, tier_, model_) in sides.items():
                call = call_for(f"change-{len(calls)}", row, at, tier_, model_)
                call.row = catalogue.row_for(call, row.meter)
                call.expected = {"kind": kind, "chain": row.chain, "at": row.valid_from, "sees": priced.rate_id if call.row is priced else None}
                calls.append(call)
    return calls, hidden


def threshold_calls(catalogue: Catalogue):
    """A call of N-1, N and N+1 input tokens at every context threshold, at every instant its rows change, in both shapes of usage."""
    places = defaultdict(set)
    for row in catalogue.rows:
        if row.threshold and row.price is not None:
            places[row.provider, row.model, row.tier, row.region, row.threshold, row.comparator].add(row)
    calls = []
    for (provider, model, tier, region, threshold, comparator), rows in places.items():
        for at in sorted({row.valid_from for row in rows}):
            for size in (threshold - 1, threshold, threshold + 1):
                quarter, eighth = size // 4, size // 8
                shapes = (
                    {"cache_read": quarter, "cache_write_5m": eighth, "cache_write_1h": eighth - 1, "output": 1000, "reasoning": 300},
                    {"cache_read": quarter, "audio_input": eighth, "image_input": eighth - 1, "output": 1000, "reasoning": 300, "audio_output": 70,
                     "image_output": 90},
                )
                for used in shapes:
                    used["uncached_input"] = size - sum(used.get(meter, 0) for meter in INPUTS)
                    call = Call(f"threshold-{len(calls)}", provider, model, "standard" if tier == "*" else tier, region, at, used)
                    call.expected = {"place": (provider, model, tier, region, threshold, comparator), "size": size, "at": at}
                    calls.append(call)
    return calls


def window_calls(catalogue: Catalogue):
    """The last second before and the first second of every opening and closing of a week, for every model and change priced by time of day."""
    places = defaultdict(set)
    for row in catalogue.rows:
        if row.window and row.price is not None:
            places[row.provider, row.model, row.tier, row.region, row.window].add(row.valid_from)
    calls = []
    for (provider, model, tier, region, window), starts in places.items():
        for start in sorted(starts):
            edges = set()
            for one in catalogue.windows[window]:
                zone = ZoneInfo(one["timezone"])
                midnight = (start + timedelta(days=1)).replace(hour=0, minute=0, second=0, tzinfo=zone)
                for day in range(7):
                    for clock in (one["start_time"], one["end_time"]):
                        hours, minutes = map(int, clock.split(":"))
                        edge = midnight + timedelta(days=day, hours=hours, minutes=minutes)
                        edges.add(edge.astimezone(timezone.utc).replace(tzinfo=None))
            for edge in sorted(edges):
                for at in (edge - SECOND, edge):
                    used = {"uncached_input": 1000, "cache_read": 2000, "output": 3000}
                    call = Call(f"window-{len(calls)}", provider, model, "standard" if tier == "*" else tier, region, at, used)
                    call.expected = {"window": window, "is_open": catalogue.is_open(window, at)}
                    calls.append(call)
    return calls


def alias_calls(catalogue: Catalogue) -> list[Call]:
    """A call under every alias as soon as it holds and the model it names has a price, and one second before where it replaces another alias.

    expected: the model and region that are billed. A name with price rows of its own is billed as itself, whatever its aliases say.
    """
    rows = defaultdict(list)
    for one in catalogue.aliases:
        rows[one["provider"], one["alias"].lower()].append(
            {"from": datetime.strptime(one["valid_from"], "%Y-%m-%d %H:%M:%S"), "at": one["recorded_at"], "model": one["model"].lower(),
             "region": one["region_scope"].lower()}
        )
    calls = []
    for (provider, alias), chain in rows.items():
        latest = {row["from"]: row for row in sorted(chain, key=lambda row: row["at"])}
        starts = [*sorted(latest), datetime.max]
        own = any(row.price is not None for row in catalogue.of_model.get((provider, alias), ()))
        for number, start in enumerate(starts[:-1]):
            row = latest[start]
            model = alias if own else row["model"]
            profile = alias.split(".")[0] if provider == "aws" and alias.startswith(PROFILES) else ""
            region = ("" if own else row["region"]) or profile or "global"
            priced_from = min(price.valid_from for price in catalogue.of_model[provider, model] if price.region in (region, "global"))
            instants = [max(start, priced_from)] if max(start, priced_from) < starts[number + 1] else []
            if starts[number + 1] != datetime.max:
                instants.append(starts[number + 1] - SECOND)
            for at in instants:
                call = Call(f"alias-{len(calls)}", provider, alias, "standard", "global", at, {"uncached_input": 1000, "output": 1000})
                call.expected = {"model": model, "region": region}
                calls.append(call)
    return calls


# 100,000 uncached input and 10,000 output tokens, unless said otherwise
PLAIN = {"uncached_input": 100_000, "output": 10_000}
LONG = {"uncached_input": 200_000, "cache_read": 50_000, "output": 1_000}

# Dates known to be hard: provider, model, instant, used, USD worked out by hand from the published prices (USD per million tokens in the
# comments: input / output).
HARD_DATES = [
    # DeepSeek changes its prices at midnight in Beijing, 16:00 UTC. V3's launch price ended: 0.14/0.28 -> 0.27/1.10
    ("deepseek", "deepseek-chat", "2025-02-08T15:59:59Z", PLAIN, "0.0168"),
    ("deepseek", "deepseek-chat", "2025-02-08T16:00:00Z", PLAIN, "0.038"),
    # and its night discount: the day price 0.27/1.10 held until 16:30, but from 16:00 on it is 0.56/1.68 at any time
    ("deepseek", "deepseek-chat", "2025-09-05T15:59:59Z", PLAIN, "0.038"),
    ("deepseek", "deepseek-chat", "2025-09-05T16:00:00Z", PLAIN, "0.0728"),
    # the discounted half of the day: 0.135/0.55 from 16:30 to 00:30
    ("deepseek", "deepseek-chat", "2025-06-10T16:29:59Z", PLAIN, "0.038"),
    ("deepseek", "deepseek-chat", "2025-06-10T16:30:00Z", PLAIN, "0.019"),
    ("deepseek", "deepseek-chat", "2025-06-11T00:29:59Z", PLAIN, "0.019"),
    ("deepseek", "deepseek-chat", "2025-06-11T00:30:00Z", PLAIN, "0.038"),
    # V4 by time of day: 0.14/0.28 -> 0.22/0.66 off-peak
    ("deepseek", "deepseek-v4-flash", "2026-08-16T15:59:59Z", PLAIN, "0.0168"),
    ("deepseek", "deepseek-v4-flash", "2026-08-16T16:00:00Z", PLAIN, "0.0286"),
    ("deepseek", "deepseek-v4-flash", "2026-08-17T00:00:00Z", PLAIN, "0.0286"),
    # its peak of 01:00 to 04:00 and 06:00 to 10:00 does not reach back before that: 0.14/0.28; then 0.44/1.32
    ("deepseek", "deepseek-v4-flash", "2026-06-01T02:00:00Z", PLAIN, "0.0168"),
    ("deepseek", "deepseek-v4-flash", "2026-08-20T02:00:00Z", PLAIN, "0.0572"),
    # the first Saturday was peak too, the Sunday after it and all week-ends since are not
    ("deepseek", "deepseek-v4-flash", "2026-08-22T02:00:00Z", PLAIN, "0.0572"),
    ("deepseek", "deepseek-v4-flash", "2026-08-23T02:00:00Z", PLAIN, "0.0286"),
    # cache hits at a tenth, 0.028 -> 0.0028
    ("deepseek", "deepseek-v4-flash", "2026-04-26T12:14:59Z", {"cache_read": 1_000_000}, "0.028"),
    ("deepseek", "deepseek-v4-flash", "2026-04-26T12:15:00Z", {"cache_read": 1_000_000}, "0.0028"),
    # a Friday at 0.15/0.60 and 0.30/1.20
    ("deepseek", "deepseek-v4-flash", "2026-09-11T00:59:59Z", PLAIN, "0.021"),
    ("deepseek", "deepseek-v4-flash", "2026-09-11T01:00:00Z", PLAIN, "0.042"),
    ("deepseek", "deepseek-v4-flash", "2026-09-11T03:59:59Z", PLAIN, "0.042"),
    ("deepseek", "deepseek-v4-flash", "2026-09-11T04:00:00Z", PLAIN, "0.021"),
    ("deepseek", "deepseek-v4-flash", "2026-09-11T06:00:00Z", PLAIN, "0.042"),
    ("deepseek", "deepseek-v4-flash", "2026-09-11T10:00:00Z", PLAIN, "0.021"),
    # the Saturday and Sunday after it have no peak, the Monday has
    ("deepseek", "deepseek-v4-flash", "2026-09-12T02:00:00Z", PLAIN, "0.021"),
    ("deepseek", "deepseek-v4-flash", "2026-09-13T09:59:59Z", PLAIN, "0.021"),
    ("deepseek", "deepseek-v4-flash", "2026-09-14T02:00:00Z", PLAIN, "0.042"),
    # V4 Pro at 75% off until 15:59 UTC: the discounted 0.435/0.87 became the price, so that its end changed nothing
    ("deepseek", "deepseek-v4-pro", "2026-05-31T15:58:59Z", PLAIN, "0.0522"),
    ("deepseek", "deepseek-v4-pro", "2026-05-31T15:59:00Z", PLAIN, "0.0522"),
    ("deepseek", "deepseek-v4-pro", "2026-06-01T00:00:00Z", PLAIN, "0.0522"),
    # Anthropic's premium above 200,000 input tokens: 6/22.50, reads 0.60 -> 3/15, reads 0.30
    ("anthropic", "claude-sonnet-4-6", "2026-03-12T23:59:59Z", LONG, "1.2525"),
    ("anthropic", "claude-sonnet-4-6", "2026-03-13T00:00:00Z", LONG, "0.63"),
    ("anthropic", "claude-sonnet-4-6", "2026-03-12T23:59:59Z", {"uncached_input": 200_000, "output": 1_000}, "0.615"),
    ("anthropic", "claude-sonnet-4-6", "2026-03-12T23:59:59Z", {"uncached_input": 200_001, "output": 1_000}, "1.222506"),
    # 10/37.50, reads 1 -> 5/25, reads 0.50
    ("anthropic", "claude-opus-4-6", "2026-03-12T23:59:59Z", LONG, "2.0875"),
    ("anthropic", "claude-opus-4-6", "2026-03-13T00:00:00Z", LONG, "1.05"),
    # 10/40 -> 2/8
    ("openai", "o3", "2025-06-09T23:59:59Z", {"uncached_input": 1_000_000, "output": 1_000_000}, "50"),
    ("openai", "o3", "2025-06-10T00:00:00Z", {"uncached_input": 1_000_000, "output": 1_000_000}, "10"),
    # 2/6 -> 1.25/2.50
    ("xai", "grok-4.20", "2026-04-29T23:59:59Z", PLAIN, "0.26"),
    ("xai", "grok-4.20", "2026-04-30T00:00:00Z", PLAIN, "0.15"),
    # 1/6 -> 0.20/1.20; 5/30 -> 4/20
    ("openai", "gpt-5.6-luna", "2026-07-29T23:59:59Z", PLAIN, "0.16"),
    ("openai", "gpt-5.6-luna", "2026-07-30T00:00:00Z", PLAIN, "0.032"),
    ("openai", "gpt-5.6-sol", "2026-08-20T23:59:59Z", PLAIN, "0.8"),
    ("openai", "gpt-5.6-sol", "2026-08-21T00:00:00Z", PLAIN, "0.6"),
    # up and down again within ten days: 0.68/2.09 -> 1.36/4.18 -> 0.70/2.10
    ("mistral", "mistral-large-4", "2026-10-19T23:59:59Z", PLAIN, "0.0889"),
    ("mistral", "mistral-large-4", "2026-10-20T00:00:00Z", PLAIN, "0.1778"),
    ("mistral", "mistral-large-4", "2026-10-28T23:59:59Z", PLAIN, "0.1778"),
    ("mistral", "mistral-large-4", "2026-10-29T00:00:00Z", PLAIN, "0.091"),
    # announced: 2/10 -> 4/20 and 0.75/3.75 -> 1.50/7.50
    ("google", "gemini-4-argon", "2026-11-30T23:59:59Z", PLAIN, "0.3"),
    ("google", "gemini-4-argon", "2026-12-01T00:00:00Z", PLAIN, "0.6"),
    ("google", "gemini-3.6-flash", "2026-12-31T23:59:59Z", PLAIN, "0.1125"),
    ("google", "gemini-3.6-flash", "2027-01-01T00:00:00Z", PLAIN, "0.225"),
]


def hard_date_calls() -> list[Call]:
    """The calls of HARD_DATES, call_id hard-0 ..."""
    return [
        Call(f"hard-{number}", provider, model, "standard", "global", datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ"), used)
        for number, (provider, model, at, used, *_) in enumerate(HARD_DATES)
    ]
