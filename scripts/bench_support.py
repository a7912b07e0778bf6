"""What the benchmarks share: running a process and measuring it, sizes, tables of the reports."""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
ROOT = SCRIPTS.parent
BENCH = ROOT / "build" / "bench"


@dataclass
class Run:
    """One measured process: seconds, MB of 2^20 bytes. What it reports of itself is `steps`, seconds each, and work_seconds: their sum, or the time
    from its first to its last."""

    wall_seconds: float
    cpu_seconds: float
    peak_mb: int
    written_mb: int
    spilled_mb: int
    output: str = ""
    work_seconds: float = 0.0
    file_mb: int = 0
    steps: dict[str, float] = field(default_factory=dict)

    def kept(self) -> dict:
        """What goes into results.json."""
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in self.__dict__.items() if name != "output"}


def watched(command: list[str], environment: dict[str, str] | None = None, spill: Path | None = None) -> Run:
    """Run a command to its end. Written are the bytes that it and its children gave the file system to write; spilled is the most that stood in the
    folder `spill` at once, looked at five times a second, as is the process's own record of its peak memory."""
    spilled = peak = 0
    ended = threading.Event()

    def look() -> None:
        nonlocal spilled, peak
        while not ended.wait(0.2):
            spilled = max(spilled, folder_bytes(spill) if spill else 0)
            peak = max(peak, peak_kilobytes(process.pid))

    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    watcher = threading.Thread(target=look)
    watcher.start()
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    ended.set()
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}\nended with {process.returncode}:\n{output}")
    # ru_oublock counts blocks of 512 bytes
    return Run(wall, usage.ru_utime + usage.ru_stime, (peak or ru_kilobytes(usage.ru_maxrss)) // 1024, usage.ru_oublock * 512 // 2**20, spilled // 2**20, output)


def peak_kilobytes(pid: int) -> int:
    """The largest resident size a process has had so far, 0 where the system does not tell. (ru_maxrss counts that of the process that started it, too.)"""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found.group(1)) if found else 0


def ru_kilobytes(maximum: int) -> int:
    """ru_maxrss is bytes on macOS, kilobytes elsewhere."""
    return maximum // 1024 if sys.platform == "darwin" else maximum


def measured(command: list[str], environment: dict[str, str] | None = None) -> tuple[float, float, int, str]:
    """Run a command to its end: wall seconds, processor seconds, peak resident memory in MB, and what it printed."""
    run = watched(command, environment)
    return run.wall_seconds, run.cpu_seconds, run.peak_mb, run.output


def folder_bytes(folder: Path) -> int:
    """Bytes of the files in a folder; a file that goes meanwhile counts nothing, nor does a folder."""
    total = 0
    # os.walk passes over a folder that is gone
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += os.stat(os.path.join(place, name)).st_size
    return total


def megabytes(*paths: Path) -> int:
    return sum(path.stat().st_size for path in paths) // 2**20


def fresh_database(path: Path) -> Path:
    """The path, with no database at it."""
    for leftover in (path, path.with_name(path.name + ".wal")):
        leftover.unlink(missing_ok=True)
    return path


def rows_argument(text: str) -> int:
    """'2000000', '10m' or '500k' as a number of rows."""
    scale = {"k": 1_000, "m": 1_000_000}.get(text[-1].lower())
    return int(float(text[:-1]) * scale) if scale else int(text)


def machine(options: argparse.Namespace) -> str:
    """What the numbers were measured with."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB memory, {options.threads} threads, memory limit {options.memory_limit}, "
        f"Python {platform.python_version()}, DuckDB {version('duckdb')}, dbt-core {version('dbt-core')}, dbt-duckdb {version('dbt-duckdb')}"
    )


def table(heads: list[str], lines: list[list[str]]) -> str:
    """A Markdown table."""
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [heads, ["---"] * len(heads), *lines])
