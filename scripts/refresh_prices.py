"""Compare the price seeds with the installed genai-prices and LiteLLM, append what is new, and print what was done.

    make refresh-prices                      compare and append
    make refresh-prices ARGS="--dry-run"     only print
    make refresh-prices ARGS="--accept openai/gpt-9 --accept groq/x/output@2027-01-01"

Sources: the price data inside the two packages, as pinned in requirements-oracles.lock, and scripts/price_reviews.csv,
where people record which side is right and why. Nothing is downloaded.

What it does
- A model that has no rows yet gets rows, or an alias where a model with the same rates is known under another name.
- A price that every package which publishes it puts otherwise than the seeds is appended: as a change dated by
  genai-prices where it gives a date, else at the refresh instant; as a correction of the row in force where
  price_reviews.csv gives the cause `our row was wrong`.
- Where the packages disagree, or one of them agrees with the seeds, nothing is changed; the difference is printed.
- No line of a seed is ever edited or moved. A second run appends nothing.

Refused, with their model's other new rows: a price 10 or more times the row before or after it (or a tenth of it), and input
and output swapped. `--accept` with the rate_id or the model lets them pass; their note then says `jump confirmed`. A new
model whose packages disagree without a review is left out.

Exit code: 0 when all was taken, 1 when something was refused or needs a review, 2 for wrong arguments.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from price_card import FALLBACKS, PriceCard, Row, read_csv, row_from
from price_sources import CACHE_METERS, NINE_DECIMALS, UNITS, Findings, Listing, Price, read_genai, read_litellm, version_of

ROOT = Path(__file__).resolve().parents[1]
UNKNOWN_START = "2020-01-01 00:00:00"
PACKAGES = {"genai_prices": "genai-prices", "litellm": "litellm"}
RATE_COLUMNS = (
    "rate_id provider model meter service_tier region_scope min_input_tokens threshold_comparator window_name "
    "unit_price per_units currency valid_from recorded_at change_kind source_url note"
).split()
ALIAS_COLUMNS = "provider alias model region_scope valid_from recorded_at source_url note".split()
CHECK_COLUMNS = "provider checked_at checked_against source_url note".split()
JUMP = 10
# endings that only name a release of the same model
RELEASES = re.compile(r"(-\d{4}-\d{2}-\d{2}|-\d{8}|-\d{4}|-\d{3}|@[\w-]+|-latest|-preview|-maas|:0|-v\d(:\d)?)$")
NO_TIER_RATE = {
    False: "; no rate of its own is published for this tier: standard rate",
    True: "; no rate of its own is published for this tier: in proportion to the 5 minute rate",
}
# order in which the rows of a model are written
METER_ORDER = (
    "uncached_input cache_read cache_write_5m cache_write_1h audio_input image_input output reasoning audio_output image_output "
    "citation web_search_requests web_fetch_requests file_search_requests code_execution_requests search_units audio_seconds "
    "requests requests_search_low requests_search_medium requests_search_high"
).split()


@dataclass
class Review:
    """A decision of price_reviews.csv; `*` matches anything."""

    provider: str
    model: str
    meter: str
    service_tier: str
    region_scope: str
    decision: str
    cause: str
    detail: str

    @property
    def generality(self) -> tuple[bool, ...]:
        """Of several reviews that match, the least of these counts: one that names the model, then the meter, tier, region."""
        return tuple(field == "*" for field in (self.model, self.meter, self.service_tier, self.region_scope))


@dataclass
class Difference:
    """A rate on which a package and the seeds do not agree. ours is None where the seeds have no price."""

    provider: str
    name: str
    region: str
    key: tuple
    ours: Decimal | None
    theirs: dict[str, Price]
    review: Review | None

    def line(self) -> str:
        """One printed line, prices per million units."""
        prices = [("ours", self.ours), *((source, price.value) for source, price in self.theirs.items())]
        told = ", ".join(f"{name} {'-' if value is None else plain(value * 1_000_000)}" for name, value in prices)
        known = [value for _, value in prices if value]
        spread = f", {plain((max(known) / min(known) - 1) * 100, '0.1')}% apart" if len(known) > 1 else ""
        meter, tier, above = self.key
        place = [meter, tier if tier != "standard" else "", self.region if self.region != "global" else "", f"above {above}" if above else ""]
        cause = f" [{self.review.cause}]" if self.review else ""
        return f"{self.provider} {self.name} {' '.join(filter(None, place))}: {told}{spread}{cause}"


@dataclass
class Outcome:
    """What a run found and did."""

    rates: list[dict] = field(default_factory=list)
    aliases: list[dict] = field(default_factory=list)
    checks: list[dict] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    undecided: list[Difference] = field(default_factory=list)
    refused: dict[tuple, list[str]] = field(default_factory=dict)


def plain(number: Decimal, step: str = "") -> str:
    """A number without exponent and trailing zeros."""
    if step:
        number = number.quantize(Decimal(step), ROUND_HALF_UP)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_reviews(path: Path) -> list[Review]:
    """The rows of price_reviews.csv."""
    return [Review(**record) for record in read_csv(path)]


class Refresh:
    """One comparison. card is the seeds as read; rows that the run adds count at once."""

    def __init__(
        self, card: PriceCard, findings: Findings, reviews: list[Review], pages: dict[str, str], checks: list[dict], now: str, accepted: set[str]
    ):
        self.card = card
        self.findings = findings
        self.reviews = defaultdict(list)
        self.pages = pages
        self.checks = checks
        self.now = now
        self.accepted = accepted
        self.out = Outcome()
        self.versions = {source: version_of(package) for source, package in PACKAGES.items()}
        self.same_model = defaultdict(set)
        sources = defaultdict(set)
        for (provider, _, _), listings in findings.listings.items():
            sources[provider] |= set(listings)
        # what a provider's rows are compared with, as price_card_checks.csv writes it
        self.against = {provider: "; ".join(self.versions[source] for source in sorted(found)) for provider, found in sources.items()}
        for review in sorted(reviews, key=lambda one: one.generality):
            self.reviews[review.provider].append(review)
        self.places_of = defaultdict(list)
        for place in findings.listings:
            self.places_of[place[:2]].append(place)
        for (source, provider, name, _), key in findings.keys.items():
            if source == "genai_prices":
                self.same_model[provider, key].add(name)

    # ---- decisions

    def review_of(self, provider: str, name: str, region: str, key: tuple) -> Review | None:
        """The least general review of a rate; that of a name before that of the model it is an alias of."""
        billed = self.card.resolve(provider, name, self.now)
        for model in dict.fromkeys((name, billed[0] if billed else name)):
            for review in self.reviews[provider]:
                wanted = (review.model, review.meter, review.service_tier, review.region_scope)
                if all(want in ("*", have) for want, have in zip(wanted, (model, key[0], key[1], region))):
                    return review
        return None

    def noted(self, sources) -> str:
        """Which packages a figure is from."""
        return "from " + " and ".join(self.versions[source] for source in sorted(sources))

    # ---- comparing

    def run(self) -> Outcome:
        """Compare everything: known models first, so that new names find what they may be an alias of."""
        places = sorted(self.findings.listings, key=self.place_order)
        rest = []
        for place in places:
            known = self.card.resolve(place[0], place[1], self.now)
            if known and known[0] == place[1]:
                self.compare_known(place)
            else:
                rest.append(place)
        for place in rest:
            if self.card.resolve(place[0], place[1], self.now):
                self.compare_known(place)
            else:
                self.add_new(place)
        self.add_spellings(places)
        self.add_checks()
        return self.out

    def place_order(self, place: tuple) -> tuple:
        """The global price before those of regions, the name genai-prices uses before other names, short names first. Bedrock
        names without their maker come last: they are aliases of the full name."""
        provider, name, region = place
        key = self.findings.keys.get(("genai_prices", provider, name, region), "")
        return provider, provider == "aws" and "." not in name, region != "global", key.lower() != f"genai:{provider}/{name}", len(name), name, region

    def compare_known(self, place: tuple) -> None:
        """Hold what the packages say about a known name against its price rows.

        A rate that the seeds lack is added to the model the name is billed as; a rate that differs only where the name has
        rows of its own, for an alias says that both names cost the same.
        """
        provider, name, region = place
        listings = self.findings.listings[place]
        self.compare_history(place, listings.get("genai_prices"))
        tables = {source: listing.table(self.now) for source, listing in listings.items()}
        model, billed_region = self.card.resolve(provider, name, self.now, region)
        added: dict = {}
        for key in sorted(set().union(*tables.values()), key=key_order):
            theirs = {source: table[key] for source, table in tables.items() if key in table and self.counts(key, table, region, added)}
            if not theirs:
                continue
            ours = self.price_with(provider, model, billed_region, key, added, listings)
            if all(price.value == ours for price in theirs.values()) or self.is_newer(provider, model, billed_region, key):
                continue
            review = self.review_of(provider, name, region, key)
            wanted = self.wanted(ours, theirs, review, key[1] not in ("standard", "*"))
            is_carried = not review and not any(price.is_published for price in theirs.values())
            is_taken = wanted is not None and (model == name or ours is None or is_carried)
            if is_taken:
                added[key] = (wanted, review, {source for source, price in theirs.items() if price.value == wanted})
            if not is_taken or len({price.value for price in theirs.values()}) > 1:
                difference = Difference(provider, name, region, key, ours, theirs, review)
                (self.out.undecided if wanted is None and ours is None and not review else self.out.differences).append(difference)
        self.append_known((provider, model, region), listings, added)
        self.compare_windows(place, listings)

    def compare_windows(self, place: tuple, listings: dict) -> None:
        """Print where the price inside a time-of-day window differs; a new one needs a row by hand, with the day it began."""
        provider, name, region = place
        model, billed_region = self.card.resolve(provider, name, self.now, region)
        for source, listing in sorted(listings.items()):
            for window, table in sorted(listing.windows.items()):
                instant = self.next_hour(lambda at, window=window: self.card.is_open(window, at))
                for key, price in sorted(table.items(), key=lambda pair: key_order(pair[0])):
                    meter, tier, above = key
                    ours = self.card.price(provider, model, meter, tier, billed_region, above + 1 if above else 0, instant)
                    if price.is_published and price.value != ours:
                        review = self.review_of(provider, name, region, key)
                        self.out.differences.append(Difference(provider, f"{name} in {window}", region, key, ours, {source: price}, review))

    def next_hour(self, is_wanted) -> str:
        """The first full hour of the next week for which is_wanted(instant) is true; now where there is none."""
        instant = datetime.strptime(self.now, "%Y-%m-%d %H:%M:%S")
        if instant.minute or instant.second:
            instant = instant.replace(minute=0, second=0) + timedelta(hours=1)
        week = (f"{instant + timedelta(hours=hour):%Y-%m-%d %H:%M:%S}" for hour in range(7 * 24))
        return next((at for at in week if is_wanted(at)), self.now)

    def is_newer(self, provider: str, model: str, region: str, key: tuple) -> bool:
        """Whether the row in force began after these versions of the packages were first compared: they cannot know it."""
        meter, tier, above = key
        row, names = None, [meter]
        while row is None and names[-1]:
            row = self.card.row(provider, model, names[-1], "standard" if tier == "*" else tier, region, above + 1 if above else 0, self.now)
            names.append(FALLBACKS.get(names[-1]))
        first = [check["checked_at"] for check in self.checks if (check["provider"], check["checked_against"]) == (provider, self.against[provider])]
        return row is not None and bool(first) and row.valid_from > min(first)

    @staticmethod
    def counts(key: tuple, table: dict, region: str, added: dict) -> bool:
        """Whether a rate is the package's word on its key, rather than what its fallbacks make of a rate it lacks.

        What is carried over counts for input, output and caches of the standard tier in all regions, and for a tier that is
        new to the seeds where the standard tier has a rate of its own.
        """
        meter, tier, above = key
        if table[key].is_published:
            return True
        if tier == "standard":
            return region == "global" and meter in ("uncached_input", "output", *CACHE_METERS)
        standard = table.get((meter, "standard", 0))
        is_new = any((name, tier, 0) in added for name in ("uncached_input", "output"))
        return region == "global" and above == 0 and is_new and standard is not None and standard.is_published

    def price_with(self, provider: str, model: str, region: str, key: tuple, added: dict, listings: dict) -> Decimal | None:
        """What the seeds charge for a table key once the rows about to be added are there."""
        meter, tier, above = key
        if key in added:
            return added[key][0]
        at = self.outside_windows(listings)
        asked = "standard" if tier == "*" else tier
        row = self.card.row(provider, model, meter, asked, region, above + 1 if above else 0, at)
        if row is not None:
            return row.price
        if (meter, tier, 0) in added:
            return added[meter, tier, 0][0]
        fallback = "output" if meter == "reasoning" else FALLBACKS.get(meter)
        return self.price_with(provider, model, region, (fallback, tier, above), added, listings) if fallback else None

    def outside_windows(self, listings: dict) -> str:
        """Now; where the listings have windows, the first full hour from now on at which none of them is open."""
        names = {name for listing in listings.values() for name in listing.windows}
        return self.next_hour(lambda at: not any(self.card.is_open(name, at) for name in names)) if names else self.now

    @staticmethod
    def wanted(ours: Decimal | None, theirs: dict[str, Price], review: Review | None, is_new_tier: bool) -> Decimal | None:
        """The price to take, None to leave the seeds as they are."""
        if review:
            price = theirs.get(review.decision)
            return price.value if price and price.value != ours else None
        published = {price.value for price in theirs.values() if price.is_published}
        if not published and is_new_tier:
            published = {price.value for price in theirs.values()}
        agreed = len(published) == 1 and all(price.value != ours for price in theirs.values())
        return published.pop() if agreed else None

    def append_known(self, place: tuple, listings: dict, added: dict) -> None:
        """Rows for a known model: a correction where a review says so, a change of a row in force, else a new key."""
        provider, model, region = place
        rows = []
        for key, (price, review, sources) in added.items():
            meter, tier, above = key
            chain = (provider, model, meter, tier, region, above, "")
            held = self.card.in_force(chain, self.now)
            if held is None and tier == "*":
                tiers = sorted(one for one in self.card.by_model[provider, model] if one[2] == meter)
                held = next((row for one in tiers if (row := self.card.in_force(one, self.now))), None)
            listing = listings[sorted(sources)[0]] if sources else next(iter(listings.values()))
            note = self.noted(sources)
            if held is None:
                kind, start = "launch", self.regime_start(provider, model)
                note += "; effective date unknown"
                published = [key in published_only(listings[source].table(self.now)) for source in sources]
                if tier not in ("standard", "*") and not any(published):
                    note += NO_TIER_RATE[meter == "cache_write_1h"]
            elif review and review.cause == "our row was wrong":
                kind, start = "correction", held.valid_from
                note += f"; {review.cause}: {review.detail}"
            else:
                kind, start = "change", self.now
                note += "; date not confirmed by a published source"
            target = held.chain if held else chain
            rows.append(self.rate(target, listing.comparator if above else "", price, start, kind, listing.source_url, note))
        self.take(provider, model, rows, "known models, rates changed or new (meters, tiers, regions)")

    def regime_start(self, provider: str, model: str) -> str:
        """Since when the model's present input price holds: a rate without a date of its own is as old as that."""
        for meter in ("uncached_input", "output"):
            row = self.card.in_force((provider, model, meter, "standard", "global", 0, ""), self.now)
            if row:
                return row.valid_from
        starts = [row.valid_from for chain in self.card.by_model[provider, model] for row in self.card.chains[chain] if row.valid_from <= self.now]
        return max(starts, default=UNKNOWN_START)

    def compare_history(self, place: tuple, listing: Listing | None) -> None:
        """Every dated change of genai-prices must be in the seeds, within a day of its date."""
        if listing is None or len(listing.cards) < 2:
            return
        provider, name, region = place
        for (_, before), (start, table) in zip(listing.cards, listing.cards[1:]):
            rows = []
            for key, price in sorted(table.items(), key=lambda pair: key_order(pair[0])):
                if key[1] in ("standard", "*") and price.is_published and (key not in before or before[key].value != price.value):
                    rows += self.dated_row(place, listing, key, price, start)
            self.take(provider, name, rows, "known models, dated changes")

    def dated_row(self, place: tuple, listing: Listing, key: tuple, price: Price, start: str) -> list[dict]:
        """The row for a dated change of a known model; none where the seeds have it, date it otherwise, or bill an alias."""
        provider, name, region = place
        meter, tier, above = key
        model = self.card.resolve(provider, name, self.now)[0]
        tokens = above + 1 if above else 0
        ours = [self.card.price(provider, model, meter, "standard", region, tokens, day) for day in (start, moved(start, 1))]
        if price.value in ours:
            return []
        review = self.review_of(provider, name, region, key)
        chain = (provider, name, meter, tier, region, above, "")
        own_dates = {since for since, _ in listing.cards}
        held = [row for row in self.card.chains.get(chain, ()) if row.valid_from not in own_dates]
        is_dated_otherwise = any(abs_days(row.valid_from, start) <= 3 for row in held)
        if model != name or is_dated_otherwise or (review and review.decision != "genai_prices"):
            dated = f"{name} on {start[:10]}"
            self.out.differences.append(Difference(provider, dated, region, key, ours[1], {"genai_prices": price}, review))
            return []
        note = self.noted(["genai_prices"]) + "; change date as recorded by genai-prices"
        return [self.rate(chain, listing.comparator if above else "", price.value, start, "change", listing.source_url, note)]

    # ---- new models

    def add_new(self, place: tuple) -> None:
        """An alias where a known model has the same rates, else rows of its own."""
        provider, name, region = place
        listings = dict(self.findings.listings[place])
        genai_key = self.findings.keys.get(("genai_prices", *place))
        companions = sorted(self.same_model[provider, genai_key] - {name}, key=lambda one: (len(one), one)) if genai_key else []
        target = self.alias_target(place, listings, companions)
        if target:
            self.take_alias(provider, name, target, "", listings, "same rates in every meter and tier")
            return
        if "litellm" not in listings:
            for other in companions:
                twin = self.findings.listings[provider, other, region].get("litellm")
                if twin and not self.card.resolve(provider, other, self.now):
                    listings["litellm"] = twin
                    break
        self.take_new(place, listings)

    def alias_target(self, place: tuple, listings: dict, companions: list[str]) -> str | None:
        """A known model of the same name but for its release, or that genai-prices bills alike, with the same rates."""
        provider, name, region = place
        names, shorter = list(companions), name
        while (cut := RELEASES.sub("", shorter)) != shorter:
            names.append(cut)
            shorter = cut
        # the same model under its maker's name, its path at Fireworks, or with 4-6 for 4.6
        names += [name.rsplit("/", 1)[-1], f"anthropic.{name}", f"accounts/fireworks/models/{name}", re.sub(r"(\d)\.(\d)", r"\1-\2", name)]
        for other in dict.fromkeys(names):
            resolved = self.card.resolve(provider, other, self.now)
            if resolved and other != name and resolved[1] == "global" and self.same_rates(provider, resolved[0], region, listings):
                if self.same_regions(provider, name, resolved[0]):
                    return resolved[0]
        return None

    def same_regions(self, provider: str, name: str, model: str) -> bool:
        """Whether the packages publish the same regional prices for both names."""
        for one, listed, region in self.places_of[provider, name]:
            theirs = self.findings.listings[provider, model, region] if (provider, model, region) in self.findings.listings else {}
            for source, listing in self.findings.listings[one, listed, region].items():
                if region == "global" or self.same_rates(provider, model, region, {source: listing}):
                    continue
                twin = theirs.get(source)
                if twin is None or published_only(twin.table(self.now)) != published_only(listing.table(self.now)):
                    return False
        return True

    def same_rates(self, provider: str, model: str, region: str, listings: dict) -> bool:
        """Whether a known model charges exactly what the packages publish for a name, now and on every later date."""
        for listing in listings.values():
            for start, table in [("", listing.table(self.now)), *(card for card in listing.cards if card[0] > self.now)]:
                for (meter, tier, above), price in table.items():
                    at = max(start, self.outside_windows(listings))
                    ours = self.card.price(provider, model, meter, "standard" if tier == "*" else tier, region, above + 1 if above else 0, at)
                    if price.is_published and price.value != ours:
                        return False
        return True

    def take_new(self, place: tuple, listings: dict) -> None:
        """Rows for a new model, dated where genai-prices gives dates."""
        provider, name, region = place
        starts = sorted({start for listing in listings.values() for start, _ in listing.cards})
        current = max(start for start in starts if start <= self.now)
        earlier: dict = {}
        rows: list[Row] = []
        undecided = []
        for start in starts:
            chosen = {}
            tables = {source: listing.table(start) for source, listing in listings.items() if len(listing.cards) > 1 or start <= current}
            for key in sorted(set().union(*tables.values()), key=key_order):
                theirs = {source: table[key] for source, table in tables.items() if key in table}
                decided = self.decide_new(place, key, theirs, start == current, undecided)
                if decided is not None:
                    chosen[key] = decided
            for key, held in earlier.items():
                # a later card of genai-prices says nothing about rates that only LiteLLM has: they stay, unless they were
                # those of the meter they fall back to, which they then follow
                base = earlier.get((FALLBACKS.get(key[0]), *key[1:]))
                follows = base is not None and base[0] == held[0]
                if held[1] == ("litellm",) and start > current and not follows and not (key in chosen and chosen[key][2]):
                    chosen[key] = held
            chosen = self.needed(chosen, provider)
            rows += self.rows_between(place, listings, earlier, chosen, start)
            earlier = chosen
        self.out.undecided += undecided
        if undecided:
            return
        rows += self.window_rows(place, listings, earlier)
        self.take(provider, name, rows, "new model" if region == "global" else f"region {region}")

    def decide_new(self, place: tuple, key: tuple, theirs: dict[str, Price], is_current: bool, undecided: list) -> tuple | None:
        """(price, sources, is_published) of one key of a new model; None where a review leaves it out or nobody knows."""
        provider, name, region = place
        review = self.review_of(provider, name, region, key)
        published = {source: price for source, price in theirs.items() if price.is_published} or theirs
        values = {price.value for price in published.values()}
        if review and review.decision == "keep_ours":
            return None
        if not any(price.is_published for price in theirs.values()) and len(values) > 1:
            # neither has a rate of its own: our own fallbacks decide
            return None
        if len({price.value for price in theirs.values()}) > 1 and is_current:
            difference = Difference(provider, name, region, key, None, theirs, review)
            if len(values) > 1 and not (review and review.decision in theirs):
                undecided.append(difference)
                return None
            self.out.differences.append(difference)
        if len(values) > 1:
            source = review.decision if review and review.decision in theirs else ("genai_prices" if "genai_prices" in theirs else "litellm")
            return theirs[source].value, (source,), True
        if review and review.decision in theirs and len(theirs) > 1:
            price = theirs[review.decision]
            return price.value, (review.decision,), price.is_published
        return values.pop(), tuple(sorted(published)), any(price.is_published for price in theirs.values())

    @staticmethod
    def needed(chosen: dict, provider: str) -> dict:
        """The keys that need a row: what is published, and what our own fallbacks would charge otherwise."""
        scratch = PriceCard([], [], [], [])
        kept = {}
        for key in sorted(chosen, key=lambda one: (one[2], key_order(one))):
            price, sources, is_published = chosen[key]
            meter, tier, above = key
            implied = scratch.price(provider, "m", meter, tier, "global", above + 1 if above else 0, UNKNOWN_START)
            if implied == price and (above or not is_published or meter == "reasoning"):
                continue
            kept[key] = chosen[key]
            comparator = ">" if above else ""
            row = Row(str(key), provider, "m", meter, tier, "global", above, comparator, "", price, UNKNOWN_START, "", "launch", "", "")
            scratch.add_row(row)
        return kept

    def rows_between(self, place: tuple, listings: dict, earlier: dict, chosen: dict, start: str) -> list[dict]:
        """The rows that turn one card of a new model into the next."""
        provider, name, region = place
        rows = []
        for key in sorted({**earlier, **chosen}, key=key_order):
            before, after = earlier.get(key), chosen.get(key)
            if before and after and before[0] == after[0]:
                continue
            if region != "global" and after and self.global_price(provider, name, key) == after[0] and not before:
                continue
            meter, tier, above = key
            sources = (after or before)[1]
            listing = listings[sources[0]]
            note = self.noted(sources)
            if start:
                note += "; change date as recorded by genai-prices"
            else:
                note += "; effective date unknown"
            if after and not after[2] and tier != "standard":
                note += NO_TIER_RATE[meter == "cache_write_1h"]
            kind = "withdrawn" if not after else "change" if before else "launch"
            chain = (provider, name, meter, tier, region, above, "")
            price = after[0] if after else None
            since = start or self.new_start(provider, name)
            rows.append(self.rate(chain, listing.comparator if above else "", price, since, kind, listing.source_url, note))
        return rows

    def new_start(self, provider: str, model: str) -> str:
        """The start of rates without a date: that of the model's other rows, if it has some (a further region)."""
        return self.regime_start(provider, model) if self.card.has_model(provider, model) else UNKNOWN_START

    def global_price(self, provider: str, model: str, key: tuple) -> Decimal | None:
        """What a region pays without rows of its own."""
        meter, tier, above = key
        return self.card.price(provider, model, meter, tier, "global", above + 1 if above else 0, self.now)

    def window_rows(self, place: tuple, listings: dict, base: dict) -> list[dict]:
        """Rows of a new model for its time-of-day windows."""
        provider, name, region = place
        rows = []
        for source, listing in sorted(listings.items(), reverse=True):
            for window, table in listing.windows.items():
                for key, price in sorted(table.items(), key=lambda pair: key_order(pair[0])):
                    is_base = key in base and base[key][0] == price.value
                    if not price.is_published or is_base or any(row["meter"] == key[0] for row in rows):
                        continue
                    chain = (provider, name, *key[:2], region, key[2], window)
                    note = self.noted([source]) + "; effective date unknown"
                    rows.append(self.rate(chain, "", price.value, UNKNOWN_START, "launch", listing.source_url, note))
        return rows

    # ---- taking rows

    def rate(self, chain: tuple, comparator: str, price: Decimal | None, start: str, kind: str, url: str, note: str) -> dict:
        """A price row as a CSV record."""
        provider, model, meter, tier, region, above, window = chain
        units = UNITS.get(meter, 1_000_000)
        amount = "" if price is None else plain((price * units).quantize(NINE_DECIMALS, ROUND_HALF_UP))
        parts = [provider, model, meter]
        parts += ["any-tier"] if tier == "*" else [tier] if tier != "standard" else []
        parts += [region] if region != "global" else []
        parts += [f"above-{above}"] if above else []
        parts += [window] if window else []
        clock = start[11:13] + start[14:16]
        rate_id = "/".join(parts) + "@" + start[:10] + (f"T{clock}" if clock != "0000" else "")
        values = [rate_id, provider, model, meter, tier, region, str(above), comparator if above else "", window]
        values += [amount, str(units), "USD", start, self.now, kind, url or self.page(provider), clean(note)]
        return dict(zip(RATE_COLUMNS, values))

    def page(self, provider: str) -> str:
        """The price page of a provider; LiteLLM names no source for some of its entries."""
        return self.pages.get(provider) or "https://docs.litellm.ai/docs/providers"

    def take(self, provider: str, model: str, records: list[dict], kind: str) -> None:
        """Append rows of one model, all or none."""
        if not records:
            return
        rows = []
        for record in records:
            record["rate_id"] = self.free_id(record["rate_id"], rows)
            rows.append(record)
        problems = self.implausible(provider, model, rows)
        accepted = {model, f"{provider}/{model}"} & self.accepted
        open_problems = [text for rate_id, text in problems if not accepted and rate_id not in self.accepted]
        if open_problems:
            self.out.refused.setdefault((provider, model), []).extend(open_problems)
            return
        jumped = {rate_id for rate_id, _ in problems}
        for record in rows:
            if record["rate_id"] in jumped:
                record["note"] += "; jump confirmed"
            self.card.add_row(row_from(record))
            self.out.rates.append(record)
            self.out.kinds[record["rate_id"]] = kind

    def free_id(self, rate_id: str, rows: list[dict]) -> str:
        """The id, or with .2, .3 and so on where it is taken."""
        taken = self.card.rate_ids | {record["rate_id"] for record in rows}
        number, candidate = 1, rate_id
        while candidate in taken:
            number += 1
            candidate = f"{rate_id}.{number}"
        return candidate

    def implausible(self, provider: str, model: str, records: list[dict]) -> list[tuple[str, str]]:
        """(rate_id, what is wrong) of rows that jump or swap input and output."""
        rows = [row_from(record) for record in records]
        problems = []
        for row in rows:
            chain = [*self.card.chains.get(row.chain, ()), *(one for one in rows if one.chain == row.chain)]
            chain.sort(key=lambda one: (one.valid_from, one.recorded_at))
            place = chain.index(row)
            for other in chain[max(place - 1, 0) : place] + chain[place + 1 : place + 2]:
                if row.price and other.price and max(row.price, other.price) >= JUMP * min(row.price, other.price):
                    later = max(row, other, key=lambda one: (one.valid_from, one.recorded_at))
                    text = f"{later.rate_id}: {plain(other.price * 1_000_000)} and {plain(row.price * 1_000_000)} per million follow each other"
                    problems.append((later.rate_id, text))
        return problems + self.swapped(provider, model, rows)

    def swapped(self, provider: str, model: str, rows: list[Row]) -> list[tuple[str, str]]:
        """Rows whose input price is the output price before, and the other way round."""
        main_rows = [row for row in rows if row.meter in ("uncached_input", "output") and not row.window]
        after = {(row.meter, row.tier, row.region, row.above, row.valid_from): row for row in main_rows}
        problems = []
        for (meter, tier, region, above, start), row in after.items():
            other = after.get(("output", tier, region, above, start))
            if meter != "uncached_input" or other is None:
                continue
            before = [self.card.in_force((provider, model, name, tier, region, above, ""), start) for name in ("uncached_input", "output")]
            if all(before) and before[0].price != before[1].price and (row.price, other.price) == (before[1].price, before[0].price):
                problems += [(one.rate_id, f"{one.rate_id}: input and output are swapped against the row before") for one in (row, other)]
        return problems

    def take_alias(self, provider: str, alias: str, model: str, region: str, listings: dict, why: str) -> None:
        """Append an alias."""
        url = next(iter(listings.values())).source_url or self.page(provider)
        record = dict(zip(ALIAS_COLUMNS, (provider, alias, model, region, UNKNOWN_START, self.now, url, clean(self.noted(listings) + "; " + why))))
        self.card.add_alias(record)
        self.out.aliases.append(record)

    def add_spellings(self, places: list[tuple]) -> None:
        """Logged names that carry their region (us/gpt-4o) as aliases of the model."""
        for place in places:
            provider, name, region = place
            listings = self.findings.listings[place]
            for spelled in sorted(set().union(*(listing.aliases for listing in listings.values()))):
                wanted = self.card.resolve(provider, name, self.now)
                if wanted is None:
                    continue
                held = self.card.resolve(provider, spelled, self.now)
                if held is None or (region != "global" and held != (wanted[0], region)):
                    self.take_alias(provider, spelled, wanted[0], "" if region == "global" else region, listings, "name with its region")

    def add_checks(self) -> None:
        """One row per provider whose card was compared with these versions and was not before."""
        done = {(row["provider"], row["checked_against"]) for row in self.checks}
        refused = {provider for provider, _ in self.out.refused} | {one.provider for one in self.out.undecided}
        for provider, against in sorted(self.against.items()):
            if (provider, against) not in done and provider not in refused:
                self.out.checks.append(dict(zip(CHECK_COLUMNS, (provider, self.now, against, self.page(provider), ""))))


