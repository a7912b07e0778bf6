"""Prices usages with genai-prices and LiteLLM. Runs in their own environment: build/oracles/bin/python scripts/oracle_prices.py <command>.

study   random usages of every model that both libraries know, priced by both, as JSON lines on stdout. First a line with the versions
        and with how many models only one library knows.
cards   reads {"id", "prices", "usage"} lines on stdin and prices each with genai-prices from the given prices instead of its own data.

Counts are cache-inclusive as both libraries want them: "input" holds cache reads and writes, "output" holds reasoning. Costs are USD: a
decimal text from genai-prices, the shortest text of a binary float from LiteLLM. An error of a library is text in `<library>_error`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import warnings
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal, localcontext

# without it LiteLLM downloads a price map newer than the pinned one
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

INSTANT = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
MODES = ("chat", "completion", "responses", "embedding")

# LiteLLM's name -> ours, genai-prices'. vertex_ai-* are Google's; the longest name that fits holds
PROVIDERS = {
    "openai": ("openai", "openai"), "text-completion-openai": ("openai", "openai"), "anthropic": ("anthropic", "anthropic"),
    "gemini": ("google", "google"), "vertex_ai": ("google", "google"), "groq": ("groq", "groq"), "moonshot": ("moonshot", "moonshotai"),
    "zai": ("zai", "zai"), "minimax": ("minimax", "minimax"), "azure": ("azure", "azure"), "bedrock": ("aws", "aws"),
    "deepseek": ("deepseek", "deepseek"), "mistral": ("mistral", "mistral"), "text-completion-codestral": ("mistral", "mistral"),
    "xai": ("xai", "x-ai"), "cohere": ("cohere", "cohere"), "perplexity": ("perplexity", "perplexity"), "together_ai": ("together", "together"),
    "fireworks_ai": ("fireworks", "fireworks"), "openrouter": ("openrouter", "openrouter"), "cerebras": ("cerebras", "cerebras"),
}

PROBE = 10_000

# above every context threshold that anyone has
ABOVE_ALL = 600_001

# meter -> genai-prices' price keys, LiteLLM's field: a library that has none takes another meter's rate
OWN_RATES = {
    "input": (("input_mtok",), "input_cost_per_token"), "output": (("output_mtok",), "output_cost_per_token"),
    "cache_read": (("cache_read_mtok",), "cache_read_input_token_cost"),
    "cache_write_5m": (("cache_write_mtok", "cache_write_5m_mtok"), "cache_creation_input_token_cost"),
    "cache_write_1h": (("cache_write_1h_mtok",), "cache_creation_input_token_cost_above_1hr"),
    "reasoning": (("output_reasoning_mtok",), "output_cost_per_reasoning_token"),
}


def provider_of(litellm_provider: str | None):
    """(our name, genai-prices' name) of a LiteLLM provider, None for one we do not compare."""
    fitting = [name for name in PROVIDERS if re.fullmatch(re.escape(name) + "([-_].*)?", litellm_provider or "")]
    return PROVIDERS[max(fitting, key=len)] if fitting else None


class Model:
    """A LiteLLM key with its genai-prices model: which meters and thresholds (tokens) either library knows."""

    def __init__(self, key, entry, provider, genai_provider, genai_model, prices, lender):
        self.key, self.entry, self.provider, self.lender = key, entry, provider, lender
        self.genai_provider, self.genai_model, self.prices = genai_provider, genai_model, prices
        self.name = name_of(key, entry["litellm_provider"])
        self.is_embedding = entry["mode"] == "embedding"
        self.reasons = bool(entry.get("supports_reasoning")) or any(self.own("reasoning").values())
        found = {int(size) * 1000 for field in entry for size in re.findall(r"_above_(\d+)k_tokens", field)}
        found |= {int(bound) for tier in entry.get("tiered_pricing") or () for bound in tier.get("range", ()) if bound and float(bound) < 1e9}
        for value in prices.__dict__.values():
            found |= {tier.start for tier in getattr(value, "tiers", ())}
        self.thresholds = sorted(size for size in found if size > 0)

    def own(self, meter: str):
        """Whether each library has a rate of its own for a meter; for `meter+`, one above a threshold."""
        keys, field = OWN_RATES[meter.rstrip("+")]
        tiers = [tier for tier in self.entry.get("tiered_pricing") or () if tier.get(field) is not None]
        priced = [getattr(self.prices, key) for key in keys if getattr(self.prices, key) is not None]
        if meter.endswith("+"):
            return {
                "genai": any(getattr(price, "tiers", None) for price in priced),
                "litellm": len(tiers) > 1 or any(re.fullmatch(re.escape(field) + r"_above_\d+k_tokens", name) for name in self.entry),
            }
        return {"genai": bool(priced), "litellm": bool(tiers) or self.entry.get(field) is not None}

    def knows_writes(self, ttl: str) -> bool:
        """Whether either library has a rate for writing to the cache for that long; a rate of 0 (written for free) is none."""
        keys, field = OWN_RATES["cache_write_" + ttl]
        return bool(self.entry.get(field)) or any(getattr(self.prices, key) for key in keys)

    def sizes(self):
        """(largest input below every threshold of either library, first one above all of theirs or None without a long context)."""
        if self.thresholds:
            return min(self.thresholds[0] - 1, 30_000), self.thresholds[-1] + 1
        return 30_000, 200_001 if (self.entry.get("max_input_tokens") or 0) > 200_000 else None


def name_of(key: str, litellm_provider: str) -> str:
    """A LiteLLM key without the provider in front: what a log of that provider holds."""
    head, _, rest = key.partition("/")
    known = {litellm_provider, litellm_provider.split("-")[0], "bedrock", "cohere", "gemini", "vertex_ai", "azure"}
    return rest if rest and head in known else key


def usages(model: Model, chance: random.Random, count: int):
    """(scenario, is_probe, counts) of a model: `count` random usages a scenario, and one probe a meter that shows its rate.

    A probe counts one meter; a `+` marks the rates above every threshold, of either library and of ours. Probe `output+` has input beside it,
    to be subtracted. Scenario `long` is above the libraries' thresholds, `long mixed` above every one.
    """
    low, high = model.sizes()
    probe = min(low, PROBE)
    yield "input", True, {"input": probe}
    for _ in range(count):
        output = 0 if model.is_embedding else chance.randint(500, 20_000)
        yield "plain", False, {"input": chance.randint(low // 2, low), "output": output}
    if model.is_embedding:
        return
    meters = ["cache_read", *(f"cache_write_{ttl}" for ttl in ("5m", "1h") if model.knows_writes(ttl))]
    yield "output", True, {"output": PROBE}
    for meter in meters:
        yield meter, True, {"input": probe, meter: probe}
        for _ in range(count):
            total = chance.randint(low // 2, low)
            yield meter, False, {"input": total, meter: chance.randint(1, total), "output": chance.randint(500, 20_000)}
    if model.reasons:
        yield "reasoning", True, {"output": PROBE, "reasoning": PROBE}
        for _ in range(count):
            output = chance.randint(500, 20_000)
            yield "reasoning", False, {"input": chance.randint(low // 2, low), "output": output, "reasoning": chance.randint(1, output)}
    for _ in range(count):
        yield "mixed", False, mixed(chance.randint(low // 2, low), chance.randint(500, 20_000), meters, model.reasons, chance)
    if high is None:
        return
    top = max(high, ABOVE_ALL)
    yield "input+", True, {"input": top}
    yield "output+", True, {"input": top, "output": PROBE}
    for meter in meters:
        yield meter + "+", True, {"input": top, meter: top}
    if model.reasons:
        yield "reasoning+", True, {"input": top, "output": PROBE, "reasoning": PROBE}
    for _ in range(count):
        yield "long", False, {"input": chance.randint(high, 2 * high), "output": chance.randint(500, 20_000)}
        yield "long mixed", False, mixed(chance.randint(top, 2 * top), chance.randint(500, 20_000), meters, model.reasons, chance)


def mixed(total: int, output: int, meters, reasons: bool, chance: random.Random):
    """Every meter at once, each at most its share of the input."""
    counts = {"input": total, "output": output}
    for meter in meters:
        counts[meter] = chance.randint(1, total // len(meters))
    if reasons:
        counts["reasoning"] = chance.randint(1, output)
    return counts


def written(counts) -> int:
    """Tokens written to the cache, of both lifetimes."""
    return counts.get("cache_write_5m", 0) + counts.get("cache_write_1h", 0)


def genai_cost(model: Model, counts) -> Decimal:
    """USD by genai-prices' own data."""
    from genai_prices import Usage

    given = {
        "input_tokens": counts.get("input", 0), "output_tokens": counts.get("output", 0), "cache_read_tokens": counts.get("cache_read"),
        "cache_write_tokens": written(counts) or None, "cache_write_5m_tokens": counts.get("cache_write_5m"),
        "cache_write_1h_tokens": counts.get("cache_write_1h"), "output_reasoning_tokens": counts.get("reasoning"),
    }
    usage = Usage(**{name: value for name, value in given.items() if value is not None})
    return model.genai_model.calc_price(usage, model.genai_provider, genai_request_timestamp=INSTANT).total_price


def litellm_cost(model: Model, counts) -> float:
    """USD by LiteLLM's own data."""
    import litellm
    from litellm.types.utils import CacheCreationTokenDetails, CompletionTokensDetailsWrapper, PromptTokensDetailsWrapper, Usage

    total, read, output = counts.get("input", 0), counts.get("cache_read", 0), counts.get("output", 0)
    details = {"cached_tokens": read, "text_tokens": total - read - written(counts)}
    if written(counts):
        details |= {"cache_creation_tokens": written(counts), "cache_creation_token_details": CacheCreationTokenDetails(
            ephemeral_5m_input_tokens=counts.get("cache_write_5m", 0), ephemeral_1h_input_tokens=counts.get("cache_write_1h", 0))}
    usage = Usage(
        prompt_tokens=total, completion_tokens=output, total_tokens=total + output, prompt_tokens_details=PromptTokensDetailsWrapper(**details),
        completion_tokens_details=CompletionTokensDetailsWrapper(reasoning_tokens=counts["reasoning"]) if counts.get("reasoning") else None,
        **({"cache_read_input_tokens": read} if read else {}), **({"cache_creation_input_tokens": written(counts)} if written(counts) else {}),
    )
    name = model.entry["litellm_provider"]
    called = {"bedrock_converse": "bedrock", "fireworks_ai-embedding-models": "fireworks_ai"}
    name = called.get(name, "vertex_ai" if name.startswith("vertex_ai") else name)
    return sum(litellm.cost_per_token(model=model.key, custom_llm_provider=name, usage_object=usage))


def matched_models(counted):
    """Every LiteLLM key of the compared providers that genai-prices knows too. counted[provider] gets how many there are of either kind."""
    import litellm
    from genai_prices import data_snapshot

    from litellm.litellm_core_utils.llm_cost_calc import utils as litellm_calculator

    litellm.suppress_debug_info = True
    # LiteLLM decides off-peak by the clock of the machine, which some of its callers pass on: here by the instant that is studied
    is_off_peak = litellm_calculator._is_off_peak
    litellm_calculator._is_off_peak = lambda off_peak, current_time=None: is_off_peak(off_peak, INSTANT)
    snapshot = data_snapshot.get_snapshot()
    for key, entry in sorted(litellm.model_cost.items()):
        names = provider_of(entry.get("litellm_provider"))
        if names is None or entry.get("mode") not in MODES or entry.get("input_cost_per_token") is None and not entry.get("tiered_pricing"):
            continue
        tally = counted.setdefault(names[0], {"litellm": 0, "both": 0})
        tally["litellm"] += 1
        name = name_of(key, entry["litellm_provider"])
        for reference in dict.fromkeys((name, name.rsplit("/", 1)[-1] if names[0] == "aws" else name)):
            try:
                provider, found = snapshot.find_provider_model(reference, None, names[1], None)
            except LookupError:
                continue
            prices = found.get_prices(INSTANT)
            if any(value is not None for value in prices.__dict__.values()):
                tally["both"] += 1
                # where a host has no price of its own genai-prices takes that of the model's maker
                lender = next(one.id for one in snapshot.providers if any(model is found for model in one.models))
                yield Model(key, entry, names[0], provider, found, prices, None if lender == provider.id else lender)
            break


def study(seed: int, count: int, only) -> None:
    """Write the random usages of every matched model with both prices."""
    import importlib.metadata

    counted = {}
    lines = []
    for model in matched_models(counted):
        if only and model.provider not in only:
            continue
        # a model's usages do not depend on which other models are studied
        chance = random.Random(f"{seed}/{model.key}")
        for number, (scenario, is_probe, counts) in enumerate(usages(model, chance, count)):
            line = {
                "provider": model.provider, "key": model.key, "model": model.name, "mode": model.entry["mode"], "scenario": scenario,
                "is_probe": is_probe, "number": number, "counts": counts, "genai_model": model.genai_model.id,
            }
            if is_probe:
                line["own"] = model.own(scenario)
                listed = model.entry.get(OWN_RATES[scenario.rstrip("+")][1])
                if listed is not None and not scenario.endswith("+"):
                    line["litellm_lists"] = str(listed)
            if model.lender:
                line["genai_lender"] = model.lender
            # some hosts charge a fee a request, which genai-prices adds to the tokens
            fee = model.prices.requests_kcount
            if fee:
                line["genai_fee"] = str(fee / 1000)
            for library, price in (("genai", genai_cost), ("litellm", litellm_cost)):
                try:
                    line[library] = str(price(model, counts))
                except Exception as error:  # any error of a library is a finding of the study, not a failure of it
                    line[library + "_error"] = f"{type(error).__name__}: {error}"[:200]
            lines.append(line)
    versions = {name: importlib.metadata.version(name) for name in ("genai-prices", "litellm")}
    for line in ({"versions": versions, "instant": INSTANT.isoformat(), "models": counted}, *lines):
        print(json.dumps(line))


def register_units(names) -> None:
    """Give genai-prices' registry a unit for each of our meters that it lacks: a fee per 1,000 of its own kind."""
    from genai_prices import units
    from genai_prices.data_units import unit_data

    ours = {name: {"price_key": name + "_kcount", "per": 1000, "dimensions": {"family": "llm_cost", "kind": name}} for name in names}
    units._bundled_registry = units.UnitRegistry({**unit_data, **ours})


def with_joins(prices, usage, registry) -> None:
    """Add what genai-prices wants beside two priced units that can overlap (cache reads and audio, say): their overlap, priced and unused.

    Our meters never overlap, so the count is 0 and the price does not matter.
    """
    found = True
    while found:
        units = [registry.unit_for_price_key(key) for key in prices]
        joins = {
            join.price_key: join.usage_key
            for one in units for other in units
            if one is not other and one.is_compatible_with(other) and (join := registry.find_join(one, other)) is not None
        }
        found = [key for key in joins if key not in prices]
        for key in found:
            prices[key], usage[joins[key]] = Decimal(1), 0


def cards(own_units) -> None:
    """Price stdin's usages by the prices given beside them: genai-prices decides tier, decomposition and sum.

    `total` is the exact sum. `rounded` is the same sum with each unit's part rounded half up at 12 decimals, by the library's own functions
    for counts and unit prices: what our pipeline does, and the same as `total` where no rate has digits after the 12th.
    """
    register_units(own_units)
    from genai_prices import types
    from genai_prices.units import _get_registry

    registry = _get_registry()
    with localcontext() as context:
        context.prec = 60
        for text in sys.stdin:
            item = json.loads(text, parse_float=Decimal)
            prices = {}
            for key, (base, tiers) in item["prices"].items():
                steps = [types.Tier(start=start, price=Decimal(price)) for start, price in tiers]
                prices[key] = types.TieredPrices(base=Decimal(base), tiers=steps) if steps else Decimal(base)
            answer = {"id": item["id"]}
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    with_joins(prices, item["usage"], registry)
                    usage = types.Usage(**{name: Decimal(value) if isinstance(value, str) else value for name, value in item["usage"].items()})
                    model_price = types.ModelPrice(**prices)
                    answer["total"] = str(model_price.calc_price(usage)["total_price"])
                    resolved = types._collect_resolved_model_prices(model_price, registry)
                    counts = types._compute_registry_priced_counts(resolved, usage)
                    parts = [types.calc_unit_price(price, counts[unit.usage_key], usage.input_tokens, unit.per) for unit, price in resolved]
                    answer["rounded"] = str(sum((part.quantize(Decimal("1e-12"), ROUND_HALF_UP) for part in parts), Decimal(0)))
            except Exception as error:
                answer["error"] = f"{type(error).__name__}: {error}"[:300]
            print(json.dumps(answer))


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["study", "cards"])
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--count", type=int, default=3, help="random usages a model and scenario")
    parser.add_argument("--provider", action="append", help="only these (our names)")
    parser.add_argument("--unit", action="append", default=[], help="cards: a fee of ours that genai-prices has no unit for")
    arguments = parser.parse_args()
    if arguments.command == "study":
        study(arguments.seed, arguments.count, arguments.provider)
    else:
        cards(arguments.unit)


if __name__ == "__main__":
    main()
