"""Shared pools: the cases of ../shared, random pools against fractions, and what bad rows get, on the package's own models."""

from __future__ import annotations

import csv
import os
import random
from decimal import Decimal

import duckdb
import pytest
from conftest import ROOT, SCENARIO_PROJECT, SHARED, built, install_package, needs_shared, run_dbt
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from support import allocation_cases as cases
from support import allocation_oracle as oracle
from support import cases_allocation

POOLS, CHAINS = 10_000, 300
CURRENCIES = {"USD": ["USD", "EUR", "JPY", "KWD"], "JPY": ["JPY", "USD"], "KWD": ["KWD", "USD"], "MICRO": ["USD"]}
# the currencies in which everything is built; with three and six digits there is one build each, 45 seconds, in `make mutants`
REPORTED = [currency for currency in CURRENCIES if currency in ("USD", "JPY") or "LLM_COST_ALL_CURRENCIES" in os.environ]
# of months in Berlin, where the clock goes forward in March and back in October
HOURS = {"2026-02": 672, "2026-03": 743, "2026-04": 720, "2026-10": 745, "2026-12": 744}
RELATIONS = {
    "llm_cost_shared_pools": ["case_pools"], "llm_cost_pool_rules": ["case_rules"], "llm_cost_pool_receivers": ["case_receivers"],
    "llm_cost_fx_rates": ["case_rates"], "llm_cost_extra_currencies": ["case_currencies"],
}
# what the allocation reads of the rest of the package: without usage here, with usage in test_scenario.py
USAGE = {
    "int_llm_cost__team_days": "period varchar, usage_date date, team varchar, provider varchar, environment varchar, service varchar, tenant_group varchar, "
    + ", ".join(f"{name} decimal(28, 12)" for name in ("requests", "input_tokens", "output_tokens", "total_tokens", "total_cost_usd", "list_cost_usd")),
    "fct_llm_cost__hourly": "hour_at timestamp, team varchar, provider varchar, environment varchar, service varchar, total_input_tokens bigint, output_tokens bigint",
    "int_llm_cost__owner_groups": "owner_group varchar, team varchar, weight decimal(13, 12), weight_before decimal(13, 12)",
    "int_llm_cost__teams": "team varchar",
}


def write_project(folder, relations: dict):
    """A project whose models read the rows from CSV files, with a database in which the usage is empty."""
    project = folder / "project"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text(
        "name: cases\nversion: 1.0.0\nconfig-version: 2\nprofile: scenario\nvars: {llm_cost: {llm_cost_sources: []}}\n"
        "flags: {require_ref_searches_node_package_before_root: true}\n", encoding="utf-8")
    (project / "packages.yml").write_text(f"packages:\n  - local: {ROOT}\n", encoding="utf-8")
    (project / "profiles.yml").write_text((SCENARIO_PROJECT / "profiles.yml").read_text(encoding="utf-8"), encoding="utf-8")
    install_package(project)
    for name, (columns, rows) in (relations | {"case_currencies": (("currency", "minor_unit_digits"), [{"currency": "MICRO", "minor_unit_digits": 6}])}).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows({column: str(value) for column, value in row.items()} for row in rows)
        (project / "models" / f"{name}.sql").write_text(f"select * from read_csv('{folder / name}.csv', all_varchar = true, header = true)\n", encoding="utf-8")
    database = folder / "cases.duckdb"
    with duckdb.connect(str(database)) as connection:
        for name, columns in USAGE.items():
            connection.sql(f"create table {name} ({columns})")
    return project, database


def write_pool(rows: cases.Rows, name: str, pool: dict, shuffle: random.Random | None = None) -> None:
    """The rows of a random pool; shuffled, they come in another order."""
    rows.pool(name, pool["amount"], pool["currency"], zero_driver=pool["zero_driver"], unowned=pool["unowned"])
    for number, rule in enumerate(pool["rules"], 1):
        values = {key: "" if rule[key] is None else rule[key] for key in ("percent", "floor", "cap", "floor_kind")}
        rows.rule(name, rule["method"], rule=number, **values)
        receivers = list(rule["receivers"].items())
        if shuffle:
            shuffle.shuffle(receivers)
        for receiver, numbers in receivers:
            rows.receiver(name, receiver, rule=number, driver_value=numbers["driver"], **{key: numbers[key] for key in ("percent", "weight", "floor", "cap") if key in numbers})


