"""The price seeds read by plain Python: which row prices a call. The rules are those of docs/pricing.md, written a second
time for the tools that maintain the seeds; the package itself prices in SQL.

Instants are text, `YYYY-MM-DD HH:MM:SS` in UTC, which sorts as time does. Prices are Decimal, USD for one unit.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

# the rate a token meter takes where the card has no row of its own for it
FALLBACKS = {
    "cache_read": "uncached_input",
    "cache_write_5m": "uncached_input",
    "cache_write_1h": "cache_write_5m",
    "audio_input": "uncached_input",
    "image_input": "uncached_input",
    "audio_output": "output",
    "image_output": "output",
}
PROFILE_REGION = re.compile(r"^(us|eu|apac|jp|au|ca|global|us-gov)[.]")


@dataclass(frozen=True)
class Row:
    """One price row. price is USD per unit, None where the price is withdrawn. line is its place in the file."""

    rate_id: str
    provider: str
    model: str
    meter: str
    tier: str
    region: str
    above: int
    comparator: str
    window: str
    price: Decimal | None
    valid_from: str
    recorded_at: str
    change_kind: str
    source_url: str
    note: str

    @property
    def chain(self) -> tuple:
        """Rows that share this follow each other in time."""
        return self.provider, self.model, self.meter, self.tier, self.region, self.above, self.window

    @property
    def tokens_from(self) -> int:
        """The smallest input size at which the row applies."""
        return self.above + (1 if self.comparator == ">" else 0)


def row_from(record: dict) -> Row:
    """A CSV record as a Row."""
    price = None
    if record["change_kind"] != "withdrawn":
        price = Decimal(record["unit_price"]) / int(record["per_units"])
    return Row(
        record["rate_id"],
        record["provider"].lower(),
        record["model"].lower(),
        record["meter"].lower(),
        record["service_tier"].lower() or "standard",
        record["region_scope"].lower() or "global",
        int(record["min_input_tokens"] or 0),
        record["threshold_comparator"],
        record["window_name"],
        price,
        record["valid_from"],
        record["recorded_at"],
        record["change_kind"],
        record["source_url"],
        record["note"],
    )


def read_csv(path: Path) -> list[dict]:
    """The records of a CSV file, [] where it does not exist."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


