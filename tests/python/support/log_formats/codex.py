"""Codex CLI, session files: a line per event, the usage of a call in a token_count event."""

from __future__ import annotations

from dataclasses import replace

from support.log_formats import Call, Case, Fates

UNKNOWN = {
    "calls": "a call that fails leaves no token_count event",
    "model_requested": "the model of the turn is both",
    "attempt_number": "attempts are not told apart",
    "is_retry": "the same",
    "is_gateway_cache_hit": "no gateway",
    "latency_ms": "the event has one time",
    "request_id": "no id of a call",
    "response_id": "no id of a call",
    "trace_id": "no trace, only the session",
    "team": "the file names no person or team",
    "service": "always codex",
    "feature": "the same as team",
    "environment": "the same as team",
    "tenant_id": "the same as team",
    "user_id": "the same as team",
    "pricing_status": "a call that a gateway's cache would have answered is a priced call",
}
# one row of README's table
KNOWS = {
    "cache": "reads and writes", "cache_ttl": "no, counted as 5 minutes", "tier": "`thread_settings`", "retries": "no",
    "owners": "project (working directory), git branch, subagent", "reported_cost": "no",
}
VENDOR = "openai"
PRICED = {("openai", "codex-test-1")}


def as_known(call: Call) -> Call | None:
    """The call as the session file can tell it."""
    if not call.has_usage:
        return None
    return replace(
        call, status="success", attempt_number=1, is_gateway_cache_hit=False, latency_ms=None, model_requested=None, request_id=None, response_id=None,
        trace_id=None, team=None, service="codex", feature=None, environment=None, tenant_id=None, user_id=None,
    )  # fmt: skip


def usage(uncached=0, cached=0, output=0, reasoning=0, written=None) -> dict:
    """A usage object of the events."""
    counts = {"input_tokens": uncached + cached + (written or 0), "cached_input_tokens": cached, "output_tokens": output, "reasoning_output_tokens": reasoning}
    if written is not None:
        counts["cache_write_input_tokens"] = written
    return {**counts, "total_tokens": counts["input_tokens"] + output}


def added(*usages: dict) -> dict:
    """The sum of usage objects."""
    return {key: sum(one.get(key, 0) for one in usages) for key in usages[0]}


def meta(at: str, session: str, **more) -> dict:
    """The first line of a session."""
    return {"timestamp": at, "type": "session_meta", "payload": {
        "id": session, "timestamp": at, "cwd": "/home/jane/work/shop", "originator": "codex_cli_rs", "cli_version": "0.148.0", "instructions": "SECRET-PROMPT",
        "source": "cli", "model_provider": "openai", "git": {"commit_hash": "ab", "branch": "main", "repository_url": "https://user:sk-secret@example.com/r"},
        **more,
    }}  # fmt: skip


def turn(at: str, model: str = "codex-test-1", **more) -> dict:
    """The line before a turn."""
    return {"timestamp": at, "type": "turn_context", "payload": {"cwd": "/home/jane/work/shop", "approval_policy": "never", "model": model, **more}}


def tier(at: str, name: str) -> dict:
    """The line that says which service tier holds from here."""
    return {"timestamp": at, "type": "event_msg", "payload": {"type": "thread_settings_applied", "thread_settings": {"service_tier": name}}}


def count(at: str, last: dict | None, total: dict | None, **info) -> dict:
    """A token_count event."""
    told = None if last is None else {"total_token_usage": total, "last_token_usage": last, "model_context_window": 258400, **info}
    return {"timestamp": at, "type": "event_msg", "payload": {"type": "token_count", "info": told, "rate_limits": {"primary": {"used_percent": 4.0}}}}


def said(at: str, text: str = "SECRET-ANSWER") -> dict:
    """A line of the conversation."""
    return {"timestamp": at, "type": "response_item", "payload": {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}}


