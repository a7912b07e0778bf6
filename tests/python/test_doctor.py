"""The doctor: every log format is told from its records, and one run on files of several formats says what is known by hand."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, SHARED, needs_shared
from doctor import Unreadable, expanded, patterns_for, verdict
from log_signatures import SIGNATURES, guess, owner_hint
from support.log_formats import Format, names

DOCTOR = ROOT / "scripts" / "doctor.py"

# file or pattern of ../shared -> its format; None where it is no log of one
SHARED_FILES = {
    "samples/claude_code/*.jsonl": "claude_code",
    "samples/codex_cli/*.jsonl": "codex",
    "samples/cloudflare_ai_gateway/*.jsonl": "cloudflare",
    "samples/databricks_ai_gateway/*.jsonl": "databricks",
    "samples/langfuse/*.trace.json": "langfuse",
    "samples/litellm/spend_logs_payload.json": "litellm",
    "samples/litellm/standard_logging_payload.json": "litellm_payload",
    "samples/openrouter/*.csv": "openrouter",
    "samples/openrouter/generation_api.json": "openrouter",
    "samples/otel_genai/*.json": "otel_genai",
    "samples/snowflake_cortex/*.jsonl": "snowflake_cortex",
    "data/codex_fork_sessions/*.jsonl": "codex",
    "data/langfuse_generations.jsonl": "langfuse",
    "samples/anthropic_cost/**/*.json": None,
    "samples/focus/*.csv": None,
    "samples/openai_cost/**/*.json": None,
    "samples/openai_org_usage/*.json": None,
    "samples/vercel_ai_gateway/*.json": None,
    "samples/gemini_cli/*": None,
    "data/*.parquet": None,
    "data/*.json.gz": None,
}


def doctor(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, str(DOCTOR), *arguments], capture_output=True, text=True, cwd=folder, check=False)


def write(file: Path, *records) -> Path:
    """A file of JSON lines; a str is a line as it is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join((record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records), encoding="utf-8")
    return file


def test_every_known_format_has_a_signature():
    """SIGNATURES are the formats of known_sources()."""
    text = (ROOT / "macros" / "sources" / "enabled_sources.sql").read_text(encoding="utf-8")
    known = text[text.index("return([") : text.index("])")]
    assert {f"'{name}'" for name in SIGNATURES} == {word.strip() for word in known.removeprefix("return([").replace("\n", " ").split(",")}


@pytest.mark.parametrize("name", names())
def test_format_of_the_made_up_calls(name, tmp_path):
    """30 calls and the cases of each format, whole and gzipped."""
    file = Format(name).write(tmp_path)
    packed = tmp_path / (file.name + ".gz")
    packed.write_bytes(gzip.compress(file.read_bytes()))
    for path in (file, packed):
        told, _ = guess(str(path))
        assert (told.format, told.also, told.problem) == (name, [], None)


@pytest.mark.parametrize("name", [name for name in names() if not Format(name).columns])
def test_format_of_each_call(name, tmp_path):
    """Every call by itself is of its format: a file of few records is told too. (Of a CSV the header tells.)"""
    form = Format(name)
    for number, record in enumerate(form.module.records(form.calls())):
        told, _ = guess(str(write(tmp_path / f"{number}.jsonl", record)))
        assert (told.format, told.also) == (name, []), (number, told)


@pytest.mark.parametrize(("pattern", "name"), [("usage_log/*", "usage_log"), ("claude_code/*/*", "claude_code"), ("litellm/*", "litellm")])
def test_format_of_the_demo(pattern, name):
    files = sorted((ROOT / "demo").glob(pattern))
    assert files and {guess(str(file))[0].format for file in files} == {name}


@needs_shared
@pytest.mark.parametrize(("pattern", "name"), SHARED_FILES.items())
def test_format_of_recorded_files(pattern, name):
    files = sorted(file for file in SHARED.glob(pattern) if file.is_file())
    assert files
    assert {file.name: guess(str(file))[0].format for file in files} == {file.name: name for file in files}


