"""What the installed price packages say, read into one shape.

A Listing is what one package says about one model at one provider in one region: a price table per start date. A table maps
(meter, service tier, context threshold) to a Price in USD per unit, with everything the package's own fallbacks imply
filled in, so that two tables and a price card can be compared key by key.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from importlib import metadata, util
from pathlib import Path

from price_card import FALLBACKS

MILLION = Decimal(1_000_000)
NINE_DECIMALS = Decimal("0.000000001")
CACHE_METERS = ("cache_read", "cache_write_5m", "cache_write_1h")
MODALITIES = ("audio_input", "image_input", "audio_output", "image_output")
TOOL_METERS = ("web_search_requests", "file_search_requests")
# meters priced per call or per second; all others are tokens
UNITS = {
    "web_search_requests": 1000,
    "file_search_requests": 1000,
    "search_units": 1000,
    "requests": 1000,
    "requests_search_low": 1000,
    "requests_search_medium": 1000,
    "requests_search_high": 1000,
    "audio_seconds": 1_000_000,
}


@dataclass(frozen=True)
class Price:
    """USD per unit. is_published: the package has this number; else its own fallback rule implies it."""

    value: Decimal
    is_published: bool = True


@dataclass
class Listing:
    """One package's prices of one model in one region. cards: (start date or empty, table), oldest first."""

    source: str
    provider: str
    name: str
    region: str
    source_url: str
    comparator: str
    cards: list[tuple[str, dict]]
    aliases: set[str] = field(default_factory=set)
    windows: dict[str, dict] = field(default_factory=dict)

    def table(self, at: str) -> dict:
        """The table in force at an instant; before the first start date the first one, as the packages do."""
        held = [table for start, table in self.cards if start <= at]
        return held[-1] if held else self.cards[0][1]


@dataclass
class Findings:
    """Listings by (provider, name, region) and source, and what has no meter: unit -> keys, and keys without any price row."""

    listings: dict[tuple, dict[str, Listing]] = field(default_factory=lambda: defaultdict(dict))
    conflicts: list[str] = field(default_factory=list)
    unit_keys: dict[str, set] = field(default_factory=lambda: defaultdict(set))
    without_rows: dict[str, str] = field(default_factory=dict)
    keys: dict[tuple, str] = field(default_factory=dict)

    def add(self, listing: Listing, key: str) -> None:
        """Keep a listing. Of two for one name the first stays, with the rates that only the second publishes."""
        place = self.listings[listing.provider, listing.name, listing.region]
        known = place.get(listing.source)
        if known is None:
            place[listing.source] = listing
            self.keys[listing.source, listing.provider, listing.name, listing.region] = key
            return
        known.aliases |= listing.aliases
        table = known.cards[-1][1]
        for rate, price in listing.cards[-1][1].items():
            other = table.get(rate)
            if price.is_published and (other is None or not other.is_published):
                table[rate] = price
            elif price.is_published and other.value != price.value:
                self.conflicts.append(f"{listing.provider} {listing.name} {' '.join(map(str, rate))}: {key} says {price.value}, kept {other.value}")


def version_of(package: str) -> str:
    """Name and installed version of a package."""
    return f"{package} {metadata.version(package)}"


def per_unit(number: float | int | str | Decimal) -> Decimal:
    """A USD amount per unit without float noise: rounded half up at 9 decimals of USD per million units."""
    return (Decimal(str(number)) * MILLION).quantize(NINE_DECIMALS, ROUND_HALF_UP) / MILLION


