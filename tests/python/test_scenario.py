"""The hand-made cases: usage semantics, prices, identity, quarantine and the three formats, on one build."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from decimal import Decimal

import pytest
from conftest import ROOT
from support import cases_events, cases_pricing, cases_terms, cases_usage


def check(row: dict, expected: dict) -> None:
    """The expected columns of a row, with a message that shows all differences at once."""
    wrong = {name: (row[name], value) for name, value in expected.items() if row[name] != value}
    assert not wrong, f"{row['response_id']}: (built, expected by hand) {wrong}"


@pytest.mark.parametrize("case", cases_usage.EVENTS, ids=lambda case: case[0])
def test_buckets_of_each_surface(scenario, case):
    """Reported usage ends in the disjoint buckets of its API surface."""
    check(scenario.request(case[0]), case[4])


@pytest.mark.parametrize("case", cases_usage.REJECTS, ids=lambda case: case[0])
def test_usage_that_cannot_be_right_is_quarantined(scenario, case):
    """Counts that no convention explains are listed with the rule they break and their usage part, and cost nothing."""
    rejected = scenario.reject(case[0])
    assert rejected["reject_reason"] == case[4]
    assert rejected["usage"], "the usage part is kept for whoever looks into it"
    assert scenario.requests(case[0]) == []


def test_inner_call_is_priced_by_its_own_model(scenario):
    """Tokens of an advisor model inside an Anthropic answer: an event of their own."""
    outer, inner = scenario.requests("advisor")
    check(outer, {"model_billed": "claude-sonnet-4-6", "total_input_tokens": 2390, "output_tokens": 121, "total_cost_usd": Decimal("0.008985")})
    check(inner, {"model_billed": "claude-opus-4-6", "total_input_tokens": 2518, "output_tokens": 22, "total_cost_usd": Decimal("0.01314"),
                  "operation": "sub_call", "parent_id": outer["event_id"]})


@pytest.mark.parametrize("case", cases_pricing.COSTS, ids=lambda case: case[0])
def test_cost_by_hand(scenario, case):
    """Both sides of every price boundary, to the last digit."""
    check(scenario.request(case[0]), case[5])


@pytest.mark.parametrize(("size", "cost"), cases_pricing.FEES)
def test_request_fee_by_search_context(scenario, size, cost):
    """Perplexity's fee per request depends on the search context size."""
    check(scenario.request(f"search {size}"), {"total_cost_usd": Decimal(cost), "pricing_status": "priced"})


def test_deep_research(scenario):
    """33 in and 20,016 citation at 2, 7,163 out at 8, 95,305 reasoning at 3 USD per million, 28 searches at 0.005."""
    check(scenario.request("deep research"), {
        "total_cost_usd": Decimal("0.523317"), "output_cost_usd": Decimal("0.343219"), "other_cost_usd": Decimal("0.040032"),
        "tool_cost_usd": Decimal("0.14"), "pricing_status": "priced",
    })


def test_cache_writes_by_lifetime(scenario):
    """1,000 tokens written at 1.25 for 5 minutes and at 2.00 for an hour."""
    check(scenario.request("write 5m"), {"cache_write_cost_usd": Decimal("0.00125")})
    check(scenario.request("write 1h"), {"cache_write_cost_usd": Decimal("0.002")})


def test_own_rate_wins_from_its_date(scenario):
    """The user's 9 USD per million replaces the package's 10 for the same key; list cost stays."""
    check(scenario.request("own rate: before"), {"total_cost_usd": Decimal("0.01"), "list_cost_usd": Decimal("0.01")})
    check(scenario.request("own rate: from its date"), {"total_cost_usd": Decimal("0.009"), "list_cost_usd": Decimal("0.01")})


@pytest.mark.parametrize("case", cases_terms.TERMS, ids=lambda case: case[0])
def test_negotiated_terms(scenario, case):
    """Contracted and list cost, both sides of each term's dates, by the account it is for."""
    name, *_, total, listed = case
    check(scenario.request(name), {"total_cost_usd": Decimal(total), "list_cost_usd": Decimal(listed), "pricing_status": "priced"})


def test_cost_row_names_its_terms(scenario):
    """The discount of each meter, the contract's rate where there is one, and nothing where there is neither."""
    assert json.loads(scenario.request("discount: the narrower one")["discount_ids"])["output"] == "openai-25"
    assert json.loads(scenario.request("discount: the narrower one")["discount_ids"])["uncached_input"] == "openai-10"
    assert json.loads(scenario.request("contract rate: from its instant")["rate_ids"])["output"] == "contract-2/gpt-4.1/output"
    assert scenario.request("contract rate: from its instant")["discount_ids"] is None