def test_files_that_are_no_log(tmp_path):
    """Unknown fields are named with the nearest format; empty, binary, broken and wrapped files are told apart; nothing is read: exit code 2."""
    unknown = write(tmp_path / "a" / "unknown.jsonl", {"request_id": "r", "event_time": "2026-08-01", "prompt": "SECRET-PROMPT", "destination": 1})
    told, _ = guess(str(unknown))
    assert (told.format, told.nearest, told.missing) == (None, "databricks", ["destination_model"])
    assert told.fields == ["destination", "event_time", "prompt", "request_id"]

    (tmp_path / "a" / "empty.jsonl").touch()
    (tmp_path / "a" / "binary.jsonl").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "a" / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"a": 1}\n' * 1000)[:40])
    write(tmp_path / "a" / "text.jsonl", "SECRET-PROMPT")
    record = {"occurred_at": "2026-08-01T00:00:00Z", "api_surface": "openai_chat"}
    write(tmp_path / "a" / "pretty.jsonl", json.dumps([record], indent=2))
    wrapped = write(tmp_path / "a" / "wrapped.json", {"data": [record, record]})
    problems = {file.name: guess(str(file))[0].problem for file in (tmp_path / "a").iterdir()}
    assert problems == {
        "unknown.jsonl": None, "empty.jsonl": "empty", "binary.jsonl": "binary", "cut.jsonl.gz": "unreadable", "text.jsonl": "no_json",
        "pretty.jsonl": "no_json", "wrapped.json": None,
    }  # fmt: skip
    assert "end in .json" in guess(str(tmp_path / "a" / "pretty.jsonl"))[0].note
    told, _ = guess(str(wrapped))
    assert (told.format, told.nearest) == (None, "usage_log") and "inside the field data" in told.note

    result = doctor(str(tmp_path / "a"))
    assert result.returncode == 2 and "none of these files is a log that llm_cost reads" in result.stdout and "SECRET" not in result.stdout
    assert "without destination_model" in " ".join(result.stdout.split())
    result = doctor(str(tmp_path / "nothing" / "*.jsonl"))
    assert result.returncode == 2 and "no log file matches" in result.stderr
    assert doctor("--format", "nonsense", str(unknown)).returncode == 2


def test_patterns_name_each_file_once(tmp_path, monkeypatch):
    """Files with spaces, brackets and quotes; two formats in one folder; several words in one argument; an overlap; a folder with an empty file."""
    ours = [str(write(tmp_path / "my logs" / name, {})) for name in ("a [1].jsonl", "it's.jsonl", "b.jsonl")]
    other = str(write(tmp_path / "my logs" / "other.jsonl", {}))
    found, missing = expanded([str(tmp_path)])
    assert list(found) == [f"{tmp_path}/**/*.jsonl"] and missing == []
    assert patterns_for({*ours, other}, set(), found) == list(found)
    assert patterns_for(set(ours), {other}, found) == list(found)
    assert sorted(patterns_for(set(ours), set(), found)) == sorted(file.replace("[", "[[]") for file in ours)

    found, missing = expanded([f"'{tmp_path}/my logs/*s.jsonl' '{tmp_path}/my logs/b.jsonl' nothing.jsonl"])
    assert (sorted(sum(found.values(), [])), missing) == (sorted(ours[1:]), ["nothing.jsonl"])
    found, _ = expanded([f"{tmp_path}/my logs/*.jsonl", f"{tmp_path}/my logs/b*"])
    assert patterns_for({*ours, other}, set(), found) == [f"{tmp_path}/my logs/*.jsonl"]
    tree = {str(write(tmp_path / "tree" / folder / "a.jsonl", {})) for folder in ("x", "y/z")}
    found, _ = expanded([str(tmp_path)])
    assert patterns_for(tree, set(), found) == [f"{tmp_path}/tree/**/*.jsonl"]
    # not a folder above those of the user
    found, _ = expanded([str(tmp_path / "tree"), str(tmp_path / "my logs")])
    assert sorted(patterns_for({min(tree), ours[2]}, set(), found)) == sorted([min(tree), ours[2]])
    monkeypatch.setattr("doctor.MAX_PATTERNS", 2)
    with pytest.raises(Unreadable, match="a folder of its own"):
        patterns_for(set(ours), set(), found)


