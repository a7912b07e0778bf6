"""Prices random usages with this package and with genai-prices and LiteLLM, and prints every disagreement with its cause.

    make oracle-report                      all providers
    make oracle-report ARGS="--provider aws --count 10"

Standard tier at one instant, token costs only. What is printed, and what is compared, is in compare() and report(). The exit code is 1 when a
disagreement has no cause, or when a model of BLOCKING that both libraries agree on does not get their price.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
ORACLES = ROOT / "build" / "oracles" / "bin" / "python"
REVIEWS = ROOT / "scripts" / "price_reviews.csv"
INSTANT = "2026-11-21T12:00:00Z"
SEED = 20261121

# here every model that both libraries know and agree on must get their price
BLOCKING = ("openai", "anthropic", "google", "groq", "moonshot", "zai", "minimax")

TOLERANCE = Decimal("1e-9")  # relative; LiteLLM computes in binary floats

SURFACES = {
    "openai": "openai_chat", "azure": "openai_chat", "anthropic": "anthropic_messages", "google": "gemini_generate", "groq": "groq_chat",
    "mistral": "mistral_chat", "xai": "xai_chat", "deepseek": "deepseek_chat", "perplexity": "perplexity_chat", "openrouter": "openrouter_chat",
    "cohere": "cohere_chat", "aws": "bedrock_converse",
}

# the study's meter -> the meter of price rows
METERS = {"input": "uncached_input", "output": "output", "cache_read": "cache_read", "cache_write_5m": "cache_write_5m",
          "cache_write_1h": "cache_write_1h", "reasoning": "reasoning"}

# whose rate a meter takes that has none
PARENTS = {"reasoning": "output", "cache_read": "input", "cache_write_5m": "input", "cache_write_1h": "cache_write_5m", "reasoning+": "output+"}


def run_oracles(*arguments: str, lines=None) -> list[dict]:
    """JSON lines that scripts/oracle_prices.py answers, in the libraries' own environment. Raises with its message when it fails."""
    given = None if lines is None else "".join(json.dumps(line) + "\n" for line in lines)
    script = str(ROOT / "scripts" / "oracle_prices.py")
    result = subprocess.run([str(ORACLES), script, *arguments], input=given, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"{script} {' '.join(arguments)} failed:\n{result.stderr[-3000:]}")
    return [json.loads(text) for text in result.stdout.splitlines()]


def provider_usage(provider: str, is_embedding: bool, counts: dict) -> tuple[str, dict]:
    """(api_surface, usage object) of cache-inclusive counts, in the provider's own shape where it has a field for each of them.

    Writes to the cache are reported by Anthropic's shape only (and Bedrock's, and OpenAI's without a lifetime): it is used for them.
    """
    total, output = counts.get("input", 0), counts.get("output", 0)
    read, reasoning = counts.get("cache_read", 0), counts.get("reasoning", 0)
    write_5m, write_1h = counts.get("cache_write_5m", 0), counts.get("cache_write_1h", 0)
    surface = SURFACES.get(provider, "openai_compatible")
    if is_embedding:
        return "openai_embeddings", {"prompt_tokens": total, "total_tokens": total}
    if surface == "bedrock_converse" and not reasoning:
        return surface, {
            "inputTokens": total - read - write_5m - write_1h, "outputTokens": output, "totalTokens": total + output,
            "cacheReadInputTokens": read, "cacheWriteInputTokens": write_5m + write_1h,
            "cacheDetails": [{"ttl": "5m", "inputTokens": write_5m}, {"ttl": "1h", "inputTokens": write_1h}],
        }
    if surface == "anthropic_messages" or write_1h or (write_5m and provider != "openai") or surface == "bedrock_converse":
        return "anthropic_messages", {
            "input_tokens": total - read - write_5m - write_1h, "output_tokens": output, "cache_read_input_tokens": read,
            "cache_creation_input_tokens": write_5m + write_1h, "output_tokens_details": {"thinking_tokens": reasoning},
            "cache_creation": {"ephemeral_5m_input_tokens": write_5m, "ephemeral_1h_input_tokens": write_1h},
        }
    if surface == "gemini_generate":
        return surface, {
            "promptTokenCount": total, "cachedContentTokenCount": read, "candidatesTokenCount": output - reasoning,
            "thoughtsTokenCount": reasoning, "totalTokenCount": total + output,
        }
    if surface == "cohere_chat":
        if not read and not reasoning:
            return surface, {"billed_units": {"input_tokens": total, "output_tokens": output}}
        surface = "openai_compatible"  # Cohere's shape has no field for them
    beside = reasoning if surface == "xai_chat" else 0
    usage = {
        "prompt_tokens": total, "completion_tokens": output - beside, "total_tokens": total + output,
        "completion_tokens_details": {"reasoning_tokens": reasoning},
    }
    if surface == "deepseek_chat":
        return surface, {**usage, "prompt_cache_hit_tokens": read, "prompt_cache_miss_tokens": total - read}
    return surface, {**usage, "prompt_tokens_details": {"cached_tokens": read, **({"cache_write_tokens": write_5m} if write_5m else {})}}