def test_scenario_costs_by_hand(scenario):
    """Each what-if case by feature and model: another model in part, tier, cold, warm, another date, the first rule, another provider."""
    built = {
        (row["scenario"], row["feature"], row["model_billed"]): (row["actual"], row["under_case"])
        for row in scenario.rows("""
            select scenario, feature, model_billed, sum(actual_cost_usd) as actual, sum(scenario_cost_usd) as under_case
            from fct_llm_cost__scenario_costs where team = 'what if' group by 1, 2, 3
        """)
    }
    assert built == cases_terms.what_if_totals()


def test_requests_that_a_case_has_no_price_for(scenario):
    """They keep their cost and are told apart; a request without a cost stays without one."""
    rows = scenario.rows("""
        select model_billed, sum(requests) as requests, sum(requests_repriced) as repriced, sum(requests_without_cost) as unknown
        from fct_llm_cost__scenario_costs where team = 'what if' and scenario = 'batch' group by 1 order by 1
    """)
    assert {row["model_billed"]: (row["requests"], row["repriced"], row["unknown"]) for row in rows} == {
        "cached": (4, 0, 0), "dated": (1, 0, 0), "plain": (1, 1, 0), "tiered": (1, 0, 0), None: (1, 0, 1),
    }


def test_own_alias_takes_over_from_its_date(scenario):
    """The package bills the snapshot as gpt-4o-mini (0.15), the user's alias as gpt-4o (2.50)."""
    check(scenario.request("own alias: before"), {"model_billed": "gpt-4o-mini", "total_cost_usd": Decimal("0.00015")})
    check(scenario.request("own alias: from its date"), {"model_billed": "gpt-4o", "total_cost_usd": Decimal("0.0025")})


def test_rows_to_paste_for_a_model_without_a_price(scenario):
    """The suggested lines have the columns of a price row and name what was used; what a person must look up is a ?."""
    (row,) = scenario.rows("""
        select distinct missing_meters, nearest_known_model, suggested_price_rows, suggested_alias_row from fct_llm_cost__unpriced_usage
        where model = 'nobody-knows' and pricing_status = 'unpriced'
    """)
    assert row["missing_meters"] == "uncached_input, output" and row["suggested_alias_row"] is None
    header = (ROOT / "seeds" / "prices" / "price_rates.csv").read_text().splitlines()[0].split(",")
    lines = [dict(zip(header, line, strict=True)) for line in csv.reader(row["suggested_price_rows"].splitlines())]
    assert [(line["model"], line["meter"], line["unit_price"], line["per_units"], line["change_kind"]) for line in lines] == [
        ("nobody-knows", meter, "?", "1000000", "launch") for meter in ("uncached_input", "output")
    ]
    assert lines[0]["rate_id"] == f"acme/nobody-knows/uncached_input@{lines[0]['valid_from'][:10]}"


def test_cost_row_names_its_price_rows(scenario):
    """The rate ids on a request are those of the card in force."""
    assert '"uncached_input":"acme/dated/uncached_input/standard/global/@2026-03-01T12:00:00/2026-03-05T00:00:00"' in scenario.request(
        "date: the instant of the change, corrected"
    )["rate_ids"]


def test_streamed_partials_count_once_with_last_usage_and_first_time(scenario):
    """Three partial lines over midnight and one replayed: one event, on the day it began."""
    check(scenario.request("streamed"), {"output_tokens": 120, "occurred_at": datetime(2026, 5, 4, 23, 59, 59), "total_cost_usd": Decimal("0.00124")})


def test_last_usage_is_the_last_row_that_has_one(scenario):
    """A final line without usage does not wipe out the usage known before."""
    check(scenario.request("usage then aborted"), {"output_tokens": 50, "pricing_status": "priced", "status": "success"})


def test_same_request_logged_twice_counts_once(scenario):
    """Also when a second file repeats it."""
    assert len(scenario.requests("logged twice")) == 1


def test_rejected_copy_does_not_win(scenario):
    """A copy that cannot be right is quarantined; the good one is the event."""
    check(scenario.request("bad copy"), {"total_cost_usd": Decimal("0.0012")})
    assert scenario.reject("bad copy")["reject_reason"] == "buckets_do_not_sum"


def test_calls_without_response_id(scenario):
    """Identified by request id, else by their whole content."""
    assert len(scenario.rows("select * from fct_llm_cost__requests where request_id = 'no response id'")) == 1
    assert len(scenario.rows("select * from fct_llm_cost__requests where total_input_tokens = 321")) == 1
    assert len(scenario.rows("select * from fct_llm_cost__requests where total_input_tokens = 77")) == 2, "an empty id is none"


def test_reused_response_ids_of_local_servers(scenario):
    """ollama numbers its answers at random: two times are two calls."""
    assert len(scenario.requests("chatcmpl-42")) == 2


