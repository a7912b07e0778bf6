"""What goes wrong with files, disks and processes, prepared for test_faults.py."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import duckdb
from conftest import ROOT, SEEDS_STAY, install_package
from support.company import Company, call
from support.dbt_process import DbtProcess
from support.thirty_nights import PLACES, SINCE_THE_BUILD_BEFORE, TAKEN_UP, differences

# when a build ran and which: the only columns in which a repeated build may differ from one that nothing happened to
OF_THE_BUILD = ("first_built_at", "posted_at", "run_id")
# what becomes of raw rows; money too
EVENTS = ["+int_llm_cost__usage_events", "+fct_llm_cost__row_accounting", "+fct_llm_cost__usage_rejects"]
MONEY = [*EVENTS, "+fct_llm_cost__hourly"]


class Builds:
    """Builds of one project in one dbt process, and dbt runs of their own that can be killed."""

    def __init__(self, folder: Path, select: list[str]):
        self.folder, self.select = folder, select
        folder.mkdir(parents=True, exist_ok=True)
        self.company = Company(folder / "company", ROOT)
        install_package(self.company.project)
        self.dbt = DbtProcess()
        self.variables = {"llm_cost_sources": ["usage_log"], "llm_cost_max_rejected_share": 1, "llm_cost_extra_price_rates": ["company_price_rates"]}
        (self.company.project / "seeds" / "company_clock.csv").write_text("now_at\n2026-06-01 02:00:00\n", encoding="utf-8")

    def database(self, name: str, like: Path | None = None) -> Path:
        """A new database, or a copy of another. Views name their database by its file, so every file has the same name."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if like is not None:
            for file in like.parent.glob("company.duckdb*"):
                shutil.copy(file, folder)
        return folder / "company.duckdb"

    def arguments(self, *arguments: str) -> list[str]:
        select = [] if self.select == ["*"] else ["--select", *self.select]
        place = ["--project-dir", str(self.company.project), "--profiles-dir", str(self.company.project), "--vars", json.dumps(self.variables)]
        left_out = [] if "--exclude-resource-type" in arguments else ["--exclude-resource-type", "test", "unit_test"]
        return ["build", *select, *left_out, *arguments, *place]

    AGAIN = SEEDS_STAY

    def environment(self, database: Path) -> dict:
        return {
            "LLM_COST_DUCKDB_PATH": str(database), "DBT_TARGET_PATH": str(self.folder / "target"), "DBT_LOG_PATH": str(self.folder / "logs"), "DBT_LOG_LEVEL_FILE": "none",
            "DO_NOT_TRACK": "1", "NO_COLOR": "1",
        }  # fmt: skip

    def build(self, database: Path, *arguments: str) -> tuple[bool, str]:
        """(whether it succeeded, what it printed)."""
        return self.dbt(*self.arguments(*arguments), **self.environment(database))

    def built(self, database: Path, *arguments: str) -> Path:
        """Like build, which must succeed; returns the database."""
        success, output = self.build(database, *arguments)
        assert success, output[-6000:]
        return database

    def seeded(self, database: Path) -> None:
        """Load every seed, so that a build with AGAIN works in a new database."""
        place = ["--project-dir", str(self.company.project), "--profiles-dir", str(self.company.project), "--vars", json.dumps(self.variables)]
        success, output = self.dbt("seed", *place, **self.environment(database))
        assert success, output[-6000:]

    def start(self, database: Path, *arguments: str, command: list[str] | None = None) -> subprocess.Popen:
        """A dbt run in a process group of its own, its output to be read."""
        told = [sys.executable, "-c", "import gc; gc.disable(); from dbt.cli.main import cli; cli()", *(command or self.arguments(*arguments))]
        return subprocess.Popen(
            told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **self.environment(database)}, start_new_session=True,
        )  # fmt: skip

    def close(self) -> None:
        self.dbt.close()


