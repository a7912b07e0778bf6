"""The nightly command: dbt build, then publish what was built, then a summary worth alerting on, for people and as JSON.

    make nightly VARS='{...}' ARGS='...'
    .venv/bin/python scripts/nightly.py [--vars V] [--project-dir D] [--target T] [--to published] [--json FILE] [-- ARGUMENTS OF DBT BUILD]

Exit codes:
    0  all is well; warnings are in the summary (with --fail-on-warn they are failures)
    1  the build failed: a model has an error or a test of severity error failed. Nothing was published, the version before is served
    2  arguments, project, profile or configuration are wrong, or dbt could not start: nothing was published
    3  another process has the database file: nothing was written, not even the JSON
    4  the build is fine, publishing failed: the version before is served

Publishing and the figures of the marts are for a DuckDB file. Elsewhere the summary is what dbt's run_results.json says. docs/nightly.md has the
keys of the JSON and what to put into cron, systemd, GitHub Actions and Airflow.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from importlib.util import find_spec
from pathlib import Path

import duckdb
import jinja2
import yaml

sys.path.insert(0, str(Path(__file__).parent))
import publish
from publish import Busy, Failed, Nothing

ROOT = Path(__file__).resolve().parents[1]
MOST_TEXT = 500  # characters of a message that are kept
PASSED, WARNED, FAILED = ("pass", "success", "no-op"), ("warn",), ("fail", "error", "runtime error", "partial success")
ROW_COLUMNS = {
    "raw": "raw_rows", "events": "billable_events", "duplicates": "duplicate_rows", "rejected": "rejected_rows", "not_billable": "not_billable_rows",
}  # fmt: skip


class Wrong(Exception):
    """Arguments, project or profile are wrong: the message is for the user."""


@dataclass(frozen=True)
class Connection:
    """What the profile says of where dbt writes."""

    engine: str  # type of the adapter
    schema: str
    database: Path | None  # the DuckDB file, None on another engine and where DuckDB has no file of its own
    method: str | None = None  # of Spark


def rendered(value: object, variables: dict) -> str:
    """A text of profiles.yml or dbt_project.yml with env_var() and var() filled in, as dbt does it."""

    def env_var(name: str, default: str | None = None) -> str:
        if name not in os.environ and default is None:
            raise Wrong(f"the profile needs the environment variable {name}")
        return os.environ.get(name, default)

    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.filters |= dict.fromkeys(("as_text", "as_native", "as_number", "as_bool"), lambda text: text)
    try:
        return environment.from_string(str(value)).render(env_var=env_var, var=lambda name, default=None: variables.get(name, default))
    except jinja2.TemplateError as error:
        raise Wrong(f"{value} of the profile cannot be read: {error}") from None


def read_yaml(file: Path) -> dict:
    """A YAML file as an object. Wrong when it is absent or no YAML."""
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        raise Wrong(f"{file} does not exist") from None
    except (OSError, yaml.YAMLError) as error:
        raise Wrong(f"{file} cannot be read: {' '.join(str(error).split())}") from None


def connection_of(options: argparse.Namespace) -> Connection:
    """Where dbt will write, as the profile of the project says. dbt runs in the project's folder, so relative paths start there."""
    project = read_yaml(options.project_dir / "dbt_project.yml")
    told = options.profiles_dir or os.environ.get("DBT_PROFILES_DIR")
    folders = [options.project_dir / told] if told else [options.project_dir, Path.home() / ".dbt"]
    folder = next((folder for folder in folders if (folder / "profiles.yml").exists()), folders[0])
    name = os.environ.get("DBT_PROFILE") or rendered(project.get("profile", ""), options.variables)
    profile = read_yaml(folder / "profiles.yml").get(name)
    if not isinstance(profile, dict):
        raise Wrong(f"{folder / 'profiles.yml'} has no profile {name!r}")
    target = options.target or os.environ.get("DBT_TARGET") or rendered(profile.get("target", "default"), options.variables)
    output = (profile.get("outputs") or {}).get(target)
    if not isinstance(output, dict):
        raise Wrong(f"profile {name} has no target {target!r}, but {', '.join(profile.get('outputs') or {})}")
    engine, path, schema, method = (rendered(output.get(key, ""), options.variables) for key in ("type", "path", "schema", "method"))
    is_file = engine == "duckdb" and path not in ("", ":memory:") and ":" not in path.removeprefix(Path(path).drive)
    return Connection(engine, schema or "main", options.project_dir / path if is_file else None, method or None)


