"""Databricks, table system.ai_gateway.usage: counts include cache reads and writes for every vendor."""

from __future__ import annotations

import json
from dataclasses import replace

from support.log_formats import Call, Case, Fates

UNKNOWN = {
    "model_requested": "the gateway's endpoint stands for it",
    "response_id": "the table has no id of the provider's answer",
    "trace_id": "no trace, only the invocation",
    "attempt_number": "failed attempts of one request are inside routing_information, without their tokens",
    "is_retry": "the same",
    "is_gateway_cache_hit": "the gateway has no cache of answers",
    "cache_write_1h_tokens": "written tokens are not split by lifetime: they count as 5 minutes",
    "is_cache_ttl_assumed": "the same",
    "pricing_status": "a call that the gateway's cache would have answered is a priced call",
}
# one row of README's table
KNOWS = {
    "cache": "reads and writes", "cache_ttl": "no, counted as 5 minutes", "tier": "where `invocation_metadata` has it", "retries": "no",
    "owners": "requester, workspace, `request_tags`", "reported_cost": "no",
}


def as_known(call: Call) -> Call | None:
    """The call as the table can tell it."""
    return replace(
        call, response_id=None, trace_id=None, attempt_number=1, is_gateway_cache_hit=False, is_ttl_known=False,
        write_5m=(call.write_5m or 0) + (call.write_1h or 0) if call.write_5m is not None or call.write_1h is not None else None,
        write_1h=0 if call.write_5m is not None or call.write_1h is not None else None,
        model_requested=f"workspace.default.{call.vendor}",
    )  # fmt: skip


def row(call: Call) -> dict:
    """One row of the table as a JSON export has it: numbers as text, nested columns as JSON text."""
    known = as_known(call)

    def text(number):
        return None if number is None else str(number)

    tags = {name: getattr(call, name) for name in ("team", "service", "feature", "environment", "tenant_id", "user_id") if getattr(call, name)}
    return {
        "account_id": None, "workspace_id": "7474", "request_id": call.request_id, "endpoint_name": known.model_requested, "event_time": call.iso(),
        "latency_ms": text(call.latency_ms), "destination_type": "EXTERNAL_FOUNDATION_MODEL", "destination_name": known.model_requested,
        "destination_model": call.model_served, "requester": None, "ip_address": "203.0.113.10", "user_agent": "SECRET-PROMPT",
        "api_type": {"anthropic": "anthropic/v1/messages", "openai": "openai/v1/chat/completions", "google": "gemini/v1beta/generateContent"}[call.vendor],
        "request_tags": json.dumps(tags), "input_tokens": text(call.total_input), "output_tokens": text(call.output),
        "total_tokens": text(call.total_input + call.output) if call.has_usage else None,
        "token_details": json.dumps({
            "cache_read_input_tokens": text(call.cache_read), "cache_creation_input_tokens": text(known.write_5m), "output_reasoning_tokens": text(call.reasoning),
        }),
        "status_code": "500" if call.status == "error" else "200", "routing_information": json.dumps({"attempts": [{"priority": "1", "action": "INITIAL_ATTEMPT"}]}),
        "invocation_id": call.session_id, "invocation_metadata": json.dumps({"source": "EXTERNAL_CLIENT", "service_tier": call.service_tier}),
        "service_type": "MODEL_PROVIDER_SERVICE",
    }  # fmt: skip


def records(calls: list[Call]):
    """The raw records of the calls."""
    return [row(call) for call in calls]


HOSTED = {
    "request_id": "hosted", "event_time": "2026-08-07T16:41:15.000Z", "latency_ms": "190", "destination_type": "PAY_PER_TOKEN_FOUNDATION_MODEL",
    "destination_name": "system.ai.llama-4-maverick", "destination_model": "llama-4-maverick", "endpoint_name": "system.ai.llama-4-maverick",
    "requester": "analyst@example.com", "api_type": "mlflow/v1/chat/completions", "request_tags": "{}", "input_tokens": "11", "output_tokens": "4",
    "total_tokens": "15", "token_details": "{\"cache_read_input_tokens\":null}", "status_code": "200", "service_type": "MODEL_SERVICE",
}  # fmt: skip

CASES = [
    Case("a hosted model is billed by Databricks, its user is the requester", [HOSTED], "request_id = 'hosted'", [
        {"provider": "databricks", "model_served": "llama-4-maverick", "uncached_input_tokens": 11, "output_tokens": 4, "user_id": "analyst@example.com",
         "cache_read_tokens": None, "tags": None},
    ]),
    Case("a key of the user's own names the team, before the package's keys, and a cost centre", [
        HOSTED | {"request_id": "squad", "request_tags": "{\"team\":\"other\",\"SQUAD\":\"search\",\"department\":\"cc-7\"}"},
    ], "request_id = 'squad'", [{"team": "search", "cost_center": "cc-7"}]),
    Case("exported twice: counted once", [HOSTED | {"request_id": "twice"}] * 2, "request_id = 'twice'", [{"output_tokens": 4}]),
    Case("a failed call has no tokens", [HOSTED | {"request_id": "failed", "input_tokens": None, "output_tokens": None, "total_tokens": None, "status_code": "429"}],
         "request_id = 'failed'", [{"status": "error", "error_code": "429", "pricing_status": "not_billable"}]),
    Case("an MCP row is no call", [HOSTED | {"request_id": "mcp", "service_type": "MCP_SERVICE"}], "request_id = 'mcp'", []),
    Case("more cached than input", [HOSTED | {"request_id": "wrong", "token_details": "{\"cache_read_input_tokens\":\"12\"}"}], "request_id = 'wrong'", []),
    Case("a total that does not add up", [HOSTED | {"request_id": "total", "total_tokens": "16"}], "request_id = 'total'", []),
    Case("a column the vendor added, columns missing", [{
        "request_id": "short", "event_time": "2026-08-07 16:41:15", "destination_model": "m", "input_tokens": 5, "output_tokens": 1, "new_column": {"a": 1},
    }], "request_id = 'short'", [{"uncached_input_tokens": 5, "total_input_tokens": 5, "latency_ms": None}]),
    Case("a broken line", ['{"request_id": "cut'], "request_id like 'cut%'", []),
]  # fmt: skip
FATES = Fates(duplicates=1, not_a_call=1, rejected={"cached_exceeds_input": 1, "buckets_do_not_sum": 1, "malformed_json": 1})
