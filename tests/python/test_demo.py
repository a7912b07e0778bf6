"""The demo build against the truth that the generator planted, computed in exact arithmetic apart from the SQL."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal

import pytest
from conftest import ROOT

TRUTH = json.loads((ROOT / "demo" / "truth.json").read_text(encoding="utf-8"))
FATES = ("raw_rows", "billable_events", "duplicate_rows", "rejected_rows", "not_billable_rows", "not_a_call_rows")


def rows(connection, sql):
    """Rows of a query, the first column as the key."""
    return {key: values[0] if len(values) == 1 else tuple(values) for key, *values in connection.sql(sql).fetchall()}


def test_generator_makes_the_committed_files():
    """The committed logs are what the generator makes, byte for byte."""
    result = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "generate_demo_logs.py"), "--check"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_row_accounting_by_file(demo_db):
    """Every raw row of every file has the fate that was planted."""
    built = rows(demo_db, f"select load_id, {', '.join(FATES)} from fct_llm_cost__row_accounting")
    assert built == {load: tuple(fates[name] for name in FATES) for load, fates in TRUTH["rows"]["by_file"].items()}


def test_row_accounting_by_source(demo_db):
    """The same per source."""
    sums = ", ".join(f"sum({name})" for name in FATES)
    built = rows(demo_db, f"select source_system, {sums} from fct_llm_cost__row_accounting group by source_system")
    assert built == {source: tuple(fates[name] for name in FATES) for source, fates in TRUTH["rows"]["by_source"].items()}


def test_rejects_by_reason(demo_db):
    """Every planted broken line is quarantined for its own reason."""
    built = rows(demo_db, "select reject_reason, count(*) from fct_llm_cost__usage_rejects group by reject_reason")
    assert built == TRUTH["rows"]["rejected_by_reason"]


def test_totals(demo_db):
    """Events by pricing status, tokens by bucket and the total cost, to the last digit."""
    truth = TRUTH["events"]
    assert rows(demo_db, "select pricing_status, count(*) from fct_llm_cost__requests group by 1") == truth["by_pricing_status"]
    sums = ", ".join(f"sum({name}) filter (where pricing_status <> 'not_billable')" for name in truth["tokens"])
    assert demo_db.sql(f"select {sums} from fct_llm_cost__requests").fetchone() == tuple(truth["tokens"].values())
    assert demo_db.sql("select sum(total_cost_usd), sum(web_search_requests) from fct_llm_cost__requests").fetchone() == (
        Decimal(truth["cost_usd"]), truth["web_search_requests"])


CUTS = {
    "by_provider": "provider",
    "by_model_served": "coalesce(model_served, model_requested)",
    "by_model_billed": "model_billed",
    "by_service_tier": "service_tier",
    "by_month": "strftime(occurred_at, '%Y-%m')",
    "by_team": "case when attribution_method = 'request_tag' then team else 'unattributed' end",  # as logged: a trace's calls inherit
    "by_cost_center": "case when attribution_method = 'request_tag' then cost_center end",
    "by_feature": "feature",
    "by_environment": "environment",
    "by_tenant": "tenant_id",
}


@pytest.mark.parametrize(("cut", "expression"), CUTS.items())
def test_cost_by(demo_db, cut, expression):
    """Billable events and cost by owner, model and time equal the planted ones; what has no owner is its own line."""
    built = rows(
        demo_db,
        f"""
        select coalesce({expression}, 'none'), count(*) filter (where pricing_status <> 'not_billable'), coalesce(sum(total_cost_usd), 0)
        from fct_llm_cost__requests group by 1
        """,
    )
    for key, truth in TRUTH[cut].items():
        name = "none" if key in ("none", "null", "unknown") or (key == "unattributed" and "unattributed" not in built) else key
        assert built.get(name, (0, Decimal(0))) == (truth["billable_events"], Decimal(truth["cost_usd"])), key


@pytest.mark.parametrize("spot", TRUTH["spot_checks"], ids=lambda spot: spot["why"])
def test_spot_check(demo_db, spot):
    """Single calls on the boundaries: price change, tiers, streams across midnight, fallbacks."""
    built = demo_db.execute(
        """
        select model_billed, total_input_tokens, cache_read_tokens, output_tokens, total_cost_usd,
            strftime(occurred_at, '%Y-%m-%dT%H:%M:%S.%f')
        from fct_llm_cost__requests where source_system = ? and provider = ? and response_id = ?
        """,
        [spot["source_system"], spot["provider"], spot["response_id"]],
    ).fetchall()
    time = spot["occurred_at"].rstrip("Z")
    time = f"{time if '.' in time else time + '.'}".ljust(26, "0")
    assert built == [
        (spot["model_billed"], spot["total_input_tokens"], spot["cache_read_tokens"], spot["output_tokens"], Decimal(spot["cost_usd"]), time)
    ]


def test_planted_troubles(demo_db):
    """Retries, fallbacks, the runaway loop, the unknown model, the shared key, late rows, traces."""
    planted = TRUTH["planted"]
    one = lambda sql: demo_db.sql(sql).fetchone()  # noqa: E731
    billable = "count(*) filter (where pricing_status <> 'not_billable')"
    for name, condition in (("retries", "is_retry"), ("fallbacks", "fallback_from is not null")):
        truth = planted[name]
        assert one(f"select count(*), {billable}, sum(total_cost_usd) from fct_llm_cost__requests where {condition}") == (
            truth["events"], truth["billable_events"], Decimal(truth["cost_usd"])), name
    loop = planted["runaway_trace"]
    assert one(f"select calls, total_cost_usd from fct_llm_cost__traces where trace_id = '{loop['trace_id']}'") == (loop["calls"], Decimal(loop["cost_usd"]))
    unknown = planted["unknown_model"]
    assert one(f"select sum(requests), sum(total_input_tokens), max(known_cost_usd) from fct_llm_cost__unpriced_usage where model = '{unknown['model']}'") == (
        unknown["billable_events"], unknown["tokens"]["total_input_tokens"], None)
    key = planted["shared_api_key"]
    assert one(f"select {billable}, sum(total_cost_usd), list_sort(list(distinct team)) from fct_llm_cost__requests where api_key_id = '{key['api_key_id']}'") == (
        key["billable_events"], Decimal(key["cost_usd"]), key["teams"])
    assert one("select count(*) from fct_llm_cost__requests where loaded_at > occurred_at + interval 2 day") == (planted["loaded_more_than_two_days_late"],)
    traces = planted["traces"]
    assert one("select count(*) from fct_llm_cost__traces") == (traces["count"],)
    assert {str(depth): count for depth, count in rows(demo_db, "select depth, count(*) from fct_llm_cost__traces group by 1").items()} == traces["by_depth"]


def test_demo_walks_the_real_path(demo_db):
    """The believable company: 8 teams, 40 tenants, 6 priced models of 4 providers, 90 days, warm and cold tenants."""
    assert demo_db.sql("select count(distinct team) from fct_llm_cost__requests where team <> 'unattributed'").fetchone() == (8,)
    assert demo_db.sql("select count(distinct tenant_id) from fct_llm_cost__requests").fetchone() == (40,)
    assert demo_db.sql("select count(distinct model_billed), count(distinct provider) from fct_llm_cost__requests where model_billed is not null").fetchone() == (6, 4)
    ratios = demo_db.sql(
        "select sum(cache_read_tokens) / sum(total_input_tokens) from fct_llm_cost__hourly where tenant_id is not null group by tenant_id"
    ).fetchall()
    assert sum(ratio > 0.85 for (ratio,) in ratios) >= 10 and sum(ratio < 0.15 for (ratio,) in ratios) >= 10


def test_demo_is_small():
    """Under 5 MB in the repository."""
    assert sum(file.stat().st_size for file in (ROOT / "demo").rglob("*") if file.is_file()) < 5_000_000
