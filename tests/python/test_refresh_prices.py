"""scripts/refresh_prices.py on copies of the seeds, and the seeds against everything the two price packages list.

The packages live in build/oracles (`make build/oracles/installed`); what needs them is skipped where they are absent.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from conftest import ROOT
from price_card import PriceCard, read_csv
from price_sources import filled, genai_prices_of, litellm_field, litellm_name, litellm_prices, minutes_of, page_of, per_unit, zeros_to_keep

PYTHON = ROOT / "build" / "oracles" / "bin" / "python"
PRICES = ROOT / "seeds" / "prices"
FILES = ("price_rates.csv", "model_aliases.csv", "price_windows.csv", "price_card_checks.csv")
needs_packages = pytest.mark.skipif(not PYTHON.exists(), reason="build/oracles is absent: run `make build/oracles/installed`")
# the instant the packages are compared at: after it the seeds know changes that LiteLLM cannot
AT = "2026-11-21 20:00:00"
# at these providers both packages keep up: where they agree, so do the seeds
FOLLOWED = ("anthropic", "google", "groq", "minimax", "moonshot", "openai", "zai")
MILLION = 1_000_000


# ---- reading the packages, by hand


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1.7500000000000002e-06, "0.00000175"),
        (2.9999999999999997e-07, "0.0000003"),
        (7.5e-08, "0.000000075"),
        (2.8e-09, "0.0000000028"),
        (0.01, "0.01"),
        (Decimal("0.111") / 3600, "0.000030833333333"),
    ],
)
def test_float_noise_vanishes(number, expected):
    """A price per unit is rounded at 9 decimals of USD per million."""
    assert per_unit(number) == Decimal(expected)


@pytest.mark.parametrize(
    ("provider", "key", "expected"),
    [
        ("azure", "azure/gpt-4o", ("gpt-4o", "global")),
        ("azure", "azure/us/gpt-4o-2024-11-20", ("gpt-4o-2024-11-20", "us")),
        ("azure", "azure/global-standard/gpt-4o", ("gpt-4o", "global")),
        ("azure", "azure_ai/Phi-4", ("phi-4", "global")),
        ("together", "together_ai/zai-org/GLM-4.6", ("zai-org/glm-4.6", "global")),
        ("fireworks", "fireworks_ai/accounts/fireworks/models/glm-4p6", ("accounts/fireworks/models/glm-4p6", "global")),
        ("google", "vertex_ai/claude-3-opus@20240229", ("claude-3-opus@20240229", "global")),
        ("google", "gemini/gemini-2.5-pro", ("gemini-2.5-pro", "global")),
        ("mistral", "mistral/mistral-large-latest", ("mistral-large-latest", "global")),
        ("aws", "bedrock/us-east-1/anthropic.claude-v2:1", ("anthropic.claude-v2:1", "us-east-1")),
        ("aws", "bedrock/us-gov-west-1/amazon.nova-pro-v1:0", ("amazon.nova-pro-v1:0", "us-gov-west-1")),
        ("aws", "us.anthropic.claude-sonnet-5", ("anthropic.claude-sonnet-5", "us")),
        ("aws", "global.anthropic.claude-sonnet-5", ("anthropic.claude-sonnet-5", "global")),
        ("openai", "ft:gpt-4o-2024-08-06", ("ft:gpt-4o-2024-08-06", "global")),
    ],
)
def test_litellm_keys(provider, key, expected):
    """Model and region of a LiteLLM key."""
    assert litellm_name(provider, key)[:2] == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("input_cost_per_token", ("uncached_input", "standard", 0)),
        ("input_cost_per_token_batches", ("uncached_input", "batch", 0)),
        ("output_cost_per_token_above_272k_tokens_priority", ("output", "priority", 272_000)),
        ("cache_creation_input_token_cost", ("cache_write_5m", "standard", 0)),
        ("cache_creation_input_token_cost_above_1hr", ("cache_write_1h", "standard", 0)),
        ("cache_creation_input_token_cost_above_1hr_above_200k_tokens", ("cache_write_1h", "standard", 200_000)),
        ("cache_creation_input_token_cost_above_272k_tokens_ultrafast", ("cache_write_5m", "ultrafast", 272_000)),
        ("input_cost_per_token_cache_hit", ("cache_read", "standard", 0)),
        ("output_cost_per_image", None),
        ("cache_read_input_audio_token_cost", None),
    ],
)
def test_litellm_fields(field, expected):
    """Meter, tier and context threshold of a LiteLLM field."""
    assert litellm_field(field) == expected


def test_litellm_entry_by_hand():
    """Prices, fields without a meter and zeros of one made-up entry."""
    sizes = ("low", "medium", "high")
    entry = {
        "mode": "chat",
        "input_cost_per_token": 2e-06,
        "output_cost_per_token": 8e-06,
        "output_cost_per_reasoning_token": 8e-06,
        "cache_read_input_token_cost": 0,
        "search_context_cost_per_query": {f"search_context_size_{size}": 0.01 for size in sizes},
        "output_cost_per_image": 0.04,
        "input_cost_per_second": 0.0001,
    }
    published, unknown, zeros = litellm_prices("model", entry, "acme")
    assert published == {
        ("uncached_input", "standard", 0): Decimal("0.000002"),
        ("output", "standard", 0): Decimal("0.000008"),
        ("web_search_requests", "*", 0): Decimal("0.01"),
    }, "a reasoning rate like the output rate is none of its own"
    assert unknown == {"output_cost_per_image", "input_cost_per_second"}
    assert zeros == {("cache_read", "standard", 0)}
    entry["search_context_cost_per_query"] = {f"search_context_size_{size}": fee for size, fee in zip(sizes, (0.005, 0.008, 0.012))}
    published, _, _ = litellm_prices("model", entry, "acme")
    assert published["requests_search_medium", "standard", 0] == Decimal("0.008")


def test_zeros_that_are_prices():
    """0 is a price of a model that is free or whose output is; of an embedding's output, a cache or a reranker's tokens it is none."""
    paid = {("uncached_input", "standard", 0): Decimal(1)}
    output, cache = ("output", "standard", 0), ("cache_read", "standard", 0)
    assert zeros_to_keep({output, cache}, paid, "chat") == {output}
    assert zeros_to_keep({output, cache}, paid, "embedding") == set()
    assert zeros_to_keep({("uncached_input", "standard", 0), output}, {("search_units", "standard", 0): Decimal(1)}, "rerank") == set()
    assert zeros_to_keep({("uncached_input", "standard", 0), output}, {}, "chat") == {("uncached_input", "standard", 0), output}


def test_what_the_packages_imply():
    """Input 10, output 20, cache read 1 (above 200k: 20, 30, -), writes 12 and 16; batch 5, 10, write 6."""
    place = {
        ("uncached_input", "standard", 0): 10, ("output", "standard", 0): 20, ("cache_read", "standard", 0): 1,
        ("cache_write_5m", "standard", 0): 12, ("cache_write_1h", "standard", 0): 16, ("audio_input", "standard", 0): 40,
        ("uncached_input", "standard", 200_000): 20, ("output", "standard", 200_000): 30,
        ("uncached_input", "batch", 0): 5, ("output", "batch", 0): 10, ("cache_write_5m", "batch", 0): 6,
    }  # fmt: skip
    published = {key: per_unit(Decimal(price) / MILLION) for key, price in place.items()}
    table = {key: (price.value * MILLION, price.is_published) for key, price in filled(published, True).items()}
    assert table["cache_read", "standard", 200_000] == (1, False), "no rate above: the one below"
    assert table["cache_read", "batch", 0] == (1, False), "no rate of the tier: the standard one"
    assert table["audio_input", "batch", 0] == (40, False)
    assert table["cache_write_1h", "batch", 0] == (8, False), "half of 16, as 6 is half of 12"
    assert table["uncached_input", "batch", 200_000] == (20, False), "LiteLLM takes the standard rate above"
    assert filled(published, False)["uncached_input", "batch", 200_000].value * MILLION == 5, "genai-prices the tier's below"
    bare = {("uncached_input", "standard", 0): Decimal(3)}
    assert {meter for meter, _, _ in filled(bare, True)} == {"uncached_input", "cache_read", "cache_write_5m", "cache_write_1h"}


def test_genai_prices_by_hand():
    """More than 199999 tokens is 200000 and more; a price an hour is one a second; what has no meter is told apart."""
    tiers = SimpleNamespace(base=Decimal(2), tiers=[SimpleNamespace(start=199_999, price=Decimal(4))])
    prices = SimpleNamespace(input_mtok=tiers, output_mtok=None, audio_hours=Decimal("0.36"), web_searches_kcount=Decimal(5), input_mchars=Decimal(15))
    assert genai_prices_of(prices, "batch") == (
        {
            ("uncached_input", "batch", 0): Decimal("0.000002"),
            ("uncached_input", "batch", 200_000): Decimal("0.000004"),
            ("audio_seconds", "batch", 0): Decimal("0.0001"),
            ("web_search_requests", "*", 0): Decimal("0.005"),
        },
        {"input_mchars"},
    )


def test_off_peak_hours():
    """Quiet but for 01-04 and 06-10 on workdays: 5 × 7 hours are left of the week."""
    quiet = minutes_of(["00:00-01:00", "04:00-06:00", "10:00-00:00"], [1, 2, 3, 4, 5]) | minutes_of("00:00-00:00", [6, 7])
    assert 10080 - len(quiet) == 5 * 7 * 60
    assert 60 not in quiet and 59 in quiet and 5 * 1440 + 60 in quiet


def test_addresses():
    """The first address of a source; signs that the seeds do not take go with the query."""
    assert page_of("see https://a.example/p, and https://b.example") == "https://a.example/p"
    assert page_of("https://a.example/p?$filter=name%20eq%20'x'") == "https://a.example/p"
    assert page_of("") == ""


# ---- the plain reading of the seeds, by hand


def record(rate_id: str, price: str, start: str = "2026-01-01 00:00:00", **other) -> dict:
    """A price row; rate_id is provider/model/meter and anything that makes it unique."""
    provider, model, meter = rate_id.split("/")[:3]
    row = dict.fromkeys(next(csv.reader((PRICES / "price_rates.csv").open(encoding="utf-8"))), "")
    row |= {"rate_id": rate_id, "provider": provider, "model": model, "meter": meter, "unit_price": price, "per_units": "1000000"}
    return row | {"valid_from": start, "recorded_at": "2026-01-01 00:00:00", "change_kind": "launch"} | other


def test_price_card_by_hand():
    """Chains, corrections, withdrawals, thresholds, regions, tiers, windows and fallbacks as docs/pricing.md states them."""
    card = PriceCard(
        [
            record("acme/a/uncached_input", "1"),
            record("acme/a/uncached_input/later", "2", "2026-02-01 00:00:00"),
            record("acme/a/uncached_input/corrected", "3", "2026-02-01 00:00:00", recorded_at="2026-03-01 00:00:00", change_kind="correction"),
            record("acme/a/uncached_input/gone", "", "2026-04-01 00:00:00", change_kind="withdrawn"),
            record("acme/a/uncached_input/big", "9", min_input_tokens="100", threshold_comparator=">"),
            record("acme/a/uncached_input/bigger", "11", min_input_tokens="200", threshold_comparator=">="),
            record("acme/a/uncached_input/eu", "4", region_scope="eu"),
            record("acme/a/uncached_input/batch", "0.5", service_tier="batch"),
            record("acme/a/uncached_input/night", "0.1", window_name="night"),
            record("acme/*/web_search_requests", "10000", service_tier="*"),
        ],
        [{"provider": "acme", "alias": "Alias", "model": "a", "region_scope": "eu", "valid_from": "2026-01-01 00:00:00", "recorded_at": ""}],
        [{"window_name": "night", "timezone": "UTC", "weekday_mask": "1111100", "start_time": "22:00", "end_time": "02:00"}],
        [{"provider": "acme", "logged_name": "acme_ai"}],
    )
    noon = "2026-01-14 12:00:00"

    def cost(at, tokens=0, tier="standard", region="global", meter="uncached_input"):
        price = card.price("acme", "a", meter, tier, region, tokens, at)
        return None if price is None else price * MILLION

    assert [cost("2025-12-31 23:59:59"), cost(noon), cost("2026-02-01 00:00:00"), cost("2026-04-01 12:00:00")] == [None, 1, 3, None]
    assert [cost(noon, 100), cost(noon, 101), cost(noon, 199), cost(noon, 200)] == [1, 9, 9, 11]
    assert [cost(noon, region="eu"), cost(noon, tier="batch"), cost(noon, tier="flex")] == [4, Decimal("0.5"), None]
    # 14 January 2026 is a Wednesday, 17 January a Saturday: Friday's night ends at two
    assert [cost("2026-01-14 22:00:00"), cost("2026-01-17 01:59:00"), cost("2026-01-17 22:00:00")] == [Decimal("0.1"), Decimal("0.1"), 1]
    assert [cost(noon, meter="cache_write_1h"), cost(noon, meter="web_search_requests", tier="flex")] == [1, 10000]
    assert card.resolve("acme", "ALIAS", noon) == ("a", "eu")
    assert card.resolve("acme", "acme_ai/a", noon) == ("a", "global")
    assert card.resolve("acme", "b", noon) is None
    bedrock = PriceCard([record("aws/x.y/output", "1")], [], [], [])
    assert bedrock.resolve("aws", "arn:aws:bedrock:us-east-1:1:inference-profile/us.x.y", noon) == ("x.y", "us")


# ---- the tool


def refresh(prices, reviews, *arguments):
    """Run the tool; returns the finished process."""
    command = [str(PYTHON), str(ROOT / "scripts" / "refresh_prices.py"), "--prices", str(prices), "--reviews", str(reviews), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def contents(folder) -> dict:
    """The bytes of the price seeds of a folder."""
    return {name: (folder / name).read_bytes() for name in FILES}


def copied(folder):
    """A copy of the seeds and of the reviews: (folder, reviews)."""
    for name in FILES:
        shutil.copy(PRICES / name, folder / name)
    shutil.copy(ROOT / "scripts" / "price_reviews.csv", folder / "reviews.csv")
    return folder, folder / "reviews.csv"


def edit(path, change) -> None:
    """Rewrite a CSV file record by record; change returns the record, or None to leave it out."""
    records = read_csv(path)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, records[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept for one in records if (kept := change(dict(one))) is not None)


GONE = ("openrouter", "z-ai/glm-5.1")
TIER = ("azure", "gpt-4.1", "batch")
UNREVIEWED = ("fireworks", "accounts/fireworks/models/llama-v3p1-8b-instruct")


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """Seeds with one mistake of each kind: (folder, reviews, first run, bytes before it)."""
    folder, reviews = copied(tmp_path_factory.mktemp("seeds"))
    oss = ("groq", "openai/gpt-oss-20b")
    held = {one["meter"]: one["unit_price"] for one in read_csv(folder / "price_rates.csv") if (one["provider"], one["model"]) == oss}
    wrong = {
        ("openai", "gpt-4.1", "output"): "80",
        ("zai", "glm-4.6", "output"): "2.0",
        (*oss, "uncached_input"): held["output"],
        (*oss, "output"): held["uncached_input"],
    }

    def change(row):
        model = (row["provider"], row["model"])
        if model in (GONE, UNREVIEWED) or (*model, row["service_tier"]) == TIER:
            return None
        if model == ("deepseek", "deepseek-v4-flash") and row["window_name"] and row["meter"] == "output":
            row["unit_price"] = "9"
        if row["service_tier"] == "standard" and not int(row["min_input_tokens"] or 0) and (*model, row["meter"]) in wrong:
            row["unit_price"] = wrong[(*model, row["meter"])]
        return row

    def review(row):
        short_name = (UNREVIEWED[0], UNREVIEWED[1].rsplit("/")[-1])
        if (row["provider"], row["model"]) in (UNREVIEWED, short_name, ("mistral", "mistral-large-4"), ("deepseek", "deepseek-chat")):
            return None
        if (row["provider"], row["model"]) == ("google", "gemini-2.0-flash"):
            row |= {"decision": "litellm", "cause": "our row was wrong"}
        return row

    edit(folder / "price_rates.csv", change)
    edit(folder / "model_aliases.csv", lambda row: None if (row["provider"], row["model"]) in (GONE, UNREVIEWED) else row)
    edit(reviews, review)
    with reviews.open("a", encoding="utf-8") as lines:
        lines.write(",".join([*GONE, "cache_read,*,*,keep_ours,a test,this rate is left out"]) + "\n")
    before = contents(folder)
    return folder, reviews, refresh(folder, reviews, "--recorded-at", AT), before


def added(folder, before) -> list[dict]:
    """The price rows behind the bytes that were there; these must not have changed."""
    for name, text in contents(folder).items():
        assert text.startswith(before[name]), f"{name}: an old line was changed"
    return read_csv(folder / "price_rates.csv")[before["price_rates.csv"].count(b"\n") - 1 :]


@needs_packages
@pytest.mark.parametrize("instant", [AT, "2027-02-01 00:00:00"])
def test_the_shipped_seeds_are_up_to_date(tmp_path, instant):
    """A run on what is shipped appends nothing, also when dated prices have come into force that LiteLLM has not."""
    folder, reviews = copied(tmp_path)
    before = contents(folder)
    done = refresh(folder, reviews, "--recorded-at", instant)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert contents(folder) == before, done.stdout
    assert "differences without a review: 0\n" in done.stdout


@needs_packages
def test_a_removed_model_is_added_again(spoilt):
    """With its dated history, at the instant asked for, behind the old lines, and never twice."""
    folder, _, first, before = spoilt
    rows = [row for row in added(folder, before) if (row["provider"], row["model"]) == GONE and row["meter"] == "uncached_input"]
    assert [(row["unit_price"], row["valid_from"], row["change_kind"]) for row in rows] == [
        ("0.98", "2020-01-01 00:00:00", "launch"),
        ("0.966", "2026-10-19 00:00:00", "change"),
        ("1.4", "2026-11-03 00:00:00", "change"),
    ]
    assert {row["recorded_at"] for row in added(folder, before)} == {AT}
    assert all(row["source_url"].startswith("https://") and row["note"].startswith("from ") for row in rows)
    assert f"openrouter/{GONE[1]} (" in first.stdout


@needs_packages
def test_a_changed_price_of_a_known_model(spoilt):
    """Both packages say otherwise: a change, dated at the refresh, as nobody knows when."""
    folder, _, _, before = spoilt
    rows = [row for row in added(folder, before) if (row["provider"], row["model"], row["meter"]) == ("zai", "glm-4.6", "output")]
    assert [(row["unit_price"], row["valid_from"], row["change_kind"]) for row in rows] == [("2.2", AT, "change")]
    assert "date not confirmed by a published source" in rows[0]["note"]


@needs_packages
def test_a_tier_that_is_new_to_a_known_model(spoilt):
    """Its rates, and what the tier bills at the standard rate for want of one of its own: a batch takes no standard price."""
    folder, _, _, before = spoilt
    of_tier = [row for row in added(folder, before) if (row["provider"], row["model"], row["service_tier"]) == TIER]
    rows = {row["meter"]: row for row in of_tier if row["region_scope"] == "global"}
    assert {meter: row["unit_price"] for meter, row in rows.items()} == {"uncached_input": "1", "cache_read": "0.5", "output": "4"}
    assert rows["cache_read"]["note"].endswith("no rate of its own is published for this tier: standard rate")


@needs_packages
def test_jumps_and_swaps_are_refused(spoilt):
    """A price ten times the packages', and input and output the wrong way round: no row, a line each and exit code 1."""
    folder, _, first, before = spoilt
    assert first.returncode == 1
    models = {(row["provider"], row["model"]) for row in added(folder, before)}
    assert ("openai", "gpt-4.1") not in models and ("groq", "openai/gpt-oss-20b") not in models
    refused = first.stdout.split("\nrefused: ")[1].split("\n\n")[0]
    assert "openai/gpt-4.1/output@2026-11-21T2000: 80 and 8 per million follow each other" in refused
    assert "groq/openai/gpt-oss-20b/output@2026-11-21T2000: input and output are swapped against the row before" in refused


