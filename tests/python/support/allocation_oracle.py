"""Random pools and what they must come out as, in fractions: written from the rules in docs/allocation.md, not from the SQL."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

DIGITS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3, "MICRO": 6}
RATES = {("EUR", "USD"): "0.9235", ("JPY", "USD"): "0.006543210987", ("KWD", "USD"): "3.25", ("USD", "JPY"): "152.83", ("USD", "KWD"): "0.307692", ("USD", "MICRO"): "1"}
TEAMS = ["ads", "billing", "core", "data", "edge", "Zulu", "unattributed", "a", "b"]


def half_up(value: Fraction) -> int:
    """The nearest whole number; of two the larger."""
    return int((value + Fraction(1, 2)) // 1)


def random_driver(random) -> Decimal:
    """Zeros, small numbers that tie, fractions, huge ones."""
    kind = random.random()
    if kind < 0.15:
        return Decimal(0)
    if kind < 0.6:
        return Decimal(random.randint(1, 9))
    if kind < 0.8:
        return Decimal(random.randint(1, 10**9)) / 10**6
    return Decimal(random.randint(1, 10**13))


def random_rule(random, size: Decimal) -> dict:
    """A rule without its portion."""
    method = random.choices(["proportional", "even", "weighted", "fixed_percent", "central"], [6, 2, 2, 2, 1])[0]
    names = random.sample(TEAMS, random.randint(0 if random.random() < 0.05 else 1, 7))
    rule = {"method": method, "receivers": {name: {"driver": random_driver(random)} for name in names}, "floor": None, "cap": None, "floor_kind": "top_up"}
    if method == "central":
        rule["receivers"] = {}
    if method == "weighted":
        for receiver in rule["receivers"].values():
            receiver["weight"] = random.choice([Decimal(0), Decimal(1), Decimal("0.5"), Decimal("2.25"), Decimal(3)])
    if method == "fixed_percent":
        left = Decimal(100)
        for receiver in rule["receivers"].values():
            receiver["percent"] = min(left, Decimal(random.randint(0, 60_000_000)) / 10**6)
            left -= receiver["percent"]
    if method in ("proportional", "even", "weighted"):
        if random.random() < 0.3:
            rule["floor"] = (abs(size) * random.randint(0, 60) / 100).quantize(Decimal("0.01"))
            rule["floor_kind"] = random.choice(["top_up", "additive"])
        if random.random() < 0.3:
            rule["cap"] = (abs(size) * random.randint(5, 90) / 100).quantize(Decimal("0.01"))
            if rule["floor"] is not None:
                rule["cap"] = max(rule["cap"], rule["floor"])
        for receiver in rule["receivers"].values():
            if random.random() < 0.1:
                receiver["floor"] = receiver["cap"] = (abs(size) / random.randint(2, 9)).quantize(Decimal("0.01"))
    return rule


def random_pool(seed: int, currencies: list[str], largest: int = 10**11) -> dict:
    """A pool of one to three rules."""
    chance = random.Random(seed)
    amount = Decimal(chance.choice([0, 1, 2, 3, 7, 100, chance.randint(1, 10**6), chance.randint(1, largest)])) / chance.choice([1, 100, 100])
    pool = {
        "amount": -amount if chance.random() < 0.2 else amount,
        "currency": chance.choice(currencies),
        "zero_driver": chance.choice(["unallocated", "central", "even"]),
        "unowned": chance.choice(["keep", "keep", "spread"]),
        "rules": [],
    }
    count = chance.choice([1, 1, 1, 2, 3])
    left = Decimal(100)
    for number in range(count):
        rule = random_rule(chance, amount)
        rule["percent"] = None
        if count > 1 and (number < count - 1 or chance.random() < 0.3):
            rule["percent"] = min(left, Decimal(chance.randint(0, 100_000_000 // count)) / 10**6)
            left -= rule["percent"]
        pool["rules"].append(rule)
    return pool


def clamped(amount: Fraction, drivers: dict, floors: dict, caps: dict) -> dict:
    """share = clamp(rate x driver, floor, cap) with the rate at which the shares sum to the amount; all at their cap leave a rest."""
    def shares(rate: Fraction) -> dict:
        return {name: min(max(rate * driver, floors[name]), caps[name]) for name, driver in drivers.items()}

    turns = sorted({Fraction(0)} | {floors[n] / d for n, d in drivers.items()} | {caps[n] / d for n, d in drivers.items() if caps[n] != float("inf")})
    if sum(shares(turns[-1]).values()) <= amount:
        free = sum(d for n, d in drivers.items() if caps[n] == float("inf"))
        if not free:
            return shares(turns[-1])
        return shares(turns[-1] + (amount - sum(shares(turns[-1]).values())) / free)
    for low, high in pairwise(turns):
        at_low, at_high = sum(shares(low).values()), sum(shares(high).values())
        if at_low <= amount <= at_high:
            return shares(low if at_low == at_high else low + (amount - at_low) / (at_high - at_low) * (high - low))
    raise AssertionError("no rate")


def divide(rule: dict, pool: dict, portion: Fraction, rate: Fraction, digits: int) -> dict:
    """What each receiver gets of a rule's portion, in minor units, exactly."""
    if rule["method"] == "central":
        return {"__central__": portion}
    receivers = {n: r for n, r in rule["receivers"].items() if not (n == "unattributed" and pool["unowned"] == "spread")}
    if rule["method"] == "fixed_percent":
        percents = {n: Fraction(r["percent"]) for n, r in receivers.items()}
        if not any(percents.values()):
            return {"__unallocated__": portion}
        missing = 100 - sum(Fraction(r["percent"]) for r in rule["receivers"].values())
        percents |= {"__unallocated__": missing} if missing else {}
        return {n: portion * percent / sum(percents.values()) for n, percent in percents.items()}
    drivers = {n: Fraction(1) if rule["method"] == "even" else Fraction(r["driver"]) * Fraction(r.get("weight", 1)) for n, r in receivers.items()}
    if not any(drivers.values()):
        if pool["zero_driver"] == "even" and drivers:
            return {n: portion / len(drivers) for n in drivers}
        return {"__central__" if pool["zero_driver"] == "central" else "__unallocated__": portion}
    active = {n: d for n, d in drivers.items() if d}
    def minor(value) -> Fraction:
        return Fraction(half_up(Fraction(value) * rate * 10**digits))

    floors, caps = {}, {}
    for name in active:
        floor, cap = (receivers[name].get(bound, rule[bound]) for bound in ("floor", "cap"))
        floors[name] = minor(floor) if floor is not None else Fraction(0)
        caps[name] = minor(cap) if cap is not None else float("inf")
    if sum(floors.values()) > portion:
        values = {n: portion * f / sum(floors.values()) for n, f in floors.items()}
    elif rule["floor_kind"] == "additive":
        rest = clamped(portion - sum(floors.values()), active, dict.fromkeys(active, Fraction(0)), {n: caps[n] - floors[n] for n in active})
        values = {n: floors[n] + rest[n] for n in active}
    else:
        values = clamped(portion, active, floors, caps)
    rest = portion - sum(values.values())
    return dict.fromkeys(drivers, Fraction(0)) | values | ({"__unallocated__": rest} if rest else {})