def filled(published: dict, falls_to_standard: bool) -> dict:
    """A table with the package's fallbacks worked out.

    published: (meter, tier, above) -> USD per unit. A meter without a rate of a tier takes the standard one (audio and images
    only if that is a rate of its own); above a threshold the rate below it; cache reads and writes the input rate, 1 hour
    writes the 5 minute rate.
    falls_to_standard: above a threshold a tier without a rate there takes the standard rate above it (LiteLLM) rather than
    its own rate below it (genai-prices).
    """
    tiers = {tier for meter, tier, _ in published if meter in ("uncached_input", "output")} | {"standard"}
    thresholds = sorted({above for _, _, above in published})
    meters = {meter for meter, _, _ in published}
    if "uncached_input" in meters:
        meters |= set(CACHE_METERS)

    def rate(meter: str, tier: str, above: int) -> Decimal | None:
        scaled = one_hour_rate(published, tier, above) if meter == "cache_write_1h" else None
        if scaled is not None:
            return scaled
        lower = [step for step in reversed(thresholds) if step <= above]
        places = [(tier, step) for step in lower]
        # audio and images at the rate of text: in another tier at that tier's rate of text
        follows = meter in MODALITIES and published.get((meter, "standard", 0)) == published.get((FALLBACKS[meter], "standard", 0))
        if tier != "standard" and not follows:
            places += [("standard", step) for step in lower]
            if falls_to_standard and above:
                places = [place for step in lower for place in ((tier, step), ("standard", step))]
        for place in places:
            if (meter, *place) in published:
                return published[(meter, *place)]
        fallback = FALLBACKS.get(meter)
        return rate(fallback, tier, above) if fallback else None

    table = {}
    for meter in meters:
        if meter in TOOL_METERS:
            table[meter, "*", 0] = Price(published[meter, "*", 0])
            continue
        for tier in tiers:
            for above in thresholds:
                value = rate(meter, tier, above)
                if value is not None:
                    table[meter, tier, above] = Price(value, (meter, tier, above) in published)
    return table


def one_hour_rate(published: dict, tier: str, above: int) -> Decimal | None:
    """A 1 hour write in a tier that has a rate for 5 minute writes only: dearer by what the standard tier charges more."""
    five = published.get(("cache_write_5m", tier, above))
    standard = [published.get((meter, "standard", above)) for meter in ("cache_write_5m", "cache_write_1h")]
    if tier == "standard" or five is None or ("cache_write_1h", tier, above) in published or None in standard:
        return None
    return per_unit(five * standard[1] / standard[0])


# ---- LiteLLM -------------------------------------------------------------------------------------------------------

LITELLM_PROVIDERS = {
    "openai": "openai",
    "text-completion-openai": "openai",
    "anthropic": "anthropic",
    "gemini": "google",
    "bedrock": "aws",
    "bedrock_converse": "aws",
    "bedrock_mantle": "aws",
    "azure": "azure",
    "azure_text": "azure",
    "azure_ai": "azure",
    "deepseek": "deepseek",
    "mistral": "mistral",
    "codestral": "mistral",
    "text-completion-codestral": "mistral",
    "groq": "groq",
    "xai": "xai",
    "cohere": "cohere",
    "cohere_chat": "cohere",
    "perplexity": "perplexity",
    "together_ai": "together",
    "fireworks_ai": "fireworks",
    "fireworks_ai-embedding-models": "fireworks",
    "openrouter": "openrouter",
    "cerebras": "cerebras",
    "moonshot": "moonshot",
    "zai": "zai",
    "minimax": "minimax",
}
# what LiteLLM writes before the model name
LITELLM_PREFIXES = {
    "google": ("gemini/", "vertex_ai/"),
    "aws": ("bedrock/", "bedrock_mantle/"),
    "azure": ("azure/", "azure_ai/"),
    "mistral": ("mistral/", "codestral/", "text-completion-codestral/"),
    "together": ("together_ai/",),
    "fireworks": ("fireworks_ai/",),
}
LITELLM_METERS = {
    "input_cost_per_token": "uncached_input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cache_read",
    "input_cost_per_token_cache_hit": "cache_read",
    "cache_creation_input_token_cost": "cache_write_5m",
    "cache_creation_input_token_cost_above_1hr": "cache_write_1h",
    "output_cost_per_reasoning_token": "reasoning",
    "input_cost_per_audio_token": "audio_input",
    "output_cost_per_audio_token": "audio_output",
    "input_cost_per_image_token": "image_input",
    "output_cost_per_image_token": "image_output",
    "citation_cost_per_token": "citation",
    "input_cost_per_query": "search_units",
    "input_cost_per_request": "requests",
}
LITELLM_TIERS = {"batches": "batch", "flex": "flex", "priority": "priority", "ultrafast": "ultrafast", "fast": "fast", "decisions": "decisions"}
LITELLM_FIELD = re.compile(r"^(?P<base>.+?)(_above_(?P<thousands>\d+)k_tokens)?(_(?P<tier>" + "|".join(LITELLM_TIERS) + "))?$")
# modes in which an output rate of 0 only says that there is no output
NO_OUTPUT_MODES = ("embedding", "rerank", "moderation", "evaluation", "ocr", "audio_transcription", "search")
AWS_REGION = re.compile(r"^(?P<region>[a-z]{2}(-gov)?-[a-z]+-\d)/(?P<model>.+)$")
AWS_PROFILE = re.compile(r"^(us|eu|apac|jp|au|ca|in|global|us-gov)[.](?P<model>.+)$")
AZURE_REGION = re.compile(r"^(?P<region>us|eu|apac|us-gov|global-standard|global)/(?P<model>.+)$")


