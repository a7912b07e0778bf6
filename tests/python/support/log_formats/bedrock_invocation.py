"""Amazon Bedrock's model invocation log: counts exclude the cache; lifetime, tier and the answer's id stand in the body only."""

from __future__ import annotations

from dataclasses import replace

from support.log_formats import Call, Case, Fates

VENDOR = "anthropic"
PROVIDERS = {"anthropic": "aws"}
MODEL = "anthropic.claude-test-1"
ROLE = "arn:aws:sts::123456789012:assumed-role/app/session-1"

UNKNOWN = {
    "model_served": "Bedrock's id of the model",
    "model_requested": "the same",
    "response_id": "Converse answers have no id",
    "trace_id": "no trace",
    "session_id": "no session",
    "attempt_number": "each attempt has a request id of its own",
    "is_retry": "the same",
    "is_gateway_cache_hit": "no gateway",
    "reasoning_tokens": "Converse does not tell it",
    "latency_ms": "only Converse and streams tell it",
    "user_id": "the caller's ARN where no request metadata names a user",
    "cache_write_1h_tokens": "a body that is too big for the log stands elsewhere: then written tokens count as 5 minutes",
    "is_cache_ttl_assumed": "the same",
    "pricing_status": "a call that a gateway's cache would have answered is a priced call",
}
# one row of README's table
KNOWS = {
    "cache": "reads and writes", "cache_ttl": "where the body is in the log", "tier": "where the body has it", "retries": "no",
    "owners": "`requestMetadata`, caller's ARN, account", "reported_cost": "no",
}


def kind(call: Call) -> str:
    """How the call was made, by its number. Call 18 has a body too big for the log."""
    number = int(call.name[-2:])
    if number == 18:
        return "no body"
    return ("InvokeModel", "Converse", "InvokeModelWithResponseStream", "ConverseStream")[number % 4]


def as_known(call: Call) -> Call | None:
    """The call as its record can tell it."""
    how = kind(call)
    call = replace(
        call, model_served=MODEL, model_requested=MODEL, trace_id=None, session_id=None, attempt_number=1, is_gateway_cache_hit=False,
        user_id=call.user_id or ROLE, latency_ms=None if how in ("InvokeModel", "no body") or call.status == "error" else call.latency_ms,
        response_id=call.response_id if how.startswith("InvokeModel") and call.status != "error" else None,
        reasoning=call.reasoning if how.startswith("InvokeModel") else None,
    )  # fmt: skip
    if is_written(call):
        call = replace(call, write_5m=call.write_5m or 0, write_1h=call.write_1h or 0)
        if how == "no body":
            call = replace(call, write_5m=call.write_5m + call.write_1h, write_1h=0, is_ttl_known=False)
    return call


def is_written(call: Call) -> bool:
    """Whether the call wrote to the cache."""
    return call.write_5m is not None or call.write_1h is not None


def claude_usage(call: Call) -> dict:
    """The usage of a Claude message."""
    return {
        "input_tokens": call.uncached, "cache_creation_input_tokens": (call.write_5m or 0) + (call.write_1h or 0),
        "cache_read_input_tokens": call.cache_read or 0,
        "output_tokens": call.output, "service_tier": call.service_tier,
        **({"cache_creation": {"ephemeral_5m_input_tokens": call.write_5m or 0, "ephemeral_1h_input_tokens": call.write_1h or 0}} if is_written(call) else {}),
        **({} if call.reasoning is None else {"output_tokens_details": {"thinking_tokens": call.reasoning}}),
    }  # fmt: skip


def body(call: Call):
    """The answer's body as the operation has it."""
    how = kind(call)
    message = {"id": call.response_id, "type": "message", "role": "assistant", "model": "claude-test-1", "content": [{"type": "text", "text": "SECRET-ANSWER"}]}
    usage = claude_usage(call)
    if how == "InvokeModel":
        return message | {"usage": usage}
    if how == "InvokeModelWithResponseStream":
        final = {"output_tokens": call.output} | {key: value for key, value in usage.items() if key == "output_tokens_details"}
        return [
            {"type": "message_start", "message": message | {"content": [], "usage": usage | {"output_tokens": 1}}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "SECRET-ANSWER"}},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": final},
            {"type": "message_stop", "amazon-bedrock-invocationMetrics": {
                "inputTokenCount": call.uncached, "outputTokenCount": call.output, "invocationLatency": call.latency_ms, "firstByteLatency": 300,
            }},
        ]  # fmt: skip
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": "SECRET-ANSWER"}]}}, "stopReason": "end_turn",
        "metrics": {"latencyMs": call.latency_ms},
        "usage": {
            "inputTokens": call.uncached, "outputTokens": call.output, "totalTokens": call.total_input + call.output,
            "cacheReadInputTokens": call.cache_read or 0, "cacheWriteInputTokens": (call.write_5m or 0) + (call.write_1h or 0),
            "cacheDetails": [{"ttl": ttl, "inputTokens": count} for ttl, count in (("5m", call.write_5m), ("1h", call.write_1h)) if count],
        },
        "serviceTier": {"type": "default" if call.service_tier == "standard" else call.service_tier},
    }  # fmt: skip