@needs_packages
def test_disagreements_are_printed(spoilt):
    """Without a review the seeds stay as they are, and the line says who says what and how far apart they are."""
    folder, _, first, before = spoilt
    unreviewed = first.stdout.split("\ndifferences without a review: ")[1].split("\n\n")[0]
    # 0.7 / 0.68 - 1 = 2.9%
    assert "mistral mistral-large-4 uncached_input: ours 0.7, litellm 0.68, genai_prices 0.7, 2.9% apart" in unreviewed
    left_out = first.stdout.split("\nleft out, needs a review: ")[1].split("\n\n")[0]
    assert f"fireworks {UNREVIEWED[1]} output: ours -, litellm 0.1, genai_prices 0.2, 100% apart" in left_out
    assert "deepseek deepseek-v4-flash in deepseek_peak output: ours 9, litellm 1.2, 650% apart" in unreviewed
    assert "deepseek deepseek-chat output: ours 0.28, litellm 0.42, genai_prices 0.55" in unreviewed
    assert "deepseek-chat" not in first.stdout.split("\nrefused: ")[1].split("\n\n")[0], "packages that disagree change nothing"
    assert not [row for row in added(folder, before) if row["model"] in ("mistral-large-4", "deepseek-chat", UNREVIEWED[1])]


@needs_packages
def test_a_review_is_respected(spoilt):
    """One that finds our row wrong makes a correction: same start, recorded later. The others keep their rows."""
    folder, _, _, before = spoilt
    rows = [row for row in added(folder, before) if (row["provider"], row["model"]) == ("google", "gemini-2.0-flash")]
    standard = ("google", "gemini-2.0-flash", "standard")
    ours = [row for row in read_csv(folder / "price_rates.csv") if (row["provider"], row["model"], row["service_tier"]) == standard]
    held = {row["meter"]: row for row in ours if row["recorded_at"] != AT}
    output = next(row for row in rows if row["meter"] == "output")
    assert (output["unit_price"], output["change_kind"], output["valid_from"]) == ("0.6", "correction", held["output"]["valid_from"])
    assert output["rate_id"] == held["output"]["rate_id"] + ".2" and "our row was wrong" in output["note"]
    assert not [row for row in added(folder, before) if row["model"] == "grok-4-0709"], "kept by review"
    assert not [row for row in added(folder, before) if row["model"] == GONE[1] and row["meter"] == "cache_read"], "left out by review"


