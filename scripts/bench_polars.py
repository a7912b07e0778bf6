"""The same three tables as scripts/bench_baseline.sql, as a Polars script writes them: events, costs and hourly as Parquet.

    build/polars/bin/python scripts/bench_polars.py "history/*.parquet" price_rates.csv folder

Knows the four API shapes and the models of the benchmark's history and nothing else. Prints its seconds by step as JSON. Money is exact: the cost of a
request is a whole number of 10^-12 USD in 64 bits (up to 9.2 million USD, beyond which Polars wraps without a word) and becomes a DECIMAL(38, 12), sums of
which Polars takes in 128 bits. Polars has no memory limit.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import polars as pl

MODELS = {
    ("openai", "gpt-5.6-sol"), ("openai", "gpt-5.6-luna"), ("openai", "gpt-5-mini"), ("openai", "gpt-4.1-mini"), ("anthropic", "claude-3-7-sonnet"),
    ("anthropic", "claude-sonnet-4-5"), ("anthropic", "claude-sonnet-4-6"), ("anthropic", "claude-3-5-haiku"), ("anthropic", "claude-haiku-4-5"),
    ("anthropic", "claude-opus-4-7"), ("anthropic", "*"), ("google", "gemini-2.5-flash"), ("google", "gemini-3.6-flash"), ("xai", "grok-4.3"),
}  # fmt: skip
ALIASES = {
    "gpt-5-mini-2025-08-07": "gpt-5-mini", "gpt-4.1-mini-2025-04-14": "gpt-4.1-mini", "claude-sonnet-4-5-20250929": "claude-sonnet-4-5",
    "claude-haiku-4-5-20251001": "claude-haiku-4-5", "claude-3-7-sonnet-20250219": "claude-3-7-sonnet", "claude-3-5-haiku-20241022": "claude-3-5-haiku",
}  # fmt: skip
METERS = ("uncached_input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "web_search_requests")
QUANTITIES = {meter: meter if meter.endswith("requests") else meter + "_tokens" for meter in METERS}
ALWAYS, NEVER, ALL_TOKENS = datetime(1, 1, 1), datetime(9999, 12, 31), 2**63 - 1
USAGE = pl.Struct({
    "prompt_tokens": pl.Int64, "completion_tokens": pl.Int64, "total_tokens": pl.Int64,
    "prompt_tokens_details": pl.Struct({"cached_tokens": pl.Int64, "cache_write_tokens": pl.Int64}),
    "completion_tokens_details": pl.Struct({"reasoning_tokens": pl.Int64}), "cost_in_usd_ticks": pl.Int64,
    "input_tokens": pl.Int64, "output_tokens": pl.Int64, "cache_read_input_tokens": pl.Int64, "cache_creation_input_tokens": pl.Int64,
    "cache_creation": pl.Struct({"ephemeral_1h_input_tokens": pl.Int64}), "server_tool_use": pl.Struct({"web_search_requests": pl.Int64}),
    "service_tier": pl.String,
    "promptTokenCount": pl.Int64, "candidatesTokenCount": pl.Int64, "thoughtsTokenCount": pl.Int64, "cachedContentTokenCount": pl.Int64,
})  # fmt: skip


def price_cards(file: str) -> pl.DataFrame:
    """For every model, tier, instant and input size at which a price changes: the rate of each meter, in 10^-12 USD. Time before a model's first price
    has a card without rates, so that a request always finds exactly one."""
    facts = defaultdict(list)
    with open(file, encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if (row["provider"], row["model"]) in MODELS and row["region_scope"] == "global" and not row["window_name"] and row["meter"] in METERS:
                size = int(row["min_input_tokens"]) + (row["threshold_comparator"] == ">")
                facts[row["provider"], row["model"], row["service_tier"], row["meter"], size].append((datetime.fromisoformat(row["valid_from"]), row))

    def in_force(provider: str, models: tuple, tiers: tuple, meter: str, at: datetime, size: int):
        """The row of the largest input size, then of the latest instant, that is not withdrawn."""
        found = []
        for (its_provider, model, tier, its_meter, its_size), dated in facts.items():
            if (its_provider, its_meter) == (provider, meter) and model in models and tier in tiers and its_size <= size:
                past = [(since, row) for since, row in dated if since <= at]
                if past and (latest := max(past, key=lambda one: one[0]))[1]["change_kind"] != "withdrawn":
                    found.append((its_size, *latest))
        return max(found, key=lambda one: one[:2])[2] if found else None

    cards = []
    for provider, model, tier in sorted({key[:3] for key in facts if key[1] != "*" and key[2] != "*"}):
        own = [(key[4], since) for key, dated in facts.items() if key[:3] == (provider, model, tier) for since, _ in dated]
        instants, sizes = sorted({since for _, since in own}), sorted({size for size, _ in own})
        key = {"provider": provider, "model_billed": model, "service_tier": tier}
        cards.append({**key, "valid_from": ALWAYS, "valid_to": instants[0], "tokens_from": 0, "tokens_to": ALL_TOKENS, "rate_ids": None})
        for since, until in zip(instants, [*instants[1:], NEVER]):
            for size, larger in zip(sizes, [*sizes[1:], ALL_TOKENS]):
                card = {**key, "valid_from": since, "valid_to": until, "tokens_from": size, "tokens_to": larger}
                ids = []
                for meter in METERS:
                    if row := in_force(provider, (model, "*"), (tier, "*"), meter, since, size):
                        card[meter + "_rate"] = int(Decimal(row["unit_price"]) * 10**12 / int(row["per_units"]))
                        ids.append(row["rate_id"])
                cards.append({**card, "rate_ids": ",".join(sorted(ids))})
    counts = [*(meter + "_rate" for meter in METERS), "tokens_from", "tokens_to"]
    types = {"valid_from": pl.Datetime("us"), "valid_to": pl.Datetime("us"), **dict.fromkeys(counts, pl.Int64)}
    return pl.DataFrame(cards, schema_overrides=types, infer_schema_length=None)


def field(*path: str) -> pl.Expr:
    """A count of the usage object."""
    found = pl.col("u")
    for name in path:
        found = found.struct.field(name)
    return found


def events(history: str) -> pl.LazyFrame:
    """Read and parse the logs, with disjoint token buckets."""
    surface = pl.col("api_surface")
    cached, written = field("prompt_tokens_details", "cached_tokens"), field("prompt_tokens_details", "cache_write_tokens")
    one_hour = field("cache_creation", "ephemeral_1h_input_tokens")
    model = pl.coalesce("model_served", "model_requested")
    return pl.scan_parquet(history).with_columns(u=pl.col("usage").str.json_decode(USAGE)).select(
        call_id=pl.coalesce("response_id", "request_id"),
        occurred_at="occurred_at", provider="provider", api_surface="api_surface", model_requested="model_requested", model_served="model_served",
        model_billed=model.replace(ALIASES),
        service_tier=pl.coalesce(field("service_tier"), pl.when(pl.col("service_tier") != "default").then("service_tier"), pl.lit("standard")),
        uncached_input_tokens=pl.when(surface == "anthropic_messages").then(field("input_tokens"))
        .when(surface == "gemini_generate").then(field("promptTokenCount") - field("cachedContentTokenCount").fill_null(0))
        .otherwise(field("prompt_tokens") - cached.fill_null(0) - written.fill_null(0)),
        cache_read_tokens=pl.coalesce(cached, field("cache_read_input_tokens"), field("cachedContentTokenCount")),
        cache_write_5m_tokens=pl.coalesce(written, field("cache_creation_input_tokens") - one_hour),
        cache_write_1h_tokens=one_hour,
        output_tokens=pl.when(surface == "anthropic_messages").then(field("output_tokens"))
        .when(surface == "gemini_generate").then(field("candidatesTokenCount") + field("thoughtsTokenCount").fill_null(0))
        .when(surface == "xai_chat").then(field("total_tokens") - field("prompt_tokens"))
        .otherwise(field("completion_tokens")),
        reasoning_tokens=pl.coalesce(field("completion_tokens_details", "reasoning_tokens"), field("thoughtsTokenCount")),
        web_search_requests=field("server_tool_use", "web_search_requests"),
        total_input_tokens=pl.when(surface == "anthropic_messages")
        .then(field("input_tokens") + field("cache_read_input_tokens") + field("cache_creation_input_tokens"))
        .otherwise(pl.coalesce(field("prompt_tokens"), field("promptTokenCount"))),
        is_rejected=pl.min_horizontal(*map(field, ("prompt_tokens", "completion_tokens", "output_tokens", "candidatesTokenCount"))).fill_null(0) < 0,
        # an xAI tick is 10^-10 USD
        provider_reported_cost=field("cost_in_usd_ticks") * 100,
        is_not_billable=pl.col("usage").is_null() & (pl.col("status") != "success"),
        **{name: name for name in (
            "response_id", "request_id", "trace_id", "parent_id", "session_id", "status", "error_code", "team", "service", "feature", "environment", "tenant_id",
            "user_id", "api_key_id", "cost_center", "prompt_template", "operation", "latency_ms",
        )},
    )  # fmt: skip


def once(rows: pl.LazyFrame) -> pl.LazyFrame:
    """A call logged more than once is counted once, with its last usage at its first time."""
    key = ["provider", "call_id"]
    repeated = rows.group_by(key).len().filter(pl.col("len") > 1).select(key)
    single = rows.join(repeated, on=key, how="anti")
    latest = (
        rows.join(repeated, on=key, how="semi")
        .sort("occurred_at", descending=True)
        .group_by(key, maintain_order=True)
        .agg(pl.col("occurred_at").min().alias("first_at"), pl.all().exclude(*key).first())
        .with_columns(occurred_at="first_at")
        .drop("first_at")
    )
    return pl.concat([single, latest.select(single.collect_schema().names())])


def costs(rows: pl.LazyFrame, cards: pl.DataFrame) -> pl.LazyFrame:
    """Every event with its price."""
    size = pl.col("total_input_tokens").fill_null(0)
    cost = {meter: (pl.col(QUANTITIES[meter]) * pl.col(meter + "_rate")).fill_null(0) for meter in METERS}
    parts = {
        "uncached_input_cost": cost["uncached_input"], "cache_read_cost": cost["cache_read"],
        "cache_write_cost": cost["cache_write_5m"] + cost["cache_write_1h"], "output_cost": cost["output"], "tool_cost": cost["web_search_requests"],
    }  # fmt: skip
    is_priced = pl.col("rate_ids").is_not_null()
    return (
        rows.join(cards.lazy(), on=["provider", "model_billed", "service_tier"], how="left")
        .filter(
            pl.col("valid_from").is_null()
            | pl.col("occurred_at").is_between("valid_from", "valid_to", closed="left") & size.is_between("tokens_from", "tokens_to", closed="left")
        )
        .with_columns(
            **parts,
            pricing_status=pl.when("is_not_billable").then(pl.lit("not_billable")).when(is_priced).then(pl.lit("priced")).otherwise(pl.lit("unpriced")),
        )
        .with_columns(total_cost=pl.when("is_not_billable").then(0).when(is_priced).then(pl.sum_horizontal(*parts)))
        .rename({"valid_from": "price_valid_from"})
        .drop("is_rejected", "valid_to", "tokens_from", "tokens_to", *(meter + "_rate" for meter in METERS))
    )


def hourly(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rollup by owner, model, tier and status."""
    tokens = [*QUANTITIES.values(), "reasoning_tokens", "total_input_tokens", "latency_ms"]
    parts = ("uncached_input", "cache_read", "cache_write", "output", "tool", "total", "provider_reported")
    money = [part + "_cost_usd" for part in parts]
    return rows.group_by(
        pl.col("occurred_at").dt.truncate("1h").alias("hour_at"), "team", "cost_center", "service", "feature", "environment", "tenant_id", "prompt_template",
        "api_key_id", "provider", "model_served", "model_billed", "service_tier", "operation", "status", "pricing_status", "price_valid_from",
    ).agg(pl.len().alias("requests"), pl.col("cache_read_tokens").count().alias("requests_reporting_cache"), pl.col(*tokens, *money).sum())  # fmt: skip


