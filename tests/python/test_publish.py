"""People read while it builds: what is published is always one whole version, whatever happens to the build and to the publisher."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb
import publish
import pytest
from conftest import ROOT, built

SCRIPT = ROOT / "scripts" / "publish.py"
READER = Path(__file__).parent / "support" / "reader.py"
NIGHTS = 20
REAL_NIGHTS = (2, 3)  # of the twenty, those that are a dbt build; the others write into the build file by hand
CALL = {
    "occurred_at": "2026-09-12T10:00:00Z", "provider": "anthropic", "api_surface": "anthropic_messages", "model_requested": "claude-sonnet-4-6",
    "status": "success", "usage": {"input_tokens": 1000, "output_tokens": 100}, "team": "search",
}  # fmt: skip


def small(database: Path, night: int) -> Path:
    """A build file in miniature, four megabytes: `night` requests of 1 USD each, in one hour."""
    with duckdb.connect(str(database)) as connection:
        connection.sql(f"create or replace table fct_llm_cost__requests as select range as id, 1::decimal(28, 12) as total_cost_usd from range({night})")
        connection.sql(f"create or replace table fct_llm_cost__hourly as select {night}::decimal(28, 12) as total_cost_usd")
        connection.sql("create table if not exists int_llm_cost__rows as select uuid() as noise from range(250000)")
        connection.sql("create or replace view fct_llm_cost__on_rows as select count(*) as rows from int_llm_cost__rows")
    return database


def requests_in(database: Path) -> int:
    """Requests of a published file, read as BI does."""
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.sql("from fct_llm_cost__on_rows").fetchall() == [(250000,)]
        return connection.sql("select count(*) from fct_llm_cost__requests").fetchone()[0]


def run(*arguments: object, **keywords) -> subprocess.CompletedProcess:
    """The command, in a process of its own."""
    return subprocess.run([sys.executable, str(SCRIPT), *map(str, arguments)], capture_output=True, text=True, check=False, **keywords)


def leftovers(folder: Path) -> list[str]:
    """What a publisher leaves when it is stopped."""
    return [entry.name for place in (folder, folder / "versions") for entry in place.iterdir() if entry.name.startswith(publish.LEFTOVER)]


def test_readers_see_whole_versions_through_twenty_nights(demo_build, tmp_path):
    """Two readers that open, query and close, and one that keeps its connection, while twenty nights are built and published. Two of the
    nights are a dbt build with a new log, the second of the spine alone; the others change the build file by hand, mart by mart, each in a
    transaction of its own, so that the build file is torn between them as it is during a build."""
    database, folder, stop = tmp_path / "demo.duckdb", tmp_path / "published", tmp_path / "stop"
    shutil.copy(demo_build[0], database)
    logs = [str(ROOT / "demo" / "usage_log" / "*.jsonl"), str(tmp_path / "new" / "*.jsonl")]
    (tmp_path / "new").mkdir()
    variables = {"llm_cost_sources": ["usage_log", "claude_code", "litellm"], "llm_cost_usage_log_files": logs}

    def mark(number: int, total: str = "null") -> None:
        with duckdb.connect(str(database)) as connection:
            connection.sql(f"create or replace table version_marker as select {number} as number, cast({total} as decimal(38, 12)) as total_cost_usd")

    def dbt_night(number: int) -> None:
        (tmp_path / "new" / f"{number}.jsonl").write_text(json.dumps({**CALL, "response_id": f"night-{number}"}) + "\n", encoding="utf-8")
        part = ("--select", "+fct_llm_cost__hourly") if number == REAL_NIGHTS[-1] else ()
        built("build", "--exclude-resource-type", "test", "unit_test", *part, database=database, work=tmp_path, variables=variables)
        mark(number)

    def hand_night(number: int) -> None:
        for mart in ("fct_llm_cost__requests", "fct_llm_cost__hourly"):
            with duckdb.connect(str(database)) as connection:
                connection.sql(f"update {mart} set total_cost_usd = total_cost_usd + 1 where rowid = (select min(rowid) from {mart} where total_cost_usd > 0)")
        mark(number, "(select sum(total_cost_usd) from fct_llm_cost__requests)")

    mark(1)
    publish.publish(database, folder)
    reader = [sys.executable, str(READER), str(folder / "demo.duckdb"), str(stop)]
    readers = [subprocess.Popen([*reader, *more], stdout=subprocess.PIPE, text=True) for more in ([], [], ["--hold"])]
    try:
        assert [reader.stdout.readline() for reader in readers] == ["reading\n"] * 3
        for number in range(2, NIGHTS + 1):
            dbt_night(number) if number in REAL_NIGHTS else hand_night(number)
            told = publish.publish(database, folder)
            assert (len(told.kept), len(told.removed)) == (min(number, 3), int(number > 3))
    finally:
        stop.touch()
    seen = [json.loads(reader.communicate(timeout=60)[0]) for reader in readers]
    assert [told["problems"] for told in seen] == [[]] * 3
    *passing, holding = [{int(number): reads for number, reads in told["versions"].items()} for told in seen]
    assert list(holding) == [1] and holding[1] > 10, "who keeps a connection keeps its version, also when it was pruned"
    together = set().union(*passing)
    assert together <= set(range(1, NIGHTS + 1)) and len(together) > NIGHTS / 2 and sum(sum(reads.values()) for reads in passing) > NIGHTS, passing
    assert all(list(reads) == sorted(reads) for reads in passing), "nobody was put back to an older version"
    with duckdb.connect(str(folder / "demo.duckdb"), read_only=True) as connection:
        assert connection.sql("select number from version_marker").fetchone() == (NIGHTS,)
        dbt_calls = connection.sql("select count(*) from fct_llm_cost__requests where response_id like 'night-%'").fetchone()[0]
    assert dbt_calls == len(REAL_NIGHTS)


# what dies, and which version people read afterwards: 1, the one before, or 2, the new one
THIRD_READ = """
read, left = os.read, [3]
def third(*arguments):
    left[0] -= 1
    return read(*arguments) if left[0] else die()
