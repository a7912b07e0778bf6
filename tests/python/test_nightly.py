"""A nightly build gives what a build from nothing gives, and touches only the days that something changed."""

from __future__ import annotations

import duckdb
import pytest
from conftest import ENGINES, ROOT, built
from support import nights


@pytest.fixture(scope="module", params=ENGINES)
def two_nights(request, tmp_path_factory):
    """(connection after two nights, connection to a build from nothing on DuckDB, days that the second night did not write)."""
    work = tmp_path_factory.mktemp("nights")
    project, logs = work / "project", work / "calls.jsonl"
    variables = {"llm_cost_sources": ["usage_log"], "llm_cost_usage_log_files": str(logs)}

    def build(database):
        built("build", "--exclude-resource-type", "test", "unit_test", database=database, work=work, project=project, variables=variables)

    nights.copy_project(project, ROOT)
    built("deps", database=work / "nightly.duckdb", work=work, project=project)
    nights.prepare_night(1, project, logs)
    if request.param == "duckdb":
        build(work / "nightly.duckdb")
        # a mark on every row: it is still there after the second night where the row was not written again
        with duckdb.connect(str(work / "nightly.duckdb")) as connection:
            for mart in nights.MARTS:
                connection.sql(f"update {mart} set latency_ms = -1")
    nights.prepare_night(2, project, logs)
    build(work / "from_nothing.duckdb")
    if request.param == "duckdb":
        build(work / "nightly.duckdb")
        connection = duckdb.connect(str(work / "nightly.duckdb"), read_only=True)
        kept = {mart: {str(day) for (day,) in connection.sql(f"select distinct utc_date from {mart} where latency_ms = -1").fetchall()} for mart in nights.MARTS}
    else:
        builds = request.getfixturevalue("spark_builds")
        connection = builds.connect("nightly")
        kept = builds.outcome("nightly_files")
    with connection, duckdb.connect(str(work / "from_nothing.duckdb"), read_only=True) as from_nothing:
        yield connection, from_nothing, kept


@pytest.mark.parametrize("mart", nights.MARTS)
def test_nights_equal_a_build_from_nothing(two_nights, mart):
    """Every row and column; the fingerprint is the engine's own, latency carries the test's mark."""
    connection, from_nothing, _ = two_nights
    columns = [name for name, *_ in from_nothing.sql(f"describe {mart}").fetchall() if name not in ("day_fingerprint", "latency_ms", "load_id")]
    query = f"select {', '.join(columns)} from {mart}"
    assert sorted(map(repr, connection.sql(query).fetchall())) == sorted(map(repr, from_nothing.sql(query).fetchall()))


def test_costs_by_hand_after_two_nights(two_nights):
    """Late answer, removed call, corrected price, new call, new price row: the second night knows them all."""
    connection, *_ = two_nights
    assert dict(connection.sql("select response_id, total_cost_usd from fct_llm_cost__requests").fetchall()) == nights.COSTS


@pytest.mark.parametrize("mart", nights.MARTS)
def test_only_changed_days_are_written(two_nights, mart):
    """The day on which nothing changed keeps its rows (DuckDB: as marked; Spark: the same files); every other is new."""
    connection, _, kept = two_nights
    days = {str(day) for (day,) in connection.sql(f"select distinct utc_date from {mart}").fetchall()}
    assert days == nights.KEPT | nights.REBUILT
    assert set(kept[mart]) == nights.KEPT
