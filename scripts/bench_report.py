"""docs/benchmarks.md from the results of every size measured so far."""

from __future__ import annotations

from statistics import median

from bench_support import table

# figure of a night, its heading
NIGHT_FIGURES = {"wall_seconds": "dbt in all s", "work_seconds": "nodes s", "cpu_seconds": "processor s", "written_mb": "MB written"}
NIGHTS = {"nights": "the spine", "whole_nights": "everything, no tests", "tested_nights": "everything, with data tests"}


def millions(result: dict) -> str:
    return f"{result['rows'] / 1e6:g} m"


def with_step(results: list[dict], *steps: str) -> list[dict]:
    """The sizes for which these were measured."""
    return [result for result in results if all(step in result for step in steps)]


def lowest(nights: list[dict], figure: str) -> float:
    return min(night[figure] for night in nights)


def with_script(results: list[dict]) -> list[dict]:
    """The sizes at which the hand-written script ran beside the package."""
    return [result for result in with_step(results, "package") if result["baseline"]]


def seconds(value: float) -> str:
    return f"{value:.1f}"


def verdict(value: float, target: float, digits: int = 2) -> str:
    return f"**{value:.{digits}f}**" + ("" if value <= target else " (missed)")


def night_ratios(results: list[dict], kind: str = "nights") -> list[tuple[dict, dict]]:
    """Every size with the smallest one it is compared with: of the same calls a day, else their nights are not the same."""
    found = []
    for result in with_step(results, kind):
        same = [other for other in with_step(results, kind) if other["calls_per_day"] == result["calls_per_day"] and other["rows"] < result["rows"]]
        if same:
            found.append((result, same[0]))
    return found


def targets(results: list[dict]) -> str:
    """The targets of the package, each with what was measured."""
    lines = []
    for result in with_script(results):
        ratio = result["package"]["work_seconds"] / result["baseline"]["work_seconds"]
        lines.append([f"full build of the spine, {millions(result)}", "2.0 times the script", verdict(ratio, 2.0)])
    for result, smaller in night_ratios(results):
        for figure, head in NIGHT_FIGURES.items():
            # a ratio of the smallest: what else runs on the machine only adds
            ratio = lowest(result["nights"], figure) / max(lowest(smaller["nights"], figure), 1)
            lines.append([f"a night at {millions(result)} to one at {millions(smaller)}: {head}", "1.2 times", verdict(ratio, 1.2)])
    for result in with_step(results, "package"):
        package = result["package"]
        peak = f"{package['peak_mb']:,} MB resident, {package['spilled_mb']:,} MB spilled"
        lines.append([f"memory of the full build, {millions(result)}", f"no failure under a limit of {result['memory_limit']}", f"**built**; {peak}"])
    for result in with_step(results, "queries"):
        name, slowest = max(result["queries"].items(), key=lambda query: query[1]["best"])
        lines.append([f"slowest query of README, `{name}`, {millions(result)}", "0.2 s", verdict(slowest["best"], 0.2, 3)])
    for result in with_step(results, "demo")[-1:]:
        lines.append(["`dbt build` of the demo with all tests", "90 s", verdict(result["demo"]["wall_seconds"], 90, 0)])
    return table(["what", "target", "measured"], lines)


def full_builds(results: list[dict]) -> str:
    lines = []
    for result in with_script(results):
        package, baseline = result["package"], result["baseline"]
        lines.append([
            f"{result['raw_rows']:,}", str(result["days"]), seconds(package["work_seconds"]), seconds(baseline["work_seconds"]),
            f"**{package['work_seconds'] / baseline['work_seconds']:.2f}**", seconds(package["wall_seconds"]),
            f"{package['wall_seconds'] / baseline['wall_seconds']:.2f}", f"{package['cpu_seconds'] / baseline['cpu_seconds']:.2f}",
            f"{result['raw_rows'] / package['work_seconds']:,.0f}",
            *(f"{package[figure]:,} / {baseline[figure]:,}" for figure in ("peak_mb", "spilled_mb", "written_mb", "file_mb")), result["measured_on"],
        ])  # fmt: skip
    heads = ["raw rows", "days", "package s", "script s", "ratio", "dbt in all s", "ratio in all", "ratio of processor time", "rows per second"]
    return table([*heads, "peak MB", "spilled MB", "written MB", "file MB", "measured on"], lines)


def nights(results: list[dict]) -> str:
    lines = []
    for kind, name in NIGHTS.items():
        for result in with_step(results, kind):
            figures = [f"{lowest(result[kind], figure):,.1f} / {median(night[figure] for night in result[kind]):,.1f}" for figure in NIGHT_FIGURES]
            new_rows, peak = (f"{max(night[figure] for night in result[kind]):,}" for figure in ("rows", "peak_mb"))
            lines.append([name, millions(result), str(len(result[kind])), new_rows, *figures, peak])
    return table(["built", "history", "nights", "new rows", *NIGHT_FIGURES.values(), "peak MB"], lines)