def litellm_name(provider: str, key: str) -> tuple[str, str, str]:
    """(model, region, the name as logged) of a LiteLLM key, in lower case."""
    logged = key.lower()
    for prefix in LITELLM_PREFIXES.get(provider, (provider + "/",)):
        logged = logged.removeprefix(prefix)
    if provider == "aws":
        found = AWS_REGION.match(logged)
        if found:
            return found["model"], found["region"], logged
        found = AWS_PROFILE.match(logged)
        if found:
            return found["model"], found.group(1), logged
    if provider == "azure":
        found = AZURE_REGION.match(logged)
        if found:
            return found["model"], "global" if found["region"].startswith("global") else found["region"], logged
    return logged, "global", logged


def litellm_field(name: str) -> tuple[str, str, int] | None:
    """(meter, tier, threshold) of a cost field, None where no meter counts it."""
    # the lifetime of a cache write reads like a threshold: take it out first
    one_hour = "_above_1hr" in name
    parts = LITELLM_FIELD.match(name.replace("_above_1hr", ""))
    meter = LITELLM_METERS.get(parts["base"])
    if one_hour and meter == "cache_write_5m":
        meter = "cache_write_1h"
    if meter is None:
        return None
    return meter, LITELLM_TIERS.get(parts["tier"], "standard"), int(parts["thousands"] or 0) * 1000


def litellm_prices(key: str, entry: dict, provider: str) -> tuple[dict, set[str], set[tuple]]:
    """(published prices, fields without a meter, keys whose rate is 0) of one LiteLLM entry."""
    published, unknown, zeros = {}, set(), set()
    for name, number in entry.items():
        if "cost" not in name or isinstance(number, (bool, str)) or number is None:
            continue
        if name == "search_context_cost_per_query":
            published |= litellm_search_prices(number, provider)
            continue
        if name in ("input_cost_per_second", "output_cost_per_second"):
            if is_audio_time(name, number, entry):
                published["audio_seconds", "standard", 0] = per_unit(number)
                continue
        place = litellm_field(name)
        if place is None:
            if number:
                unknown.add(name)
            continue
        if provider == "google" and place[0].startswith("cache_write") and "claude" not in key:
            # Gemini bills the storage of a cache by the hour; there are no tokens written
            continue
        if number == 0:
            zeros.add(place)
            continue
        published[place] = per_unit(number)
    if provider == "fireworks" and entry.get("mode") not in NO_OUTPUT_MODES and entry.get("cache_read_input_token_cost") is None:
        # what LiteLLM charges for a cache read at Fireworks unless the entry says otherwise
        if ("uncached_input", "standard", 0) in published:
            published["cache_read", "standard", 0] = published["uncached_input", "standard", 0] / 2
    for tier, above in {key[1:] for key in published if key[0] == "reasoning"}:
        if published["reasoning", tier, above] == published.get(("output", tier, above)):
            del published["reasoning", tier, above]
    return published, unknown, zeros


def is_audio_time(name: str, number: float, entry: dict) -> bool:
    """Whether a price per second is the price of audio heard: not of video, not beside token prices (there it is an estimate
    of the same charge), and not the output's copy of the input's."""
    if not number or entry.get("mode") not in ("audio_transcription", "realtime"):
        return False
    if entry.get("input_cost_per_token") or entry.get("input_cost_per_audio_token"):
        return False
    return name.startswith("input") or not entry.get("input_cost_per_second")


