"""Looks at log files before anything is built in your own database: which format they are, what the package makes of them, who owns the spend.

    make doctor FILES="logs/*.jsonl"
    .venv/bin/python scripts/doctor.py FILES... [--format F] [--vars '{...}'] [--owner team] [--json]

The package itself is built on the files, into a DuckDB file in a temporary folder that is removed at the end. Exit code 0: ready for chargeback,
1: not ready, 2: nothing could be read. docs/doctor.md explains the report. No prompt, answer or key is printed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from collections import Counter, defaultdict
from dataclasses import asdict
from pathlib import Path

import duckdb
import yaml

sys.path.insert(0, str(Path(__file__).parent))
from log_signatures import SIGNATURES, Guess, guess, kind_of, owner_candidates

ROOT = Path(__file__).resolve().parents[1]
ENDINGS = [ending + packed for ending in (".jsonl", ".ndjson", ".json", ".csv", ".parquet") for packed in ("", ".gz", ".zst")]
FILES_PER_FOLDER = 6  # of one folder and ending, looked at to tell the format of all; where they differ, every file is
MAX_PATTERNS = 300  # of a format, in a var
MARTS = ("requests", "row_accounting", "usage_rejects", "unpriced_usage")
RARE = 0.05  # a key in a smaller share of the records is not worth a line
PATH_HEADERS = ("where", "of file")

# what is still ready for chargeback, as shares
MAX_REJECTED = 0.05  # of the raw rows; the package's own limit
MAX_WITHOUT_COST = 0.05  # of the billable calls: no price, or no token counts
MAX_WITHOUT_OWNER = 0.20  # of the spend

OWNERS = (
    "team", "service", "feature", "environment", "tenant_id", "user_id", "agent_id", "cost_center", "prompt_template", "api_key_id", "project_id",
    "billing_account_id",
)  # fmt: skip


class Unreadable(Exception):
    """Nothing can be said: the message is for the user."""


def glob(pattern: str) -> list[str]:
    """The files of a pattern, as DuckDB, and so the package, finds them."""
    with duckdb.connect() as connection:
        return sorted(file for (file,) in connection.execute("select file from glob(?)", [pattern]).fetchall())


def escaped(file: str) -> str:
    """A file name that is read as it is, not as a pattern."""
    return re.sub(r"([\[*?])", r"[\1]", file)


def written(path: str) -> str:
    """A path as dbt will understand it: relative paths start in the project's folder."""
    path = os.path.normpath(path)
    return path if Path.cwd() == ROOT or path.startswith("~") else os.path.abspath(path)


def ending_of(file: str) -> str:
    """What tells the kind of a file: .jsonl.gz of a.jsonl.gz."""
    return next((ending for ending in ENDINGS if file.lower().endswith(ending)), Path(file).suffix)


def with_ending(file: str) -> bool:
    """Whether a file of a folder may be a log."""
    return file.lower().endswith(tuple(ENDINGS)) and not any(part.startswith(".") for part in Path(file).parts[-1:])


