"""Two independent price libraries against the package: their prices with ours, and their arithmetic with ours on our own card."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import oracle_report
import pytest
from conftest import ROOT
from support.boundaries import TOKENS
from support.oracles import CARD_USAGES, OWN_UNITS, PricesBuild, as_genai, cards_of, is_rounded, prices_build

pytestmark = pytest.mark.skipif(not oracle_report.ORACLES.exists(), reason="build/oracles is absent: `make test` makes it")


@pytest.fixture(scope="module")
def build() -> PricesBuild:
    """The build that test_price_boundaries.py shares."""
    return prices_build()


@pytest.fixture(scope="module")
def findings(build):
    """The study of random usages, compared."""
    columns = ("total_cost_usd", "pricing_status", "model_billed")
    costs = {key: tuple(row[column] for column in columns) for key, row in build.requests.items() if key.startswith("study-")}
    return oracle_report.compare(build.study, costs, oracle_report.read_reviews())


def test_versions_are_the_pinned_ones(build):
    """The libraries that are compared are those of requirements-oracles.lock: their prices change with every release."""
    pins = dict(re.findall(r"^(genai-prices|litellm)==(\S+)", (ROOT / "requirements-oracles.lock").read_text(encoding="utf-8"), re.MULTILINE))
    assert len(pins) == 2 and build.header["versions"] == pins


@pytest.mark.parametrize("provider", oracle_report.BLOCKING)
def test_our_price_is_theirs_where_they_agree(findings, provider):
    """Every model that both libraries know and agree on costs the same by us, to 1e-9, in every scenario of the standard tier."""
    tallies = {scenario: tally for (name, scenario), tally in findings.tally.items() if name == provider}
    agree = sum(tally["agree"] for tally in tallies.values())
    equal = sum(tally["ours equal"] for tally in tallies.values())
    models = len(findings.models[provider, "both know"])
    scenarios = ", ".join(f"{scenario} {tally['agree']}" for scenario, tally in sorted(tallies.items()))
    print(f"{provider}: {models} models, {equal} of {agree} usages equal; {scenarios}")
    unequal = [line for line in findings.unequal if line.startswith(provider + " ")]
    assert not unequal, f"{len(unequal)} usages:\n" + "\n".join(unequal[:20])
    assert agree == equal > 0
    rows = [row for row in findings.differences if row.provider == provider and row.blocks]
    assert not rows, "rates on which the libraries agree: " + "\n".join(f"{row.key} {row.meters} {row.rate}" for row in rows[:20])


def test_scenarios_are_all_there(findings):
    """The study is no small one, and has every scenario."""
    tallies = Counter()
    for (_, scenario), tally in findings.tally.items():
        tallies[scenario] += tally["both know"]
    print(dict(tallies))
    assert set(tallies) == {"plain", "cache_read", "cache_write_5m", "cache_write_1h", "reasoning", "mixed", "long", "long mixed"}
    assert min(tallies.values()) > 300 and sum(tallies.values()) > 8000
    blocking = sum(len(findings.models[provider, "both know"]) for provider in oracle_report.BLOCKING)
    assert blocking > 250


def test_every_disagreement_has_a_cause(findings):
    """A rate of a model that is not the same by all three has a reviewed cause, or one that the rates themselves show."""
    rows = [f"{row.provider} {row.key} {','.join(row.meters)} {row.rate}" for row in findings.differences if row.cause is None]
    assert not rows, f"{len(rows)} to review in scripts/price_reviews.csv; `make oracle-report` prints all:\n" + "\n".join(rows[:30])


def test_no_disagreement_is_arithmetic(findings):
    """Every cost by any of the three is the sum of its counts times that party's own rates: costs differ only because rates do."""
    assert not findings.nonlinear, f"{len(findings.nonlinear)} usages:\n" + "\n".join(findings.nonlinear[:20])


def test_our_card_priced_by_genai_prices(build):
    """Our cards fed into genai-prices as custom prices give our cost on 10,000 random usages of all tiers and meters, to the last digit."""
    cards = {call.call_id: cards_of(build, call) for call in build.random}
    assert len(cards) == CARD_USAGES and all(cards.values())
    units = [part for unit in OWN_UNITS for part in ("--unit", unit)]
    lines = (as_genai(call, cards[call.call_id]) for call in build.random)
    answers = {answer["id"]: answer for answer in oracle_report.run_oracles("cards", *units, lines=lines)}
    wrong, used, tiers, fine, partial, tiered = [], Counter(), Counter(), 0, 0, 0
    for call in build.random:
        built, answer = build.requests[call.call_id], answers[call.call_id]
        if "error" in answer:
            wrong.append(f"{call}: {answer['error']}")
            continue
        # a product with digits after the 12th (a fine rate, or seconds with decimals) is rounded half up there, meter by meter: so is
        # genai-prices' part of such a call. All others are compared with its own sum
        rounded = is_rounded(call, cards[call.call_id])
        expected = Decimal(answer["rounded"] if rounded else answer["total"])
        if built["pricing_status"] not in ("priced", "partially_priced", "free") or built["total_cost_usd"] != expected:
            wrong.append(f"{call}: {built}, genai-prices {expected}")
        card = next(card for card in reversed(cards[call.call_id]) if card["tokens_from"] <= call.total_input)
        counts = {**call.used, **({f"requests_search_{call.search_size}": 1} if call.search_size else {}), "requests": 1}
        used.update(meter for meter, count in counts.items() if count and card[meter + "_rate"] is not None and not card.get(f"is_{meter}_fallback"))
        tiers[call.tier] += 1
        fine += rounded
        partial += built["pricing_status"] == "partially_priced"
        tiered += card["tokens_from"] > 0
    print(f"{len(build.random)} usages; {fine} rounded at 12 decimals by meter, {tiered} above a threshold, {partial} with a meter that has no price")
    print(f"tiers {dict(tiers)}; usages by meter, each at a rate of its own {dict(used)}")
    assert not wrong, f"{len(wrong)} of {len(build.random)}:\n" + "\n".join(wrong[:10])
    meters = {row.meter for row in build.catalogue.rows if row.price is not None}
    assert meters <= set(used), meters - set(used)
    assert set(tiers) >= {"standard", "batch", "flex", "priority", "fast"} and min(tiers.values()) > 200 and tiered > 800
    assert min(used[meter] for meter in TOKENS if meter in meters) > 50