def litellm_search_prices(fees: dict, provider: str) -> dict:
    """Search fees: one fee for every context size is a fee per search, else there is one per size of the call."""
    sizes = {size.removeprefix("search_context_size_"): per_unit(fee) for size, fee in fees.items()}
    if len(set(sizes.values())) == 1:
        return {("web_search_requests", "*", 0): next(iter(sizes.values()))}
    return {(f"requests_search_{size}", "standard", 0): fee for size, fee in sizes.items()}


def zeros_to_keep(zeros: set[tuple], published: dict, mode: str) -> set[tuple]:
    """The rates of 0 that may be a price.

    Not the output of a model that has none, not a cache, audio or image rate (0 there stands for no rate of its own), and not
    tokens of a model that is charged by calls or seconds alone.
    """
    free = {place for place in zeros if place[0] == "uncached_input" or (place[0] == "output" and mode not in NO_OUTPUT_MODES)}
    charges_tokens = any(meter in ("uncached_input", "output") for meter, _, _ in published)
    return free if charges_tokens or not published else set()


def minutes_of(hours: list[str] | str, weekdays: list[int]) -> set[int]:
    """Minutes since Monday 00:00 of windows like 04:00-06:00 on ISO weekdays."""
    minutes = set()
    for text in [hours] if isinstance(hours, str) else hours:
        start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in text.split("-"))
        length = (end - start) % 1440 or 1440
        for day in weekdays:
            minutes |= {((day - 1) * 1440 + start + step) % 10080 for step in range(length)}
    return minutes


def seed_windows(windows: dict[str, list[dict]]) -> dict[str, set[int]]:
    """The minutes of the week in which each window of price_windows.csv is open; all of them are in UTC."""
    return {
        name: set().union(
            *(
                minutes_of(f"{row['start_time']}-{row['end_time']}", [day + 1 for day in range(7) if row["weekday_mask"][day] == "1"])
                for row in rows
            )
        )
        for name, rows in windows.items()
    }


def page_of(source: str) -> str:
    """The first address of a source text, empty where it has none; without its query where that has signs the seeds do not take."""
    address = (re.findall(r"https?://\S+", source) or [""])[0].rstrip(",;")
    return address.split("?")[0] if re.search(r"[\"'\\\\]", address) else address


def litellm_rank(key: str) -> int:
    """Which of several keys of one model is read first, and stays: the Gemini API before Vertex; Azure OpenAI for models of
    OpenAI and Azure AI Foundry for others; Bedrock's own endpoint before its OpenAI-like one; what is for all regions first."""
    if key.startswith("azure_ai/"):
        return 1 if key.startswith("azure_ai/gpt") else 0
    if key.startswith("azure/"):
        return 2 if key.startswith(("azure/mistral", "azure/global")) else 0
    if key.startswith(("gemini/", "global.")):
        return 0
    if key.startswith(("vertex_ai/", "codestral/", "text-completion-codestral/")):
        return 2
    return 3 if key.startswith("bedrock_mantle/") else 1


def litellm_map() -> dict:
    """The price map inside the installed LiteLLM, read without importing it (the import takes seconds and may download)."""
    folder = Path(util.find_spec("litellm").submodule_search_locations[0])
    return json.loads((folder / "model_prices_and_context_window_backup.json").read_text(encoding="utf-8"))