def target_path(options: argparse.Namespace) -> Path:
    """The folder of dbt's artifacts."""
    told = os.environ.get("DBT_TARGET_PATH")
    for word, following in zip(options.dbt, [*options.dbt[1:], None]):
        if word == "--target-path":
            told = following
        elif word.startswith("--target-path="):
            told = word.partition("=")[2]
    return options.project_dir / (told or rendered(read_yaml(options.project_dir / "dbt_project.yml").get("target-path", "target"), options.variables))


def dbt_command(options: argparse.Namespace, connection: Connection) -> list[str]:
    """dbt build with the options that both know, and what stands after `--`."""
    arguments = ["build"]
    if options.vars:
        arguments += ["--vars", options.vars]
    if options.profiles_dir:
        arguments += ["--profiles-dir", str(options.profiles_dir)]
    if connection.engine == "spark" and connection.method == "session" and options.project_dir.resolve() == ROOT:
        # a Spark session lives in the process that runs dbt
        return [sys.executable, str(ROOT / "scripts" / "spark_dbt.py"), *arguments, *options.dbt]
    if options.target:
        arguments += ["--target", options.target]
    program = [sys.executable, "-c", "from dbt.cli.main import cli; cli()"] if find_spec("dbt") else [shutil.which("dbt") or "dbt"]
    return [*program, *arguments, *options.dbt]


class Ending:
    """A signal to end this process ends dbt too. While dbt is being started the signal waits, or dbt would go on alone."""

    waits = False
    number: int | None = None  # the signal that waits


def ended(number: int, _frame) -> None:
    """What a signal to end does."""
    if Ending.waits:
        Ending.number = number
    else:
        sys.exit(128 + number)


def run_dbt(command: list[str], folder: Path, held: list[int], is_quiet: bool) -> tuple[int, str]:
    """Run dbt to its end and pass on what it prints: (exit code, the last part of what it printed). The descriptors `held` are open in dbt
    too: a lock outlives this process if dbt does. A signal that ends this process ends dbt."""
    Ending.waits = True
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
        pass_fds=held,
    )  # fmt: skip
    lines: list[str] = []
    try:
        Ending.waits = False
        if Ending.number:
            ended(Ending.number, None)
        for line in process.stdout:
            lines = [*lines[-199:], line]
            if not is_quiet:
                print(line, end="", flush=True)
        return process.wait(), "".join(lines)
    except BaseException:
        process.terminate()
        process.wait()
        raise


def run_results(folder: Path) -> dict | None:
    """dbt's run_results.json, None where there is none that can be read."""
    with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
        return json.loads((folder / "run_results.json").read_text(encoding="utf-8"))
    return None


def invocation(results: dict | None) -> str | None:
    """dbt's id of the run that wrote them: no clock tells the results of this run from those of the run before."""
    return results["metadata"]["invocation_id"] if results else None


