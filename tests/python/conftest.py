"""Builds that the tests share: each dbt project is built once a session and asserted many times."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
SCENARIO_PROJECT = ROOT / "integration_tests" / "scenario"

sys.path.insert(0, str(Path(__file__).parent))

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared (recorded data of other people's systems) is absent")


def run_dbt(*arguments: str, database: Path, work: Path, project: Path = ROOT, variables: dict | None = None, environment=None):
    """Run dbt in its own process; target and log files go to `work`. Returns the completed process."""
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", *arguments]
    command += ["--project-dir", str(project), "--profiles-dir", str(project)]
    if variables is not None:
        command += ["--vars", json.dumps(variables)]
    settings = {
        **os.environ,
        "LLM_COST_DUCKDB_PATH": str(database),
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logs"),
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
        **(environment or {}),
    }
    settings.pop("DBT_PROFILES_DIR", None)
    return subprocess.run(command, capture_output=True, text=True, env=settings, cwd=project, check=False)


def built(*arguments: str, **keywords) -> str:
    """Like run_dbt, but the run must succeed; returns what it printed."""
    result = run_dbt(*arguments, **keywords)
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]
    return result.stdout


@pytest.fixture(scope="session")
def demo_build(tmp_path_factory):
    """The demo, built as `make build` builds it: (database path, dbt's output)."""
    work = tmp_path_factory.mktemp("demo")
    database = work / "demo.duckdb"
    return database, built("build", database=database, work=work)


@pytest.fixture(scope="session")
def demo_db(demo_build):
    """Read-only connection to the demo build."""
    with duckdb.connect(str(demo_build[0]), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def scenario(tmp_path_factory):
    """Every hand-made case in one build; see support/scenario.py."""
    from support.scenario import Scenario

    work = tmp_path_factory.mktemp("scenario")
    case = Scenario(work / "raw")
    database = work / "scenario.duckdb"
    built("deps", database=database, work=work, project=SCENARIO_PROJECT)
    built("build", database=database, work=work, project=SCENARIO_PROJECT, variables=case.variables)
    with duckdb.connect(str(database), read_only=True) as connection:
        case.connection = connection
        yield case


@pytest.fixture(scope="session")
def evidence_db(tmp_path_factory):
    """Real usage data of ../shared in one build: tau2 calls, provider responses, golden vectors, Claude Code and LiteLLM samples."""
    from support.evidence import write_evidence

    work = tmp_path_factory.mktemp("evidence")
    database = work / "evidence.duckdb"
    variables = write_evidence(SHARED, work)
    built("build", database=database, work=work, variables=variables)
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def pytest_collection_modifyitems(session, config, items):
    """Count the tests that need ../shared, so that a test can say how many ran."""
    config.shared_tests = [item.nodeid for item in items if any(mark is needs_shared.mark for mark in item.iter_markers("skipif"))]


def pytest_terminal_summary(terminalreporter, config):
    """Say how many tests read ../shared, so that a run without it cannot pass unseen for one with it."""
    count = len(config.shared_tests)
    terminalreporter.write_line(f"{count} tests read ../shared: " + ("they ran" if SHARED.is_dir() else "skipped, it is absent"))