def read_litellm(findings: Findings, windows: dict[str, list[dict]], reviewed_free: set[tuple]) -> None:
    """Add what LiteLLM says about the providers of this package.

    reviewed_free: (provider, model) for which rates of 0 alone count as a price; LiteLLM also writes 0 for what it does
    not know.
    """
    entries = litellm_map()
    ranked = sorted(entries.items(), key=lambda pair: litellm_rank(pair[0]))
    peaks = seed_windows(windows)
    for key, entry in ranked:
        named = entry.get("litellm_provider", "")
        provider = "google" if named.startswith("vertex_ai") else LITELLM_PROVIDERS.get(named)
        if provider is None:
            continue
        published, unknown, zeros = litellm_prices(key, entry, provider)
        mode = entry.get("mode") or ""
        free = zeros_to_keep(zeros, published, mode)
        name, region, logged = litellm_name(provider, key)
        commitment = "-month-commitment/" in logged
        if commitment:
            published, unknown = {}, {"commitment_per_second"}
        for unit in unknown:
            findings.unit_keys[unit].add(f"litellm:{key}")
        if not published and (not free or (provider, name) not in reviewed_free):
            findings.without_rows[f"litellm:{key}"] = ", ".join(sorted(unknown)) or ("only rates of 0" if zeros else "no price")
            continue
        published |= {place: Decimal(0) for place in free}
        comparator = ">=" if provider == "xai" else ">"
        listing = Listing("litellm", provider, name, region, page_of(entry.get("source") or ""), comparator, [("", filled(published, True))])
        listing.aliases = {logged} - {name}
        block = entry.get("off_peak_pricing")
        if block:
            set_off_peak(listing, block, published, peaks, findings, key)
        findings.add(listing, key)
        add_uplifts(findings, listing, entry, published, key)


def set_off_peak(listing: Listing, block: dict, published: dict, peaks: dict, findings: Findings, key: str) -> None:
    """LiteLLM's plain rates are the peak's: the windowed rows carry them, the rows without a window the off-peak rates."""
    quiet = set().union(*(minutes_of(window["hours_utc"], window["weekdays"]) for window in block["windows"]))
    busy = set(range(10080)) - quiet
    names = [name for name, minutes in peaks.items() if minutes == busy]
    if not names:
        findings.unit_keys["time-of-day window that price_windows.csv lacks"].add(f"litellm:{key}")
        return
    off_peak = {litellm_field(name): per_unit(number) for name, number in block.items() if isinstance(number, (int, float))}
    listing.windows = {names[0]: listing.cards[0][1]}
    listing.cards = [("", filled({**published, **off_peak}, True))]


def add_uplifts(findings: Findings, listing: Listing, entry: dict, published: dict, key: str) -> None:
    """Regions whose token prices are the model's own times a factor."""
    factors = {}
    for name, factor in entry.items():
        if name.startswith("regional_processing_uplift_multiplier_"):
            factors[name.rsplit("_", 1)[1]] = factor
    factors |= {region: factor for region, factor in (entry.get("provider_specific_entry") or {}).items() if region == "us"}
    if entry.get("regional_endpoint_uplift_multiplier"):
        findings.unit_keys["10% uplift of any non-global Vertex location"].add(f"litellm:{key}")
    for region, factor in factors.items():
        raised = {place: per_unit(price * Decimal(str(factor))) for place, price in published.items() if place[0] not in UNITS}
        regional = Listing("litellm", listing.provider, listing.name, region, listing.source_url, listing.comparator, [("", filled(raised, True))])
        findings.add(regional, key)


# ---- genai-prices --------------------------------------------------------------------------------------------------

GENAI_PROVIDERS = {
    "openai": "openai",
    "anthropic": "anthropic",
    "google": "google",
    "aws": "aws",
    "azure": "azure",
    "deepseek": "deepseek",
    "mistral": "mistral",
    "groq": "groq",
    "x-ai": "xai",
    "cohere": "cohere",
    "perplexity": "perplexity",
    "together": "together",
    "fireworks": "fireworks",
    "openrouter": "openrouter",
    "cerebras": "cerebras",
    "moonshotai": "moonshot",
    "zai": "zai",
    "minimax": "minimax",
}
# price key -> (meter, units the number is for)
GENAI_METERS = {
    "input_mtok": ("uncached_input", 1_000_000),
    "output_mtok": ("output", 1_000_000),
    "cache_read_mtok": ("cache_read", 1_000_000),
    "cache_write_mtok": ("cache_write_5m", 1_000_000),
    "cache_write_1h_mtok": ("cache_write_1h", 1_000_000),
    "input_audio_mtok": ("audio_input", 1_000_000),
    "output_audio_mtok": ("audio_output", 1_000_000),
    "input_image_mtok": ("image_input", 1_000_000),
    "output_image_mtok": ("image_output", 1_000_000),
    "output_reasoning_mtok": ("reasoning", 1_000_000),
    "output_citation_mtok": ("citation", 1_000_000),
    "audio_hours": ("audio_seconds", 3600),
    "input_audio_hours": ("audio_seconds", 3600),
    "web_searches_kcount": ("web_search_requests", 1000),
    "storage_searches_kcount": ("file_search_requests", 1000),
    "requests_kcount": ("requests", 1000),
}
GENAI_TIERS = {
    ("processing", "batch"): "batch",
    ("service_tier", "flex"): "flex",
    ("service_tier", "priority"): "priority",
    ("service_tier", "fast"): "fast",
    ("service_tier", "default"): "standard",
    ("speed", "fast"): "fast",
}
# genai-prices knows only "more than n tokens": 199999 is its way to write "200000 and more"
INCLUSIVE_STARTS = {199_999: 200_000}


