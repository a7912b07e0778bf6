"""Calls for tests/python/test_cache.py, as logs in the package's own format. Every data set has a month or a model of its own, so that all
stand in one build."""

from __future__ import annotations

import json
import random
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path

# USD per million: uncached, read, written for 5 minutes, written for an hour
PRICES = {
    "claude-sonnet-4-5": (3.00, 0.30, 3.75, 6.00), "claude-haiku-4-5": (1.00, 0.10, 1.25, 2.00), "gpt-4o": (2.50, 1.25, 0, 0),
    "deepseek-chat": (0.27, 0.07, 0, 0), "deepseek-v4-pro": (0.435, 0.003625, 0, 0), "gpt-4o-2024-08-06": (2.50, 1.25, 0, 0),
}
# shortest prompt that is cached, tokens: seeds/cache/cache_rules.csv
MINIMUM = {"claude-sonnet-4-5": 1_024, "claude-haiku-4-5": 4_096}
SONNET, HAIKU, GPT = "claude-sonnet-4-5", "claude-haiku-4-5", "gpt-4o"


@dataclass
class Call:
    """One call; `read` is None where the log does not report cache tokens."""

    tenant: str | None
    at: datetime
    uncached: int
    read: int | None = 0
    write_5m: int = 0
    write_1h: int = 0
    model: str = SONNET
    output: int = 0
    fields: dict = field(default_factory=dict)

    @property
    def prompt(self) -> int:
        return self.uncached + (self.read or 0) + self.write_5m + self.write_1h

    @property
    def cost(self) -> float:
        counts = (self.uncached, self.read or 0, self.write_5m, self.write_1h)
        return sum(count * price for count, price in zip(counts, PRICES[self.model])) / 1e6

    @property
    def cost_without_cache(self) -> float:
        return self.prompt * PRICES[self.model][0] / 1e6

    @property
    def is_eligible(self) -> bool:
        return self.prompt >= MINIMUM.get(self.model, 1_024)

    @property
    def day(self) -> str:
        return self.at.strftime("%Y-%m-%d")

    def line(self, response_id: str) -> dict:
        """The call as a line of the log."""
        provider = {"c": "anthropic", "g": "openai", "d": "deepseek"}[self.model[0]]
        if provider == "anthropic":
            usage = {"input_tokens": self.uncached, "output_tokens": self.output}
            if self.read is not None:
                usage |= {"cache_read_input_tokens": self.read, "cache_creation_input_tokens": self.write_5m + self.write_1h}
                usage["cache_creation"] = {"ephemeral_5m_input_tokens": self.write_5m, "ephemeral_1h_input_tokens": self.write_1h}
        else:
            usage = {"prompt_tokens": self.prompt, "completion_tokens": self.output, "total_tokens": self.prompt + self.output}
            if provider == "openai":
                usage["prompt_tokens_details"] = {"cached_tokens": self.read}
            else:
                usage |= {"prompt_cache_hit_tokens": self.read, "prompt_cache_miss_tokens": self.uncached}
        return {
            "occurred_at": self.at.isoformat(), "provider": provider, "api_surface": f"{provider}_{'messages' if provider == 'anthropic' else 'chat'}",
            "model_requested": self.model, "response_id": response_id, "usage": usage, "status": "success", "tenant_id": self.tenant, **self.fields,
        }


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def by(calls, key) -> dict:
    """Calls by what a function or an attribute says of them."""
    groups = defaultdict(list)
    for call in calls:
        groups[getattr(call, key) if isinstance(key, str) else key(call)].append(call)
    return dict(groups)


def published_hundred() -> list[Call]:
    """100 tenants in 2025-02, 2M input tokens each in 40 calls: name -> hits spread evenly over 90-98, 50-70 and 10-30%."""
    calls = []
    for cohort, count, low, high in (("warm", 40, 0.90, 0.98), ("mid", 40, 0.50, 0.70), ("cold", 20, 0.10, 0.30)):
        for number in range(count):
            hits = round(2_000_000 * (low + (high - low) * number / (count - 1)))
            for place in range(40):
                read = hits // 40 + (place < hits % 40)
                at = utc("2025-02-10T08:00:00") + timedelta(hours=place, seconds=number)
                calls.append(Call(f"{cohort}-{number:02}", at, 50_000 - read, read, model="deepseek-chat"))
    return calls


