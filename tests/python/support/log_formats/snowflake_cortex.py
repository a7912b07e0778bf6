"""Snowflake Cortex: the usage views of the REST API (a row a request) and of the AI functions (a row a query, model and hour)."""

from __future__ import annotations

import json
from dataclasses import replace

from support.log_formats import Call, Case, Fates

PROVIDERS = {"anthropic": "snowflake", "openai": "snowflake", "google": "snowflake"}

UNKNOWN = {
    "occurred_at": "only the hour",
    "calls": "failed calls are not in the view",
    "response_id": "no id of the model's answer",
    "trace_id": "no trace",
    "session_id": "no session",
    "attempt_number": "no attempts",
    "is_retry": "the same",
    "is_gateway_cache_hit": "no cache of answers",
    "service_tier": "not told",
    "reasoning_tokens": "not told",
    "latency_ms": "not told",
    "user_id": "the Snowflake user where the query tag names none",
    "cache_write_1h_tokens": "written tokens are not split by lifetime: they count as 5 minutes",
    "is_cache_ttl_assumed": "the same",
    "pricing_status": "a call that a gateway's cache would have answered is a priced call",
}
# one row of README's table
KNOWS = {
    "cache": "reads and writes of the REST API", "cache_ttl": "no, counted as 5 minutes", "tier": "no", "retries": "no",
    "owners": "user, `QUERY_TAG`", "reported_cost": "no, credits only",
}


def as_known(call: Call) -> Call | None:
    """The call as the view can tell it."""
    if call.status == "error":
        return None
    is_written = call.write_5m is not None or call.write_1h is not None
    return replace(
        call, occurred_at=call.occurred_at.replace(minute=0, second=0), response_id=None, trace_id=None, session_id=None, attempt_number=1,
        is_gateway_cache_hit=False, service_tier="standard", reasoning=None, latency_ms=None, user_id=call.user_id or "42", is_ttl_known=False,
        write_5m=(call.write_5m or 0) + (call.write_1h or 0) if is_written else None, write_1h=0 if is_written else None,
    )  # fmt: skip


def row(call: Call) -> dict:
    """One row of the REST API's view, as the SQL API has it: everything as text."""
    known = as_known(call)
    hour = int(known.occurred_at.timestamp())
    granular = {"input": call.uncached, "cache_read_input": call.cache_read, "cache_write_input": known.write_5m, "output": call.output}
    tag = {name: getattr(call, name) for name in ("team", "service", "feature", "environment", "tenant_id", "user_id") if getattr(call, name)}
    return {
        "START_TIME": f"{hour}.000000000 1440", "END_TIME": f"{hour + 3600}.000000000 1440", "REQUEST_ID": call.request_id, "MODEL_NAME": call.model_served,
        "TOKENS": str(call.total_input + call.output), "TOKENS_GRANULAR": json.dumps({name: count for name, count in granular.items() if count is not None},
            indent=2),
        "USER_ID": "42", "INFERENCE_REGION": "", "QUERY_TAG": json.dumps(tag) if tag else "",
    }  # fmt: skip


def records(calls: list[Call]):
    """The raw records of the calls."""
    return [row(call) for call in calls if call.status != "error"]


def metrics(**values: int) -> str:
    """A METRICS cell: metric to tokens."""
    return json.dumps([{"key": {"metric": name, "unit": "tokens"}, "value": value} for name, value in values.items()], indent=2)


def function(query: str, **more) -> dict:
    """A row of the AI functions' view, of a case."""
    return {
        "START_TIME": "1786118400", "END_TIME": "1786122000", "FUNCTION_NAME": "AI_COMPLETE", "MODEL_NAME": "claude-sonnet-4-5", "QUERY_ID": query,
        "WAREHOUSE_ID": "21", "ROLE_NAMES": json.dumps(["ANALYST", "PUBLIC"]), "QUERY_TAG": "", "USER_ID": "1", "METRICS": metrics(input=13, output=5),
        "CREDITS": "0.000068400", "IS_COMPLETED": "true", **more,
    }  # fmt: skip


REST = {
    "START_TIME": "2026-08-07 16:00:00.000 Z", "END_TIME": "2026-08-07 17:00:00.000 Z", "REQUEST_ID": "rest", "MODEL_NAME": "claude-sonnet-4-5", "TOKENS": 4698,
    "TOKENS_GRANULAR": {"cache_read_input": 4684, "input": 8, "output": 6}, "USER_ID": 1, "INFERENCE_REGION": "AWS_US", "QUERY_TAG": None,
}  # fmt: skip

