"""Builds that the tests share: each dbt project is built once a session and asserted many times."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
SCENARIO_PROJECT = ROOT / "integration_tests" / "scenario"

sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "scripts")]

from support.dbt_process import DbtProcess  # noqa: E402

ENGINES = ("duckdb", "spark")
# dbt's debug log is a tenth of a build's time, and no test reads it
os.environ.setdefault("DBT_LOG_LEVEL_FILE", "none")
# for a database that has them: the package's seeds stay as an earlier build loaded them, which takes a second of a small build
SEEDS_STAY = ("--exclude", "resource_type:seed,package:llm_cost")
# the column of a view that stands for an empty table of which Spark has written no file
NO_COLUMNS = "no_file_was_written"
# set in a worker of pytest-xdist
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ

# `make test` runs two workers. They take groups of tests in this order: files that build long first, files that wait for Spark last, in
# the order in which support/spark_builds.py makes the builds
LONG = (
    "test_faults.py", "test_thirty_nights.py", "test_close.py", "test_retention.py", "test_cache.py", "test_project.py", "test_allocation.py", "test_attribution.py",
    "test_price_boundaries.py", "test_oracles.py", "test_log_formats.py", "test_nightly_command.py", "test_publish.py", "test_freshness.py",
)  # fmt: skip
ON_SPARK = ("test_nightly.py", "test_spark.py", "test_scenario.py", "test_cache.py", "test_attribution.py", "test_allocation.py", "test_evidence.py", "test_log_formats.py")
# builds on Spark for which `make test` has no time
collect_ignore = [] if "LLM_COST_SPARK_NIGHTS" in os.environ else ["test_nights_on_spark.py"]
# files whose tests stay in one worker, for a fixture that the tests on Spark and the others share; and files that share a build
WHOLE_FILES = ("test_nightly.py", "test_spark.py")
GROUPS = {"test_price_boundaries.py": "prices", "test_oracles.py": "prices"}

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared (recorded data of other people's systems) is absent")


# processes that have run dbt and wait for the next run: each start of dbt takes seconds
idle_processes: list[DbtProcess] = []


def run_dbt(*arguments: str, database: Path, work: Path, project: Path = ROOT, variables: dict | None = None, environment=None):
    """Run dbt; target and log files go to `work`, dbt's JSON files are not written by builds. Returns the exit code and what it printed."""
    if arguments[0] in ("build", "run", "seed") and environment is None:
        process = idle_processes.pop() if idle_processes else DbtProcess()
        success, output = process.run(*arguments, database=database, work=work, project=project, variables=variables or {})
        idle_processes.append(process)
        return SimpleNamespace(returncode=int(not success), stdout=output, stderr="")
    return run_dbt_alone(*arguments, database=database, work=work, project=project, variables=variables, environment=environment)


def run_dbt_alone(*arguments: str, database: Path, work: Path, project: Path, variables: dict | None, environment: dict | None):
    """Run dbt in a process of its own, in which it finds an environment of its own. Returns the completed process."""
    # without the garbage collector, which goes through dbt's manifest again and again
    command = [sys.executable, "-c", "import gc; gc.disable(); from dbt.cli.main import cli; cli()", *arguments]
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
    with contextlib.suppress(FileExistsError):
        link.symlink_to(ROOT, target_is_directory=True)


def shared_folder(tmp_path_factory) -> Path:
    """A folder of this run that all its workers see."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if IS_WORKER else own


@contextlib.contextmanager
def locked(file: Path):
    """Only one process at a time is inside the block."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def made_once(tmp_path_factory, name: str, make):
    """What make(folder) returns, from the first worker that needs it; the others wait for it. One that fails is not tried again."""
    shared = shared_folder(tmp_path_factory)
    told = shared / f"{name}.json"
    with locked(shared / f"{name}.lock"):
        if not told.exists():
            folder = shared / name
            folder.mkdir()
            try:
                outcome = {"made": make(folder)}
            except Exception as error:  # every test that needs it shows it
                outcome = {"failure": f"{type(error).__name__}: {error}"}
            told.write_text(json.dumps(outcome), encoding="utf-8")
    outcome = json.loads(told.read_text(encoding="utf-8"))
    if "failure" in outcome:
        pytest.fail(f"the build {name} failed. {outcome['failure']}", pytrace=False)
    return outcome["made"]


