"""Who owns a call: the waterfall on the hand-made cases, the allow-list, steps of one's own, and rows that cannot be right."""

from __future__ import annotations

import csv
import json
import shutil
from decimal import Decimal

import duckdb
import pytest
from conftest import ROOT, SCENARIO_PROJECT, built, install_package, run_dbt
from support import cases_owners
from support.cases_pricing import chat


@pytest.mark.parametrize("case", cases_owners.OWNERS, ids=lambda case: case[0])
def test_owner_by_hand(scenario, case):
    """Team, cost centre and the step that found them, at both sides of each instant."""
    row = scenario.request(case[0])
    assert (row["team"], row["cost_center"], row["attribution_method"]) == case[3]


def test_owner_groups(scenario):
    """Each label's teams with cost centre, weight and the weights before."""
    groups = {}
    for row in scenario.rows("select * from int_llm_cost__owner_groups order by owner_group, weight_before"):
        groups.setdefault(row["owner_group"], []).append((row["team"], row["cost_center"], row["weight"], row["weight_before"]))
    for label, members in cases_owners.GROUPS.items():
        assert groups[label] == [(team, cost_center, Decimal(weight), Decimal(before)) for team, cost_center, weight, before in members]
    assert all(sum(member[2] for member in members) == 1 for members in groups.values())


def test_a_request_of_several_teams_stays_one(scenario):
    """Requests and cost are what was logged, whoever owns them, in requests, hours and coverage; the call of 2025 has no price."""
    count = len(cases_owners.OWNERS)
    for mart, requests in (("requests", "count(*)"), ("hourly", "sum(requests)")):
        (row,) = scenario.rows(f"select {requests} as requests, sum(total_cost_usd) as cost from fct_llm_cost__{mart} where operation = 'attribution'")
        assert (row["requests"], row["cost"]) == (count, (count - 1) * Decimal("0.0012")), mart
    (whole,) = scenario.rows("select count(*) as requests, sum(total_cost_usd) as cost from fct_llm_cost__requests")
    (covered,) = scenario.rows("select sum(requests) as requests, sum(total_cost_usd) as cost from fct_llm_cost__attribution_coverage")
    assert whole == covered


def test_only_what_differs_from_the_tag_has_a_row(scenario):
    """The table that the requests are joined to leaves out every call that simply owns itself."""
    found = {row["response_id"] for row in scenario.rows("""
        select requests.response_id from int_llm_cost__event_owners as owners inner join fct_llm_cost__requests as requests on owners.event_id = requests.event_id
    """)}
    plain = {"name: unknown stays", "team: ended", "step: none", "cost centre: logged without a team", "logged twice", "owner is absent"}
    assert not plain & found
    assert found >= {name for name, *_, (_, _, method) in cases_owners.OWNERS if method not in ("request_tag", "unattributed")}


def test_coverage(scenario):
    """The calls of one day and service, by the step that found their team, with their part of the cost."""
    rows = scenario.rows("""
        select attribution_method, is_attributed, requests, cost_share_ratio from fct_llm_cost__attribution_coverage
        where usage_date = '2026-03-01' and source_system = 'usage_log' and service = 'owned shop' order by requests desc, attribution_method
    """)
    assert [tuple(row.values()) for row in rows] == [
        (method, True, 1, Decimal("0.16666667")) for method in ("api_key", "project", "request_tag", "service", "session", "trace")
    ]


def test_mystery_spend_of_a_month(scenario):
    """The calls of a month without an owner, dearest first; the row to paste has the columns of a mapping."""
    rows = scenario.rows("select * from fct_llm_cost__mystery_spend where period = '2025-12' and api_key_id = 'owned key'")
    assert [(row["requests"], row["total_cost_usd"]) for row in rows] == [(1, None)]
    header = (SCENARIO_PROJECT / "seeds" / "scenario_owner_mappings.csv").read_text().splitlines()[0].split(",")
    line = dict(zip(header, next(csv.reader([rows[0]["suggested_mapping_row"]])), strict=True))
    assert (line["matched_column"], line["match_value"], line["team"], line["valid_from"]) == ("api_key_id", "owned key", "?", "2025-12-31 00:00:00")
    for period in {row["period"] for row in scenario.rows("select distinct period from fct_llm_cost__mystery_spend")}:
        ranks = scenario.rows("select spend_rank, coalesce(total_cost_usd, 0) as cost from fct_llm_cost__mystery_spend where period = ? order by spend_rank", period)
        assert [row["spend_rank"] for row in ranks] == list(range(1, len(ranks) + 1))
        assert [row["cost"] for row in ranks] == sorted((row["cost"] for row in ranks), reverse=True)