def test_owner_words():
    """Names of keys that look like owners; not those of content, keys and measures."""
    hits = {"teamName": "team", "x-squad": "team", "app.env": "service", "Cost-Centre": "cost_center", "customer_ref": "tenant_id", "llm.Project": "project_id"}
    assert {key: owner_hint(key) for key in hits} == {key: [(key, owner)] for key, owner in hits.items()}
    for key in ("steam", "user_agent", "cost_usd_limit", "user_prompt", "api_key_hash", "a team of people", "user@example.com", "mapping", "user_email"):
        assert owner_hint(key) == [], key


def call(name: str, **fields) -> dict:
    """A call of Claude Sonnet 4.6, 3 and 15 USD a million tokens: 1,000 in and 100 out cost 0.0045 USD."""
    return {
        "occurred_at": "2026-08-03T10:00:00Z", "provider": "anthropic", "api_surface": "anthropic_messages", "status": "success", "response_id": name,
        "model_served": "claude-sonnet-4-6", "usage": {"input_tokens": 1000, "output_tokens": 100}, "team": "search",
    } | fields  # fmt: skip


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """One run on a folder with a usage log, Databricks records, an empty and an unknown file: (exit code, report, the databricks format)."""
    folder = tmp_path_factory.mktemp("mixed logs")
    write(folder / "own" / "a.jsonl", call("1"), call("2"), call("3", team=None, tags={"squad_name": "SECRET-VALUE"}), call("2"), "{broken")
    write(folder / "own" / "b.jsonl", call("4", model_served="claude-nobody-knows", occurred_at="2026-08-04T11:30:00Z"), call("5", usage=None, team=""))
    write(folder / "own" / "c.jsonl", call("6", status="error", usage=None), call("7", occurred_at="yesterday"))
    (folder / "own" / "d.jsonl").touch()
    write(folder / "other" / "unknown.jsonl", {"question": "SECRET-PROMPT"})
    form = Format("databricks")
    form.write(folder / "databricks")
    result = doctor("--json", "--vars", "{llm_cost_scenarios: []}", folder.name, folder=folder.parent)
    assert result.stdout, result.stderr
    assert "SECRET" not in result.stdout
    return result.returncode, json.loads(result.stdout), form, folder


def test_rows_and_rejects(mixed):
    _, told, form, folder = mixed
    rows = {row["format"]: row for row in told["rows"]}
    assert rows["usage_log"] == {
        "format": "usage_log", "loads": 3, "raw": 9, "events": 5, "duplicates": 1, "rejected": 2, "not_billable": 1, "no_call": 0, "unreadable_files": 0,
    }  # fmt: skip
    assert rows["databricks"]["raw"] == len(form.records())
    assert (rows["databricks"]["rejected"], rows["databricks"]["duplicates"]) == (sum(form.fates.rejected.values()), form.fates.duplicates)
    assert rows["databricks"]["no_call"] == form.fates.not_a_call
    for row in rows.values():
        assert row["raw"] == sum(row[name] for name in ("events", "duplicates", "rejected", "not_billable", "no_call"))
    rejects = {(row["format"], row["reason"]): row for row in told["rejects"]}
    own = {key[1]: (row["count"], row["file"], row["row"]) for key, row in rejects.items() if key[0] == "usage_log"}
    assert own == {"malformed_json": (1, f"{folder}/own/a.jsonl", 5), "unparsable_timestamp": (1, f"{folder}/own/c.jsonl", 2)}
    assert {key[1]: row["count"] for key, row in rejects.items() if key[0] == "databricks"} == form.fates.rejected


def test_cost_coverage_and_owners(mixed):
    _, told, form, _ = mixed
    models = {(row["provider"], row["model"]): row for row in told["models"]}
    assert models["anthropic", "claude-sonnet-4-6"] == {"provider": "anthropic", "model": "claude-sonnet-4-6", "calls": 4, "cost_usd": pytest.approx(0.0135)}
    assert told["coverage"]["cost_usd"] == pytest.approx(0.0135)
    assert told["coverage"]["billable_calls"] == sum(row["events"] for row in told["rows"])
    # the made-up models of the Databricks records have no price
    assert (told["coverage"]["priced"], told["coverage"]["with_cost"]) == (3, 3)
    unpriced = {(row["provider"], row["model"]): row for row in told["unpriced"]}
    nobody = unpriced["anthropic", "claude-nobody-knows"]
    assert (nobody["calls"], nobody["input_tokens"], nobody["output_tokens"]) == (1, 1000, 100)
    assert "claude-nobody-knows" in nobody["price_rows"]
    assert {model for _, model in unpriced} >= {"claude-test-1", "gpt-test-1", "gemini-test-1"}
    team = next(row for row in told["owners"] if row["owner"] == "team")
    assert (team["cost_usd"], team["cost_usd_without"]) == (pytest.approx(0.0135), pytest.approx(0.0045))
    by_format = {row["format"]: row for row in told["owner_by_format"]}
    assert (by_format["usage_log"]["calls"], by_format["usage_log"]["calls_with"]) == (5, 3)
    squad = {"format": "usage_log", "key": "squad_name", "records": 1, "sampled": 8, "owner": "team", "seed_row": "usage_log,squad_name,team,1,"}
    assert squad in told["owner_keys"]
    assert told["period"] == {"first_call": "2026-08-03 10:00:00", "last_call": told["period"]["last_call"]}


