"""Thirty nights of a small company (support/company.py): after every night the marts are what a build from nothing makes of the same logs.

`make test` builds the main marts, on the nights before and after the events that are checked by hand, and compares two of them. `make nights`
builds every mart on every night, compares each with a build from nothing and with a full refresh of a copy, which keeps the logs (LOGS in
support/thirty_nights.py), and prints both.
"""

from __future__ import annotations

import os
from decimal import Decimal
from types import SimpleNamespace

import pytest
from support import thirty_nights
from support.company import CRASH, EVENTS, MAIN, NIGHTS

# `all` nights in the long form, or a list of them to look into: LLM_COST_ALL_NIGHTS=19,20,22 with pytest -k equals
WANTED = os.environ.get("LLM_COST_ALL_NIGHTS")
IS_LONG = WANTED is not None
# where nights are left out, the next build finds the logs of several
SOME = (5, 7, 10, 12, CRASH, 15, 16, 22, 24, NIGHTS)
BUILT = SOME if not IS_LONG else tuple(range(1, NIGHTS + 1)) if WANTED == "all" else tuple(map(int, WANTED.split(",")))
# before the upgrade, which makes every day anew: after late rows, the crash, files that went and changed, a closed month; and after everything
COMPARED = BUILT if IS_LONG else (22, NIGHTS)


@pytest.fixture(scope="module")
def nights(tmp_path_factory):
    """found: night -> differences by kind of comparison; told: night -> what the marts said of single calls; the builds; tested: whether the data
    tests pass after the last night; refused: a full refresh of one mart."""
    builds = thirty_nights.Nights(tmp_path_factory.mktemp("thirty"), None if IS_LONG else MAIN)
    found, told = {}, {}
    try:
        for number in BUILT:
            builds.night(number)
            told[number] = look(builds)
            if number in COMPARED:
                found[number] = {"from nothing": builds.against_nothing()}
                if IS_LONG:
                    found[number]["full refresh"] = builds.against_a_full_refresh()
                    print(f"night {number:2}: {found[number]}", flush=True)
        tested = builds.data_tests()
        refused = builds.full_refresh_of_traces()
    finally:
        builds.dbt.close()
    print({kind: round(seconds, 1) for kind, seconds in builds.seconds.items()})
    return SimpleNamespace(found=found, told=told, builds=builds, tested=tested, refused=refused)


def look(builds) -> dict:
    """Of the nightly database: calls by response id, rejects by key, whether rows tie."""
    calls = builds.rows("""
        select response_id, cast(occurred_at as varchar), output_tokens, cache_read_tokens, team, cost_center, total_cost_usd, tenant_id
        from fct_llm_cost__requests
    """)
    return {
        "calls": {response_id: rest for response_id, *rest in calls},
        "rejects": dict(builds.rows("select record_key, reject_reason from fct_llm_cost__usage_rejects where record_key is not null")),
        "spans": [name for (name,) in builds.rows("select request_id from fct_llm_cost__requests where request_id like '%.outer%' order by 1")],
        "loads": {"/".join(file.rsplit("/", 2)[1:]) for (file,) in builds.rows("select load_id from fct_llm_cost__row_accounting")},
        "astray": builds.rows("""
            select * from fct_llm_cost__row_accounting
            where raw_rows is distinct from billable_events + duplicate_rows + rejected_rows + not_billable_rows or coalesce(load_id, '') = ''
        """),
        "totals": builds.rows("select (select sum(total_cost_usd) from fct_llm_cost__requests), (select sum(total_cost_usd) from fct_llm_cost__hourly)"),
    }


@pytest.mark.parametrize("number", COMPARED)
def test_a_night_equals_a_build_from_nothing(nights, number):
    """Every table, every column, every row. In the long form also a full refresh, with the logs."""
    assert nights.found[number] == {kind: {} for kind in nights.found[number]}, EVENTS.get(number, "an ordinary night")


def test_something_was_compared(nights):
    """The tables are there, and not empty."""
    builds = nights.builds
    tables = thirty_nights.tables_of(builds.nightly)
    assert {"fct_llm_cost__requests", "fct_llm_cost__hourly", "fct_llm_cost__traces", "fct_llm_cost__row_accounting", "fct_llm_cost__usage_rejects"} <= tables
    assert builds.rows("select count(distinct cast(occurred_at as date)) >= 27 and count(distinct source_system) = 4 from fct_llm_cost__requests") == [(True,)]


def test_the_data_tests_pass(nights):
    """On what thirty nights left."""
    success, output = nights.tested
    assert success, output[-4000:]


def test_rows_and_money_tie_every_night(nights):
    """Raw rows = billable + duplicate + rejected + not billable, and the rollup's total is the requests'."""
    told = nights.told
    for number, night in told.items():
        assert night["astray"] == [], number
        ((requests, hourly),) = night["totals"]
        assert requests == hourly and requests > 0, number