def key_order(key: tuple) -> tuple:
    """Standard before other tiers, base before thresholds, meters in the order of the documentation."""
    meter, tier, above = key
    return tier != "standard", tier, above, METER_ORDER.index(meter)


def published_only(table: dict) -> dict:
    """The rates of a table that the package publishes itself."""
    return {key: price.value for key, price in table.items() if price.is_published}


def moved(instant: str, days: int) -> str:
    """An instant some days later."""
    return f"{datetime.strptime(instant, '%Y-%m-%d %H:%M:%S') + timedelta(days=days):%Y-%m-%d %H:%M:%S}"


def abs_days(one: str, other: str) -> int:
    """Days between two instants."""
    return abs((datetime.strptime(one[:10], "%Y-%m-%d") - datetime.strptime(other[:10], "%Y-%m-%d")).days)


def clean(text: str) -> str:
    """Text that every loader of the seeds takes: one line without quotes, backslashes and the word that reads as NULL."""
    return re.sub(r"\bNone\b", "none", re.sub(r"[\"'\\\r\n]+", " ", text)).strip()


def appended(path: Path, columns: list[str], records: list[dict]) -> str:
    """The file's text with the records after it; the old text stays as it is."""
    old = path.read_text(encoding="utf-8") if path.exists() else ",".join(columns) + "\n"
    lines = io.StringIO()
    writer = csv.DictWriter(lines, columns, lineterminator="\n")
    writer.writerows(records)
    return (old if old.endswith("\n") else old + "\n") + lines.getvalue()


