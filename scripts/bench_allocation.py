"""Measure the allocation of shared pools against one hand-written DuckDB script on the same input.

    python scripts/bench_allocation.py                          5,000 pools over 36 months, 2,000 teams: 10 million shares
    python scripts/bench_allocation.py --pools 500 --teams 200

Every team has usage in every month, every pool one rule (proportional to direct cost, to requests or to tokens, or even), so a pool has as many
receivers as there are teams. The script computes the same largest remainders in the same integers and must agree on every cent before a time is
reported. Writes build/bench/allocation/ and docs/allocation_speed.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
from bench import ROOT, machine, measured, table

WORK = ROOT / "build" / "bench" / "allocation"
METHODS = ("direct_cost", "requests", "tokens", "even")

BASELINE = """
create or replace table shares as
with drivers as (
    select period, team, sum(total_cost_usd) as direct_cost, sum(requests) as requests, sum(total_tokens) as tokens
    from int_llm_cost__team_days group by all
),
parts as (
    select
        pools.pool_id, pools.period, drivers.team, cast(pools.amount * 100 as hugeint) as units,
        case pools.driver
            when 'direct_cost' then cast(drivers.direct_cost * 1000000000000 as hugeint)
            when 'requests' then cast(drivers.requests as hugeint)
            when 'tokens' then cast(drivers.tokens as hugeint)
            else 1::hugeint
        end as driver
    from pools inner join drivers on pools.period = drivers.period
),
wholes as (select *, sum(driver) over (partition by pool_id, period) as whole from parts),
floors as (select *, units * driver // whole as floor_units, units * driver % whole as remainder from wholes),
ranked as (
    select
        *,
        units - sum(floor_units) over (partition by pool_id, period) as spare,
        row_number() over (partition by pool_id, period order by remainder desc, team) as place
    from floors
)
select pool_id, period, team, floor_units + case when place <= spare then 1 else 0 end as minor_units from ranked
"""


def months(count: int) -> list[str]:
    """So many months up to 2026-08."""
    return [f"{(24319 - back) // 12}-{(24319 - back) % 12 + 1:02d}" for back in range(count)][::-1]


def write_input(options: argparse.Namespace) -> None:
    """The usage as Parquet, the pools as CSV, and a project that installs the package."""
    (WORK / "models").mkdir(parents=True, exist_ok=True)
    (WORK / "dbt_packages").mkdir(exist_ok=True)
    link = WORK / "dbt_packages" / "llm_cost"
    if not link.exists():
        link.symlink_to(ROOT, target_is_directory=True)
    (WORK / "packages.yml").write_text(f"packages:\n  - local: {ROOT}\n")
    (WORK / "dbt_project.yml").write_text("name: bench_allocation\nversion: 1.0.0\nconfig-version: 2\nprofile: llm_cost\nflags: {require_ref_searches_node_package_before_root: true}\n")
    (WORK / "profiles.yml").write_text((ROOT / "profiles.yml").read_text())
    periods = ", ".join(f"('{period}')" for period in months(options.months))
    with duckdb.connect() as connection:
        connection.sql(f"""
            copy (
                select
                    cast(period || '-15 12:00:00' as timestamp) as occurred_at, 'openai' as provider, 'openai_chat' as api_surface, 'gpt-5.6-luna' as model_requested,
                    period || '-' || team as response_id, 'success' as status, 'team-' || lpad(cast(team as varchar), 5, '0') as team,
                    '{{"prompt_tokens":' || tokens || ',"completion_tokens":10,"total_tokens":' || tokens + 10 || '}}' as usage
                from (select *, 1000 + hash(period, team) % 1000000 as tokens from (values {periods}) as periods(period), range({options.teams}) as teams(team))
            ) to '{WORK}/usage.parquet' (format parquet)
        """)
        connection.sql(f"""
            copy (
                select
                    'pool-' || number as pool_id, periods.period, cast(1000 + hash(number) % 10000000 as decimal(18, 2)) * 0.01 as amount, 'USD' as currency,
                    {list(METHODS)}[1 + number % {len(METHODS)}] as driver
                from range({options.pools}) as numbers(number)
                inner join (select period, row_number() over (order by period) - 1 as place from (values {periods}) as named(period)) as periods
                    on number % {options.months} = periods.place
            ) to '{WORK}/pools.parquet' (format parquet)
        """)
    pool_columns = "issuer category description provider environment service tenant_group chain step zero_driver unowned fx_rate_type".split()
    rule_columns = "percent amount floor floor_kind cap whole idle_policy valid_from_period".split()
    nothing = lambda columns: ", ".join(f"cast(null as varchar) as {column}" for column in columns)
    (WORK / "models" / "bench_pools.sql").write_text(f"select pool_id, period, amount, currency, {nothing(pool_columns)} from read_parquet('{WORK}/pools.parquet')")
    (WORK / "models" / "bench_rules.sql").write_text(
        f"select pool_id, '1' as rule, case driver when 'even' then 'even' else 'proportional' end as method, nullif(driver, 'even') as driver, 'active' as receivers, {nothing(rule_columns)} "
        f"from read_parquet('{WORK}/pools.parquet')"
    )


def dbt(*arguments: str) -> tuple[float, dict[str, float]]:
    """Run dbt in the project; processor seconds, and the seconds of each model."""
    variables = {
        "llm_cost_usage_log_files": str(WORK / "usage.parquet"), "llm_cost_shared_pools": ["bench_pools"], "llm_cost_pool_rules": ["bench_rules"],
        "llm_cost_scenarios": [],
    }
    environment = {**os.environ, "LLM_COST_DUCKDB_PATH": str(WORK / "package.duckdb"), "DBT_TARGET_PATH": str(WORK / "target"), "DBT_LOG_PATH": str(WORK / "logs")}
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", *arguments, "--project-dir", str(WORK), "--profiles-dir", str(WORK), "--vars", json.dumps(variables)]
    _, cpu, _, _ = measured(command, environment)
    results = json.loads((WORK / "target" / "run_results.json").read_text())["results"]
    return cpu, {result["unique_id"].split(".")[-1]: result["execution_time"] for result in results}


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pools", type=int, default=5000)
    parser.add_argument("--teams", type=int, default=2000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-limit", default="")
    options = parser.parse_args()
    write_input(options)
    (WORK / "package.duckdb").unlink(missing_ok=True)
    dbt("build", "--select", "+int_llm_cost__team_days", "bench_pools", "bench_rules", "currencies", "+fct_llm_cost__hourly", "int_llm_cost__cost_centers", "--exclude-resource-type", "test", "unit_test")
    _, steps = dbt("run", "--select", "llm_cost.intermediate.allocation", "llm_cost.marts.allocation")
    package_seconds = sum(steps.values())
    print(", ".join(f"{name} {seconds:.1f}" for name, seconds in sorted(steps.items(), key=lambda step: -step[1])[:8]), file=sys.stderr)
    _, charge_steps = dbt("build", "--select", "int_llm_cost__direct_lines", "int_llm_cost__chargeback_lines", "int_llm_cost__period_states", "int_llm_cost__owned_requests", "int_llm_cost__frozen_requests",
                          "int_llm_cost__changed_requests", "int_llm_cost__change_causes", "int_llm_cost__line_traces", "fct_llm_cost__chargeback_statement",
                          "fct_llm_cost__chargeback_lines", "fct_llm_cost__team_chargeback", "--exclude-resource-type", "test", "unit_test")
    with duckdb.connect(str(WORK / "package.duckdb")) as connection:
        connection.sql("set threads = 2")
        connection.sql(f"create or replace table pools as select * from read_parquet('{WORK}/pools.parquet')")
        started = time.perf_counter()
        connection.sql(BASELINE)
        script_seconds = time.perf_counter() - started
        shares, differing = connection.sql("""
            select count(*), count(*) filter (where ours.allocated_minor_units is distinct from shares.minor_units)
            from fct_llm_cost__shared_cost_allocations as ours full outer join shares on ours.pool_id = shares.pool_id and ours.period = shares.period and ours.receiving_team = shares.team
        """).fetchone()
    if differing:
        sys.exit(f"{differing} of {shares} shares differ from the script's")
    rows = [
        ["the package, from pools to `fct_llm_cost__shared_cost_allocations`", f"{package_seconds:.1f}", f"{package_seconds / script_seconds:.1f}"],
        ["hand-written script", f"{script_seconds:.1f}", "1"],
        ["the package, from there to `fct_llm_cost__team_chargeback`", f"{sum(charge_steps.values()):.1f}", f"{sum(charge_steps.values()) / script_seconds:.1f}"],
    ]
    slowest = sorted({**steps, **charge_steps}.items(), key=lambda step: -step[1])[:6]
    page = [
        "# How fast pools are allocated", "",
        f"{options.pools:,} pools over {options.months} months, {options.teams:,} teams with usage in each: {shares:,} shares, all equal to the script's to the cent. "
        "Written by `scripts/bench_allocation.py`; do not edit.", "",
        table(["step", "seconds", "times the script"], rows), "",
        "Slowest models: " + ", ".join(f"`{name}` {seconds:.1f} s" for name, seconds in slowest) + ".", "", f"Machine: {machine(options)}", "",
    ]
    (ROOT / "docs" / "allocation_speed.md").write_text("\n".join(page), encoding="utf-8")
    print("\n".join(page))


if __name__ == "__main__":
    main()