def genai_prices_of(prices, tier: str) -> tuple[dict, set[str]]:
    """(published prices, price keys without a meter) of one ModelPrice."""
    published, unknown = {}, set()
    for name, price in vars(prices).items():
        if price is None:
            continue
        if name not in GENAI_METERS:
            unknown.add(name)
            continue
        meter, units = GENAI_METERS[name]
        place = "*" if meter in TOOL_METERS else tier
        steps = {0: getattr(price, "base", price)}
        steps |= {INCLUSIVE_STARTS.get(step.start, step.start): step.price for step in getattr(price, "tiers", ())}
        for above, amount in steps.items():
            published[meter, place, above] = per_unit(amount / Decimal(units))
    return published, unknown


def text_values(clause) -> set[str]:
    """The names that a match clause spells out in full."""
    values = {clause.equals.lower()} if hasattr(clause, "equals") else set()
    return values.union(*(text_values(part) for part in getattr(clause, "or_", None) or ()))


def literal_parts(clause) -> set[str]:
    """Every text of a match clause, whole names and parts alike."""
    values = {str(value).lower() for value in vars(clause).values() if isinstance(value, str)}
    parts = [part for name in ("or_", "and_") for part in getattr(clause, name, None) or ()]
    return values.union(*(literal_parts(part) for part in parts))


def genai_cards(model, windows: dict[str, set[int]]) -> tuple[list, dict, set[str]]:
    """(dated published prices, published prices of windows, price keys without a meter) of one genai-prices model."""
    unknown: set[str] = set()
    conditional = model.prices if isinstance(model.prices, list) else [None]
    dated, in_window, clock = [], {}, []
    for step in conditional:
        prices = model.prices if step is None else step.prices
        published, left = genai_prices_of(prices, "standard")
        unknown |= left
        constraint = step.constraint if step is not None else None
        if hasattr(constraint, "start_time"):
            clock.append(f"{constraint.start_time:%H:%M}-{constraint.end_time:%H:%M}")
            in_window = published
        else:
            dated.append((f"{constraint.start_date} 00:00:00" if constraint else "", published))
    # genai-prices has no weekdays: a window counts as the same when its times of day are
    names = [name for name, minutes in windows.items() if clock and {minute % 1440 for minute in minutes} == {m % 1440 for m in minutes_of(clock, [1])}]
    return dated, {names[0]: in_window} if names else {}, unknown


def genai_variants(model, unknown: set[str]) -> list[tuple[str, str, dict]]:
    """(start, tier, published prices) of the model's service tiers; the first that matches counts.

    The first dated variant of a tier carries the day on which its price was read, and holds from the beginning here.
    """
    variants = []
    for variant in model.price_variants or ():
        if len(variant.when) != 1 or tuple(*variant.when.items()) not in GENAI_TIERS:
            unknown.add("variant " + ", ".join(f"{name}={value}" for name, value in sorted(variant.when.items())))
            continue
        tier = GENAI_TIERS[tuple(*variant.when.items())]
        prices, left = genai_prices_of(variant.prices, tier)
        unknown |= left
        if tier != "standard":
            variants.append((f"{variant.constraint.start_date} 00:00:00" if variant.constraint else "", tier, prices))
    first = {tier: min(start for start, one, _ in variants if one == tier) for _, tier, _ in variants}
    return [("" if start == first[tier] else start, tier, prices) for start, tier, prices in variants]