def test_late_rows_and_repeats_by_hand(nights):
    """First time, last usage; a replay changes nothing; a row of weeks ago counts on its day."""
    told, builds = nights.told, nights.builds
    assert told[7]["calls"]["over midnight"][:2] == ["2026-04-26 23:59:58", 10]
    assert told[10]["calls"]["over midnight"][:2] == ["2026-04-26 23:59:58", 400]
    assert builds.rows("select count(*) = count(distinct response_id) from fct_llm_cost__requests where source_system = 'usage_log'") == [(True,)]
    assert builds.rows("select duplicate_rows = raw_rows and raw_rows >= 5 from fct_llm_cost__row_accounting where load_id like '%/replay.jsonl'") == [(True,)]
    assert "late-0" not in told[15]["calls"] and told[16]["calls"]["late-0"][0] == "2026-04-21 00:00:00"
    assert "before all" not in told[24]["calls"] and told[NIGHTS]["calls"]["before all"][0] == "2026-04-16 08:00:00"


def test_one_call_in_two_logs_by_hand(nights):
    """usage_log comes first; from the gateway, a night later, it has the cache counts and the tenant."""
    told = nights.told
    assert (told[5]["calls"]["two logs"][2], told[5]["calls"]["two logs"][6]) == (None, None)
    assert (told[7]["calls"]["two logs"][2], told[7]["calls"]["two logs"][6]) == (1500, "fir")
    # 500 at 1.00, 1,500 at 0.10, 40 at 2.00 USD per million
    assert told[7]["calls"]["two logs"][5] == Decimal("0.00073")
    # the export is gone on night 15, and back on night 16
    assert told[15]["calls"]["two logs"][2] is None and told[16]["calls"]["two logs"][2] == 1500


def test_rejected_and_counted_later_by_hand(nights):
    """A call ahead of the clock counts when the clock is less than a day behind it; a completed line counts; a limit that falls rejects."""
    told = nights.told
    assert [number for number in BUILT if told[number]["rejects"].get("ahead") == "future_timestamp"] == [number for number in BUILT if 2 <= number <= 8]
    assert [number for number in BUILT if "ahead" in told[number]["calls"]] == [number for number in BUILT if number > 8]
    assert "completed" not in told[5]["calls"] and "completed" in told[7]["calls"]
    assert [number for number in BUILT if told[number]["rejects"].get("huge") == "absurd_tokens"] == [number for number in BUILT if number >= 25]
    assert [number for number in BUILT if "huge" in told[number]["calls"]] == [number for number in BUILT if 12 <= number < 25]


def test_prices_and_owners_by_hand(nights):
    """A price added later, an owner found later, a discount that reaches back, a team that moves: each from the night on that knows it."""
    told = nights.told
    # 1,000 in at 5.00, 100 out at 7.00
    assert (told[7]["calls"]["unpriced"][5], told[10]["calls"]["unpriced"][5]) == (None, Decimal("0.0057"))
    assert (told[CRASH]["calls"]["no team yet"][3], told[15]["calls"]["no team yet"][3]) == ("unattributed", "support")
    # ten per cent off from day 7 on, not on day 2; before the discount was known, the list price
    before, after = ({day: told[night]["calls"][f"msg_web-0_{day}0"][5] for day in (2, 7)} for night in (10, 12))
    assert (after[2], after[7]) == (before[2], before[7] * Decimal("0.9")) and after[2] > 0
    # search moves from day 6 on
    assert (told[7]["calls"]["over midnight"][4], told[10]["calls"]["over midnight"][4]) == ("cc-1", "cc-4")


def test_a_call_and_its_trace_on_two_days_by_hand(nights):
    """The log that tells the call stands before midnight, the span that names its trace after it: the call inherits the team of the trace."""
    told = nights.told
    assert [told[number]["calls"]["resp-apart.one"][3] for number in (22, 24)] == ["unattributed", "growth"]
    assert told[24]["calls"]["resp-apart.one"][0] == "2026-05-10 23:59:59"


def test_a_full_refresh_of_traces_alone_is_refused(nights):
    """The model below it has the traces of the last night alone."""
    success, output = nights.refused
    assert not success and "needs int_llm_cost__trace_depths" in output.replace("\n", " "), output[-3000:]


def test_wrapping_spans_by_hand(nights):
    """The inner span is the call, whichever of the two comes first."""
    told = nights.told
    assert [told[number]["spans"] for number in (10, 12, CRASH)] == [["late.outer.in"], ["early.outer", "late.outer.in"], ["early.outer.in", "late.outer.in"]]


def test_files_that_go_and_come_back(nights):
    """A deleted file's calls are gone with it; those of a renamed one stay."""
    told = nights.told
    assert "extra-0" in told[CRASH]["calls"] and "extra-0" not in told[15]["calls"] and "extra-0" in told[NIGHTS]["calls"]
    assert "usage_log/day-08.jsonl" in told[16]["loads"] and "usage_log/renamed.jsonl" not in told[16]["loads"]
    assert "usage_log/renamed.jsonl" in told[22]["loads"] and "usage_log/day-08.jsonl" not in told[22]["loads"]
    assert "usage_log/day-03.jsonl" in told[22]["loads"] and "usage_log/day-03.jsonl" not in told[24]["loads"], "an empty file is no load"
