"""Spark beside DuckDB: the same rows in every model, and one clear sentence for what cannot run."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
import spark_dbt
from conftest import NO_COLUMNS, ROOT

# of the log formats those that the demo has; test_log_formats.py runs the others on both engines
ABSENT = {folder for folder in (ROOT / "models" / "staging").iterdir() if folder.is_dir() and folder.name not in (*spark_dbt.DEMO_TABLES, "owners")}
MODELS = sorted(file.stem for file in (ROOT / "models").rglob("*.sql") if file.parent not in ABSENT)
# a model kept as a view on Spark: it is compared through the tables that are made from it
VIEWS = ("int_llm_cost__call_rows", "int_llm_cost__price_windows", "int_llm_cost__priced_events", "int_llm_cost__usage_events", "int_llm_cost__scenario_requests", "int_llm_cost__owned_requests", "int_llm_cost__pool_allocations",
         "int_llm_cost__cache_requests", "int_llm_cost__tenant_days", "fct_llm_cost__tenant_cache_daily", "fct_llm_cost__owner_cache_daily")
# the engine's own hashes, the build and its time, and positions: of all lines read, where only the order within a file counts
NOT_COMPARED = {
    "call_group", "day_fingerprint", "load_key", "owner_key", "trace_key", "row_hash", "calls_hash", "owner_hash", "organisation_hash", "timeless_hash",
    "row_position", "first_position", "first_built_at", "posted_at", "run_id", "build_id",
}  # fmt: skip
# what a night looks things up by where the engine can replace single rows (llm_cost.follows_changes)
EMPTY_ON_SPARK = ("int_llm_cost__load_tags",)
# floats, and what is made of them: the engines' logarithms and roundings of floats differ in a last digit
CLOSE = {"ratio_sum", "ratio_squared_sum", "cache_read_by_ratio", "cost_log_sum", "input_cost_at_fleet_median_usd", "input_cost_above_fleet_median_usd"}
# nothing is wrong in the demo; it has no terms, no closed month and no second build. test_nightly.py compares those with rows, unit
# tests that run on both engines the others
EMPTY_IN_DEMO = (
    "errors", "problems", "sub_calls", "price_jumps", "closed_month_rows", "period_status", "discounts", "discount_intervals", "contract_accounts",
    "segment_discounts", "new_price_rows", "changed_models", "touched_events", "costs_now", "costs_before", "card_rate_ids", "changed_meters",
    "price_change_effects", "nearest_models", "fx_rates", "pool_bounds", "capacity_hours", "capacity_shares", "chain_steps", "chain_flows", "chain_paths",
    "pool_rule_rows", "pool_receiver_rows", "pool_receivers", "owner_groups", "tenants", "changed_requests", "change_causes", "tenant_price_rows", "tenant_prices",
    "attributed_days", "erased_users", "removed_rows", "touched_rows", "touched_calls", "touched_traces", "touched_owners", "touched_owner_days", "changed_traces", "wrapping_rows",
    "sealed_days", "sealed_rows", "sealed_calls", "sealed_tags",
)


def difference(duck, spark, model: str) -> str:
    """How the rows of a model differ between the engines; empty when they do not."""
    theirs = {name: type_ for name, type_, *_ in spark.sql(f"describe {model}").fetchall()}
    ours = {name: type_ for name, type_, *_ in duck.sql(f"describe {model}").fetchall()}
    if set(theirs) == {NO_COLUMNS}:
        count = duck.sql(f"select count(*) from {model}").fetchone()[0]
        return f"{count} rows on DuckDB, none on Spark" if count else ""
    if ours.keys() != theirs.keys():
        return f"columns: {ours.keys() ^ theirs.keys()}"
    whole_numbers = {"INTEGER", "BIGINT"} if model.startswith("int_") else set()  # marts have a contract, others what row_number() gives
    types = {
        name: (ours[name], theirs[name])
        for name in ours
        if ours[name] != theirs[name] and name not in NOT_COMPARED and not {ours[name], theirs[name]} <= whole_numbers
    }
    exact = [name for name in ours if name not in NOT_COMPARED | CLOSE and ours[name] != "DOUBLE"]
    close = [name for name in ours if name in CLOSE or ours[name] == "DOUBLE"]
    if not exact and not close:
        counts = [connection.sql(f"select count(*) from {model}").fetchone()[0] for connection in (duck, spark)]
        return "" if counts[0] == counts[1] else f"{counts[0]} rows on DuckDB, {counts[1]} on Spark"
    rows = [sorted_rows(connection, model, exact, close) for connection in (duck, spark)]
    keys = [[key for key, _ in side] for side in rows]
    only_duck, only_spark = (sorted(set(one) - set(other))[:2] for one, other in (keys, keys[::-1]))
    apart = [(key, here, there) for (key, here), (_, there) in zip(*rows) if keys[0] == keys[1] and not all(map(nearly_equal, here, there))][:2]
    if keys[0] == keys[1] and not types and not apart:
        return ""
    return f"types {types}; {len(rows[0])} and {len(rows[1])} rows; only on DuckDB {only_duck}; only on Spark {only_spark}; floats of {close} apart {apart}"


def sorted_rows(connection, model: str, exact: list[str], close: list[str]) -> list[tuple[str, tuple]]:
    """The rows of a model in the order of what must be equal, each with what must be nearly equal."""
    columns = ", ".join(f'"{name}"' for name in [*exact, *close])
    rows = connection.sql(f"select {columns} from {model}").fetchall()
    return sorted(((repr(row[: len(exact)]), row[len(exact) :]) for row in rows), key=lambda row: row[0])


def nearly_equal(here, there) -> bool:
    """Equal, or numbers within 1e-9."""
    return here == there if here is None or there is None else math.isclose(here, there, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("model", [model for model in MODELS if model not in VIEWS])
def test_every_row_is_the_same(demo_db, spark_builds, model):
    """Keys, counts, texts, times and money of the demo, to the last digit, with the same types."""
    spark = spark_builds.connect("demo")
    if model in EMPTY_ON_SPARK:
        assert spark.sql(f"select count(*) from {model}").fetchone() == (0,)
        return
    assert difference(demo_db, spark, model) == ""
    assert spark.sql(f"select count(*) from {model}").fetchone()[0] > 0 or model.endswith(EMPTY_IN_DEMO), "nothing was compared"


def test_the_comparison_sees_a_difference(demo_db, spark_builds):
    """One digit of one cost, one row, one type: each is told."""
    spark = spark_builds.connect("demo")
    mart = "fct_llm_cost__hourly"
    for change in (
        "select * replace (total_cost_usd + 0.000000000001::decimal(18, 12) as total_cost_usd)",
        "select * replace (requests::integer as requests)",
        "select distinct on (team) *",
    ):
        spark.sql(f"create or replace temp view changed as {change} from memory.main.{mart}")
        spark.sql(f"create or replace temp table {mart} as select * from changed")
        assert difference(demo_db, spark, mart) != "", change
        spark.sql(f"drop table temp.{mart}")


def test_views_are_views_on_spark(spark_builds):
    """Every model is either compared or a view that a compared table is made from."""
    spark = spark_builds.connect("demo")
    tables = {name for (name,) in spark.sql("select table_name from information_schema.tables").fetchall()}
    assert set(MODELS) - tables == set(VIEWS)


def test_views_fit_a_small_metastore(spark_builds):
    """A Derby metastore, which a session without a metastore service has, keeps 32,700 characters of a view's text."""
    spark_builds.connect("demo")
    for view in VIEWS:
        (compiled,) = (spark_builds.folder / "target" / "demo" / "compiled" / "llm_cost" / "models").glob(f"*/*/{view}.sql")
        assert len(compiled.read_text(encoding="utf-8")) < 32_000, f"{view}: make it a table on Spark, or shorter"


