"""Measure the package on realistic histories: full builds, nights, README's queries; beside it a hand-written script and what people use instead.

    python scripts/bench.py                                                     2 million requests in 50 days, every step
    python scripts/bench.py --rows 10m 20m --calls-per-day 200k                 the targets
    python scripts/bench.py --rows 100m --calls-per-day 200k --steps history full night    hours, and 50 GB of disk
    python scripts/bench.py --rows 10m 100m --calls-per-day 200k --steps night --nights 3    more nights on what is there, in turn
    python scripts/bench.py --steps                                             the page alone

Writes build/bench/<rows>/ (history, databases) and build/bench/results.json, into which each step's figures go as soon as it has ended, and
docs/benchmarks.md from all that are there. Every step that is measured runs in a process of its own. Steps, in this order; each finds what those
before it left, so that a size can be measured in parts:

    history   one Parquet file a day; those that are there stay
    full      the spine by the hand-written script and by the package, into empty databases; they must agree on every total
    card      the spine with the price rows of the history's models alone: what the whole catalogue costs
    night     the next day's file arrives, the spine is built again: --nights times, of several sizes in turn, on the database of `full`
    whole     all models into an empty database, then --nights nights without tests and as many with data tests
    queries   README's queries on the database of `whole`
    loops     a Python loop over genai-prices and over LiteLLM, on a sample
    polars    a Polars script that writes the three tables of the spine
    demo      `dbt build` of the demo with all its tests; the same at every size
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

import duckdb
from bench_baseline import differences, measure_baseline, run_baseline, totals_of
from bench_days import CALLS_PER_DAY, generate
from bench_package import DATA_TESTS, NO_TESTS, SPINE, full_build, night, price_rows, run_queries, small_card_project
from bench_report import document
from bench_rivals import loops, polars
from bench_support import BENCH, ROOT, SCRIPTS, Run, fresh_database, machine, measured, megabytes, rows_argument, table, watched

# what the other benchmarks take from here
__all__ = ["ROOT", "generate", "machine", "measured", "rows_argument", "table"]

RESULTS = BENCH / "results.json"


class Size:
    """One size of history: its folder, and its part of results.json."""

    def __init__(self, rows: int, options: argparse.Namespace):
        self.rows, self.options = rows, options
        self.work = BENCH / str(rows)
        self.history = self.work / "history"
        self.work.mkdir(parents=True, exist_ok=True)
        self.found = read_results().get(str(rows), {})

    def keep(self, **found) -> None:
        """Put figures into results.json, with the day and the machine on which the full build was measured."""
        self.found |= found | {"rows": self.rows}
        if "package" in found or "machine" not in self.found:
            self.found |= {"measured_on": datetime.now(timezone.utc).strftime("%Y-%m-%d"), "machine": machine(self.options)}
        RESULTS.write_text(json.dumps(read_results() | {str(self.rows): self.found}, indent=1))

    def say(self, text: str) -> None:
        print(f"{self.rows:>11,} requests: {text}", flush=True)

    def reset_history(self) -> None:
        """The history up to its last day, without the files of nights."""
        generate(self.rows, self.history, self.options.calls_per_day)

    def check(self, totals: dict, other: dict, name: str) -> None:
        """Stop unless another side says the same as the package."""
        if found := differences(totals, other, name):
            sys.exit(f"The package and {name} disagree, so their times mean nothing:\n" + "\n".join(found))

    def history_step(self) -> None:
        self.reset_history()
        files = sorted(self.history.glob("*.parquet"))
        self.keep(days=len(files), calls_per_day=self.options.calls_per_day, history_mb=megabytes(*files))
        self.say(f"{len(files)} days, {self.found['history_mb']:,} MB")

    def full_step(self) -> None:
        self.reset_history()
        package, baseline = [], []
        for number in range(self.options.repeat):
            if not self.options.alone:
                baseline.append(measure_baseline(self.history, self.work, self.options))
                theirs = totals_of(self.work / "baseline.duckdb", "costs", "hourly")
                # both databases at once would take twice the disk
                fresh_database(self.work / "baseline.duckdb")
            package.append(full_build(self.work, self.history, self.options, "--select", SPINE))
            ours = totals_of(self.work / "package.duckdb", "fct_llm_cost__requests", "fct_llm_cost__hourly")
            self.say(f"full build {number + 1}: {shown(package[-1])}")
            if baseline:
                self.check(ours, theirs, "the script")
                self.say(f"script {shown(baseline[-1])}; ratio {package[-1].work_seconds / baseline[-1].work_seconds:.2f}")
        self.keep(
            memory_limit=self.options.memory_limit, repeat=self.options.repeat, package=best(package).kept(), baseline=best(baseline).kept() if baseline else None,
            # raw rows: the calls that are logged twice count twice
            raw_rows=raw_rows(self.history), totals=ours,
        )  # fmt: skip

    def card_step(self) -> None:
        project = small_card_project(self.work)
        runs = [full_build(self.work, self.history, self.options, "--select", SPINE, name="small_card", project=project) for _ in range(self.options.repeat)]
        totals = totals_of(self.work / "small_card.duckdb", "fct_llm_cost__requests", "fct_llm_cost__hourly")
        self.check(self.found["totals"], totals, "the package on a small card")
        fresh_database(self.work / "small_card.duckdb")
        self.say(f"small card: {shown(best(runs))}")
        self.keep(small_card=best(runs).kept(), price_rows=price_rows(ROOT), small_card_rows=price_rows(project))

    def night_step(self) -> None:
        one = night(self.rows, self.work, self.history, self.options, *NO_TESTS, "--select", SPINE)
        self.say(f"night of {one['day']}: {one['work_seconds']:.1f} s of nodes, {one['wall_seconds']:.1f} s in all, {one['written_mb']:,} MB written")
        self.keep(nights=[*(kept for kept in self.found.get("nights", []) if kept["day"] < one["day"]), one])

    def whole_step(self) -> None:
        self.reset_history()
        whole = full_build(self.work, self.history, self.options)
        self.say(f"all models: {shown(whole)}")
        self.keep(whole=whole.kept())
        for name, selection in (("whole_nights", NO_TESTS), ("tested_nights", DATA_TESTS)):
            nights = []
            for _ in range(self.options.nights):
                nights.append(night(self.rows, self.work, self.history, self.options, *selection))
                self.say(f"{name} {nights[-1]['day']}: {nights[-1]['work_seconds']:.1f} s of nodes, {nights[-1]['wall_seconds']:.1f} s in all")
            self.keep(**{name: nights})

    def queries_step(self) -> None:
        run = watched(own_process("queries", self.work / "package.duckdb", self.options))
        queries = json.loads(run.output.splitlines()[-1])
        self.say("queries: " + ", ".join(f"{name} {query['best']:.3f} s" for name, query in queries.items()))
        self.keep(queries=queries)

    def loops_step(self) -> None:
        found = loops(self.history, self.work, self.options)
        self.say("loops: " + ", ".join(f"{name} {loop['requests'] / loop['wall_seconds']:,.0f} requests a second" for name, loop in found.items()))
        self.keep(loops=found)

    def polars_step(self) -> None:
        run, totals = polars(self.rows, self.work, self.options)
        self.check(self.found["totals"], totals, "the Polars script")
        self.say(f"Polars: {run['work_seconds']:.1f} s, processor {run['cpu_seconds']:.1f} s, peak {run['peak_mb']:,} MB")
        self.keep(polars=run)

    def demo_step(self) -> None:
        run = watched([sys.executable, "-m", "dbt.cli.main", "build", "--target-path", str(self.work / "target"), "--log-path", str(self.work / "logs")], {
            "LLM_COST_DUCKDB_PATH": str(fresh_database(self.work / "demo.duckdb")), "DBT_PROFILES_DIR": str(ROOT), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        })  # fmt: skip
        fresh_database(self.work / "demo.duckdb")
        self.say(f"demo: {run.wall_seconds:.1f} s in all")
        self.keep(demo=run.kept())


STEPS = [name.removesuffix("_step") for name in vars(Size) if name.endswith("_step")]


def own_process(name: str, database: Path, options: argparse.Namespace) -> list[str]:
    """This script as a process that does one thing."""
    return [sys.executable, str(SCRIPTS / "bench.py"), "--process", name, "--database", str(database), "--threads", str(options.threads)]


def read_results() -> dict:
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {}


def best(runs: list[Run]) -> Run:
    return min(runs, key=lambda run: run.work_seconds)


def shown(run: Run) -> str:
    disk = f"{run.written_mb:,} MB written, {run.spilled_mb:,} MB spilled"
    return f"{run.work_seconds:.1f} s ({run.wall_seconds:.1f} s in all, processor {run.cpu_seconds:.1f} s, peak {run.peak_mb:,} MB, {disk})"


def raw_rows(history: Path) -> int:
    return duckdb.execute("select count(*) from read_parquet(?)", [str(history / "*.parquet")]).fetchone()[0]


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=rows_argument, nargs="+", default=[2_000_000], metavar="N", help="requests, as 2000000, 10m or 500k")
    parser.add_argument("--steps", nargs="*", choices=STEPS, default=STEPS, help="what to measure (default: everything; without any the page alone is written)")
    parser.add_argument("--calls-per-day", type=rows_argument, default=40_000, help=f"default 40k; the larger sizes are measured with {CALLS_PER_DAY // 1000}k")
    parser.add_argument("--nights", type=int, default=2, help="nights of the steps night and whole (default 2)")
    parser.add_argument("--alone", action="store_true", help="the package's full build alone, without the hand-written script beside it")
    parser.add_argument("--repeat", type=int, default=1, help="full builds of each side; the best counts (default 1)")
    parser.add_argument("--sample", type=rows_argument, default=20_000, help="requests of the loops (default 20k)")
    parser.add_argument("--threads", type=int, default=2, help="DuckDB threads of both sides (default 2)")
    parser.add_argument("--memory-limit", default="4GB", help="DuckDB memory limit of both sides (default 4GB)")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs" / "benchmarks.md", help="where the report goes")
    parser.add_argument("--process", choices=["baseline", "queries"], help=argparse.SUPPRESS)
    parser.add_argument("--history", help=argparse.SUPPRESS)
    parser.add_argument("--database", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()

    if options.process == "baseline":
        print(json.dumps(run_baseline(options.history, options.database, options)))
    elif options.process == "queries":
        print(json.dumps(run_queries(options.database, options.threads)))
    else:
        BENCH.mkdir(parents=True, exist_ok=True)
        sizes = [Size(rows, options) for rows in options.rows]
        for step in (step for step in STEPS if step in options.steps):
            # nights of the sizes in turn: a machine is not as fast at every hour
            for _ in range(options.nights if step == "night" else 1):
                for size in sizes:
                    getattr(size, step + "_step")()
        options.docs.write_text(document([found for _, found in sorted(read_results().items(), key=lambda item: int(item[0]))]), encoding="utf-8")
        print(f"wrote {options.docs}")


if __name__ == "__main__":
    main()
