"""A nightly build gives what a build from nothing gives, and touches only the days that something changed."""

from __future__ import annotations

import duckdb
import pytest
from conftest import ENGINES, ROOT, built, install_package
from support import nights
from test_spark import difference


@pytest.fixture(scope="module")
def second_night(tmp_path_factory):
    """(function that builds the logs and prices of the second night into a database, folder), after a first night on DuckDB."""
    work = tmp_path_factory.mktemp("nights")
    project, logs = work / "project", work / "calls.jsonl"
    sources = {"llm_cost_sources": ["usage_log"], "llm_cost_usage_log_files": str(logs)}

    def build(database, *left_out, **variables):
        left_out = left_out or ("test", "unit_test")
        built("build", "--exclude-resource-type", *left_out, database=database, work=work, project=project, variables={**sources, **variables})

    nights.copy_project(project, ROOT)
    install_package(project)
    nights.prepare_night(1, project, logs)
    # no test but the two that are no generic ones: a build that leaves out any marks no day as tested
    build(work / "nightly.duckdb", "unit_test", "--exclude", "test_type:generic")
    # a mark on every row: it is still there after the second night where the row was not written again
    with duckdb.connect(str(work / "nightly.duckdb")) as connection:
        connection.sql("create table marked_as_tested as select * from int_llm_cost__checked_days")
        for mart in nights.MARTS:
            connection.sql(f"update {mart} set latency_ms = -1")
    nights.prepare_night(2, project, logs)
    return build, work


@pytest.fixture(scope="module")
def nights_on_duckdb(second_night):
    """The database after two nights, and the one built from nothing."""
    build, work = second_night
    build(work / "from_nothing.duckdb")
    # with its data tests: those of a price change have rows in no other build
    build(work / "nightly.duckdb", "unit_test")
    return work / "nightly.duckdb", work / "from_nothing.duckdb"


@pytest.fixture(scope="module", params=ENGINES)
def two_nights(request, nights_on_duckdb):
    """(connection after two nights, connection to a build from nothing on DuckDB, days that the second night did not write)."""
    nightly, from_nothing_file = nights_on_duckdb
    if request.param == "duckdb":
        connection = duckdb.connect(str(nightly), read_only=True)
        kept = {mart: {str(day) for (day,) in connection.sql(f"select distinct utc_date from {mart} where latency_ms = -1").fetchall()} for mart in nights.MARTS}
    else:
        builds = request.getfixturevalue("spark_builds")
        connection = builds.connect("nightly")
        kept = builds.outcome("nightly_files")
    with connection, duckdb.connect(str(from_nothing_file), read_only=True) as from_nothing:
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


def test_scenario_costs_equal_a_build_from_nothing(two_nights):
    """The what-if cases too; a price that only a case uses changes the case's cost of an untouched day."""
    connection, from_nothing, _ = two_nights
    columns = [name for name, *_ in from_nothing.sql("describe fct_llm_cost__scenario_costs").fetchall() if name != "day_fingerprint"]
    query = f"select {', '.join(columns)} from fct_llm_cost__scenario_costs"
    assert sorted(map(repr, connection.sql(query).fetchall())) == sorted(map(repr, from_nothing.sql(query).fetchall()))
    batch = "select scenario_cost_usd from fct_llm_cost__scenario_costs where scenario = 'batch' and utc_date = '2026-05-05'"
    assert connection.sql(batch).fetchall() == [(nights.BATCH_COST,)]


def test_price_change_effects_by_hand(two_nights):
    """Each row of the second night with what it changed, and none of the first; together they are the change of the total."""
    connection, from_nothing, _ = two_nights
    rows = connection.sql("""
        select rate_id, is_measured, requests_touched, requests_newly_priced, cast(first_day as varchar), cast(last_day as varchar), cost_before_usd, cost_after_usd
        from fct_llm_cost__price_change_effects
    """).fetchall()
    assert {rate_id: tuple(measures) for rate_id, _, *measures in rows} == nights.EFFECTS
    assert all(is_measured for _, is_measured, *_ in rows)
    assert from_nothing.sql("select count(*) from fct_llm_cost__price_change_effects").fetchone() == (0,), "a first build has no build before it"


@pytest.mark.parametrize("model", nights.CHANGE_MODELS)
def test_every_step_of_a_price_change_is_the_same_on_spark(nights_on_duckdb, spark_builds, model):
    """Key for key and to the last digit, also where the demo of test_spark.py has no row."""
    with duckdb.connect(str(nights_on_duckdb[0]), read_only=True) as connection:
        assert difference(connection, spark_builds.connect("nightly"), model) == ""
        assert connection.sql(f"select count(*) from {model}").fetchone()[0] > 0, "nothing was compared"


def test_prices_as_known_at_an_instant(second_night):
    """What was believed before the rows of the second night were recorded: the old price, and none for the newcomer."""
    build, work = second_night
    build(work / "as_known.duckdb", llm_cost_prices_known_at=nights.KNOWN_AT)
    with duckdb.connect(str(work / "as_known.duckdb"), read_only=True) as connection:
        costs = dict(connection.sql("select response_id, total_cost_usd from fct_llm_cost__requests").fetchall())
    assert costs == nights.COSTS_AS_KNOWN


def test_days_are_marked_as_tested_by_a_build_of_every_test(nights_on_duckdb):
    """None by a build that left tests out, every one by the next."""
    with duckdb.connect(str(nights_on_duckdb[0]), read_only=True) as connection:
        assert connection.sql("select count(*) from marked_as_tested").fetchone() == (0,)
        assert connection.sql("from int_llm_cost__event_days select utc_date, day_fingerprint except from int_llm_cost__checked_days").fetchall() == []
        assert connection.sql("select count(*) from int_llm_cost__checked_days").fetchone()[0] > 2


@pytest.mark.parametrize("mart", nights.MARTS)
def test_only_changed_days_are_written(two_nights, mart):
    """The day on which nothing changed keeps its rows (DuckDB: as marked; Spark: the same files); every other is new."""
    connection, _, kept = two_nights
    days = {str(day) for (day,) in connection.sql(f"select distinct utc_date from {mart}").fetchall()}
    assert days == nights.KEPT | nights.REBUILT
    assert set(kept[mart]) == nights.KEPT