def test_the_demo_is_built_with_its_tests(spark_builds):
    """Data tests (in `make drill-spark` unit tests too) ran on Spark, and the two warnings are those of the demo on DuckDB."""
    output = spark_builds.outcome("demo")["output"]
    assert "ERROR=0" in output and "WARN=2" in output and "data tests" in output
    ran = next(line for line in output.splitlines() if "Finished running" in line)
    assert ("unit tests" in ran) == ("LLM_COST_SPARK_DRILL" in os.environ)


@pytest.mark.parametrize(
    ("run", "sentence"),
    [
        ("in_berlin", "The Spark session is in Europe/Berlin. Set spark.sql.session.timeZone to UTC"),
        ("required_column", "scenario_raw.incomplete has no column model. llm_cost needs it to read litellm"),
        ("record_column", "scenario_raw.usage_log has no column payload. llm_cost needs it to read usage_log"),
        ("files", "llm_cost reads usage_log from a table on Spark: set var llm_cost_usage_log_identifier"),
    ],
)
def test_spark_run_that_cannot_be_right_says_what_to_set(spark_builds, run, sentence):
    """The run fails, with one sentence that names the setting, column or var."""
    outcome = spark_builds.outcome(run)
    assert not outcome["success"]
    assert sentence in outcome["output"].replace("\n", " "), outcome["output"][-3000:]