publish.CHUNK, os.read = 2 ** 20, third
"""
STEPS = {
    "in the middle of the copy": (THIRD_READ, 1),
    "before the copy is compared": ("figures = publish.figures\npublish.figures = lambda file: die() if 'incomplete' in str(file) else figures(file)", 1),
    "before the copy is a version": ("publish.synced = die", 1),
    "before the switch": ("publish.switch = die", 1),
    "in the switch": ("os.replace = die", 1),
    "before pruning": ("publish.prune = die", 2),
    "while pruning": ("publish.KEEP = 2\nshutil.rmtree = die", 2),
}


@pytest.mark.parametrize("step", STEPS)
def test_killed_publisher_leaves_a_whole_version(tmp_path, step):
    """SIGKILL at every step: people read the version before, or the new one once it is in place; the next run clears up and publishes."""
    patch, served = STEPS[step]
    folder = tmp_path / "published"
    database = small(tmp_path / "llm_cost.duckdb", 1)
    for _ in range(2):
        publish.publish(database, folder)
    small(database, 2)
    program = f"""
import os, shutil, signal, sys
from pathlib import Path
sys.path.insert(0, {str(SCRIPT.parent)!r})
import publish
def die(*arguments, **keywords):
    os.kill(os.getpid(), signal.SIGKILL)
{patch}
publish.publish(Path({str(database)!r}), Path({str(folder)!r}), keep=publish.KEEP)
"""
    killed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert killed.returncode == -9, killed.stderr
    assert requests_in(folder / "llm_cost.duckdb") == served
    small(database, 3)
    told = publish.publish(database, folder)
    assert requests_in(folder / "llm_cost.duckdb") == 3
    assert leftovers(folder) == [] and len(told.kept) == 3


def test_disk_full_leaves_the_version_before(tmp_path, monkeypatch):
    """No room for the copy, told beforehand or while it is written: exit code 4, the version before is served, nothing half-made is left."""
    folder = tmp_path / "published"
    database = small(tmp_path / "llm_cost.duckdb", 1)
    publish.publish(database, folder)
    small(database, 2)
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20)); sys.path.insert(0, sys.argv[1]); import publish; "
    command = [sys.executable, "-c", limited + "sys.exit(publish.main(sys.argv[2:]))", str(SCRIPT.parent), "--database", str(database), "--to", str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 4 and result.stderr.startswith("Not published. OSError"), result.stderr
    assert requests_in(folder / "llm_cost.duckdb") == 1 and leftovers(folder) == [] and len(publish.complete_versions(folder)) == 1
    monkeypatch.setattr(publish.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(publish.Failed, match="disk is full"):
        publish.publish(database, folder)
    assert requests_in(folder / "llm_cost.duckdb") == 1 and leftovers(folder) == []
    monkeypatch.undo()
    publish.publish(database, folder)
    assert requests_in(folder / "llm_cost.duckdb") == 2


def test_copy_that_differs_is_not_published(tmp_path, monkeypatch):
    """A copy with other rows, and a build file that changed meanwhile."""
    folder = tmp_path / "published"
    database = small(tmp_path / "llm_cost.duckdb", 1)
    publish.publish(database, folder)
    small(database, 2)
    told, wrong = publish.figures, {"rows": {"fct_llm_cost__hourly": 1, "fct_llm_cost__requests": 7}}
    monkeypatch.setattr(publish, "figures", lambda file: told(file) | (wrong if "incomplete" in str(file) else {}))
    with pytest.raises(publish.Failed, match="fct_llm_cost__requests are 7, not 2"):
        publish.publish(database, folder)
    monkeypatch.undo()
    copied = publish.copied
    monkeypatch.setattr(publish, "copied", lambda source, target: (copied(source, target), os.utime(database))[0])
    with pytest.raises(publish.Failed, match="changed while it was copied"):
        publish.publish(database, folder)
    monkeypatch.undo()
    assert requests_in(folder / "llm_cost.duckdb") == 1 and leftovers(folder) == [] and len(publish.complete_versions(folder)) == 1
    damaged = tmp_path / "damaged.duckdb"
    damaged.write_bytes(database.read_bytes()[:100_000])
    assert run("--database", damaged, "--to", folder).returncode == 4, "half a database is no database"


def test_a_writer_is_waited_for_and_a_reader_is_not(tmp_path):
    """While another process writes the build file: exit code 3, nothing written. One that reads it is in nobody's way."""
    folder, database = tmp_path / "published", small(tmp_path / "llm_cost.duckdb", 1)
    for is_reader, code in ((False, 3), (True, 0)):
        program = f"import duckdb; c = duckdb.connect({str(database)!r}, read_only={is_reader}); c.sql('select 1'); print('open', flush=True); input()"
        with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout.readline() == "open\n"
            result = run("--database", database, "--to", folder)
            assert result.returncode == code, result.stderr
            other.communicate("\n")
        if not is_reader:
            assert "being written by another process" in result.stderr and publish.complete_versions(folder) == []
    with publish.build_lock(database):
        result = run("--database", database, "--to", folder)
    assert result.returncode == 3 and "Another build or publisher" in result.stderr
    assert len(publish.complete_versions(folder)) == 1