def rule_parts(pool: dict, size: int) -> list[tuple[dict | None, Fraction]]:
    """Each rule with its portion; None with what no rule takes."""
    rest = Fraction(1) - sum(Fraction(rule["percent"]) / 100 for rule in pool["rules"] if rule["percent"] is not None)
    parts = [(rule, size * (rest if rule["percent"] is None else Fraction(rule["percent"]) / 100)) for rule in pool["rules"]]
    return parts if any(rule["percent"] is None for rule in pool["rules"]) or not rest else [*parts, (None, size * rest)]


def exact_values(pool: dict, size: int, rate: Fraction, digits: int) -> dict:
    values: dict[str, Fraction] = {}
    for rule, portion in rule_parts(pool, size):
        for name, value in ({"__unallocated__": portion} if rule is None else divide(rule, pool, portion, rate, digits)).items():
            values[name] = values.get(name, Fraction(0)) + value
    return values


def rounded(values: dict, size: int, decimals: int, is_cut: bool) -> dict[str, int]:
    """Whole units by largest remainder; the remainder is compared with so many decimals, cut off or rounded."""
    scale = 10**decimals
    fine = {name: Fraction(value * scale // 1 if is_cut else half_up(value * scale), scale) for name, value in values.items()}
    units = {name: int(value // 1) for name, value in fine.items()}
    order = sorted((name for name in fine if fine[name] > 0), key=lambda name: (units[name] - fine[name], name))
    for name in order[: size - sum(units.values())]:
        units[name] += 1
    return units


def allocate(pool: dict, reporting: str) -> dict[str, int]:
    """The minor units of every receiver of a pool that gives to no other pool."""
    digits = DIGITS[reporting]
    rate = Fraction(1) if pool["currency"] == reporting else Fraction(RATES[pool["currency"], reporting])
    size = half_up(abs(Fraction(pool["amount"])) * rate * 10**digits)
    values = exact_values(pool, size, rate, digits)
    parts = rule_parts(pool, size)
    units = rounded(values, size, 18 if len(parts) == 1 else 15, len(parts) == 1)
    return {name: -count if pool["amount"] < 0 else count for name, count in units.items()}


def random_chain(seed: int) -> dict:
    """Three pools in USD that give to each other and to teams, with the kind of chain."""
    chance = random.Random(seed)
    names = ["p1", "p2", "p3"]
    pools = {}
    for name in names:
        shares = {other: chance.randint(0, 3) for other in names if other != name and chance.random() < 0.7}
        pools[name] = {"amount": Decimal(chance.randint(-10**6, 10**8)) / 100, "pools": shares, "teams": {team: chance.randint(1, 9) for team in chance.sample(TEAMS[:5], chance.randint(1, 4))}}
    return {"kind": chance.choice(["direct", "step_down", "reciprocal"]), "pools": pools}


def allocate_chain(chain: dict) -> dict[str, dict[str, int]]:
    """Units by origin pool and team: what a pool sends on is found by solving the linear system, not by walking."""
    names = list(chain["pools"])
    kept = {}
    for place, name in enumerate(names):
        pool = chain["pools"][name]
        allowed = {"direct": [], "step_down": names[place + 1:], "reciprocal": names}[chain["kind"]]
        to_pools = {other: weight for other, weight in pool["pools"].items() if other in allowed and weight}
        whole = sum(to_pools.values()) + sum(pool["teams"].values())
        kept[name] = ({n: Fraction(w, whole) for n, w in to_pools.items()}, {n: Fraction(w, whole) for n, w in pool["teams"].items()})
    result = {}
    for origin in names:
        # visits v = e + T^t v by Gauss
        matrix = [[Fraction(int(row == column)) - kept[names[column]][0].get(names[row], 0) for column in range(3)] + [Fraction(int(names[row] == origin))] for row in range(3)]
        for step in range(3):
            pivot = next(row for row in range(step, 3) if matrix[row][step])
            matrix[step], matrix[pivot] = matrix[pivot], matrix[step]
            matrix[step] = [cell / matrix[step][step] for cell in matrix[step]]
            for row in range(3):
                if row != step:
                    matrix[row] = [cell - matrix[row][step] * above for cell, above in zip(matrix[row], matrix[step])]
        amount = chain["pools"][origin]["amount"]
        size = int(abs(amount) * 100)
        values: dict[str, Fraction] = {}
        for place, name in enumerate(names):
            for team, share in kept[name][1].items():
                values[team] = values.get(team, Fraction(0)) + size * matrix[place][3] * share
        gives = bool(kept[origin][0]) and size > 0
        units = rounded(values, size, 6 if gives else 18, not gives)
        result[origin] = {team: -count if amount < 0 else count for team, count in units.items()}
    return result
