"""Measure the cache marts on a year of daily state against one hand-written DuckDB script on the same state.

    python scripts/bench_cache.py                               10,000 tenants, 365 days, 5 models, two requests in each: 36.5 million requests
    python scripts/bench_cache.py --tenants 1000

The state (what fifteen months of nights would have left in int_llm_cost__cache_days and int_llm_cost__cache_bins) is made up directly, as the marts read
nothing else. Then dbt builds every model after it, each measured, under a memory limit. The script takes the leading measures alone (ratios,
standard errors, quantiles, unit costs, the fleet's median) and must agree before a time is reported. Writes build/bench/cache/ and docs/cache_speed.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

import duckdb
from bench import ROOT, machine, measured, table

WORK = ROOT / "build" / "bench" / "cache"
DATABASE = WORK / "package.duckdb"
MARTS = (
    "fct_llm_cost__tenant_cache_dispersion", "fct_llm_cost__model_cache_dispersion", "fct_llm_cost__cache_dispersion_summary",
    "fct_llm_cost__cache_causes",
)

# two requests a tenant, day and model: warm tenants read 90%, cold ones 10%, a fifth of all requests nothing
CELLS = """
create or replace table cells as
with drawn as (
    select
        tenant, day, model,
        1000 + hash(tenant, day, model, 1) % 20000 as first_prompt, 1000 + hash(tenant, day, model, 2) % 20000 as second_prompt,
        0.1 + 0.8 * (tenant % 100) / 99 as warmth, hash(tenant, day, model, 3) % 1000 / 10000 as first_noise, hash(tenant, day, model, 4) % 1000 / 10000 as second_noise,
        hash(tenant, day, model, 5) % 5 = 0 as first_is_cold
    from range({tenants}) as tenants(tenant), range({days}) as days(day), range({models}) as models(model)
)
select
    'tenant-' || lpad(cast(tenant as varchar), 5, '0') as owner, date '2025-01-01' + cast(day as int) as usage_date, 'model-' || model as model,
    cast(first_prompt as bigint) as first_prompt, cast(second_prompt as bigint) as second_prompt,
    case when first_is_cold then 0 else cast(floor(first_prompt * (warmth + first_noise)) as bigint) end as first_read,
    cast(floor(second_prompt * (warmth + second_noise)) as bigint) as second_read
from drawn
"""
PRICE = "0.000001 * (3 * ({prompt} - {read}) + 0.3 * {read})"
DAYS = """
insert into int_llm_cost__cache_days by name
select
    'tenant' as owner_kind, owner, 'provider' as provider, model, usage_date, 'state' as day_fingerprint,
    2 as requests, 2 as requests_with_input, 2 as reporting_requests, first_prompt + second_prompt as prompt_tokens, first_read + second_read as cache_read_tokens,
    first_prompt + second_prompt - first_read - second_read as uncached_input_tokens, 0 as unreported_input_tokens, first_prompt + second_prompt as priced_prompt_tokens,
    first_read + second_read as priced_cache_read_tokens, {both} as total_cost_usd, {both} as input_cost_usd, 0.0000003 * (first_read + second_read) as cache_read_cost_usd,
    0.000003 * (first_prompt + second_prompt) as input_cost_without_cache_usd,
    cast(first_prompt as hugeint) * first_prompt + cast(second_prompt as hugeint) * second_prompt as prompt_tokens_squared,
    cast(first_read as hugeint) * first_read + cast(second_read as hugeint) * second_read as cache_read_tokens_squared,
    cast(first_read as hugeint) * first_prompt + cast(second_read as hugeint) * second_prompt as cache_read_by_prompt_tokens,
    cast(first_read / first_prompt as decimal(15, 14)) + cast(second_read / second_prompt as decimal(15, 14)) as ratio_sum,
    (first_read / first_prompt) ** 2 + (second_read / second_prompt) ** 2 as ratio_squared_sum,
    first_read * (first_read / first_prompt) + second_read * (second_read / second_prompt) as cache_read_by_ratio,
    {first} * ln({first} / first_prompt) + {second} * ln({second} / second_prompt) as cost_log_sum,
    first_prompt + second_prompt - first_read - second_read as new_input_miss_tokens,
    least(first_read / first_prompt, second_read / second_prompt) as p10_of_request_ratios, 0.5 as p50_of_request_ratios, 0.9 as p90_of_request_ratios
