"""The close drill: what was posted never moves, what changes later is posted once, in the first open month, with its cause."""

from __future__ import annotations

import os
from collections import defaultdict
from decimal import Decimal
from types import SimpleNamespace

import duckdb
import pytest
from conftest import ENGINES, ROOT, SEEDS_STAY, built, install_package, run_dbt
from support import close_drill as drill

STATEMENT = "fct_llm_cost__chargeback_statement"
LINES = "fct_llm_cost__chargeback_lines"


def read(connection, query: str) -> list[dict]:
    """Rows as dicts."""
    result = connection.sql(query)
    return [dict(zip(result.columns, row)) for row in result.fetchall()]


def look(connection) -> SimpleNamespace:
    """What a build left: the statement row for row, and everything that is billed."""
    return SimpleNamespace(
        statement=sorted(map(repr, connection.sql(f"select * from {STATEMENT}").fetchall())),
        posted=read(connection, f"select * from {STATEMENT}"),
        lines=read(connection, f"select * from {LINES}"),
        chargeback=read(connection, "select * from fct_llm_cost__team_chargeback"),
        journal=read(connection, "select * from fct_llm_cost__journal_lines"),
        periods=read(connection, "select * from fct_llm_cost__chargeback_periods"),
        requests=connection.sql("select coalesce(sum(total_cost_usd), 0) from fct_llm_cost__requests").fetchone()[0],
        pools=connection.sql("select coalesce(sum(allocated_amount), 0) from fct_llm_cost__shared_cost_allocations").fetchone()[0],
        daily=connection.sql("select coalesce(sum(total_amount), 0) from fct_llm_cost__team_chargeback_daily").fetchone()[0],
    )


@pytest.fixture(scope="module")
def drill_on_duckdb(tmp_path_factory):
    """Name of a build to what it left; `from nothing` is the second night's input in a new database. The last one runs dbt's data tests."""
    work = tmp_path_factory.mktemp("drill")
    project, logs = work / "project", work / "calls.jsonl"
    drill.copy_project(project, ROOT)
    install_package(project)
    variables = {**drill.VARIABLES, "llm_cost_usage_log_files": str(logs)}
    nights = {}

    def build(name: str, night: str, *arguments: str, database: str = "drill.duckdb", left_out: tuple = ("test", "unit_test")) -> None:
        drill.prepare_night(night, project, logs, ROOT)
        again = SEEDS_STAY if (work / database).exists() else ()
        built(
            "build", *again, "--select", *drill.MODELS, "--indirect-selection", "cautious", "--exclude-resource-type", *left_out, *arguments,
            database=work / database, work=work, project=project, variables=variables,
        )
        with duckdb.connect(str(work / database), read_only=True) as connection:
            nights[name] = look(connection)

    drill.prepare_night("without prices", project, logs, ROOT)
    refused = run_dbt("build", "--select", f"+{STATEMENT}", "--exclude-resource-type", "test", "unit_test", database=work / "refused.duckdb", work=work, project=project, variables=variables)
    with duckdb.connect(str(work / "refused.duckdb"), read_only=True) as connection:
        posted = connection.sql(f"select count(*) from duckdb_tables() where table_name = '{STATEMENT}'").fetchone()[0]
    nights["refused"] = SimpleNamespace(success=refused.returncode == 0, output=" ".join(refused.stdout.split()), posted=posted)
    build("close", "close")
    build("changes", "changes")
    build("from nothing", "changes", database="from_nothing.duckdb")
    build("june", "june")
    build("reopened", "reopened", "--full-refresh")
    build("closed again", "closed again", "--full-refresh", left_out=("unit_test",))
    return nights


@pytest.fixture(scope="module", params=ENGINES if "LLM_COST_SPARK_DRILL" in os.environ else ENGINES[:1])
def nights(request):
    """The builds of one engine; Spark makes the first two, in `make drill-spark`: CI has no four minutes for them."""
    if request.param == "duckdb":
        return request.getfixturevalue("drill_on_duckdb")
    builds = request.getfixturevalue("spark_builds")
    return {name: look(builds.connect(f"drill_{name}")) for name in ("close", "changes")}


