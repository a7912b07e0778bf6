"""Helicone's request export: counts without what was read from or written to the cache, reasoning beside the output, whatever the provider."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from support.log_formats import Call, Case, Fates

UNKNOWN = {
    "trace_id": "the export has sessions, no traces",
    "attempt_number": "attempts before the one that was answered are not logged", "is_retry": "the same",
    "response_id": "an answer from Helicone's cache has the id of the first one; a failed call has none",
    "cache_read_tokens": "a hit in Helicone's cache used nothing at a provider", "output_tokens": "the same",
    "cache_write_1h_tokens": "where tokens were written for 5 minutes only, those for an hour are 0, not unknown",
    "reasoning_tokens": "Anthropic's are not counted apart",
}  # fmt: skip
KNOWS = {
    "cache": "reads and writes", "cache_ttl": "where bodies are exported", "tier": "where bodies are exported", "retries": "no",
    "owners": "user, properties", "reported_cost": "gateway's estimate",
}  # fmt: skip
NIL = "00000000-0000-0000-0000-000000000000"


def as_known(call: Call) -> Call | None:
    """The call as the export can tell it."""
    call = replace(call, trace_id=None, attempt_number=1, reasoning=None if call.vendor == "anthropic" else call.reasoning)
    if call.is_gateway_cache_hit:
        return replace(call, response_id=None, uncached=None, cache_read=None, write_5m=None, write_1h=None, output=None)
    if call.status == "error":
        return replace(call, response_id=None)
    if call.write_5m is not None or call.write_1h is not None:
        return replace(call, write_5m=call.write_5m or 0, write_1h=call.write_1h or 0)
    return call


def row(call: Call) -> dict:
    """One HeliconeRequest as the export tool writes it."""
    known = as_known(call)
    written = None if known.write_5m is None else known.write_5m + known.write_1h
    body: dict = {"error": {"message": "SECRET-PROMPT"}}
    if call.has_usage:
        usage: dict = {"prompt_tokens": call.total_input, "completion_tokens": call.output}
        if call.vendor == "anthropic":
            usage = {"input_tokens": call.uncached, "output_tokens": call.output, "service_tier": call.service_tier}
            if written is not None:
                usage["cache_creation_input_tokens"] = written
                usage["cache_creation"] = {"ephemeral_5m_input_tokens": known.write_5m, "ephemeral_1h_input_tokens": known.write_1h}
        body = {"id": call.response_id, "model": call.model_served, "service_tier": call.service_tier, "usage": usage, "content": "SECRET-ANSWER"}
    owners = {"Team": call.team, "Service": call.service, "Feature": call.feature, "Environment": call.environment, "tenant_id": call.tenant_id}
    properties = {key: value for key, value in owners.items() if value} | {"Helicone-Session-Id": call.session_id}
    used = known.has_usage
    return {
        "request_id": call.request_id, "response_id": call.hex(32, "response"), "request_created_at": call.iso(),
        "response_created_at": call.ended_at.isoformat(),
        "response_status": 500 if call.status == "error" else 200, "request_path": "https://gateway.example.com/v1/chat/completions",
        "target_url": "https://203.0.113.10/v1",
        "request_model": call.model_requested, "response_model": None, "model": call.model_requested, "model_override": None, "provider": call.vendor.upper(),
        "prompt_tokens": known.uncached if used else 0, "prompt_cache_read_tokens": known.cache_read, "prompt_cache_write_tokens": written,
        "completion_tokens": call.output - (known.reasoning or 0) if used else 0, "reasoning_tokens": known.reasoning if used else None,
        "prompt_audio_tokens": 0, "completion_audio_tokens": 0, "total_tokens": None, "delay_ms": call.latency_ms, "time_to_first_token": 90,
        "request_user_id": call.user_id, "helicone_user": "account-of-the-key", "request_properties": properties, "properties": properties,
        "cost": 0.0125 if used else 0, "costUSD": 0.0125 if used else 0,
        "cache_enabled": True, "cache_reference_id": "1f6e4bb0-8b4b-4f57-9b3a-5f2f0a3a7f10" if call.is_gateway_cache_hit else NIL, "country_code": "DE",
        "threat": False,
        "request_body": {"messages": [{"content": "SECRET-PROMPT"}], "api_key": "sk-secret"}, "response_body": body, "prompt_id": None,
    }  # fmt: skip


def records(calls: list[Call]):
    """The raw records of the calls."""
    return [row(call) for call in calls]


BASE = {
    "request_id": "hc-base", "response_id": "e6c0", "request_created_at": "2026-08-07T09:20:46.847Z", "response_status": 200, "request_model": "gpt-test-1",
    "model": "gpt-test-1", "provider": "OPENAI", "prompt_tokens": 6, "prompt_cache_read_tokens": 4, "prompt_cache_write_tokens": 0, "completion_tokens": 20,
    "delay_ms": 900, "cost": 0.000225, "costUSD": 0.000225, "request_properties": {}, "properties": {}, "cache_reference_id": NIL,
    "request_body": {"messages": "SECRET-PROMPT"}, "response_body": {"helicone_message": "fetching body from signed_url"},
}  # fmt: skip
CLICKHOUSE = {
    "request_id": "hc-clickhouse", "request_created_at": "2026-08-07 09:20:46.847", "status": 200, "latency": 901, "model": "gpt-test-1",
    "provider": "openai", "user_id": "user-7",
    "prompt_tokens": 6, "prompt_cache_read_tokens": 4, "prompt_cache_write_tokens": 0, "completion_tokens": 20, "reasoning_tokens": 5, "cost": 225000,
    "properties": "{\"Helicone-Session-Id\":\"s-1\",\"Environment\":\"prod\"}", "request_body": "SECRET-PROMPT", "response_body": "SECRET-ANSWER",
}  # fmt: skip

CASES = [
    Case("without a body: the counts stand beside the cache for every provider", [BASE], "request_id = 'hc-base'", [
        {"uncached_input_tokens": 6, "cache_read_tokens": 4, "total_input_tokens": 10, "output_tokens": 20, "response_id": None, "service_tier": "standard",
         "provider": "openai", "provider_reported_cost_usd": Decimal("0.000225"), "tags": None, "latency_ms": 900},
    ]),
    Case("a row of the ClickHouse table: its names, its cost in billionths", [CLICKHOUSE], "request_id = 'hc-clickhouse'", [
        {"provider_reported_cost_usd": Decimal("0.000225"), "latency_ms": 901, "user_id": "user-7", "session_id": "s-1", "environment": "prod",
            "output_tokens": 25,
         "reasoning_tokens": 5, "model_served": "gpt-test-1"},
    ]),
    Case("a write that Helicone leaves out because the answer does not split it", [
        BASE | {"request_id": "hc-unsplit", "provider": "ANTHROPIC", "model": "claude-test-1",
            "response_body": {"id": "hc-msg_1", "usage": {"input_tokens": 6, "cache_creation_input_tokens": 30}}},
    ], "request_id = 'hc-unsplit'", [{"cache_write_5m_tokens": 30, "is_cache_ttl_assumed": True, "total_input_tokens": 40, "response_id": "hc-msg_1"}]),
    Case("the gateway's answer splits what was written", [
        BASE | {"request_id": "hc-gateway", "provider": "anthropic", "prompt_cache_write_tokens": 30,
            "response_body": {"id": "hc-msg_2", "usage": {"prompt_tokens": 40, "prompt_tokens_details": {
            "cached_tokens": 4, "cache_write_tokens": 30, "cache_write_details": {"write_5m_tokens": 10, "write_1h_tokens": 20}}}}},
    ], "request_id = 'hc-gateway'", [{"cache_write_5m_tokens": 10, "cache_write_1h_tokens": 20, "is_cache_ttl_assumed": False}]),
    Case("audio is inside the counts", [BASE | {"request_id": "hc-audio", "prompt_audio_tokens": 2, "completion_audio_tokens": 7}], "request_id = 'hc-audio'", [
        {"uncached_input_tokens": 4, "audio_input_tokens": 2, "output_tokens": 13, "audio_output_tokens": 7},
    ]),
    Case("Helicone's own states", [
        BASE | {"request_id": f"hc-state{code}", "response_status": code, "prompt_tokens": 0, "prompt_cache_read_tokens": 0, "completion_tokens": 0,
            "cost": 0, "costUSD": 0} for code in (-1, -2, -3, -4, 429)
    ], "request_id like 'hc-state%'", [
        {"request_id": "hc-state-1", "status": "timeout", "error_code": "-1", "pricing_status": "usage_missing"},
        {"request_id": "hc-state-2", "status": "timeout", "error_code": "-2", "pricing_status": "usage_missing"},
        {"request_id": "hc-state-3", "status": "cancelled", "error_code": "-3", "pricing_status": "usage_missing"},
        {"request_id": "hc-state-4", "status": "error", "error_code": "-4", "pricing_status": "not_billable"},
        {"request_id": "hc-state429", "status": "error", "error_code": "429", "pricing_status": "not_billable"},
    ]),
    Case("a pending call, exported again when it was answered", [
        BASE | {"request_id": "hc-again", "response_status": -2, "prompt_tokens": 0, "prompt_cache_read_tokens": 0, "completion_tokens": 0},
        BASE | {"request_id": "hc-again"},
    ], "request_id = 'hc-again'", [{"status": "success", "output_tokens": 20}]),
    Case("a tool and a vector search are no calls", [BASE | {"request_id": "hc-tool", "model": "tool:search"},
        BASE | {"request_id": "hc-vector", "model": "vector_db"}],
         "request_id in ('hc-tool', 'hc-vector')", []),
    Case("a negative count", [BASE | {"request_id": "hc-negative", "prompt_tokens": -1}], "request_id = 'hc-negative'", []),
    Case("an absurd count", [BASE | {"request_id": "hc-absurd", "completion_tokens": 10**12}], "request_id = 'hc-absurd'", []),
    Case("a time without a zone, fields missing, one added", [
        {"request_id": "hc-short", "request_created_at": "2026-08-07 09:20:46", "model": "m", "provider": "X", "prompt_tokens": 5, "completion_tokens": 1,
            "new": [1]},
    ], "request_id = 'hc-short'", [{"uncached_input_tokens": 5, "provider": "xai", "latency_ms": None, "status": "success"}]),
    Case("a broken line", ['{"request_id": "hc-cut'], "request_id like 'hc-cut%'", []),
]  # fmt: skip
FATES = Fates(duplicates=1, not_a_call=2, rejected={"negative_tokens": 1, "absurd_tokens": 1, "malformed_json": 1})