def test_retries_are_visible_and_each_attempt_is_a_row(scenario):
    """The failed first attempt costs nothing and counts; the second is billed."""
    first, second = scenario.rows("select * from fct_llm_cost__requests where request_id = 'retried' order by attempt_number")
    check(first, {"pricing_status": "not_billable", "not_billable_reason": "failed_without_usage", "total_cost_usd": Decimal(0), "is_retry": False})
    check(second, {"pricing_status": "priced", "is_retry": True, "fallback_from": "huge"})


@pytest.mark.parametrize(
    ("response_id", "expected"),
    [
        ("failed with usage", {"pricing_status": "priced", "total_cost_usd": Decimal("0.0012"), "status": "error"}),
        ("failed with zeros", {"pricing_status": "not_billable", "total_cost_usd": Decimal(0)}),
        ("aborted stream", {"pricing_status": "usage_missing", "total_cost_usd": None, "uncached_input_tokens": None}),
        ("timed out", {"pricing_status": "usage_missing", "total_cost_usd": None}),
        ("success without usage", {"pricing_status": "usage_missing", "total_cost_usd": None}),
        ("gateway cache hit", {"pricing_status": "not_billable", "not_billable_reason": "gateway_cache_hit", "total_input_tokens": None}),
        ("owner is empty", {"team": "unattributed", "attribution_method": "unattributed"}),
        ("owner is absent", {"team": "unattributed", "attribution_method": "unattributed"}),
        ("logged twice", {"team": "event cases", "attribution_method": "request_tag"}),
        ("epoch milliseconds", {"occurred_at": datetime(2026, 5, 4, 12)}),
        ("epoch nanoseconds", {"occurred_at": datetime(2026, 5, 4, 12)}),
        ("zone in words", {"occurred_at": datetime(2026, 5, 4, 12)}),
        ("status in other words", {"status": "error", "pricing_status": "not_billable"}),
        ("provider from the surface", {"provider": "openai", "pricing_status": "priced"}),
        ("provider spelled otherwise", {"provider": "google", "model_billed": "gemini-2.5-pro"}),
        ("first allowed instant", {"occurred_at": datetime(2020, 1, 1)}),
        ("field the vendor added", {"pricing_status": "priced"}),
        ("packed", {"total_cost_usd": Decimal("0.00001")}),
        ("before the broken lines", {"pricing_status": "priced"}),
        ("after the broken lines", {"pricing_status": "priced"}),
    ],
)
def test_fate_of_a_line(scenario, response_id, expected):
    """Failures, missing usage, gateway hits and owners."""
    check(scenario.request(response_id), expected)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("no time", "missing_timestamp"),
        ("no time at all", "missing_timestamp"),
        ("unreadable time", "unparsable_timestamp"),
        ("ancient", "ancient_timestamp"),
        ("last ancient microsecond", "ancient_timestamp"),
        ("future", "future_timestamp"),
        ("no model", "missing_model"),
        ("empty model", "missing_model"),
        ("no provider", "missing_provider"),
        ("unknown surface", "unknown_api_surface"),
        ("private", "buckets_do_not_sum"),
        ("a billion searches", "absurd_tokens"),
        ("chatcmpl-sum", "buckets_do_not_sum"),
    ],
)
def test_line_that_cannot_be_used_is_quarantined(scenario, key, reason):
    """Each with the rule it breaks."""
    assert scenario.reject(key)["reject_reason"] == reason


def test_broken_lines_are_listed_by_file_and_line_and_the_rest_builds(scenario):
    """Line numbers leave blank lines out, as DuckDB's reader does."""
    rows = scenario.rows(
        "select line_number, reject_reason from fct_llm_cost__usage_rejects where load_id like '%broken.jsonl' order by line_number"
    )
    assert [tuple(row.values()) for row in rows] == [
        (2, "malformed_json"), (3, "malformed_json"), (4, "not_an_object"), (5, "not_an_object"), (6, "not_an_object"),
        (7, "malformed_json"), (9, "malformed_json"),
    ]


def test_file_cut_short_is_listed(scenario):
    """A gzip file of which no row can be read does not vanish."""
    if scenario.engine == "spark":
        pytest.skip("Spark reads tables only; a file cut short is an error of whatever fills the table")
    (row,) = scenario.rows("select reject_reason from fct_llm_cost__usage_rejects where load_id like '%cut_short%'")
    assert row["reject_reason"] == "unreadable_file"


