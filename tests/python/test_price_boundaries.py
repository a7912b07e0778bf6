"""Both sides of everything in the price catalogue that changes, priced by the package and by a naive reader of the same rows."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from support.boundaries import HARD_DATES
from support.oracles import PricesBuild, prices_build


@pytest.fixture(scope="module")
def build() -> PricesBuild:
    """The build that test_oracles.py shares."""
    return prices_build()


def wrong_prices(build: PricesBuild, calls) -> list[str]:
    """Calls whose cost, status or price rows are not what the naive reader says."""
    wrong = []
    for call in calls:
        built, expected = build.requests.get(call.call_id), build.catalogue.price(call)
        if built is None:
            wrong.append(f"{call}: rejected")
            continue
        ids = json.loads(built["rate_ids"] or "{}")
        rows = {meter: (ids.get(meter), row.rate_id) for meter, row in expected["rows"].items() if ids.get(meter) != row.rate_id}
        if (built["total_cost_usd"], built["pricing_status"]) != (expected["cost"], expected["status"]) or rows:
            wrong.append(
                f"{call.call_id} {call.provider}/{call.model} {call.tier} {call.region} at {call.at} used {call.used}: built "
                f"{built['total_cost_usd']} {built['pricing_status']}, by the rows {expected['cost']} {expected['status']}; "
                f"(built, expected) rows {rows}"
            )
    return wrong


def test_every_call_is_one_request(build):
    """No call is rejected, and none is priced twice, as it would be where two cards held at one boundary."""
    calls = [call for part in (build.changes, build.thresholds, build.windows, build.aliases, build.random) for call in part]
    assert build.rows == len(build.requests) == len(calls) + len(HARD_DATES) + len(build.study)
    assert all(call.call_id in build.requests for call in calls)


def test_both_sides_of_every_dated_change(build):
    """One second before every start, change and end of every price, and at the instant; future ones too."""
    wrong = wrong_prices(build, build.changes)
    assert not wrong, f"{len(wrong)} of {len(build.changes)}:\n" + "\n".join(wrong[:20])
    # every fact is seen: the rows on both sides are the ones that price a call there, by their ids
    assert not build.hidden, f"rows that no call can pay: {build.hidden[:20]}"
    seen = {call.expected["sees"] for call in build.changes}
    unseen = [row.rate_id for rows in build.catalogue.chains.values() for row in rows if row.price is not None and row.rate_id not in seen]
    assert not unseen
    facts = {(call.expected["chain"], call.expected["at"]): call.expected["kind"] for call in build.changes}
    kinds = Counter(facts.values())
    future = len({fact for fact in facts if str(fact[1]) > "2026-11-21"})
    rows = len(build.catalogue.rows)
    print(f"{len(facts)} dated facts ({dict(kinds)}, {future} of them after 2026-11-21) of {rows} price rows, {len(build.changes)} calls")
    assert kinds["start"] > 3800 and kinds["change"] > 400 and kinds["end"] > 40 and future > 10
    assert len(facts) == sum(len(rows) for rows in build.catalogue.chains.values())


def test_every_meter_can_be_used(build):
    """A boundary is only tested where a usage object can hold the meter: each meter of the catalogue is expressed, and priced."""
    meters = {row.meter for row in build.catalogue.rows}
    priced = {call.meter for call in build.changes if call.row is not None and build.requests[call.call_id]["pricing_status"] in ("priced", "free")}
    print(f"{len(meters)} meters: {', '.join(sorted(meters))}")
    assert meters == priced and len(meters) >= 15


def test_both_sides_of_every_threshold(build):
    """N - 1, N and N + 1 input tokens at every context threshold of every model, tier and region, whenever its rows changed."""
    wrong = wrong_prices(build, build.thresholds)
    assert not wrong, f"{len(wrong)} of {len(build.thresholds)}:\n" + "\n".join(wrong[:20])
    # the threshold itself pays as the comparator says, and N - 1 and N + 1 do not pay the same rows
    passed = {}
    for call in build.thresholds:
        place, size = call.expected["place"], call.expected["size"]
        above = any(row.threshold == place[4] for row in build.catalogue.price(call)["rows"].values())
        passed.setdefault(place, {}).setdefault(size - place[4], set()).add(above)
        assert call.total_input == size
    comparators = Counter()
    for place, sides in passed.items():
        assert sides[-1] == {False} and True in sides[1] and (True in sides[0]) == (place[5] == ">="), (place, sides)
        comparators[place[5]] += 1
    print(f"{len(passed)} thresholds ({dict(comparators)}), {len(build.thresholds)} calls")
    assert comparators[">"] > 120 and comparators[">="] > 10


def test_both_sides_of_every_window(build):
    """The second before and the second of every opening and closing of a week, for every price that depends on the time of day."""
    wrong = wrong_prices(build, build.windows)
    assert not wrong, f"{len(wrong)} of {len(build.windows)}:\n" + "\n".join(wrong[:20])
    sides = Counter((call.expected["window"], call.expected["is_open"]) for call in build.windows)
    print(f"{len(build.windows)} calls at the edges of {len(build.catalogue.windows)} windows: {dict(sides)}")
    assert {window for window, _ in sides} == set(build.catalogue.windows) and min(sides.values()) >= 10


def test_every_alias_from_its_date(build):
    """Every alias as soon as it holds and its model has a price, and one second before where it replaces another: billed as the model it names."""
    wrong = []
    for call in build.aliases:
        built = build.requests[call.call_id]
        expected = build.catalogue.price(replace(call, model=call.expected["model"], region=call.expected["region"]))
        wanted = (call.expected["model"], expected["cost"], expected["status"])
        if (built["model_billed"], built["total_cost_usd"], built["pricing_status"]) != wanted:
            wrong.append(f"{call.provider}/{call.model} at {call.at}: built {built}, expected {wanted} {call.expected['region']}")
    assert not wrong, f"{len(wrong)} of {len(build.aliases)}:\n" + "\n".join(wrong[:20])
    priced = sum(build.requests[call.call_id]["pricing_status"] in ("priced", "free") for call in build.aliases)
    print(f"{len(build.aliases)} calls under {len(build.catalogue.aliases)} aliases, {priced} of them priced in full")
    assert len(build.aliases) >= 250 and priced > 0.9 * len(build.aliases)


@pytest.mark.parametrize("number", range(len(HARD_DATES)), ids=lambda number: f"{HARD_DATES[number][1]} {HARD_DATES[number][2]}")
def test_dates_known_to_be_hard(build, number):
    """USD by hand from the published prices; no row of the catalogue is read for the expectation."""
    *_, expected = HARD_DATES[number]
    built = build.requests[f"hard-{number}"]
    assert (built["total_cost_usd"], built["pricing_status"]) == (Decimal(expected), "priced")


def test_changes_change_the_cost(build):
    """The calls on the two sides of a change cost different sums: the tests above do not compare one price with itself."""
    sides = {}
    for call in build.changes:
        if call.expected["kind"] == "change":
            cost = build.requests[call.call_id]["total_cost_usd"]
            sides.setdefault((call.expected["chain"], call.expected["at"]), set()).add(cost)
    differing = sum(len(costs) > 1 for costs in sides.values())
    print(f"{differing} of {len(sides)} changes change the cost")
    assert differing >= 0.9 * len(sides)