def expanded(arguments: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Patterns with their files, and the arguments that match nothing. A folder is a pattern for each ending found in it."""
    found: dict[str, list[str]] = {}
    missing = []
    for argument in arguments:
        path = written(argument)
        here = os.path.expanduser(path)
        if os.path.isdir(here):
            folder = escaped(path)
            files = [file for file in glob(escaped(here) + "/**") if with_ending(file)]
            for ending in ENDINGS:
                if any(file.endswith(ending) for file in files):
                    found[f"{folder}/**/*{ending}"] = [file for file in files if file.endswith(ending)]
            files or missing.append(argument)
        elif os.path.isfile(here):
            found[escaped(path)] = [here]
        elif files := [file for file in glob(here) if os.path.isfile(file)]:
            found[path] = files
        elif len(words := shlex.split(argument)) > 1 or words != [argument]:
            # several words in one argument, as make hands them over
            inner, unknown = expanded(words)
            found |= inner
            missing += unknown
        else:
            missing.append(argument)
    return found, missing


def told_formats(files: list[str], forced: str | None) -> tuple[list[Guess], dict[str, Counter], dict[str, int]]:
    """What every file is, and per format the keys that look like owners and how many records were looked at. Of many files of one
    folder some are opened; the others are as they are."""
    groups = defaultdict(list)
    for file in files:
        groups[os.path.dirname(file), ending_of(file)].append(file)
    guesses, keys, sampled = [], defaultdict(Counter), Counter()

    def look(file: str) -> Guess:
        told, records = guess(file)
        if forced and told.problem in (None, "no_json"):
            told.format, told.also = forced, []
        if told.format:
            keys[told.format].update(owner_candidates(records.records))
            sampled[told.format] += len(records.records)
        guesses.append(told)
        return told

    for group in groups.values():
        step = max(1, len(group) // FILES_PER_FOLDER)
        first, rest = group[::step], [file for number, file in enumerate(group) if number % step]
        looked = [look(file) for file in first]
        formats = {told.format for told in looked if told.problem not in ("empty", "no_json")}
        if len(formats) == 1 and None not in formats:
            guesses.extend(Guess(file, format=next(iter(formats)), note="not opened") for file in rest if os.path.getsize(file) > 0)
            guesses.extend(Guess(file, problem="empty") for file in rest if os.path.getsize(file) == 0)
        else:
            looked += [look(file) for file in rest]
            formats = {told.format for told in looked if told.problem not in ("empty", "no_json")}
        for told in looked:
            # broken lines alone: the package rejects and counts them, as part of the format beside them
            if told.problem == "no_json" and told.format is None and len(formats) == 1:
                told.format = next(iter(formats))
    return guesses, keys, sampled


def patterns_for(wanted: set[str], harmless: set[str], patterns: dict[str, list[str]]) -> list[str]:
    """Few patterns that match each wanted file once, and no other but empty ones: those of the user, then whole
    trees and folders, then single files."""
    told, left = [], set(wanted)
    for pattern, files in sorted(patterns.items(), key=lambda entry: -len(entry[1])):
        # the package takes the kind of file from the pattern's ending
        if left & set(files) and set(files) <= left | harmless and {kind_of(file) for file in files} == {kind_of(pattern)}:
            told.append(pattern)
            left -= set(files)
    for pattern in [pattern for pattern in patterns if "/**/" in pattern]:
        # part of a folder of the user's: the deepest folder that holds all its files of the format, with what is below
        files = left & set(patterns[pattern])
        folders = {os.path.dirname(file) for file in files}
        tree = f"{escaped(os.path.commonpath(folders))}/**/*{ending_of(pattern)}" if len(folders) > 1 else ""
        if tree and files <= set(glob(tree)) <= files | harmless:
            told.append(tree)
            left -= files
    groups = defaultdict(set)
    for file in sorted(left):
        groups[os.path.dirname(file), ending_of(file)].add(file)
    for (folder, ending), files in groups.items():
        pattern = os.path.join(escaped(folder), "*" + ending)
        told += [pattern] if len(files) > 1 and files <= set(glob(pattern)) <= files | harmless else [escaped(file) for file in sorted(files)]
    if len(told) > MAX_PATTERNS:
        raise Unreadable(f"{len(told):,} files would have to be named one by one: give each log format a folder of its own")
    return told


def has_model(form: str) -> bool:
    """Whether this version of the package reads the format."""
    return (ROOT / "models" / "staging" / form / f"stg_llm_cost__{form}.sql").exists()


def build(work: Path, variables: dict) -> Path:
    """Build the marts that the report needs into a database of its own, and return it. Raises with dbt's message."""
    selected = [f"+fct_llm_cost__{mart}" for mart in MARTS]
    arguments = ["--quiet", "build", "--resource-type", "model", "--resource-type", "seed", "--select", *selected, "--vars", json.dumps(variables)]
    arguments += ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT), "--target", "duckdb"]
    arguments += ["--target-path", str(work / "target"), "--log-path", str(work / "logs")]
    (work / "arguments.json").write_text(json.dumps(arguments), encoding="utf-8")
    # not on the command line, whose length is limited
    program = "import json, sys; from dbt.cli.main import cli; cli(json.load(open(sys.argv[1], encoding='utf-8')))"
    settings = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    settings |= {"LLM_COST_DUCKDB_PATH": str(work / "doctor.duckdb"), "DO_NOT_TRACK": "1", "NO_COLOR": "1", "DBT_USE_COLORS": "false"}
    command = [sys.executable, "-c", program, str(work / "arguments.json")]
    result = subprocess.run(command, capture_output=True, text=True, env=settings, cwd=ROOT, check=False)
    if result.returncode:
        raise Unreadable("the package could not read these files:\n" + essential(result.stdout + result.stderr))
    return work / "doctor.duckdb"


