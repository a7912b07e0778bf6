"""Two nightly builds: what the second finds changed, and what a build from nothing on the same input must give.

| day | first night | second night | the day is |
|---|---|---|---|
| 1 May | a partial answer | the whole answer arrives late | rebuilt |
| 2 May | one call | its file is gone | removed |
| 3 May | a call of `cached` | its price is corrected | rebuilt |
| 4 May | | a new call | new |
| 5 May | a call of `plain` | the same; a batch price changes, which only a what-if case uses | not touched |
| 6 May | a call without a price | the price row is added | rebuilt |
"""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

from support.cases_events import call
from support.cases_pricing import chat

SAME = [
    call("corrected price", "2026-05-03T10:00:00Z", chat(1000, 0, 0), model_requested="cached"),
    call("untouched", "2026-05-05T10:00:00Z", team="what if"),
    call("price comes later", "2026-05-06T10:00:00Z", model_requested="newcomer"),
]
NIGHTS = {
    1: [call("answer", "2026-05-01T23:59:58Z", chat(1000, 0, 10)), call("gone", "2026-05-02T10:00:00Z"), *SAME],
    2: [
        call("answer", "2026-05-01T23:59:58Z", chat(1000, 0, 10)), call("answer", "2026-05-02T00:00:01Z", chat(1000, 0, 100)),
        call("new", "2026-05-04T10:00:00Z"), *SAME,
    ],
}
# cached input was recorded at 1.00 and is 3.00; newcomer costs 5.00 for a million input tokens, 7.00 for output; batch input of
# plain falls from 0.50 to 0.25
NEW_PRICE_ROWS = [
    ("fixed", "cached", "uncached_input", "standard", "3.00", "2026-05-03 00:00:00", "correction"),
    ("new-in", "newcomer", "uncached_input", "standard", "5.00", "2026-05-01 00:00:00", "launch"),
    ("new-out", "newcomer", "output", "standard", "7.00", "2026-05-01 00:00:00", "launch"),
    ("batch-in", "plain", "uncached_input", "batch", "0.25", "2026-05-05 00:00:00", "change"),
]
# what each row changed: requests, newly priced, first and last day, USD before and after
EFFECTS = {
    "fixed": (1, 0, "2026-05-03", "2026-05-03", Decimal("0.001"), Decimal("0.003")),
    "new-in": (1, 1, "2026-05-06", "2026-05-06", None, Decimal("0.005")),
    "new-out": (1, 1, "2026-05-06", "2026-05-06", None, Decimal("0.0007")),
    "batch-in": (0, 0, None, None, None, None),
}
COSTS = {
    "answer": Decimal("0.0012"), "corrected price": Decimal("0.003"), "new": Decimal("0.0012"), "untouched": Decimal("0.0012"),
    "price comes later": Decimal("0.0057"),
}
# as known on 6 May, a day before the rows of the second night were recorded
COSTS_AS_KNOWN = {**COSTS, "corrected price": Decimal("0.001"), "price comes later": None}
KNOWN_AT = "2026-05-06 23:59:59"
# the call of 5 May under the case `batch`: 1,000 in at 0.25, 100 out at 1.00
BATCH_COST = Decimal("0.00035")
REBUILT = {"2026-05-01", "2026-05-03", "2026-05-04", "2026-05-06"}
KEPT = {"2026-05-05"}
MARTS = ("fct_llm_cost__requests", "fct_llm_cost__hourly")

# what the tests of the nights read; chargeback has a drill of its own
MODELS = ("+fct_llm_cost__hourly", "+fct_llm_cost__scenario_costs", "+fct_llm_cost__price_change_effects")


# from the new price rows to their effects, and the terms, of which the demo has none
CHANGE_MODELS = [f"int_llm_cost__{name}" for name in (
    "new_price_rows", "changed_models", "touched_events", "costs_now", "costs_before", "card_rate_ids", "changed_meters", "discounts",
    "discount_intervals", "contract_accounts",
)] + ["fct_llm_cost__price_change_effects"]


def copy_project(project: Path, root: Path) -> None:
    """The scenario project in a folder of its own, whose price rows a night may change."""
    shutil.copytree(root / "integration_tests" / "scenario", project, ignore=shutil.ignore_patterns("dbt_packages", "target", "logs", "tests"))
    (project / "packages.yml").write_text(f"packages:\n  - local: {root}\n", encoding="utf-8")


def prepare_night(number: int, project: Path, logs: Path) -> None:
    """Put a night's raw log and price rows in place."""
    logs.write_text("\n".join(json.dumps(line) for line in NIGHTS[number]), encoding="utf-8")
    if number == 2:
        with (project / "seeds" / "scenario_price_rates.csv").open("a", encoding="utf-8") as seed:
            for rate_id, model, meter, tier, price, valid_from, kind in NEW_PRICE_ROWS:
                seed.write(f"{rate_id},acme,{model},{meter},{tier},global,,,,{price},1000000,USD,{valid_from},2026-05-07 00:00:00,{kind},made up,\n")