def small_project(tmp_path, calls):
    """The scenario project in a folder, with some calls as its only log: (folder, vars)."""
    project = tmp_path / "project"
    shutil.copytree(SCENARIO_PROJECT, project, ignore=shutil.ignore_patterns("dbt_packages", "target", "logs"))
    (project / "packages.yml").write_text(f"packages:\n  - local: {ROOT}\n")
    install_package(project)
    lines = [
        {"occurred_at": at, "provider": "acme", "api_surface": "openai_compatible", "model_requested": "plain", "response_id": name,
         "usage": chat(1000, 0, 100), "status": "success", **fields}
        for name, at, fields in calls
    ]  # fmt: skip
    (tmp_path / "calls.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return project, {"llm_cost_sources": ["usage_log"], "llm_cost_usage_log_files": str(tmp_path / "calls.jsonl")}


def owners(database):
    with duckdb.connect(str(database), read_only=True) as connection:
        return {name: (team, cost_center, method) for name, team, cost_center, method in connection.sql(
            "select response_id, team, cost_center, attribution_method from fct_llm_cost__requests").fetchall()}


def test_only_known_teams_other_steps_and_a_reorganisation(tmp_path):
    """With the allow-list a tag counts only while llm_cost_teams has it; steps in a seed of one's own; what changes rebuilds its days alone."""
    at = "2026-03-01T12:00:00Z"
    project, variables = small_project(tmp_path, [
        ("known", at, {"team": " ADS "}),
        ("unknown", at, {"team": "Somebody Else", "user_id": "owned user"}),
        ("unknown and alone", at, {"team": "Somebody Else"}),
        ("list", at, {"team": '["somebody else", "search"]'}),
        ("in force", "2026-03-31T23:59:59Z", {"team": "sunset"}),
        ("ended", "2026-04-01T00:00:00Z", {"team": "sunset"}),
        ("alias", at, {"team": "growth-team"}),
        ("inherited", at, {"trace_id": "t"}),
        ("names it", at, {"trace_id": "t", "team": "search"}),
        ("does not count", at, {"trace_id": "t", "team": "Somebody Else"}),
        ("feature", "2026-04-02T00:00:00Z", {"feature": "chat", "tenant_id": "owned tenant"}),
        ("key", "2026-04-03T00:00:00Z", {"api_key_id": "owned key", "tenant_id": "owned tenant"}),
    ])
    steps = (ROOT / "seeds" / "organisation" / "attribution_steps.csv").read_text().replace("4,api_key,api_key_id", "40,by_key,api_key_id")
    (project / "seeds" / "my_steps.csv").write_text(steps + "9,feature,feature,false,\n")
    with (project / "seeds" / "scenario_owner_mappings.csv").open("a") as seed:
        seed.write("feature,chat,search,,,2026-01-01 00:00:00,2026-01-01 00:00:00,,\n")
    variables |= {"llm_cost_only_known_teams": True, "llm_cost_attribution_steps": ["my_steps"]}
    database = tmp_path / "known.duckdb"
    arguments = ("build", "--exclude-resource-type", "test", "unit_test", "--select", "+fct_llm_cost__requests")
    built(*arguments, database=database, work=tmp_path, project=project, variables=variables)
    expected = {
        "known": ("ads", "CC-30", "request_tag"), "unknown": ("ads", "CC-77", "user"), "unknown and alone": cases_owners.NOBODY,
        "list": ("search", "CC-40", "request_tag"), "in force": ("sunset", "CC-30", "request_tag"), "ended": cases_owners.NOBODY,
        "alias": ("growth", "CC-20", "request_tag"), "inherited": ("search", "CC-40", "trace"), "names it": ("search", "CC-40", "request_tag"),
        "does not count": ("search", "CC-40", "trace"), "feature": ("growth", "CC-20", "tenant"), "key": ("growth", "CC-20", "tenant"),
    }
    assert owners(database) == expected

    # growth becomes another cost centre on 2 April: that day and the next are written again, and no other
    def days():
        with duckdb.connect(str(database), read_only=True) as connection:
            return dict(connection.sql("select utc_date, min(day_fingerprint) from fct_llm_cost__requests group by 1").fetchall())

    before = days()
    with (project / "seeds" / "scenario_teams.csv").open("a") as seed:
        seed.write("growth,CC-77,marketing,2026-04-02 00:00:00,2026-04-01 00:00:00,,\n")
    built(*arguments, database=database, work=tmp_path, project=project, variables=variables)
    assert owners(database) == {**expected, "feature": ("growth", "CC-77", "tenant"), "key": ("growth", "CC-77", "tenant")}
    assert sorted(str(day) for day, fingerprint in days().items() if before[day] != fingerprint) == ["2026-04-02", "2026-04-03"]


# fragment of the message: (seed, line)
MAPPINGS, DATES = "scenario_owner_mappings", "2026-01-01 00:00:00,2026-01-01 00:00:00"
WRONG_ROWS = {
    "unknown matched_column 'colour'": (MAPPINGS, f"colour,wrong-0,ads,,,{DATES},,"),
    "lacks its match_value": (MAPPINGS, f"api_key_id,,ads,,,{DATES},,"),
    "lacks its matched_column": (MAPPINGS, f",wrong-2,ads,,,{DATES},,"),
    "names no team": (MAPPINGS, f"api_key_id,wrong-3,,,,{DATES},,"),
    "valid_from 'soon'": (MAPPINGS, "api_key_id,wrong-4,ads,,,soon,2026-01-01 00:00:00,,"),
    "recorded_at ''": (MAPPINGS, "api_key_id,wrong-5,ads,,,2026-01-01 00:00:00,,,"),
    "weight 'half', which is no number": (MAPPINGS, f"api_key_id,wrong-6,ads,,half,{DATES},,"),
    "weight 0:": (MAPPINGS, f"api_key_id,wrong-7,ads,,0,{DATES},,"),
    "weight 60:": (MAPPINGS, f"api_key_id,wrong-8,ads,,60,{DATES},,"),
    "weights add up to 0.9:": (MAPPINGS, f"api_key_id,wrong-9,ads,,0.4,{DATES},,\napi_key_id,wrong-9,search,,0.5,{DATES},,"),
    "weights add up to 0.5:": (MAPPINGS, f"api_key_id,wrong-10,ads,,0.5,{DATES},,"),
    "has no weight, but": (MAPPINGS, f"api_key_id,wrong-11,ads,,,{DATES},,\napi_key_id,Wrong-11,search,,0.5,{DATES},,"),
    "withdrawn and mapped": (MAPPINGS, f"api_key_id,wrong-12,ads,,,{DATES},,\napi_key_id,wrong-12,,,,{DATES},withdrawn,"),
    "contradicts another row": (MAPPINGS, f"api_key_id,wrong-13,ads,,0.5,{DATES},,\napi_key_id,wrong-13,ADS,,0.5,{DATES},,"),
    "is in no attribution step": (MAPPINGS, f"feature,wrong-14,ads,,,{DATES},,"),
    "cost centre 'CC-0', which is not in llm_cost_cost_centers": (MAPPINGS, f"api_key_id,wrong-15,ads,CC-0,,{DATES},,"),
    "team 'nobody', which is not in llm_cost_teams": (MAPPINGS, f"api_key_id,wrong-16,nobody,,,{DATES},,"),
    "still has the ?": (MAPPINGS, f"api_key_id,wrong-17,?,,,{DATES},,"),
    "change_kind 'withdraw'": (MAPPINGS, f"api_key_id,wrong-18,ads,,,{DATES},withdraw,"),
    "contradicts another row of the same key": ("scenario_teams", f"wrong-19,CC-10,,{DATES},,\nwrong-19,CC-20,,{DATES},,"),
    "cost centre 'CC-1', which is not": ("scenario_teams", f"wrong-20,CC-1,,{DATES},,"),
    "valid_from 'May'": ("scenario_cost_centers", "wrong-21,x,1,May,2026-01-01 00:00:00,,"),
    "team 'nobody'": ("scenario_services", f"wrong-22,nobody,{DATES},,"),
    "team 'nobody', which": ("scenario_tenants", f"wrong-23,g,nobody,{DATES},,"),
    "unknown matched_column 'shape'": ("my_steps", "124,shapes,shape,false,"),
    "appears twice": ("my_steps", "1,doubled,feature,false,"),
    "no whole number": ("my_steps", "first,by_agent,agent_id,false,"),
    "only trace_id and session_id": ("my_steps", "127,by_prompt,prompt_template,true,"),
    "write true or false": ("my_steps", "128,by_account,billing_account_id,maybe,"),
}


def test_wrong_organisation_rows_stop_the_build_and_are_named(tmp_path):
    """Every kind of wrong row is named with what to do, in one build, and no cost is assigned."""
    project, variables = small_project(tmp_path, [("a call", "2026-03-01T12:00:00Z", {"team": "ads"})])
    # all but the step for feature, whose lack a mapping shows
    (project / "seeds" / "my_steps.csv").write_text((ROOT / "seeds" / "organisation" / "attribution_steps.csv").read_text())
    for seed, lines in WRONG_ROWS.values():
        if lines.startswith("1,doubled"):
            lines = lines.replace("feature", "environment")
        with (project / "seeds" / f"{seed}.csv").open("a") as file:
            file.write(lines + "\n")
    database = tmp_path / "wrong.duckdb"
    variables |= {"llm_cost_attribution_steps": ["my_steps"]}
    result = run_dbt("build", "--exclude-resource-type", "unit_test", "--select", "+fct_llm_cost__requests", database=database, work=tmp_path, project=project, variables=variables)
    assert result.returncode != 0 and "no cost was assigned" in result.stdout
    with duckdb.connect(str(database), read_only=True) as connection:
        problems = connection.sql("select row_id, problem from int_llm_cost__organisation_errors").fetchall()
        tables = {name for (name,) in connection.sql("select table_name from information_schema.tables").fetchall()}
    for number, (fragment, (seed, lines)) in enumerate(WRONG_ROWS.items()):
        key = {1: "api_key_id ?"}.get(number, f"wrong-{number}") if seed != "my_steps" else f"step {lines.split(',')[0]}"
        told = [problem for row_id, problem in problems if row_id.startswith(seed) and key.lower() in f"{row_id.lower()} "]
        assert any(fragment in problem for problem in told), (fragment, told)
    wrong = [row_id for row_id, _ in problems]
    assert not [row_id for row_id in wrong if "wrong" not in row_id.lower() and "step" not in row_id and "?" not in row_id], "the right rows are fine"
    assert "fct_llm_cost__requests" not in tables
