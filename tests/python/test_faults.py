"""Faults, each with its outcome: docs/faults.md is the same as a table. Builds are shared, and as small as the fault allows.

`make test` kills a build at 2 random points, `make faults` at 50, of every model, and on the night in which a month closes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from types import SimpleNamespace

import duckdb
import pytest
from conftest import ROOT
from support import faults
from support.company import at, spend, stamp
from support.faults import Builds, calls, fates, reasons, repeats, rows
from support.log_formats import azure_apim
from support.thirty_nights import tables_of

KILLS = int(os.environ.get("LLM_COST_KILLS", "2"))
KILL_SEED = int(os.environ.get("LLM_COST_KILL_SEED", "20261130"))
IS_LONG = "LLM_COST_KILLS" in os.environ


# --------------------------------------------------------------------------- files and tables that change between two nights


def same_length(name: str) -> bytes:
    """A file of one call; names of one length give files of one size."""
    return faults.text_of(name, 1)


BEFORE = {
    "older.jsonl": "older-A", "same second.jsonl": "second-A", "restored.jsonl": "restored-A", "future.jsonl": "future-A", "future kept.jsonl": "kept-A",
    "deleted.jsonl": "deleted-A", "renamed.jsonl": "renamed-A", "twice.jsonl": "twice-A", "stays.jsonl": "stays-A",
}  # fmt: skip


def write(folder, name: str, content: bytes, modified_at: float | None = None) -> None:
    """Write a file anew, modified at an instant in seconds."""
    (folder / name).write_bytes(content)
    if modified_at is not None:
        os.utime(folder / name, (modified_at, modified_at))


def spend_table(database, night: str) -> None:
    """The raw table of LiteLLM of a night: its loads are the days of loaded_at."""
    loads = {"stays": "2026-05-01", "old": "2026-05-01", "goes": "2026-05-01", "grows": "2026-05-02", "moves": "2026-05-02", "updated": "2026-05-03"}
    if night == "B":
        del loads["goes"]
        loads |= {"late": "2026-05-01", "backwards": "2026-04-01", "moves": "2026-04-15"}
    with duckdb.connect(str(database)) as connection:
        connection.sql("create schema if not exists raw")
        connection.sql("""
            create or replace table raw.spend (
                request_id varchar, "startTime" varchar, model varchar, prompt_tokens bigint, completion_tokens bigint, total_tokens bigint,
                custom_llm_provider varchar, metadata varchar, loaded_at timestamp
            )
        """)
        for name, day in loads.items():
            tokens = 2000 if (night, name) == ("B", "updated") else 1000
            row = spend(f"t-{name}", at(12), tokens, 0, 10)
            connection.execute(
                "insert into raw.spend values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [row[column] for column in ("request_id", "startTime", "model", "prompt_tokens", "completion_tokens", "total_tokens", "custom_llm_provider", "metadata")] + [f"{day} 03:00:00"],
            )


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """(database after the first night, after the second, built from nothing on the second night's input, the calls that a process wrote into
    a log during the first night's build)."""
    builds = Builds(tmp_path_factory.mktemp("changed") / "builds", faults.MONEY)
    raw = builds.folder / "raw"
    raw.mkdir()
    builds.variables |= {
        # two patterns that overlap
        "llm_cost_sources": ["usage_log", "litellm"], "llm_cost_usage_log_files": [str(raw / "*.jsonl"), str(raw / "stays*.jsonl")], "llm_cost_litellm_schema": "raw", "llm_cost_litellm_identifier": "spend",
    }  # fmt: skip
    now = time.time()
    for name, call_name in BEFORE.items():
        write(raw, name, same_length(call_name), now + 10_000_000 if name.startswith("future") else now - 100)
    write(raw, "more.jsonl", faults.text_of("more", 2))
    write(raw, "fewer.jsonl", faults.text_of("fewer", 3))
    # a name that is a pattern of another's
    write(raw, "pair1.jsonl", faults.text_of("pair one", 1))
    nightly = builds.database("nightly")
    spend_table(nightly, "A")
    # the package's seeds take time, and the file below counts as new for a minute
    builds.seeded(nightly)
    # written right after the build within the second in which the file was read: neither size nor the second tell
    at_once = float(int(time.time())) + 0.25
    write(raw, "same second.jsonl", same_length("second-A"), at_once)
    (raw / "written.jsonl").write_bytes(faults.text_of("before", 50))
    with faults.writer(raw / "written.jsonl", "during") as written:
        builds.built(nightly, *builds.AGAIN)
    write(raw, "same second.jsonl", same_length("second-B"), at_once + 0.5)
    first_night = builds.database("first_night", nightly)
    write(raw, "older.jsonl", same_length("older-B"), now - 50_000_000)
    write(raw, "restored.jsonl", faults.text_of("restored-B", 2), now - 90_000_000)
    write(raw, "future.jsonl", same_length("future-B"), now + 9_000_000)
    (raw / "deleted.jsonl").unlink()
    (raw / "renamed.jsonl").rename(raw / "new name.jsonl")
    shutil.copy2(raw / "twice.jsonl", raw / "twice again.jsonl")
    write(raw, "more.jsonl", faults.text_of("more", 4))
    write(raw, "fewer.jsonl", faults.text_of("fewer", 1))
    write(raw, "pair[1].jsonl", faults.text_of("pair other", 1))
    spend_table(nightly, "B")
    builds.built(nightly, *builds.AGAIN)
    from_nothing = builds.database("from_nothing")
    spend_table(from_nothing, "B")
    builds.built(from_nothing)
    builds.close()
    return SimpleNamespace(first=first_night, nightly=nightly, from_nothing=from_nothing, written={f"before-{number}" for number in range(50)} | set(written))


def test_changed_input_equals_a_build_from_nothing(changed):
    """All of it together, every table, column and row."""
    assert repeats(changed.nightly, changed.from_nothing) == {}


@pytest.mark.parametrize("file", ["older", "restored", "future"])
def test_a_replaced_file_is_read_whatever_its_time(changed, file):
    """An older time of change, the time of a restored backup, a time that is still to come: another time is another file."""
    found = {name.rsplit("-", 1)[0] for name in calls(changed.nightly) if name.startswith(file)}
    assert found == {f"{file}-B"}


def test_a_file_replaced_in_the_second_of_the_build_is_read(changed):
    """Of the same size, in the same second."""
    assert {name for name in calls(changed.nightly) if name.startswith("second")} == {"second-B-0"}


def test_a_file_from_the_future_stays(changed):
    """A time of change that is still to come is no reason to read it again or not at all."""
    assert "kept-A-0" in calls(changed.nightly) and fates(changed.nightly)["future kept.jsonl"] == (1, 1, 0, 0)


def test_a_file_that_grew_or_shrank(changed):
    """What it holds now counts."""
    nightly = changed.nightly
    assert fates(nightly)["more.jsonl"] == (4, 4, 0, 0) and fates(nightly)["fewer.jsonl"] == (1, 1, 0, 0)
    assert {name for name in calls(nightly) if name.startswith(("more", "fewer"))} == {"more-0", "more-1", "more-2", "more-3", "fewer-0"}


def test_a_deleted_file_is_gone(changed):
    """Its calls and its line of row accounting with it."""
    assert "deleted-A-0" not in calls(changed.nightly) and "deleted.jsonl" not in fates(changed.nightly)


def test_a_file_under_two_names_counts_once(changed):
    nightly = changed.nightly
    copies = [fates(nightly)[name] for name in ("twice.jsonl", "twice again.jsonl")]
    assert sorted(copies) == [(1, 0, 1, 0), (1, 1, 0, 0)] and "twice-A-0" in calls(nightly)


def test_files_of_patterns_that_overlap_count_once(changed):
    assert all(fates(database)["stays.jsonl"] == (1, 1, 0, 0) for database in (changed.first, changed.nightly, changed.from_nothing))


def test_a_file_whose_name_is_a_pattern(changed):
    """It is read, and the other one that it matches is not read in its place."""
    assert all(fates(changed.nightly)[name] == (1, 1, 0, 0) for name in ("pair1.jsonl", "pair[1].jsonl"))
    assert {"pair one-0", "pair other-0"} <= calls(changed.nightly)


def test_a_renamed_file_counts_once(changed):
    nightly = changed.nightly
    assert fates(nightly)["new name.jsonl"] == (1, 1, 0, 0) and "renamed.jsonl" not in fates(nightly)


def test_a_raw_table_that_changes(changed):
    """A late row in an old load, a row that is gone, loads that go backwards, a row that moves to another load, a row updated in place."""
    nightly = changed.nightly
    assert {name for name in calls(nightly) if name.startswith("t-")} == {f"t-{name}" for name in ("stays", "old", "late", "grows", "backwards", "moves", "updated")}
    assert rows(nightly, "select total_input_tokens from fct_llm_cost__requests where response_id = 't-updated'") == [(2000,)]
    loads = {load: counts for load, counts in fates(nightly).items() if load.startswith("2026")}
    assert loads == {"2026-04-01": (1, 1, 0, 0), "2026-04-15": (1, 1, 0, 0), "2026-05-01": (3, 3, 0, 0), "2026-05-02": (1, 1, 0, 0), "2026-05-03": (1, 1, 0, 0)}


def test_a_file_written_while_it_is_read(changed):
    """The build succeeds, and its rows tie: what it read is what it counts."""
    raw, billable, duplicate, rejected = fates(changed.first)["written.jsonl"]
    assert raw == billable + duplicate + rejected and duplicate == 0 and rejected <= 1
    assert {f"before-{number}" for number in range(50)} <= {name for name in calls(changed.first) if name in changed.written}


def test_the_next_night_has_all_that_was_written(changed):
    """The torn line is whole now."""
    assert len(changed.written) > 50 and changed.written <= calls(changed.nightly) and "written.jsonl" not in reasons(changed.nightly)


def test_what_a_removed_load_said_is_found_anew_after_two_broken_builds(tmp_path):
    """A load is read and compared with the others, the build breaks; it is deleted and dropped, the build breaks again: nothing of it stays.
    Beside it a format that is read as a whole, one file of which was just written: the next build does not read that file alone."""
    builds = Builds(tmp_path / "builds", faults.EVENTS)
    raw = builds.folder / "raw"
    raw.mkdir()
    files = {"llm_cost_usage_log_files": str(raw / "*.jsonl"), "llm_cost_azure_apim_files": str(raw / "apim" / "*.jsonl")}
    builds.variables |= {"llm_cost_sources": ["usage_log", "azure_apim"], **files}
    (raw / "apim").mkdir()
    an_hour_ago = time.time() - 3600
    told = {"TimeGenerated": "2026-05-04T12:00:00Z"}
    counts, piece = azure_apim.sample("azure", **told), azure_apim.sample("azure", **told, **azure_apim.EMPTY | {"SequenceNumber": 1})
    write(raw / "apim", "counts.jsonl", json.dumps(counts).encode(), an_hour_ago)
    write(raw, "stays.jsonl", same_length("stays"), an_hour_ago)
    # within the last minute
    write(raw / "apim", "piece.jsonl", json.dumps(piece).encode())
    database = builds.built(builds.database("broken"))
    # told twice: it stands among the repeated calls
    write(raw, "goes.jsonl", faults.text_of("goes", 1) * 2, an_hour_ago)
    for last_model, there in (("int_llm_cost__repeated_calls", True), ("int_llm_cost__usage_rows", False)):
        if not there:
            (raw / "goes.jsonl").unlink()
        builds.select = [f"+{last_model}"]
        builds.built(database)
    builds.select = faults.EVENTS
    builds.built(database, *builds.AGAIN)
    from_nothing = builds.built(builds.database("from_nothing"))
    builds.close()
    assert repeats(database, from_nothing) == {} and calls(database) - {None} == {"stays-0"}
    assert fates(database)["piece.jsonl"] == (1, 0, 1, 0) and fates(database)["counts.jsonl"] == (1, 1, 0, 0)


def test_what_is_taken_back_after_a_broken_build(tmp_path):
    """A team is gone from the list, so its tag is nobody's; the build breaks when inherited teams and traces know it, and nothing tells so. The team
    comes back: the next build finds them again, though the organisation and the day are what the last whole build has seen."""
    builds = Builds(tmp_path / "builds", ["+fct_llm_cost__hourly", "+int_llm_cost__trace_days"])
    raw = builds.folder / "raw"
    raw.mkdir()
    builds.variables |= {"llm_cost_usage_log_files": str(raw / "*.jsonl"), "llm_cost_teams": ["company_teams"], "llm_cost_cost_centers": ["company_cost_centers"], "llm_cost_only_known_teams": True}
    told = [faults.call(name, at(12), trace_id="trace", team=team) for name, team in (("tagged", "search"), ("inherits", None))]
    write(raw, "calls.jsonl", "\n".join(map(json.dumps, told)).encode(), time.time() - 3600)
    seed = builds.company.project / "seeds" / "company_teams.csv"
    teams = seed.read_text(encoding="utf-8")
    database = builds.built(builds.database("broken"))
    assert {team for (team,) in rows(database, "select team from fct_llm_cost__requests")} == {"search"}
    seed.write_text("".join(line for line in teams.splitlines(keepends=True) if not line.startswith("search,")), encoding="utf-8")
    builds.built(database, *builds.AGAIN, "int_llm_cost__settled_loads", "int_llm_cost__trace_days")
    assert {team for (team,) in rows(database, "select team from fct_llm_cost__traces")} == {"unattributed"}
    seed.write_text(teams, encoding="utf-8")
    builds.built(database, *builds.AGAIN)
    from_nothing = builds.built(builds.database("from_nothing"))
    builds.close()
    assert repeats(database, from_nothing) == {}
    assert rows(database, "select team, calls from fct_llm_cost__traces") == [("search", 2)]


# --------------------------------------------------------------------------- files that cannot be read


@pytest.fixture(scope="module")
def corrupted(tmp_path_factory):
    """Builds with broken files of all kinds among good ones; of the next night, when the broken ones are replaced; of a third with a file that
    nobody can tell is broken before it is read."""
    builds = Builds(tmp_path_factory.mktemp("corrupted") / "builds", faults.EVENTS)
    raw = builds.folder / "raw"
    raw.mkdir()
    partly = {name: content for name, (content, *_) in faults.partly_readable_files().items()}
    for name, content in {**faults.good_files(builds.folder), **faults.unreadable_files(builds.folder), **faults.empty_files(), **partly}.items():
        (raw / name).write_bytes(content)
    builds.variables["llm_cost_usage_log_files"] = [str(raw / f"*{kind}") for kind in (".jsonl", ".jsonl.gz", ".json", ".csv", ".csv.gz", ".parquet")]
    database = builds.database("corrupted")
    first = builds.build(database)
    kept = builds.database("kept", database)
    for name in faults.unreadable_files(builds.folder):
        (raw / name).unlink()
        (raw / f"{name.split('.')[0]} repaired.jsonl").write_bytes(faults.text_of(f"repaired {name}", 1))
    (raw / "no footer.parquet").write_bytes(faults.parquet_of(builds.folder, "with footer", 3))
    second = builds.build(database)
    kept_second = builds.database("kept second", database)
    (raw / "broken page.parquet").write_bytes(faults.broken_page(builds.folder))
    third = builds.build(database)
    builds.close()
    return Outcome(kept, *first), Outcome(kept_second, *second), Outcome(database, *third)


class Outcome:
    """A build that may have failed."""

    def __init__(self, database, success, output):
        self._database, self.success, self.output = database, success, output

    @property
    def database(self):
        assert self.success, "the build failed: " + " ".join(line for line in self.output.splitlines() if "Error" in line)[:3000]
        return self._database


@pytest.mark.parametrize("file", ["garbage.jsonl.gz", "garbage.csv.gz", "garbage.parquet", "no footer.parquet", "binary.csv", "quote.csv", "binary.json"])
def test_a_file_that_cannot_be_read_is_a_reject(corrupted, file):
    """One row of the rejects names the file; it counts as one raw row; the build goes on."""
    assert reasons(corrupted[0].database)[file] == ["unreadable_file"]
    assert fates(corrupted[0].database)[file] == (1, 0, 0, 1)


@pytest.mark.parametrize("file", ["cut.jsonl.gz", "utf8.jsonl", "binary.jsonl"])
def test_a_file_that_is_broken_in_part(corrupted, file):
    """What can be read before the damage counts, every other row is a reject, and they tie."""
    _, at_least, whole = faults.partly_readable_files()[file]
    raw, billable, duplicate, rejected = fates(corrupted[0].database)[file]
    assert at_least <= billable <= whole and duplicate == 0 and rejected >= 1 and raw == billable + rejected
    assert len(reasons(corrupted[0].database)[file]) == rejected


def test_a_parquet_file_broken_within_stops_the_build(corrupted):
    """What was built before stays. The file is among those that were to be read."""
    third = corrupted[2]
    assert not third.success and "int_llm_cost__usage_rows" in third.output
    assert calls(third._database) == calls(corrupted[1].database)
    to_read = rows(third._database, "select load_id from stg_llm_cost__loads where is_to_read")
    assert any(load.endswith("broken page.parquet") for (load,) in to_read)


def test_empty_files_are_no_rows(corrupted):
    assert not {"empty.jsonl", "empty.json", "empty.csv", "empty.parquet"} & fates(corrupted[0].database).keys()


def test_good_files_beside_broken_ones_count(corrupted):
    """Two calls of each kind."""
    found = calls(corrupted[0].database)
    assert {f"{kind}-{number}" for kind in ("jsonl", "gzip", "csv", "parquet", "json") for number in range(2)} <= found
    assert all(fates(corrupted[0].database)[name] == (2, 2, 0, 0) for name in ("good.jsonl", "good.jsonl.gz", "good.csv", "good.parquet", "good.json"))


def test_a_repaired_file_counts_the_next_night(corrupted):
    """Replaced by a good one under the same or another name, its rejects are gone."""
    database = corrupted[1].database
    assert {f"with footer-{number}" for number in range(3)} <= calls(database) and "repaired garbage.parquet-0" in calls(database)
    assert "unreadable_file" not in {reason for found in reasons(database).values() for reason in found}


# --------------------------------------------------------------------------- killed, blocked, full


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """(builds, database after the nights before, database after an uninterrupted build of tonight, seconds of its models): tonight a month
    closes, prices change, late rows come."""
    builds = Builds(tmp_path_factory.mktemp("killed") / "builds", ["*"] if IS_LONG else [*faults.MONEY, "+fct_llm_cost__price_change_effects"])
    company = builds.company
    for _ in range(19):
        company.night()
    builds.variables = {**company.variables, **company.files}
    before = builds.built(builds.database("before"))
    for _ in range(3):
        company.night()
    undisturbed = builds.database("undisturbed", before)
    seconds = faults.seconds_of_models(builds, undisturbed)
    yield builds, before, undisturbed, seconds
    builds.close()


def test_killed_at_random_points(night):
    """SIGKILL of the whole process group, then the same build again: what an uninterrupted build gives, the logs included."""
    builds, before, undisturbed, seconds = night
    print(f"{KILLS} kills within {seconds:.1f} seconds, LLM_COST_KILL_SEED={KILL_SEED}")
    wrong, running = {}, 0
    for number, point in enumerate(faults.points(KILLS, seconds, KILL_SEED)):
        database = builds.database("killed", before)
        running += faults.kill_at(builds, database, point)
        builds.built(database, *builds.AGAIN)
        found = repeats(database, undisturbed)
        print(f"kill {number + 1} after {point:.2f} s: {found or 'identical'}", flush=True)
        if found:
            wrong[round(point, 2)] = found
    assert wrong == {}
    assert running >= KILLS // 2, "the build had ended before most of the kills"


def test_killed_when_new_price_rows_are_noted(night):
    """Between the log of price rows that were seen and the log of what they changed: the effects are measured by the next build."""
    builds, before, undisturbed, _ = night
    database = builds.database("noted", before)
    assert faults.kill_at(builds, database, 0, after="OK created sql incremental model main.int_llm_cost__price_row_history")
    builds.built(database, *builds.AGAIN)
    assert repeats(database, undisturbed) == {}
    measured = "select count(*) from fct_llm_cost__price_change_effects where is_measured and requests_touched > 0"
    assert rows(database, measured) == rows(undisturbed, measured) != [(0,)]


@pytest.mark.skipif(not IS_LONG, reason="needs a build of every mart: make faults")
def test_killed_when_a_closing_month_is_noted(night):
    """Between what its requests were and what is posted: the next build posts it, with the traces behind each line."""
    builds, before, undisturbed, _ = night
    database = builds.database("closing", before)
    assert faults.kill_at(builds, database, 0, after="OK created sql incremental model main.int_llm_cost__frozen_requests")
    assert rows(database, "select count(*) from fct_llm_cost__chargeback_statement") == [(0,)], "it was posted before the build was killed"
    builds.built(database, *builds.AGAIN)
    assert repeats(database, undisturbed) == {}
    assert rows(database, "select count(*) > 0 from fct_llm_cost__chargeback_statement where trace_ids is not null") == [(True,)]


def test_two_builds_at_once(night):
    """The second fails at once with DuckDB's message; the first is unharmed; after it a build works."""
    builds, before, undisturbed, _ = night
    database = builds.database("two", before)
    first = builds.start(database, *builds.AGAIN)
    for line in first.stdout:
        if " START " in line:
            break
    second = builds.start(database, *builds.AGAIN)
    told = second.communicate()[0]
    assert first.poll() is None, "the first build had ended before the second was refused"
    assert second.returncode != 0 and "Could not set lock on file" in told
    output = first.communicate()[0]
    assert first.returncode == 0, output[-3000:]
    builds.built(database, *builds.AGAIN)
    assert repeats(database, undisturbed) == {}


def is_intact(database, before) -> None:
    """The database opens, and each mart is there and can be read to the end."""
    with duckdb.connect(str(database), read_only=True) as connection:
        for table in tables_of(before):
            connection.sql(f"select * from {table}").fetchall()


def test_disk_full(night):
    """The build fails and says so, every mart can be read, and with space the next build is whole."""
    builds, before, undisturbed, _ = night
    size = sum(file.stat().st_size for file in before.parent.glob("company.duckdb*"))
    with faults.small_disk(builds.folder / "disk", size + 256 * 1024) as (reason, enlarge):
        if reason:
            pytest.skip(reason)
        database = builds.folder / "disk" / "company.duckdb"
        shutil.copy(before, database)
        success, told = builds.build(database, *builds.AGAIN)
        assert not success and "No space left on device" in told, told[-3000:]
        enlarge(size * 20)
        is_intact(database, before)
        builds.built(database, *builds.AGAIN)
        assert repeats(database, undisturbed) == {}


def test_retry_of_a_failed_build(night):
    """A file that is named and not there fails the model that reads it; when it is there, `dbt retry` finishes the night."""
    builds, before, undisturbed, _ = night
    database = builds.database("retried", before)
    late = builds.company.raw / "arrives late.jsonl"
    usual = builds.variables
    builds.variables = {**usual, "llm_cost_usage_log_files": [usual["llm_cost_usage_log_files"], str(late)]}
    failed = builds.start(database, *builds.AGAIN)
    told = failed.communicate()[0]
    builds.variables = usual
    assert failed.returncode != 0 and late.name in told, told[-3000:]
    late.write_text("", encoding="utf-8")
    again = builds.start(database, command=["retry", "--project-dir", str(builds.company.project), "--profiles-dir", str(builds.company.project)])
    output = again.communicate()[0]
    assert again.returncode == 0, output[-3000:]
    assert repeats(database, undisturbed) == {}


def test_a_wrong_price_row_stops_before_any_cost(night):
    """The build fails and names the row, every mart is as it was; with the row corrected the night is whole."""
    builds, before, undisturbed, _ = night
    seed = builds.company.project / "seeds" / "company_price_rates.csv"
    right = seed.read_text(encoding="utf-8")
    database = builds.database("priced", before)
    try:
        seed.write_text(right + f"wrong-row,acme,plain,output,standard,global,,,,-1.00,1000000,USD,{stamp(2)},{stamp(22)},change,made up,\n", encoding="utf-8")
        # with the data tests, one of which says no
        success, told = builds.build(database, *builds.AGAIN, "--exclude-resource-type", "unit_test")
    finally:
        seed.write_text(right, encoding="utf-8")
    assert not success and "wrong-row" in told
    marts = {table for table in tables_of(before) if table.startswith("fct_") and table not in COUNTED_BEFORE_PRICES}
    with duckdb.connect() as connection:
        connection.sql(f"attach '{before}' as one (read_only); attach '{database}' as other (read_only)")
        for mart in marts:
            assert connection.sql(f"select count(*) from (select * from one.{mart} except all select * from other.{mart})").fetchone() == (0,), mart
            assert connection.sql(f"select count(*) from (select * from other.{mart} except all select * from one.{mart})").fetchone() == (0,), mart
    builds.built(database, *builds.AGAIN)
    assert repeats(database, undisturbed) == {}


# of rows, not of money: they are made before the prices are looked at
COUNTED_BEFORE_PRICES = {"fct_llm_cost__row_accounting", "fct_llm_cost__usage_rejects"}


def test_the_table_names_every_test():
    """docs/faults.md and this file know the same faults."""
    told = set(re.findall(r"`(test_[a-z_]+)`", (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")))
    assert told == {name for name in globals() if name.startswith("test_")} - {"test_the_table_names_every_test"}