def essential(output: str) -> str:
    """The first errors of what dbt printed, without times and traces."""
    lines = [re.sub(r"^\d\d:\d\d:\d\d\s+", "", re.sub(r"\x1b\[[0-9;]*m", "", line)).rstrip() for line in output.splitlines()]
    starts = [number for number, line in enumerate(lines) if re.search(r"\bError\b", line)]
    wanted = [line for line in lines[starts[0] :] if line.strip()] if starts else lines[-8:]
    if lacking := re.search(r"stg_llm_cost__(\w+)[\s\S]*?Referenced column \"([^\"]+)\" not found", "\n".join(wanted)):
        wanted.insert(0, f"The table, CSV or Parquet files of {lacking[1]} lack the column {lacking[2]}, which must be there even if it is empty.")
    return "\n".join("  " + line[:300] for line in wanted[:10])


def queried(database: Path, owner: str) -> dict:
    """What the marts say, as plain numbers."""
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.sql("set timezone = 'UTC'")

        def rows(query: str) -> list[dict]:
            found = connection.sql(query)
            return [dict(zip(found.columns, row)) for row in found.fetchall()]

        def missing(column: str) -> str:
            return f"coalesce({column}, 'unattributed') in ('unattributed', '')"

        connection.sql("create temp view calls as select *, coalesce(operation, '') <> 'sub_call' as is_call, not_billable_reason is null as is_billable "
                       "from fct_llm_cost__requests")  # fmt: skip
        told = {"rows": rows(
            "select source_system as format, count(*) as loads, sum(raw_rows)::bigint as raw, sum(billable_events)::bigint as events, "
            "sum(duplicate_rows)::bigint as duplicates, sum(rejected_rows)::bigint as rejected, "
            "sum(not_billable_rows - not_a_call_rows)::bigint as not_billable, sum(not_a_call_rows)::bigint as no_call, "
            "count(*) filter (where raw_rows = 0) as unreadable_files from fct_llm_cost__row_accounting group by all order by all"
        )}  # fmt: skip
        told["rejects"] = rows(
            "select source_system as format, reject_reason as reason, count(*) as count, arg_min(load_id, (load_id, line_number)) as file, "
            "arg_min(coalesce(line_number, 0), (load_id, line_number)) as row from fct_llm_cost__usage_rejects group by all order by count desc, format, reason"
        )
        told["period"] = rows("select min(occurred_at)::varchar as first_call, max(occurred_at)::varchar as last_call from calls where is_call")[0]
        told["models"] = rows(
            "select provider, coalesce(model_billed, model_served, model_requested) as model, count(*) filter (where is_call) as calls, "
            "sum(total_cost_usd)::double as cost_usd from calls where is_billable group by all order by cost_usd desc nulls last, calls desc, provider, model"
        )
        told["coverage"] = rows(
            "select count(*) filter (where is_call) as billable_calls, count(*) filter (where is_call and total_cost_usd is not null) as with_cost, "
            + ", ".join(f"count(*) filter (where is_call and pricing_status = '{status}') as {status}"
                        for status in ("priced", "partially_priced", "free", "provider_reported", "unpriced", "usage_missing"))
            + ", coalesce(sum(total_cost_usd), 0)::double as cost_usd from calls where is_billable"
        )[0]  # fmt: skip
        measures = "count(*) filter (where is_call) as calls, coalesce(sum(total_cost_usd), 0)::double as cost_usd, "
        told["owners"] = [
            {"owner": column} | rows(
                f"select {measures} count(*) filter (where is_call and not {missing(column)}) as calls_with, "
                f"coalesce(sum(total_cost_usd) filter (where {missing(column)}), 0)::double as cost_usd_without from calls where is_billable"
            )[0] for column in OWNERS
        ]  # fmt: skip
        told["owner_by_format"] = rows(
            f"select source_system as format, {measures} count(*) filter (where is_call and not {missing(owner)}) as calls_with, "
            f"coalesce(sum(total_cost_usd) filter (where {missing(owner)}), 0)::double as cost_usd_without "
            "from calls where is_billable group by all order by all"
        )
        told["unpriced"] = rows(
            "select provider, model, sum(requests)::bigint as calls, sum(total_input_tokens)::bigint as input_tokens, "
            "sum(output_tokens)::bigint as output_tokens, max(nearest_known_model) as nearest, max(suggested_alias_row) as alias_row, "
            "string_agg(distinct suggested_price_rows, chr(10) order by suggested_price_rows) as price_rows "
            "from fct_llm_cost__unpriced_usage where pricing_status <> 'usage_missing' group by all order by calls desc, provider, model"
        )
    return told


