"""What people use instead, on the same history: a Python loop over genai-prices and over LiteLLM, on a sample, and a Polars script."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import duckdb
from bench_baseline import totals_of
from bench_days import generate
from bench_support import ROOT, SCRIPTS, folder_bytes, watched

ORACLES = ROOT / "build" / "oracles" / "bin" / "python"
POLARS = ROOT / "build" / "polars" / "bin" / "python"


def loops(history: Path, work: Path, options: argparse.Namespace) -> dict:
    """Seconds of both loops on a sample, spread over the last day of the history, of calls that have usage."""
    sample = work / "sample.jsonl"
    latest = max(history.glob("*.parquet"))
    duckdb.execute(
        f"""
        copy (
            select cast(occurred_at as varchar) as occurred_at, provider, model_served as model, usage from read_parquet('{latest}')
            where usage is not null order by hash(response_id, occurred_at) limit {options.sample}
        ) to '{sample}' (format json)
        """
    )
    found = {}
    for library in ("genai-prices", "litellm"):
        run = watched([str(ORACLES), str(SCRIPTS / "bench_loop.py"), library, str(sample)])
        found[library] = {**json.loads(run.output.splitlines()[-1]), "peak_mb": run.peak_mb}
    sample.unlink()
    return found


def polars(rows: int, work: Path, options: argparse.Namespace) -> tuple[dict, dict[str, list]]:
    """What the Polars script took on the history without the files of nights, and its totals; the tables go when they are counted."""
    history, folder = work / "polars_history", work / "polars"
    generate(rows, history, options.calls_per_day)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    run = watched([str(POLARS), str(SCRIPTS / "bench_polars.py"), str(history / "*.parquet"), str(ROOT / "seeds/prices/price_rates.csv"), str(folder)])
    reported = json.loads(run.output.splitlines()[-1])
    run.work_seconds, run.steps, run.file_mb = reported["work_seconds"], reported["steps"], folder_bytes(folder) // 2**20
    totals = totals_of(None, f"'{folder / 'costs.parquet'}'", f"'{folder / 'hourly.parquet'}'")
    shutil.rmtree(folder)
    shutil.rmtree(history)
    return {**run.kept(), "version": reported["polars"]}, totals