def rows(database: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.sql(query).fetchall()


def calls(database: Path) -> set[str]:
    """Response ids of the calls that count."""
    return {name for (name,) in rows(database, "select response_id from int_llm_cost__usage_events")}


def fates(database: Path) -> dict[str, tuple]:
    """File name -> (raw, billable, duplicate, rejected) rows."""
    found = rows(database, "select load_id, raw_rows, billable_events, duplicate_rows, rejected_rows from fct_llm_cost__row_accounting")
    return {load.rsplit("/", 1)[-1]: tuple(counts) for load, *counts in found}


def reasons(database: Path) -> dict[str, list[str]]:
    """File name -> reasons of its rejected rows."""
    found: dict[str, list[str]] = {}
    for load, reason in rows(database, "select load_id, reject_reason from fct_llm_cost__usage_rejects order by all"):
        found.setdefault(load.rsplit("/", 1)[-1], []).append(reason)
    return found


def repeats(one: Path, other: Path) -> dict[str, tuple]:
    """What differs between two databases built from the same, but for when they were built."""
    return differences(one, other, SINCE_THE_BUILD_BEFORE | TAKEN_UP, (*OF_THE_BUILD, *PLACES))


def kill_at(builds: Builds, database: Path, seconds: float, after: str = " START ") -> bool:
    """Build into the database and kill the process group so long after it printed a line, the first model's; whether it was still running."""
    process = builds.start(database, *builds.AGAIN)
    for line in process.stdout:
        if after in line:
            break
    threading.Thread(target=process.stdout.read, daemon=True).start()
    time.sleep(seconds)
    was_running = process.poll() is None
    if was_running:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return was_running


def seconds_of_models(builds: Builds, database: Path) -> float:
    """Build into the database; how long it took from the first model on."""
    process = builds.start(database, *builds.AGAIN)
    started, printed = None, []
    for line in process.stdout:
        printed.append(line)
        if started is None and " START " in line:
            started = time.monotonic()
    assert process.wait() == 0, "".join(printed)[-4000:]
    return time.monotonic() - started


def points(count: int, seconds: float, seed: int) -> list[float]:
    """Instants of a build at which it is killed."""
    dice = random.Random(seed)
    return [dice.uniform(0, seconds) for _ in range(count)]


# --- files that cannot be read

LISTED = ("occurred_at", "provider", "api_surface", "model_requested", "usage", "status", "response_id", "team")


def lines_of(name: str, count: int) -> list[str]:
    return [json.dumps(call(f"{name}-{number}", "2026-05-04T12:00:00Z", team="search")) for number in range(count)]


def csv_of(name: str, count: int) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(LISTED)
    for line in map(json.loads, lines_of(name, count)):
        writer.writerow([json.dumps(line[column]) if column == "usage" else line[column] for column in LISTED])
    return text.getvalue()


def parquet_of(folder: Path, name: str, count: int) -> bytes:
    (folder / "rows.jsonl").write_text("\n".join(lines_of(name, count)), encoding="utf-8")
    duckdb.sql(f"copy (select * from read_json('{folder}/rows.jsonl')) to '{folder}/rows.parquet'")
    return (folder / "rows.parquet").read_bytes()


def text_of(name: str, count: int) -> bytes:
    return ("\n".join(lines_of(name, count)) + "\n").encode()


def unreadable_files(folder: Path) -> dict[str, bytes]:
    """Files of which nothing can be read, by name."""
    noise = random.Random(5).randbytes
    parquet = parquet_of(folder, "never", 2000)
    table = csv_of("quote", 4).splitlines(keepends=True)
    return {
        # the quote of the third call is never closed
        "quote.csv": "".join([*table[:3], table[3].replace('}"', "}"), table[4]]).encode(),
        "garbage.jsonl.gz": b"no gzip at all" * 50,
        "garbage.csv.gz": b"no gzip at all" * 50,
        "garbage.parquet": b"PAR0" + noise(900),
        "no footer.parquet": parquet[:-500],
        "binary.csv": noise(3000),
        "binary.json": noise(3000),
    }


def broken_page(folder: Path) -> bytes:
    """A Parquet file with its footer whose data is damaged: nothing tells before it is read."""
    parquet = parquet_of(folder, "never", 2000)
    return parquet[:200] + random.Random(5).randbytes(300) + parquet[500:]


def partly_readable_files() -> dict[str, tuple[bytes, int, int]]:
    """Files broken in part: name -> (content, calls that must be billed at least, calls of the whole file)."""
    packed = gzip.compress(text_of("cut", 2000))
    lines = text_of("utf8", 4).splitlines(keepends=True)
    return {
        "cut.jsonl.gz": (packed[:-200], 1000, 2000),
        "utf8.jsonl": (b"".join([*lines[:2], lines[2].replace(b"utf8-2", b"\xff\xfe"), lines[3]]), 3, 4),
        "binary.jsonl": (random.Random(6).randbytes(3000) + b"\n" + text_of("after", 1), 1, 1),
    }


def empty_files() -> dict[str, bytes]:
    return {"empty.jsonl": b"", "empty.json": b"", "empty.csv": b"", "empty.parquet": b""}


def good_files(folder: Path) -> dict[str, bytes]:
    """A good file of every kind, two calls each."""
    return {
        "good.jsonl": text_of("jsonl", 2), "good.jsonl.gz": gzip.compress(text_of("gzip", 2)), "good.csv": csv_of("csv", 2).encode(),
        "good.parquet": parquet_of(folder, "parquet", 2), "good.json": ("[" + ",".join(lines_of("json", 2)) + "]").encode(),
    }  # fmt: skip


# --- disks

@contextmanager
def small_disk(folder: Path, size: int):
    """A disk of so many bytes at the folder, or the reason why there is none here: yields (reason, function that makes it larger)."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, text=True, check=False) if shutil.which("mount") else None
    if mounted is None or mounted.returncode:
        yield "no disk can be mounted here: " + (mounted.stderr.strip() if mounted else "there is no mount command"), None
        return
    try:
        yield None, lambda bytes_: subprocess.run(["mount", "-o", f"remount,size={bytes_}", str(folder)], check=True)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def writer(file: Path, name: str, pause: float = 0.002):
    """Something that appends calls to a file all the time, each in two pieces; yields the list of the calls written so far."""
    written, stop = [], threading.Event()

    def write():
        with file.open("a", encoding="utf-8") as log:
            while not stop.is_set():
                line = json.dumps(call(f"{name}-{len(written)}", "2026-05-05T12:00:00Z", team="growth")) + "\n"
                log.write(line[:50])
                log.flush()
                time.sleep(pause)
                log.write(line[50:])
                log.flush()
                written.append(f"{name}-{len(written)}")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()