def usage_log_line(response_id: str, line: dict) -> dict:
    """One line of the study as a line of our own log format."""
    surface, usage = provider_usage(line["provider"], line["mode"] == "embedding", line["counts"])
    return {
        "occurred_at": INSTANT, "provider": line["provider"], "api_surface": surface, "model_requested": line["model"],
        "response_id": response_id, "usage": usage, "status": "success",
    }


def study_lines(lines: list[dict]):
    """usage_log lines of a study, response_id study-0 ..."""
    return (usage_log_line(f"study-{number}", line) for number, line in enumerate(lines))


def build(work: Path, lines) -> Path:
    """Write usage_log lines and build them down to fct_llm_cost__requests; returns the DuckDB file. Raises with dbt's output when it fails."""
    raw, database = work / "usage.jsonl", work / "oracles.duckdb"
    with raw.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    variables = {
        "llm_cost_sources": ["usage_log"], "llm_cost_usage_log_files": [str(raw)],
        # price rows of the future, and the second before the oldest, are asked for too
        "llm_cost_future_tolerance_hours": 87600, "llm_cost_earliest_occurred_at": "2015-01-01",
    }
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "build", "--select", "+fct_llm_cost__requests",
               "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test",
               "--project-dir", str(ROOT), "--profiles-dir", str(ROOT), "--vars", json.dumps(variables)]
    settings = {**os.environ, "LLM_COST_DUCKDB_PATH": str(database), "DBT_TARGET_PATH": str(work / "target"), "DBT_LOG_PATH": str(work / "logs"),
                "DO_NOT_TRACK": "1", "NO_COLOR": "1"}
    result = subprocess.run(command, capture_output=True, text=True, env=settings, cwd=ROOT, check=False)
    if result.returncode:
        raise RuntimeError(result.stdout[-6000:] + result.stderr[-2000:])
    return database


def our_costs(connection) -> dict[str, tuple]:
    """response_id -> (USD or None, pricing_status, model_billed) of the study's lines."""
    return {
        response_id: (cost, status, model)
        for response_id, cost, status, model in connection.execute(
            "select response_id, total_cost_usd, pricing_status, model_billed from fct_llm_cost__requests where response_id like 'study-%'"
        ).fetchall()
    }


def close(one: Decimal | None, other: Decimal | None) -> bool:
    """Equal to 1e-9, relative. Nothing is close to an unknown cost."""
    return one is not None and other is not None and abs(one - other) <= TOLERANCE * max(abs(one), abs(other))


def read_reviews(file: Path = REVIEWS) -> list[dict]:
    """The reviewed causes, empty where the table is absent."""
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def region_of(key: str) -> str:
    """The region that a LiteLLM key names, as region_scope of price rows has it; `global` where it names none."""
    place = r"(?:^|/)([a-z]{2}(?:-gov)?-[a-z]+-[0-9])/"
    zone = r"^azure(?:_ai)?/(us|eu|apac|us-gov)/"
    profile = r"(?:^|/)(us-gov|us|eu|apac|jp|au|ca|in)[.]"
    found = re.search(place, key) or re.search(zone, key) or re.search(profile, key)
    return found.group(1) if found else "global"