def test_what_a_killed_build_committed_is_published(tmp_path):
    """A build that was killed leaves a write-ahead log: it is brought into the file before the copy, and none is published."""
    folder, database = tmp_path / "published", small(tmp_path / "llm_cost.duckdb", 1)
    program = f"""
import duckdb, os, signal
connection = duckdb.connect({str(database)!r})
connection.sql("insert into fct_llm_cost__requests values (8, 1)")
connection.sql("update fct_llm_cost__hourly set total_cost_usd = 2")
connection.sql("begin")
connection.sql("insert into fct_llm_cost__requests values (9, 1)")
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    assert Path(f"{database}.wal").exists()
    told = publish.publish(database, folder)
    assert told.rows["fct_llm_cost__requests"] == requests_in(folder / "llm_cost.duckdb") == 2 and told.total_cost_usd == "2.000000000000"
    assert sorted(file.name for file in Path(told.version).parent.iterdir()) == ["llm_cost.duckdb", "version.json"]
    assert json.loads((Path(told.version).parent / "version.json").read_text())["rows"] == told.rows


def test_old_versions_are_pruned_and_the_current_never(tmp_path, monkeypatch):
    """The newest are kept, in the order in which they were published, whatever the clock says; who has a pruned one open keeps it."""
    folder, database = tmp_path / "published", small(tmp_path / "llm_cost.duckdb", 1)
    clock = [datetime(2027, 1, 1, tzinfo=timezone.utc)]

    class Clock(datetime):
        @classmethod
        def now(cls, zone=None):
            return clock[0]

    monkeypatch.setattr(publish, "datetime", Clock)
    published = [publish.publish(database, folder)]
    with duckdb.connect(str(folder / "llm_cost.duckdb"), read_only=True) as reader:
        for night, back in ((2, 0), (3, 30), (4, -1), (5, 200)):
            clock[0] -= timedelta(days=back)
            small(database, night)
            published.append(publish.publish(database, folder, keep=2))
        assert reader.sql("select count(*) from fct_llm_cost__requests").fetchone() == (1,), "pruned, and still readable"
        with duckdb.connect(str(folder / "llm_cost.duckdb"), read_only=True) as newcomer:
            assert newcomer.sql("select count(*) from fct_llm_cost__requests").fetchone() == (5,), "a new connection of the same process has the new version"
    names = [Path(told.version).parent.name for told in published]
    assert names == sorted(set(names)), "names keep their order though the clock went back"
    assert publish.complete_versions(folder) == names[-2:] and requests_in(folder / "llm_cost.duckdb") == 5
    # an older version is put back by hand: it is the current one now, and stays
    os.unlink(folder / "llm_cost.duckdb")
    (folder / "llm_cost.duckdb").symlink_to(Path("versions") / names[-2] / "llm_cost.duckdb")
    assert publish.prune(folder, "llm_cost.duckdb", 1) == [names[-1]] and requests_in(folder / "llm_cost.duckdb") == 4
    assert run("--database", database, "--to", folder, "--keep", 1).returncode == 2


def test_two_databases_in_one_folder(tmp_path):
    """Each has its own versions: publishing one often does not remove what is served of the other."""
    one, other, folder = small(tmp_path / "one.duckdb", 7), tmp_path / "other.duckdb", tmp_path / "published"
    publish.publish(one, folder)
    for night in range(1, 5):
        told = publish.publish(small(other, night), folder)
    assert len(told.kept) == 3 and requests_in(folder / "other.duckdb") == 4
    assert requests_in(folder / "one.duckdb") == 7


def test_a_place_where_no_lock_can_be_made(tmp_path, monkeypatch):
    """Exit code 4 and a sentence, no traceback."""
    database = small(tmp_path / "one.duckdb", 1)
    monkeypatch.setattr(publish, "build_lock", lambda _: (_ for _ in ()).throw(PermissionError("denied")))
    with pytest.raises(publish.Failed, match="PermissionError"):
        publish.publish(database, tmp_path / "published")


def test_file_system_without_symbolic_links(tmp_path, monkeypatch):
    """A hard link takes its place."""
    folder, database = tmp_path / "published", small(tmp_path / "llm_cost.duckdb", 1)

    def refuse(*_):
        raise PermissionError("no symbolic links here")

    monkeypatch.setattr(publish.Path, "symlink_to", refuse)
    for night in (1, 2, 3, 4):
        told = publish.publish(small(database, night), folder, keep=2)
    assert not (folder / "llm_cost.duckdb").is_symlink() and requests_in(folder / "llm_cost.duckdb") == 4
    assert len(told.kept) == 2 and publish.current_version(folder, "llm_cost.duckdb") == told.kept[-1]


def test_nothing_else_is_replaced(tmp_path):
    """The build file itself, a file of somebody else's, a database without marts, none at all: each has its sentence and its exit code."""
    database = small(tmp_path / "llm_cost.duckdb", 1)
    before = database.read_bytes()
    result = run("--database", database, "--to", tmp_path)
    assert result.returncode == 2 and "publish into another folder" in result.stderr and database.read_bytes() == before
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "llm_cost.duckdb").write_text("theirs")
    result = run("--database", database, "--to", tmp_path / "theirs")
    assert result.returncode == 4 and "in the way" in result.stderr and (tmp_path / "theirs" / "llm_cost.duckdb").read_text() == "theirs"
    duckdb.connect(str(tmp_path / "other.duckdb")).close()
    result = run("--database", tmp_path / "other.duckdb", "--to", tmp_path / "new")
    assert result.returncode == 2 and "no mart" in result.stderr and not (tmp_path / "new" / "other.duckdb").exists()
    assert run("--database", tmp_path / "absent.duckdb").returncode == 2


def test_command_line(tmp_path):
    """Where to is an option or a variable; a line for people or JSON; nobody may write a version."""
    database = small(tmp_path / "llm_cost.duckdb", 3)
    environment = {**os.environ, "LLM_COST_DUCKDB_PATH": str(database), "LLM_COST_PUBLISH_DIR": str(tmp_path / "bi")}
    told = json.loads(run("--json", env=environment).stdout)
    assert told["rows"] == {"fct_llm_cost__hourly": 1, "fct_llm_cost__requests": 3} and told["database"] == str(tmp_path / "bi" / "llm_cost.duckdb")
    assert Path(told["version"]).stat().st_mode & 0o222 == 0 and Path(told["version"]).read_bytes() == database.read_bytes()
    line = run("--to", tmp_path / "bi", env=environment).stdout
    assert "2 versions kept, 0 removed" in line and line.count("\n") == 1
    with contextlib.closing(duckdb.connect()) as connection:
        connection.sql(f"attach '{tmp_path / 'bi' / 'llm_cost.duckdb'}' as llm_cost (read_only)")
        assert connection.sql("from llm_cost.fct_llm_cost__on_rows").fetchall() == [(250000,)], "attached under its own name, the views work"