def nodes_told(results: dict | None) -> dict:
    """What became of models (with seeds and snapshots) and tests (with unit tests): counts, and each that is not well with its message."""
    told: dict = {"tests": {"passed": 0, "warned": [], "failed": [], "skipped": 0}, "models": {"built": 0, "errored": [], "skipped": []}}
    for result in (results or {}).get("results", []):
        kind, _, name = result["unique_id"].split(".")[:3]
        message = " ".join(str(result.get("message") or "").split())[:MOST_TEXT]
        entry = {"name": name, "message": message}
        is_test, status = kind in ("test", "unit_test"), result["status"]
        group = told["tests" if is_test else "models"]
        if status in PASSED:
            group["passed" if is_test else "built"] += 1
        elif status in WARNED:
            group.setdefault("warned", []).append(entry)
        elif status in FAILED:
            group["failed" if is_test else "errored"].append(entry)
        elif is_test:
            group["skipped"] += 1
        else:
            group["skipped"].append(name)
    return told


def relations(folder: Path) -> dict[str, tuple[str, str]]:
    """(schema, name) of every model of llm_cost, as dbt's manifest has them."""
    with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
        nodes = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
        return {node["name"]: (node["schema"], node["alias"]) for node in nodes if node["resource_type"] == "model" and node["package_name"] == "llm_cost"}
    return {}