def seeds(count: int, first: int) -> list[int]:
    """Numbers that hypothesis draws, the same in every run."""
    found = []

    @seed(first)
    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**64 - 1))
    def draw(number):
        found.append(number)

    draw()
    return found[:count]


def raised(pool: dict, chance: random.Random) -> tuple[dict, str] | None:
    """The same pool in which one receiver has more of its driver in the one rule that measures."""
    rules = [rule for rule in pool["rules"] if rule["method"] in ("proportional", "weighted") and rule["receivers"]]
    if len(rules) != 1 or pool["amount"] <= 0:
        return None
    receiver = chance.choice(sorted(rules[0]["receivers"]))
    changed = {name: numbers | {"driver": numbers["driver"] * 2 + 1} if name == receiver else numbers for name, numbers in rules[0]["receivers"].items()}
    return pool | {"rules": [rule | {"receivers": changed} if rule is rules[0] else rule for rule in pool["rules"]]}, receiver


class Built:
    """One build: its pools, and what came out by pool and receiver."""

    def __init__(self, work, reporting: str):
        self.reporting, rows = reporting, cases.Rows()
        share = 1 if reporting == "USD" else 20
        self.pools = {f"random/{number}": oracle.random_pool(drawn, CURRENCIES[reporting], 10**8 if reporting == "MICRO" else 10**11) for number, drawn in enumerate(seeds(POOLS // share, 1))}
        self.chains = {f"chain/{number}": oracle.random_chain(drawn) for number, drawn in enumerate(seeds(CHAINS, 2))} if reporting == "USD" else {}
        self.raised = {}
        chance = random.Random(3)
        for name, pool in self.pools.items():
            write_pool(rows, name, pool)
            write_pool(rows, f"shuffled/{name}", pool, chance)
            changed = raised(pool, chance)
            if changed:
                self.raised[name] = changed[1]
                write_pool(rows, f"raised/{name}", changed[0])
        for name, chain in self.chains.items():
            for step, (pool_id, pool) in enumerate(chain["pools"].items(), 1):
                rows.pool(f"{name}/{pool_id}", pool["amount"], chain=chain["kind"], step=step)
                rows.rule(f"{name}/{pool_id}", "proportional", pool["teams"])
                for other, weight in pool["pools"].items():
                    rows.receiver(f"{name}/{pool_id}", f"{name}/{other}", receiver_kind="pool", driver_value=weight)
        if reporting == "JPY":
            rows.rule("hours", "capacity", whole=1000)
            for month in HOURS:
                rows.pool("hours", "100", period=month, currency="JPY")
        for relation in (rows.pools, rows.rules, rows.receivers):
            chance.shuffle(relation)
        rows.rates = [
            {"from_currency": source, "to_currency": target, "period": cases.PERIOD, "rate_type": "average", "rate": rate} for (source, target), rate in oracle.RATES.items()
        ]
        if SHARED.is_dir():
            for case in cases.load(SHARED):
                if cases.CURRENCIES.get(case["id"], "USD") == reporting:
                    cases.write(case, rows)
        rows.rates = list({(rate["from_currency"], rate["to_currency"]): rate for rate in rows.rates}.values())
        project, database = write_project(work, rows.relations())
        built(
            "build", "--select", "case_*", "currencies", "llm_cost.intermediate.allocation", "llm_cost.marts.allocation", "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious",
            database=database, work=work, project=project, variables=RELATIONS | {"llm_cost_currency": reporting, "llm_cost_reporting_timezone": "Europe/Berlin"},
        )
        self.connection = duckdb.connect(str(database), read_only=True)
        self.units: dict[str, dict[str, int]] = {}
        for pool_id, receiver, units in self.connection.sql("select pool_id, receiving_team, allocated_minor_units from fct_llm_cost__shared_cost_allocations").fetchall():
            self.units.setdefault(pool_id, {})[receiver] = units


@pytest.fixture(scope="session", params=REPORTED)
def allocated(request, tmp_path_factory):
    """10,000 random pools in dollars, 500 in each other reporting currency, and the cases of ../shared."""
    return Built(tmp_path_factory.mktemp(f"allocation_{request.param}"), request.param)


def differences(found: dict, expected: dict) -> dict:
    """Pools that differ, a receiver of 0 being as good as none."""
    def paid(units):
        return {name: count for name, count in units.items() if count}

    return {name: (found.get(name), units) for name, units in expected.items() if paid(found.get(name, {})) != paid(units)}


def test_every_unit_is_where_fractions_put_it(allocated):
    """Random pools over methods, currencies, drivers, floors, caps, credits and fallbacks, to the unit."""
    expected = {name: oracle.allocate(pool, allocated.reporting) for name, pool in allocated.pools.items()}
    wrong = differences(allocated.units, expected)
    first = next(iter(wrong), None)
    assert not wrong, f"{len(wrong)} of {len(expected)}; {first}: (built, expected) {wrong[first]} of {allocated.pools[first]}"


def test_sums_signs_and_zeros(allocated):
    """Every pool is allocated to its last unit; nobody has the other sign; who has no driver, weight or percent gets nothing."""
    digits = oracle.DIGITS[allocated.reporting]
    amounts = allocated.connection.sql("select distinct pool_id, pool_amount_converted from fct_llm_cost__shared_cost_allocations").fetchall()
    assert len(amounts) == len(allocated.units) >= 2 * len(allocated.pools)
    for pool_id, amount in amounts:
        units = allocated.units[pool_id].values()
        assert sum(units) == amount * 10**digits, pool_id
        assert all(count >= 0 for count in units) or all(count <= 0 for count in units), pool_id
    for name, pool in allocated.pools.items():
        if len(pool["rules"]) == 1 and pool["rules"][0]["method"] in ("proportional", "weighted") and pool["zero_driver"] != "even":
            for receiver, numbers in pool["rules"][0]["receivers"].items():
                if not numbers["driver"] * numbers.get("weight", 1):
                    assert allocated.units[name].get(receiver, 0) == 0, name


def test_order_of_rows_does_not_matter(allocated):
    """The same pool with its rows shuffled: the same cents."""
    assert not differences({name: allocated.units[f"shuffled/{name}"] for name in allocated.pools}, {name: allocated.units[name] for name in allocated.pools})


def test_more_driver_is_never_less_money(allocated):
    """One receiver's driver raised: it pays at least what it paid; a pool that had no driver, and its fallback, aside."""
    assert len(allocated.raised) > 100
    for name, receiver in allocated.raised.items():
        assert allocated.units[f"raised/{name}"].get(receiver, 0) >= allocated.units[name].get(receiver, 0) or "__" in "".join(allocated.units[name]) or allocated.pools[name][
            "zero_driver"] == "even", name


def test_chains_are_the_solution_of_the_linear_system(allocated):
    """Direct, step-down and reciprocal chains of three pools, each origin to the unit."""
    for name, chain in allocated.chains.items():
        expected = {f"{name}/{pool}": units for pool, units in oracle.allocate_chain(chain).items()}
        assert not differences(allocated.units, expected), (chain, {pool: allocated.units[pool] for pool in expected}, expected)


def test_hours_of_a_month(allocated):
    """Capacity is spread over the month's own hours in the reporting time zone; nobody used any, so all of it is idle."""
    found = dict(allocated.connection.sql("select period, hours from int_llm_cost__capacity_hours where pool_id = 'hours' and team is null").fetchall())
    assert found == (HOURS if allocated.reporting == "JPY" else {})
    assert not found or allocated.units["hours"] == {"__idle__": 100}


@needs_shared
def test_cases_of_shared(allocated):
    """Every case that is an allocation: exact to 11 decimals, rounded to the unit."""
    found = 0
    for case in cases.load(SHARED):
        if cases.CURRENCIES.get(case["id"], "USD") != allocated.reporting:
            continue
        found += 1
        check_case(allocated.connection, case)
    assert found or allocated.reporting == "KWD"


def check_case(connection, case: dict) -> None:
    """A case's rows in the mart against its numbers; a chain's origins are summed."""
    name = case["id"]
    lines = connection.execute(
        "select receiving_team, sum(exact_amount), sum(allocated_amount) from fct_llm_cost__shared_cost_allocations where pool_id = ? or pool_id like ? || '/s%' group by 1",
        [name, name]).fetchall()
    exact, rounded = cases.expected(case)
    if exact is not None:
        assert {line[0] for line in lines} == set(exact), name
        assert all(abs(value - exact[receiver]) < Decimal("1e-11") for receiver, value, _ in lines), (name, lines)
    if rounded is not None:
        assert {receiver: amount for receiver, _, amount in lines} == rounded, name
    if "sum_of_daily_rounded" in case:
        daily = dict(connection.execute(
            "select receiving_team, sum(allocated_amount) from fct_llm_cost__shared_cost_allocations where pool_id like ? || '/%' group by 1", [name]).fetchall())
        assert daily == {receiver: Decimal(amount) for receiver, amount in case["sum_of_daily_rounded"].items()}


@pytest.mark.parametrize(("pool", "lines"), cases_allocation.LINES.items(), ids=lambda value: "/".join(value) if isinstance(value, tuple) else "")
def test_pools_over_real_usage(scenario, pool, lines):
    """Drivers, capacity by hours, scopes, rates, fallbacks and rule sets, by hand, on both engines."""
    built_lines = scenario.rows("select * from fct_llm_cost__shared_cost_allocations where pool_id = ? and period = ?", *pool)
    assert {row["receiving_team"]: row["allocated_amount"] for row in built_lines} == lines
    for row in built_lines:
        assert row["allocated_amount"] == row["exact_amount"] + row["rounding_amount"] and row["pool_amount_converted"] == sum(
            amount for receiver, amount in lines.items() if receiver != "__fx_difference__")


def test_path_of_a_chain(scenario):
    """What a team pays of a pool by way of another says so, the largest part first."""
    (row,) = scenario.rows("select path, method from fct_llm_cost__shared_cost_allocations where pool_id = 's1' and receiving_team = 'growth'")
    assert row == {"path": "s1, s1 > s2, s1 > s2 > ...", "method": "fixed_percent+reciprocal"}


@needs_shared
def test_cases_of_shared_on_spark(spark_builds):
    """The cases in dollars, which the scenario build on Spark has too."""
    connection = spark_builds.connect("scenario")
    for case in cases.load(SHARED):
        if case["id"] not in cases.CURRENCIES:
            check_case(connection, case)


# what is wrong, by the relation it is in, beside a row that is right; and what the message says
WRONG = {
    "pools": [
        ({"pool_id": "twice", "amount": 1}, "pool twice of 2026-05 appears twice"),
        ({"pool_id": "twice", "amount": 2}, "pool twice of 2026-05 appears twice"),
        ({"pool_id": "amount", "amount": "1,000"}, "has the amount '1,000'"),
        ({"pool_id": "large", "amount": "9999999999999.99"}, None),
        ({"pool_id": "period", "amount": 1, "period": "2026-13"}, "has the period '2026-13'"),
        ({"pool_id": "currency", "amount": 1, "currency": "DOL"}, "has the currency 'DOL', which is not in currencies"),
        ({"pool_id": "no rate", "amount": 1, "currency": "CHF"}, "has no average rate from CHF to USD for its month"),
        ({"pool_id": "chain", "amount": 1, "chain": "around"}, "has the chain 'around'"),
        ({"pool_id": "step", "amount": 1, "chain": "step_down"}, "a step_down pool needs a whole number"),
        ({"pool_id": "zero", "amount": 1, "zero_driver": "vanish"}, "has the zero_driver 'vanish'"),
        ({"pool_id": "category", "amount": 1, "category": "gift"}, "has the category 'gift'"),
        ({"pool_id": "unowned", "amount": 1, "unowned": "hide"}, "has the unowned 'hide'"),
        ({"pool_id": "right", "amount": 100}, None),
        ({"pool_id": "percents", "amount": 100}, "has rules that take more than 100 percent of it"),
        ({"pool_id": "amounts", "amount": 100}, "pool amounts of 2026-05 has rules that take more than 100 percent of it"),
        ({"pool_id": "huge", "amount": 100}, "rule 1 of pool huge of 2026-05 has numbers that are too large"),
        ({"pool_id": "circle 1", "amount": 100, "chain": "reciprocal"}, "pool circle 1 of 2026-05 gives to a circular chain that does not converge"),
        ({"pool_id": "circle 2", "amount": 100, "chain": "reciprocal"}, "pool circle 2 of 2026-05 gives to a circular chain that does not converge"),
        ({"pool_id": "receives", "amount": 100}, "receives from another pool and has a floor, a cap or an amount"),
        ({"pool_id": "gives", "amount": 100, "chain": "reciprocal"}, None),
        ({"pool_id": "shares", "amount": 100}, None),
        ({"pool_id": "capacity", "amount": 100}, None),
    ],
    "rules": [
        ({"pool_id": "nowhere", "rule": 1}, "is of a pool that llm_cost_shared_pools does not have"),
        ({"pool_id": "right", "rule": "first"}, "has the rule 'first'"),
        ({"pool_id": "right", "rule": 2, "method": "magic"}, "has the method 'magic'"),
        ({"pool_id": "right", "rule": 3, "driver": "hours"}, "has the driver 'hours'"),
        ({"pool_id": "right", "rule": 4, "percent": "101"}, "has the percent '101'"),
        ({"pool_id": "right", "rule": 5, "floor": "-1"}, "has the floor '-1'"),
        ({"pool_id": "right", "rule": 6, "floor": "5", "cap": "4"}, "has a cap below its floor"),
        ({"pool_id": "right", "rule": 7, "method": "capacity", "idle_policy": "ignore"}, "has the idle_policy 'ignore'"),
        ({"pool_id": "right", "rule": 8, "method": "prepaid"}, "needs the value of the credits as whole"),
        ({"pool_id": "right", "rule": 9, "amount": "-5"}, "whose sign is not that of its pool"),
        ({"pool_id": "right", "rule": 10, "valid_from_period": "May"}, "has the valid_from_period 'May'"),
        ({"pool_id": "percents", "rule": 1, "percent": 60, "method": "central"}, None),
        ({"pool_id": "percents", "rule": 2, "percent": 60, "method": "central"}, None),
        ({"pool_id": "amounts", "rule": 1, "amount": 60, "method": "central"}, None),
        ({"pool_id": "amounts", "rule": 2, "amount": 60, "method": "central"}, None),
        ({"pool_id": "huge", "rule": 1, "driver": "listed", "method": "weighted"}, None),
        ({"pool_id": "circle 1", "rule": 1, "driver": "listed"}, None),
        ({"pool_id": "circle 2", "rule": 1, "driver": "listed"}, None),
        ({"pool_id": "receives", "rule": 1, "driver": "listed", "floor": 10}, None),
        ({"pool_id": "gives", "rule": 1, "driver": "listed"}, None),
        ({"pool_id": "shares", "rule": 1, "method": "fixed_percent"}, None),
        ({"pool_id": "capacity", "rule": 1, "method": "capacity"}, None),
    ],
    "receivers": [
        ({"pool_id": "nowhere", "rule": 1, "receiver": "a"}, "receiver a of pool nowhere rule 1 is of a pool that"),
        ({"pool_id": "gives", "rule": 2, "receiver": "a"}, "is of the rule '2', which the pool does not have"),
        ({"pool_id": "gives", "rule": 1, "receiver": "b", "driver_value": "-5"}, "has the driver_value '-5': write a number that is not negative"),
        ({"pool_id": "gives", "rule": 1, "receiver": "c", "weight": "heavy"}, "has the weight 'heavy'"),
        ({"pool_id": "gives", "rule": 1, "receiver": "d"}, "receiver d of pool gives rule 1 appears twice"),
        ({"pool_id": "gives", "rule": 1, "receiver": "d"}, "receiver d of pool gives rule 1 appears twice"),
        ({"pool_id": "gives", "rule": 1, "receiver": "e", "period": "2026"}, "has the period '2026'"),
        ({"pool_id": "gives", "rule": 1, "receiver": "f", "is_excluded": "perhaps"}, "has the is_excluded 'perhaps'"),
        ({"pool_id": "gives", "rule": 1, "receiver": "stranger", "driver_value": 1}, "receiver stranger of pool gives rule 1 is a team that llm_cost_teams does not have"),
        ({"pool_id": "gives", "rule": 1, "receiver": "gone", "receiver_kind": "pool"}, "is a pool that llm_cost_shared_pools does not have"),
        ({"pool_id": "gives", "rule": 1, "receiver": "receives", "receiver_kind": "pool", "driver_value": 1}, None),
        ({"pool_id": "gives", "rule": 1, "receiver": "__lost__"}, "receiver __lost__ of pool gives rule 1 is no line of this package"),
        ({"pool_id": "receives", "rule": 1, "receiver": "a", "driver_value": 1}, None),
        ({"pool_id": "shares", "rule": 1, "receiver": "a", "percent": 60}, "rule 1 of pool shares of 2026-05 has receivers of"),
        ({"pool_id": "shares", "rule": 1, "receiver": "b", "percent": 60}, None),
        ({"pool_id": "capacity", "rule": 1, "receiver": "a", "used_share": "0.7"}, "has used shares that add up to more than 1"),
        ({"pool_id": "capacity", "rule": 1, "receiver": "b", "used_share": "0.7"}, None),
        ({"pool_id": "huge", "rule": 1, "receiver": "a", "driver_value": "9999999999999999.123456789012", "weight": "3.333333"}, None),
        ({"pool_id": "huge", "rule": 1, "receiver": "b", "driver_value": "1", "weight": "1"}, None),
        ({"pool_id": "circle 1", "rule": 1, "receiver": "circle 2", "receiver_kind": "pool", "driver_value": 1}, None),
        ({"pool_id": "circle 2", "rule": 1, "receiver": "circle 1", "receiver_kind": "pool", "driver_value": 1}, None),
    ],
    "rates": [
        ({"from_currency": "EUR", "to_currency": "USD", "rate_type": "average", "rate": "0"}, "rate EUR to USD of 2026-05 has the rate '0'"),
        ({"from_currency": "SEK", "to_currency": "USD", "rate_type": "spot", "rate": "0.1"}, "has the rate_type 'spot'"),
    ],
}


def test_wrong_rows_stop_the_build(tmp_path):
    """Each is named with what to do, and nothing is allocated."""
    rows = cases.Rows()
    rows.pools = [{"period": cases.PERIOD, "currency": "USD"} | row for row, _ in WRONG["pools"]]
    rows.rules = [row for row, _ in WRONG["rules"]]
    rows.receivers = [row for row, _ in WRONG["receivers"]]
    rows.rates = [{"period": cases.PERIOD} | row for row, _ in WRONG["rates"]]
    relations = rows.relations() | {"case_teams": (("team",), [{"team": name} for name in "abcdef"])}
    project, database = write_project(tmp_path, relations)
    with duckdb.connect(str(database)) as connection:
        connection.sql("insert into int_llm_cost__teams select unnest(['a', 'b', 'c', 'd', 'e', 'f'])")
    result = run_dbt(
        "build", "--select", "case_*", "currencies", "llm_cost.intermediate.allocation", "llm_cost.marts.allocation", "--indirect-selection", "cautious",
        "--exclude-resource-type", "unit_test", database=database, work=tmp_path, project=project, variables=RELATIONS | {"llm_cost_teams": ["case_teams"]},
    )
    assert result.returncode != 0 and "pool row(s) are wrong, nothing was allocated" in result.stdout, result.stdout[-3000:]
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.sql("select count(*) from information_schema.tables where table_name = 'fct_llm_cost__shared_cost_allocations'").fetchone() == (0,)
        found = [" ".join(row) for row in connection.sql("select row_id, problem from int_llm_cost__allocation_errors").fetchall()]
    missing = [message for parts in WRONG.values() for _, message in parts if message and not any(message in line for line in found)]
    assert not missing, (missing, found)