from cells
"""
BINS = """
insert into int_llm_cost__cache_bins by name
with binned as (
    select
        *, first_read / first_prompt as first_ratio, second_read / second_prompt as second_ratio,
        case when first_read = 0 then 0 else 1 + cast(floor(1000.0 * first_read / first_prompt) as int) end as first_bin,
        case when second_read = 0 then 0 else 1 + cast(floor(1000.0 * second_read / second_prompt) as int) end as second_bin
    from cells
)
select
    'tenant' as owner_kind, owner, 'provider' as provider, model, usage_date, 'state' as day_fingerprint,
    unnest(case
        when first_bin = second_bin then [{
            'ratio_bin': first_bin, 'requests': 2, 'prompt_tokens': first_prompt + second_prompt, 'ratio_min': least(first_ratio, second_ratio), 'ratio_max': greatest(first_ratio, second_ratio)
        }]
        else [
            {'ratio_bin': first_bin, 'requests': 1, 'prompt_tokens': first_prompt, 'ratio_min': first_ratio, 'ratio_max': first_ratio},
            {'ratio_bin': second_bin, 'requests': 1, 'prompt_tokens': second_prompt, 'ratio_min': second_ratio, 'ratio_max': second_ratio}
        ]
    end, recursive := true)
from binned
"""
SCRIPT = """
create or replace table script as
with sums as (
    select
        owner, strftime(usage_date, '%Y-%m') as period, model, sum(reporting_requests) as n, sum(prompt_tokens) as i, sum(cache_read_tokens) as r,
        sum(prompt_tokens_squared) as ii, sum(cache_read_by_prompt_tokens) as ri, sum(cache_read_tokens_squared) as rr, sum(ratio_sum) as x, sum(ratio_squared_sum) as xx,
        sum(input_cost_usd) as cost, sum(input_cost_without_cache_usd) as uncached
    from int_llm_cost__cache_days group by all
),
quantiles as (
    select owner, strftime(usage_date, '%Y-%m') as period, model, quantile_cont(ratio, [0.1, 0.25, 0.5, 0.75, 0.9]) as q
    from (select owner, usage_date, model, unnest(case requests when 1 then [ratio_min] else [ratio_min, ratio_max] end) as ratio from int_llm_cost__cache_bins) group by all
),
tenants as (
    select
        *, r / i as ratio, x / n as mean, sqrt(greatest(0, xx / n - (x / n) ** 2)) as sd, 1e6 * cost / i as unit_cost, cast(i as double) * i / ii as n_eff,
        sqrt(greatest(0, rr - 2 * r / i * ri + (r / i) ** 2 * ii) * n / (n - 1)) / i as standard_error
    from sums inner join quantiles using (owner, period, model)
),
fleet as (select period, model, median(ratio) as median_ratio, quantile_cont(unit_cost, 0.9) / quantile_cont(unit_cost, 0.1) as spread from tenants where n >= 30 and n_eff >= 10 group by all)
select * from tenants inner join fleet using (period, model)
"""


def dbt(options: argparse.Namespace, *arguments: str) -> tuple[int, dict[str, float]]:
    """Run dbt; peak memory in MB, and the seconds of each model."""
    environment = {**os.environ, "LLM_COST_DUCKDB_PATH": str(DATABASE), "DBT_TARGET_PATH": str(WORK / "target"), "DBT_LOG_PATH": str(WORK / "logs")}
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", *arguments, "--project-dir", str(ROOT), "--profiles-dir", str(WORK), "--vars", json.dumps({"llm_cost_sources": []})]
    _, _, megabytes, _ = measured(command, environment)
    results = json.loads((WORK / "target" / "run_results.json").read_text())["results"]
    return megabytes, {result["unique_id"].split(".")[-1]: result["execution_time"] for result in results}


def write_state(options: argparse.Namespace) -> None:
    """The daily state of every tenant, in the tables that the package makes of it."""
    first, second = (PRICE.format(prompt=f"{name}_prompt", read=f"{name}_read") for name in ("first", "second"))
    with duckdb.connect(str(DATABASE)) as connection:
        connection.sql(f"set memory_limit = '{options.memory_limit}'")
        connection.sql(CELLS.format(tenants=options.tenants, days=options.days, models=options.models))
        connection.sql(DAYS.format(first=first, second=second, both=f"{first} + {second}"))
        connection.sql(BINS)
        connection.sql("insert into int_llm_cost__reporting_days select distinct usage_date, usage_date, usage_date, 'state' from cells")
        connection.sql("drop table cells")


def script_seconds(options: argparse.Namespace) -> float:
    """Run the hand-written script; exit where the package says something else."""
    with duckdb.connect(str(DATABASE)) as connection:
        connection.sql(f"set memory_limit = '{options.memory_limit}'")
        connection.sql(f"set threads = {options.threads}")
        started = time.perf_counter()
        connection.sql(SCRIPT)
        seconds = time.perf_counter() - started
        rows, differing = connection.sql("""
            select count(*), count(*) filter (where not (
                abs(ours.token_weighted_ratio - script.ratio) < 1e-12 and abs(ours.mean_of_request_ratios - script.mean) < 1e-9 and abs(ours.p10_of_request_ratios - script.q[1]) < 1e-9
                and abs(ours.median_of_request_ratios - script.q[3]) < 1e-9 and abs(ours.stddev_of_request_ratios - script.sd) < 1e-6
                and abs(ours.ratio_standard_error - script.standard_error) < 1e-6 and abs(ours.unit_cost_usd_per_mtok - script.unit_cost) < 1e-6
                and abs(ours.fleet_median_ratio - script.median_ratio) < 1e-9
            ))
            from script left join fct_llm_cost__model_cache_dispersion as ours on script.owner = ours.owner and script.period = ours.period and script.model = ours.model
        """).fetchone()
    if differing:
        sys.exit(f"{differing} of {rows} rows differ from the script's")
    return seconds


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tenants", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--models", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-limit", default="6GB")
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    DATABASE.unlink(missing_ok=True)
    # one model at a time, each on all threads of DuckDB
    output = {"type": "duckdb", "path": str(DATABASE), "schema": "main", "threads": 1, "settings": {"memory_limit": options.memory_limit, "threads": options.threads}}
    (WORK / "profiles.yml").write_text(json.dumps({"llm_cost": {"target": "duckdb", "outputs": {"duckdb": output}}}))
    state = ("int_llm_cost__cache_days", "int_llm_cost__cache_bins")
    dbt(options, "build", "--select", *(f"+{model}" for model in state), "--exclude-resource-type", "test", "unit_test")
    write_state(options)
    after = ("int_llm_cost__cache_periods+", *MARTS)
    megabytes, steps = dbt(options, "run", "--select", *after, "--exclude", *state)
    script = script_seconds(options)
    with duckdb.connect(str(DATABASE), read_only=True) as connection:
        cells, requests = connection.sql("select count(*), sum(requests) from int_llm_cost__cache_days").fetchone()
    shown = sorted(((name, seconds) for name, seconds in steps.items() if seconds >= 0.1), key=lambda step: -step[1])
    total = sum(steps.values())
    rows = [[f"`{name}`", f"{seconds:.1f}", f"{seconds / script:.2f}"] for name, seconds in shown]
    rows += [["all of them", f"{total:.1f}", f"{total / script:.2f}"], ["hand-written script, its leading measures by tenant, month and model alone", f"{script:.1f}", "1"]]
    page = [
        "# How fast the cache marts are built", "",
        f"{options.tenants:,} tenants, {options.days} days, {options.models} models: {cells:,} rows of daily state of {requests:,} requests, all periods built at once (a night "
        "builds those that changed). The script's values are equal. Written by `scripts/bench_cache.py`; do not edit.", "",
        table(["model", "seconds", "times the script"], rows), "",
        f"Peak memory of dbt: {megabytes:,} MB. Machine: {machine(options)}", "",
    ]
    (ROOT / "docs" / "cache_speed.md").write_text("\n".join(page), encoding="utf-8")
    print("\n".join(page))


if __name__ == "__main__":
    main()