def record(call: Call) -> dict:
    """One record."""
    how = kind(call)
    written = (call.write_5m or 0) + (call.write_1h or 0) if is_written(call) else None
    told = {
        "timestamp": call.iso(), "accountId": None, "identity": {"arn": ROLE}, "region": "us-east-1", "requestId": call.request_id,
        "operation": "InvokeModel" if how == "no body" else how, "modelId": MODEL,
        "input": {"inputContentType": "application/json", "inputBodyJson": {"messages": [{"role": "user", "content": "SECRET-PROMPT from 203.0.113.10"}]}},
        "output": {"outputContentType": "application/json"},
        "requestMetadata": {name: getattr(call, name) for name in ("team", "service", "feature", "environment", "tenant_id", "user_id") if getattr(call, name)},
        "schemaType": "ModelInvocationLog", "schemaVersion": "1.0",
    }  # fmt: skip
    if call.status == "error":
        return told | {"errorCode": "ThrottlingException"}
    told["input"] |= {"inputTokenCount": call.uncached}
    cached = {"cacheReadInputTokenCount": call.cache_read, "cacheWriteInputTokenCount": written}
    told["input"] |= {name: count for name, count in cached.items() if count is not None}
    told["output"] |= {"outputTokenCount": call.output}
    told["output"] |= {"outputBodyS3Path": "s3://logs/data/SECRET-ANSWER.json.gz"} if how == "no body" else {"outputBodyJson": body(call)}
    return told


def records(calls: list[Call]):
    """The raw records of the calls."""
    return [record(call) for call in calls]


def sample(request_id: str, model: str, answer=None, counts: dict | None = None, output: int | None = 7, **more) -> dict:
    """A record of a case."""
    return {
        "timestamp": "2026-08-07T16:41:15Z", "accountId": "123456789012", "identity": {"arn": ROLE}, "region": "eu-west-1", "requestId": request_id,
        "operation": "Converse", "modelId": model, "input": {"inputContentType": "application/json", **(counts or {"inputTokenCount": 11})},
        "output": {"outputContentType": "application/json", "outputTokenCount": output} | ({} if answer is None else {"outputBodyJson": answer}),
        "schemaType": "ModelInvocationLog", "schemaVersion": "1.0", **more,
    }  # fmt: skip


ACCOUNT = "arn:aws:bedrock:us-east-1:123456789012"
WRITTEN = {"inputTokenCount": 11, "cacheReadInputTokenCount": 0, "cacheWriteInputTokenCount": 300}
REAL = "anthropic.claude-sonnet-4-5-20250929-v1:0"

