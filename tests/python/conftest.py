"""Builds that the tests share: each dbt project is built once a session and asserted many times."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
SCENARIO_PROJECT = ROOT / "integration_tests" / "scenario"

sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "scripts")]
ENGINES = ("duckdb", "spark")

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


def install_package(project: Path) -> None:
    """What `dbt deps` does for a package in a folder, without its five seconds. test_user_project_installs_the_package runs it."""
    link = project / "dbt_packages" / "llm_cost"
    link.parent.mkdir(exist_ok=True)
    if not link.exists():
        link.symlink_to(ROOT, target_is_directory=True)


def needs_spark(item) -> bool:
    """Whether a test reads a build on Spark."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return "spark_builds" in item.fixturenames or any(parameters.get(fixture) == "spark" for fixture in item.fixturenames)


class SparkBuilds:
    """The builds of support/spark_builds.py: they run in a process beside the tests, which wait for the one they need."""

    def __init__(self, folder: Path):
        from spark_dbt import what_is_missing

        self.folder = folder
        self.missing = what_is_missing()
        self.process = None

    def start(self) -> None:
        """Begin building, once."""
        if self.process is None and self.missing is None:
            command = [sys.executable, str(Path(__file__).parent / "support" / "spark_builds.py"), str(self.folder)]
            with (self.folder / "printed.log").open("w") as printed:
                self.process = subprocess.Popen(command, stdout=printed, stderr=printed, env={**os.environ, "NO_COLOR": "1", "DO_NOT_TRACK": "1"})

    def stop(self) -> None:
        """End the process, at the end of the session."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()

    def outcome(self, name: str) -> dict:
        """{success, output} of a dbt run, when it is done. Skips the test where Spark cannot run here."""
        if self.missing:
            pytest.skip(self.missing)
        self.start()
        file = self.folder / f"{name}.json"
        while not file.exists():
            assert self.process.poll() is None, "the Spark builds ended early: " + (self.folder / "printed.log").read_text(errors="replace")[-3000:]
            time.sleep(0.5)
        return json.loads(file.read_text(encoding="utf-8"))

    def connect(self, schema: str) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection with a view on every table of a build, which must have succeeded."""
        outcome = self.outcome(schema)
        assert outcome["success"], outcome["output"][-6000:]
        connection = duckdb.connect()
        connection.sql("set timezone = 'UTC'")
        for table in sorted((self.folder / "warehouse" / f"{schema}.db").iterdir()):
            files = f"read_parquet('{table}/**/*.parquet', hive_partitioning = true)"
            # Spark's timestamps are instants, which DuckDB shows as TIMESTAMP WITH TIME ZONE
            described = connection.sql(f"describe select * from {files}").fetchall()
            columns = [f'cast("{name}" as timestamp) as "{name}"' if type_ == "TIMESTAMP WITH TIME ZONE" else f'"{name}"' for name, type_, *_ in described]
            connection.sql(f"create view {table.name} as select {', '.join(columns)} from {files}")
        return connection


@pytest.fixture(scope="session")
def spark_builds(tmp_path_factory):
    """What was built on Spark."""
    builds = SparkBuilds(tmp_path_factory.mktemp("spark"))
    yield builds
    builds.stop()


@pytest.fixture(scope="session", autouse=True)
def builds_side_by_side(request):
    """Where a test of the session needs Spark, its builds begin first and run beside the others."""
    if any(needs_spark(item) for item in request.session.items):
        request.getfixturevalue("spark_builds").start()


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


@pytest.fixture(scope="session", params=ENGINES)
def scenario(request, tmp_path_factory):
    """Every hand-made case in one build, on each engine; see support/scenario.py."""
    from support.scenario import Scenario

    work = tmp_path_factory.mktemp("scenario")
    case = Scenario(work / "raw")
    case.engine = request.param
    if case.engine == "spark":
        case.connection = request.getfixturevalue("spark_builds").connect("scenario")
    else:
        database = work / "scenario.duckdb"
        install_package(SCENARIO_PROJECT)
        built("build", database=database, work=work, project=SCENARIO_PROJECT, variables=case.variables)
        case.connection = duckdb.connect(str(database), read_only=True)
    with case.connection:
        yield case


@pytest.fixture(scope="session", params=ENGINES)
def evidence_db(request, tmp_path_factory):
    """Real usage data of ../shared in one build, on each engine: tau2 calls, provider responses, golden vectors, Claude Code
    and LiteLLM samples."""
    if request.param == "spark":
        with request.getfixturevalue("spark_builds").connect("evidence") as connection:
            yield connection
        return
    from support.evidence import write_evidence

    work = tmp_path_factory.mktemp("evidence")
    database = work / "evidence.duckdb"
    variables = write_evidence(SHARED, work)
    built("build", database=database, work=work, variables=variables)
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(session, config, items):
    """Tests on Spark last, when its builds are done; and the tests that need ../shared or Spark are counted."""
    items.sort(key=needs_spark)
    config.shared_tests = [item.nodeid for item in items if any(mark is needs_shared.mark for mark in item.iter_markers("skipif"))]
    config.spark_tests = [item.nodeid for item in items if needs_spark(item)]


def pytest_terminal_summary(terminalreporter, config):
    """Say how many tests read ../shared and how many ran on Spark, so that a run without them cannot pass unseen for one with."""
    from spark_dbt import what_is_missing

    count = len(config.shared_tests)
    terminalreporter.write_line(f"{count} tests read ../shared: " + ("they ran" if SHARED.is_dir() else "skipped, it is absent"))
    missing = what_is_missing()
    terminalreporter.write_line(f"{len(config.spark_tests)} tests on Spark: " + ("they ran" if missing is None else f"skipped. {missing}"))
