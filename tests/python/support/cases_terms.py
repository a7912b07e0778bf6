"""Negotiated terms and what-if cases, on the made-up seeds of integration_tests/scenario. Costs worked out by hand (USD).

TERMS: (case, time, provider, model, owner fields, expected total, expected list). Each call has 1,000 tokens in and 1,000 out.
gpt-4.1 lists at 2 in and 8 out per million, llama3.1-8b at 0.1 and 0.1.

WHAT_IF: (request, api surface, model, time, fields, usage, actual cost, {case: cost}). A case that is not named leaves the cost.
"""

from __future__ import annotations

from decimal import Decimal

from support.cases_pricing import JUNE, chat

GPT, LLAMA = ("openai", "gpt-4.1"), ("cerebras", "llama3.1-8b")
LIST = "0.01"

TERMS = [
    ("discount: a second before it begins", "2026-02-28T23:59:59Z", *GPT, {"api_key_id": "acct-1"}, "0.01", LIST),
    ("discount: from its instant, by API key", "2026-03-01T00:00:00Z", *GPT, {"api_key_id": "acct-1"}, "0.009", LIST),
    ("discount: by project", "2026-03-01T00:00:00Z", *GPT, {"project_id": "acct-1"}, "0.009", LIST),
    ("discount: by billing account", "2026-03-01T00:00:00Z", *GPT, {"billing_account_id": "acct-1"}, "0.009", LIST),
    ("discount: another account has none", "2026-03-01T00:00:00Z", *GPT, {"billing_account_id": "acct-9"}, "0.01", LIST),
    ("discount: no account has none", "2026-03-01T00:00:00Z", *GPT, {}, "0.01", LIST),
    ("discount: a second before the narrower one", "2026-03-31T23:59:59Z", *GPT, {"api_key_id": "acct-1"}, "0.009", LIST),
    # 1,000 in at 2 less 10%, 1,000 out at 8 less 25%: the narrower replaces, they do not add up
    ("discount: the narrower one", "2026-04-01T00:00:00Z", *GPT, {"api_key_id": "acct-1"}, "0.0078", LIST),
    ("discount: any account", "2026-05-31T23:59:59Z", *LLAMA, {}, "0.00016", "0.0002"),
    ("discount: withdrawn", "2026-06-01T00:00:00Z", *LLAMA, {}, "0.0002", "0.0002"),
    ("contract rate: a second before", "2026-02-28T23:59:59Z", *GPT, {"project_id": "acct-2"}, "0.01", LIST),
    # 1,000 in at the list's 2, 1,000 out at the contract's 5
    ("contract rate: from its instant", "2026-03-01T00:00:00Z", *GPT, {"project_id": "acct-2"}, "0.007", LIST),
    ("contract rate: of its account only", "2026-03-01T00:00:00Z", *GPT, {"project_id": "acct-3"}, "0.01", LIST),
    # the key's account comes before the project's
    ("contract rate: the key decides", "2026-03-01T00:00:00Z", *GPT, {"api_key_id": "acct-2", "project_id": "acct-1"}, "0.007", LIST),
]


def written(write_5m, write_1h, read, uncached):
    """A messages usage object."""
    return {
        "input_tokens": uncached, "cache_read_input_tokens": read, "cache_creation_input_tokens": write_5m + write_1h, "output_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": write_5m, "ephemeral_1h_input_tokens": write_1h},
    }


CHAT, MESSAGES = "openai_compatible", "anthropic_messages"
WHAT_IF = [
    # above the threshold of 1,000 at 3 and 6; `plain` has none and costs 1 and 2: 0.75 * 0.001201 + 0.25 * 0.003603.
    # `dated` of 2 March costs 4 and 20, gpt-4.1 2 and 8. Warm reads 901 of 1,001 at 0.10 (half up), cooler 100
    ("what if: long", CHAT, "tiered", JUNE, {"feature": "chat", "tenant_id": "t1"}, chat(1001, 0, 100), "0.003603",
     {"small model": "0.0018015", "first match": "0.006004", "other provider": "0.002802", "warm": "0.0009901", "cooler": "0.003313"}),
    # 600 of 1,000 read at 0.10: cold all at 1.00; warm 900 read; cooler 100 read. `plain` has no cache price: all at 1.00
    ("what if: cached", CHAT, "cached", JUNE, {"feature": "chat", "tenant_id": "t2"}, chat(1000, 600, 0), "0.00046",
     {"small model": "0.000865", "cold": "0.001", "warm": "0.00019", "cooler": "0.00091", "first match": "0.001", "other provider": "0.0011"}),
    # 1,000 written at 1.25: warm takes 900 out of the writes, cooler 100
    ("what if: written", MESSAGES, "cached", JUNE, {"feature": "write"}, written(1000, 0, 0, 0), "0.00125",
     {"cold": "0.001", "warm": "0.000215", "cooler": "0.001135", "first match": "0.001"}),
    # 600 read, 400 written for 5 minutes: cooler reads 100, what is read no more is written again
    ("what if: read and written", MESSAGES, "cached", JUNE, {"feature": "write"}, written(400, 0, 600, 0), "0.00056",
     {"cold": "0.001", "warm": "0.000215", "cooler": "0.001135", "first match": "0.001"}),
    # 300 written for 5 minutes, 300 for an hour at 2.00, 400 uncached. Warm reads 900: out of the 5 minutes, the hour, 300 uncached
    ("what if: both lifetimes", MESSAGES, "cached", JUNE, {"feature": "write"}, written(300, 300, 0, 400), "0.001375",
     {"cold": "0.001", "warm": "0.00019", "cooler": "0.00126", "first match": "0.001"}),
    # 10 and 20 until 1 March 12:00, then 4
    ("what if: dated", CHAT, "dated", "2026-03-02T00:00:00Z", {"feature": "old"}, chat(1000, 0, 10), "0.0042",
     {"other date": "0.0102", "first match": "0.00102"}),
    # the batch price of `plain` is half; the other models have none and keep their cost
    ("what if: batch", CHAT, "plain", JUNE, {"feature": "old"}, chat(1000, 0, 100), "0.0012", {"batch": "0.0006"}),
    # nothing is known about this model, in no case
    ("what if: unknown", CHAT, "nobody-knows", JUNE, {"feature": "old"}, chat(1000, 0, 100), None, {}),
]
CASES = ("small model", "batch", "cold", "warm", "cooler", "other date", "first match", "other provider")


def usage_log_lines():
    """One line per case; its response_id is the case's name."""
    for name, occurred_at, provider, model, fields, _, _ in TERMS:
        yield {
            "occurred_at": occurred_at, "provider": provider, "api_surface": "openai_compatible", "model_requested": model,
            "response_id": name, "usage": chat(1000, 0, 1000), "status": "success", "team": "terms", **fields,
        }
    for name, surface, model, occurred_at, fields, usage, _, _ in WHAT_IF:
        yield {
            "occurred_at": occurred_at, "provider": "acme", "api_surface": surface, "model_requested": model, "response_id": name,
            "usage": usage, "status": "success", "team": "what if", **fields,
        }


def what_if_totals():
    """{(case, feature, model): (actual, under the case)}: each case sums the requests of a feature and model."""
    totals = {}
    for case in CASES:
        for _, _, model, _, fields, _, actual, costs in WHAT_IF:
            billed = None if actual is None else model
            key = (case, fields["feature"], billed)
            before = totals.get(key, (None, None))
            if actual is not None:
                before = tuple(
                    (known or Decimal(0)) + Decimal(amount) for known, amount in zip(before, (actual, costs.get(case, actual)))
                )
            totals[key] = before
    return totals
