"""Builds of the company's nights (support/company.py), and what differs between two databases."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
from conftest import ROOT, SEEDS_STAY, install_package
from support.company import CRASH, UPGRADE, Company
from support.dbt_process import DbtProcess

# written once, by the build in which something happened: a full refresh keeps them, and a new database has no past to tell
LOGS = {
    "int_llm_cost__price_row_history": "when a build first saw each price row",
    "int_llm_cost__frozen_requests": "what each request was when its month closed",
    "fct_llm_cost__chargeback_statement": "what was posted when a month closed",
    "fct_llm_cost__price_change_effects": "what each new price row changed",
}
# what is new since the build before: the price rows of the night and what they touch, the lines that the night posts. A build right after
# has none
SINCE_THE_BUILD_BEFORE = {
    f"int_llm_cost__{name}" for name in ("new_price_rows", "changed_models", "touched_events", "costs_now", "costs_before", "changed_meters", "card_rate_ids", "line_traces")
}
# what an increment looks at again, and the steps of the traces that it takes up: a build from nothing takes up all
TAKEN_UP = {f"int_llm_cost__{name}" for name in (
    "removed_rows", "touched_rows", "touched_calls", "touched_traces", "touched_owners", "touched_owner_days", "changed_traces", "trace_links", "trace_jumps", "trace_depths",
)}
# names of loads and builds, and places in the order of reading: another build reads other files together, and those of the last minute under
# keys of its own
PLACES = ("load_key", "row_position", "first_position", "build_id")
# read the log of what was posted: while a month is closed, a new database would post it with all that is known by now
AFTER_THE_STATEMENT = {f"int_llm_cost__{name}" for name in ("changed_requests", "change_causes")} | {
    f"fct_llm_cost__{name}" for name in ("chargeback_lines", "chargeback_periods", "journal_lines", "team_chargeback", "team_chargeback_daily")
}
# a column of each kind of table that takes in changes: the company ran a version of the package that had none of them until the night UPGRADE
NEW_COLUMNS = {
    "int_llm_cost__usage_rows": "rejected_usage", "int_llm_cost__load_days": "not_a_call_rows", "int_llm_cost__repeated_calls": "is_cache_ttl_assumed",
    "int_llm_cost__shared_calls": "merged_from", "int_llm_cost__inherited_owners": "tag", "int_llm_cost__event_owners": "attribution_method",
    "fct_llm_cost__requests": "merged_from", "fct_llm_cost__hourly": "provider_reported_cost_usd", "fct_llm_cost__traces": "total_cost_usd",
}  # fmt: skip


def tables_of(database: Path) -> set[str]:
    """The tables of a build that are no seeds."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = {name for (name,) in connection.sql("select table_name from duckdb_tables() where schema_name = 'main'").fetchall()}
    return {name for name in names if name.startswith(("int_llm_cost__", "fct_llm_cost__", "dim_llm_cost__"))}


def differences(one: Path, other: Path, left_out: set[str] = frozenset(), without: tuple = PLACES) -> dict[str, tuple]:
    """Table -> (rows that only the first database has, rows that only the other has), of all tables, every column, every row as often.
    without: columns that are not compared."""
    here, there = tables_of(one) - left_out, tables_of(other) - left_out
    assert here, f"{one} has no tables"
    found: dict[str, tuple] = {name: ("table",) if name in here else (None, "table") for name in here ^ there}
    with duckdb.connect() as connection:
        connection.sql(f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)")
        for table in sorted(here & there):
            columns = [{name for (name, *_) in connection.sql(f"describe {side}.main.{table}").fetchall()} - set(without) for side in ("one", "other")]
            if columns[0] != columns[1]:
                found[table] = (sorted(columns[0] - columns[1]), sorted(columns[1] - columns[0]))
                continue
            names = ", ".join(f'"{name}"' for name in sorted(columns[0]))
            only = [
                connection.sql(f"select {names} from {lasting_rows(first, table, columns[0])} except all select {names} from {lasting_rows(second, table, columns[0])}").fetchall()
                for first, second in (("one", "other"), ("other", "one"))
            ]
            if only[0] or only[1]:
                found[table] = (len(only[0]), len(only[1]), changed_columns(sorted(columns[0]), *only))
    return found


def lasting_rows(side: str, table: str, columns: set[str]) -> str:
    """A table without the price cards that are made to measure what the new price rows of a night change: the next build has none."""
    condition = "true"
    if "card_set" in columns:
        condition = "card_set <> 'before'"
    elif "used_model_id" in columns:
        condition = f"used_model_id in (select used_model_id from {side}.main.int_llm_cost__used_models where card_set <> 'before')"
    return f"{side}.main.{table} where {condition}"


def changed_columns(names: list[str], only_here: list[tuple], only_there: list[tuple]) -> str:
    """Where to look: the columns in which the first row that differs has another value than its nearest in the other database."""
    if not only_here or not only_there:
        return repr(dict(zip(names, (only_here or only_there)[0])))[:600]
    nearest = min(only_there, key=lambda row: sum(mine != its for mine, its in zip(only_here[0], row)))
    return "; ".join(f"{name}: {mine!r} / {its!r}" for name, mine, its in zip(names, only_here[0], nearest) if mine != its)[:600]


