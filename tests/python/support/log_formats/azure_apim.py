"""Azure API Management's ApiManagementGatewayLlmLog: several rows a call, from the table with joined columns or from an Event Hub."""

from __future__ import annotations

import json
from dataclasses import replace

from support.log_formats import Call, Case, Fates

VENDOR = "openai"
PROVIDERS = {"openai": "azure"}
PRICED = {("azure", "claude-test-1")}

UNKNOWN = {
    "trace_id": "no trace",
    "session_id": "no session",
    "response_id": "a failed call has no answer",
    "attempt_number": "retries of a policy are inside one request",
    "is_retry": "the same",
    "service_tier": "not logged",
    "cache_read_tokens": "only an Event Hub's records have it; an answer of the gateway's cache has no counts",
    "output_tokens": "an answer of the gateway's cache has no counts",
    "reasoning_tokens": "not logged",
}
# one row of README's table
KNOWS = {
    "cache": "reads, from an Event Hub only", "cache_ttl": "no", "tier": "no", "retries": "no",
    "owners": "joined subscription, product, user, headers", "reported_cost": "no",
}


def is_from_event_hub(call: Call) -> bool:
    """Every other call is told by the Event Hub."""
    return int(call.name[-2:]) % 2 == 1


def as_known(call: Call) -> Call | None:
    """The call as its rows can tell it."""
    call = replace(
        call, trace_id=None, session_id=None, attempt_number=1, service_tier="standard", reasoning=None,
        response_id=None if call.status == "error" else call.response_id,
    )  # fmt: skip
    if call.is_gateway_cache_hit:
        return replace(call, uncached=None, cache_read=None, output=None)
    return call if is_from_event_hub(call) or not call.has_usage else replace(call, uncached=call.total_input, cache_read=None)


def rows(call: Call) -> list[dict]:
    """The rows of one call: the prompt, the counts, the answer."""
    owners = {"x-owner-team": call.team, "x-owner-service": call.service, "x-owner-feature": call.feature, "x-owner-environment": call.environment,
              "x-tenant-id": call.tenant_id, "x-user-id": call.user_id}  # fmt: skip
    joined = {
        "ResponseCode": 500 if call.status == "error" else 200, "TotalTime": call.latency_ms, "Cache": "hit" if call.is_gateway_cache_hit else "none",
        "CallerIpAddress": "203.0.113.10", "RequestHeaders": {"api-key": "sk-secret"} | {name: value for name, value in owners.items() if value},
    }  # fmt: skip
    has_answer = call.status != "error"
    counts = {
        "OperationName": "ChatCompletions_Create", "DeploymentName": call.model_requested, "ModelName": call.model_served, "IsStreamCompletion": False,
        "RequestId": call.response_id if has_answer else "", "PromptTokens": call.total_input or 0, "CompletionTokens": call.output or 0,
        "TotalTokens": (call.total_input or 0) + (call.output or 0), "SequenceNumber": 0,
    }  # fmt: skip
    if is_from_event_hub(call) and call.cache_read is not None:
        counts["PromptCachedTokens"] = call.cache_read
    nothing = {"DeploymentName": "", "ModelName": "", "PromptTokens": 0, "CompletionTokens": 0, "TotalTokens": 0}
    pieces = [
        nothing | {"SequenceNumber": 1, "RequestMessages": [{"role": "user", "content": "SECRET-PROMPT"}]}, counts,
        nothing | {"SequenceNumber": 2, "ResponseMessages": [{"role": "assistant", "content": "SECRET-ANSWER"}]},
    ]  # fmt: skip
    if is_from_event_hub(call):
        return [
            {"category": "GatewayLlmLogs", "time": call.iso(), "operationName": "Microsoft.ApiManagement/GatewayLlmLogs", **joined,
             "properties": {name[0].lower() + name[1:]: value for name, value in (piece | {"CorrelationId": call.request_id}).items()}}
            for piece in pieces
        ]  # fmt: skip
    return [{"TimeGenerated": call.iso(), "CorrelationId": call.request_id, "TenantId": "workspace", **piece, **joined} for piece in pieces]


def records(calls: list[Call]):
    """The raw records of the calls."""
    return [row for call in calls for row in rows(call)]


def sample(correlation: str, **more) -> dict:
    """A row of the table, of a case."""
    return {
        "TimeGenerated": "2026-08-07T16:41:15.5Z", "CorrelationId": correlation, "DeploymentName": "gpt-prod", "ModelName": "gpt-4o-2024-08-06",
        "PromptTokens": 11, "CompletionTokens": 4, "TotalTokens": 15, "SequenceNumber": 0, "OperationName": "ChatCompletions_Create", **more,
    }  # fmt: skip


EMPTY = {"DeploymentName": None, "ModelName": None, "PromptTokens": None, "CompletionTokens": None, "TotalTokens": None}

