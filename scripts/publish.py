"""Puts a complete copy of the DuckDB file where people read, in one step, so that nobody who reads stands in the way of a build.

    .venv/bin/python scripts/publish.py [--database llm_cost.duckdb] [--to published] [--keep 3] [--json]

The build works on its own file. BI opens `published/llm_cost.duckdb`, read-only, at any time:

    published/llm_cost.duckdb                                a link to the current version, replaced atomically
    published/versions/20261130T010612.123456Z/llm_cost.duckdb   a whole copy, never written again
    published/versions/20261130T010612.123456Z/version.json      what is in it: rows of every mart, total cost, when

Who has a version open keeps it, also after it was pruned. Whatever goes wrong on the way (killed, disk full, a copy that does not match),
the version before stays, and the next run clears away what was left. Exit code 0: published, 2: there is nothing to publish or the arguments
are wrong, 3: another process holds the file, 4: publishing failed. docs/nightly.md says why it is the whole file that is copied.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

DATABASE = "llm_cost.duckdb"
FOLDER = "published"
KEEP = 3
# of a folder in `versions`: one that is complete, and one that is not, or is on its way out
NAME = "%Y%m%dT%H%M%S.%fZ"
COMPLETE = re.compile(r"\d{8}T\d{6}\.\d{6}Z")
LEFTOVER = (".incomplete-", ".gone-", ".switching-")
CHUNK = 64 * 1024 * 1024
FICLONE = 0x40049409  # Linux: let two files share their blocks
# marts whose cost is compared between the build file and the copy
COSTS = ("fct_llm_cost__requests", "fct_llm_cost__hourly")


class Nothing(Exception):
    """There is nothing that could be published, or nowhere to put it: the message is for the user."""


class Busy(Exception):
    """Another process holds the file: the message says which."""


class Failed(Exception):
    """Nothing was published, the version before is still served: the message says why."""


@dataclass
class Published:
    """What one run did. Sizes in bytes, times in seconds."""

    database: str  # what BI opens
    version: str  # the copy that this is now
    published_at: str
    bytes: int
    seconds: float
    shares_blocks: bool  # the file system shares the blocks of the build file with the copy
    rows: dict[str, int]  # of every mart
    total_cost_usd: str | None  # of the hourly mart, None in a file without it
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


@contextlib.contextmanager
def lock(file: Path, taken: str):
    """Hold an exclusive lock on a file of its own while the block runs; Busy with the words `taken` where another process has it. The lock
    goes with the process, however that ends. Gives the descriptor: a child that inherits it holds the lock too."""
    if fcntl is None:
        raise Nothing("Publishing needs Linux, macOS or WSL: Windows cannot replace a file that somebody has open.")
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(taken) from None
        yield held.fileno()


def build_lock(database: Path):
    """The lock that two nightly commands and two publishers of one database exclude each other by."""
    return lock(Path(f"{database}.lock"), f"Another build or publisher is at work on {database}: nothing was done.")


def holder(error: Exception) -> str:
    """Which process DuckDB says has the file, in words: 'python3.11, PID 4711'."""
    found = re.search(r"lock is held in (\S+)?.*?\(PID (\d+)\)", str(error))
    return f"{Path(found[1] or 'a process').name}, PID {found[2]}" if found else "another process"


def is_locked(error: object) -> bool:
    """Whether DuckDB says that another process has the file."""
    return "Could not set lock on file" in str(error)


def settle(database: Path) -> None:
    """Bring what a killed build left in the write-ahead log into the file itself, where there is such a log."""
    if not Path(f"{database}.wal").exists():
        return
    try:
        with duckdb.connect(str(database)) as connection:
            connection.sql("checkpoint")
    except duckdb.IOException as error:
        if is_locked(error):
            raise Busy(f"{database} is open in {holder(error)}: close it, or wait for it.") from None
        raise


@contextlib.contextmanager
def quiet(database: Path):
    """Keep every writer out of the database while the block runs, and give a descriptor to read the file by.

    It is the lock that a DuckDB reader takes. It would vanish if this process closed another descriptor of the file, so nothing inside the
    block may open the file here: figures() asks a process of its own."""
    for _ in range(5):
        settle(database)
        source = os.open(database, os.O_RDONLY)
        try:
            try:
                fcntl.lockf(source, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except (BlockingIOError, PermissionError):
                raise Busy(f"{database} is being written by another process: wait for it.") from None
            # a writer may have come and gone, or been killed, between the two
            if not Path(f"{database}.wal").exists():
                yield source
                return
        finally:
            os.close(source)
    raise Busy(f"{database} is being written again and again: nothing was published.")


def figures(file: Path) -> dict:
    """Rows of every mart and the total costs of a database, read in a process of its own."""
    told = subprocess.run([sys.executable, __file__, "--figures", str(file)], capture_output=True, text=True, check=False)
    if told.returncode:
        raise Failed(f"{file} cannot be read: {told.stderr.strip()}")
    return json.loads(told.stdout)


def figures_here(file: Path) -> dict:
    """{'rows': {mart: rows}, 'views': [mart], 'costs': {mart: total_cost_usd}} of a database. A mart that is a view must run; counting its
    rows would compute it. The name of a mart that is not in the schema main has its schema before it."""
    with duckdb.connect(str(file), read_only=True) as connection:
        marts = connection.sql("""
            select schema_name, table_name, false as is_view from duckdb_tables() where database_name = current_database()
            union all
            select schema_name, view_name, true from duckdb_views() where database_name = current_database() and not internal
        """).filter("regexp_matches(table_name, '^(fct|dim)_llm_cost__')").order("1, 2").fetchall()
        told: dict = {"rows": {}, "views": [], "costs": {}}
        for schema, mart, is_view in marts:
            name = mart if schema == "main" else f"{schema}.{mart}"
            relation = connection.sql(f'from "{schema}"."{mart}"')
            if is_view:
                relation.limit(1).fetchall()
                told["views"].append(name)
                continue
            told["rows"][name] = relation.count("*").fetchone()[0]
            if mart in COSTS:
                told["costs"][name] = str(relation.sum("total_cost_usd").fetchone()[0])
    return told


def copied(source: int, target: Path) -> bool:
    """Copy the file behind a descriptor to a new file, down to the disk. True where the file system lets both share their blocks (XFS,
    Btrfs): then it takes no time and no space, however large the file is."""
    size = os.fstat(source).st_size
    with target.open("xb") as copy:
        shares = cloned(source, copy.fileno())
        if not shares:
            free = shutil.disk_usage(target.parent).free
            if free < size:
                raise Failed(f"The disk is full: the copy needs {size:,} bytes, {free:,} are left.")
            os.lseek(source, 0, os.SEEK_SET)
            while chunk := os.read(source, CHUNK):
                copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    # nobody writes a version, by mistake neither
    target.chmod(stat.S_IMODE(os.fstat(source).st_mode) & 0o444)
    return shares


def cloned(source: int, target: int) -> bool:
    """Let the file system share the blocks, False where it cannot."""
    try:
        fcntl.ioctl(target, FICLONE, source)
    except OSError:
        return False
    return True


def synced(folder: Path) -> None:
    """What was renamed in a folder is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def complete_versions(folder: Path) -> list[str]:
    """Names of the versions that are complete, oldest first."""
    return sorted(entry.name for entry in (folder / "versions").iterdir() if COMPLETE.fullmatch(entry.name))