@needs_packages
def test_accept_then_nothing_more(spoilt, tmp_path):
    """--dry-run writes nothing; --accept by model or rate_id lets the refused rows in, marked; then a run appends nothing."""
    folder, reviews, _, before = spoilt
    work = tmp_path / "work"
    shutil.copytree(folder, work)
    later = "2026-11-22 00:00:00"
    accepted = ["--accept", "openai/gpt-4.1", "--accept", "groq/openai/gpt-oss-20b", "--recorded-at", later]
    dry = refresh(work, reviews, *accepted, "--dry-run")
    assert contents(work) == contents(folder)
    done = refresh(work, reviews, *accepted)
    assert done.stdout == dry.stdout and done.returncode == 1, "a new model still waits for a review"
    rows = {row["rate_id"]: row for row in added(work, contents(folder))}
    jump = rows["openai/gpt-4.1/output@2026-11-22"]
    assert (jump["unit_price"], jump["recorded_at"]) == ("8", later) and jump["note"].endswith("; jump confirmed")
    assert {row["model"] for row in rows.values()} == {"gpt-4.1", "openai/gpt-oss-20b"}
    after = contents(work)
    refresh(work, reviews, "--recorded-at", "2026-11-23 00:00:00")
    assert contents(work) == after


@needs_packages
def test_wrong_arguments():
    """An instant that is none is exit code 2."""
    done = refresh(PRICES, ROOT / "scripts" / "price_reviews.csv", "--dry-run", "--recorded-at", "yesterday")
    assert done.returncode == 2 and "--recorded-at" in done.stderr