CASES = [
    Case("a REST row of an export: the cache stands beside the input", [REST], "request_id = 'rest'", [
        {"provider": "snowflake", "uncached_input_tokens": 8, "cache_read_tokens": 4684, "output_tokens": 6, "total_input_tokens": 4692,
         "region_scope": "aws_us",
         "cache_write_5m_tokens": None, "user_id": "1", "tags": None},
    ]),
    Case("times: with the zone of the session, with an offset", [
        REST | {"REQUEST_ID": "time-1", "START_TIME": "1786118400.000000000 960"},
        REST | {"REQUEST_ID": "time-2", "START_TIME": "2026-08-07 09:00:00.000 -0700"},
        REST | {"REQUEST_ID": "time-3", "START_TIME": "2026-08-07T16:00:00Z"},
    ], "request_id like 'time-%' and cast(occurred_at as string) like '2026-08-07 16:00:00%'", [{}, {}, {}]),
    Case("a query over two hours and two models: each row is billed", [
        function("long", IS_COMPLETED="false"), function("long", START_TIME="1786122000"), function("long", MODEL_NAME="llama4-maverick"),
        function("long", FUNCTION_NAME="AI_CLASSIFY"),
    ], "request_id = 'long'", [{"uncached_input_tokens": 13, "output_tokens": 5}] * 4),
    Case("a running query told again later: the later row counts", [
        function("running", IS_COMPLETED="false", loaded_at="2026-08-07T17:00:00Z"),
        function("running", METRICS=metrics(input=130, output=50), loaded_at="2026-08-07T18:00:00Z"),
    ], "request_id = 'running'", [{"uncached_input_tokens": 130, "output_tokens": 50}]),
    Case("exported twice: counted once", [function("twice")] * 2, "request_id = 'twice'", [{"output_tokens": 5}]),
    Case("a model without a name", [function("unnamed", MODEL_NAME="", FUNCTION_NAME="AI_FILTER")], "request_id = 'unnamed'", [
        {"model_served": "AI_FILTER", "uncached_input_tokens": 13, "pricing_status": "unpriced"},
    ]),
    Case("only a total, only pages: used, but not known what", [
        function("total", METRICS=metrics(total=527)), function("total", MODEL_NAME="", FUNCTION_NAME="AI_PARSE_DOCUMENT",
                 METRICS=[{"key": {"metric": "total", "unit": "pages"}, "value": 3}]), REST | {"REQUEST_ID": "total", "TOKENS_GRANULAR": None},
    ], "request_id = 'total'", [{"pricing_status": "usage_missing", "total_input_tokens": None}] * 3),
    Case("the total of an embedding is its input", [function("embed", FUNCTION_NAME="AI_EMBED", MODEL_NAME="snowflake-arctic-embed-m",
        METRICS=metrics(total=527))],
         "request_id = 'embed'", [{"uncached_input_tokens": 527, "output_tokens": 0, "operation": "embedding"}]),
    Case("query tags: JSON, text", [
        function("tag-json", QUERY_TAG='{"team": "search", "user_id": "u-7"}'), function("tag-text", QUERY_TAG='nightly "load"'),
        function("tag-wrong", QUERY_TAG="{nightly"),
    ], "request_id like 'tag-%'", [
        {"team": "search", "user_id": "u-7", "tags": '{"team": "search", "user_id": "u-7"}'},
        {"team": "unattributed", "user_id": "1", "tags": '{"query_tag":"nightly \\"load\\""}'},
        {"team": "unattributed", "tags": '{"query_tag":"{nightly"}'},
    ]),
    Case("a total that does not add up", [REST | {"REQUEST_ID": "sum", "TOKENS": 4699}], "request_id = 'sum'", []),
    Case("counts below nothing", [function("negative", METRICS=metrics(input=-1, output=5))], "request_id = 'negative'", []),
    Case("a time that is none", [function("when", START_TIME="1786118400 noon")], "request_id = 'when'", []),
    Case("columns missing, a column added", [{
        "REQUEST_ID": "short", "START_TIME": "2026-08-07 16:00:00", "MODEL_NAME": "m", "TOKENS_GRANULAR": {"input": "5", "output": 1, "new_input": 3},
        "CREDITS_GRANULAR": {"a": 1},
    }], "request_id = 'short'", [{"uncached_input_tokens": 5, "total_input_tokens": 5, "user_id": None}]),
    Case("content that has no place in the view", [REST | {"REQUEST_ID": "content", "PROMPT": "SECRET-PROMPT"}], "request_id = 'content'",
        [{"output_tokens": 6}]),
    Case("a broken line", ['{"REQUEST_ID": "cut'], "request_id like 'cut%'", []),
]  # fmt: skip
FATES = Fates(duplicates=2, rejected={"buckets_do_not_sum": 1, "negative_tokens": 1, "unparsable_timestamp": 1, "malformed_json": 1})