def published_ten_dollars() -> list[Call]:
    """650 calls of a million tokens in 2026-06, 97.27% of them hits."""
    return [Call("ten-dollars", utc("2026-06-20T00:00:00") + timedelta(minutes=number), 27_300, 972_700, model="deepseek-v4-pro") for number in range(650)]


def small_case(shared: Path) -> list[Call]:
    """The rows of dispersion_cases.json, in 2026-01."""
    rows = json.loads((shared / "reference" / "dispersion_cases.json").read_text(encoding="utf-8"))["small"]["rows"]
    return [
        Call(row["tenant"], utc(f"2026-01-{row['request'] + 9}T10:00:00"), row["uncached"], row["cache_read"], row["cache_write"]) for row in rows
    ]


def mooncake(shared: Path) -> list[Call]:
    """The trace's requests in 2026-02, over midnight. A tenant is a first prefix block that is not shared by the whole trace, where five
    requests have it; the others are dealt to ten tenants. Cached tokens as with a lifetime of five minutes, at most the prompt."""
    import duckdb

    rows = duckdb.sql(f"""
        select trace, timestamp_ms, input_tokens, least(derived_cached_tokens_ttl5m, input_tokens), hash_ids[if(trace = 'conversation', 2, 1)]
        from '{shared / "data" / "mooncake_fast25.parquet"}' order by trace, row
    """).fetchall()
    counts = defaultdict(int)
    for trace, *_, block in rows:
        counts[trace, block] += 1
    return [
        Call(
            f"{trace}-{block}" if block is not None and counts[trace, block] >= 5 else f"{trace}-others-{(block or 0) % 10}",
            utc("2026-02-10T23:30:00") + timedelta(milliseconds=at), prompt - read, read, model=GPT, fields={"tags": {"prefix_hash": f"{trace}-{block}"}},
        )
        for trace, at, prompt, read, block in rows
    ]


def tau2(shared: Path) -> list[Call]:
    """The recorded agent calls (2026-07-31): each simulation is a session and a tenant."""
    recorded = [json.loads(line) for line in (shared / "data" / "tau2_gpt4o_calls.jsonl").read_text(encoding="utf-8").splitlines()]
    return [
        Call(
            call["sim_id"], utc(call["ts"]), call["usage"]["prompt_tokens"] - call["usage"]["prompt_tokens_details"]["cached_tokens"],
            call["usage"]["prompt_tokens_details"]["cached_tokens"], model=call["model"], fields={"session_id": call["sim_id"], "agent_id": call["role"]},
        )
        for call in recorded
    ]


