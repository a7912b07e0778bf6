"""One build for the tests of the catalogue and of the two price libraries, and our price cards in the shape of genai-prices."""

from __future__ import annotations

import atexit
import functools
import random
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta, timezone
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import oracle_report
from conftest import ROOT
from support.boundaries import INPUTS, TOKENS, Call, Catalogue, alias_calls, change_calls, hard_date_calls, threshold_calls, window_calls

SEED = 20261121
CARD_USAGES = 10_000

# our meter -> genai-prices' price key, its usage key, and how many of our units one priced unit is
UNITS = {
    "uncached_input": ("input_mtok", "input_tokens", 1_000_000),
    "cache_read": ("cache_read_mtok", "cache_read_tokens", 1_000_000),
    # its 5 minute and 1 hour writes are both parts of its writes: our 5 minute rate is the rate of the whole, which an hour falls back to
    "cache_write_5m": ("cache_write_mtok", "cache_write_tokens", 1_000_000),
    "cache_write_1h": ("cache_write_1h_mtok", "cache_write_1h_tokens", 1_000_000),
    "audio_input": ("input_audio_mtok", "input_audio_tokens", 1_000_000),
    "image_input": ("input_image_mtok", "input_image_tokens", 1_000_000),
    "output": ("output_mtok", "output_tokens", 1_000_000),
    "reasoning": ("output_reasoning_mtok", "output_reasoning_tokens", 1_000_000),
    "audio_output": ("output_audio_mtok", "output_audio_tokens", 1_000_000),
    "image_output": ("output_image_mtok", "output_image_tokens", 1_000_000),
    "citation": ("output_citation_mtok", "output_citation_tokens", 1_000_000),
    "web_search_requests": ("web_searches_kcount", "web_searches", 1000),
    "file_search_requests": ("storage_searches_kcount", "storage_searches", 1000),
    "code_execution_requests": ("code_executions_kcount", "code_executions", 1000),
    "search_units": ("rerank_searches_kcount", "rerank_searches", 1000),
    "audio_seconds": ("audio_hours", "audio_seconds", 3600),
    "requests": ("requests_kcount", None, 1000),  # it counts one a call by itself
}
# fees that genai-prices has no unit for: registered with it as fees of their own (oracle_prices.register_units)
OWN_UNITS = ("web_fetch_requests", "requests_search_low", "requests_search_medium", "requests_search_high")
UNITS |= {meter: (meter + "_kcount", meter, 1000) for meter in OWN_UNITS}


@dataclass(repr=False)
class PricesBuild:
    """What was built: the catalogue, its calls by test, the study of the two libraries (None where they are absent) and the DuckDB file."""

    catalogue: Catalogue
    changes: list[Call]
    hidden: list[str]
    thresholds: list[Call]
    windows: list[Call]
    aliases: list[Call]
    random: list[Call]
    header: dict | None
    study: list[dict]
    database: Path

    def __post_init__(self):
        with duckdb.connect(str(self.database), read_only=True) as connection:
            names = ["response_id", "total_cost_usd", "pricing_status", "model_billed", "rate_ids"]
            rows = connection.sql(f"select {', '.join(names)} from fct_llm_cost__requests").fetchall()
            self.rows = len(rows)
            self.requests = {row[0]: dict(zip(names, row)) for row in rows}
            found = connection.sql("select * from int_llm_cost__rate_cards where card_set = 'current'")
            columns = found.columns
            self.cards = defaultdict(list)
            for row in found.fetchall():
                card = dict(zip(columns, row))
                self.cards[card["provider"], card["model_logged"], card["service_tier"], card["region_scope"]].append(card)


@functools.cache
def prices_build() -> PricesBuild:
    """The one build that the tests of this and of test_price_boundaries.py share. Its files go when the process ends."""
    catalogue = Catalogue(ROOT / "seeds" / "prices")
    changes, hidden = change_calls(catalogue)
    thresholds, windows, aliases = threshold_calls(catalogue), window_calls(catalogue), alias_calls(catalogue)
    drawn = random_calls(catalogue, random.Random(SEED), CARD_USAGES)
    header, study = None, []
    if oracle_report.ORACLES.exists():
        header, *study = oracle_report.run_oracles("study", "--seed", str(SEED), "--count", "2")
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    calls = (*changes, *thresholds, *windows, *aliases, *drawn, *hard_date_calls())
    database = oracle_report.build(Path(folder.name), (*(call.line() for call in calls), *oracle_report.study_lines(study)))
    return PricesBuild(catalogue, changes, hidden, thresholds, windows, aliases, drawn, header, study, database)


