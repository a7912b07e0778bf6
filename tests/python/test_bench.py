"""The benchmark measures what it says: its history has the stated shares, whatever its length. Nothing is timed."""

from __future__ import annotations

import time
from datetime import date

import bench_days
import duckdb
import pytest
from bench_package import readme_queries
from bench_support import folder_bytes
from conftest import ROOT

CALLS = 5_000


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Histories of 2 and of 4 days up to the same last one, and the night after the shorter one."""
    home = tmp_path_factory.mktemp("bench")
    patch = pytest.MonkeyPatch()
    patch.setattr(bench_days, "BENCH", home)
    for name, days in (("short", 2), ("long", 4)):
        bench_days.generate(days * CALLS, home / name, CALLS)
    bench_days.next_day(2 * CALLS, home / "short", CALLS)
    yield home / "short", home / "long"
    patch.undo()


def test_the_last_days_are_the_same_in_every_size(folders):
    short, long = folders
    assert sorted(file.name for file in short.iterdir()) == ["day=2026-09-14.parquet", "day=2026-09-15.parquet", "day=2026-09-16.parquet"]
    for file in ("day=2026-09-14.parquet", "day=2026-09-15.parquet"):
        assert (short / file).samefile(long / file)


def test_files_have_settled(folders):
    """Also those of nights: a file of the last minute would be read a second time by the next night."""
    short, _ = folders
    assert all(time.time() - file.stat().st_mtime > 3000 for file in short.iterdir())


def test_bytes_of_a_folder(tmp_path):
    """A folder that is gone counts nothing: DuckDB removes the one it spills to."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "spilled").write_bytes(b"12345")
    assert (folder_bytes(tmp_path), folder_bytes(tmp_path / "gone")) == (5, 0)


def test_a_history_that_starts_again_has_no_nights(folders):
    short, _ = folders
    bench_days.generate(2 * CALLS, short, CALLS)
    assert bench_days.next_day(2 * CALLS, short, CALLS) == bench_days.file_of(short, date(2026, 9, 16))


def test_shares(folders):
    """What docs/benchmarks.md says of the history, of 20,000 calls."""
    _, long = folders
    rows, calls, failed, unknown, negative, late, of_days_before = duckdb.execute(
        """
        select
            count(*), count(distinct coalesce(response_id, request_id)), avg((usage is null)::int), avg((model_requested = 'in-house-preview')::int),
            avg(coalesce(regexp_matches(usage, 'okens?(Count)?":-'), false)::int), avg((occurred_at::date < file_day - 1)::int), list(distinct file_day - occurred_at::date)
        from (select *, cast(regexp_extract(filename, 'day=(.{10})', 1) as date) as file_day from read_parquet(?, filename = true))
        """,
        [str(long / "*.parquet")],
    ).fetchone()
    assert 0.007 < rows / calls - 1 < 0.013
    assert 0.003 < failed < 0.007 and 0.001 < unknown < 0.0035 and 0.0003 < negative < 0.003
    assert 0.0005 < late < 0.003
    assert sorted(of_days_before) == [0, 1, 3]


def test_every_query_of_the_readme_is_measured():
    queries = readme_queries()
    assert len(queries) == (ROOT / "README.md").read_text(encoding="utf-8").count("<!-- query: ")
    assert all(query.startswith(("select", "with")) for query in queries.values())