def write(path: Path, text: str) -> None:
    """Replace a file in one step."""
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)


def section(title: str, lines: list[str], limit: int = 0) -> None:
    """Print a heading with its count and the lines below it."""
    print(f"\n{title}: {len(lines)}")
    for line in lines[: limit or None]:
        print(f"  {line}")
    if limit and len(lines) > limit:
        print(f"  and {len(lines) - limit} more")


def summary(out: Outcome, findings: Findings, versions: list[str], now: str) -> None:
    """Print what a reviewer needs."""
    print(f"compared with {' and '.join(versions)} at {now} UTC")
    by_kind = defaultdict(Counter)
    for record in out.rates:
        by_kind[out.kinds[record["rate_id"]]][f"{record['provider']}/{record['model']}"] += 1
    section("new models", [f"{model} ({count} rows)" for model, count in sorted(by_kind.pop("new model", {}).items())])
    for kind in sorted(by_kind):
        section(kind, [f"{model} ({count} rows)" for model, count in sorted(by_kind[kind].items())])
    for kind in ("change", "correction", "withdrawn"):
        of_kind = [one for one in out.rates if one["change_kind"] == kind]
        section(f"rows of kind {kind}", [f"{one['rate_id']}: {one['unit_price']} per {one['per_units']}, {one['note']}" for one in of_kind])
    section("new aliases", [f"{one['provider']} {one['alias']} -> {one['model']} {one['region_scope']}".strip() for one in out.aliases])
    reviewed = Counter((one.provider, one.review.cause) for one in out.differences if one.review)
    section("differences with a review", [f"{provider}, {cause}: {count}" for (provider, cause), count in sorted(reviewed.items())])
    section("differences without a review", [one.line() for one in out.differences if not one.review])
    section("left out, needs a review", [one.line() for one in out.undecided])
    section("refused", [text for texts in out.refused.values() for text in texts])
    section("one package says two things about one name", sorted(findings.conflicts))
    section("no meter counts", [f"{unit}: {len(keys)} entries" for unit, keys in sorted(findings.unit_keys.items())])
    reasons = Counter(findings.without_rows.values()).most_common()
    section(f"{len(findings.without_rows)} entries have no price that a meter counts, reasons", [f"{reason}: {count}" for reason, count in reasons])
    print(f"\n{len(out.rates)} price rows, {len(out.aliases)} aliases, {len(out.checks)} checks")