def java_of(folder: Path, version: str) -> None:
    """A java command in folder/bin that tells a version."""
    (folder / "bin").mkdir(parents=True)
    command = folder / "bin" / "java"
    command.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    command.chmod(0o755)


def test_what_spark_lacks_is_one_sentence(tmp_path, monkeypatch):
    """No Java, a broken JAVA_HOME, an old Java, no PySpark, no adapter, no Thrift client, no server."""
    if spark_dbt.what_is_missing() is not None:
        pytest.skip(spark_dbt.what_is_missing())
    java_of(tmp_path / "old", "1.8.0_402")
    java_of(tmp_path / "new", "21.0.1")
    assert spark_dbt.what_is_missing({"JAVA_HOME": str(tmp_path / "new")}) is None
    assert "there is no java on the PATH: install a JDK" in spark_dbt.what_is_missing({"PATH": str(tmp_path)})
    assert "has no bin/java that runs: install a JDK" in spark_dbt.what_is_missing({"JAVA_HOME": str(tmp_path)})
    assert "is Java 8: set JAVA_HOME to a newer one" in spark_dbt.what_is_missing({"JAVA_HOME": str(tmp_path / "old")})
    thrift = {"LLM_COST_SPARK_METHOD": "thrift", "LLM_COST_SPARK_HOST": "localhost", "LLM_COST_SPARK_PORT": "1"}
    present = spark_dbt.importlib.util.find_spec
    for absent, sentence in {
        "dbt.adapters.spark": "dbt-spark is not installed: run `make build-spark`",
        "pyspark": "PySpark is not installed: run `make build-spark`",
        "pyhive": "The Thrift client is not installed: run `pip install 'dbt-spark[PyHive]'`",
    }.items():
        monkeypatch.setattr(spark_dbt.importlib.util, "find_spec", lambda name, absent=absent: None if name == absent else present("os"))
        assert sentence in spark_dbt.what_is_missing(thrift if absent == "pyhive" else dict(os.environ))
    monkeypatch.setattr(spark_dbt.importlib.util, "find_spec", lambda name: present("os"))
    sentence = spark_dbt.what_is_missing(thrift)
    assert sentence.startswith("No Thrift server answers at localhost:1") and sentence.endswith("set LLM_COST_SPARK_HOST and LLM_COST_SPARK_PORT.")


def test_spark_command_prints_the_sentence_and_nothing_else(tmp_path):
    """`make build-spark` on a machine without Java ends at once, without a stack trace."""
    environment = {**os.environ, "JAVA_HOME": str(tmp_path)}
    result = subprocess.run([sys.executable, str(ROOT / "scripts" / "spark_dbt.py")], capture_output=True, text=True, env=environment, check=False)
    if "not installed" in result.stderr:
        pytest.skip(result.stderr)
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.count("\n") == 1 and "set JAVA_HOME" in result.stderr


def test_seeds_pass_sparks_session():
    """dbt-spark's session method neither escapes a quote nor writes an empty cell as NULL: no seed has a quote, backslash or the word None."""
    for seed in (ROOT / "seeds").rglob("*.csv"):
        text = seed.read_text(encoding="utf-8")
        assert "'" not in text and "\\" not in text, seed
        assert not any(cell == "None" for line in text.splitlines() for cell in line.split(",")), seed
