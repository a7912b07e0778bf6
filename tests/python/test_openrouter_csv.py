"""OpenRouter's activity export (CSV), beside a generation object of the API for one of its calls."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from decimal import Decimal

import duckdb
from conftest import built

HEADER = (
    "generation_id,created_at,cost_total,cost_web_search,cost_cache,cost_file_processing,byok_usage_inference,tokens_prompt,tokens_completion,"
    "tokens_reasoning,tokens_cached,model_permaslug,provider_name,variant,cancelled,streamed,user,finish_reason_raw,finish_reason_normalized,"
    "generation_time_ms,time_to_first_token_ms,api_key_disabled,api_key_name,app_name"
).split(",")
PLAIN = {
    "created_at": "2026-06-28 03:46:57.713", "cost_total": "0.0123", "cost_web_search": "0", "cost_cache": "-0.0001", "byok_usage_inference": "0",
    "tokens_prompt": "10389", "tokens_completion": "137", "tokens_reasoning": "37", "tokens_cached": "389", "model_permaslug": "nobody/model-20260101",
    "provider_name": "Nobody", "variant": "standard", "cancelled": "false", "streamed": "true", "user": "dev@example.com", "finish_reason_raw": "stop",
    "finish_reason_normalized": "stop", "generation_time_ms": "2100", "time_to_first_token_ms": "300", "api_key_disabled": "false",
    "api_key_name": "search-prod", "app_name": "search-api",
}  # fmt: skip
ROWS = [
    {"generation_id": "gen-plain"},
    {"generation_id": "gen-free", "model_permaslug": "minimax/minimax-m2", "variant": "free", "cost_total": "0"},
    {"generation_id": "gen-nitro", "variant": "nitro"},
    {"generation_id": "gen-own-key", "model_permaslug": "anthropic/claude-sonnet-4.5", "provider_name": "Anthropic", "cost_total": "0.0016",
        "byok_usage_inference": "0.0322"},
    {"generation_id": "gen-aborted", "cancelled": "true", "finish_reason_normalized": "", "tokens_completion": "9", "tokens_reasoning": ""},
    {"generation_id": "gen-failed", "finish_reason_normalized": "error", "cost_total": "0", "tokens_prompt": "0", "tokens_completion": "0",
        "tokens_reasoning": "0", "tokens_cached": "0"},
    {"generation_id": "gen-replayed", "cost_total": "0", "tokens_prompt": "0", "tokens_completion": "0", "tokens_reasoning": "0", "tokens_cached": "3712"},
    {"generation_id": "gen-clear-key", "api_key_name": "sk-or-v1-secret"},
    {"generation_id": "gen-plain"},
    {"generation_id": "gen-wrong", "tokens_cached": "20000"},
    {"generation_id": "gen-timeless", "created_at": "28 June"},
    {"generation_id": "gen-in-both"},
]  # fmt: skip
# the same call in the API, which knows of two hosts
IN_BOTH = {"data": {
    "id": "gen-in-both", "created_at": "2026-06-28T03:46:57.713+00:00", "model": "nobody/model-20260101", "provider_name": "Nobody", "total_cost": 0.0123,
    "is_byok": False, "finish_reason": "stop", "native_tokens_prompt": 10389, "native_tokens_completion": 137, "native_tokens_cached": 389,
    "provider_responses": [{"status": 500}, {"status": 200}],
}}  # fmt: skip


def test_activity_export(tmp_path):
    """Every column that the export has: native counts, variants, keys of one's own, aborts, replays; one call in both shapes is one."""
    file = tmp_path / "activity.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.DictWriter(out, HEADER)
        rows.writeheader()
        rows.writerows(PLAIN | row for row in ROWS)
    (tmp_path / "generations.jsonl").write_text(json.dumps(IN_BOTH) + "\n", encoding="utf-8")
    variables = {"llm_cost_openrouter_files": [str(file), str(tmp_path / "generations.jsonl")], "llm_cost_max_rejected_share": 1}
    built(
        "build", "--exclude-resource-type", "unit_test", "test", "--select", "+fct_llm_cost__requests", "+fct_llm_cost__usage_rejects",
        database=tmp_path / "raw.duckdb", work=tmp_path, variables=variables,
    )  # fmt: skip
    with duckdb.connect(str(tmp_path / "raw.duckdb"), read_only=True) as connection:
        relation = connection.sql("select * from fct_llm_cost__requests order by response_id")
        calls = {call["response_id"]: call for call in (dict(zip(relation.columns, row)) for row in relation.fetchall())}
        rejects = connection.sql("select reject_reason, count(*) from fct_llm_cost__usage_rejects group by 1 order by 1").fetchall()

    def same(response_id: str, **columns):
        assert {name: calls[response_id][name] for name in columns} == columns

    assert rejects == [("cached_exceeds_input", 1), ("unparsable_timestamp", 1)]
    assert set(calls) == {row["generation_id"] for row in ROWS} - {"gen-wrong", "gen-timeless"}
    same(
        "gen-plain", occurred_at=datetime(2026, 6, 28, 3, 46, 57, 713000), provider="openrouter", model_served="nobody/model-20260101",
        uncached_input_tokens=10000, cache_read_tokens=389, cache_write_5m_tokens=None, output_tokens=137, reasoning_tokens=37, latency_ms=2100,
        user_id="dev@example.com", api_key_id="search-prod", service="search-api", status="success", pricing_status="provider_reported",
        total_cost_usd=Decimal("0.0123"),
    )  # fmt: skip
    same("gen-free", model_served="minimax/minimax-m2:free", pricing_status="free", total_cost_usd=Decimal(0))
    same("gen-nitro", model_served="nobody/model-20260101:nitro", total_cost_usd=Decimal("0.0123"))
    # 10000 at 3 USD, 389 at 0.30 and 137 at 15 per million: the vendor's price, not OpenRouter's fee
    same(
        "gen-own-key", provider="anthropic", model_served="claude-sonnet-4.5", pricing_status="priced", total_cost_usd=Decimal("0.0321717"),
        provider_reported_cost_usd=Decimal("0.0322"),
    )  # fmt: skip
    same("gen-aborted", status="cancelled", output_tokens=9, reasoning_tokens=None, total_cost_usd=Decimal("0.0123"))
    same("gen-failed", status="error", total_input_tokens=None, pricing_status="not_billable")
    same("gen-replayed", is_gateway_cache_hit=True, cache_read_tokens=None, pricing_status="not_billable", total_cost_usd=Decimal(0))
    assert len(calls["gen-clear-key"]["api_key_id"]) == 32, "a hash"
    same("gen-in-both", attempt_number=1, total_cost_usd=Decimal("0.0123"))
