"""Somebody who reads what is published: python reader.py DATABASE STOP_FILE [--hold]. Until the file STOP_FILE is there it opens the database,
compares what several marts say, and closes; with --hold it keeps one connection. Prints {versions: {number: reads}, problems: []} as JSON."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections import Counter
from pathlib import Path

import duckdb


def look(connection: duckdb.DuckDBPyConnection) -> tuple[int, str | None]:
    """(number of the version, what is wrong with it). The queries are apart, as those of a dashboard are."""
    (version, marked), = connection.sql("select number, total_cost_usd from version_marker").fetchall()
    requests = connection.sql("select sum(total_cost_usd) from fct_llm_cost__requests").fetchone()[0]
    time.sleep(0.02)
    hourly = connection.sql("select sum(total_cost_usd) from fct_llm_cost__hourly").fetchone()[0]
    # a mart that is a view on an intermediate table
    tenants = connection.sql("select count(*) from fct_llm_cost__tenant_cache_daily").fetchone()[0]
    if requests != hourly or (marked is not None and marked != requests) or not tenants:
        return version, f"version {version}: marked {marked}, requests {requests}, hourly {hourly}, {tenants} rows of tenants"
    return version, None


def main(database: str, stop: Path, holds: bool) -> dict:
    """What was seen."""
    seen, problems = Counter(), []
    with contextlib.ExitStack() as kept:
        held = kept.enter_context(duckdb.connect(database, read_only=True)) if holds else None
        print("reading", flush=True)
        while not stop.exists():
            try:
                if held:
                    version, problem = look(held)
                    time.sleep(0.3)
                else:
                    with duckdb.connect(database, read_only=True) as connection:
                        version, problem = look(connection)
                    time.sleep(0.15)
                seen[version] += 1
                problems += [problem] if problem else []
            except duckdb.Error as error:
                problems.append(f"{type(error).__name__}: {error}")
    return {"versions": seen, "problems": problems}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), "--hold" in sys.argv)))
