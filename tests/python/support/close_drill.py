"""A month that closes, and what comes after: late rows, a withdrawn row, a corrected price, a team that is mapped anew, a pool that grows, a
month reopened and closed again. Each night is the whole input of a build; the corrections are computed by hand.

`plain` costs 1 USD for a million input tokens, `cached` 1 USD and, corrected, 3 USD.
"""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

from support.cases_events import call
from support.cases_pricing import chat

MILLION = 1_000_000


def usage(millions: str, response_id: str, day: str, model: str = "plain", **fields) -> dict:
    """A call with so many million input tokens."""
    return call(response_id, f"{day}T10:00:00Z", chat(int(Decimal(millions) * MILLION), 0, 0), model_requested=model, **fields)


FIRST = [
    usage("10", "a1", "2026-05-03", team="search", trace_id="trace-a"),
    usage("3.333333", "a2", "2026-05-10", team="search", trace_id="trace-b"),
    usage("5.5555", "b1", "2026-05-04", team="growth"),
    usage("2", "c1", "2026-05-05", "cached", team="old name"),
    usage("4", "d1", "2026-05-06", api_key_id="k-9") | {"team": None},
    usage("1", "e1", "2026-06-02", team="search"),
]
GONE = usage("1.5", "b2", "2026-05-07", team="growth")
LATE = usage("7", "a3", "2026-05-20", team="search")
LATER = usage("1", "a4", "2026-05-21", team="search")
CLOSE_MAY, CLOSE_JUNE = "*,2026-05,closed,2026-06-05 00:00:00", "*,2026-06,closed,2026-07-05 00:00:00"
REOPEN_MAY, CLOSE_MAY_AGAIN = "*,2026-05,open,2026-07-10 00:00:00", "*,2026-05,closed,2026-07-20 00:00:00"
# night: (calls, closes and reopenings, whether price, mapping and pool have changed)
NIGHTS = {
    "close": ([*FIRST, GONE], [CLOSE_MAY], False),
    "without prices": ([*FIRST, usage("1", "u1", "2026-05-08", "nobody knows it", team="search")], [CLOSE_MAY], False),
    "changes": ([*FIRST, LATE], [CLOSE_MAY], True),
    "june": ([*FIRST, LATE], [CLOSE_MAY, CLOSE_JUNE], True),
    "reopened": ([*FIRST, LATE, LATER], [CLOSE_MAY, CLOSE_JUNE, REOPEN_MAY], True),
    "closed again": ([*FIRST, LATE, LATER], [CLOSE_MAY, CLOSE_JUNE, REOPEN_MAY, CLOSE_MAY_AGAIN], True),
}
PRICE_ROW = "cached-corrected,acme,cached,uncached_input,standard,global,,,,3.00,1000000,USD,2026-05-01 00:00:00,2026-06-10 00:00:00,correction,made up,\n"
MAPPINGS = "matched_column,match_value,team,cost_center,weight,valid_from,recorded_at,change_kind,note\n"
NEW_MAPPINGS = "team,old name,risk,,,2026-01-01 00:00:00,2026-06-10 00:00:00,launch,\napi_key_id,k-9,growth,,,2026-01-01 00:00:00,2026-06-10 00:00:00,launch,\n"
POOLS = "pool_id,period,amount,currency,issuer,category,description,provider,environment,service,tenant_group,chain,step,zero_driver,unowned,fx_rate_type\n"
POOL_RULES = (
    "pool_id,rule,percent,amount,method,driver,receivers,floor,floor_kind,cap,whole,idle_policy,valid_from_period\n"
    "gateway,1,,,proportional,direct_cost,active,,,,,,\nstorage,1,,,even,,active,,,,,,\n"
)
VARIABLES = {
    "llm_cost_sources": ["usage_log"], "llm_cost_period_status": ["drill_periods"], "llm_cost_owner_mappings": ["drill_mappings"],
    "llm_cost_teams": [], "llm_cost_cost_centers": [], "llm_cost_services": [], "llm_cost_tenants": [], "llm_cost_scenarios": [],
    "llm_cost_shared_pools": ["drill_pools"], "llm_cost_pool_rules": ["drill_pool_rules"], "llm_cost_pool_receivers": [], "llm_cost_fx_rates": [],
}
MODELS = ["+fct_llm_cost__team_chargeback", "+fct_llm_cost__team_chargeback_daily", "+fct_llm_cost__journal_lines", "+fct_llm_cost__chargeback_periods"]
READ = [f"fct_llm_cost__{mart}" for mart in (
    "chargeback_statement", "chargeback_lines", "team_chargeback", "journal_lines", "chargeback_periods", "requests", "shared_cost_allocations",
    "team_chargeback_daily",
)]

