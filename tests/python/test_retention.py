"""Request-level rows of old days go, their rollups and statements stay to the digit; a user is erased by one row."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
import time
from decimal import Decimal

import duckdb
import pytest
from conftest import ROOT, SEEDS_STAY, built, install_package
from support import nights
from support.cases_events import call
from support.cases_pricing import chat

KEPT_DAYS = 5
# of a month in which no other call is, whatever today is
CLOSED_AGE = 45
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
# of a call of `plain`: 1,000 in at 1 USD and 100 out at 2 USD a million
COST = Decimal("0.0012")
# a zone half an hour off, so that no rollup can take its days from whole hours
ZONE = "Asia/Kolkata"
ERASED = "alice@example.com"

# with the cost of requests: what must be the same before and after
ROLLUPS = (
    "fct_llm_cost__hourly", "int_llm_cost__daily_costs", "fct_llm_cost__scenario_costs", "int_llm_cost__cache_days", "int_llm_cost__cache_bins",
    "int_llm_cost__attributed_days", "int_llm_cost__unpriced_days", "int_llm_cost__model_days", "int_llm_cost__team_days",
)
MONTHS = ("fct_llm_cost__chargeback_statement", "fct_llm_cost__journal_lines")
MARTS = (
    "fct_llm_cost__unpriced_usage", "fct_llm_cost__attribution_coverage", "fct_llm_cost__mystery_spend", "fct_llm_cost__tenant_cache_daily",
    "fct_llm_cost__cache_dispersion_summary", "fct_llm_cost__active_tenants_daily", "fct_llm_cost__team_chargeback", "fct_llm_cost__chargeback_periods",
)
# the engine's own, and which build it was
NOT_COMPARED = {"day_fingerprint"}


def day(age, time="10:00:00"):
    """An instant on the UTC day so many days ago."""
    return f"{TODAY - datetime.timedelta(days=age)}T{time}Z"


FILES = {
    # a month that is closed
    "closed": [call("closed", day(CLOSED_AGE), chat(20_000_000, 0, 0), team=None), call("closed unpriced", day(CLOSED_AGE, "11:00:00"), model_requested="nobody knows")],
    "old": [
        call("by alice", day(10), user_id=ERASED, tenant_id="acme", session_id="s-old", trace_id="t-old", tags={"who": ERASED}),
        call("by two teams", day(10), team=["search", "ads"]),
        call("by two teams", day(10), team=["search", "ads"]),
        call("failed", day(10), usage=None, status="error") | {"usage": None},
        call("wrong", day(10), chat(-1, 0, 0)),
    ],
    "edge": [
        call("N+1", day(KEPT_DAYS + 1, "23:00:00")), call("N", day(KEPT_DAYS, "00:00:00"), trace_id="t-edge", team=None),
        # told twice, in time before midnight: a call of the day that goes
        call("over midnight", day(KEPT_DAYS + 1, "23:59:59"), chat(1000, 0, 10)), call("over midnight", day(KEPT_DAYS, "00:00:01")),
        call("N later", day(KEPT_DAYS, "20:00:00"), trace_id="t-edge"),
    ],
    "new": [call("new", day(1), user_id=ERASED, tags={"who": ERASED, "why": "test"}), call("by bob", day(1), user_id="bob")],
}
# hand-counted: requests of each age that are not a repeat or rejected
EVENTS = {CLOSED_AGE: 2, 10: 3, 6: 2, 5: 2, 1: 2}


def write(logs, name, lines):
    """A raw file; its time is long past, so that it counts as settled."""
    (logs / f"{name}.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    # an hour old: a file of the last minute is read again the next night
    an_hour_ago = time.time() - 3600
    os.utime(logs / f"{name}.jsonl", (an_hour_ago, an_hour_ago))


@pytest.fixture(scope="module")
def databases(tmp_path_factory):
    """Copies of one database: after the first build, after a broken and a whole night with retention, after a full refresh, after a night that
    erases a user, after the night after that."""
    work = tmp_path_factory.mktemp("retention")
    project, logs, database = work / "project", work / "logs", work / "work.duckdb"
    nights.copy_project(project, ROOT)
    install_package(project)
    logs.mkdir()
    closed_month = day(CLOSED_AGE)[:7]
    (project / "seeds" / "months.csv").write_text(f"issuer,period,status,closed_at\n*,{closed_month},closed,{day(2)}\n", encoding="utf-8")
    (project / "seeds" / "erased.csv").write_text(f"user_hash\n{hashlib.sha256(b'nobody').hexdigest()}\n", encoding="utf-8")
    for name, lines in FILES.items():
        write(logs, name, lines)
    variables = {
        "llm_cost_sources": ["usage_log"], "llm_cost_usage_log_files": str(logs / "*.jsonl"), "llm_cost_reporting_timezone": ZONE,
        "llm_cost_period_status": ["months"], "llm_cost_max_rejected_share": 0.9, "llm_cost_max_days_unverified": 100000, "llm_cost_max_unpriced_share_at_close": 1,
    }

    def build(copy, *arguments, **more):
        again = () if copy == "before" else SEEDS_STAY
        built("build", *arguments, *again, database=database, work=work, project=project, variables={**variables, **more})
        # a database keeps its name, which views know
        (work / copy).mkdir()
        shutil.copy(database, work / copy / database.name)

    build("before", "--exclude-resource-type", "test", "unit_test")

    # the night on which days are sealed breaks between two deletes
    sealing = [f"int_llm_cost__{name}" for name in ("sealed_days", "sealed_rows", "sealed_tags", "sealed_calls", "usage_rows")]
    # a load that the broken build reads and does not count
    write(logs, "late", [call("late", day(10)), call("today", day(0, "00:00:00"))])
    build("broken", "--select", *sealing, "--exclude-resource-type", "test", "unit_test", llm_cost_request_retention_days=KEPT_DAYS)
    (logs / "closed.jsonl").unlink()
    build("after", "--exclude-resource-type", "test", "unit_test", llm_cost_request_retention_days=KEPT_DAYS)

    # everything that can be made anew is, by the same logs and keys
    build("refreshed", "--full-refresh", "--exclude-resource-type", "test", "unit_test", llm_cost_request_retention_days=KEPT_DAYS)
    # a row with the hash of a user id: every log is read again
    (project / "seeds" / "erased.csv").write_text(f"user_hash\n{hashlib.sha256(b'nobody').hexdigest()}\n{hashlib.sha256(ERASED.encode()).hexdigest()}\n", encoding="utf-8")
    for copy, left_out in (("erased", ("test", "unit_test")), ("next", ("unit_test",))):
        build(copy, "--exclude-resource-type", *left_out, llm_cost_request_retention_days=KEPT_DAYS, llm_cost_erased_users=["erased"])
    return work


def rows(databases, copy, table, where="true"):
    """The rows of a table as text, in order, without what is another in every build."""
    with duckdb.connect(str(databases / copy / "work.duckdb"), read_only=True) as connection:
        columns = [name for name, *_ in connection.sql(f"describe {table}").fetchall() if name not in NOT_COMPARED]
        return sorted(map(repr, connection.sql(f"select {', '.join(columns)} from {table} where {where}").fetchall()))


def asked(databases, copy, query):
    with duckdb.connect(str(databases / copy / "work.duckdb"), read_only=True) as connection:
        return connection.sql(query).fetchall()


AFTER = ("after", "refreshed", "erased", "next")


@pytest.mark.parametrize("copy", AFTER)
def test_days_within_retention_stay(databases, copy):
    """A day that is exactly N days old stays, one that is N + 1 goes; a call that began before midnight goes with its day."""
    found = dict(asked(databases, copy, "select response_id, total_cost_usd from fct_llm_cost__requests"))
    assert found == {"N": COST, "N later": COST, "new": COST, "by bob": COST, "today": COST}
    assert asked(databases, copy, "select count(*), sum(calls) from fct_llm_cost__traces") == [(1, 2)]


def test_every_day_before(databases):
    counted = asked(databases, "before", f"select date '{TODAY}' - utc_date, sum(requests) from fct_llm_cost__hourly group by all")
    assert {int(age): int(requests) for age, requests in counted} == EVENTS


@pytest.mark.parametrize("copy", AFTER)
@pytest.mark.parametrize("table", ROLLUPS)
def test_rollups_stay(databases, table, copy):
    """To the digit, for all that there was before; the night brought the calls of one more day."""
    where = {"int_llm_cost__team_days": "usage_date", "int_llm_cost__cache_days": "usage_date", "int_llm_cost__cache_bins": "usage_date"}.get(table, "utc_date")
    old = f"{where} < date '{TODAY}'"
    before = rows(databases, "before", table, old)
    assert before and rows(databases, copy, table, old) == before


@pytest.mark.parametrize("copy", AFTER)
@pytest.mark.parametrize("table", MONTHS)
def test_closed_months_do_not_move(databases, table, copy):
    """The statement as it was posted, and no correction of the month whose requests are gone."""
    before = rows(databases, "before", table)
    assert before and rows(databases, copy, table) == before
    assert asked(databases, copy, "select * from fct_llm_cost__chargeback_lines where entry = 'correction'") == []
    assert asked(databases, copy, "select * from int_llm_cost__changed_requests") == []
    assert all(complete for (complete,) in asked(databases, copy, "select is_complete from fct_llm_cost__chargeback_periods"))


@pytest.mark.parametrize("table", MARTS)
def test_marts_are_the_same_in_every_later_build(databases, table):
    """Late rows, a file that is gone, a full refresh and a user without id change nothing that is billed or shown."""
    after = rows(databases, "after", table)
    assert after and all(rows(databases, copy, table) == after for copy in AFTER)


def test_spend_of_all_days_is_shown(databases):
    """Also in a zone in which the requests themselves were read, and of days that have none any more."""
    total = (sum(EVENTS.values()) + 1,)
    for mart in ("fct_llm_cost__attribution_coverage", "fct_llm_cost__hourly", "int_llm_cost__daily_costs"):
        assert asked(databases, "next", f"select sum(requests) from {mart}") == [total]
    assert asked(databases, "next", "select model, requests from fct_llm_cost__unpriced_usage") == [("nobody knows", 1)]


def test_what_was_sealed(databases):
    """The control figures, by hand; one call has no price, one failed; nothing is sealed twice."""
    expected = [(CLOSED_AGE, 2, Decimal(20)), (10, 3, 2 * COST), (6, 2, 2 * COST)]
    for copy in ("broken", *AFTER):
        sealed = asked(databases, copy, f"select date '{TODAY}' - utc_date, events, total_cost_usd from int_llm_cost__sealed_days order by utc_date")
        assert [(int(age), int(events), cost) for age, events, cost in sealed] == expected


def test_late_rows_are_listed_once(databases):
    """By the build that reads them; afterwards row accounting knows how many there were."""
    listed = "select record_key from fct_llm_cost__usage_rejects where reject_reason = 'past_retention' order by all"
    assert asked(databases, "after", listed) == [("late",)]
    assert asked(databases, "next", listed) == [("over midnight",)]
    counted = "select past_retention_rows, rejected_rows, billable_events from fct_llm_cost__row_accounting where load_id like '%late.jsonl'"
    assert asked(databases, "after", counted) == asked(databases, "next", counted) == [(1, 1, 1)]


def test_accounting_of_dropped_rows(databases):
    """Raw rows = billable + duplicate + rejected + not billable, as before; and how many of them can no longer be looked up."""
    columns = "raw_rows, billable_events, duplicate_rows, rejected_rows, not_billable_rows"
    for name, counts, dropped in (("old", (5, 2, 1, 1, 1), (2, 1, 1)), ("edge", (5, 4, 1, 0, 0), (2, 0, 0))):
        one = f"from fct_llm_cost__row_accounting where load_id like '%{name}.jsonl'"
        assert asked(databases, "before", f"select {columns} {one}") == [counts]
        for copy in AFTER:
            assert sum(asked(databases, copy, f"select {columns} {one}")[0][1:]) == counts[0], copy
        assert asked(databases, "after", f"select {columns} {one}") == [counts]
        assert asked(databases, "after", f"select dropped_events, dropped_not_billable_events, dropped_rejected_rows {one}") == [dropped]


def texts(databases, copy, text):
    """The tables that hold a text anywhere. Views read the raw logs, or these tables."""
    with duckdb.connect(str(databases / copy / "work.duckdb"), read_only=True) as connection:
        tables = [table for (table,) in connection.sql("select table_name from duckdb_tables()").fetchall()]
        assert len(tables) > 150
        # a row as text holds every column of it
        return {
            table for table in tables
            if connection.execute(f'select count(*) from "{table}" as one_row where contains(lower(cast(one_row as varchar)), ?)', [text]).fetchone()[0]
        }


def test_nothing_names_a_dropped_request(databases):
    """Ids of users, traces, sessions and responses of sealed days are nowhere; those of later days are."""
    assert texts(databases, "before", "by alice") and texts(databases, "before", "s-old") and texts(databases, "before", "t-old")
    for text in ("by alice", "s-old", "t-old", "over midnight"):
        # of a posted line the statement keeps the traces; of this month nothing is posted. What has changed is listed for one build
        assert texts(databases, "after", text) <= {"int_llm_cost__changed_traces"}, text
    for text in ("by alice", "s-old", "t-old"):
        assert texts(databases, "next", text) == set(), text
    assert "fct_llm_cost__requests" in texts(databases, "after", ERASED)


def test_an_erased_user_is_in_no_table(databases):
    """The id and the tag that repeats it; another user and the rest of the tags stay."""
    assert texts(databases, "refreshed", ERASED)
    for copy in ("erased", "next"):
        assert texts(databases, copy, ERASED) == set()
    assert asked(databases, "next", "select response_id, user_id, tags from fct_llm_cost__requests where user_id is not null order by all") == [
        ("by bob", "bob", None), ("new", "erased", '{"who":"erased","why":"test"}')
    ]


def test_the_broken_night(databases):
    """It had dropped raw rows and nothing else, or the other builds would show nothing of how that is mended."""
    assert asked(databases, "broken", "select count(*) from fct_llm_cost__requests") == [(sum(EVENTS.values()),)]
    assert asked(databases, "broken", f"select min(utc_date) = date '{TODAY}' - {KEPT_DAYS} from int_llm_cost__usage_rows where reject_reason is null") == [(True,)]
