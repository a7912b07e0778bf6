"""Measure the bytes of every stage of a build on Spark, per raw request.

    python scripts/bench_spark.py                      200,000 and 2 million requests
    python scripts/bench_spark.py --rows 200k 2m       the same, said in full
    python scripts/bench_spark.py --report             the page again, from the event logs of the last run

The history is that of scripts/bench.py, as an external Parquet table. Each size is built once as it is. The largest is built
again as a large day is planned: nothing but small tables is broadcast, and the calls of a trace have parents. Every build runs
in a process of its own, in the session of scripts/spark_dbt.py. The numbers come from Spark's event log and from the files of
the warehouse. Writes build/bench_spark/ and what stands between the markers of docs/spark.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from bench import ROOT, generate, rows_argument, table
from spark_dbt import RAW_SCHEMA, local_session, switch_ansi_on, what_is_missing

WORK = ROOT / "build" / "bench_spark"
# days of a history of any size
DAYS = 90
MARKS = ("<!-- measured -->", "<!-- /measured -->")
# above what the events look up (names, tiers, rate cards), below the repeated calls of two million requests
LARGE_DAY_BROADCAST = "32k"
PARENTS = "lag(coalesce(response_id, request_id)) over (partition by trace_id order by occurred_at)"
WIDEST = ("int_llm_cost__usage_rows", "fct_llm_cost__requests", "fct_llm_cost__hourly")


@dataclass(frozen=True)
class Plan:
    """One build: how many requests, and whether it is planned as a large day is."""

    rows: int
    is_large_day: bool = False

    @property
    def name(self) -> str:
        short = f"{self.rows // 1_000_000}m" if self.rows % 1_000_000 == 0 else f"{self.rows // 1_000}k"
        return short + (" as a large day" if self.is_large_day else "")

    @property
    def home(self) -> Path:
        return WORK / self.name.replace(" ", "_")


@dataclass
class Stage:
    """What the tasks of one model did."""

    totals: Counter = field(default_factory=Counter)
    peak_memory: int = 0
    plan: str = ""


@dataclass
class Build:
    """What one build left behind: its stages and, per table, rows and bytes."""

    plan: Plan
    requests: int = 0
    seconds: float = 0
    machine: str = ""
    stages: dict[str, Stage] = field(default_factory=lambda: defaultdict(Stage))
    tables: dict[str, tuple[int, int]] = field(default_factory=dict)

    def per_request(self, model: str, what: str) -> float:
        return self.stages[model].totals[what] / self.requests


def with_parents(history: Path, folder: Path) -> Path:
    """The history once more, each call of a trace with the call before it as its parent."""
    folder.mkdir()
    for file in history.glob("*.parquet"):
        calls = f"select * replace ({PARENTS} as parent_id) from '{file}' order by occurred_at"
        duckdb.execute(f"copy ({calls}) to '{folder / file.name}' (format parquet, compression zstd)")
    return folder


def build(plan: Plan) -> int:
    """The package's seeds and models over one history; 0 when dbt succeeded."""
    shutil.rmtree(plan.home, ignore_errors=True)
    (plan.home / "events").mkdir(parents=True)
    history = WORK / f"history_{plan.rows}"
    generate(plan.rows, history, plan.rows // DAYS)
    if plan.is_large_day:
        history = with_parents(history, plan.home / "history")
    settings = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": (plan.home / "events").as_uri(),
        "spark.eventLog.rolling.enabled": "false",
        "spark.eventLog.compress": "false",
        # reads of another thread are missing in the task's input metrics
        "spark.hadoop.parquet.hadoop.vectored.io.enabled": "false",
    }
    if plan.is_large_day:
        settings["spark.sql.autoBroadcastJoinThreshold"] = LARGE_DAY_BROADCAST
    options = [f"--conf {shlex.quote(f'{name}={value}')}" for name, value in settings.items()]
    os.environ["PYSPARK_SUBMIT_ARGS"] = " ".join([*options, "pyspark-shell"])
    session = local_session(plan.home, keep_catalog=False)
    session.sql(f"create schema {RAW_SCHEMA}")
    session.sql(f"create table {RAW_SCHEMA}.usage_log using parquet location '{history.as_uri()}'")

    from dbt.cli.main import dbtRunner

    switch_ansi_on()
    variables = {
        "llm_cost_sources": ["usage_log"], "llm_cost_usage_log_schema": RAW_SCHEMA, "llm_cost_usage_log_identifier": "usage_log",
    }  # fmt: skip
    result = dbtRunner().invoke([
        "build", "--full-refresh", "--exclude-resource-type", "test", "unit_test", "--target", "spark", "--threads", "1",
        "--project-dir", str(ROOT), "--profiles-dir", str(ROOT), "--target-path", str(plan.home / "target"),
        "--log-path", str(plan.home / "logs"), "--vars", json.dumps(variables),
    ])  # fmt: skip
    session.stop()
    return 0 if result.success else 1


