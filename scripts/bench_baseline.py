"""The hand-written DuckDB script's side of the benchmark, scripts/bench_baseline.sql, and the totals that both sides must agree on."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import duckdb
from bench_support import ROOT, SCRIPTS, Run, fresh_database, megabytes, watched

TOTALS = {
    "provider, model, events, cost, input, output": """
        select
            provider, coalesce(model_served, model_requested), count(*), sum(total_cost_usd), cast(sum(total_input_tokens) as bigint),
            cast(sum(output_tokens) as bigint)
        from {requests} group by all order by all
    """,
    "provider, hourly requests, hourly cost": """
        select provider, cast(sum(requests) as bigint), cast(sum(total_cost_usd) as decimal(38, 12)) from {hourly} group by all order by all
    """,
}


def run_baseline(history: str, database: Path, options: argparse.Namespace) -> dict:
    """Execute the script: its seconds from opening the database to its closing, and those of each statement."""
    steps = {}
    started = time.perf_counter()
    connection = duckdb.connect(str(database))
    connection.execute(f"set threads = {options.threads}")
    connection.execute(f"set memory_limit = '{options.memory_limit}'")
    connection.execute(f"set temp_directory = '{database.parent / 'spill'}'")
    connection.execute("set variable history = ?", [history])
    connection.execute("set variable price_rates = ?", [str(ROOT / "seeds/prices/price_rates.csv")])
    for statement in connection.extract_statements((SCRIPTS / "bench_baseline.sql").read_text()):
        begun = time.perf_counter()
        connection.execute(statement)
        head = next(line for line in statement.query.strip().splitlines() if line and not line.startswith("--"))
        name = " ".join(head.split()[:4])
        steps[name] = steps.get(name, 0) + time.perf_counter() - begun
    connection.close()
    return {"work_seconds": time.perf_counter() - started, "steps": {name: round(seconds, 3) for name, seconds in steps.items()}}


def measure_baseline(history: Path, work: Path, options: argparse.Namespace) -> Run:
    """The script in a process of its own, into an empty database."""
    database = fresh_database(work / "baseline.duckdb")
    command = [sys.executable, str(SCRIPTS / "bench.py"), "--process", "baseline", "--history", str(history / "*.parquet"), "--database", str(database)]
    command += ["--threads", str(options.threads), "--memory-limit", options.memory_limit]
    run = watched(command, spill=work / "spill")
    reported = json.loads(run.output.splitlines()[-1])
    run.work_seconds, run.steps, run.file_mb = reported["work_seconds"], reported["steps"], megabytes(database)
    return run


def totals_of(source: Path | None, requests: str, hourly: str) -> dict[str, list]:
    """What a side says, as texts: of two tables of a DuckDB file, or of two Parquet files."""
    with duckdb.connect(str(source), read_only=True) if source else duckdb.connect() as connection:
        connection.execute("set memory_limit = '2GB'")
        return {
            what: [[str(value) for value in row] for row in connection.execute(statement.format(requests=requests, hourly=hourly)).fetchall()]
            for what, statement in TOTALS.items()
        }


def differences(ours: dict[str, list], theirs: dict[str, list], name: str) -> list[str]:
    """What the package and another side disagree on."""
    return [
        f"{what}: {side} only: {row}"
        for what in ours
        for side, mine, other in (("package", ours[what], theirs[what]), (name, theirs[what], ours[what]))
        for row in mine
        if row not in other
    ]