def reviewed_cause(reviews: list[dict], provider: str, names, meter: str, region: str) -> str | None:
    """The cause of the review that fits a model's meter on the standard tier; of several the one with the fewest wildcards."""
    columns = {
        "provider": {provider}, "model": {name.lower() for name in names}, "meter": {meter}, "service_tier": {"standard"}, "region_scope": {region},
    }

    def fits(review: dict) -> bool:
        return all(any(fnmatchcase(value, (review[column] or "*").lower()) for value in values) for column, values in columns.items())

    fitting = [review for review in reviews if fits(review)]
    if not fitting:
        return None
    best = min(fitting, key=lambda review: sum("*" in (review[column] or "*") for column in columns))
    return f"{best['cause']}: {best['detail']}" if best.get("detail") else best["cause"]


@dataclass
class Rate:
    """What one meter of a model costs, USD per million tokens, by each; None where it has no price.

    own: whether each library has a rate for it. listed: the rate in LiteLLM's map, None where there is none. lender: the provider whose
    model genai-prices takes, None where it has one of this provider.
    """

    ours: Decimal | None
    genai: Decimal | None
    litellm: Decimal | None
    own: dict
    listed: Decimal | None = None
    lender: str | None = None

    def agrees(self) -> bool:
        """Whether the two libraries say the same."""
        return close(self.genai, self.litellm)

    def is_fine(self) -> bool:
        """Whether all three say the same."""
        return self.agrees() and close(self.ours, self.genai)


@dataclass
class Difference:
    """A line of the table: a model's meters whose rates stand in the same relation, for one cause (None: unexplained)."""

    provider: str
    key: str
    meters: list[str]
    rate: Rate
    cause: str | None
    blocks: bool = False


@dataclass(repr=False)
class Findings:
    """What a study showed. tally: (provider, scenario) -> Counter of usages; `unequal` lists usages that fail for certain."""

    tally: dict = field(default_factory=lambda: defaultdict(Counter))
    models: dict = field(default_factory=lambda: defaultdict(set))
    differences: list[Difference] = field(default_factory=list)
    unequal: list[str] = field(default_factory=list)
    nonlinear: list[str] = field(default_factory=list)

    def problems(self) -> list[str]:
        """What must not be: empty when every disagreement has a cause."""
        lines = [f"{row.provider} {row.key} {','.join(row.meters)}: ours {text(row.rate.ours)}, genai-prices {text(row.rate.genai)}, "
                 f"LiteLLM {text(row.rate.litellm)}" for row in self.differences if row.cause is None or row.blocks]
        found = (("UNEXPLAINED", lines), ("NOT EQUAL", self.unequal), ("ARITHMETIC", self.nonlinear))
        return [f"{kind} {line}" for kind, of_kind in found for line in of_kind]


def compare(lines: list[dict], costs: dict[str, tuple], reviews: list[dict]) -> Findings:
    """Three prices of every usage of a study.

    A usage is compared where both libraries price it. Where they agree and the provider is one of BLOCKING, ours must be equal. Every other
    difference is led back to rates: probes give each meter's rate by each of the three, and every cost must be the sum of its counts times
    these rates (else it is listed as arithmetic). Then a difference of costs is a difference of rates, and each of those needs a cause.
    """
    findings = Findings()
    by_key = defaultdict(list)
    for number, line in enumerate(lines):
        cost, status, billed = costs.get(f"study-{number}", (None, "rejected", None))
        line["ours"], line["status"], line["billed"] = cost, status, billed
        fee = Decimal(line.get("genai_fee", "0"))
        line["genai"] = Decimal(line["genai"]) - fee if "genai" in line else None
        line["litellm"] = Decimal(line["litellm"]) if "litellm" in line else None
        by_key[line["provider"], line["key"]].append(line)
    rates_of = {place: probed_rates(usages) for place, usages in by_key.items()}
    regional = defaultdict(dict)
    for (provider, key), rates in rates_of.items():
        if provider in ("aws", "azure"):
            regional[provider, bare_name(key)][key] = rates
    for (provider, key), usages in by_key.items():
        rates = rates_of[provider, key]
        findings.differences += table_lines(provider, key, usages, rates, reviews, regional.get((provider, bare_name(key)), {}))
        for line in usages:
            if line["is_probe"]:
                continue
            check_usage(findings, line, rates)
    return findings