CASES = [
    Case("a plain id is billed in the region", [sample("plain", "amazon.nova-lite-v1:0", {"metrics": {"latencyMs": 302}})], "request_id = 'plain'", [
        {"provider": "aws", "model_served": "amazon.nova-lite-v1:0", "model_billed": "amazon.nova-lite-v1:0", "region_scope": "eu-west-1", "latency_ms": 302,
         "uncached_input_tokens": 11, "output_tokens": 7, "cache_read_tokens": None, "user_id": ROLE, "billing_account_id": "123456789012", "tags": None,
         "pricing_status": "priced"},
    ]),
    Case("a cross-region inference profile, its ARN and the ARN of a model", [
        sample("profile", f"eu.{REAL}"), sample("profile-arn", f"{ACCOUNT}:inference-profile/global.{REAL}"),
        sample("model-arn", f"arn:aws:bedrock:us-gov-west-1::foundation-model/{REAL}", region="us-gov-west-1"),
    ], "request_id like 'profile%' or request_id = 'model-arn'", [
        {"model_billed": REAL, "pricing_status": "priced", "region_scope": "us-gov-west-1"}, {"model_billed": REAL, "pricing_status": "priced"},
        {"model_billed": REAL, "pricing_status": "priced"},
    ]),
    Case("a profile is not billed in the region that called", [sample("region", f"eu.{REAL}")], "request_id = 'region'", [{"region_scope": "global"}]),
    Case("an application inference profile is what its answer says", [
        sample("application", f"{ACCOUNT}:application-inference-profile/x1y2", {"id": "msg_bdrk_1", "model": "claude-sonnet-4-5-20250929", "usage": {}}),
    ], "request_id = 'application'", [
        {"model_requested": f"{ACCOUNT}:application-inference-profile/x1y2", "model_billed": REAL, "response_id": "msg_bdrk_1", "pricing_status": "priced"},
    ]),
    Case("an application inference profile whose answer says nothing stays as logged", [sample("opaque", f"{ACCOUNT}:application-inference-profile/x1y2",
        {"usage": {}})],
         "request_id = 'opaque'", [{"model_served": f"{ACCOUNT}:application-inference-profile/x1y2", "pricing_status": "unpriced"}]),
    Case("a prompt router says which model it took", [
        sample("router", f"{ACCOUNT}:default-prompt-router/anthropic.claude:1",
            {"trace": {"promptRouter": {"invokedModelId": f"{ACCOUNT}:inference-profile/us.{REAL}"}}}),
    ], "request_id = 'router'", [{"model_billed": REAL, "pricing_status": "priced"}]),
    Case("provisioned throughput has no price by the token", [
        sample("provisioned", f"{ACCOUNT}:provisioned-model/abc", {"model": "claude-sonnet-4-5-20250929"}),
    ], "request_id = 'provisioned'", [{"service_tier": "provisioned", "pricing_status": "unpriced", "model_served": "claude-sonnet-4-5-20250929"}]),
    Case("written tokens of Converse, by lifetime, and tiers", [
        sample("details", REAL, {"usage": {"cacheDetails": [{"ttl": "1h", "inputTokens": 300}]}, "serviceTier": {"type": "flex"}}, WRITTEN),
        sample("detailz-stream", REAL, [{"contentBlockDelta": {}}, {"metadata": {
            "usage": {"cacheDetails": [{"ttl": "5m", "inputTokens": 100}, {"ttl": "1h", "inputTokens": 200}]}, "metrics": {"latencyMs": 9},
            "serviceTier": {"type": "reserved"},
        }}], WRITTEN, operation="ConverseStream"),
    ], "request_id like 'detail%'", [
        {"cache_write_5m_tokens": 0, "cache_write_1h_tokens": 300, "service_tier": "flex", "is_cache_ttl_assumed": False, "total_input_tokens": 311},
        {"cache_write_5m_tokens": 100, "cache_write_1h_tokens": 200, "service_tier": "provisioned", "latency_ms": 9, "is_cache_ttl_assumed": False},
    ]),
    Case("a body as text", [sample("text", REAL, '{"id": "msg_bdrk_text", "usage": {"service_tier": "priority"}}')], "request_id = 'text'", [
        {"response_id": "msg_bdrk_text", "service_tier": "priority"},
    ]),
    Case("no body: the lifetime is assumed", [sample("big", REAL, counts=WRITTEN)], "request_id = 'big'", [
        {"cache_write_5m_tokens": 300, "cache_write_1h_tokens": 0, "is_cache_ttl_assumed": True, "response_id": None},
    ]),
    Case("in S3 and in CloudWatch: counted once", [sample("twice", "meta.llama3-70b-instruct-v1:0", {"generation": "SECRET-ANSWER"})] * 2,
        "request_id = 'twice'", [
        {"output_tokens": 7, "model_billed": "meta.llama3-70b-instruct-v1:0", "pricing_status": "priced"},
    ]),
    Case("a failed call has no tokens", [sample("failed", REAL, counts={"inputBodyJson": {}}, output=None, errorCode="ValidationException")],
        "request_id = 'failed'", [
        {"status": "error", "error_code": "ValidationException", "pricing_status": "not_billable"},
    ]),
    Case("an image model's answer has no tokens", [sample("image", "amazon.nova-canvas-v1:0", {"images": ["SECRET-ANSWER"]}, {"inputBodyJson": {}}, None)],
         "request_id = 'image'", [{"pricing_status": "usage_missing"}]),
    Case("an embedding", [sample("embedding", "amazon.titan-embed-text-v2:0", {"embedding": [0.1]}, output=None)], "request_id = 'embedding'", [
        {"operation": "embedding", "uncached_input_tokens": 11, "output_tokens": 0},
    ]),
    Case("a body that stands in a file of its own, another log", [{"id": "msg_bdrk_2", "usage": {"input_tokens": 5}}, sample("other", REAL,
        schemaType="GuardrailLog")],
         "response_id = 'msg_bdrk_2' or request_id = 'other'", []),
    Case("lifetimes that do not add up", [sample("wrong", REAL, {"usage": {"cacheDetails": [{"ttl": "1h", "inputTokens": 301}]}}, WRITTEN)],
        "request_id = 'wrong'", []),
    Case("counts below nothing", [sample("negative", REAL, counts={"inputTokenCount": -1})], "request_id = 'negative'", []),
    Case("columns missing, a column added", [{
        "requestId": "short", "timestamp": "2026-08-07 16:41:15", "modelId": "m", "input": {"inputTokenCount": "5"}, "output": {"outputTokenCount": 1.0},
        "new": {"a": 1},
    }], "request_id = 'short'", [{"uncached_input_tokens": 5, "output_tokens": 1, "latency_ms": None, "user_id": None}]),
    Case("a broken line", ['{"requestId": "cut'], "request_id like 'cut%'", []),
]  # fmt: skip
FATES = Fates(duplicates=1, not_a_call=2, rejected={"cache_write_split_mismatch": 1, "negative_tokens": 1, "malformed_json": 1})