def share(part: float, whole: float) -> float:
    """A part of a whole, 0 of nothing."""
    return float(part) / float(whole) if whole else 0.0


def unmapped_owners(keys: dict[str, Counter], sampled: dict[str, int]) -> list[dict]:
    """Keys that look like owners and name none: attributes without a row in the seed owner_keys, with the row that would map them, and fields
    of the record that the format's model does not read."""
    with (ROOT / "seeds" / "usage" / "owner_keys.csv").open(encoding="utf-8") as seed:
        mapped = {(row["source_system"], row["attribute_key"].lower()) for row in csv.DictReader(seed)}
    told = []
    for form, counted in keys.items():
        if not has_model(form):
            continue
        model = (ROOT / "models" / "staging" / form / f"stg_llm_cost__{form}.sql").read_text(encoding="utf-8")
        pairs = {key.lower() for block in re.findall(r"attribute_pairs\(\{(.*?)\}\)", model, re.DOTALL) for key in re.findall(r"'([^']+)':", block)}
        for (key, owner, is_attribute), count in counted.most_common():
            name = key.lower()
            is_read = name not in pairs and re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", model.lower())
            if {("*", name), (form, name)} & mapped or is_read or count < RARE * sampled[form]:
                continue
            row = f"{form},{key},{owner},1," if is_attribute or name in pairs else ""
            told.append({"format": form, "key": key, "records": count, "sampled": sampled[form], "owner": owner, "seed_row": row})
    return told


def verdict(told: dict, unread: int, owner: str) -> tuple[str, int]:
    """One sentence, and the exit code."""
    raw, rejected = (sum(row[name] for row in told["rows"]) for name in ("raw", "rejected"))
    coverage = told["coverage"]
    calls = coverage["billable_calls"]
    if not calls:
        return "no, because no row of these files is a billable call", 1
    owned = next(row for row in told["owners"] if row["owner"] == owner)
    by_cost = coverage["cost_usd"] > 0
    ownerless = share(owned["cost_usd_without"], owned["cost_usd"]) if by_cost else 1 - share(owned["calls_with"], calls)
    problems = [
        (share(rejected, raw), MAX_REJECTED, "of the rows are rejected"),
        (1 - share(coverage["with_cost"], calls), MAX_WITHOUT_COST, "of the calls have no cost"),
        (ownerless, MAX_WITHOUT_OWNER, f"of the {'spend' if by_cost else 'calls'} {'has' if by_cost else 'have'} no {owner}"),
    ]
    severe = [f"{percent(part)} {what}" for part, limit, what in problems if part > limit]
    light = [f"{percent(part)} {what}" for part, limit, what in problems if 0 < part <= limit]
    light += [f"{unread} file{'s were' if unread > 1 else ' was'} not read"] if unread else []
    if severe:
        return "no, because " + " and ".join(severe), 1
    return ("yes, but " + ", ".join(light) if light else "yes"), 0