def fetched(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    """Rows of a query on a mart, none where the mart is not there (yet)."""
    try:
        return connection.sql(query).fetchall()
    except duckdb.CatalogException:
        return []


def standing(connection: duckdb.DuckDBPyConnection, days: str, accounting: str) -> dict:
    """What is compared before and after a build: the fingerprint of every day, and where the raw rows went."""
    sums = ", ".join(f"sum({column})::bigint" for column in ROW_COLUMNS.values())
    rows = fetched(connection, f"select {sums} from {accounting}")
    return {
        "days": {str(day): fingerprint for day, fingerprint in fetched(connection, f"select utc_date, day_fingerprint from {days}")},
        "rows": dict(zip(ROW_COLUMNS, (count or 0 for count in rows[0]))) if rows else None,
    }


def standing_before(database: Path) -> dict[str, dict]:
    """standing() of every schema of the database that has the package's days; nothing where there is no file yet. It opens the file as dbt
    will: Busy when another process has it, and what a killed build left in the write-ahead log is brought in."""
    if not database.exists():
        return {}
    try:
        with duckdb.connect(str(database)) as connection:
            found = connection.sql(
                "select table_schema from information_schema.tables where table_name = 'int_llm_cost__event_days' and table_catalog = current_database()"
            ).fetchall()
            return {
                schema: standing(connection, f'"{schema}".int_llm_cost__event_days', f'"{schema}".fct_llm_cost__row_accounting') for (schema,) in found
            }
    except duckdb.Error as error:
        if publish.is_locked(error):
            raise Busy(f"{database} is open in {publish.holder(error)}: nothing was built.") from None
        raise Wrong(f"{database} cannot be opened: {str(error).splitlines()[0]}") from None


def share(part: float | None, whole: float | None) -> float | None:
    """A part of a whole, None of nothing."""
    return round(float(part or 0) / float(whole), 6) if whole else None


def money(amount: object) -> float:
    """USD for a summary: six digits after the point. The marts have the exact amount."""
    return round(float(amount or 0), 6)


def marts_told(database: Path, before: dict[str, dict], models: dict[str, tuple[str, str]], schema: str) -> dict | None:
    """The figures of the marts after a build, None where there are none yet. What grows with history is read once: six columns of the
    hourly mart."""

    def relation(model: str) -> str:
        return ".".join(f'"{part}"' for part in models.get(model, (schema, model)))

    accounting, event_days = relation("fct_llm_cost__row_accounting"), relation("int_llm_cost__event_days")
    with duckdb.connect(str(database), read_only=True) as connection:
        now = standing(connection, event_days, accounting)
        earlier = before.get(models.get("int_llm_cost__event_days", (schema, ""))[0], {"days": {}, "rows": None})
        changed = sorted(day for day in now["days"].keys() | earlier["days"].keys() if now["days"].get(day) != earlier["days"].get(day))
        connection.execute("create temp table changed_days as select unnest(?::date[]) as utc_date", [changed])
        providers = fetched(connection, f"""
            select
                provider, sum(requests)::bigint, coalesce(sum(requests) filter (pricing_status = 'unpriced'), 0)::bigint,
                sum(total_cost_usd), sum(total_cost_usd) filter (attribution_method = 'unattributed'),
                sum(total_cost_usd) filter (utc_date in (select utc_date from changed_days))
            from {relation("fct_llm_cost__hourly")} group by provider order by sum(total_cost_usd) desc nulls last, provider
        """)
    if not now["days"] and not providers and now["rows"] is None:
        return None
    requests, unpriced, spend, ownerless, rebuilt = (sum(row[column] or 0 for row in providers) for column in range(1, 6))
    rows = now["rows"]
    if rows:
        rows = {
            **rows,
            "rejected_share": share(rows["rejected"], rows["raw"]),
            "new": {name: rows[name] - (earlier["rows"] or {}).get(name, 0) for name in ROW_COLUMNS},
        }
    removed = [day for day in changed if day not in now["days"]]
    return {
        "rows": rows,
        "days_rebuilt": {"count": len(changed), "first": changed[0] if changed else None, "last": changed[-1] if changed else None, "removed": len(removed)},
        "days": len(now["days"]),
        "requests": requests,
        "unpriced": {"requests": unpriced, "share": share(unpriced, requests)},
        "spend_usd": money(spend),
        "spend_on_rebuilt_days_usd": money(rebuilt),
        "unattributed": {"spend_usd": money(ownerless), "share": share(ownerless, spend)},
        "providers": {row[0]: {"spend_usd": money(row[3]), "spend_on_rebuilt_days_usd": money(row[5])} for row in providers},
    }


def status_of(code: int, output: str, told: dict, fails_on_warn: bool) -> tuple[str, int, str | None]:
    """(status, exit code, message) of a build. Busy when dbt could not open the file."""
    tests, models = told["tests"], told["models"]
    if code and publish.is_locked(output):
        raise Busy(f"The database is open in {publish.holder(Exception(output))}: nothing was built.")
    if code < 0:
        return "killed", 1, f"dbt was ended by signal {-code}"
    if tests["failed"] or models["errored"] or code == 1:
        return "failed", 1, None
    if code:
        wrong = re.sub(r"\x1b\[[0-9;]*m", "", output).strip().splitlines()
        return "not_started", 2, " ".join(line.split("  ", 1)[-1].strip() for line in wrong[-6:])[:MOST_TEXT]
    if tests["warned"] or models.get("warned"):
        return ("failed", 1, "warnings are failures (--fail-on-warn)") if fails_on_warn else ("warned", 0, None)
    return "ok", 0, None


def percent(part: float | None) -> str:
    return "unknown" if part is None else f"{100 * part:.1f}%"


def usd(amount: float) -> str:
    return f"{amount:,.2f} USD" if amount >= 0.01 or amount == 0 else f"{amount:.6f} USD"


def report(told: dict) -> str:
    """The summary as text, one line a subject."""
    lines = [f"llm_cost nightly: {told['status']} in {told['seconds']:.0f} s, {told['started_at']} to {told['finished_at']}"]

    def line(name: str, text: str) -> None:
        lines.append(f"  {name:<14}{text}")

    if told["message"]:
        line("because", told["message"])
    marts = told["marts"]
    if marts:
        if rows := marts["rows"]:
            line("rows in", f"{rows['raw']:,} raw ({rows['new']['raw']:+,}): {rows['events']:,} events, {rows['duplicates']:,} duplicates, "
                            f"{rows['rejected']:,} rejected ({percent(rows['rejected_share'])}), {rows['not_billable']:,} not billable")  # fmt: skip
        days = marts["days_rebuilt"]
        which = f": {days['first']} to {days['last']}" if days["count"] > 1 else f": {days['first']}" if days["count"] else ""
        line("days rebuilt", f"{days['count']} of {marts['days']}{which}" + (f", {days['removed']} removed" if days["removed"] else ""))
        line("spend", f"{usd(marts['spend_usd'])}, of it {usd(marts['spend_on_rebuilt_days_usd'])} on the rebuilt days")
        for provider, spend in marts["providers"].items():
            line("", f"{provider} {usd(spend['spend_usd'])}, {usd(spend['spend_on_rebuilt_days_usd'])}")
        line("unpriced", f"{marts['unpriced']['requests']:,} requests ({percent(marts['unpriced']['share'])})")
        line("unattributed", f"{usd(marts['unattributed']['spend_usd'])} ({percent(marts['unattributed']['share'])})")
    tests, models = told["tests"], told["models"]
    line("tests", f"{tests['passed']} passed, {len(tests['warned'])} warned, {len(tests['failed'])} failed, {tests['skipped']} skipped")
    for group, entries in (("warned", tests["warned"]), ("failed", tests["failed"])):
        for entry in entries:
            line("", f"{group}: {entry['name']}: {entry['message']}")
    line("models", f"{models['built']} built, {len(models['errored'])} with an error, {len(models['skipped'])} skipped")
    for entry in models["errored"]:
        line("", f"error: {entry['name']}: {entry['message']}")
    if told["published"]:
        line("published", f"{told['published']['version']} ({told['published']['bytes'] / 1e6:,.1f} MB in {told['published']['seconds']:.1f} s)")
    else:
        line("published", told["not_published_because"])
    return "\n".join(lines)


def write_json(told: dict) -> None:
    """Write the summary to its file in one step, so that who reads it never sees half of it. A night does not fail for it."""
    file = Path(told["json"])
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        half = file.with_name(f".{file.name}.{os.getpid()}")
        half.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(half, file)
    except OSError as error:
        print(f"llm_cost nightly: {file} cannot be written: {error}", file=sys.stderr)


def now_text() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def built(options: argparse.Namespace, connection: Connection, told: dict, held: list[int]) -> int:
    """Build and fill `told`; the exit code of the build."""
    before = standing_before(connection.database) if connection.database else {}
    folder = target_path(options)
    last = invocation(run_results(folder))
    write_json(told)
    with told_if_not_started(told):
        return judged(options, connection, told, before, folder, last, held)


@contextlib.contextmanager
def told_if_not_started(told: dict):
    """The JSON says so when somebody takes the file while dbt starts, or dbt cannot be started."""
    try:
        yield
    except (Busy, OSError) as error:
        told |= {"status": "not_started", "finished_at": now_text(), "exit_code": 3 if isinstance(error, Busy) else 2, "message": str(error)}
        write_json(told)
        raise


def judged(options: argparse.Namespace, connection: Connection, told: dict, before: dict, folder: Path, last: str | None, held: list[int]) -> int:
    """Run dbt and fill `told` with what became of it; the exit code of the build. last: dbt's id of the run before."""
    code, output = run_dbt(dbt_command(options, connection), options.project_dir, held, options.quiet)
    results = run_results(folder)
    if invocation(results) == last:
        results = None
    told |= nodes_told(results)
    told["dbt"] = {"exit_code": code, "invocation_id": invocation(results)}
    if code == 0 and results is None:
        told |= {"status": "failed", "message": f"dbt ended well, but wrote no run_results.json to {folder}: which tests ran is not known"}
        return 1
    told["status"], exit_code, told["message"] = status_of(code, output, told, options.fail_on_warn)
    if connection.database and connection.database.exists():
        try:
            told["marts"] = marts_told(connection.database, before, relations(folder), connection.schema)
        except duckdb.Error as error:
            told["message"] = f"the marts cannot be read: {str(error).splitlines()[0]}"
    return exit_code


def published(options: argparse.Namespace, connection: Connection, told: dict, code: int) -> int:
    """Publish what was built without an error and fill `told`; the exit code of the whole."""
    if code:
        told["not_published_because"] = "nothing: the build is not fine, the version before is served"
    elif connection.database is None:
        told["not_published_because"] = f"nothing: on {connection.engine} people read the tables themselves"
    elif options.no_publish:
        told["not_published_because"] = "nothing: --no-publish"
    else:
        try:
            folder = options.to or options.project_dir / publish.folder_of(options)
            copy = asdict(publish.publish(connection.database, folder, options.keep, has_lock=True))
            told["published"] = {name: value for name, value in copy.items() if name not in ("rows", "total_cost_usd")}
        except (Nothing, Busy, Failed) as error:
            told |= {"status": "not_published", "message": str(error), "not_published_because": "nothing: the version before is served"}
            return 4
    return code


def night(options: argparse.Namespace) -> int:
    """One night; the exit code. Raises Busy, Wrong or OSError where nothing was built. The JSON says `running` until the end, so that what a
    killed run leaves is not taken for the night before."""
    connection, file = connection_of(options), options.json or target_path(options) / "nightly.json"
    told: dict = {"status": "running", "exit_code": None, "message": None, "started_at": now_text(), "finished_at": None, "seconds": None}
    told |= {"engine": connection.engine, "json": str(file), "marts": None, "published": None, "not_published_because": None, "dbt": None}
    told |= nodes_told(None)
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(publish.build_lock(connection.database))] if connection.database and publish.fcntl else []
        try:
            code = published(options, connection, told, built(options, connection, told, held))
        except SystemExit as error:  # of ended()
            told |= {"status": "interrupted", "finished_at": now_text(), "exit_code": error.code, "message": "ended by a signal"}
            write_json(told)
            raise
        told |= {"finished_at": now_text(), "seconds": round(time.monotonic() - started, 1), "exit_code": code}
        write_json(told)
    print(report(told), flush=True)
    return code


