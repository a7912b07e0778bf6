"""The recorded logs of ../shared, read as they are, in one build: what they must give is what their own totals and costs say."""

from __future__ import annotations

import json
from decimal import Decimal

import duckdb
import pytest
from conftest import SHARED, built, needs_shared

pytestmark = needs_shared

# format: where its samples are, below ../shared
SAMPLES = {
    "langfuse": ["data/langfuse_generations.jsonl", "samples/langfuse/*.trace.json"],
    "codex": ["data/codex_fork_sessions/*.jsonl", "samples/codex_cli/*.jsonl"],
    "databricks": ["samples/databricks_ai_gateway/*.jsonl"],
    "cloudflare": ["samples/cloudflare_ai_gateway/*.jsonl"],
    "snowflake_cortex": ["samples/snowflake_cortex/*.jsonl"],
    "otel_genai": ["samples/otel_genai/*.json"],
    "openrouter": ["samples/openrouter/*.json", "samples/openrouter/activity_sample_rows.csv"],
    "litellm_payload": ["samples/litellm/standard_logging_payload.json"],
}


@pytest.fixture(scope="session")
def samples_db(tmp_path_factory):
    """Every sample of SAMPLES, priced with the package's card. The Codex sessions are dated 2030."""
    work = tmp_path_factory.mktemp("log_samples")
    database = work / "samples.duckdb"
    variables = {
        "llm_cost_sources": list(SAMPLES), "llm_cost_future_tolerance_hours": 24 * 365 * 10, "llm_cost_max_rejected_share": 1,
        **{f"llm_cost_{name}_files": [str(SHARED / path) for path in paths] for name, paths in SAMPLES.items()},
    }  # fmt: skip
    built(
        "build", "--select", "+fct_llm_cost__requests", "--exclude-resource-type", "test", "unit_test", database=database, work=work, variables=variables
    )  # fmt: skip
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def rows(connection, query: str) -> list[dict]:
    """Rows of a query by column."""
    relation = connection.sql(query)
    return [dict(zip(relation.columns, row)) for row in relation.fetchall()]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_row_has_a_fate(samples_db, name):
    """Each format's samples give events, none twice, and every row of staging is an event, a repetition, no call, or rejected."""
    staged, events, keys = samples_db.sql(f"""
        select
            (select count(*) from stg_llm_cost__{name}),
            (select count(*) from int_llm_cost__usage_events where source_system = '{name}'),
            (select count(distinct event_id) from int_llm_cost__usage_events where source_system = '{name}')
    """).fetchone()
    fates = samples_db.sql(f"select count(*), count(call_group) from int_llm_cost__usage_rows where source_system = '{name}'").fetchone()
    assert fates[0] == staged
    assert 0 < keys == events <= fates[1]


def test_cloudflare_costs_are_the_recorded_ones(samples_db):
    """Calls with a price equal the gateway's cost to the last digit; Workers AI has no price in the package; the cached answer costs nothing."""
    events = {row["request_id"]: row for row in rows(samples_db, "select * from fct_llm_cost__requests where source_system = 'cloudflare'")}
    recorded = [json.loads(line, parse_float=Decimal) for line in (SHARED / "samples/cloudflare_ai_gateway/logs.jsonl").read_text(encoding="utf-8").splitlines()]
    costs = {record["id"]: (Decimal(record["cost"]), events[record["event_id"]]) for record in recorded}
    assert len(costs) == 4
    assert {row["pricing_status"] for _, row in costs.values()} == {"priced", "unpriced", "not_billable"}
    for cost, row in costs.values():
        if row["provider"] == "anthropic":
            assert row["total_cost_usd"] == cost and row["pricing_status"] == "priced"
        elif row["is_gateway_cache_hit"]:
            assert row["total_cost_usd"] == cost == 0
        else:
            assert row["provider"] == "cloudflare" and row["total_cost_usd"] is None


def test_single_records_by_hand(samples_db):
    """LiteLLM's payload at its recorded cost; Databricks' cached call: 9 at 3, 1,642 read at 0.30, 4 out at 15 USD per million."""
    costs = {
        (row["source_system"], row["request_id"]): row["total_cost_usd"]
        for row in rows(samples_db, "select source_system, coalesce(response_id, request_id) as request_id, total_cost_usd from fct_llm_cost__requests")
    }
    assert costs["litellm_payload", "chatcmpl-2299b6a2-82a3-465a-b47c-04e685a2227f"] == Decimal("0.000225")
    assert costs["databricks", "38efe7cb-c6d7-41c0-843b-4ef7cb9e016d"] == Decimal("0.0005796")


# Langfuse: observation, why the computed cost is not the recorded one
WRAPPER = "a generation around the call, whose tokens Langfuse estimated: no call"
NO_USAGE = "no usage: recorded as 0, computed as unknown"
OWN_PRICE = "the project of the trace has a price of its own for the model, 1 USD per million tokens"
UNEQUAL = {
    "b38a82eaa62b551e": WRAPPER, "ca136de468e156c9": WRAPPER, "1dc6768109615657": WRAPPER, "b7b9a79830fe5c6b": NO_USAGE, "f50f7bbf13112df9": NO_USAGE,
    "83517f9062f5ada4": "the instrumentation priced gpt-4o like gpt-3.5-turbo: 41 at 0.50 and 3 at 1.50 USD per million",
    "4f6535aaebcda355": OWN_PRICE, "5ba09605e0929d78": OWN_PRICE,
    "125abcbf5c41f4df": OWN_PRICE + "; and the thoughts, which only the total has, were not priced",
}  # fmt: skip