CASES = [
    Case("one row", [sample("one")], "request_id = 'one'", [
        {"provider": "azure", "model_requested": "gpt-prod", "model_served": "gpt-4o-2024-08-06", "uncached_input_tokens": 11, "output_tokens": 4,
         "cache_read_tokens": None, "status": "success", "pricing_status": "priced", "user_id": None},
    ]),
    Case("counts in every row, pieces without, later ones too: counted once", [
        sample("many"), sample("many", SequenceNumber=1), sample("many", **EMPTY | {"SequenceNumber": 2, "TimeGenerated": "2026-08-07T16:42:00Z"}),
        sample("many", **EMPTY | {"SequenceNumber": 3, "PromptTokens": 0, "CompletionTokens": 0, "TotalTokens": 0, "TimeGenerated": "2026-08-07T16:43:00Z"}),
    ], "request_id = 'many'", [{"uncached_input_tokens": 11, "output_tokens": 4}]),
    Case("the deployment where there is no model", [sample("deployment", ModelName="")], "request_id = 'deployment'", [{"model_served": "gpt-prod"}]),
    Case("joined columns of the gateway log", [
        sample("joined", ApimSubscriptionId="sub-1", UserId="u-1", ProductId="p-1", TotalTime=900, ResponseCode="200",
            RequestHeaders=json.dumps({"Cost-Center": "cc"})),
    ], "request_id = 'joined'", [{"api_key_id": "sub-1", "user_id": "u-1", "project_id": "p-1", "latency_ms": 900, "cost_center": "cc"}]),
    Case("a failed call", [sample("failed", **EMPTY | {"DeploymentName": "gpt-prod"}, ResponseCode=429, LastErrorReason="TokenLimitExceeded")],
        "request_id = 'failed'", [
        {"status": "error", "error_code": "TokenLimitExceeded", "pricing_status": "not_billable"},
    ]),
    Case("a stream that did not ask for its usage", [sample("stream", PromptTokens=0, CompletionTokens=0, TotalTokens=0, IsStreamCompletion=True)],
         "request_id = 'stream'", [{"pricing_status": "usage_missing", "total_input_tokens": None}]),
    Case("the gateway's cache", [sample("hit", Cache="hit")], "request_id = 'hit'", [{"is_gateway_cache_hit": True, "pricing_status": "not_billable"}]),
    Case("Claude in an Event Hub: cached tokens beside the prompt", [
        {"category": "GatewayLlmLogs", "time": "2026-08-07T16:41:15Z", "properties": {
            "correlationId": "claude", "requestId": "msg_1", "modelName": "claude-test-1", "promptTokens": 26, "completionTokens": 121, "totalTokens": 147,
            "promptCachedTokens": 48854,
        }},
    ], "request_id = 'claude'", [
        {"uncached_input_tokens": 26, "cache_read_tokens": 48854, "output_tokens": 121, "response_id": "msg_1", "pricing_status": "priced"},
    ]),
    Case("the other spelling, as text", [{"category": "GatewayLlmLogs", "time": "2026-08-07T16:41:15Z", "properties": json.dumps({
        "CorrelationId": "upper", "ModelName": "gpt-4o", "PromptTokens": 20, "CompletionTokens": 1, "PromptCachedTokens": 8,
    })}], "request_id = 'upper'", [{"uncached_input_tokens": 12, "cache_read_tokens": 8, "output_tokens": 1}]),
    Case("another category is no call", [{"category": "GatewayLogs", "time": "2026-08-07T16:41:15Z",
        "properties": {"correlationId": "http", "method": "POST"}}],
         "request_id = 'http'", []),
    Case("an embedding", [sample("embedding", OperationName="Embeddings_Create", CompletionTokens=0, TotalTokens=11)], "request_id = 'embedding'", [
        {"operation": "embedding", "output_tokens": 0},
    ]),
    Case("a total that does not add up", [sample("total", TotalTokens=16)], "request_id = 'total'", []),
    Case("pieces of a call whose model is not logged", [sample("nameless", **EMPTY)], "request_id = 'nameless'", []),
    Case("columns missing, a column added", [{
        "CorrelationId": "short", "TimeGenerated": "2026-08-07 16:41:15", "ModelName": "m", "PromptTokens": "5", "CompletionTokens": 1.0,
        "PromptAudioTokens": 3,
    }], "request_id = 'short'", [{"uncached_input_tokens": 5, "total_input_tokens": 5, "model_requested": None}]),
    Case("a broken line", ['{"CorrelationId": "cut'], "request_id like 'cut%'", []),
]  # fmt: skip
# two pieces of each of the 30 calls, and three rows of the case `many`
FATES = Fates(duplicates=63, not_a_call=1, rejected={"buckets_do_not_sum": 1, "missing_model": 1, "malformed_json": 1})