def check_usage(findings: Findings, line: dict, rates: dict[str, Rate]) -> None:
    """Tally one random usage and check it."""
    provider, name = line["provider"], f"{line['provider']} {line['key']} {line['scenario']} {line['counts']}"
    tally = findings.tally[provider, line["scenario"]]
    if line["genai"] is None or line["litellm"] is None:
        tally["one library fails"] += 1
        return
    tally["both know"] += 1
    findings.models[provider, "both know"].add(line["key"])
    agree = close(line["genai"], line["litellm"])
    if agree:
        tally["agree"] += 1
        if close(line["ours"], line["genai"]):
            tally["ours equal"] += 1
        else:
            tally["ours unpriced" if line["ours"] is None else "ours differs"] += 1
            findings.models[provider, "not equal"].add(line["key"])
            if provider in BLOCKING:
                findings.unequal.append(f"{name}: ours {line['ours']} ({line['status']}), genai-prices {line['genai']}, LiteLLM {line['litellm']}")
    else:
        findings.models[provider, "disagree"].add(line["key"])
        tally["disagree"] += 1
        for library in ("genai", "litellm"):
            if close(line["ours"], line[library]):
                tally["ours as " + library] += 1
    # `long` is above the libraries' thresholds, but not always above everyone's: one side may still pay its base rates there
    suffixes = {"long": ("+", ""), "long mixed": ("+",)}.get(line["scenario"], ("",))
    for side in ("ours", "genai", "litellm"):
        expected = [linear(line["counts"], rates, suffix, side) for suffix in suffixes]
        if line[side] is not None and not any(close(line[side], cost) for cost in expected):
            findings.nonlinear.append(f"{name}: {side} {line[side]}, by the rates {expected}")
    same = all(rates[meter + suffix].is_fine() for suffix in suffixes for meter in line["counts"] if meter + suffix in rates)
    if same and not (close(line["ours"], line["genai"]) and close(line["ours"], line["litellm"])):
        findings.nonlinear.append(f"{name}: costs {line['ours']}, {line['genai']}, {line['litellm']} by the same rates")


def linear(counts: dict, rates: dict[str, Rate], suffix: str, side: str) -> Decimal | None:
    """Counts times rates; None where one is unknown."""
    split = {meter: counts.get(meter, 0) for meter in METERS}
    split["input"] -= sum(split[meter] for meter in ("cache_read", "cache_write_5m", "cache_write_1h"))
    split["output"] -= split["reasoning"]
    total = Decimal(0)
    for meter, count in split.items():
        if count:
            rate = rates.get(meter + suffix)
            value = getattr(rate, side) if rate else None
            if value is None:
                return None
            total += count * value / 1_000_000
    return total


def probed_rates(usages: list[dict]) -> dict[str, Rate]:
    """meter -> rate, from a model's probes."""
    probes = {line["scenario"]: line for line in usages if line["is_probe"]}
    rates = {}
    for meter, line in probes.items():
        found = {}
        for side in ("ours", "genai", "litellm"):
            cost, count = line[side], line["counts"].get(meter.rstrip("+"))
            if meter in ("output+", "reasoning+"):
                beside = probes["input+"][side]
                cost = None if cost is None or beside is None else cost - beside
            # where no meter of ours has a rate the request is unpriced; where this one has none, it is partially priced
            found[side] = None if cost is None or side == "ours" and line["status"] not in ("priced", "free") else cost * 1_000_000 / count
        listed = Decimal(line["litellm_lists"]) * 1_000_000 if "litellm_lists" in line else None
        rates[meter] = Rate(**found, own=line["own"], listed=listed, lender=line.get("genai_lender"))
    return rates


