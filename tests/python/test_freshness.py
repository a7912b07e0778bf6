"""Source freshness: a table source that is on and whose var says which column tells is checked; no other is, and nothing is the matter then."""

from __future__ import annotations

import json

import duckdb
import pytest
from conftest import ROOT, install_package, run_dbt
from test_readme import formats

INTEGRATION = ROOT / "integration_tests"
FIELDS = ("loaded_at_field", "llm_cost_freshness_warn_hours", "llm_cost_freshness_error_hours")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """(file, folder): the raw tables of the integration project, one with a row that came fifty hours ago."""
    work = tmp_path_factory.mktemp("freshness")
    install_package(INTEGRATION)
    with duckdb.connect(str(work / "acme.duckdb")) as connection:
        connection.sql("create schema main_raw")
        connection.sql("create table main_raw.llm_calls as select now() - interval 50 hour as loaded_at union all select now() - interval 90 hour")
        connection.sql("create table main_raw.litellm_spend_logs as select now() - interval 5000 hour as loaded_at")
    return work / "acme.duckdb", work


def checked(database, work, project=INTEGRATION, **variables) -> tuple[int, dict[str, str], str]:
    """(exit code, {source: status}, what dbt printed) of dbt source freshness."""
    (work / "target" / "sources.json").unlink(missing_ok=True)
    result = run_dbt("source", "freshness", database=database, work=work, project=project, variables=variables)
    file = work / "target" / "sources.json"
    results = json.loads(file.read_text())["results"] if file.exists() else []
    return result.returncode, {entry["unique_id"].split(".")[-1]: entry["status"] for entry in results}, result.stdout


def test_without_a_table_source(tmp_path):
    """The demo reads files: there is nothing to check, and no warning about it."""
    code, sources, printed = checked(tmp_path / "x.duckdb", tmp_path, project=ROOT)
    assert (code, sources) == (0, {}) and "freshness" not in printed.replace("source freshness", "")


def test_only_the_source_whose_var_is_set_is_checked(warehouse):
    """Two table sources are on; one has no var and stays unchecked, old as it is. Fifty hours are a warning, or none with another limit; a row
    above the limit of errors ends in exit code 1."""
    code, sources, printed = checked(*warehouse, llm_cost_usage_log_freshness_field="loaded_at")
    assert (code, sources) == (0, {"usage_log": "warn"}) and "metadata-based" not in printed
    fields = {"llm_cost_usage_log_freshness_field": "loaded_at", "llm_cost_litellm_freshness_field": "cast(loaded_at as timestamptz)"}
    code, sources, printed = checked(*warehouse, **fields, llm_cost_freshness_warn_hours=51, llm_cost_freshness_error_hours=4999)
    assert (code, sources) == (1, {"usage_log": "pass", "litellm": "error"}), printed


def test_every_format_can_be_checked():
    """Each source file has the vars of its own format."""
    for name in formats():
        text = (ROOT / "models" / "staging" / name / f"_{name}__sources.yml").read_text(encoding="utf-8")
        assert text.count(f"var('llm_cost_{name}_freshness_field', none)") == 3 and all(field in text for field in FIELDS), name