def main() -> int:
    """Read, compare, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prices", type=Path, default=ROOT / "seeds" / "prices", help="folder of the price seeds")
    parser.add_argument("--providers", type=Path, default=ROOT / "seeds" / "usage" / "providers.csv", help="spellings of provider names")
    parser.add_argument("--reviews", type=Path, default=ROOT / "scripts" / "price_reviews.csv", help="decisions where the packages disagree")
    now = f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M:%S}"
    parser.add_argument("--recorded-at", default=now, help="instant of the refresh, YYYY-MM-DD HH:MM:SS in UTC; default: now")
    parser.add_argument("--accept", action="append", default=[], metavar="RATE_ID_OR_MODEL", help="let a refused row or model pass; may be repeated")
    parser.add_argument("--dry-run", action="store_true", help="print, but write nothing")
    arguments = parser.parse_args()
    try:
        datetime.strptime(arguments.recorded_at, "%Y-%m-%d %H:%M:%S")
    except ValueError:
        parser.error("--recorded-at must be YYYY-MM-DD HH:MM:SS")

    card = PriceCard.read(arguments.prices, arguments.providers)
    reviews = read_reviews(arguments.reviews)
    findings, pages = read_packages(card, reviews)
    checks = read_csv(arguments.prices / "price_card_checks.csv")
    refresh = Refresh(card, findings, reviews, pages, checks, arguments.recorded_at, set(arguments.accept))
    out = refresh.run()
    summary(out, findings, sorted(refresh.versions.values()), arguments.recorded_at)
    if not arguments.dry_run:
        for name, columns, records in (
            ("price_rates.csv", RATE_COLUMNS, out.rates),
            ("model_aliases.csv", ALIAS_COLUMNS, out.aliases),
            ("price_card_checks.csv", CHECK_COLUMNS, out.checks),
        ):
            if records:
                write(arguments.prices / name, appended(arguments.prices / name, columns, records))
    return 1 if out.refused or out.undecided else 0


def read_packages(card: PriceCard, reviews: list[Review]) -> tuple[Findings, dict[str, str]]:
    """What both packages say, and the price page of each provider."""
    findings = Findings()
    known = defaultdict(set)
    for provider, model in card.by_model:
        known[provider].add(model)
    for (provider, alias), records in card.aliases.items():
        # names with their region (us/gpt-4o) are this project's way to write them
        if not records[-1]["region_scope"]:
            known[provider].add(alias)
    free = {(review.provider, review.model) for review in reviews if review.cause == "free model"}
    read_litellm(findings, card.windows, free)
    pages = read_genai(findings, card.windows, known)
    return findings, pages


if __name__ == "__main__":
    sys.exit(main())