def test_verdict_vars_and_notes(mixed):
    code, told, _, folder = mixed
    assert code == 1 and told["verdict"].startswith("no, because ")
    assert "33.3% of the spend has no team" in told["verdict"] and "of the calls have no cost" in told["verdict"]
    # the run used these vars; a path relative to another folder than the project's is written in full
    own, databricks = (told["vars"][f"llm_cost_{name}_files"] for name in ("usage_log", "databricks"))
    assert own == f"{folder}/own/*.jsonl" and databricks.startswith(f"{folder}/databricks/") and told["vars"]["llm_cost_scenarios"] == []
    assert json.loads(shlex.split(told["command_vars"])[0]) == told["vars"]
    assert any(note.startswith("empty: ") for note in told["notes"]) and any("unknown.jsonl has the fields question" in note for note in told["notes"])


def test_report_on_the_demo_is_the_page():
    """docs/doctor.md shows what the command prints: exit code 0, no more than 100 columns but in lines to paste, nothing left in the project."""
    page = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- output: doctor -->\n```\n(.*?)```\n<!-- /output -->", page, re.DOTALL)[1]
    before = {file: file.stat().st_mtime_ns for file in [*ROOT.glob("*.duckdb"), *ROOT.glob("target/*")]}
    result = doctor("demo/usage_log demo/litellm", "demo/claude_code")
    assert result.returncode == 0, result.stdout + result.stderr
    # the day on which a price row is recorded is today
    today = re.compile(r"\d{4}-\d\d-\d\d 00:00:00,launch")
    assert today.sub("", result.stdout) == today.sub("", shown), "docs/doctor.md is old: paste what its command prints"
    assert max(len(line) for line in shown.splitlines() if "vars" not in line and ",launch," not in line and "Ready" not in line) <= 100
    assert before == {file: file.stat().st_mtime_ns for file in before}


def facts(raw=100, rejected=0, calls=90, with_cost=90, cost_usd=10.0, without=0.0, calls_with=90) -> dict:
    """What verdict() reads of a report."""
    return {
        "rows": [{"raw": raw, "rejected": rejected}], "coverage": {"billable_calls": calls, "with_cost": with_cost, "cost_usd": cost_usd},
        "owners": [{"owner": "team", "calls": calls, "calls_with": calls_with, "cost_usd": cost_usd, "cost_usd_without": without}],
    }  # fmt: skip


@pytest.mark.parametrize(("told", "unread", "said", "code"), [
    (facts(), 0, "yes", 0),
    (facts(), 2, "yes, but 2 files were not read", 0),
    (facts(rejected=5), 0, "yes, but 5.0% of the rows are rejected", 0),
    (facts(rejected=6), 0, "no, because 6.0% of the rows are rejected", 1),
    (facts(without=2.0), 0, "yes, but 20.0% of the spend has no team", 0),
    (facts(without=2.01, with_cost=80), 0, "no, because 11.1% of the calls have no cost and 20.1% of the spend has no team", 1),
    (facts(without=0.0001), 0, "yes, but <0.1% of the spend has no team", 0),
    (facts(cost_usd=0.0, calls_with=81), 0, "yes, but 10.0% of the calls have no team", 0),
    (facts(calls=0, with_cost=0), 0, "no, because no row of these files is a billable call", 1),
])  # fmt: skip
def test_verdict(told, unread, said, code):
    """Both sides of every limit."""
    assert verdict(told, unread, "team") == (said, code)