def killed(command: list[str], environment: dict, after_lines: int) -> int:
    """Start dbt in a process group, kill the group when it has printed so many lines; its exit code."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **environment}, start_new_session=True)
    for number, _ in enumerate(process.stdout):
        if number == after_lines:
            os.killpg(process.pid, signal.SIGKILL)
            break
    return process.wait()


class Nights:
    """The company and its nightly database; builds from nothing and full refreshes beside it."""

    def __init__(self, folder: Path, select: list[str] | None):
        self.folder, self.select = folder, select
        self.company = Company(folder / "company", ROOT)
        install_package(self.company.project)
        # views name the database by its file: every copy is called so
        self.nightly = folder / "nightly" / "company.duckdb"
        self.nightly.parent.mkdir()
        self.dbt = DbtProcess()
        self.seconds: dict[str, float] = {}

    def command(self, *arguments: str) -> list[str]:
        select = ["--select", *self.select] if self.select else []
        left_out = [] if "--exclude-resource-type" in arguments else ["--exclude-resource-type", "test", "unit_test"]
        return [
            "build", *select, *left_out, *arguments, "--project-dir", str(self.company.project), "--profiles-dir", str(self.company.project),
            "--vars", json.dumps({**self.company.variables, **self.company.files}),
        ]  # fmt: skip

    def environment(self, database: Path) -> dict:
        return {
            "LLM_COST_DUCKDB_PATH": str(database), "DBT_TARGET_PATH": str(self.folder / "target"), "DBT_LOG_PATH": str(self.folder / "logs"), "DBT_LOG_LEVEL_FILE": "none",
        }  # fmt: skip

    def build(self, database: Path, *arguments: str) -> None:
        """Build what the company has tonight into a database."""
        started = time.monotonic()
        success, output = self.dbt(*self.command(*arguments), **self.environment(database))
        kind = f"{database.parent.name} {' '.join(arguments)}"
        self.seconds[kind] = self.seconds.get(kind, 0) + time.monotonic() - started
        assert success, f"night {self.company.today}, {database.parent.name}: " + output[-6000:]

    def night(self, last: int) -> None:
        """The nights up to one, whose nightly build is made. The package's own seeds are loaded once."""
        package_seeds = SEEDS_STAY if self.company.today else ()
        while self.company.today < last:
            number = self.company.night()
            self._age_files(number)
            if number == UPGRADE:
                with duckdb.connect(str(self.nightly)) as connection:
                    for table, column in NEW_COLUMNS.items():
                        connection.sql(f"alter table {table} drop column {column}")
                    # other logic gives every day another fingerprint; logs keep what they were written with
                    by_day = "select table_name from duckdb_columns() where column_name = 'day_fingerprint' and table_name in (select table_name from duckdb_tables())"
                    for (table,) in connection.sql(by_day).fetchall():
                        if table not in LOGS:
                            connection.sql(f"update {table} set day_fingerprint = day_fingerprint - 1")
        if number == CRASH:
            after = random.Random(number).randint(60, 150) if self.select is None else random.Random(number).randint(40, 70)
            code = killed([sys.executable, "-c", "from dbt.cli.main import cli; cli()", *self.command(*package_seeds)], self.environment(self.nightly), after)
            assert code == -signal.SIGKILL, f"the build of night {number} ended ({code}) before it was killed"
        self.build(self.nightly, *package_seeds)

    def _age_files(self, number: int) -> None:
        """Most files of a night are days old when it is built, by lot: one of the last minute is read again the next night, which would hide what
        is not found by what has come."""
        for file in self.company.raw.rglob("*.jsonl"):
            is_recent = file.stat().st_mtime > time.time() - 86400
            if is_recent and random.Random(f"{number} {file.name}").random() < 0.7:
                then = time.time() - 100 * 86400 + number * 3600
                os.utime(file, (then, then))

    def data_tests(self) -> tuple[bool, str]:
        """Run the data tests on the nightly database: (whether they pass, what dbt printed)."""
        command = self.command("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")
        return self.dbt("test", *command[1:], **self.environment(self.nightly))

    def full_refresh_of_traces(self) -> tuple[bool, str]:
        """Try to make one mart of the nightly database anew, without its parents: (whether dbt did, what it printed)."""
        command = self.command()
        place = command[command.index("--project-dir") :]
        return self.dbt("run", "--full-refresh", "--select", "fct_llm_cost__traces", *place, **self.environment(self.nightly))

    def _beside(self, name: str) -> Path:
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder / "company.duckdb"

    def against_nothing(self) -> dict[str, tuple]:
        """Differences from a build of tonight into a new file."""
        database = self._beside("from_nothing")
        self.build(database)
        return differences(self.nightly, database, LOGS.keys() | SINCE_THE_BUILD_BEFORE | AFTER_THE_STATEMENT | TAKEN_UP)

    def against_a_full_refresh(self) -> dict[str, tuple]:
        """Differences from a full refresh of a copy, which keeps the logs: nothing may differ, the logs included."""
        database = self._beside("full_refresh")
        shutil.copy(self.nightly, database)
        self.build(database, "--full-refresh")
        return differences(self.nightly, database, SINCE_THE_BUILD_BEFORE | TAKEN_UP)

    def rows(self, query: str) -> list[tuple]:
        """Of the nightly database."""
        with duckdb.connect(str(self.nightly), read_only=True) as connection:
            return connection.sql(query).fetchall()
