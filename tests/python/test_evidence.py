"""Real usage data of ../shared, priced by the package and compared with what was recorded or billed."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal

import duckdb
import pytest
from conftest import SHARED, needs_shared
from support.evidence import GOLDEN, WORKED, tau2_recorded
from support.usage_fields import IGNORED_FIELDS, fields_of, known_fields

pytestmark = needs_shared

TOLERANCE = Decimal("0.000000001")


def test_tau2_recorded_costs(evidence_db):
    """333 of 333 requests equal the recorded cost, to the last recorded digit (float noise of the recorder aside)."""
    recorded = tau2_recorded(SHARED / "data" / "tau2_gpt4o_calls.jsonl")
    built = dict(evidence_db.sql("select response_id, total_cost_usd from fct_llm_cost__requests where feature = 'tau2'").fetchall())
    assert len(built) == 333
    # the recorder summed binary floats: 17 digits, the last ones noise; at 12 decimals every recorded digit is left
    wrong = {key: (built.get(key), cost) for key, cost in recorded.items() if built.get(key) != cost.quantize(Decimal("1e-12"))}
    assert not wrong


@pytest.mark.parametrize(("number", "vector"), list(enumerate(GOLDEN)), ids=lambda value: str(value) if isinstance(value, int) else value[1])
def test_golden_vectors(evidence_db, number, vector):
    """The 17 vectors that two independent price libraries reproduce, exact."""
    cost, status = evidence_db.execute(
        "select total_cost_usd, pricing_status from fct_llm_cost__requests where response_id = ?", [f"golden-{number}"]
    ).fetchone()
    assert (cost, status) == (Decimal(vector[-1]), "priced")


def test_worked_examples(evidence_db):
    """Two published examples, exact."""
    for number, vector in enumerate(WORKED):
        (cost,) = evidence_db.execute("select total_cost_usd from fct_llm_cost__requests where response_id = ?", [f"worked-{number}"]).fetchone()
        assert cost == Decimal(vector[-2])


def test_every_provider_response_has_one_fate(evidence_db):
    """Every recorded response ends as an event, a duplicate, a reject with a reason or not billable."""
    total = duckdb.sql(f"select count(*) from '{SHARED}/data/provider_responses.parquet'").fetchone()[0]
    raw, events, duplicates, rejects, not_billable = evidence_db.sql(
        """
        select raw_rows, billable_events, duplicate_rows, rejected_rows, not_billable_rows
        from fct_llm_cost__row_accounting where load_id like '%provider_responses.jsonl'
        """
    ).fetchone()
    assert raw == total == events + duplicates + rejects + not_billable
    assert evidence_db.sql("select count(*) from fct_llm_cost__usage_rejects where reject_reason is null").fetchone() == (0,)
    print(f"{raw} rows: {events} events, {duplicates} duplicates, {rejects} rejects, {not_billable} not billable")


def test_provider_billed_costs(evidence_db):
    """Every distinct billed response is equal to 1e-9 or has a cause; at least 95% of the token-only ones are equal."""
    responses = evidence_db.sql(
        f"""
        select response_id, provider, arg_max(usage_json, coalesce(recorded_at, 'epoch')), arg_max(billed_cost_usd, coalesce(recorded_at, 'epoch'))
        from '{SHARED}/data/provider_responses.parquet'
        where billed_cost_usd is not null
        group by response_id, provider, case when response_id is null then usage_json end
        """
    ).fetchall()
    built = {
        key: (cost, status, parts)
        for key, cost, status, *parts in evidence_db.sql(
            """
            select response_id, total_cost_usd, pricing_status, uncached_input_cost_usd, output_cost_usd, other_cost_usd
            from fct_llm_cost__requests where response_id is not null
            """
        ).fetchall()
    }
    causes = Counter()
    unexplained = []
    for response_id, provider, usage_json, billed in responses:
        cost, status, parts = built.get(response_id, (None, "rejected", None))
        if response_id is None:
            causes[(provider, "no response id to match it by")] += 1
            continue
        reason = cause(provider, json.loads(usage_json), Decimal(repr(billed)), cost, status, parts)
        causes[(provider, reason)] += 1
        if reason == "unexplained":
            unexplained.append((response_id, provider, usage_json, billed, cost, status))
    for (provider, reason), count in sorted(causes.items()):
        print(f"{provider:18} {reason:60} {count}")
    assert not unexplained
    equal = sum(count for (_, reason), count in causes.items() if reason == "equal")
    token_only = equal + sum(count for (_, reason), count in causes.items() if reason.startswith("price row missing"))
    print(f"{equal} of {token_only} token-only responses equal")
    assert equal >= 0.95 * token_only
    assert equal >= 530


def cause(provider, usage, billed, cost, status, computed) -> str:
    """Why a computed cost differs from the billed one; 'equal' when it does not."""
    details = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    parts = usage.get("cost_details") or {}
    upstream = parts.get("upstream_inference_cost")
    if cost is not None and abs(cost - billed) <= TOLERANCE and not usage.get("is_byok") and status == "priced":
        return "equal"
    if usage.get("is_byok"):
        return "own key: the reported cost is the gateway's fee"
    if provider == "azure" and billed == 0:
        return "host reports 0 ticks, which is no charge"
    if (details.get("cached_tokens") or 0) + (details.get("cache_write_tokens") or 0) > (usage.get("prompt_tokens") or usage.get("input_tokens") or 0):
        return "rejected: cached tokens above the input"
    if provider == "perplexity" and cost is not None:
        reported = [Decimal(repr(usage["cost"][name])) for name in ("input_tokens_cost", "output_tokens_cost", "request_cost")]
        # at times the provider rounds each part to 5 decimals, at times to 3
        if all(abs(ours - theirs) <= Decimal("0.0005") for ours, theirs in zip(computed, reported)) and computed[2] == reported[2]:
            return "equal but for the provider's rounding of each part"
    if status == "provider_reported":
        return "charge per image or without a price row: the provider's charge is taken"
    if status == "free" and billed == 0:
        return "equal"
    tokens_part = sum(Decimal(repr(parts.get(name) or 0)) for name in ("upstream_inference_prompt_cost", "upstream_inference_completions_cost"))
    if usage.get("server_tool_use_details") or (tokens_part and billed - tokens_part >= Decimal("0.001")) or (upstream and billed > 2 * Decimal(repr(upstream))):
        return "web plugin or tool fee on top of the tokens"
    if status in ("unpriced", "usage_missing", "rejected"):
        return f"price row missing or no model: {status}"
    if provider == "openrouter" and cost is not None:
        return "price row missing: the routed host's own price"
    return "unexplained"


def test_claude_code_samples(evidence_db):
    """Counts and cost worked out by hand: one repeated message (msg_004, req_004) counts once, in the file that reads first."""
    accounts = {
        load.rsplit("/", 1)[-1]: fates
        for load, *fates in evidence_db.sql(
            """
            select load_id, raw_rows, billable_events, duplicate_rows, rejected_rows, not_billable_rows
            from fct_llm_cost__row_accounting where source_system = 'claude_code'
            """
        ).fetchall()
    }
    assert accounts == {
        "ccl_edge_cases.jsonl": [19, 4, 0, 3, 12],
        "ccl_representative_messages.jsonl": [12, 5, 0, 0, 7],
        "ccl_session_b.jsonl": [3, 1, 0, 0, 2],
        "ccl_todowrite_examples.jsonl": [12, 5, 1, 0, 6],
        "ccusage_alpha.jsonl": [3, 3, 0, 0, 0],
        "simonw_sample_session.jsonl": [8, 0, 0, 3, 5],
    }
    by_model = {
        model: (calls, cost)
        for model, calls, cost in evidence_db.sql(
            "select model_served, count(*), sum(total_cost_usd) from fct_llm_cost__requests where source_system = 'claude_code' group by 1"
        ).fetchall()
    }
    assert by_model == {
        # 3 and 15 USD per million: 558 in, 830 out
        "claude-3-sonnet-20240229": (9, Decimal("0.014124")),
        # 883 in, 328 out
        "claude-sonnet-4": (6, Decimal("0.007569")),
        # 400 in, 25 written at 3.75, 50 read at 0.30, 175 out
        "claude-sonnet-4-20250514": (2, Decimal("0.00393375")),
        # fast mode has no price for this model: unpriced, whatever the client guessed
        "claude-opus-4-20250514": (1, None),
    }
    rejects = evidence_db.sql(
        "select line_number, reject_reason from fct_llm_cost__usage_rejects where load_id like '%ccl_edge_cases.jsonl' order by 1"
    ).fetchall()
    assert rejects == [(13, "not_an_object"), (15, "not_an_object"), (16, "not_an_object")]


def test_litellm_sample(evidence_db):
    """The spend log sample: 10 in, 20 out of gpt-4o is 0.000225, as the gateway recorded."""
    assert evidence_db.sql(
        "select total_cost_usd, provider_reported_cost_usd from fct_llm_cost__requests where source_system = 'litellm'"
    ).fetchall() == [(Decimal("0.000225"), Decimal("0.000225"))]


def test_no_usage_field_vanishes(evidence_db):
    """Every leaf of every recorded usage object is read by the package or listed as not billed, with the reason."""
    known = known_fields()
    unknown = Counter()
    for (usage_json,) in evidence_db.sql(
        f"select distinct usage_json from '{SHARED}/data/provider_responses.parquet' where usage_json is not null"
    ).fetchall():
        unknown.update(path for path in fields_of(json.loads(usage_json)) if path not in known and path not in IGNORED_FIELDS)
    assert not unknown, f"new usage fields: map them in macros/usage/usage_schema.sql or say why they are not billed: {dict(unknown)}"