def parsed(arguments: list[str]) -> argparse.Namespace:
    """The options; `dbt` holds what stands after `--`."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    own, passed_on = arguments[:end], arguments[end + 1 :]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vars", help="vars of the build, as JSON or YAML")
    here = Path(os.environ.get("DBT_PROJECT_DIR") or ".")
    parser.add_argument("--project-dir", type=Path, default=here, help="folder of dbt_project.yml (default: this one)")
    parser.add_argument("--profiles-dir", type=Path, help="folder of profiles.yml, as dbt has it")
    parser.add_argument("--target", help="target of the profile")
    publish.add_arguments(parser)
    parser.add_argument("--no-publish", action="store_true", help="build only")
    parser.add_argument("--json", type=Path, help="file of the summary as JSON (default: nightly.json in dbt's target folder)")
    parser.add_argument("--fail-on-warn", action="store_true", help="a warning is a failure: exit code 1, nothing is published")
    parser.add_argument("--quiet", action="store_true", help="do not pass on what dbt prints")
    options = parser.parse_args(own)
    for name in ("--target", "-t", "--profile", "--profiles-dir", "--project-dir", "--vars"):
        if any(given == name or given.startswith(f"{name}=") for given in passed_on):
            parser.error(f"{name} after -- would build another database than the one that is published: write it before the --" if name not in ("-t", "--profile") else f"{name} after --: use --target, before the --")
    if options.keep < 2:
        parser.error("--keep: at least 2")
    options.dbt = passed_on
    options.profiles_dir = options.profiles_dir and options.profiles_dir.resolve()
    try:
        options.variables = yaml.safe_load(options.vars or "{}")
    except yaml.YAMLError as error:
        parser.error(f"--vars: {' '.join(str(error).split())}")
    if not isinstance(options.variables, dict):
        parser.error("--vars is no object of vars")
    return options


def main(arguments: list[str]) -> int:
    """Exit code 0 to 4, as above."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ended)
    options = parsed(arguments)
    try:
        return night(options)
    except Busy as error:
        print(f"llm_cost nightly: not run. {error}", file=sys.stderr)
        return 3
    except (Wrong, Nothing, OSError) as error:
        print(f"llm_cost nightly: not run, {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