def needs_spark(item) -> bool:
    """Whether a test reads a build on Spark."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return "spark_builds" in item.fixturenames or any(parameters.get(fixture) == "spark" for fixture in item.fixturenames)


class SparkBuilds:
    """The builds of support/spark_builds.py: they run in one process beside the tests of all workers, which wait for the one they need."""

    def __init__(self, folder: Path):
        from spark_dbt import what_is_missing

        self.folder = folder
        self.missing = what_is_missing()
        self.process = None

    def start(self) -> None:
        """Begin building, unless this or another worker has. The process keeps the lock on the file `alive` while it lives."""
        if self.missing:
            return
        with locked(self.folder.with_suffix(".lock")):
            if self.folder.exists():
                return
            self.folder.mkdir()
            pytest_process = os.getppid() if IS_WORKER else os.getpid()
            command = [sys.executable, str(Path(__file__).parent / "support" / "spark_builds.py"), "--while", str(pytest_process), str(self.folder)]
            with (self.folder / "printed.log").open("w") as printed, (self.folder / "alive").open("w") as alive:
                fcntl.flock(alive, fcntl.LOCK_EX)
                self.process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, pass_fds=[alive.fileno()],
                    # Java's second compiler costs more than it saves on small tables; most of what a query's plan leaves is garbage at once
                    env={"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=512m -XX:+UseSerialGC -XX:NewRatio=1", **os.environ, "NO_COLOR": "1", "DO_NOT_TRACK": "1"},
                )

    def is_alive(self) -> bool:
        """Whether the process is there."""
        with (self.folder / "alive").open() as alive:
            try:
                fcntl.flock(alive, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def stop(self) -> None:
        """End the process, at the end of the session. A worker leaves it to the others: it ends when the pytest that started them does."""
        if self.process is not None and not IS_WORKER:
            self.process.terminate()
            self.process.wait()

    def outcome(self, name: str) -> dict:
        """{success, output} of a dbt run, when it is done. Skips the test where Spark cannot run here."""
        if self.missing:
            pytest.skip(self.missing)
        self.start()
        file = self.folder / f"{name}.json"
        while not file.exists():
            is_alive = self.is_alive()
            assert is_alive or file.exists(), "the Spark builds ended early: " + (self.folder / "printed.log").read_text(errors="replace")[-3000:]
            time.sleep(0.5)
        return json.loads(file.read_text(encoding="utf-8"))

    def connect(self, schema: str) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection with a view on every table of a build, which must have succeeded."""
        outcome = self.outcome(schema)
        assert outcome["success"], outcome["output"][-6000:]
        connection = duckdb.connect()
        connection.sql("set timezone = 'UTC'")
        for table in sorted((self.folder / "warehouse" / f"{schema}.db").iterdir()):
            if next(table.rglob("*.parquet"), None) is None:
                # of a partitioned table without rows Spark writes no file, so no column is known
                connection.sql(f"create view {table.name} as select null as {NO_COLUMNS} where false")
                continue
            files = f"read_parquet('{table}/**/*.parquet', hive_partitioning = true)"
            # Spark's timestamps are instants, which DuckDB shows as TIMESTAMP WITH TIME ZONE
            described = connection.sql(f"describe select * from {files}").fetchall()
            columns = [f'cast("{name}" as timestamp) as "{name}"' if type_ == "TIMESTAMP WITH TIME ZONE" else f'"{name}"' for name, type_, *_ in described]
            connection.sql(f"create view {table.name} as select {', '.join(columns)} from {files}")
        return connection


@pytest.fixture(scope="session")
def spark_builds(tmp_path_factory):
    """What was built on Spark."""
    builds = SparkBuilds(shared_folder(tmp_path_factory) / "spark")
    yield builds
    builds.stop()


@pytest.fixture(scope="session", autouse=True)
def builds_side_by_side(request):
    """Where a test of the session needs Spark, its builds begin first and run beside the others."""
    if any(needs_spark(item) for item in request.session.items):
        request.getfixturevalue("spark_builds").start()
        if IS_WORKER:
            # two workers and Spark on two cores: Spark's builds are the longest chain, so they come first
            os.nice(5)