def versions_of(folder: Path, file_name: str) -> list[str]:
    """Those of one database."""
    return [name for name in complete_versions(folder) if (folder / "versions" / name / file_name).exists()]


def new_name(versions: list[str], now: datetime) -> str:
    """The name of the next version: the time, or just after the newest version where the clock went back, so that names keep their order."""
    if versions:
        now = max(now, datetime.strptime(versions[-1], NAME).replace(tzinfo=timezone.utc) + timedelta(microseconds=1))
    return now.strftime(NAME)


def clear_leftovers(folder: Path) -> None:
    """Remove what a killed run left."""
    for place in (folder, folder / "versions"):
        for entry in place.iterdir():
            if entry.name.startswith(LEFTOVER):
                shutil.rmtree(entry, ignore_errors=True) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


def current_version(folder: Path, file_name: str) -> str | None:
    """Name of the version that is served, None before the first."""
    link = folder / file_name
    with contextlib.suppress(OSError):
        served = link.stat()
        for name in versions_of(folder, file_name):
            if os.path.samestat((folder / "versions" / name / file_name).stat(), served):
                return name
    return None


def switch(folder: Path, file_name: str, name: str) -> None:
    """Let the link that BI opens lead to a version, in one step. Where the file system has no symbolic links it becomes a hard link."""
    link, waiting = folder / file_name, folder / f".switching-{name}"
    try:
        waiting.symlink_to(Path("versions") / name / file_name)
    except OSError:
        os.link(folder / "versions" / name / file_name, waiting)
    os.replace(waiting, link)
    synced(folder)


