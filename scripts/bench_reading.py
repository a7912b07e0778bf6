"""Measure how fast each log format is read, against DuckDB's own bare scan of the same file in the same run.

    python scripts/bench_reading.py                          every format, 100,000 records each
    python scripts/bench_reading.py --formats kong otel_genai --records 200k

The bare scan is DuckDB's own reader with what it finds by itself, into a table; the package's side is the staging model, from the file to
the columns of the usage event, into a table. In turn, the best of each counts. The records are those of the conformance test (tests/python/support/log_formats), for the three formats with demo logs the demo's lines, repeated.
Writes docs/reading_speed.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
from bench import ROOT, machine, rows_argument, table

sys.path.insert(0, str(ROOT / "tests" / "python"))
from support import log_formats  # noqa: E402

DEMO = {"usage_log": "demo/usage_log/2026-0[6-9].jsonl", "claude_code": "demo/claude_code/*/*.jsonl", "litellm": "demo/litellm/*.jsonl"}
AIM = 4


def write_demo_lines(name: str, records: int, file: Path) -> None:
    """The demo's lines, repeated up to so many records."""
    lines = [line for part in sorted(ROOT.glob(DEMO[name])) for line in part.read_text(encoding="utf-8", errors="replace").splitlines() if line.startswith("{")]
    lines = [line for line in lines if is_json(line)]
    with file.open("w", encoding="utf-8") as out:
        for number in range(records):
            out.write(lines[number % len(lines)] + "\n")


def is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def write_records(name: str, records: int, folder: Path) -> Path:
    """A file with the format's own records of so many calls."""
    if name in DEMO:
        write_demo_lines(name, records, folder / f"{name}.jsonl")
        return folder / f"{name}.jsonl"
    form = log_formats.Format(name)
    calls = [call for call in form.calls() if form.module.as_known(call) is not None]

    def another(number: int):
        call = calls[number % len(calls)]
        suffix = f"-{number}"
        return replace(
            call, name=call.name + suffix, occurred_at=call.occurred_at + timedelta(seconds=number // len(calls)), response_id=f"{call.response_id}{suffix}",
            request_id=f"{call.request_id}{suffix}", session_id=f"{call.session_id}-{number // 100}",
        )  # fmt: skip

    return form.write(folder, form.module.records([another(number) for number in range(records)]))


def best_of(connection: duckdb.DuckDBPyConnection, statement: str, times: int) -> tuple[float, int]:
    """Seconds of the fastest run into a table, and the rows that it wrote."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        connection.execute(f"create or replace temp table written as {statement}")
        seconds.append(time.perf_counter() - begun)
    return min(seconds), connection.execute("select count(*) from written").fetchone()[0]


def bare_scan(file: Path) -> str:
    """DuckDB's own reader of the file."""
    if file.suffix == ".csv":
        return f"read_csv('{file}')"
    return f"read_json('{file}', format = 'newline_delimited', ignore_errors = true, maximum_object_size = 134217728)"


def measure(name: str, options: argparse.Namespace, folder: Path) -> dict:
    """Both sides of one format."""
    file = write_records(name, options.records, folder)
    database = folder / f"{name}.duckdb"
    database.unlink(missing_ok=True)
    command = [
        sys.executable, "-m", "dbt.cli.main", "build", "--quiet", "--project-dir", str(ROOT), "--profiles-dir", str(ROOT),
        "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"), "--exclude-resource-type", "test", "unit_test",
        "--select", f"+stg_llm_cost__{name}", "--vars", json.dumps({"llm_cost_sources": [name], f"llm_cost_{name}_files": str(file)}),
    ]  # fmt: skip
    done = subprocess.run(command, env={**os.environ, "LLM_COST_DUCKDB_PATH": str(database)}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"set threads = {options.threads}")
        bare, records = best_of(connection, f"select * from {bare_scan(file)}", options.repeat)
        staged, rows = best_of(connection, f"select * from stg_llm_cost__{name}", options.repeat)
    result = {
        "format": name, "records": records, "rows": rows, "mb": file.stat().st_size / 2**20, "bare_seconds": bare, "staged_seconds": staged,
        "ratio": staged / bare,
    }  # fmt: skip
    print(f"{name:20} {records:>9,} records {result['mb']:7.1f} MB  bare {bare:6.2f} s  package {staged:6.2f} s  ratio {result['ratio']:.2f}", flush=True)
    file.unlink()
    database.unlink()
    return result


def document(results: list[dict], options: argparse.Namespace) -> str:
    """docs/reading_speed.md."""
    lines = [
        [
            f"`{one['format']}`", f"{one['records']:,}", f"{one['mb'] * 2**20 / one['records']:,.0f}", f"{one['records'] / one['bare_seconds']:,.0f}",
            f"{one['rows'] / one['staged_seconds']:,.0f}", f"**{one['ratio']:.2f}**",
        ]
        for one in sorted(results, key=lambda one: one["ratio"])
    ]  # fmt: skip
    slow = [one["format"] for one in results if one["ratio"] > AIM]
    return f"""# Reading speed

Each log format's staging model (raw file to the columns of the usage event contract) against DuckDB's own bare scan of the same file
(`select * from read_json(..)` or `read_csv`, with what it finds by itself), both into a table. The aim is at most {AIM} times the scan.
Written by `scripts/bench_reading.py` (part of `make bench`); do not edit.

{table(["format", "records", "bytes per record", "bare scan, records per second", "package, rows per second", "ratio"], lines)}

Above the aim: {", ".join(slow) or "none"}. Best of {options.repeat} runs each, in turn. Measured on: {machine(options)}.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--formats", nargs="+", default=[*DEMO, *log_formats.names()], help="formats to read (default all)")
    parser.add_argument("--records", type=rows_argument, default=100_000, help="records of each format, as 100000 or 200k")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each side; the best counts (default 3)")
    parser.add_argument("--threads", type=int, default=2, help="DuckDB threads of both sides (default 2)")
    parser.add_argument("--memory-limit", default="none", help=argparse.SUPPRESS)
    parser.add_argument("--docs", type=Path, default=ROOT / "docs" / "reading_speed.md", help="where the report goes")
    options = parser.parse_args()
    folder = ROOT / "build" / "bench" / "reading"
    folder.mkdir(parents=True, exist_ok=True)
    results = [measure(name, options, folder) for name in options.formats]
    if set(options.formats) >= {*DEMO, *log_formats.names()}:
        options.docs.write_text(document(results, options), encoding="utf-8")
        print(f"wrote {options.docs.relative_to(ROOT) if options.docs.is_relative_to(ROOT) else options.docs}")


if __name__ == "__main__":
    main()