# ---- the catalogue

DUMP = """
import json, sys
from pathlib import Path
root = Path(sys.argv[1])
sys.path.insert(0, str(root / "scripts"))
from refresh_prices import PriceCard, read_packages, read_reviews
card = PriceCard.read(root / "seeds" / "prices", root / "seeds" / "usage" / "providers.csv")
findings, _ = read_packages(card, read_reviews(root / "scripts" / "price_reviews.csv"))
text = lambda table: [[*key, str(price.value), price.is_published] for key, price in table.items()]
print(json.dumps([
    {
        "provider": place[0], "name": place[1], "region": place[2], "source": source, "aliases": sorted(listing.aliases),
        "key": findings.keys[source, *place],
        "cards": [[start, text(table)] for start, table in listing.cards], "has_windows": bool(listing.windows),
    }
    for place, listings in findings.listings.items() for source, listing in listings.items()
]))
"""


@pytest.fixture(scope="module")
def card():
    """The shipped seeds."""
    return PriceCard.read(PRICES, ROOT / "seeds" / "usage" / "providers.csv")


@pytest.fixture(scope="module")
def listings():
    """Everything both packages list at our providers, as plain data."""
    done = subprocess.run([str(PYTHON), "-c", DUMP, str(ROOT)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def reviewed(provider: str, names: set, meter: str, tier: str, region: str) -> bool:
    """Whether price_reviews.csv has a word on a rate."""
    return any(
        row["provider"] == provider
        and row["model"] in {"*", *names}
        and all(row[column] in ("*", value) for column, value in (("meter", meter), ("service_tier", tier), ("region_scope", region)))
        for row in read_csv(ROOT / "scripts" / "price_reviews.csv")
    )


@needs_packages
def test_every_listed_name_has_its_prices(card, listings):
    """Each name of either package with a price that a meter counts resolves to a model with a price for each such meter."""
    missing, names = [], Counter()
    for one in listings:
        names[one["provider"]] += 1
        for spelled in (one["name"], *one["aliases"]):
            resolved = card.resolve(one["provider"], spelled, AT, one["region"] if spelled == one["name"] else "global")
            if resolved is None:
                missing.append((one["provider"], spelled))
                continue
            for meter, tier, above, _, is_published in one["cards"][-1][1]:
                at = AT if len(one["cards"]) == 1 else max(AT, one["cards"][-1][0])
                price = card.price(one["provider"], resolved[0], meter, "standard" if tier == "*" else tier, resolved[1], above + 1, at)
                if is_published and price is None and not reviewed(one["provider"], {one["name"], resolved[0]}, meter, tier, one["region"]):
                    missing.append((one["provider"], spelled, meter, tier, above))
    print(f"{sum(names.values())} listings of {len(names)} providers resolve: {dict(names)}")
    assert not missing, missing[:20]


@needs_packages
def test_where_both_agree_so_do_the_seeds(card, listings):
    """Standard tier, every core meter and context size, at the providers whose price lists both packages follow."""
    tables: dict = {}
    for one in listings:
        if one["provider"] in FOLLOWED and one["region"] == "global" and not one["has_windows"]:
            current = [table for start, table in one["cards"] if start <= AT][-1]
            tables.setdefault((one["provider"], one["name"]), {})[one["source"]] = {tuple(key): Decimal(price) for *key, price, _ in current}
    compared, wrong = 0, []
    for (provider, name), sources in tables.items():
        if len(sources) < 2:
            continue
        model, region = card.resolve(provider, name, AT)
        for key in set.intersection(*(set(table) for table in sources.values())):
            meter, tier, above = key
            agreed = {table[key] for table in sources.values()}
            if tier != "standard" or len(agreed) > 1 or meter in ("audio_input", "image_input", "audio_output", "image_output"):
                continue
            compared += 1
            ours = card.price(provider, model, meter, tier, region, above + 1 if above else 0, AT)
            if ours not in agreed:
                wrong.append((provider, name, key, ours, agreed))
    print(f"{compared} rates on which both packages agree")
    assert compared > 500 and not wrong, wrong[:20]


@needs_packages
def test_every_dated_change_is_in_the_seeds(card, listings):
    """Each start date of genai-prices: within a day the seeds charge the new price, or a review says why not."""
    changes, wrong = set(), []
    for one in listings:
        if one["source"] != "genai_prices":
            continue
        for (_, before), (start, after) in zip(one["cards"], one["cards"][1:]):
            changes.add((one["key"], start))
            old = {tuple(key): price for *key, price, _ in before}
            next_day = f"{datetime.strptime(start, '%Y-%m-%d %H:%M:%S') + timedelta(days=1):%Y-%m-%d %H:%M:%S}"
            for meter, tier, above, price, is_published in after:
                if not is_published or old.get((meter, tier, above)) == price or tier not in ("standard", "*"):
                    continue
                model, region = card.resolve(one["provider"], one["name"], start, one["region"])
                ours = {card.price(one["provider"], model, meter, "standard", region, above + 1 if above else 0, day) for day in (start, next_day)}
                if Decimal(price) not in ours and not reviewed(one["provider"], {one["name"], model}, meter, tier, region):
                    wrong.append((one["key"], one["name"], start, meter, above, price, ours))
    print(f"{len(changes)} dated changes: {dict(Counter(key.split('/')[0] for key, _ in changes))}")
    assert len(changes) > 240 and not wrong, wrong[:20]


# provider, model, instant, input and output per million; of each pair the last before and the first after the change
KNOWN_CHANGES = [
    ("openai", "gpt-4o", "2024-09-30", "5", "15"),
    ("openai", "gpt-4o", "2024-10-03", "2.5", "10"),
    ("openai", "o1-mini", "2025-01-31", "3", "12"),
    ("openai", "o1-mini", "2025-02-01", "1.1", "4.4"),
    ("anthropic", "claude-3-5-haiku", "2024-12-02", "1", "5"),
    ("anthropic", "claude-3-5-haiku", "2024-12-03", "0.8", "4"),
    ("google", "gemini-1.5-pro", "2024-09-30", "3.5", "10.5"),
    ("google", "gemini-1.5-pro", "2024-10-08", "1.25", "5"),
    ("openai", "o3", "2025-06-09", "10", "40"),
    ("openai", "o3", "2025-06-10", "2", "8"),
    ("deepseek", "deepseek-chat", "2025-11-17", "0.28", "0.42"),
    ("deepseek", "deepseek-chat", "2026-04-25", "0.14", "0.28"),
    ("mistral", "mistral-large-latest", "2025-12-01", "2", "6"),
    ("mistral", "mistral-large-latest", "2025-12-08", "0.5", "1.5"),
    ("xai", "grok-4.20", "2026-04-29", "2", "6"),
    ("xai", "grok-4.20", "2026-04-30", "1.25", "2.5"),
    ("mistral", "mistral-medium-latest", "2026-06-15", "0.4", "2"),
    ("mistral", "mistral-medium-latest", "2026-06-16", "1.5", "7.5"),
    ("openai", "gpt-5.6-luna", "2026-07-29", "1", "6"),
    ("openai", "gpt-5.6-luna", "2026-07-30", "0.2", "1.2"),
    ("openai", "gpt-5.6-terra", "2026-07-29", "2.5", "15"),
    ("openai", "gpt-5.6-terra", "2026-07-30", "2", "12"),
    ("deepseek", "deepseek-v4-flash", "2026-08-16", "0.14", "0.28"),
    ("deepseek", "deepseek-v4-flash", "2026-08-22", "0.22", "0.66"),
    ("deepseek", "deepseek-v4-flash", "2026-09-10", "0.15", "0.6"),
    ("openai", "gpt-5.6-sol", "2026-08-20", "5", "30"),
    ("openai", "gpt-5.6-sol", "2026-08-21", "4", "20"),
    ("mistral", "mistral-large-4", "2026-10-19", "0.68", "2.09"),
    ("mistral", "mistral-large-4", "2026-10-20", "1.36", "4.18"),
    ("mistral", "mistral-large-4", "2026-10-29", "0.7", "2.1"),
    ("google", "gemini-4-argon", "2026-11-30", "2", "10"),
    ("google", "gemini-4-argon", "2026-12-01", "4", "20"),
    ("google", "gemini-3.6-flash", "2026-12-31", "0.75", "3.75"),
    ("google", "gemini-3.6-flash", "2027-01-01", "1.5", "7.5"),
    ("google", "gemini-3.7-flash", "2027-01-01", "1.5", "7.5"),
    ("google", "gemini-3.8-flash", "2027-01-01", "1.5", "7.5"),
]


@pytest.mark.parametrize(("provider", "model", "day", "expected_input", "expected_output"), KNOWN_CHANGES)
def test_known_price_changes(card, provider, model, day, expected_input, expected_output):
    """Price changes with a published date, on the day before and on the day; list price outside DeepSeek's peak hours."""
    at = f"{day} 00:00:00"
    billed, region = card.resolve(provider, model, at)
    prices = [card.price(provider, billed, meter, "standard", region, 0, at) * MILLION for meter in ("uncached_input", "output")]
    assert prices == [Decimal(expected_input), Decimal(expected_output)]


def test_long_context_premium_of_claude_4_6_ends(card):
    """Above 200000 tokens claude-opus-4-6 cost twice the input until 2026-03-13."""
    prices = [card.price("anthropic", "claude-opus-4-6", "uncached_input", "standard", "global", 200_001, f"2026-03-{day} 00:00:00") for day in (12, 13)]
    assert prices[0] == 2 * prices[1]


def test_seeds_take_no_sign_that_a_loader_chokes_on():
    """No quotes, backslashes, blanks at the ends or the word None in a field; names in lower case; unique ids; LF line ends."""
    for name in FILES:
        text = (PRICES / name).read_text(encoding="utf-8")
        assert "\r" not in text and text.endswith("\n")
        for row in csv.DictReader(text.splitlines()):
            for value in row.values():
                assert not set(value) & set("'\"\\") and "None" not in value and value == value.strip(), (name, row)
    rates = read_csv(PRICES / "price_rates.csv")
    assert len({row["rate_id"] for row in rates}) == len(rates)
    assert all(row["model"] == row["model"].lower() for row in rates)
    digits = [row["unit_price"].partition(".")[2] for row in rates]
    assert max(map(len, digits)) <= 9 and not any("e" in row["unit_price"].lower() for row in rates)