def random_days() -> list[Call]:
    """Owners of every kind over twenty days of 2026-04, on two models, with writes: for sums over any of them."""
    chance = random.Random(7)
    calls = []
    for _ in range(1_500):
        prompt = chance.choice([900, 5_000, 40_000, 150_000]) + chance.randrange(800)
        read = int(prompt * chance.choice([0, chance.random(), chance.random(), 1]))
        written = chance.choice([0, prompt - read, (prompt - read) // 2])
        at = utc("2026-04-06T00:00:00") + timedelta(seconds=chance.randrange(20 * 86_400))
        owners = {"session_id": f"s{chance.randrange(200)}", "feature": chance.choice(["chat", "search"]), "agent_id": chance.choice(["planner", None])}
        owners |= {"prompt_template": chance.choice(["v1", "v2", None]), "api_key_id": chance.choice(["k1", "k2"])}
        hour = written if chance.random() < 0.3 else 0
        model = SONNET if chance.random() < 0.8 else HAIKU
        calls.append(Call(f"owner-{chance.randrange(6)}", at, prompt - read - written, read, written - hour, hour, model, fields=owners))
    return calls


def crowded_bins() -> list[Call]:
    """gpt-4o in 2026-05: `crowd-n` has n requests in one thousandth, huddled at its lower end, on each of three days, and as many spread
    over all; `sparse` at most two in any thousandth of a day."""
    chance = random.Random(11)
    calls = []
    for count in (1, 2, 3, 10, 100, 1_000, 3_000):
        for day in range(3):
            low = chance.randrange(999) / 1_000
            spread = [chance.random() for _ in range(count // 3)]
            for ratio in [low + 0.001 * chance.random() ** 8 for _ in range(count)] + spread:
                prompt = 100_000 + chance.randrange(100_000)
                read = int(prompt * ratio)
                at = utc("2026-05-04T00:00:00") + timedelta(days=day, seconds=chance.randrange(86_400))
                calls.append(Call(f"crowd-{count}", at, prompt - read, read, model=GPT))
    for day in range(5):
        for thousandth in chance.sample(range(1, 999), 40):
            for _ in range(chance.choice([1, 2])):
                read = 100 * thousandth + chance.randrange(1, 99)
                calls.append(Call("sparse", utc("2026-05-04T00:00:00") + timedelta(days=day, seconds=thousandth), 100_000 - read, read, model=GPT))
    return calls


MARCH = utc("2026-03-10T10:00:00")
UNKNOWN = "claude-nobody-knows-it"


def bad_input() -> list[Call]:
    """2026-03, sonnet: what a log should not have, and does."""
    def calls(tenant, count, *counts, **more):
        return [Call(tenant, MARCH + timedelta(seconds=number), *counts, **more) for number in range(count)]

    return [
        *calls("zero-input", 2, 0, 0, output=10), *calls("one-request", 1, 1_000, 3_000), *calls("all-hits", 3, 0, 5_000), *calls("no-hits", 3, 5_000, 0),
        *calls("half-null", 2, 1_000, 3_000), *calls("half-null", 2, 4_000, None), *calls("all-null", 3, 4_000, None),
        *calls("Acme", 1, 4_000, 0), *calls("acme", 3, 1_000, 3_000), *calls("writes-never-read", 3, 0, 0, 10_000),
        *calls("no-price", 2, 1_000, 3_000, model=UNKNOWN), *calls(None, 2, 500, 1_500),
    ]


def chains() -> list[tuple[str, list[Call], dict, int]]:
    """2026-06, sonnet unless said: tenant, calls, missed tokens by cause, written tokens never read. The cacheable minimum of sonnet is
    1,024 tokens, a cache lives 300 seconds."""
    start = utc("2026-06-10T12:00:00")

    def after(seconds, uncached, read=0, write_5m=0, write_1h=0, model=SONNET, begin=start, session="s", **fields):
        return Call(None, begin + timedelta(seconds=seconds), uncached, read, write_5m, write_1h, model, fields={"session_id": session, **fields})

    midnight = utc("2026-06-14T23:58:00")
    first, hour = after(0, 5_000), after(0, 1_000, 0, 0, 4_000)
    cases = [
        ("at-the-minimum", [after(0, 1_024)], {"one_shot": 1_024}, 0),
        ("below-the-minimum", [after(0, 1_023)], {"short_prompt": 1_023}, 0),
        ("no-chain", [after(0, 3_000, session=None)], {"unknown_chain": 3_000}, 0),
        ("prefix-chain", [after(0, 3_000, session=None, prompt_template="v1"), after(9, 500, 2_500, session=None, prompt_template="v1")], {"chain_start": 3_000, "new_input": 500}, 0),
        ("in-time", [first, after(300, 6_000)], {"chain_start": 5_000, "not_reused": 6_000}, 0),
        ("one-second-late", [first, after(301, 6_000)], {"chain_start": 5_000, "expired": 6_000}, 0),
        ("half-is-read", [first, after(60, 3_500, 2_500)], {"chain_start": 5_000, "new_input": 3_500}, 0),
        ("less-than-half", [first, after(60, 3_501, 2_499)], {"chain_start": 5_000, "not_reused": 3_501}, 0),
        # the second call's own first-hand tokens are 6,000; the hour's write was of the call before
        ("hour-in-time", [hour, after(3_600, 6_000)], {"chain_start": 5_000, "not_reused": 6_000}, 4_000),
        ("hour-late", [hour, after(3_601, 6_000)], {"chain_start": 5_000, "expired": 6_000}, 4_000),
        ("hour-read", [hour, after(3_600, 2_000, 4_000)], {"chain_start": 5_000, "new_input": 2_000}, 0),
        # a read that came when the write had expired is of something else
        ("five-minutes-read", [after(0, 1_000, 0, 4_000), after(300, 2_000, 4_000)], {"chain_start": 5_000, "new_input": 2_000}, 0),
        ("five-minutes-late", [after(0, 1_000, 0, 4_000), after(301, 2_000, 4_000)], {"chain_start": 5_000, "expired": 2_000}, 4_000),
        ("other-model", [first, after(60, 6_000, model=HAIKU), after(90, 6_000)], {"chain_start": 5_000, "model_switch": 12_000}, 0),
        ("other-key", [after(0, 5_000, api_key_id="k1"), after(60, 6_000, api_key_id="k2")], {"chain_start": 5_000, "key_switch": 6_000}, 0),
        ("same-key", [after(0, 5_000, api_key_id="k1"), after(60, 6_000, api_key_id="k1")], {"chain_start": 5_000, "not_reused": 6_000}, 0),
        ("key-not-logged", [first, after(60, 6_000, api_key_id="k2")], {"chain_start": 5_000, "not_reused": 6_000}, 0),
        ("other-prefix", [after(0, 5_000, tags={"prefix_hash": "a"}), after(60, 6_000, tags={"prefix_hash": "b"})], {"chain_start": 5_000, "prefix_change": 6_000}, 0),
        ("same-prefix", [after(0, 5_000, tags={"prefix_hash": "a"}), after(60, 6_000, tags={"prefix_hash": "a"})], {"chain_start": 5_000, "not_reused": 6_000}, 0),
        # the model before the key before the lifetime before the prefix
        ("all-at-once", [after(0, 5_000, api_key_id="k1", tags={"prefix_hash": "a"}), after(9_999, 6_000, api_key_id="k2", tags={"prefix_hash": "b"})], {"chain_start": 5_000, "key_switch": 6_000}, 0),
        ("over-midnight", [after(0, 1_000, 0, 4_000, begin=midnight), after(240, 2_000, 4_000, begin=midnight)], {"chain_start": 5_000, "new_input": 2_000}, 0),
        ("twenty-hours", [first, after(72_000, 6_000)], {"one_shot": 11_000}, 0),
        ("one-second-less", [first, after(71_999, 6_000)], {"chain_start": 5_000, "expired": 6_000}, 0),
    ]
    return [(name, [Call(name, *[getattr(call, part) for part in list(Call.__dataclass_fields__)[1:]]) for call in calls], causes, unread) for name, calls, causes, unread in cases]


def movers() -> list[Call]:
    """Sonnet in 2025-10, 2025-11 and 2025-12, `lonely` haiku: hits of ten calls of 10,000 tokens, in percent, by month."""
    percents = {
        "warmer": (20, 90, 90), "cooler": (90, 50, 10), "steady": (50, 50, 50), "leaver": (70, None, None), "newcomer": (None, 30, 30),
        "returning": (80, None, 80), "wide": ((0, 0, 90, 90, 90, 90, 90, 90, 90, 90), 72, 72), "lonely": (None, None, 10),
    }
    calls = []
    for tenant, months in percents.items():
        for month, percent in zip((10, 11, 12), months):
            for number in range(10):
                read = None if percent is None else 100 * (percent[number] if isinstance(percent, tuple) else percent)
                if read is not None:
                    calls.append(Call(tenant, utc(f"2025-{month}-10T10:00:00") + timedelta(minutes=number), 10_000 - read, read, model=HAIKU if tenant == "lonely" else SONNET))
    return calls


SEPTEMBER = utc("2026-09-10T23:59:00")


def night(second: bool) -> list[Call]:
    """2026-09: the second night has a row in the middle of a chain over midnight that came late; it lacks a day that was withdrawn; and the one
    call of a day has lost its feature and its cache counts."""
    def call(seconds, *counts, feature="chat"):
        return Call("late", SEPTEMBER + timedelta(seconds=seconds), *counts, fields={"session_id": "s", "feature": feature})

    calls = [call(0, 1_000, 0, 4_000), call(600, 6_000, 0), call(2 * 86_400, 3_000)]
    if second:
        return [*calls, call(200, 500, 4_500), call(5 * 86_400, 8_000, None, feature=None)]
    return [*calls, call(20 * 86_400, 7_000), call(5 * 86_400, 2_000, 6_000)]


def over_the_seam() -> list[Call]:
    """One call in June by UTC that is in May by New York, on the same model; and one twelve hours later."""
    return [Call("seam", utc("2026-06-01T02:00:00"), 1_000, 3_000), Call("seam", utc("2026-06-01T14:00:00"), 3_000, 1_000)]


class CacheCases:
    """All calls, and the logs and the project that hold them."""

    def __init__(self, shared: Path):
        self.shared = shared if shared.is_dir() else None

    @cached_property
    def small(self):
        return small_case(self.shared)

    @cached_property
    def mooncake(self):
        return mooncake(self.shared)

    @cached_property
    def tau2(self):
        return tau2(self.shared)

    @cached_property
    def random_days(self):
        return random_days()

    @cached_property
    def crowded(self):
        return crowded_bins()

    @cached_property
    def chains(self):
        return chains()

    def write(self, work: Path) -> list[str]:
        """The logs of all but the nights; returns their files."""
        sets = {
            "hundred": published_hundred(), "ten_dollars": published_ten_dollars(), "random": self.random_days, "crowded": self.crowded,
            "bad": bad_input(), "chains": [call for _, calls, *_ in self.chains for call in calls], "seam": over_the_seam(), "movers": movers(),
        }
        if self.shared:
            sets |= {"small": self.small, "mooncake": self.mooncake, "tau2": self.tau2}
        for name, calls in sets.items():
            write_log(work / f"{name}.jsonl", [call.line(f"{name}-{number}") for number, call in enumerate(calls)])
        return [str(work / f"{name}.jsonl") for name in sets]


def write_log(file: Path, lines: list[dict]) -> str:
    """JSON lines."""
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(file)


def write_night(file: Path, second: bool) -> str:
    """September's log as of the first or the second night: the same calls have the same ids."""
    return write_log(file, [call.line(f"night-{call.at.isoformat()}") for call in night(second)])


CASES = """scenario,step,provider,model,team,feature,tenant_id,share,to_provider,to_model,to_service_tier,card_at,caching,hit_ratio,note
sonnet,1,deepseek,,,,ten-dollars,,anthropic,claude-sonnet-4-6,,,,,with its own cache discount
sonnet without cache,1,deepseek,,,,ten-dollars,,anthropic,claude-sonnet-4-6,,,none,,
mini,1,deepseek,,,,ten-dollars,,openai,gpt-4.1-mini,,,,,with its own cache discount
mini without cache,1,deepseek,,,,ten-dollars,,openai,gpt-4.1-mini,,,none,,
"""


def write_project(project: Path, root: Path) -> None:
    """A dbt project that has the package installed and what-if cases of its own."""
    (project / "seeds").mkdir(parents=True)
    (project / "dbt_project.yml").write_text("name: cache_cases\nversion: 1.0.0\nconfig-version: 2\nprofile: scenario\nflags:\n  require_ref_searches_node_package_before_root: true\n", encoding="utf-8")
    (project / "packages.yml").write_text(f"packages:\n  - local: {root}\n", encoding="utf-8")
    shutil.copyfile(root / "integration_tests" / "scenario" / "profiles.yml", project / "profiles.yml")
    (project / "seeds" / "cache_cases.csv").write_text(CASES, encoding="utf-8")
    columns = ", ".join(f"{column}: string" for column in CASES.splitlines()[0].split(","))
    (project / "seeds" / "cache_cases.yml").write_text(f"seeds:\n  - name: cache_cases\n    config:\n      column_types: {{{columns}}}\n", encoding="utf-8")