def percent(part: float) -> str:
    """A share as text; the smallest are not 0, the largest not 100."""
    if 0 < part < 0.001:
        return "<0.1%"
    return ">99.9%" if 0.999 < part < 1 else f"{100 * part:.1f}%"


def usd(amount: float | None) -> str:
    return "unknown" if amount is None else f"{amount:,.2f}" if amount >= 0.01 or amount == 0 else f"{amount:.6f}"


def shown(path: str) -> str:
    """A file's name as it is shortest from here."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def shortened(path: str, length: int) -> str:
    """The end of a path that fits, from the start of a name."""
    if len(path) <= length:
        return path
    end = path[-(length - 4) :]
    return ".../" + (end[end.index("/") + 1 :] if "/" in end else end)


def table(headers: list[str], rows: list[list]) -> list[str]:
    """Lines of an aligned table: numbers to the right, long names cut in the middle, a path in the last column cut to 100 columns."""
    texts = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    texts = [[cell if len(cell) <= 44 else cell[:20] + "..." + cell[-21:] for cell in row[:-1]] + row[-1:] for row in texts]
    widths = [max(len(cell) for cell in column) for column in zip(headers, *texts)]
    left = 98 - sum(width + 2 for width in widths[:-1])
    texts = [row[:-1] + [shortened(row[-1], max(left, 20)) if "/" in row[-1] and headers[-1] in PATH_HEADERS else row[-1]] for row in texts]
    widths[-1] = max(len(row[-1]) for row in [headers, *texts])
    to_right = [all(re.fullmatch(r"[<>\d.,%-]+|unknown|", row[number]) for row in texts) for number in range(len(headers))]
    lines = [[cell.rjust(width) if right else cell.ljust(width) for cell, width, right in zip(row, widths, to_right)] for row in [headers, *texts]]
    return [("  " + "  ".join(line)).rstrip() for line in lines]


def report(told: dict) -> str:
    """The report as text, at most 100 columns but for lines to paste."""
    lines = ["Files"]
    lines += table(["format", "files", "where"], [
        [form["format"], form["files"], shown(form["patterns"][0]) + (" ..." if len(form["patterns"]) > 1 else "")] for form in told["formats"]
    ]) if told["formats"] else []  # fmt: skip
    for note in told["notes"]:
        lines += textwrap.wrap(note, 98, initial_indent="  ! ", subsequent_indent="    ", break_on_hyphens=False)
    if told.get("rows"):
        lines += report_of_marts(told)
    lines += ["", f"Ready for chargeback by {told['owner']}: {told['verdict']}"]
    if told["vars"]:
        lines += ["", "To build it:", "  LLM_COST_DUCKDB_PATH=mine.duckdb .venv/bin/dbt build --vars " + told["command_vars"], "", "or in dbt_project.yml:"]
        lines += ["  " + line for line in yaml.safe_dump({"vars": told["vars"]}, sort_keys=False, allow_unicode=True, width=1000).splitlines()]
    return "\n".join(lines)


def report_of_marts(told: dict) -> list[str]:
    """The part of the report that the marts tell."""
    coverage, period = told["coverage"], told["period"]
    names = ["raw", "events", "duplicates", "rejected", "not_billable", "no_call"]
    lines = ["", "Rows"]
    lines += table([name.replace("_", " ") for name in ["format", *names]], [[row[name] for name in ["format", *names]] for row in told["rows"]])
    if told["rejects"]:
        lines += ["", "Rejected rows"] + table(["format", "reason", "rows", "first row", "of file"], [
            [row["format"], row["reason"], row["count"], row["row"] or "", shown(row["file"])] for row in told["rejects"][:10]
        ])  # fmt: skip
    if len(told["rejects"]) > 10:
        lines += [f"  and {len(told['rejects']) - 10} more reasons"]
    calls = coverage["billable_calls"]
    if not calls:
        return lines
    lines += ["", f"Cost: {usd(coverage['cost_usd'])} USD of {calls:,} billable calls, {period['first_call'][:16]} to {period['last_call'][:16]} UTC"]
    lines += table(["provider", "model", "calls", "USD"], [[row["provider"], row["model"], row["calls"], usd(row["cost_usd"])] for row in told["models"][:8]])
    if len(told["models"]) > 8:
        lines += [f"  and {len(told['models']) - 8} more models"]
    statuses = [(name, coverage[name]) for name in ("priced", "partially_priced", "free", "provider_reported", "unpriced", "usage_missing")]
    lines += ["", f"Coverage: {percent(share(coverage['with_cost'], calls))} of the calls have a cost ("
              + ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in statuses if count) + ")"]  # fmt: skip
    if told["unpriced"]:
        lines += ["", "Models without a price"] + table(["provider", "model", "calls", "input tokens", "output tokens", "nearest known name"], [
            [row["provider"], row["model"], row["calls"], row["input_tokens"] or 0, row["output_tokens"] or 0, row["nearest"] or "none"]
            for row in told["unpriced"][:8]
        ])  # fmt: skip
        pasted = [row["alias_row"] or row["price_rows"] for row in told["unpriced"][:3]]
        lines += ["  to paste (an alias seed or a price seed, README \"Prices\"; replace each ?):"]
        lines += ["    " + line for text in pasted if text for line in text.splitlines()]
    lines += ["", "Owners"] + table(["column", "filled, % of calls", "USD without", "% of spend without"], [
        [row["owner"], percent(share(row["calls_with"], row["calls"])), usd(row["cost_usd_without"]), percent(share(row["cost_usd_without"], row["cost_usd"]))]
        for row in told["owners"] if row["calls_with"] or row["owner"] == told["owner"]
    ])  # fmt: skip
    never = [row["owner"] for row in told["owners"] if not row["calls_with"] and row["owner"] != told["owner"]]
    lines += textwrap.wrap(f"never filled: {', '.join(never)}", 98, initial_indent="  ", subsequent_indent="    ") if never else []
    if len(told["owner_by_format"]) > 1:
        shares = [f"{percent(share(row['calls_with'], row['calls']))} of {row['format']}" for row in told["owner_by_format"]]
        lines += textwrap.wrap(f"{told['owner']} is filled in " + ", ".join(shares), 98, initial_indent="  ", subsequent_indent="    ")
    if told["owner_keys"]:
        lines += ["", "Keys that look like owners and name none (rows for a seed named by llm_cost_extra_owner_keys)"]
        lines += table(["format", "key", "% of records", "row of the seed"], [
            [row["format"], row["key"], percent(share(row["records"], row["sampled"])), row["seed_row"] or "none: a field the format does not read"]
            for row in told["owner_keys"][:8]
        ])  # fmt: skip
    return lines


def notes_on(guesses: list[Guess], missing: list[str]) -> list[str]:
    """What is to be said of single files."""
    notes = [f"nothing matches {argument}" for argument in missing]
    words = {"empty": "empty", "binary": "no text", "unreadable": "cannot be read", "no_json": "no line is JSON"}
    for problem, text in words.items():
        files = [told for told in guesses if told.problem == problem and (told.format is None or problem == "no_json")]
        if files:
            more = f" and {len(files) - 3} more" if len(files) > 3 else ""
            why = next((f" ({told.note})" for told in files if told.note), "")
            notes.append(f"{text}: {', '.join(shown(told.file) for told in files[:3])}{more}{why}")
    unknown = [told for told in guesses if told.format is None and told.problem is None]
    for told in unknown[:5]:
        near = f"; nearest is {told.nearest}" + (f", without {', '.join(told.missing)}" if told.missing else "") if told.nearest else ""
        notes.append(f"no known format: {shown(told.file)} has the fields {', '.join(told.fields[:12]) or 'of no JSON object'}{near}"
                     + (f"; {told.note}" if told.note else ""))  # fmt: skip
    notes += [f"no known format: {len(unknown) - 5} more files"] if len(unknown) > 5 else []
    several = Counter((told.format, tuple(told.also)) for told in guesses if told.also)
    for (form, also), count in several.items():
        notes.append(f"{count} file{'s' if count > 1 else ''} of {form} may be {' or '.join(also)} too: force one with FORMAT=")
    unopened = sum(told.note == "not opened" for told in guesses)
    notes += [f"{unopened:,} files taken for the format of others in their folder, without a look"] if unopened else []
    return notes


def examined(arguments: list[str], forced: str | None, extra: dict, owner: str) -> tuple[dict, int]:
    """Everything the report says, and the exit code."""
    patterns, missing = expanded(arguments)
    if not patterns:
        raise Unreadable("no log file matches " + " ".join(arguments))
    files = sorted(set().union(*patterns.values()))
    guesses, keys, sampled = told_formats(files, forced)
    by_format = defaultdict(set)
    for told in guesses:
        if told.format:
            by_format[told.format].add(told.file)
    empty = {told.file for told in guesses if told.problem == "empty"}
    notes = notes_on(guesses, missing)
    unread = sum(told.format is None and told.problem != "empty" for told in guesses) + len(missing)
    told = {"owner": owner, "notes": notes, "vars": {}, "formats": [
        {"format": form, "files": len(found), "patterns": patterns_for(found, empty, patterns)} for form, found in sorted(by_format.items())
    ], "files": [asdict(told) for told in guesses[:1000]]}  # fmt: skip
    readable = [form for form in told["formats"] if has_model(form["format"])]
    for form in told["formats"]:
        if form not in readable:
            notes.append(f"this version of llm_cost does not read {form['format']}")
            unread += form["files"]
    if not readable:
        told |= {"verdict": "no, because none of these files is a log that llm_cost reads", "command_vars": ""}
        return told, 2
    globs = {f"llm_cost_{form['format']}_files": form["patterns"][0] if len(form["patterns"]) == 1 else form["patterns"] for form in readable}
    told["vars"] = globs | extra
    told["command_vars"] = shlex.quote(json.dumps(told["vars"], ensure_ascii=False))
    with tempfile.TemporaryDirectory(prefix="llm_cost_doctor_") as work:
        told |= queried(build(Path(work), told["vars"]), owner)
    told["owner_keys"] = unmapped_owners(keys, sampled)
    told["verdict"], code = verdict(told, unread, owner)
    return told, code


def main(arguments: list[str]) -> int:
    """Read the arguments, print the report."""
    usage = "doctor.py FILES... [--format F] [--vars V] [--owner O] [--json]"
    parser = argparse.ArgumentParser(description="Are these logs ready for chargeback?", usage=usage)
    parser.add_argument("files", nargs="+", help="files, patterns or folders")
    parser.add_argument("--format", choices=sorted(SIGNATURES), help="read every file as this format")
    parser.add_argument("--vars", default="{}", help="more vars of the package, as JSON or YAML")
    parser.add_argument("--owner", default="team", choices=OWNERS, help="owner column that chargeback goes by")
    parser.add_argument("--json", action="store_true", help="the report for machines")
    options = parser.parse_args(arguments)
    words = [word for word in options.files if word.strip()]
    if not words:
        parser.error('no files named; with make: make doctor FILES="logs/*.jsonl"')
    try:
        extra = yaml.safe_load(options.vars) or {}
        if not isinstance(extra, dict):
            raise Unreadable("--vars is no object of vars")
        told, code = examined(words, options.format, extra, options.owner)
    except (Unreadable, yaml.YAMLError, ValueError) as error:
        if options.json:
            print(json.dumps({"error": str(error)}))
        else:
            print(f"Ready for chargeback: no, because {error}", file=sys.stderr)
        return 2
    print(json.dumps(told, indent=1, default=str) if options.json else report(told))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