def read(plan: Plan) -> Build:
    """What a build's event log and warehouse say."""
    found = Build(plan)
    model_of, plan_of, execution_of, times = {}, {}, {}, []
    with next((plan.home / "events").iterdir()).open(encoding="utf-8") as log:
        for line in log:
            event = json.loads(line)
            kind = event["Event"].rsplit(".", 1)[-1]
            times += [event["Timestamp"]] if "Timestamp" in event else []
            if kind == "SparkListenerLogStart":
                found.machine = f"Spark {event['Spark Version']}"
            elif kind == "SparkListenerEnvironmentUpdate":
                java, spark = event["JVM Information"]["Java Version"].split()[0], event["Spark Properties"]
                found.machine += f", Java {java}, {spark['spark.master']}, {spark['spark.driver.memory']} heap, {spark['spark.sql.shuffle.partitions']} shuffle partitions"
            elif kind in ("SparkListenerSQLExecutionStart", "SparkListenerSQLAdaptiveExecutionUpdate"):
                plan_of[event["executionId"]] = event["physicalPlanDescription"]
                # the statement that writes a table names its folder
                if written := re.search(r"/warehouse/\w+\.db/(\w+), ", event["physicalPlanDescription"]):
                    model_of[event["executionId"]] = written[1]
            elif kind == "SparkListenerStageSubmitted":
                execution_of[event["Stage Info"]["Stage ID"]] = int(event["Properties"].get("spark.sql.execution.id", -1))
            elif kind == "SparkListenerTaskEnd" and (model := model_of.get(execution_of[event["Stage ID"]])):
                count_task(found.stages[model], event["Task Metrics"])
    for execution, model in model_of.items():
        found.stages[model].plan = plan_of[execution]
    found.seconds = (max(times) - min(times)) / 1000
    for folder in (plan.home / "warehouse").glob("*.db/*"):
        files = list(folder.rglob("*.parquet"))
        counted_rows = "select sum(num_rows) from parquet_file_metadata(?)"
        rows = duckdb.execute(counted_rows, [list(map(str, files))]).fetchone()[0] if files else 0
        found.tables[folder.name] = (int(rows), sum(file.stat().st_size for file in files))
    found.requests = found.tables["int_llm_cost__usage_rows"][0]
    return found


def count_task(stage: Stage, metrics: dict) -> None:
    """Add one task to its model's stage."""
    for name, part, bytes_key, rows_key in (
        ("read", "Input Metrics", "Bytes Read", "Records Read"),
        ("shuffled", "Shuffle Write Metrics", "Shuffle Bytes Written", "Shuffle Records Written"),
        ("written", "Output Metrics", "Bytes Written", "Records Written"),
    ):
        stage.totals[f"{name} bytes"] += metrics[part][bytes_key]
        stage.totals[f"{name} rows"] += metrics[part][rows_key]
    stage.totals["spilled bytes"] += metrics["Disk Bytes Spilled"]
    stage.peak_memory = max(stage.peak_memory, metrics["Peak Execution Memory"])


def exchanges(plan: str) -> tuple[str, str]:
    """What a finished plan shuffled, by which columns and how many rows, and what it broadcast."""
    tree = plan.split("+- == Initial Plan ==")[0].splitlines()
    arguments = dict(re.findall(r"\n\((\d+)\) Exchange\nInput[^\n]*\nArguments: ([^\n]*)", plan))
    shuffled, broadcast = [], []
    for number, line in enumerate(tree):
        stage = re.search(r"(Shuffle|Broadcast)QueryStage \(\d+\).*rowCount=([\dE.+]+)", line)
        if not stage or "ReusedExchange" in tree[number + 1]:
            continue
        rows = f"{float(stage[2]):,.0f}"
        if stage[1] == "Broadcast":
            scan = next((re.search(r"\.(\w+) \(\d+\)$", below) for below in tree[number:] if "Scan parquet" in below or "Scan OneRow" in below), None)
            broadcast.append(f"`{scan[1]}` {rows}" if scan else f"one row {rows}")
        else:
            # of a long list Spark leaves the last fields out, the number of partitions among them
            keys = re.match(r"hashpartitioning\((.*), (?:\d+|\.\.\. (\d+) more fields)\)", arguments[re.search(r"Exchange \((\d+)\)", tree[number + 1])[1]])
            names = re.split(r", (?![^(]*\))", re.sub(r"#\d+L?", "", keys[1])) if keys else ["one partition"]
            names += [""] * (int(keys[2]) - 1 if keys and keys[2] else 0)
            shuffled.append((f"{len(names)} columns" if len(names) > 4 else ", ".join(f"`{name}`" for name in names)) + f" {rows}")
    return counted(shuffled), counted(broadcast)


def counted(names: list[str]) -> str:
    """The names once each, with how often they came."""
    return "; ".join(name + (f" ({times} times)" if times > 1 else "") for name, times in Counter(names).items()) or "nothing"