def nodes_of_nights(results: list[dict]) -> str:
    """The slowest nodes of a night of the spine, at each size."""
    measured = with_step(results, "nights")
    fastest = [{name: min(night["steps"].get(name, 0) for night in result["nights"]) for name in result["nights"][-1]["steps"]} for result in measured]
    names = sorted(fastest[-1], key=lambda name: -fastest[-1][name])[:15]
    return table(["node", *(millions(result) for result in measured)], [[f"`{name}`", *(f"{steps.get(name, 0):.2f}" for steps in fastest)] for name in names])


def slowest(steps: dict[str, float], least: float) -> list[list[str]]:
    return [[f"`{name}`", f"{value:.1f}"] for name, value in sorted(steps.items(), key=lambda step: -step[1]) if value >= least]


def instead(results: list[dict]) -> str:
    """What people use instead, per request and for the whole history."""
    lines = []
    for result in with_step(results, "loops", "package"):
        for name, loop in result["loops"].items():
            each = loop["wall_seconds"] / loop["requests"]
            whole = each * result["raw_rows"]
            lines.append([
                millions(result), f"Python loop over {name}, one core", f"{loop['requests']:,} sampled, {loop['priced']:,} priced", f"{1 / each:,.0f}",
                f"{whole:,.0f} (extrapolated)", f"{whole / result['package']['work_seconds']:.1f}", f"{loop['peak_mb']:,}",
            ])  # fmt: skip
    for result in with_step(results, "package"):
        sides = {"hand-written DuckDB script": result["baseline"], "this package": result["package"]}
        sides = {name: run for name, run in sides.items() if run}
        if "polars" in result:
            sides = {f"Polars {result['polars']['version']} script": result["polars"], **sides}
        for name, run in sides.items():
            lines.append([
                millions(result), name, "every row", f"{result['raw_rows'] / run['work_seconds']:,.0f}", f"{run['work_seconds']:,.0f}",
                f"{run['work_seconds'] / result['package']['work_seconds']:.2f}", f"{run['peak_mb']:,}",
            ])  # fmt: skip
    return table(["history", "what", "of", "rows a second", "seconds", "times the package", "peak MB"], lines)


def queries(results: list[dict]) -> str:
    measured = with_step(results, "queries")
    names = measured[-1]["queries"]
    return table(
        ["query", *(millions(result) for result in measured)],
        [[f"`{name}`", *(f"{result['queries'][name]['best']:.3f} ({result['queries'][name]['first']:.3f})" for result in measured)] for name in names],
    )