def in_usd(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Whole numbers of 10^-12 USD as decimals of USD."""
    names = [name for name in rows.collect_schema().names() if name.endswith("_cost")]
    unit = pl.lit(Decimal("0.000000000001"))
    return rows.with_columns((pl.col(name).cast(pl.Decimal(38, 0)) * unit).cast(pl.Decimal(38, 12)).alias(name + "_usd") for name in names).drop(names)


def main() -> None:
    history, prices, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    seconds = {}

    def step(name: str, rows: pl.LazyFrame) -> None:
        begun = time.perf_counter()
        rows.sink_parquet(folder / f"{name}.parquet", compression="zstd")
        seconds[name] = round(time.perf_counter() - begun, 3)

    started = time.perf_counter()
    cards = price_cards(prices)
    parsed = folder / "parsed.parquet"
    step("parsed", events(history))
    rows = pl.scan_parquet(parsed)
    step("rejects", rows.filter("is_rejected"))
    step("events", once(rows.filter(~pl.col("is_rejected"))))
    parsed.unlink()
    step("costs", in_usd(costs(pl.scan_parquet(folder / "events.parquet"), cards)))
    step("hourly", hourly(pl.scan_parquet(folder / "costs.parquet")))
    print(json.dumps({"work_seconds": time.perf_counter() - started, "steps": seconds, "polars": pl.__version__}))


if __name__ == "__main__":
    main()