def records(calls: list[Call]):
    """The raw records of the calls: a session each."""
    lines = []
    for call in calls:
        at = call.iso()
        lines += [meta(at, call.session_id), tier(at, "priority" if call.service_tier == "priority" else "default"), turn(at, call.model_served), said(at)]
        if call.has_usage:
            used = usage(call.uncached, call.cache_read or 0, call.output, call.reasoning or 0)
            for name, value in (("cached_input_tokens", call.cache_read), ("reasoning_output_tokens", call.reasoning)):
                if value is None:
                    del used[name]
            lines.append(count(at, used, used))
    return lines


A, B, C = usage(700, 9000, 120, 40), usage(300, 9900, 80), usage(50, 10_000, 60)
PARENT = [
    meta("2026-08-20T10:00:00Z", "parent"), turn("2026-08-20T10:00:00Z"),
    count("2026-08-20T10:00:05Z", A, A), count("2026-08-20T10:01:05Z", B, added(A, B)),
]  # fmt: skip
# a fork: its own first line, then the lines of its parent with the time of the fork, then its own calls
CHILD = [
    meta("2026-08-21T08:00:00Z", "child", forked_from_id="parent"), meta("2026-08-21T08:00:00Z", "parent"), turn("2026-08-21T08:00:00Z"),
    count("2026-08-21T08:00:01Z", A, A), count("2026-08-21T08:00:01Z", B, added(A, B)), count("2026-08-21T08:05:00Z", C, added(A, B, C)),
]  # fmt: skip
# a fork of the fork that repeats no session_meta
GRANDCHILD = [
    meta("2026-08-22T08:00:00Z", "grandchild", forked_from_id="child"), turn("2026-08-22T08:00:00Z"),
    count("2026-08-22T08:00:01Z", A, A), count("2026-08-22T08:00:01Z", B, added(A, B)), count("2026-08-22T08:00:01Z", C, added(A, B, C)),
    count("2026-08-22T09:00:00Z", A, added(A, B, C, A)),
]  # fmt: skip
D = usage(4321, 0, 17)
SIBLINGS = [
    [meta(f"2026-08-23T0{hour}:00:00Z", name, forked_from_id="gone"), turn(f"2026-08-23T0{hour}:00:00Z"), count(f"2026-08-23T0{hour}:00:01Z", D, D),
     count(f"2026-08-23T0{hour}:30:00Z", own, added(D, own))]
    for hour, name, own in ((1, "sibling-a", usage(10, 4321, 1)), (2, "sibling-b", usage(11, 4321, 2)))
]  # fmt: skip


def alone(day: str, session: str, *events: dict, model: str = "codex-test-1", **more) -> list:
    """A session of its own."""
    return [meta(f"{day}T00:00:00Z", session, **more), turn(f"{day}T00:00:00Z", model), *events]


def at_session(name: str) -> str:
    return f"session_id = '{name}'"