# what the changes cost or save: team, model, cause, USD
CORRECTIONS = {
    ("search", "plain", "late_usage", Decimal("7.00")),
    ("growth", "plain", "usage_withdrawn", Decimal("-1.50")),
    ("growth", "plain", "owner_change", Decimal("4.00")),
    ("unattributed", "plain", "owner_change", Decimal("-4.00")),
    ("old name", "cached", "owner_change", Decimal("-2.00")),
    ("risk", "cached", "owner_change", Decimal("2.00")),
    ("risk", "cached", "price_change", Decimal("4.00")),
}
# 100.00 by what each team's requests cost: of 26.388833 before, of 35.888833 after. Rounded by largest remainder:
# before: search 50.5264, growth 26.7367, old name 7.5790, unattributed 15.1579: three cents are left, search has the smallest remainder
# after: search 56.6564, growth 26.6253, risk 16.7183: two cents are left, growth has the smallest
GATEWAY_BEFORE = {"search": Decimal("50.52"), "growth": Decimal("26.74"), "old name": Decimal("7.58"), "unattributed": Decimal("15.16")}
GATEWAY_AFTER = {"search": Decimal("56.66"), "growth": Decimal("26.62"), "risk": Decimal("16.72")}
# 50.00, later 60.00, in even parts
STORAGE_BEFORE = {"search": Decimal("12.50"), "growth": Decimal("12.50"), "old name": Decimal("12.50"), "unattributed": Decimal("12.50")}
STORAGE_AFTER = {"search": Decimal("20.00"), "growth": Decimal("20.00"), "risk": Decimal("20.00")}


def copy_project(project: Path, root: Path) -> None:
    """The scenario project in a folder of its own, with the drill's organisation."""
    shutil.copytree(root / "integration_tests" / "scenario", project, ignore=shutil.ignore_patterns("dbt_packages", "target", "logs", "tests"))
    (project / "packages.yml").write_text(f"packages:\n  - local: {root}\n", encoding="utf-8")
    columns = {"drill_pools": POOLS, "drill_pool_rules": POOL_RULES.splitlines()[0], "drill_mappings": MAPPINGS, "drill_periods": "issuer,period,status,closed_at"}
    lines = ["seeds:"]
    for seed, header in columns.items():
        types = ", ".join(f"{column}: string" for column in header.strip().split(","))
        lines.append(f"  - name: {seed}\n    config:\n      column_types: {{{types}}}")
    (project / "seeds" / "drill.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (project / "seeds" / "drill_pool_rules.csv").write_text(POOL_RULES, encoding="utf-8")


def prepare_night(night: str, project: Path, logs: Path, root: Path) -> None:
    """Put a night's log, prices, mappings, pools and closes in place."""
    calls, periods, is_changed = NIGHTS[night]
    logs.write_text("\n".join(json.dumps(line) for line in calls), encoding="utf-8")
    seeds = project / "seeds"
    prices = (root / "integration_tests" / "scenario" / "seeds" / "scenario_price_rates.csv").read_text(encoding="utf-8")
    (seeds / "scenario_price_rates.csv").write_text(prices + (PRICE_ROW if is_changed else ""), encoding="utf-8")
    (seeds / "drill_mappings.csv").write_text(MAPPINGS + (NEW_MAPPINGS if is_changed else ""), encoding="utf-8")
    storage = "60.00" if is_changed else "50.00"
    pools = ["gateway,2026-05,100.00,USD,,shared,,,,,,direct,,,,", f"storage,2026-05,{storage},USD,,shared,,,,,,direct,,,,"]
    (seeds / "drill_pools.csv").write_text(POOLS + "\n".join(pools) + "\n", encoding="utf-8")
    (seeds / "drill_periods.csv").write_text("\n".join(["issuer,period,status,closed_at", *periods]) + "\n", encoding="utf-8")