def prune(folder: Path, file_name: str, keep: int) -> list[str]:
    """Remove all but the current version of a database and the newest before it, `keep` in all. Returns what was removed. Who has one open keeps
    it. Versions of other databases that are published into the folder stay."""
    current = current_version(folder, file_name)
    older = [name for name in versions_of(folder, file_name) if name != current]
    removed = []
    for name in older[: max(0, len(older) - (keep - 1))]:
        version, gone = folder / "versions" / name, folder / "versions" / f".gone-{name}"
        with contextlib.suppress(OSError):  # what cannot be removed now is in nobody's way, and the next run tries again
            version.rename(gone)
            removed.append(name)
            shutil.rmtree(gone)
    return removed


def check_place(database: Path, folder: Path) -> None:
    """Refuse to put a link where a file stands that was not published: the build file itself, say."""
    link = folder / database.name
    if folder.exists() and not folder.is_dir():
        raise Failed(f"{folder} is no folder.")
    if link.exists() and link.samefile(database):
        raise Nothing(f"{link} is the file that the build writes: publish into another folder.")
    if link.is_dir() or (link.exists() and not link.is_symlink() and current_version(folder, database.name) is None):
        raise Failed(f"{link} is in the way: it was not published by this command. Move it.")


def publish(database: Path, folder: Path, keep: int = KEEP, has_lock: bool = False) -> Published:
    """Publish a database into a folder. Raises Nothing, Busy or Failed; the version before is served then, and nothing half-made is left.

    has_lock: the caller holds build_lock(database). The calling process must have no connection to the database."""
    if keep < 2:
        raise Nothing("At least 2 versions are kept: who is just opening the one before must find it.")
    if not database.is_file():
        raise Nothing(f"{database} does not exist: run dbt build, or set LLM_COST_DUCKDB_PATH.")
    with contextlib.ExitStack() as held:
        try:
            if not has_lock:
                held.enter_context(build_lock(database))
            check_place(database, folder)
            (folder / "versions").mkdir(parents=True, exist_ok=True)
            held.enter_context(lock(folder / ".lock", f"Another publisher is at work in {folder}: nothing was published."))
            return publish_alone(database, folder, keep)
        except (OSError, duckdb.Error) as error:
            raise Failed(f"{type(error).__name__}: {error}") from error