def document(results: list[dict]) -> str:
    """The page. A part that was not measured at any size is left out."""
    full = with_step(results, "package")
    parts = ["""# Benchmarks

What the package takes on realistic histories of requests: full builds, nights, queries, memory, and the same work done by other means in the same run.
Written by `scripts/bench.py`; do not edit.""", targets(results)]
    machines = dict.fromkeys(result["machine"] for result in results)
    parts.append(f"Measured on: {'; '.join(machines)}.")
    sizes = "; ".join(f"{millions(result)} requests are {result['history_mb']:,} MB of Parquet" for result in with_step(results, "history_mb"))
    parts.append(f"""## Run it again

```
make bench                                                                                     # 2 million requests, every step
python scripts/bench.py --rows 10m 20m --calls-per-day 200k --memory-limit 4GB                 # the targets
python scripts/bench.py --rows 100m --calls-per-day 200k --memory-limit 4GB --steps history full night    # hours, and 50 GB of disk
python scripts/bench.py --rows 10m 100m --calls-per-day 200k --memory-limit 4GB --steps night --nights 3    # more nights on what is there
python scripts/bench.py --steps                                                                # this page alone
```

In the environment of `make build`, with those of `make build/oracles/installed build/polars/installed` for the steps `loops` and `polars`. Figures
are kept in `build/bench/results.json`: a step that is measured again replaces its own. {sizes}.""")
    if full:
        package = full[-1]
        parts += ["""## Full build of the spine

Usage events, priced requests, hourly rollup, with what they need, against one hand-written DuckDB script, `scripts/bench_baseline.sql`, that writes
the same three tables from the same files. Two figures in a cell: package / script.""", full_builds(results)]
        parts += [f"Seconds per node of the package at {millions(package)}, from 0.2 s:", table(["node", "seconds"], slowest(package["package"]["steps"], 0.2))]
        for beside in with_script(results)[-1:]:
            parts += [f"Seconds per statement of the script at {millions(beside)}:", table(["statement", "seconds"], slowest(beside["baseline"]["steps"], 0.05))]
    if with_step(results, "nights"):
        spine = """## Nights

After a full build the file of the next day arrives, with about 0.5% of calls of yesterday and of three days ago, and `dbt build` runs again, and
so on. Nights of several sizes run in turn, each in a process of its own. Lowest / median of these nights. Where a large history has not
been read for hours, its first night is slower: it reads what the operating system has let go."""
        parts += [spine, nights(results), "Seconds per node of a night of the spine, the lowest of the nights:", nodes_of_nights(results)]
    if wholes := with_step(results, "whole"):
        whole = wholes[-1]
        built, of_nights = whole["whole"], [one["steps"] for one in whole.get("whole_nights", [])]
        parts += [f"""## Everything

A full build of all models at {millions(whole)}: {seconds(built["work_seconds"])} s of nodes, {seconds(built["wall_seconds"])} s in all, peak {built["peak_mb"]:,} MB. Seconds
per node from 0.2 s, and the lowest of the nights of everything:"""]
        lines = [[*line, f"{min((steps.get(line[0].strip('`'), 0) for steps in of_nights), default=0):.1f}"] for line in slowest(built["steps"], 0.2)]
        parts += [table(["node", "full build s", "night s"], lines)]
    if with_step(results, "queries"):
        parts += ["""## README's queries

Seconds, best of five in one read-only connection with two threads; in brackets the first time. On the database of a whole build.""", queries(results)]
    if with_step(results, "loops") or with_step(results, "polars"):
        parts += ["""## What people use instead

The loops call `genai_prices.calc_price` and `litellm.cost_per_token` for each request of a sample of the last day, after reading the request from a
JSON line and its counts from the usage object; the whole history is extrapolated from that. They only price: no repeats found, no table written, no
lifetimes of cache writes, no service tiers, web searches unpriced, LiteLLM's prices those of today, in binary floats. The Polars script
(`scripts/bench_polars.py`) writes the script's tables as Parquet and agrees with both on every total: its costs are whole numbers of 10^-12 USD. It
has no limit of memory.""", instead(results)]
    if cards := with_step(results, "small_card"):
        lines = [
            [
                f"{result['raw_rows']:,}", f"{result['price_rows']:,}", f"{result['small_card_rows']:,}", seconds(package["work_seconds"]), seconds(card["work_seconds"]),
                f"**{package['work_seconds'] / card['work_seconds']:.2f}**", f"{package['cpu_seconds'] / card['cpu_seconds']:.2f}",
            ]
            for result, package, card in ((result, result["package"], result["small_card"]) for result in cards)
        ]  # fmt: skip
        parts += ["""## What the whole catalogue costs

The spine with the price and alias rows of the history's models alone, in the same run. The aim is at most 1.10.""",
                  table(["raw rows", "price rows", "on the small card", "package s", "small card s", "ratio", "ratio of processor time"], lines)]
    parts.append(MEASURED)
    return "\n\n".join(parts) + "\n"


MEASURED = """## How it is measured

- The history: one Parquet file a day, in the package's `usage_log` format, the provider's usage object as JSON text. Histories of one number of calls
  a day end on the same day and share their files, so that a night is the same work after 10 and after 100 million requests. Every value is a function of
  the call's number and every file of its day: the same rows every time. 45% OpenAI chat, 35% Anthropic messages, 15% Gemini, 5% xAI; 8 models at a
  time, of which three change their price in summer 2026, and four have a context tier; before a model was there, the one that came before it.
  400 tenants and 24 features whose shares fall as 1/n (the first tenant has 12% of the calls, the first feature 22%), 8 teams, 40 users a tenant. A
  conversation is 24 calls over about half an hour, in actions (traces) of one, two, three and six calls; three of four calls of an action use one model.
- 1% of the calls are logged twice: 0.8% a partial answer and then the full one some seconds later, 0.15% over midnight, so that the last usage is in the
  next day's file, 0.05% once more three days later. 0.5% arrive late: 0.4% in the next day's file, 0.1% three days later. 0.5% failed without usage,
  0.2% name a model without a price, 0.1% have a negative count.
- Both sides run in processes of their own, in turn, from an empty database file, with the same number of DuckDB threads, the same memory limit, a
  folder to spill to, and the same `price_rates.csv`.
- "package s" is the sum of the execution times of the dbt nodes (seeds, models) as dbt reports them in `run_results.json`; "dbt in all" is the wall time
  of the dbt process, with its start, parsing and shutdown. "script s" is from opening the database to its closing; the ratio in all compares wall time
  with wall time. Processor time is user and system time of the process: it tells a busy machine from slow SQL.
- Peak memory is the largest resident size of the process: DuckDB's limit is on its buffers, to which Python, dbt and the allocator's slack add. Spilled
  is the most that stood in the folder for temporary files at once, looked at five times a second. Written is what the process gave the file
  system to write (`ru_oublock`), database and temporary files together.
- A full build counts only if both sides agree on the number of events, tokens and cost to the last digit per provider and model, and on the hourly
  totals. The script does the same de-duplication, the same quarantine of negative counts and the same dated, tiered prices in DECIMAL, but it knows these
  four API shapes and the history's models only, and none of the package's columns that this history leaves empty."""
