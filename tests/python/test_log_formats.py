"""Every log format against the same 30 calls and against records in its own shape, in one build on each engine."""

from __future__ import annotations

import json
import os
import re
from decimal import Decimal

import duckdb
import pytest
from conftest import ENGINES, ROOT, built, install_package
from support import log_formats
from test_readme import formats as known_formats

FORMATS = {form.name: form for form in log_formats.formats()}


@pytest.fixture(scope="session", params=ENGINES)
def format_db(request, tmp_path_factory):
    """The calls and cases of every format, priced."""
    if request.param == "spark":
        with request.getfixturevalue("spark_builds").connect("log_formats") as connection:
            yield connection
        return
    work = tmp_path_factory.mktemp("log_formats")
    project = log_formats.write_project(work / "project", ROOT)
    install_package(project)
    database = work / "formats.duckdb"
    built("build", "--exclude-resource-type", "unit_test", database=database, work=work, project=project, variables=log_formats.file_variables(work / "raw"))
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def events(connection, name: str, where: str = "true") -> list[dict]:
    """Rows of fct_llm_cost__requests of a format."""
    relation = connection.sql(f"select * from fct_llm_cost__requests where source_system = '{name}' and ({where}) order by occurred_at, event_id")
    return [dict(zip(relation.columns, row)) for row in relation.fetchall()]


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_calls_give_the_same_events(format_db, name):
    """All 30 calls, every column and the cost, except for what the format states that it cannot know."""
    form = FORMATS[name]
    column = "occurred_at" if "occurred_at" not in form.unknown else "response_id" if "response_id" not in form.unknown else "request_id"
    built_rows: dict = {}
    case_rows = ["response_id = 'told-twice'"] + [case.where for case in form.cases if case.expect]
    for row in events(format_db, name, "not (" + " or ".join(f"coalesce({where}, false)" for where in case_rows) + ")"):
        assert row[column] not in built_rows, f"two events for {row[column]}"
        built_rows[row[column]] = row
    differences = []
    for _, known in form.known_calls():
        expected = known.expected()
        row = built_rows.pop(expected[column], None)
        if row is None:
            differences.append(f"{known.name}: no event")
            continue
        differences += [f"{known.name}: {key} is {row[key]!r}, expected {value!r}" for key, value in expected.items() if row[key] != value]
    differences += [f"{key}: an event that no call explains" for key in built_rows]
    assert not differences, f"{len(differences)} differences\n" + "\n".join(differences[:40])


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_format_cannot_know_is_stated(name):
    """Where the format's calls differ from the calls as they were, the column is listed in UNKNOWN with a reason, and no other is."""
    form = FORMATS[name]
    told = form.known_calls()
    different = {key for call, known in told for key, value in known.expected().items() if value != call.expected()[key]}
    if len(told) < len(form.calls()):
        different.add("calls")
    consequences = {"total_cost_usd", "pricing_status", "uncached_input_tokens", "total_input_tokens", "cache_write_5m_tokens"}
    assert different - consequences <= set(form.unknown), "say in UNKNOWN why"
    assert set(form.unknown) - consequences <= different, "the format knows it after all"


@pytest.mark.parametrize(("name", "case"), [pytest.param(name, case, id=f"{name}: {case.name}") for name, form in FORMATS.items() for case in form.cases])
def test_records_in_real_shape(format_db, name, case):
    """Each case of the format's module."""
    rows = events(format_db, name, case.where)
    assert len(rows) == len(case.expect), rows
    for row, expect in zip(rows, case.expect):
        assert {key: row[key] for key in expect} == expect


@pytest.mark.parametrize("name", FORMATS)
def test_every_raw_row_has_a_fate(format_db, name):
    """Raw rows = events + duplicates + rejected + not billable + no call, each as counted by hand."""
    form = FORMATS[name]
    raw, billable, duplicates, rejected, not_billable, not_a_call = format_db.sql(f"""
        select sum(raw_rows), sum(billable_events), sum(duplicate_rows), sum(rejected_rows), sum(not_billable_rows), sum(not_a_call_rows)
        from fct_llm_cost__row_accounting where source_system = '{name}'
    """).fetchone()
    reasons = dict(format_db.sql(f"select reject_reason, count(*) from fct_llm_cost__usage_rejects where source_system = '{name}' group by 1").fetchall())
    assert reasons == form.fates.rejected
    # the call that two formats tell is a duplicate in the second
    told_again = 1 if name == "otel_genai" and "litellm_payload" in FORMATS else 0
    assert (duplicates, rejected, not_a_call) == (form.fates.duplicates + told_again, sum(reasons.values()), form.fates.not_a_call)
    assert raw == billable + duplicates + rejected + not_billable


@pytest.mark.skipif(not {"litellm_payload", "otel_genai"} <= set(FORMATS), reason="LLM_COST_TEST_FORMATS leaves one of the two formats out")
def test_one_call_in_two_logs(format_db):
    """The gateway's log and the spans tell of one call: it counts once, with the counts of the one and the owners of both, and says so."""
    (row,) = events(format_db, "litellm_payload", "response_id = 'told-twice'")
    assert not events(format_db, "otel_genai", "response_id = 'told-twice'")
    expected = {
        "uncached_input_tokens": 100, "cache_read_tokens": 900, "total_input_tokens": 1000, "output_tokens": 100, "team": "search", "user_id": "user-9",
        "merged_from": "counts: otel_genai; owners: otel_genai",
        # 100 at 3, 900 at 0.30, 100 at 15 USD per million
        "total_cost_usd": Decimal("0.002070"),
    }
    assert {key: row[key] for key in expected} == expected


def test_every_format_has_its_calls_and_cases():
    """A format of known_sources() that came with a module of its own is tested here; the first three have demo logs and scenarios."""
    if "LLM_COST_TEST_FORMATS" not in os.environ:
        assert set(FORMATS) | {"usage_log", "claude_code", "litellm"} == set(known_formats())
    for name, form in FORMATS.items():
        assert len(form.cases) >= 5 and form.fates.rejected, f"{name}: cases for every fate, please"


def test_small_models_of_formats_are_described(format_db):
    """What stands beside a format's staging model in its folder: every column has a description."""
    for name in FORMATS:
        for file in (ROOT / "models" / "staging" / name).glob("*.sql"):
            if file.stem != f"stg_llm_cost__{name}":
                documented = set(re.findall(r"^      - name: (\w+)", file.with_suffix(".yml").read_text(encoding="utf-8"), flags=re.M))
                assert documented == {row[0] for row in format_db.sql(f"describe {file.stem}").fetchall()}, file.stem


@pytest.mark.parametrize("name", FORMATS)
def test_no_content_key_or_address_passes_staging(format_db, name):
    """What the records hold of prompts, answers, keys and addresses is in no table."""
    secrets = ("SECRET-PROMPT", "SECRET-ANSWER", "203.0.113.10", "sk-secret")
    written = json.dumps(FORMATS[name].records())
    if not any(secret in written for secret in secrets):
        pytest.fail("plant SECRET-PROMPT, SECRET-ANSWER, 203.0.113.10 or sk-secret in the records where the format has such a field")
    for table in (f"stg_llm_cost__{name}", "fct_llm_cost__usage_rejects", "fct_llm_cost__requests"):
        for secret in secrets:
            found = format_db.sql(f"select count(*) from {table} as t where source_system = '{name}' and cast(t as varchar) like '%{secret}%'").fetchone()
            assert found == (0,), f"{secret} is in {table}"
