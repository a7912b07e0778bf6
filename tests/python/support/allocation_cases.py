"""The cases of ../shared/reference/allocation_cases.json as rows of the package's own relations, and what each must come out as."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

PERIOD, BEFORE = "2026-05", "2026-04"
POOL = (
    "pool_id", "period", "amount", "currency", "issuer", "category", "description", "provider", "environment", "service", "tenant_group", "chain", "step",
    "zero_driver", "unowned", "fx_rate_type",
)
RULE = (
    "pool_id", "rule", "percent", "amount", "method", "driver", "receivers", "floor", "floor_kind", "cap", "whole", "idle_policy", "valid_from_period",
)
RECEIVER = (
    "pool_id", "rule", "period", "receiver_kind", "receiver", "percent", "weight", "driver_value", "floor", "cap", "used_share", "reserved_share",
    "is_excluded",
)
RATE = ("from_currency", "to_currency", "period", "rate_type", "rate")
# no allocations: their arithmetic is macros/allocation/invoice.sql, and the close
NOT_ALLOCATED = {"price_volume_variance", "focus_rounding_tolerance", "closed_period_correction"}
# by the reporting currency that a case needs; `MICRO` has millionths
CURRENCIES = {"jpy_zero_decimals": "JPY", "micro_dollars": "MICRO"}
NAMES = {"__unowned__": "unattributed"}


class Rows:
    """Rows of the four relations, by the reporting currency of the build they belong to."""

    def __init__(self):
        self.pools, self.rules, self.receivers, self.rates = [], [], [], []

    def pool(self, pool_id, amount, currency="USD", **values):
        self.pools.append({"pool_id": pool_id, "period": PERIOD, "amount": amount, "currency": currency, **values})

    def rule(self, pool_id, method, receivers=None, column="driver_value", rule=1, period="", **values):
        driver = "listed" if method in ("proportional", "weighted", "prepaid") else ""
        self.rules.append({"pool_id": pool_id, "rule": rule, "method": method, "driver": driver, "receivers": "listed", **values})
        for receiver, number in (receivers or {}).items():
            self.receiver(pool_id, receiver, rule=rule, period=period, **{column: number})

    def receiver(self, pool_id, receiver, rule=1, **values):
        self.receivers.append({"pool_id": pool_id, "rule": rule, "receiver": NAMES.get(receiver, receiver), **values})

    def relations(self):
        """Relation name to (columns, rows)."""
        return {"case_pools": (POOL, self.pools), "case_rules": (RULE, self.rules), "case_receivers": (RECEIVER, self.receivers), "case_rates": (RATE, self.rates)}


def load(shared: Path) -> list[dict]:
    """The cases that are allocations."""
    cases = json.loads((shared / "reference" / "allocation_cases.json").read_text(encoding="utf-8"))["cases"]
    return [case for case in cases if case["id"] not in NOT_ALLOCATED]


def write(case: dict, rows: Rows) -> None:
    """Add a case's pools. Every pool id begins with the case's id."""
    name, method, given = case["id"], case["method"], case["inputs"]
    currency = CURRENCIES.get(name, "USD")
    amount = next((given[key] for key in ("pool", "pool_month", "monthly_cost", "paid") if key in given), None)
    if amount is None and method not in ("direct", "step_down", "reciprocal", "currency_conversion"):
        amount = case["exact_sum"]  # the tiers' own bill
    drivers = next((given[key] for key in ("driver", "direct_cost", "requests", "tokens", "active_days", "units", "own") if key in given), None)
    if method in ("direct", "step_down", "reciprocal"):
        for pool, shares in given["usage_share"].items():
            order = given.get("order", [])
            rows.pool(f"{name}/{pool}", given["pools"][pool], chain=method, step=order.index(pool) + 1 if order else "")
            rows.rule(f"{name}/{pool}", "proportional")
            for receiver, share in shares.items():
                is_pool = receiver in given["pools"]
                rows.receiver(f"{name}/{pool}", f"{name}/{receiver}" if is_pool else receiver, receiver_kind="pool" if is_pool else "", driver_value=share)
        return
    if method == "currency_conversion":
        rows.pool(name, str(sum(map(Decimal, given["usd"].values()))), currency="EUR")
        rows.rates.append({"from_currency": "EUR", "to_currency": "USD", "period": PERIOD, "rate_type": "average", "rate": given["fx_rate"]})
        rows.rule(name, "proportional", given["usd"])
        return
    rows.pool(name, amount, currency=currency, zero_driver=given.get("fallback", ""), unowned=given.get("unowned", ""))
    if method == "even":
        rows.rule(name, "even", {target: "" for target in given["targets"]})
        for day in range(given.get("days", 0)):
            rows.pool(f"{name}/{day:02}", "0.33" if day < 20 else "0.34")
            rows.rule(f"{name}/{day:02}", "even", {target: "" for target in given["targets"]})
    elif method == "fixed_percent":
        rows.rule(name, method, given["percent"], "percent")
    elif method == "weighted":
        rows.rule(name, method, given["driver"])
        for receiver in rows.receivers[-len(given["weight"]):]:
            receiver["weight"] = given["weight"][receiver["receiver"]]
    elif method == "hybrid":
        rows.rule(name, "even", {target: "" for target in drivers}, percent=Decimal(given["even_share"]) * 100)
        rows.rule(name, "proportional", drivers, rule=2)
    elif method == "proportional_with_retained":
        rows.rule(name, "central", percent=Decimal(given["retained_share"]) * 100)
        rows.rule(name, "proportional", drivers, rule=2)
    elif method in ("minimum_additive", "minimum_topup", "maximum_cap"):
        rows.rule(name, "proportional", drivers, floor=given.get("floor", ""), floor_kind="additive" if method == "minimum_additive" else "", cap=given.get("cap", ""))
    elif method == "capacity_idle":
        policies = {"central": "central", "proportional_to_usage": "by_usage", "reserved_share": "by_reservation", "borrow_credit": "borrow"}
        rows.rule(name, "capacity", idle_policy=policies[given["policy"]])
        for receiver, share in given.get("capacity_share_used", given.get("used")).items():
            rows.receiver(name, receiver, used_share=share, reserved_share=given.get("reserved", {}).get(receiver, ""))
    elif method == "prepaid_burn_down":
        rows.rule(name, "prepaid", {**given["list_usage"], "__unused__": given["expired_credit"]}, whole=given["credit_value"])
    else:
        rows.rule(name, "proportional", drivers)
        if method == "zero_driver_fallback":
            for receiver, number in given["prior_driver"].items():
                rows.receiver(name, receiver, period=BEFORE, driver_value=number)
            for receiver in rows.receivers[-2 * len(drivers):-len(drivers)]:
                receiver["period"] = PERIOD


def expected(case: dict) -> tuple[dict[str, Decimal], dict[str, Decimal] | None]:
    """(exact, rounded) by receiver; what a filter shows is a row of the whole."""
    if case["method"] == "invariant":
        given = case["inputs"]
        share = {key: Decimal(given["pool"]) * Decimal(own) / sum(map(Decimal, given["own"].values())) for key, own in given["own"].items()}
        assert abs(Decimal(given["own"]["n2"]) + share["n2"] - Decimal(case["exact"]["n2_total"])) < Decimal("1e-12")
        return share, None
    exact, rounded = (({NAMES.get(key, key): Decimal(value) for key, value in case[kind].items()} if kind in case else None) for kind in ("exact", "rounded"))
    return (None if exact == rounded else exact), rounded  # of an even fallback the file has rounded numbers in both


def append_to_seeds(shared: Path, seeds: Path) -> None:
    """Add the cases in dollars to the seeds of a copy of integration_tests/scenario, and their teams."""
    rows = Rows()
    for case in load(shared):
        if case["id"] not in CURRENCIES:
            write(case, rows)
    names = {"case_pools": "scenario_pools", "case_rules": "scenario_pool_rules", "case_receivers": "scenario_pool_receivers", "case_rates": "scenario_fx_rates"}
    for relation, (columns, lines) in rows.relations().items():
        with (seeds / f"{names[relation]}.csv").open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, columns, restval="", lineterminator="\n").writerows(lines)
    teams = {row["receiver"] for row in rows.receivers if row.get("receiver_kind") != "pool" and not row["receiver"].startswith("__")}
    with (seeds / "scenario_teams.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{team},,,2026-01-01 00:00:00,2026-01-01 00:00:00,,\n" for team in sorted(teams - {"unattributed"}))