def recorded_generations() -> dict[str, dict]:
    """The generations of the samples by id."""
    found = {}
    for line in (SHARED / "data" / "langfuse_generations.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        found[record["id"]] = record
    for file in (SHARED / "samples" / "langfuse").glob("*.trace.json"):
        for record in json.loads(file.read_text(encoding="utf-8"))["observations"]:
            if record["type"] == "GENERATION":
                found[record["id"]] = record
    return found


def test_langfuse_costs_are_the_recorded_ones(samples_db):
    """Every generation costs what Langfuse recorded, which cuts after twelve digits, or is listed with the cause."""
    events = {row["request_id"]: row for row in rows(samples_db, "select * from fct_llm_cost__requests where source_system = 'langfuse'")}
    recorded = recorded_generations()
    assert len(recorded) == 41
    wrong = {}
    for name, record in recorded.items():
        cost = events[name]["total_cost_usd"] if name in events else None
        if cost is None or abs(cost - Decimal(str(record["totalCost"]))) > Decimal("1e-12"):
            wrong[name] = cost
    assert wrong.keys() == UNEQUAL.keys(), wrong
    assert {name for name in recorded if name not in events} == {name for name, cause in UNEQUAL.items() if cause is WRAPPER}
    # and what makes up the difference, by hand, in USD per million: gpt-4o 2.50 and 10, gemini-2.5-flash 0.30 and 2.50
    by_hand = {
        "83517f9062f5ada4": 41 * 2.5 + 3 * 10, "4f6535aaebcda355": 60 * 2.5 + 15 * 10, "5ba09605e0929d78": 108 * 2.5 + 51 * 10,
        "125abcbf5c41f4df": 5 * 0.3 + 2018 * 2.5,
    }  # fmt: skip
    assert {name: wrong[name] for name in by_hand} == {name: Decimal(str(micros)) / 1_000_000 for name, micros in by_hand.items()}


FAMILIES = {
    "live-fork-4d90-52bf": ("parent", "child"), "archived-fork-33ce-3869": ("parent", "child"), "missing-parent-siblings": ("sibling-a", "sibling-b"),
}  # fmt: skip


def token_counts(family: str, member: str) -> list[dict]:
    """The token_count events of a session file, in order."""
    file = SHARED / "data" / "codex_fork_sessions" / f"{family}__codex-home__archived_sessions__{member}.jsonl"
    payloads = [json.loads(line)["payload"] for line in file.read_text(encoding="utf-8").splitlines()]
    return [payload["info"] for payload in payloads if payload.get("type") == "token_count"]


@pytest.mark.parametrize("family", FAMILIES)
def test_codex_forks_count_once(samples_db, family):
    """The distinct token_count events add up to the oracle of the manifest; the calls among them, and so the events, to Codex's own
    running total. Between the two lie what Codex wrote without using anything: events told again, and estimates of the context."""
    manifest = json.loads(next((SHARED / "data" / "codex_fork_sessions").glob(f"*{family}__manifest.json")).read_text(encoding="utf-8"))
    oracle, (first, second) = manifest["oracle"], FAMILIES[family]
    told = rows(samples_db, f"""
        select call_key, is_call, cast(json_extract_string(usage_text, '$.total_tokens') as bigint) as tokens, total_input_tokens + output_tokens as billed
        from stg_llm_cost__codex where load_id like '%{family}%' and usage_text is not null
    """)
    assert sum(row["tokens"] for row in told) == sum(
        count["last_token_usage"]["total_tokens"] for name in (first, second) for count in token_counts(family, name)
    )
    distinct = {row["call_key"]: row for row in told}
    assert sum(row["tokens"] for row in distinct.values()) == oracle["dedupedLastTokens"]
    totals = [[count["total_token_usage"]["total_tokens"] for count in token_counts(family, name)] for name in (first, second)]
    used = totals[0][-1] + totals[1][-1] - totals[1][oracle["copiedPrefixLength"] - 1]
    assert sum(row["billed"] for row in distinct.values() if row["is_call"]) == used
    keys = ", ".join(f"'codex:openai:{key}:1'" for key in distinct)
    events = samples_db.sql(f"select sum(total_input_tokens + output_tokens) from fct_llm_cost__requests where event_id in ({keys})")
    assert events.fetchone() == (used,)


def test_codex_models_and_times(samples_db):
    """Calls of a fork that its parent made first keep their first time and the parent's session; models are those of the turns."""
    sessions = rows(samples_db, """
        select session_id, min(occurred_at) as first_at, count(*) as calls
        from fct_llm_cost__requests where source_system = 'codex' and model_served = 'gpt-5.5' group by 1 order by 1
    """)
    assert [(row["session_id"], str(row["first_at"]), row["calls"]) for row in sessions] == [
        ("child-session", "2026-07-11 12:00:04", 1), ("parent-session", "2026-07-11 12:00:01", 1),
    ]  # fmt: skip
    nameless = rows(samples_db, "select model_served from fct_llm_cost__requests where source_system = 'codex' and session_id is null")
    assert {row["model_served"] for row in nameless} == {"gpt-5.2-codex", "gpt-5.3-codex"}