def test_every_raw_row_has_one_fate(scenario):
    """Raw rows are counted here by Python, apart from the package."""
    accounts = {row["load_id"].rsplit("/", 1)[-1]: row for row in scenario.rows("select * from fct_llm_cost__row_accounting")}
    for name, account in accounts.items():
        fates = sum(account[column] for column in ("billable_events", "duplicate_rows", "rejected_rows", "not_billable_rows"))
        assert account["raw_rows"] == fates, name
    broken = [line for line in cases_events.BROKEN_FILE.split(b"\n") if line]
    assert accounts["broken.jsonl"]["raw_rows"] == len(broken)
    assert accounts["replay.jsonl"]["duplicate_rows"] == 2
    assert accounts["session.claude.jsonl"]["raw_rows"] == len(cases_events.CLAUDE_CODE)
    assert "empty.jsonl" not in accounts
    assert sum(account["raw_rows"] for name, account in accounts.items() if "litellm" in name) == len(cases_events.LITELLM) + 1


def test_claude_code_session(scenario):
    """6,010 in (5,000 read, 600 and 400 written), 200 out: 0.00918 once, not once per content block or resumed session."""
    check(scenario.request("msg_1"), {
        "output_tokens": 200, "occurred_at": datetime(2026, 5, 4, 12), "total_cost_usd": Decimal("0.00918"),
        "cache_write_1h_tokens": 400, "project_id": "checkout", "session_id": "session-1", "service": "claude-code",
    })
    check(scenario.request("msg_2"), {"agent_id": "sidechain", "total_cost_usd": Decimal("0.00033")})
    check(scenario.request("msg_err"), {"pricing_status": "not_billable", "status": "error"})
    check(scenario.request("msg_4"), {"total_cost_usd": Decimal("0.00045")})
    account = scenario.rows("select sum(not_a_call_rows) as lines, sum(duplicate_rows) as repeats from fct_llm_cost__row_accounting where source_system = 'claude_code'")
    assert account == [{"lines": 4, "repeats": 3}], "summary, user, synthetic and unknown lines are no calls"


def test_litellm_rows(scenario):
    """Inclusive counts for every vendor, gateway cache hits, failures, retries and fallbacks."""
    check(scenario.request("chatcmpl-plain"), {"uncached_input_tokens": 400, "cache_read_tokens": 600, "latency_ms": 1500, "tenant_id": "tenant-1",
                                               "team": "team-1", "model_requested": "team-alias", "api_surface": "litellm_spendlogs"})
    check(scenario.request("chatcmpl-anthropic"), {
        "uncached_input_tokens": 10, "cache_read_tokens": 5000, "cache_write_5m_tokens": 600, "cache_write_1h_tokens": 400, "output_tokens": 200,
        "total_cost_usd": Decimal("0.00918"), "team": "growth", "api_key_id": "growth-prod", "feature": "summaries", "environment": "prod",
    })
    check(scenario.request("chatcmpl-bedrock"), {"provider": "aws", "model_served": "us.anthropic.claude-haiku-4-5-20251001-v1:0", "pricing_status": "priced"})
    check(scenario.request("chatcmpl-plain_cache_hit1746360000"), {"pricing_status": "not_billable", "is_gateway_cache_hit": True, "total_cost_usd": Decimal(0)})
    check(scenario.request("chatcmpl-failed"), {"pricing_status": "not_billable", "error_code": "429", "status": "error"})
    check(scenario.request("chatcmpl-retried"), {"is_retry": True, "attempt_number": 3, "fallback_from": "first-choice"})
    check(scenario.request("chatcmpl-empty"), {"pricing_status": "usage_missing", "total_cost_usd": None})
    check(scenario.request("chatcmpl-csv"), {"total_input_tokens": 1000, "tenant_id": "tenant-9", "pricing_status": "priced"})


def test_same_call_in_two_formats_counts_once(scenario):
    """The earlier format of llm_cost_sources wins, unless only the other knows the usage."""
    check(scenario.request("chatcmpl-two-logs"), {"source_system": "usage_log", "team": "from usage_log"})
    check(scenario.request("chatcmpl-no-usage-here"), {"source_system": "litellm", "total_input_tokens": 1000})


def test_traces(scenario):
    """Depth by parent ids (request or response id), duration to the last known end, and a loop that ends."""
    (trace,) = scenario.rows("select * from fct_llm_cost__traces where trace_id = 'trace 1'")
    assert (trace["calls"], trace["depth"], trace["duration_ms"], trace["total_cost_usd"]) == (5, 3, 5500, Decimal("0.006"))
    (loop,) = scenario.rows("select * from fct_llm_cost__traces where trace_id = 'trace 2'")
    assert (loop["calls"], loop["depth"]) == (2, 100)


def test_no_content_key_or_address_in_any_relation(scenario):
    """Every text column of every relation is searched for what must not pass."""
    columns = scenario.rows("select table_name, column_name from information_schema.columns where data_type = 'VARCHAR'")
    assert len(columns) > 100
    for column in columns:
        found = scenario.rows(
            f"""select count(*) as hits from "{column['table_name']}" where "{column['column_name']}" like '%SECRET%' or "{column['column_name']}" like '%203.0.113.7%'"""
        )
        assert found[0]["hits"] == 0, column