CASES = [
    Case("a session and its forks: each call once, at its first time, in the session that made it", PARENT + CHILD + GRANDCHILD, at_session("parent"), [
        {"uncached_input_tokens": 700, "cache_read_tokens": 9000, "output_tokens": 120, "reasoning_tokens": 40, "project_id": "shop",
         "tags": '{"git_branch":"main","client_version":"0.148.0","originator":"codex_cli_rs"}'},
        {"uncached_input_tokens": 300, "cache_read_tokens": 9900, "output_tokens": 80},
    ]),
    Case("only its own calls are the fork's", [], at_session("child"), [{"uncached_input_tokens": 50, "output_tokens": 60}]),
    Case("nor are they those of a fork of the fork", [], at_session("grandchild"), [{"uncached_input_tokens": 700, "output_tokens": 120}]),
    Case("forks of a session that is gone: the first has the common calls", SIBLINGS[0] + SIBLINGS[1], at_session("sibling-a"),
         [{"total_input_tokens": 4321, "output_tokens": 17}, {"total_input_tokens": 4331, "output_tokens": 1}]),
    Case("the second has its own", [], at_session("sibling-b"), [{"total_input_tokens": 4332, "output_tokens": 2}]),
    Case("the same counts in a session that is no fork are another call", alone("2026-08-24", "stranger", count("2026-08-24T00:00:01Z", D, D)),
         at_session("stranger"), [{"total_input_tokens": 4321}]),
    Case("told again with unchanged totals, rate limits only, an estimate after a compaction: no calls", alone(
        "2026-08-25", "again", count("2026-08-25T00:00:01Z", D, D), count("2026-08-25T00:00:09Z", D, D), count("2026-08-25T00:00:10Z", None, None),
        count("2026-08-25T00:01:00Z", {**usage(), "total_tokens": 16650}, D),
    ), at_session("again"), [{"total_input_tokens": 4321}]),
    Case("the same session in two places: counted once", (
        alone("2026-08-26", "archived", count("2026-08-26T00:00:01Z", D, D)) + alone("2026-08-26", "between")
    ) * 2, at_session("archived"),
         [{"total_input_tokens": 4321}]),
    Case("the model of the latest turn, with the provider's name before it; cache writes; a subagent; another provider", alone(
        "2026-08-27", "models", count("2026-08-27T00:00:01Z", usage(5, 6, 7, written=8), None), turn("2026-08-27T00:01:00Z", "openai/codex-test-1"),
        count("2026-08-27T00:01:01Z", usage(1, 0, 1), None), model="other", thread_source="subagent", model_provider="azure",
    ), at_session("models"), [
        {"model_served": "other", "provider": "azure", "uncached_input_tokens": 5, "cache_read_tokens": 6, "cache_write_5m_tokens": 8, "output_tokens": 7,
         "is_cache_ttl_assumed": True, "agent_id": "subagent"},
        {"model_served": "codex-test-1"},
    ]),
    Case("an old event without total_tokens and with a model of its own", alone("2026-08-28", "old", count(
        "2026-08-28T00:00:01Z", {"input_tokens": 10, "cached_input_tokens": 0, "output_tokens": 1}, {"input_tokens": 10, "output_tokens": 1},
        model="codex-test-1",
    )), at_session("old"), [{"uncached_input_tokens": 10, "output_tokens": 1, "model_served": "codex-test-1"}]),
    Case("more cached than input, a total that does not add up", alone(
        "2026-08-29", "wrong", count("2026-08-29T00:00:01Z", {**usage(5, 0, 1), "cached_input_tokens": 6}, None),
        count("2026-08-29T00:00:02Z", {**usage(5, 0, 1), "total_tokens": 9}, None),
    ), at_session("wrong"), []),
    Case("no turn said the model", [meta("2026-08-30T00:00:00Z", "nameless"), count("2026-08-30T00:00:01Z", D, D)], at_session("nameless"), []),
    Case("an event the client added, a line without payload", [{"timestamp": "2026-08-30T01:00:00Z", "type": "world_state", "payload": {"a": 1}},
                                                               {"timestamp": "2026-08-30T01:00:00Z", "type": "compacted"}], "session_id = 'world'", []),
    Case("a broken line", ['{"timestamp":"2026-08-30T00:00:00Z","type":"event_msg","payl'], "session_id = 'broken'", []),
]  # fmt: skip
_LINES = [record for case in CASES for record in case.records if isinstance(record, dict)]
FATES = Fates(
    # parent's two calls in the child and three in the grandchild, one of the siblings, one archived
    duplicates=2 + 3 + 1 + 1,
    # of a call of the 30: four lines, of a case whatever is no token_count event; and the four token_count events that are no calls
    not_a_call=30 * 4 + sum(record.get("payload", {}).get("type") != "token_count" for record in _LINES) + 3,
    rejected={"cached_exceeds_input": 1, "buckets_do_not_sum": 1, "missing_model": 1, "malformed_json": 1},
)
