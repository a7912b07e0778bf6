"""The package's side of the benchmark: full builds, nights, README's queries, each in a process of its own."""

from __future__ import annotations

import argparse
import csv
import json
import re
import shutil
import sys
import time
from pathlib import Path

import duckdb
from bench_days import next_day
from bench_support import ROOT, Run, fresh_database, megabytes, watched

SPINE = "+fct_llm_cost__hourly"
NO_TESTS = ("--exclude-resource-type", "test", "unit_test")
DATA_TESTS = ("--exclude-resource-type", "unit_test")


def dbt_build(work: Path, history: Path, options: argparse.Namespace, *arguments: str, name: str = "package", project: Path = ROOT) -> Run:
    """`dbt build` on the database `name`: seconds of each node, and what the process took."""
    database, spill, target = work / f"{name}.duckdb", work / "spill", work / "target"
    profile = {
        "type": "duckdb", "path": str(database), "schema": "main", "threads": options.threads,
        # not as `settings`, which dbt-duckdb sets anew for every node: DuckDB refuses another temp_directory once something is spilled. A
        # checkpoint goes over the whole file: one at the end of a build, not one after each table
        "config_options": {"threads": options.threads, "memory_limit": options.memory_limit, "temp_directory": str(spill), "checkpoint_threshold": "1GB"},
    }  # fmt: skip
    # JSON is YAML
    (work / "profiles.yml").write_text(json.dumps({"llm_cost": {"target": "bench", "outputs": {"bench": profile}}}))
    variables = {"llm_cost_sources": ["usage_log"], "llm_cost_usage_log_files": str(history / "*.parquet")}
    command = [
        sys.executable, "-m", "dbt.cli.main", "build", "--project-dir", str(project), "--profiles-dir", str(work),
        "--target-path", str(target), "--log-path", str(work / "logs"), "--vars", json.dumps(variables), *arguments,
    ]  # fmt: skip
    run = watched(command, {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}, spill)
    results = json.loads((target / "run_results.json").read_text())["results"]
    for result in results:
        kind, _, *node = result["unique_id"].split(".")
        name = node[0] if kind != "test" else "data tests"
        run.steps[name] = round(run.steps.get(name, 0) + result["execution_time"], 3)
    run.work_seconds = sum(run.steps.values())
    run.file_mb = megabytes(database)
    return run


def full_build(work: Path, history: Path, options: argparse.Namespace, *selection: str, name: str = "package", project: Path = ROOT) -> Run:
    """A full refresh into an empty database, without tests."""
    fresh_database(work / f"{name}.duckdb")
    return dbt_build(work, history, options, "--full-refresh", *NO_TESTS, *selection, name=name, project=project)


def night(rows: int, work: Path, history: Path, options: argparse.Namespace, *arguments: str) -> dict:
    """The next day's file arrives and dbt builds again. Stays in the database and in the history: the night after finds it there."""
    file = next_day(rows, history, options.calls_per_day)
    run = dbt_build(work, history, options, *arguments)
    return {"day": file.stem.removeprefix("day="), "rows": duckdb.execute("select count(*) from read_parquet(?)", [str(file)]).fetchone()[0], **run.kept()}


def readme_queries() -> dict[str, str]:
    """The queries of README.md, by name."""
    return dict(re.findall(r"<!-- query: (\w+) -->\s*```sql\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S))


def run_queries(database: Path, threads: int) -> dict:
    """Seconds of each of README's queries: the first time, and the best of five after it, in one read-only connection."""
    seconds = {}
    with duckdb.connect(str(database), read_only=True, config={"threads": threads}) as connection:
        for name, query in readme_queries().items():
            times = []
            for _ in range(6):
                started = time.perf_counter()
                rows = len(connection.execute(query).fetchall())
                times.append(time.perf_counter() - started)
            seconds[name] = {"first": round(times[0], 4), "best": round(min(times[1:]), 4), "rows": rows}
    return seconds


def small_card_project(work: Path) -> Path:
    """A copy of the project whose price and alias seeds have only the models that the package just billed."""
    with duckdb.connect(str(work / "package.duckdb"), read_only=True) as connection:
        billed = set(connection.execute("select distinct provider, model_billed from int_llm_cost__rate_cards").fetchall())
    project = work / "small_card"
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir()
    for part in ("dbt_project.yml", "macros", "models", "seeds", "tests"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, project / part)
    for seed in ("price_rates.csv", "model_aliases.csv"):
        path = Path("seeds/prices") / seed
        with (ROOT / path).open(encoding="utf-8", newline="") as source, (project / path).open("w", encoding="utf-8", newline="") as target:
            rows = csv.DictReader(source)
            kept = csv.DictWriter(target, rows.fieldnames, lineterminator="\n")
            kept.writeheader()
            kept.writerows(row for row in rows if (row["provider"], row["model"]) in billed or row["model"] == "*")
    return project


def price_rows(project: Path) -> int:
    """Rows of a project's price seed."""
    return duckdb.execute("select count(*) from read_csv(?, all_varchar = true)", [str(project / "seeds/prices/price_rates.csv")]).fetchone()[0]