def test_a_month_without_prices_is_not_closed(drill_on_duckdb):
    """One of six requests of May is of an unknown model: the build names month and share, and posts nothing."""
    refused = drill_on_duckdb["refused"]
    assert not refused.success and refused.posted == 0
    assert "2026-05 of acme cannot be closed, 1 of 6 requests have no price" in refused.output and "Nothing was posted" in refused.output


def by_team(lines: list[dict], **conditions) -> dict:
    """Team to amount, of the lines that meet all conditions."""
    sums = defaultdict(Decimal)
    for line in lines:
        if all(line[column] == value for column, value in conditions.items()):
            sums[line["team"]] += line["amount"]
    return {team: amount for team, amount in sums.items() if amount}


def test_a_closed_month_is_posted_by_hand(nights):
    """Each team's requests to the cent, the pools, and the month's one rounding."""
    posted = nights["close"].posted
    assert {line["period"] for line in posted} == {"2026-05"}
    direct = {"search": Decimal("13.33"), "growth": Decimal("7.06"), "old name": Decimal("2.00"), "unattributed": Decimal("4.00")}
    assert by_team(posted, line_type="direct") == direct
    assert by_team(posted, pool_id="gateway") == drill.GATEWAY_BEFORE
    assert by_team(posted, pool_id="storage") == drill.STORAGE_BEFORE
    # 26.388833 of requests are billed as 26.39
    assert sum(line["rounding_amount"] for line in posted) == Decimal("-0.001167")


def test_a_line_shows_its_path(nights):
    """Pool, method, driver, its value and share, and the traces behind it."""
    line = next(line for line in nights["close"].posted if line["pool_id"] == "gateway" and line["team"] == "search")
    assert (line["method"], line["driver"], line["driver_value"], line["trace_ids"]) == ("proportional", "direct_cost", Decimal("13.333333"), "trace-a, trace-b")
    assert abs(line["driver_share_ratio"] - Decimal("0.505264215359580259")) < Decimal("1e-15")
    own = next(line for line in nights["close"].posted if line["line_type"] == "direct" and line["team"] == "search")
    assert (own["requests"], own["trace_ids"], own["price_card_versions"]) == (2, "trace-a, trace-b", "acme-2026-01-01")


def test_later_builds_do_not_touch_the_statement(nights):
    """Late rows, a corrected price, a new mapping, another pool: not a byte."""
    assert nights["changes"].statement == nights["close"].statement


def test_corrections_by_hand(nights):
    """Each change with its cause, in June, naming May."""
    pending = [line for line in nights["changes"].lines if line["entry"] == "correction"]
    assert {(line["period"], line["corrects_period"], line["is_posted"]) for line in pending} == {("2026-06", "2026-05", False)}
    direct = {(line["team"], line["model"], line["cause"], line["amount"]) for line in pending if line["line_type"] == "direct"}
    assert direct == drill.CORRECTIONS
    for pool, cause, before, after in (
        ("gateway", "driver_changed", drill.GATEWAY_BEFORE, drill.GATEWAY_AFTER), ("storage", "pool_changed", drill.STORAGE_BEFORE, drill.STORAGE_AFTER),
    ):
        changes = {team: after.get(team, 0) - before.get(team, 0) for team in before | after}
        assert by_team(pending, pool_id=pool, cause=cause) == changes
        assert by_team(pending, pool_id=pool) == changes, "no other cause"


def test_nothing_is_posted_twice(drill_on_duckdb):
    """A full refresh posts nothing that is posted, and not a byte of what is changes; that it is the build of the night on which May is open again."""
    posted = drill_on_duckdb["june"].statement
    assert drill_on_duckdb["reopened"].statement == posted and len(set(posted)) == len(posted)
    keys = [line["chargeback_line_id"] for line in drill_on_duckdb["reopened"].lines]
    assert len(set(keys)) == len(keys)