def random_calls(catalogue: Catalogue, chance: random.Random, count: int) -> list[Call]:
    """Random calls of every meter, tier and region of the catalogue, a quarter of them around a context threshold, at any instant of it.

    The row that leads to a call is drawn by meter, by tier and by region in turn, so that the rare ones are as frequent as the others.
    """
    prices = [row for row in catalogue.rows if row.price is not None]
    strata = []
    for kind in ("meter", "tier", "region"):
        rows = defaultdict(list)
        for row in prices:
            rows[getattr(row, kind)].append(row)
        strata.append([rows[value] for value in sorted(rows)])
    last = max(row.valid_from for row in prices) + timedelta(days=60)
    models = {row.provider: [] for row in prices}
    for provider, model in sorted({(row.provider, row.model) for row in prices if row.model != "*"}):
        models[provider].append(model)
    tiers = sorted({row.tier for row in prices if row.tier != "*"})
    calls = []
    while len(calls) < count:
        row = chance.choice(chance.choice(chance.choice(strata)))
        model = row.model if row.model != "*" else chance.choice(models[row.provider])
        tier = row.tier if row.tier != "*" else chance.choice(tiers)
        at = row.valid_from + timedelta(seconds=chance.randint(0, int((last - row.valid_from).total_seconds())))
        thresholds = sorted({one.threshold for one in catalogue.of_model[row.provider, model] if one.threshold})
        total = int(10 ** chance.uniform(1, 6))
        if thresholds and chance.random() < 0.5:
            total = chance.choice(thresholds) + chance.choice((-1, 0, 1, chance.randint(2, 100_000)))
        call = Call(f"random-{len(calls)}", row.provider, model, tier, row.region, at, random_usage(chance, total, row.meter))
        if row.meter.startswith("requests_search_") or chance.random() < 0.1:
            call.search_size = chance.choice(("low", "medium", "high"))
        # a card without an input price is none that genai-prices can hold
        lead = "uncached_input" if any(call.used.get(meter) for meter in TOKENS) else row.meter
        if catalogue.row_for(call, lead) is not None:
            calls.append(call)
    return calls


def random_usage(chance: random.Random, total: int, meter: str) -> dict:
    """Counts of all meters at once, `total` input tokens; writes and audio or images are not in one usage object, as with any provider."""
    if meter in ("search_units", "audio_seconds"):
        return {meter: chance.randint(1, 500) if meter == "search_units" else Decimal(chance.randint(1, 10_000_000)) / 1000}
    writes = meter.startswith("cache_write") or meter not in ("audio_input", "image_input", "audio_output", "image_output") and chance.random() < 0.5
    parts = ("cache_read", "cache_write_5m", "cache_write_1h") if writes else ("cache_read", "audio_input", "image_input")
    used = {part: chance.randint(0, total // 3) for part in parts}
    used["uncached_input"] = total - sum(used.values())
    used["output"], used["reasoning"] = chance.randint(0, 50_000), chance.choice((0, chance.randint(0, 50_000)))
    if not writes:
        used["audio_output"], used["image_output"] = chance.randint(0, 5_000), chance.randint(0, 5_000)
        used["citation"] = chance.choice((0, chance.randint(1, 20_000)))
    for fee in ("web_search_requests", "web_fetch_requests", "file_search_requests", "code_execution_requests"):
        if meter == fee or chance.random() < 0.03:
            used[fee] = chance.randint(1, 40)
    return used


def cards_of(build: PricesBuild, call: Call) -> list[dict]:
    """The rate cards that the SQL resolved for a call's model, tier, region, instant and time of week, one a span of input tokens."""
    found = []
    for card in build.cards.get((call.provider, call.model, call.tier, call.region), ()):
        local = call.at.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(card["window_zone"] or "UTC"))
        minute = local.weekday() * 1440 + local.hour * 60 + local.minute
        if card["valid_from"] <= call.at < card["valid_to"] and card["minute_from"] <= minute < card["minute_to"]:
            found.append(card)
    return sorted(found, key=lambda card: card["tokens_from"])


def is_rounded(call: Call, cards: list[dict]) -> bool:
    """Whether a product of a count and a rate of this call may have digits after the 12th, where the package rounds it."""
    return "audio_seconds" in call.used or any(card["has_fine_rates"] for card in cards)


def as_genai(call: Call, cards: list[dict]) -> dict:
    """A line for `oracle_prices.py cards`: our card as its prices and tiers, our counts as its inclusive usage.

    A meter without a row of its own is left out, so that genai-prices' own decomposition decides what it falls back to. It wants a price for
    every unit above a priced one, though: those get the rate that our card falls back to, or 0 where it has none. And where products are
    rounded each of our meters is a unit of its own, because two halves rounded are not always the whole rounded.
    """

    def rates(meter):
        return [card[meter + "_rate"] for card in cards]

    own = {meter for meter in UNITS if any(card[meter + "_rate"] is not None and not card.get(f"is_{meter}_fallback") for card in cards)}
    if is_rounded(call, cards):
        own |= {meter for meter in UNITS if any(card[meter + "_rate"] is not None for card in cards)}
    if own & {*INPUTS}:
        own.add("uncached_input")
    if own & {"reasoning", "audio_output", "image_output", "citation"}:
        own.add("output")
    if "cache_write_1h" in own:
        own.add("cache_write_5m")
    prices = {}
    for meter in own:
        key, _, per = UNITS[meter]
        steps = [str((rate or 0) * per) for rate in rates(meter)]
        prices[key] = [steps[0], [[card["tokens_from"] - 1, step] for card, step in zip(cards[1:], steps[1:])]]
    counts = {meter: call.used.get(meter, 0) for meter in UNITS}
    if call.search_size:
        counts["requests_search_" + call.search_size] = 1
    usage = {UNITS[meter][1]: counts[meter] for meter in own if UNITS[meter][1]}
    # what holds another: input holds every kind of input, writes hold both lifetimes, output every kind of output
    usage["input_tokens"] = call.total_input
    if "cache_write_5m" in own:
        usage["cache_write_tokens"] = counts["cache_write_5m"] + counts["cache_write_1h"]
    usage["output_tokens"] = sum(counts[meter] for meter in ("output", "reasoning", "audio_output", "image_output"))
    if "citation" in own:
        usage["output_tokens"] += counts["citation"]
    if "audio_seconds" in usage:
        usage["audio_seconds"] = str(usage["audio_seconds"])
    return {"id": call.call_id, "prices": prices, "usage": usage}
