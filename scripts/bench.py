"""Measure the package's full refresh against one hand-written DuckDB script on the same history.

    python scripts/bench.py                          2 million rows
    python scripts/bench.py --rows 2m 10m 20m        several sizes

Writes build/bench/ (history, databases, results.json) and docs/benchmarks.md. Every step that is measured runs in a
process of its own. Both sides read the same Parquet files and the same price rows with the same number of threads, in
turn, and must agree on every total before a time is reported. The package also runs on a small price card, the rows of the
models in the history alone: what the whole catalogue costs is the difference.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone
from importlib.metadata import version
from pathlib import Path

import duckdb

SCRIPTS = Path(__file__).resolve().parent
ROOT = SCRIPTS.parent
FIRST_DAY = date(2026, 7, 22)
DAYS = 90
REPEATED_SHARE = 0.01
SPINE = "+fct_llm_cost__hourly"

PACKAGE_TOTALS = """
    select provider, coalesce(model_served, model_requested), count(*), sum(total_cost_usd), sum(total_input_tokens), sum(output_tokens)
    from {table} group by all order by all
"""
PACKAGE_HOURLY_TOTALS = """
    select provider, sum(requests), cast(sum(total_cost_usd) as decimal(38, 12)) from {table} group by all order by all
"""


@dataclass
class Run:
    """One measured process."""

    wall_seconds: float
    work_seconds: float
    cpu_seconds: float
    peak_mb: int
    file_mb: int
    steps: dict[str, float]


def rows_argument(text: str) -> int:
    """'2000000', '10m' or '500k' as a number of rows."""
    scale = {"k": 1_000, "m": 1_000_000}.get(text[-1].lower())
    return int(float(text[:-1]) * scale) if scale else int(text)


def measured(command: list[str], environment: dict[str, str] | None = None) -> tuple[float, float, int, str]:
    """Run a command to its end: wall seconds, processor seconds, peak resident memory in MB, and what it printed."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}\nended with {process.returncode}:\n{output}")
    kilobytes = usage.ru_maxrss // 1024 if sys.platform == "darwin" else usage.ru_maxrss
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, kilobytes // 1024, output


def generate(rows: int, folder: Path) -> None:
    """Write one Parquet file per day; a finished history is kept for the next run."""
    finished = folder / "finished"
    if finished.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    statement = (SCRIPTS / "bench_history.sql").read_text()
    calls = round(rows / (1 + REPEATED_SHARE))
    connection = duckdb.connect()
    for number in range(DAYS):
        day = FIRST_DAY + timedelta(days=number)
        first = calls * number // DAYS
        connection.execute(
            statement.format(
                day=day, first_call=first, calls=calls * (number + 1) // DAYS - first, file=folder / f"day={day}.parquet"
            )
        )
    finished.touch()


def run_baseline(history: str, database: Path, threads: int, memory_limit: str) -> None:
    """Execute the hand-written script and print the seconds of each statement as JSON."""
    steps = {}
    started = time.perf_counter()
    connection = duckdb.connect(str(database))
    connection.execute(f"set threads = {threads}")
    connection.execute(f"set memory_limit = '{memory_limit}'")
    connection.execute("set variable history = ?", [history])
    connection.execute("set variable price_rates = ?", [str(ROOT / "seeds/prices/price_rates.csv")])
    for statement in connection.extract_statements((SCRIPTS / "bench_baseline.sql").read_text()):
        begun = time.perf_counter()
        connection.execute(statement)
        head = next(line for line in statement.query.strip().splitlines() if line and not line.startswith("--"))
        name = " ".join(head.split()[:4])
        steps[name] = steps.get(name, 0) + time.perf_counter() - begun
    connection.close()
    print(json.dumps({"work_seconds": time.perf_counter() - started, "steps": steps}))


def measure_baseline(history: str, work: Path, options: argparse.Namespace) -> Run:
    """The hand-written script in a process of its own."""
    database = fresh_database(work / "baseline.duckdb")
    command = [sys.executable, __file__, "--step", "baseline", "--history", history, "--database", str(database)]
    command += ["--threads", str(options.threads), "--memory-limit", options.memory_limit]
    wall, cpu, peak, output = measured(command)
    reported = json.loads(output.splitlines()[-1])
    return Run(wall, reported["work_seconds"], cpu, peak, megabytes(database), reported["steps"])


