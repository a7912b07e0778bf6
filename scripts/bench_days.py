"""The benchmark's history: one Parquet file a day, the last day the same whatever the size, and the files of the nights after it.

A day's file is a function of its date and of the calls a day (scripts/bench_history.sql). It is made once, in build/bench/days/, and linked
into the folder of each history that has it, so that 10, 20 and 100 million requests share their files.
"""

from __future__ import annotations

import hashlib
import os
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
from bench_support import BENCH, SCRIPTS

LAST_DAY = date(2026, 9, 15)
CALLS_PER_DAY = 200_000


def days_and_calls(rows: int, calls_per_day: int = CALLS_PER_DAY) -> tuple[int, int]:
    """How many days a history of so many requests has, and the calls of each."""
    days = max(1, round(rows / calls_per_day))
    return days, rows // days


def file_of(folder: Path, day: date) -> Path:
    return folder / f"day={day}.parquet"


def link_day(connection: duckdb.DuckDBPyConnection, day: date, calls: int, folder: Path) -> None:
    """Put a day's file into a history, making it first if no history has it yet. A file that is there is complete, and of this bench_history.sql."""
    statement = (SCRIPTS / "bench_history.sql").read_text()
    made = file_of(BENCH / "days" / f"{calls}-{hashlib.md5(statement.encode()).hexdigest()[:8]}", day)
    if not made.exists():
        made.parent.mkdir(parents=True, exist_ok=True)
        unfinished = made.with_suffix(".unfinished")
        connection.execute(statement.format(day=day, calls=calls, file=unfinished))
        # a file of the last minute would be read again by the next night
        an_hour_ago = time.time() - 3600
        os.utime(unfinished, (an_hour_ago, an_hour_ago))
        unfinished.rename(made)
    linked = file_of(folder, day)
    if linked.exists() and not linked.samefile(made):
        linked.unlink()
    if not linked.exists():
        os.link(made, linked)


def generate(rows: int, folder: Path, calls_per_day: int = CALLS_PER_DAY) -> None:
    """A history of so many requests up to LAST_DAY, and nothing after it: the files of earlier nights are taken out."""
    folder.mkdir(parents=True, exist_ok=True)
    days, calls = days_and_calls(rows, calls_per_day)
    wanted = [LAST_DAY - timedelta(days=ago) for ago in reversed(range(days))]
    for file in set(folder.glob("*.parquet")) - {file_of(folder, day) for day in wanted}:
        file.unlink()
    with duckdb.connect() as connection:
        for day in wanted:
            link_day(connection, day, calls, folder)


def next_day(rows: int, folder: Path, calls_per_day: int = CALLS_PER_DAY) -> Path:
    """Put the file of the day after the history's last into it: what a night finds. It has calls of earlier days that arrive late."""
    day = date.fromisoformat(max(file.stem for file in folder.glob("*.parquet")).removeprefix("day=")) + timedelta(days=1)
    with duckdb.connect() as connection:
        link_day(connection, day, days_and_calls(rows, calls_per_day)[1], folder)
    return file_of(folder, day)