def test_deltas_add_up_to_a_build_from_nothing(drill_on_duckdb):
    """Posted and corrected, every line is what closing May with all that is known now posts."""
    def sums(lines):
        amounts = defaultdict(Decimal)
        for line in lines:
            if line["usage_period"] == "2026-05":
                amounts[tuple(line[column] for column in ("issuer", "line_type", "pool_id", "team", "cost_center", "provider", "model"))] += line["amount"]
        return {key: amount for key, amount in amounts.items() if amount}

    assert sums(drill_on_duckdb["changes"].lines) == sums(drill_on_duckdb["from nothing"].posted)


def test_june_closes_with_its_corrections(drill_on_duckdb):
    """They are posted once, with June's own line; May's rows stay, and nothing is pending."""
    june = drill_on_duckdb["june"]
    assert set(drill_on_duckdb["close"].statement) <= set(june.statement)
    posted = [line for line in june.posted if line["period"] == "2026-06"]
    corrections = {(line["team"], line["model"], line["cause"], line["amount"]) for line in posted if line["entry"] == "correction" and line["line_type"] == "direct"}
    assert corrections == drill.CORRECTIONS
    assert by_team(posted, entry="line") == {"search": Decimal("1.00")}
    assert [line for line in june.lines if not line["is_posted"]] == []


def test_a_month_is_reopened_and_closed_again(drill_on_duckdb):
    """While May is open again its late row is billed in May; the second close posts that and nothing else."""
    reopened, again = drill_on_duckdb["reopened"], drill_on_duckdb["closed again"]
    pending = [line for line in reopened.lines if not line["is_posted"]]
    assert {(line["period"], line["entry"]) for line in pending} == {("2026-05", "correction")}
    assert by_team(pending, line_type="direct") == {"search": Decimal("1.00")}
    assert sum(line["amount"] for line in pending if line["line_type"] == "allocated") == 0, "the pool moves between teams"
    (may,) = [row for row in reopened.periods if (row["issuer"], row["period"]) == ("acme", "2026-05")]
    assert (may["status"], may["times_closed"], str(may["reopened_at"])) == ("open", 1, "2026-07-10 00:00:00")
    new = set(again.statement) - set(drill_on_duckdb["june"].statement)
    assert set(drill_on_duckdb["june"].statement) < set(again.statement) and len(again.statement) - len(new) == len(drill_on_duckdb["june"].statement)
    closes = [str(line["closed_at"]) for line in again.posted if line["entry"] == "close" and line["issuer"] == "acme" and line["period"] == "2026-05"]
    assert sorted(closes) == ["2026-06-05 00:00:00", "2026-07-20 00:00:00"]
    assert [line for line in again.lines if not line["is_posted"]] == []


def test_everything_is_billed_after_every_build(nights):
    """Requests plus pools, to the last digit, whatever is open, closed or corrected."""
    for name, night in nights.items():
        if name == "refused":
            continue
        billed = sum(line["amount"] + line["rounding_amount"] for line in night.lines)
        # corrections are whole cents: what they leave over is in the proof of each month
        left_over = sum(row["rounding_amount"] for row in night.periods)
        total = sum(line["amount"] for line in night.lines)
        assert total + left_over == night.requests + night.pools, name
        assert name != "close" or billed == night.requests + night.pools
        assert sum(row["total_amount"] for row in night.chargeback) == total
        assert night.daily == sum(line["amount"] for line in night.lines if not line["is_posted"])


def test_journals_balance(nights):
    """Debits and credits of each close are equal and are the statement's."""
    for night in (night for name, night in nights.items() if name != "refused"):
        for journal in {row["journal_id"] for row in night.journal}:
            rows = [row for row in night.journal if row["journal_id"] == journal]
            assert sum(row["debit_amount"] for row in rows) == sum(row["credit_amount"] for row in rows) > 0
        expense = sum(row["amount"] for row in night.journal if row["line_type"] != "clearing")
        assert expense == sum(line["amount"] for line in night.posted)
