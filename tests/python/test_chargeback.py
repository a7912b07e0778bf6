"""Chargeback of the demo and of the real usage data: every month adds up to its requests, pools, credits and tax."""

from __future__ import annotations

import csv
import subprocess
import sys
from decimal import Decimal

import pytest
from conftest import ROOT, needs_shared

DUE = """
    select period, sum(amount) from (
        select strftime(occurred_at, '%Y-%m') as period, coalesce(total_cost_usd, 0) as amount from fct_llm_cost__requests
        union all select period, allocated_amount from fct_llm_cost__shared_cost_allocations
    ) group by 1 order by 1
"""
BILLED = "select period, sum(total_amount), sum(rounding_amount), bool_and(is_closed), count(*) from fct_llm_cost__team_chargeback group by 1 order by 1"


def check_months(connection) -> dict[str, bool]:
    """Month to whether it is closed, after every month was found to be complete."""
    due = dict(connection.sql(DUE).fetchall())
    billed = {period: (total, rounding) for period, total, rounding, *_ in connection.sql(BILLED).fetchall()}
    assert due.keys() <= billed.keys()
    for period, (total, rounding) in billed.items():
        assert total + rounding == due.get(period, 0), period
    closed = {period: is_closed for period, _, _, is_closed, _ in connection.sql(BILLED).fetchall()}
    for period, is_closed in closed.items():
        total, rounding = billed[period]
        if is_closed:
            assert total == round(total, 2), "whole cents"
            issuers = connection.sql(f"select count(*) from fct_llm_cost__chargeback_periods where period = '{period}'").fetchone()[0]
            assert abs(rounding) <= Decimal("0.005") * issuers
        else:
            assert rounding == 0
    return closed


def test_every_month_of_the_demo_adds_up(demo_db):
    """Three closed months to the cent with the rounding stated, the open one to the last digit."""
    assert check_months(demo_db) == {"2026-06": True, "2026-07": True, "2026-08": True, "2026-09": False}


@needs_shared
@pytest.mark.parametrize("evidence_db", ["duckdb"], indirect=True)
def test_every_month_of_the_real_data_adds_up(evidence_db):
    """No month is closed there: to the last digit."""
    closed = check_months(evidence_db)
    assert len(closed) > 1 and not any(closed.values())


def test_the_platforms_twelve_thousand(demo_db):
    """12,000 USD of shared platform spend: 9,500 by what requests cost, 1,500 by how many they are, 1,000 kept central."""
    rows = demo_db.sql("""
        select team, amount, driver_share_ratio from fct_llm_cost__chargeback_statement where pool_id = 'platform' and period = '2026-08'
    """).fetchall()
    amounts = {team: amount for team, amount, _ in rows}
    assert sum(amounts.values()) == 12000 and amounts["__central__"] == 1000
    owned = demo_db.sql("""
        select team, sum(total_cost_usd), sum(requests) from fct_llm_cost__hourly
        where hour_at >= '2026-08-01' and hour_at < '2026-09-01' and team <> 'unattributed' group by team
    """).fetchall()
    cost, requests = (sum(Decimal(row[place]) for row in owned) for place in (1, 2))
    for team, team_cost, team_requests in owned:
        exact = 9500 * team_cost / cost + 1500 * Decimal(team_requests) / requests
        assert abs(amounts[team] - exact) < Decimal("0.01"), team


def test_what_has_no_price_is_told(demo_db):
    """Requests of unknown cost bill nothing, and every row says how many there are."""
    told = demo_db.sql("select sum(unpriced_requests) from fct_llm_cost__team_chargeback").fetchone()[0]
    unpriced = demo_db.sql("select count(*) from fct_llm_cost__requests where pricing_status in ('unpriced', 'partially_priced')").fetchone()[0]
    assert told == unpriced > 0


def test_days_of_an_open_month_add_up_to_it(demo_db):
    """Team by team, to the last digit; a share of a pool is spread over all 30 days."""
    day_sums = demo_db.sql("select team, sum(total_amount) from fct_llm_cost__team_chargeback_daily group by team order by team").fetchall()
    month = demo_db.sql("select team, sum(total_amount) from fct_llm_cost__team_chargeback where period = '2026-09' group by team order by team").fetchall()
    assert day_sums == month
    days = demo_db.sql("select count(distinct usage_date), min(usage_date), max(usage_date) from fct_llm_cost__team_chargeback_daily where other_amount <> 0").fetchone()
    assert (days[0], str(days[1]), str(days[2])) == (30, "2026-09-01", "2026-09-30")


def test_change_against_the_month_before(demo_db):
    """Of each row of August that July has too."""
    wrong = demo_db.sql("""
        select august.team from fct_llm_cost__team_chargeback as august left join fct_llm_cost__team_chargeback as july
            on july.period = '2026-07' and row(august.team, august.cost_center, august.service, august.feature, august.environment, august.provider, august.model)
                is not distinct from row(july.team, july.cost_center, july.service, july.feature, july.environment, july.provider, july.model)
        where august.period = '2026-08'
            and (august.amount_before is distinct from july.total_amount or august.change_amount <> august.total_amount - coalesce(july.total_amount, 0))
    """).fetchall()
    assert wrong == []
    shares = demo_db.sql("select period, sum(share_of_total_ratio) from fct_llm_cost__team_chargeback group by period").fetchall()
    assert all(abs(share - 1) < Decimal("0.000001") for _, share in shares)


@pytest.fixture(scope="module")
def demo_file(demo_build):
    """The demo's DuckDB file."""
    return demo_build[0]


def export(database, *arguments):
    command = [sys.executable, str(ROOT / "scripts" / "export_journal.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={"LLM_COST_DUCKDB_PATH": str(database), "PATH": ""}, check=False)


def test_journal_as_csv(demo_file, tmp_path):
    """Balanced, with the accounts of the cost centres; an open month gives a sentence and no file."""
    result = export(demo_file, "2026-08", "--output", str(tmp_path / "journal.csv"))
    assert result.returncode == 0, result.stderr
    lines = list(csv.DictReader((tmp_path / "journal.csv").open()))
    assert sum(Decimal(line["debit_amount"]) for line in lines) == sum(Decimal(line["credit_amount"]) for line in lines)
    assert {line["account"] for line in lines} == {"6410", "6420", "6430", "6490", "llm-expense", "llm-clearing"}
    assert any("platform" in line["pool_ids"] for line in lines) and any("openai-" in line["price_card_versions"] for line in lines)
    result = export(demo_file, "2026-09", "--output", str(tmp_path / "open.csv"))
    assert result.returncode == 1 and "2026-09 has no journal: it is not closed" in result.stderr and not (tmp_path / "open.csv").exists()
