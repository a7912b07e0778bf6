"""The project as a whole: it parses without deprecations, lints, builds on DuckDB 2.0 and inside a user's project."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from decimal import Decimal

import duckdb
import pytest
from conftest import ROOT, built, install_package, run_dbt

INTEGRATION = ROOT / "integration_tests"


def run(*command: str, **keywords):
    """Run a command in the project root."""
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, **keywords)


def test_strict_parse_finds_no_deprecation():
    """With dbt's schema validation switched on for DuckDB."""
    result = run(sys.executable, "scripts/strict_parse.py", ".")
    assert result.returncode == 0, result.stdout
    assert "0 deprecation(s)" in result.stdout


def test_sqlfluff_is_clean():
    """Every model, test and analysis, with the macros as dbt would render them."""
    paths = ["models", "tests/singular", "analyses", "integration_tests/models", "integration_tests/tests", "integration_tests/scenario/tests"]
    result = run(sys.executable, "-m", "sqlfluff", "lint", "--processes", "2", *[path for path in paths if (ROOT / path).is_dir()])
    assert result.returncode == 0, result.stdout[-4000:]


def test_builds_on_duckdb_2(tmp_path):
    """Parse and build of the demo on DuckDB 2.0, which `make test` puts beside the locked version."""
    library = ROOT / "build" / "duckdb2"
    if not (library / "installed").exists():
        pytest.skip("build/duckdb2 is made by `make test` (make build/duckdb2/installed)")
    environment = {"PYTHONPATH": str(library)}
    version = run(sys.executable, "-c", "import duckdb; print(duckdb.__version__)", env={"PYTHONPATH": str(library)}).stdout
    assert version.startswith("2."), version
    output = built("build", database=tmp_path / "demo.duckdb", work=tmp_path, environment=environment)
    assert "ERROR=0" in output


def test_user_project_installs_the_package(tmp_path):
    """A project with its own tables, contract rates and aliases: dbt deps, seed, build; costs by hand in its own test."""
    database = tmp_path / "acme.duckdb"
    built("deps", database=database, work=tmp_path, project=INTEGRATION)
    built("seed", "--select", "acme_warehouse", database=database, work=tmp_path, project=INTEGRATION)
    output = built("build", "--exclude-resource-type", "unit_test", database=database, work=tmp_path, project=INTEGRATION)
    assert "ERROR=0" in output and "WARN=0" in output
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.sql("select count(*) from team_cost").fetchone()[0] > 0
        loads = connection.sql("select load_id, raw_rows from fct_llm_cost__row_accounting where source_system = 'usage_log' order by 1").fetchall()
        assert loads == [("2026-09-02", 3), ("2026-09-04", 1)], "a table's loads are the days its rows arrived"


def test_table_of_json_lines_on_duckdb(tmp_path):
    """A table whose rows are JSON text in one column: broken lines are quarantined with their place, the rest is billed."""
    database = tmp_path / "raw.duckdb"
    call = '{"occurred_at":"2026-05-04T12:00:00Z","provider":"openai","api_surface":"openai_chat","model_requested":"gpt-4o","response_id":"%s","status":"success","usage":{"prompt_tokens":1000,"completion_tokens":0,"total_tokens":1000}}'
    lines = [call % "a", "not json", "[1]", call % "b", '{"occurred_at":"2026-05-04T12', None, call % "b"]
    with duckdb.connect(str(database)) as connection:
        connection.sql("create table lines (payload varchar, load_id varchar, row_position bigint)")
        connection.executemany("insert into lines values (?, 'today.jsonl', ?)", list(zip(lines, range(10, 20))))
    variables = {"llm_cost_usage_log_identifier": "lines", "llm_cost_usage_log_record_column": "payload", "llm_cost_max_rejected_share": 1}
    built("build", "--exclude-resource-type", "unit_test", database=database, work=tmp_path, variables=variables)
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.sql("select response_id, total_cost_usd from fct_llm_cost__requests order by 1").fetchall() == [("a", Decimal("0.0025")), ("b", Decimal("0.0025"))]
        assert connection.sql("select line_number, reject_reason from fct_llm_cost__usage_rejects order by 1").fetchall() == [
            (2, "malformed_json"), (3, "not_an_object"), (5, "malformed_json"), (6, "malformed_json")]
        assert connection.sql("select load_id, raw_rows, billable_events, duplicate_rows, rejected_rows from fct_llm_cost__row_accounting").fetchall() == [
            ("today.jsonl", 7, 2, 1, 4)]