def widest_columns(build: Build, name: str) -> str:
    """The columns of a table that take most bytes, with the bytes per row of the table."""
    files = str(next((build.plan.home / "warehouse").glob(f"*/{name}"))) + "/**/*.parquet"
    sizes = duckdb.execute(
        "select path_in_schema, sum(total_compressed_size) from parquet_metadata(?) group by all order by 2 desc, 1 limit 8", [files]
    ).fetchall()
    return ", ".join(f"`{column}` {size / build.tables[name][0]:.1f}" for column, size in sizes)


def report(builds: list[Build]) -> str:
    """The Markdown between the markers."""
    plain, large = [one for one in builds if not one.plan.is_large_day], builds[-1]
    moved = ("read bytes", "shuffled bytes", "written bytes")

    def measured(first: str, names: list[str], cells: dict) -> str:
        heads = [first, *(f"{what}, {one.plan.name}" for what in cells for one in builds)]
        return table(heads, [[f"`{name}`", *(cell(one, name) for cell in cells.values() for one in builds)] for name in names])

    models = [name for name in large.stages if any(sum(one.per_request(name, what) for what in moved) >= 1 for one in (plain[-1], large))]
    bytes_cells = {what.split()[0]: lambda one, name, what=what: f"{one.per_request(name, what):,.1f}" for what in moved}
    row_cells = {
        "rows shuffled": lambda one, name: f"{one.per_request(name, 'shuffled rows'):.2f}",
        "rows written": lambda one, name: f"{one.per_request(name, 'written rows'):.3f}",
        "peak MB": lambda one, name: f"{one.stages[name].peak_memory / 2**20:,.0f}",
        "spilled MB": lambda one, name: f"{one.stages[name].totals['spilled bytes'] / 2**20:,.0f}",
    }
    growing = [name for name in sorted(large.tables) if large.tables[name][1] / large.requests >= 0.5]
    small = [name for name in sorted(large.tables) if name not in growing]
    rows = {"rows": lambda one, name: f"{one.tables[name][0]:,}"}
    growing_cells = {**rows, "bytes per request": lambda one, name: f"{one.tables[name][1] / one.requests:.1f}"}
    small_cells = {**rows, "bytes": lambda one, name: f"{one.tables[name][1]:,}"}
    plans = [[f"`{name}`", one.plan.name, *exchanges(one.stages[name].plan)] for name in models for one in (plain[-1], large)]
    columns = [[f"`{name}`", one.plan.name, widest_columns(one, name)] for name in WIDEST for one in plain]
    runs = [
        [one.plan.name, f"{one.requests:,}", *(f"{sum(one.per_request(name, what) for name in one.stages):,.0f}" for what in moved), f"{one.seconds:,.0f}"]
        for one in builds
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"""
Bytes per raw request of the whole build, and seconds:

{table(["build", "raw requests", *(what.split()[0] for what in moved), "seconds"], runs)}

Measured on: {os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB memory, {large.machine}. Seconds are rough: the machine was shared.
The build "as a large day" broadcasts nothing above {LARGE_DAY_BROADCAST}B, and each call of a trace has the call before it as its parent.

Bytes per raw request, by model. Read and written are Parquet files, shuffled is Spark's compressed row format:

{measured("model", models, bytes_cells)}

Rows per raw request, execution memory of the largest task, and spill to disk:

{measured("model", models, row_cells)}

Tables that grow with the requests:

{measured("table", growing, growing_cells)}

Tables that grow with models, price changes and errors:

{measured("table", small, small_cells)}

Exchanges of the plans that ran, with their rows after partial aggregation:

{table(["model", "build", "shuffled by, rows", "broadcast (read from), rows"], plans)}

The widest columns, in Parquet bytes per row of the table:

{table(["table", "build", "columns"], columns)}
"""


def main() -> int:
    """Build every size, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=rows_argument, nargs="+", default=[200_000, 2_000_000], metavar="N", help="raw rows, as 2000000, 10m or 500k")
    parser.add_argument("--report", action="store_true", help="write the page from the event logs of the last run")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs" / "spark.md", help="the page with the markers")
    parser.add_argument("--step", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        return build(Plan(**options.step))
    if problem := what_is_missing():
        print(problem, file=sys.stderr)
        return 2

    plans = [*map(Plan, sorted(options.rows)), Plan(max(options.rows), is_large_day=True)]
    for plan in plans if not options.report else []:
        subprocess.run([sys.executable, __file__, "--step", json.dumps(plan.__dict__)], check=True, env={**os.environ, "DO_NOT_TRACK": "1"})
    before, _, rest = options.docs.read_text(encoding="utf-8").partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    options.docs.write_text(f"{before}{MARKS[0]}\n{report([read(plan) for plan in plans])}\n{MARKS[1]}{after}", encoding="utf-8")
    print(f"wrote {options.docs}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