def publish_alone(database: Path, folder: Path, keep: int) -> Published:
    """Publish, while nobody else publishes into the folder."""
    started, now = time.monotonic(), datetime.now(timezone.utc)
    clear_leftovers(folder)
    name = new_name(complete_versions(folder), now)
    incomplete, version = folder / "versions" / f".incomplete-{name}", folder / "versions" / name
    incomplete.mkdir()
    try:
        with quiet(database) as source:
            before, expected = os.fstat(source), figures(database)
            if not expected["rows"]:
                raise Nothing(f"{database} has no mart of llm_cost: run dbt build first.")
            shares = copied(source, incomplete / database.name)
            after = os.stat(database)
            if (before.st_ino, before.st_size, before.st_mtime_ns) != (after.st_ino, after.st_size, after.st_mtime_ns):
                raise Failed(f"{database} was changed while it was copied.")
        found = figures(incomplete / database.name)
        if found != expected:
            raise Failed(f"The copy does not match {database}: {difference(expected, found)}.")
        told = Published(
            database=str(folder / database.name), version=str(version / database.name), published_at=now.isoformat(timespec="seconds"),
            bytes=before.st_size, seconds=0.0, shares_blocks=shares, rows=found["rows"], total_cost_usd=found["costs"].get("fct_llm_cost__hourly"),
        )  # fmt: skip
        contents = {name: value for name, value in asdict(told).items() if name not in ("seconds", "kept", "removed")}
        (incomplete / "version.json").write_text(json.dumps(contents, indent=1), encoding="utf-8")
        synced(incomplete)
        incomplete.rename(version)
        synced(folder / "versions")
    except BaseException:
        shutil.rmtree(incomplete, ignore_errors=True)
        raise
    try:
        switch(folder, database.name, name)
    except BaseException:
        if current_version(folder, database.name) != name:
            shutil.rmtree(version, ignore_errors=True)
        raise
    told.removed = prune(folder, database.name, keep)
    told.kept = versions_of(folder, database.name)
    told.seconds = round(time.monotonic() - started, 3)
    return told


def difference(expected: dict, found: dict) -> str:
    """The first figure in which two databases differ, in words."""
    for what in ("rows", "costs"):
        for mart in expected[what] | found[what]:
            if expected[what].get(mart) != found[what].get(mart):
                return f"{what} of {mart} are {found[what].get(mart)}, not {expected[what].get(mart)}"
    return "other views"


def in_words(told: Published) -> str:
    """One line for a person."""
    how = "shares its blocks with the build file" if told.shares_blocks else "copied"
    versions = f"{len(told.kept)} versions kept, {len(told.removed)} removed"
    return f"{told.database} is now {Path(told.version).parent.name}: {told.bytes / 1e6:,.1f} MB {how} in {told.seconds:.1f} s; {versions}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that the nightly command has too."""
    parser.add_argument("--to", type=Path, default=None, help=f"folder to publish into (LLM_COST_PUBLISH_DIR, else {FOLDER})")
    parser.add_argument("--keep", type=int, default=KEEP, help=f"versions to keep, the current one included, at least 2 (default {KEEP})")


def folder_of(options: argparse.Namespace) -> Path:
    """Where to publish, as the options or the environment say."""
    return options.to or Path(os.environ.get("LLM_COST_PUBLISH_DIR") or FOLDER)


def main(arguments: list[str]) -> int:
    """Exit code 0, 2, 3 or 4, as above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, help=f"the file that the build writes (LLM_COST_DUCKDB_PATH, else {DATABASE})")
    add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print what was done for machines")
    parser.add_argument("--figures", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.figures:
        try:
            print(json.dumps(figures_here(options.figures)))
        except duckdb.Error as error:
            print(str(error).splitlines()[0], file=sys.stderr)
            return 1
        return 0
    database = options.database or Path(os.environ.get("LLM_COST_DUCKDB_PATH") or DATABASE)
    try:
        told = publish(database, folder_of(options), options.keep)
    except (Nothing, Busy, Failed) as error:
        print(f"Not published. {error}", file=sys.stderr)
        return {Nothing: 2, Busy: 3, Failed: 4}[type(error)]
    print(json.dumps(asdict(told), indent=1) if options.json else in_words(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