def table_lines(provider: str, key: str, usages: list[dict], rates: dict[str, Rate], reviews, regional: dict) -> list[Difference]:
    """The differences of one model: its meters with the same ratios and cause are one line."""
    rows = {}
    names = {usages[0]["model"], key, *(line["billed"] for line in usages if line["billed"])}
    for meter, rate in rates.items():
        if rate.is_fine():
            continue
        blocks = provider in BLOCKING and rate.agrees()
        cause = reviewed_cause(reviews, provider, names, METERS[meter.rstrip("+")], region_of(key))
        cause = cause or derived_cause(provider, key, meter, rates, regional)
        relation = (ratio(rate.ours, rate.genai), ratio(rate.ours, rate.litellm), cause, blocks)
        if relation in rows:
            rows[relation].meters.append(meter)
        else:
            rows[relation] = Difference(provider, key, [meter], rate, cause, blocks)
    if fees := {line["genai_fee"] for line in usages if "genai_fee" in line}:
        fee = Decimal(max(fees))
        cause = f"a fee a request, which is not compared: genai-prices adds {text(fee)} USD to every call, ours is by the search context logged"
        rows["fee"] = Difference(provider, key, ["requests"], Rate(None, fee * 1_000_000, None, {}), cause)
    return list(rows.values())


def derived_cause(provider: str, key: str, meter: str, rates: dict[str, Rate], regional: dict[str, dict[str, Rate]]) -> str | None:
    """The cause that the rates themselves show; None where it takes a person to look. regional: the rates of a model's keys by region."""
    rate = rates[meter]
    if rate.ours is None:
        if provider in BLOCKING and rate.agrees():
            return None
        return "no price row of ours, the libraries " + ("agree" if rate.agrees() else "disagree")
    as_genai, as_litellm = close(rate.ours, rate.genai), close(rate.ours, rate.litellm)
    if rate.lender and as_litellm:
        return f"genai-prices takes the price of another provider: of {rate.lender}"
    if rate.listed is not None and not close(rate.listed, rate.litellm) and as_genai:
        return f"LiteLLM does not apply its own {METERS[meter]} rate"
    if cause := regional_cause(key, meter, rate, regional):
        return cause
    # a meter that no library prices apart takes another meter's rate, and differs for that one's cause
    if not any(rate.own.values()):
        parent = rates.get(meter.rstrip("+") if meter.endswith("+") and meter != "reasoning+" else PARENTS.get(meter))
        if parent is None:
            return None
        if not parent.is_fine():
            return derived_cause(provider, key, next(name for name, one in rates.items() if one is parent), rates, regional)
        if as_genai and close(rate.genai, parent.genai):
            return f"LiteLLM takes a default for {METERS[meter.rstrip('+')]}: neither library has a rate"
    if rate.own["genai"] != rate.own["litellm"] and (as_genai or as_litellm):
        without = "LiteLLM" if rate.own["genai"] else "genai-prices"
        above = " above the threshold" if meter.endswith("+") else ""
        return f"{without} has no {METERS[meter.rstrip('+')]} rate{above}: ours is as {'genai-prices' if as_genai else 'LiteLLM'}"
    if as_genai and rate.litellm == 0:
        return "LiteLLM has 0 for this key"
    return None


def bare_name(key: str) -> str:
    """A key of Bedrock or Azure without endpoint, region and inference profile: what its regional names have in common."""
    name = re.sub(r"^(bedrock|bedrock_mantle|azure|azure_ai)/", "", key)
    name = re.sub(r"^([a-z]{2}(-gov)?-[a-z]+-[0-9]|us|eu|apac|us-gov|global|global-standard)/", "", name)
    return re.sub(r"^((us-gov|us|eu|apac|jp|au|ca|in|global)[.])?(anthropic[.])?", "", name).lower()


def regional_cause(key: str, meter: str, rate: Rate, regional: dict[str, dict[str, Rate]]) -> str | None:
    """Where a price that is not LiteLLM's is what LiteLLM lists for the same model in another region or at another endpoint."""
    others = {}
    for side, price in (("ours", rate.ours), ("genai-prices", rate.genai)):
        if not close(price, rate.litellm):
            found = sorted((other for other, rates in regional.items() if other != key and meter in rates and close(price, rates[meter].litellm)),
                           key=lambda other: (region_of(other) != "global", len(other), other))
            if not found:
                return None
            others[side] = found[0]
    return "regional price: " + ", ".join(f"{side} is that of {other}" for side, other in others.items())