def test_missing_required_column_is_named(tmp_path):
    """A table without a required column fails in the one model that reads it, and the error names the column."""
    database = tmp_path / "acme.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.sql("create schema main_raw")
        connection.sql("create table main_raw.llm_calls as select now() as occurred_at, 'openai' as provider, 'x' as model_requested, '{}' as usage, 'success' as status")
        connection.sql("create table main_raw.litellm_spend_logs as select 'r' as request_id")
    result = run_dbt("run", "--select", "stg_llm_cost__usage_log", database=database, work=tmp_path, project=INTEGRATION)
    assert result.returncode != 0
    assert "api_surface" in result.stdout


def test_no_source_enabled_builds_empty(tmp_path):
    """Installed without a format, or with empty files only, everything builds and is empty."""
    database = tmp_path / "empty.duckdb"
    built("build", "--exclude-resource-type", "unit_test", database=database, work=tmp_path, variables={"llm_cost_sources": []})
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.sql("select count(*) from fct_llm_cost__requests").fetchone() == (0,)


def test_pattern_without_files_is_an_empty_source(tmp_path):
    """Works before the first log is written, and says so; a named file that is absent is an error that names it."""
    database = tmp_path / "x.duckdb"
    variables = {"llm_cost_usage_log_files": str(tmp_path / "logs" / "*.jsonl")}
    output = built("build", "--exclude-resource-type", "unit_test", database=database, work=tmp_path, variables=variables)
    assert "no file matches" in output
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.sql("select count(*) from fct_llm_cost__row_accounting").fetchone() == (0,)
    variables = {"llm_cost_usage_log_files": str(tmp_path / "absent.jsonl")}
    result = run_dbt("run", "--select", "stg_llm_cost__usage_log", database=database, work=tmp_path, variables=variables)
    assert result.returncode != 0 and "absent.jsonl" in result.stdout


def test_unknown_format_is_a_clear_error(tmp_path):
    """A misspelled format names the formats there are; a format without files names the vars to set."""
    result = run_dbt("parse", database=tmp_path / "x.duckdb", work=tmp_path, variables={"llm_cost_sources": ["lite_llm"]})
    assert result.returncode != 0 and "usage_log, claude_code, litellm" in result.stdout


WRONG_ROWS = {
    "unknown meter": {"meter": "prompt_tokens"},
    "negative unit_price": {"unit_price": "-1"},
    "which is no decimal number": {"unit_price": "1,50"},
    "has no unit_price": {"unit_price": ""},
    "per_units": {"per_units": "100"},
    "more than 10000 USD per million tokens": {"unit_price": "10.000001", "per_units": "1000"},
    "valid_from 'yesterday'": {"valid_from": "yesterday"},
    "recorded_at '32.13.2026'": {"recorded_at": "32.13.2026"},
    "is in EUR": {"currency": "EUR"},
    "change_kind": {"change_kind": "guess"},
    "comparator > or >=": {"min_input_tokens": "1000", "threshold_comparator": ""},
    "names the window": {"window_name": "nowhere"},
    "lacks its provider or model": {"provider": ""},
}


# provider to change_kind of a discount row; step to hit_ratio of a scenario rule
WRONG_DISCOUNTS = {
    "lacks its provider": ",,,,10,2026-01-01 00:00:00,2026-01-01 00:00:00,launch",
    "unknown meter 'tokens'": "acme,,tokens,,10,2026-01-01 00:00:00,2026-01-01 00:00:00,launch",
    "discount_percent 'ten'": "acme,,,,ten,2026-01-01 00:00:00,2026-01-01 00:00:00,launch",
    "discount_percent ''": "acme,,,,,2026-01-01 00:00:00,2026-01-01 00:00:00,launch",
    "outside 0 to 100": "acme,,,,100.5,2026-01-01 00:00:00,2026-01-01 00:00:00,launch",
    "valid_from 'soon'": "acme,,,,10,soon,2026-01-01 00:00:00,launch",
}
WRONG_SCENARIOS = {
    "no whole number": "first,,,,,,,,,batch,,,",
    "share '1.5'": "1,,,,,,1.5,,,batch,,,",
    "card_at 'then'": "1,,,,,,,,,,then,,",
    "caching 'some'": "1,,,,,,,,,,,some,",
    "outside 0 to 1": "1,,,,,,,,,,,,2",
    "choose one": "1,,,,,,,,,,,none,0.5",
    "without to_model": "1,,,,,,,openai,,,,,",
    "changes nothing": "1,acme,,,,,,,,,,,",
}