class PriceCard:
    """The rows, aliases and windows of the seeds. Rows and aliases can be added and count at once."""

    def __init__(self, rates: list[dict], aliases: list[dict], windows: list[dict], providers: list[dict]):
        self.chains: dict[tuple, list[Row]] = defaultdict(list)
        self.by_model: dict[tuple, set[tuple]] = defaultdict(set)
        self.rate_ids: set[str] = set()
        self.aliases: dict[tuple, list[dict]] = defaultdict(list)
        self.windows: dict[str, list[dict]] = defaultdict(list)
        self.spellings: dict[str, set[str]] = defaultdict(set)
        for record in rates:
            self.add_row(row_from(record))
        for record in aliases:
            self.add_alias(record)
        for record in windows:
            self.windows[record["window_name"]].append(record)
        for record in providers:
            self.spellings[record["provider"]].add(record["logged_name"])

    @classmethod
    def read(cls, prices: Path, providers: Path) -> PriceCard:
        """The card of a folder with price_rates.csv, model_aliases.csv and price_windows.csv."""
        names = ("price_rates.csv", "model_aliases.csv", "price_windows.csv")
        return cls(*(read_csv(prices / name) for name in names), read_csv(providers))

    def add_row(self, row: Row) -> None:
        """Take a price row into its chain."""
        chain = self.chains[row.chain]
        chain.append(row)
        chain.sort(key=lambda one: (one.valid_from, one.recorded_at))
        self.by_model[row.provider, row.model].add(row.chain)
        self.rate_ids.add(row.rate_id)

    def add_alias(self, record: dict) -> None:
        """Take an alias row."""
        found = self.aliases[record["provider"], record["alias"].lower()]
        found.append(record)
        found.sort(key=lambda one: (one["valid_from"], one["recorded_at"]))

    def has_model(self, provider: str, model: str) -> bool:
        """Whether a name has price rows of its own, at any time."""
        return any(row.price is not None for chain in self.by_model.get((provider, model), ()) for row in self.chains[chain])

    def in_force(self, chain: tuple, at: str) -> Row | None:
        """The row of a chain that holds at an instant; None before the first and after a withdrawal."""
        held = [row for row in self.chains.get(chain, ()) if row.valid_from <= at]
        return held[-1] if held and held[-1].price is not None else None

    def short_name(self, provider: str, name: str) -> str:
        """A logged name without resource path, provider prefix and profile prefix."""
        if provider == "aws":
            return PROFILE_REGION.sub("", name.replace("%3a", ":").rsplit("/", 1)[-1])
        if provider == "google":
            name = re.sub("^.*models/", "", name)
        for spelling in {provider, *self.spellings.get(provider, ())}:
            if name.startswith(spelling + "/"):
                return name[len(spelling) + 1 :]
        return name

    def alias_at(self, provider: str, name: str, at: str) -> dict | None:
        """The alias row of a name that holds at an instant."""
        held = [record for record in self.aliases.get((provider, name), ()) if record["valid_from"] <= at]
        return held[-1] if held else None

    def resolve(self, provider: str, name: str, at: str, region: str = "global") -> tuple[str, str] | None:
        """(billed model, billed region) of a logged name, None where the name is unknown."""
        name = name.lower()
        short = self.short_name(provider, name)
        profile = PROFILE_REGION.match(name.rsplit("/", 1)[-1]) if provider == "aws" else None
        implied = profile.group(1) if profile else "global"
        for spelling in dict.fromkeys((name, short)):
            if self.has_model(provider, spelling):
                return spelling, region if region != "global" else implied
            alias = self.alias_at(provider, spelling, at)
            if alias:
                return alias["model"].lower(), region if region != "global" else alias["region_scope"] or implied
        return None

    def is_open(self, window: str, at: str) -> bool:
        """Whether a time-of-day window is open at an instant; no window is always open."""
        if not window:
            return True
        for record in self.windows[window]:
            instant = datetime.strptime(at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
            local = instant.astimezone(ZoneInfo(record["timezone"]))
            now, start, end = local.strftime("%H:%M"), record["start_time"], record["end_time"]
            today = record["weekday_mask"][local.weekday()] == "1"
            yesterday = record["weekday_mask"][(local.weekday() - 1) % 7] == "1"
            if today and start <= now and (now < end or end <= start):
                return True
            if yesterday and end <= start and now < end:
                return True
        return False

    def row(self, provider: str, model: str, meter: str, tier: str, region: str, tokens: int, at: str) -> Row | None:
        """The narrowest row in force for one meter, without fallback. tokens: the request's whole input."""
        best, best_rank = None, None
        for chain in self.by_model.get((provider, model), set()) | self.by_model.get((provider, "*"), set()):
            _, row_model, row_meter, row_tier, row_region, _, window = chain
            if row_meter != meter or row_tier not in (tier, "*") or row_region not in (region, "global"):
                continue
            row = self.in_force(chain, at)
            if row is None or row.tokens_from > tokens or not self.is_open(window, at):
                continue
            rank = (row_model == "*", row_region != region, row_tier == "*", -row.tokens_from, not window)
            if best_rank is None or rank < best_rank:
                best, best_rank = row, rank
        return best

    def price(self, provider: str, model: str, meter: str, tier: str, region: str, tokens: int, at: str) -> Decimal | None:
        """USD per unit a call pays for one meter, fallbacks included. None: no price. reasoning without a row: output."""
        row = self.row(provider, model, meter, tier, region, tokens, at)
        if row is not None:
            return row.price
        fallback = "output" if meter == "reasoning" else FALLBACKS.get(meter)
        return self.price(provider, model, fallback, tier, region, tokens, at) if fallback else None