def ratio(one: Decimal | None, other: Decimal | None) -> str:
    """one / other as text of 4 digits, `-` where one is unknown."""
    if one is None or other is None:
        return "-"
    return "1" if close(one, other) else ("inf" if other == 0 else f"{one / other:.4g}")


def text(number: Decimal | None) -> str:
    """A rate without float noise; `none` where there is none."""
    return "none" if number is None else f"{float(number):.10g}"


def report(header: dict, findings: Findings, shown=print) -> None:
    """Print the totals by provider and scenario, then the table of differences, by cause and by model, then what has no cause."""
    versions = ", ".join(f"{name} {version}" for name, version in header["versions"].items())
    shown(f"{versions}; instant {header['instant']}, standard tier, token costs; equal is to {TOLERANCE} relative\n")
    shown("models: LiteLLM keys with a token price, of these known to genai-prices, of these with a usage on which the libraries disagree,")
    shown("with a usage on which they agree and ours is not equal (* must be 0)\n")
    shown(f"{'provider':12}{'LiteLLM':>9}{'both':>7}{'disagree':>10}{'not equal':>11}")
    for provider in sorted({provider for provider, _ in findings.tally}):
        counts = header["models"].get(provider, {"litellm": 0})
        known = [len(findings.models[provider, kind]) for kind in ("both know", "disagree", "not equal")]
        shown(f"{provider + ('*' if provider in BLOCKING else ''):12}{counts['litellm']:>9}{known[0]:>7}{known[1]:>10}{known[2]:>11}")
    columns = ("both know", "agree", "ours equal", "ours unpriced", "ours differs", "disagree", "ours as genai", "ours as litellm")
    shown(f"\nusages\n{'provider':12}{'scenario':16}" + "".join(f"{column:>16}" for column in columns))
    total = Counter()
    for (provider, scenario), tally in sorted(findings.tally.items()):
        shown(f"{provider:12}{scenario:16}" + "".join(f"{tally[column]:>16}" for column in columns))
        total.update(tally)
    shown(f"{'all':12}{'':16}" + "".join(f"{total[column]:>16}" for column in columns))
    shown("\ncauses (lines of the table below)")
    causes = Counter("UNEXPLAINED" if row.cause is None else row.cause.split(":")[0] for row in findings.differences)
    for cause, count in causes.most_common():
        shown(f"{count:>6}  {cause}")
    shown("\ndisagreements, USD per million tokens of the first meter named; + is above every threshold")
    shown("provider | model | meters | ours | genai-prices | LiteLLM | ours/genai | ours/LiteLLM | cause")
    for row in sorted(findings.differences, key=lambda row: (row.provider, row.key, row.meters)):
        rate = row.rate
        shown(" | ".join([row.provider, row.key, ",".join(row.meters), text(rate.ours), text(rate.genai), text(rate.litellm),
                          ratio(rate.ours, rate.genai), ratio(rate.ours, rate.litellm), row.cause or "UNEXPLAINED"]))
    problems = findings.problems()
    shown(f"\n{len(problems)} without a cause" + ("" if problems else ": none of the disagreements is arithmetic"))
    for problem in problems:
        shown(problem)


def main() -> int:
    """Study, build, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=5, help="random usages a model and scenario")
    parser.add_argument("--provider", action="append", default=[], help="only these")
    arguments = parser.parse_args()
    if not ORACLES.exists():
        print("build/oracles is absent: make build/oracles/installed")
        return 2
    only = [part for provider in arguments.provider for part in ("--provider", provider)]
    header, *lines = run_oracles("study", "--seed", str(arguments.seed), "--count", str(arguments.count), *only)
    with tempfile.TemporaryDirectory() as folder:
        database = build(Path(folder), study_lines(lines))
        with duckdb.connect(str(database), read_only=True) as connection:
            costs = our_costs(connection)
    findings = compare(lines, costs, read_reviews())
    report(header, findings)
    return 1 if findings.problems() else 0


if __name__ == "__main__":
    sys.exit(main())