def test_wrong_price_rows_stop_the_build_and_are_named(tmp_path):
    """Every kind of wrong row is named with what to do, and no cost is written."""
    project = tmp_path / "project"
    shutil.copytree(ROOT / "integration_tests" / "scenario", project, ignore=shutil.ignore_patterns("dbt_packages"))
    (project / "packages.yml").write_text(f"packages:\n  - local: {ROOT}\n")
    seed = project / "seeds" / "scenario_price_rates.csv"
    header = seed.read_text().splitlines()[0].split(",")
    good = dict(zip(header, "id,acme,wrong,output,standard,global,,,,1,1000000,USD,2026-01-01 00:00:00,2026-01-01 00:00:00,launch,x,".split(",")))
    lines = []
    for number, change in enumerate(WRONG_ROWS.values()):
        lines.append({**good, "rate_id": f"wrong-{number}", "model": f"wrong-{number}", **change})
    # the list has 1 USD per million for plain: a price per thousand taken for one per million, said to be right or not
    thousandth = {**good, "model": "plain", "meter": "uncached_input", "unit_price": "0.001", "valid_from": "2026-08-01 00:00:00", "recorded_at": "2026-08-01 00:00:00"}
    lines += [{**thousandth, "rate_id": "jump"}, {**thousandth, "rate_id": "jump-confirmed", "model": "cached", "note": "jump confirmed"}]
    lines += [{**thousandth, "rate_id": "no-jump", "model": "tiered", "unit_price": "0.100000001"}]
    # April was closed on 5 May, when these came: only what was used by then counts
    late = {**good, "model": "dated", "unit_price": "3", "valid_from": "2026-04-30 23:59:59", "recorded_at": "2026-05-05 00:00:01"}
    lines += [{**late, "rate_id": "closed-month"}, {**late, "rate_id": "accepted", "meter": "uncached_input"}, {**late, "rate_id": "unused", "model": "regional"}]
    lines += [{**late, "rate_id": "corrected", "meter": "cache_read", "change_kind": "correction"}]
    lines += [{**late, "rate_id": "open-month", "meter": "reasoning", "valid_from": "2026-05-01 00:00:00"}]
    lines += [{**late, "rate_id": "in-time", "meter": "citation", "recorded_at": "2026-05-05 00:00:00"}]
    lines += [{**good, "rate_id": "twice"}, {**good, "rate_id": "twice", "model": "other"}]
    lines += [{**good, "rate_id": "says-1", "model": "torn"}, {**good, "rate_id": "says-2", "model": "torn", "unit_price": "2"}]
    with seed.open("a") as file:
        for line in lines:
            file.write(",".join(f'"{line[name]}"' for name in header) + "\n")
    with (project / "seeds" / "scenario_model_aliases.csv").open("a") as file:
        file.write("acme,loop,loop,,2026-01-01 00:00:00,2026-01-01 00:00:00,x,\n")
        file.write("acme,chain,acme-latest,,2026-01-01 00:00:00,2026-01-01 00:00:00,x,\n")
        file.write("acme,hen,egg,,2026-01-01 00:00:00,2026-01-01 00:00:00,x,\n")
        file.write("acme,egg,hen,,2026-01-01 00:00:00,2026-01-01 00:00:00,x,\n")
        file.write("acme,torn-alias,plain,,2026-01-01 00:00:00,2026-01-01 00:00:00,x,\n")
        file.write("acme,torn-alias,tiered,,2026-01-01 00:00:00,2026-01-01 00:00:00,x,\n")
    with (project / "seeds" / "scenario_discounts.csv").open("a") as file:
        for number, fields in enumerate(WRONG_DISCOUNTS.values()):
            file.write(f"wrong-{number},acct-{number},{fields},x,\n")
    with (project / "seeds" / "scenario_cases.csv").open("a") as file:
        for number, fields in enumerate(WRONG_SCENARIOS.values()):
            file.write(f"wrong-{number},{fields},\n")
    (project / "seeds" / "months.csv").write_text("issuer,period,status,closed_at,note\nacme,2026-04,closed,2026-05-05 00:00:00,\nacme,2026-03,soft_close,2026-04-05 00:00:00,\nacme,March,closed,2026-04-05 00:00:00,\nacme,2026-02,shut,,\nacme,2026-01,closed,,\n")
    database = tmp_path / "wrong.duckdb"
    install_package(project)
    call = {
        "occurred_at": "2026-04-10T00:00:00Z", "provider": "acme", "api_surface": "openai_compatible", "model_requested": "dated", "response_id": "1",
        "status": "success", "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    (tmp_path / "calls.jsonl").write_text(json.dumps(call))
    variables = {
        "llm_cost_sources": ["usage_log"], "llm_cost_usage_log_files": str(tmp_path / "calls.jsonl"),
        "llm_cost_period_status": ["months"], "llm_cost_accepted_price_rows": ["accepted"],
    }
    result = run_dbt("build", "--exclude-resource-type", "unit_test", database=database, work=tmp_path, project=project, variables=variables)
    assert result.returncode != 0
    assert "no cost was written" in result.stdout
    with duckdb.connect(str(database), read_only=True) as connection:
        problems = dict(connection.sql("select row_id, string_agg(problem, ' ') from int_llm_cost__price_row_errors group by 1").fetchall())
        scenario_problems = dict(connection.sql("select row_id, problem from int_llm_cost__scenario_errors").fetchall())
        tables = {name for (name,) in connection.sql("select table_name from information_schema.tables").fetchall()}
    for number, fragment in enumerate(WRONG_ROWS):
        assert fragment in problems[f"wrong-{number}"], (fragment, problems[f"wrong-{number}"])
    for number, fragment in enumerate(WRONG_DISCOUNTS):
        assert fragment in problems[f"discount wrong-{number}"], (fragment, problems[f"discount wrong-{number}"])
    for number, (fragment, fields) in enumerate(WRONG_SCENARIOS.items()):
        row_id = f"scenario wrong-{number} step {fields.split(',')[0]}"
        assert fragment in scenario_problems[row_id], (fragment, scenario_problems[row_id])
    assert len(scenario_problems) == len(WRONG_SCENARIOS), "the right rules of the seed are fine"
    assert "factor of 10" in problems["jump"] and "per_units 1000" in problems["jump"]
    assert "changes 2026-04, which was closed" in problems["closed-month"]
    assert not {"jump-confirmed", "no-jump", "accepted", "unused", "open-month", "in-time"} & set(problems)
    assert "name each other" in problems["alias acme/hen"] and "name each other" in problems["alias acme/egg"]
    assert "YYYY-MM" in problems["period March of acme"] and "'shut'" in problems["period 2026-02 of acme"] and "closed_at" in problems["period 2026-01 of acme"]
    assert "shares its rate_id" in problems["twice"]
    assert "contradicts another row" in problems["says-1"] and "contradicts another row" in problems["says-2"]
    assert "alias of itself" in problems["alias acme/loop"]
    assert "has no price row" in problems["alias acme/chain"]
    assert "two targets at one time" in problems["alias acme/torn-alias"]
    assert "wrong-0" in result.stdout, "dbt's output names the rows"
    assert "fct_llm_cost__requests" not in tables


def test_rejected_share_above_the_threshold_stops(tmp_path):
    """Broken rows warn; above the var's share the build fails and says where to look."""
    good = '{"occurred_at":"2026-05-04T12:00:00Z","provider":"openai","api_surface":"openai_chat","model_requested":"gpt-4o","response_id":"%d","status":"success","usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}'
    (tmp_path / "calls.jsonl").write_text("\n".join([good % number for number in range(90)] + ["broken"] * 10))
    variables = {"llm_cost_usage_log_files": str(tmp_path / "calls.jsonl"), "llm_cost_max_rejected_share": 0.09}
    result = run_dbt("build", "--exclude-resource-type", "unit_test", database=tmp_path / "x.duckdb", work=tmp_path, variables=variables)
    assert result.returncode != 0 and "fct_llm_cost__usage_rejects" in result.stdout


def test_models_name_no_engine():
    """What differs between engines stands in dispatched macros."""
    for file in (ROOT / "models").rglob("*.sql"):
        assert not re.search(r"target\.type|adapter\.type|duckdb|spark", file.read_text(encoding="utf-8")), file


def test_cost_path_has_no_floating_point():
    """No float type, no division and no average on the way to a cost, but for two first guesses that whole numbers then correct.
    Statistics of cache hits (folders named cache, quantiles) are no cost path: their money columns are sums of decimals."""
    guesses = r"\{% macro (duckdb_division|invoice_tolerance)\(.*?endmacro %\}"
    for file in [*(ROOT / "models").rglob("*.sql"), *(ROOT / "macros").rglob("*.sql")]:
        if file.parent.name == "cache" or file.name == "quantiles.sql":
            continue
        sql = re.sub(guesses, "", file.read_text(encoding="utf-8"), flags=re.S)
        sql = re.sub(r"\{#.*?#\}|--[^\n]*|'[^']*'", "", sql, flags=re.S)
        assert not re.search(r"\b(float|double|real)\b|\bavg\(|[a-z_)]\s+/\s+[a-z_(0-9]", sql, flags=re.I), file


def test_every_model_has_a_yaml_beside_it_with_every_column(demo_db):
    """Same basename, every column of the relation described; of a log format that the demo lacks, every column it fills."""
    built_here = {name for (name,) in demo_db.sql("select table_name from information_schema.tables").fetchall()}
    contract = {row[0] for row in demo_db.sql("describe stg_llm_cost__usage_log").fetchall()}
    for file in (ROOT / "models").rglob("*.sql"):
        text = file.with_suffix(".yml").read_text(encoding="utf-8")
        documented = set(re.findall(r"^      - name: (\w+)", text, flags=re.M))
        if file.stem in built_here:
            actual = {row[0] for row in demo_db.sql(f"describe {file.stem}").fetchall()}
            assert documented == actual, (file.stem, documented ^ actual)
        elif file.stem == f"stg_llm_cost__{file.parent.name}":
            filled = columns_filled(file.read_text(encoding="utf-8"))
            assert filled & contract <= documented <= contract, (file.stem, filled & contract - documented, documented - contract)
            assert re.search(r"Source: https://", " ".join(text.split())), f"{file.stem}: which page describes the log?"


def columns_filled(sql: str) -> set[str]:
    """Columns of the usage event that a staging model names in what it gives to usage_events()."""
    buckets = {
        "reported_input": "uncached_input_tokens", "reported_cache_read": "cache_read_tokens", "reported_cache_write": "cache_write_5m_tokens",
        "reported_cache_write_1h": "cache_write_1h_tokens", "reported_output": "output_tokens", "reported_reasoning": "reasoning_tokens",
    }  # fmt: skip
    names = set(re.findall(r"^\s+'(\w+)':", sql, flags=re.M))
    return {buckets.get(name, name) for name in names}


def test_how_many_tests_read_shared_data(request):
    """The run says how many tests read ../shared and whether they ran; a whole run has them all."""
    if len(request.session.items) < 200:
        pytest.skip("only a part of the tests was asked for")
    assert len(request.config.shared_tests) >= 55


def test_lock_file_agrees_with_pyproject():
    """The locked versions are the ones that pyproject pins."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for pin in ("dbt-core==1.11.16", "dbt-duckdb==1.11.1", "sqlfluff==4.5.0"):
        assert pin in lock and pin in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    oracles = (ROOT / "requirements-oracles.lock").read_text(encoding="utf-8").splitlines()
    for pin in ("genai-prices==0.2.3", "litellm==1.106.2"):
        assert pin in oracles and f'"{pin}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