def measure_package(history: str, work: Path, options: argparse.Namespace, name: str = "package", project: Path = ROOT) -> Run:
    """dbt build of the spine, as a full refresh into an empty database."""
    database = fresh_database(work / f"{name}.duckdb")
    target = work / "target"
    profile = {
        "type": "duckdb", "path": str(database), "schema": "main", "threads": options.threads,
        "settings": {"threads": options.threads, "memory_limit": options.memory_limit},
    }
    # JSON is YAML
    (work / "profiles.yml").write_text(json.dumps({"llm_cost": {"target": "bench", "outputs": {"bench": profile}}}))
    command = [
        sys.executable, "-m", "dbt.cli.main", "build", "--full-refresh",
        "--project-dir", str(project), "--profiles-dir", str(work), "--target-path", str(target), "--log-path", str(work / "logs"),
        "--select", SPINE, "--exclude-resource-type", "test", "unit_test",
        "--vars", json.dumps({"llm_cost_sources": ["usage_log"], "llm_cost_usage_log_files": history}),
    ]  # fmt: skip
    wall, cpu, peak, _ = measured(command, {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"})
    results = json.loads((target / "run_results.json").read_text())["results"]
    steps = {result["unique_id"].split(".")[-1]: result["execution_time"] for result in results}
    return Run(wall, sum(steps.values()), cpu, peak, megabytes(database), steps)


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
        with (ROOT / "seeds/prices" / seed).open(encoding="utf-8", newline="") as source, (project / "seeds/prices" / seed).open("w", encoding="utf-8", newline="") as target:
            rows = csv.DictReader(source)
            kept = csv.DictWriter(target, rows.fieldnames, lineterminator="\n")
            kept.writeheader()
            kept.writerows(row for row in rows if (row["provider"], row["model"]) in billed or row["model"] == "*")
    return project


def price_rows(project: Path) -> int:
    """Rows of a project's price seed."""
    return duckdb.execute("select count(*) from read_csv(?, all_varchar = true)", [str(project / "seeds/prices/price_rates.csv")]).fetchone()[0]


def fresh_database(path: Path) -> Path:
    """The path, with no database at it."""
    for leftover in (path, path.with_name(path.name + ".wal")):
        leftover.unlink(missing_ok=True)
    return path


def megabytes(path: Path) -> int:
    return path.stat().st_size // 2**20


def differences(work: Path, other_side: str = "baseline") -> list[str]:
    """What the package's database and another disagree on: events, tokens and cost per provider and model, hourly totals."""
    found = []
    requests, hourly = ("costs", "hourly") if other_side == "baseline" else ("fct_llm_cost__requests", "fct_llm_cost__hourly")
    for what, statement, ours, theirs in (
        ("provider, model, events, cost, input, output", PACKAGE_TOTALS, "fct_llm_cost__requests", requests),
        ("provider, hourly requests, hourly cost", PACKAGE_HOURLY_TOTALS, "fct_llm_cost__hourly", hourly),
    ):
        totals = []
        for database, table in (("package", ours), (other_side, theirs)):
            with duckdb.connect(str(work / f"{database}.duckdb"), read_only=True) as connection:
                totals.append(connection.execute(statement.format(table=table)).fetchall())
        found += [f"{what}: {side} only: {row}" for side, mine, other in (("package", *totals), (other_side, *totals[::-1])) for row in mine if row not in other]
    return found


def measure(rows: int, options: argparse.Namespace) -> dict:
    """Both sides in turn on one history; the best of each."""
    work = ROOT / "build" / "bench"
    folder = work / f"history_{rows}"
    measured([sys.executable, __file__, "--step", "generate", "--rows", str(rows), "--history", str(folder)])
    history = str(folder / "*.parquet")
    history_rows = duckdb.execute("select count(*) from read_parquet(?)", [history]).fetchone()[0]

    package, baseline, small_card = [], [], []
    for number in range(options.repeat):
        baseline.append(measure_baseline(history, work, options))
        package.append(measure_package(history, work, options))
        print(
            f"{rows:>11,} rows, run {number + 1}: package {package[-1].work_seconds:.1f} s (dbt in all {package[-1].wall_seconds:.1f} s),"
            f" baseline {baseline[-1].work_seconds:.1f} s; processor {package[-1].cpu_seconds:.1f} s and {baseline[-1].cpu_seconds:.1f} s",
            flush=True,
        )
        if found := differences(work):
            sys.exit("The package and the baseline disagree, so their times mean nothing:\n" + "\n".join(found))
        project = small_card_project(work)
        small_card.append(measure_package(history, work, options, "small_card_package", project))
        print(f"{rows:>11,} rows, run {number + 1}: package on a small card {small_card[-1].work_seconds:.1f} s, processor {small_card[-1].cpu_seconds:.1f} s", flush=True)
        if found := differences(work, "small_card_package"):
            sys.exit("The package disagrees with itself on the small card:\n" + "\n".join(found))
    return {
        "rows": history_rows,
        "measured_on": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "machine": machine(options),
        "history_mb": sum(file.stat().st_size for file in folder.glob("*.parquet")) // 2**20,
        "repeat": options.repeat,
        "package": asdict(min(package, key=lambda run: run.work_seconds)),
        "baseline": asdict(min(baseline, key=lambda run: run.work_seconds)),
        "small_card": asdict(min(small_card, key=lambda run: run.work_seconds)),
        "price_rows": price_rows(ROOT),
        "small_card_rows": price_rows(project),
    }


def machine(options: argparse.Namespace) -> str:
    """What the numbers were measured with."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB memory, {options.threads} threads, memory limit {options.memory_limit}, "
        f"Python {platform.python_version()}, DuckDB {version('duckdb')}, dbt-core {version('dbt-core')}, dbt-duckdb {version('dbt-duckdb')}"
    )


def table(heads: list[str], lines: list[list[str]]) -> str:
    """A Markdown table."""
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [heads, ["---"] * len(heads), *lines])


def document(results: list[dict]) -> str:
    """docs/benchmarks.md from the results of every size measured so far."""
    largest = results[-1]
    summary = []
    for result in results:
        package, baseline = result["package"], result["baseline"]
        summary.append([
            f"{result['rows']:,}",
            f"{package['work_seconds']:.1f}", f"{baseline['work_seconds']:.1f}",
            f"**{package['work_seconds'] / baseline['work_seconds']:.2f}**",
            f"{package['wall_seconds']:.1f}", f"{package['wall_seconds'] / baseline['wall_seconds']:.2f}",
            f"{package['cpu_seconds'] / baseline['cpu_seconds']:.2f}",
            f"{result['rows'] / package['work_seconds']:,.0f}",
            f"{package['peak_mb']:,}", f"{baseline['peak_mb']:,}",
            f"{package['file_mb']:,}", f"{baseline['file_mb']:,}", result["measured_on"],
        ])  # fmt: skip
    cards = [
        [
            f"{result['rows']:,}", f"{result['price_rows']:,}", f"{result['small_card_rows']:,}",
            f"{result['package']['work_seconds']:.1f}", f"{result['small_card']['work_seconds']:.1f}",
            f"**{result['package']['work_seconds'] / result['small_card']['work_seconds']:.2f}**",
            f"{result['package']['cpu_seconds'] / result['small_card']['cpu_seconds']:.2f}",
        ]
        for result in results if "small_card" in result
    ]  # fmt: skip
    slowest = sorted(largest["package"]["steps"].items(), key=lambda step: -step[1])[:10]
    steps = [[f"`{name}`", f"{seconds:.1f}"] for name, seconds in slowest]
    script = [[f"`{name}`", f"{seconds:.1f}"] for name, seconds in largest["baseline"]["steps"].items() if seconds >= 0.05]
    machines = dict.fromkeys(result["machine"] for result in results)
    return f"""# Benchmarks

A full refresh of the spine (usage events, priced requests, hourly rollup) with `dbt build`, against one hand-written DuckDB
script, `scripts/bench_baseline.sql`, that writes the same three tables from the same Parquet history in the same run. The aim is
at most twice the script's time. Written by `scripts/bench.py`; do not edit.

{table(["rows", "package s", "baseline s", "ratio", "dbt in all s", "ratio in all", "ratio of processor time", "rows per second", "package peak MB", "baseline peak MB",
        "package file MB", "baseline file MB", "measured on"], summary)}

Measured on: {"; ".join(machines)}.

## What the whole catalogue costs

The same build with the price and alias rows of the history's models alone, in the same run. The aim is at most 1.10.

{table(["rows", "price rows", "on the small card", "package s", "small card s", "ratio", "ratio of processor time"], cards)}

## Run it again

```
make bench                                      # 2 million rows
python scripts/bench.py --rows 2m 10m 20m       # other sizes, in the environment of make build
```

The history is generated once per size into `build/bench/` and kept ({largest["history_mb"]:,} MB for {largest["rows"]:,} rows).

## Where the time goes

Seconds per node of the package at {largest["rows"]:,} rows, the ten slowest:

{table(["node", "seconds"], steps)}

Seconds per statement of the script at the same size:

{table(["statement", "seconds"], script)}

## How it is measured

- The history: {DAYS} days from {FIRST_DAY} in one Parquet file a day, in the package's `usage_log` format, the provider's usage object as
  JSON text. 45% OpenAI chat, 35% Anthropic messages, 15% Gemini, 5% xAI; 8 models, of which three change their price during these
  days and four have a context tier; 40 tenants, 12 features, 8 teams. 1% of the calls are logged twice (a partial answer, then the
  full one), 0.5% failed without usage, 0.2% name a model without a price, 0.1% have a negative count. Every value is a function of
  the call's number, so a size always gives the same rows.
- Both sides run in processes of their own, in turn, {largest["repeat"]} times each; the best of each is compared. Both start from an empty
  database file, use the same number of DuckDB threads and the same memory limit, and read the same `price_rates.csv`.
- "package s" is the sum of the execution times of the dbt nodes (seeds, models) as dbt reports them in `run_results.json`; "dbt in
  all" is the wall time of the dbt process, with its start, parsing and shutdown. "baseline s" is from opening the database to
  its closing; the ratio in all compares wall time with wall time. Processor time is user and system time of the process: it tells a
  busy machine from slow SQL.
- Peak memory is the largest resident size of the process. Rows per second are raw rows over "package s".
- A run counts only if both sides agree on the number of events, tokens and cost to the last digit per provider and model, and on the
  hourly totals. The script does the same de-duplication, the same quarantine of negative counts and the same dated, tiered prices
  in DECIMAL, but it knows these four API shapes and eight models only, and none of the package's columns that this history leaves empty.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=rows_argument, nargs="+", default=[2_000_000], metavar="N", help="raw rows, as 2000000, 10m or 500k")
    parser.add_argument("--repeat", type=int, default=2, help="runs of each side; the best counts (default 2)")
    parser.add_argument("--threads", type=int, default=2, help="DuckDB threads of both sides (default 2)")
    parser.add_argument("--memory-limit", default="8GB", help="DuckDB memory limit of both sides (default 8GB)")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs" / "benchmarks.md", help="where the report goes")
    parser.add_argument("--step", choices=["generate", "baseline"], help=argparse.SUPPRESS)
    parser.add_argument("--history", help=argparse.SUPPRESS)
    parser.add_argument("--database", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()

    if options.step == "generate":
        generate(options.rows[0], Path(options.history))
    elif options.step == "baseline":
        run_baseline(options.history, options.database, options.threads, options.memory_limit)
    else:
        kept = ROOT / "build" / "bench" / "results.json"
        kept.parent.mkdir(parents=True, exist_ok=True)
        results = json.loads(kept.read_text()) if kept.exists() else {}
        for rows in options.rows:
            results[str(rows)] = measure(rows, options)
            kept.write_text(json.dumps(results, indent=1))
        options.docs.parent.mkdir(parents=True, exist_ok=True)
        options.docs.write_text(document([results[key] for key in sorted(results, key=int)]))
        print(f"wrote {options.docs}")


if __name__ == "__main__":
    main()