def aws_regions(model, name: str) -> tuple[str, list[str]]:
    """(model name, regions) of a Bedrock entry, which genai-prices keeps apart as `global.` and `regional.`."""
    if name.startswith("global."):
        return name.removeprefix("global."), ["global"]
    if not name.startswith("regional."):
        return name, ["global"]
    bare = name.removeprefix("regional.")
    prefixes = {match.group(1) for part in literal_parts(model.match) if (match := re.match(r"^(us|eu|apac|jp|au|ca|in)[.]", part))}
    return bare, sorted(prefixes) or ["global"]


def read_genai(findings: Findings, windows: dict[str, list[dict]], known_names: dict[str, set[str]]) -> dict[str, str]:
    """Add what genai-prices says. known_names: names per provider to look up beside its own. Returns the price pages."""
    from genai_prices.data_snapshot import get_snapshot

    snapshot = get_snapshot().providers
    peaks = seed_windows(windows)
    pages = {}
    for source in snapshot:
        provider = GENAI_PROVIDERS.get(source.id)
        if provider is None:
            continue
        pages[provider] = (source.pricing_urls or [""])[0]
        logged = genai_logged_names(source, provider, known_names.get(provider, set()), findings)
        for model in source.models:
            read_genai_model(findings, provider, pages[provider], model, peaks, logged[id(model)])
    return pages


def genai_logged_names(source, provider: str, names: set[str], findings: Findings) -> dict[int, set[str]]:
    """For each model the names that genai-prices bills as it: its id, the names it spells out, and known names it matches."""
    found: dict[int, set[str]] = defaultdict(set)
    for model in source.models:
        for spelled in {model.id.lower(), *text_values(model.match)}:
            # an id that another model matches first is billed as that one; Bedrock ids are made up (regional.x)
            if source.find_model(spelled) is model or (provider == "aws" and spelled == model.id.lower()):
                found[id(model)].add(spelled)
    litellm = {name for (one, name, _) in findings.listings if one == provider}
    for name in names | litellm:
        # Bedrock: the bare name is the regional price here, and the global one everywhere else
        model = (source.find_model("global." + name) if provider == "aws" else None) or source.find_model(name)
        if model is not None:
            found[id(model)].add(("global." if provider == "aws" and model.id.startswith("global.") else "") + name)
            if provider == "aws":
                regional = source.find_model("us." + name)
                if regional is not None and regional is not model:
                    found[id(regional)].add(name)
    return found


def read_genai_model(findings: Findings, provider: str, page: str, model, peaks: dict, logged: set[str]) -> None:
    """Add one genai-prices model under each name it is logged as."""
    dated, in_window, unknown = genai_cards(model, peaks)
    variants = genai_variants(model, unknown)
    key = f"genai:{provider}/{model.id}"
    for unit in unknown:
        findings.unit_keys[unit].add(key)
    if not any(published for _, published in dated):
        findings.without_rows[key] = ", ".join(sorted(unknown)) or "no price"
        return
    comparator = ">=" if provider == "xai" else ">"
    cards = []
    for start in sorted({*(start for start, _ in dated), *(start for start, _, _ in variants)}):
        published = dict(max((one for one in dated if one[0] <= start), key=lambda one: one[0])[1])
        for since, _, prices in variants:
            if since <= start:
                published = {**prices, **published}
        cards.append((start, filled(published, False)))
    for name in sorted(logged):
        regions = ["global"]
        if provider == "aws":
            bare, regions = aws_regions(model, model.id.lower())
            name = AWS_PROFILE.sub(r"\g<model>", name.removeprefix("regional."))
        for region in regions:
            listing = Listing("genai_prices", provider, name, region, page, comparator, [(start, dict(table)) for start, table in cards])
            # Bedrock's cross-region profiles are logged with their region
            listing.aliases = {f"{region}.{name}"} if provider == "aws" and region != "global" else set()
            listing.windows = {window: filled(published, False) for window, published in in_window.items()}
            findings.add(listing, key)