@pytest.fixture(scope="session")
def demo_build(tmp_path_factory):
    """The demo, built as `make build` builds it: (database path, dbt's output)."""
    def build(work):
        return [str(work / "demo.duckdb"), built("build", database=work / "demo.duckdb", work=work)]

    database, output = made_once(tmp_path_factory, "demo", build)
    return Path(database), output


@pytest.fixture(scope="session")
def demo_db(demo_build):
    """Read-only connection to the demo build."""
    with duckdb.connect(str(demo_build[0]), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session", params=ENGINES)
def scenario(request, tmp_path_factory):
    """Every hand-made case in one build, on each engine; see support/scenario.py."""
    from support.scenario import Scenario

    def build(work):
        install_package(SCENARIO_PROJECT)
        # the package's unit tests run in the demo
        left_out = ["--exclude-resource-type", "unit_test"]
        built("build", *left_out, database=work / "scenario.duckdb", work=work, project=SCENARIO_PROJECT, variables=Scenario(work / "raw").variables)
        return str(work / "scenario.duckdb")

    case = Scenario(tmp_path_factory.mktemp("scenario") / "raw")
    case.engine = request.param
    if case.engine == "spark":
        case.connection = request.getfixturevalue("spark_builds").connect("scenario")
    else:
        case.connection = duckdb.connect(made_once(tmp_path_factory, "scenario", build), read_only=True)
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

    def build(work):
        built("build", "--exclude-resource-type", "unit_test", database=work / "evidence.duckdb", work=work, variables=write_evidence(SHARED, work))
        return str(work / "evidence.duckdb")

    with duckdb.connect(made_once(tmp_path_factory, "evidence", build), read_only=True) as connection:
        yield connection


def group_of(nodeid: str) -> str:
    """The tests of a group run in one worker: a file's tests on Spark, and its others."""
    file, _, test = nodeid.partition("::")
    file = Path(file).name
    return f"{file} on Spark" if "spark" in test and file not in WHOLE_FILES else GROUPS.get(file, file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Hand out group by group, in the order of the tests."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            """Which group a test belongs to."""
            return group_of(nodeid)

    config.option.loadscopereorder = False
    return ByGroup(config, log)


def place_of(item) -> tuple:
    """What tests are sorted by: long files first, tests on Spark last, when its builds are done."""
    file, is_last = item.path.name, needs_spark(item) or item.path.name in WHOLE_FILES
    files = ON_SPARK if is_last else LONG
    return is_last, files.index(file) if file in files else len(files), needs_spark(item)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """In the order of the lists, after pytest has put tests of one fixture together."""
    items.sort(key=place_of)


def pytest_collection_finish(session):
    """Count the tests that need ../shared or Spark; a worker, which has collected all tests, tells it to the process that prints."""
    config = session.config
    config.shared_tests = [item.nodeid for item in session.items if any(mark is needs_shared.mark for mark in item.iter_markers("skipif"))]
    config.spark_tests = [item.nodeid for item in session.items if needs_spark(item)]
    if IS_WORKER:
        config.workeroutput.update(shared_tests=config.shared_tests, spark_tests=config.spark_tests)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """What a worker counted, when it ends."""
    told = getattr(node, "workeroutput", {})
    if "spark_tests" in told:
        node.config.shared_tests, node.config.spark_tests = told["shared_tests"], told["spark_tests"]


def pytest_terminal_summary(terminalreporter, config):
    """Say how many tests read ../shared and how many ran on Spark, so that a run without them cannot pass unseen for one with."""
    from spark_dbt import what_is_missing

    count = len(getattr(config, "shared_tests", []))
    terminalreporter.write_line(f"{count} tests read ../shared: " + ("they ran" if SHARED.is_dir() else "skipped, it is absent"))
    missing = what_is_missing()
    terminalreporter.write_line(f"{len(getattr(config, 'spark_tests', []))} tests on Spark: " + ("they ran" if missing is None else f"skipped. {missing}"))
