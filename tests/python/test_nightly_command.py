"""The nightly command: exit codes, the summary against figures by hand, two at once, a signal in the middle."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import nightly
import publish
import pytest
from conftest import ROOT

SCRIPT = ROOT / "scripts" / "nightly.py"
# what the summary reads, with its data tests
MARTS = ("hourly", "row_accounting", "unpriced_usage", "usage_rejects")
SELECTED = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious", "--select", *(f"+fct_llm_cost__{mart}" for mart in MARTS))
CALL = {
    "provider": "openai", "api_surface": "openai_chat", "model_requested": "gpt-4o", "status": "success", "team": "search",
    "usage": {"prompt_tokens": 1000, "completion_tokens": 0, "total_tokens": 1000},
}  # fmt: skip


class Night:
    """A project's files in a folder, and the command run on them."""

    def __init__(self, work: Path):
        self.work, self.logs, self.database, self.published, self.json = work, work / "logs", work / "llm_cost.duckdb", work / "published", work / "night.json"
        self.logs.mkdir()

    def log(self, day: str, *calls: dict | str) -> None:
        """The log of a day: calls as what differs from CALL, or lines as they are."""
        lines = [call if isinstance(call, str) else json.dumps({**CALL, "occurred_at": f"{day}T12:00:00Z", **call}) for call in calls]
        (self.logs / f"{day}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def start(self, *options: str, dbt: tuple[str, ...] = SELECTED, **variables) -> subprocess.Popen:
        """Start the command."""
        variables = {"llm_cost_usage_log_files": str(self.logs / "*.jsonl"), **variables}
        command = [sys.executable, str(SCRIPT), "--project-dir", str(ROOT), "--vars", json.dumps(variables), "--json", str(self.json), *options, "--", *dbt]
        environment = {
            **os.environ, "LLM_COST_DUCKDB_PATH": str(self.database), "LLM_COST_PUBLISH_DIR": str(self.published), "DBT_TARGET_PATH": str(self.work / "target"),
            "DBT_LOG_PATH": str(self.work / "dbt_logs"), "DO_NOT_TRACK": "1", "NO_COLOR": "1",
        }  # fmt: skip
        environment.pop("DBT_PROFILES_DIR", None)
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=self.work)

    def run(self, *options: str, **keywords) -> tuple[int, str, str]:
        """Run the command: exit code, what it printed, what it said on the other channel."""
        with self.start(*options, **keywords) as process:
            printed, said = process.communicate(timeout=300)
        return process.returncode, printed, said

    def told(self) -> dict:
        """The JSON of the last night."""
        return json.loads(self.json.read_text(encoding="utf-8"))

    def calls_published(self) -> int:
        """Requests that BI reads."""
        with duckdb.connect(str(self.published / "llm_cost.duckdb"), read_only=True) as connection:
            return connection.sql("select count(*) from fct_llm_cost__requests").fetchone()[0]

    def wait_until_it_runs(self) -> None:
        """Wait until a started command has handed over to dbt."""
        end = time.monotonic() + 60
        while not self.json.exists() or self.told()["status"] != "running":
            assert time.monotonic() < end
            time.sleep(0.05)


@pytest.fixture(scope="module")
def three_nights(tmp_path_factory):
    """(Night, {night: (exit code, printed, summary as JSON)}, what a second command said during the first). Night 1 has warnings; night 2 a late
    call, a day without its log, and --fail-on-warn; night 3 a test that fails."""
    night = Night(tmp_path_factory.mktemp("night"))
    night.log("2026-09-01", {"response_id": "a"}, {"response_id": "a"}, "no json")
    night.log("2026-09-02", {"response_id": "b", "provider": "anthropic", "api_surface": "anthropic_messages", "model_requested": "claude-sonnet-4-6",
                             "usage": {"input_tokens": 1000, "output_tokens": 0}, "team": None})  # fmt: skip
    night.log("2026-09-03", {"response_id": "c", "model_requested": "nobody-knows"})
    told = {}
    with night.start() as first:
        night.wait_until_it_runs()
        began = time.monotonic()
        (night.work / "second").mkdir()
        second = Night(night.work / "second")
        second.database = night.database
        told["second"] = (*second.run(), time.monotonic() - began, second.json.exists())
        printed, _ = first.communicate(timeout=300)
    told[1] = first.returncode, printed, night.told()
    night.log("2026-09-02", *(json.loads((night.logs / "2026-09-02.jsonl").read_text()), {"response_id": "late"}))
    (night.logs / "2026-09-03.jsonl").unlink()
    code, printed, _ = night.run("--fail-on-warn", "--quiet")
    told[2] = code, printed, night.told()
    night.log("2026-09-04", {"response_id": "d", "model_requested": "nobody-knows"})
    code, printed, _ = night.run(llm_cost_max_unpriced_share=0.1)
    told[3] = code, printed, night.told()
    return night, told


def test_first_night(three_nights):
    """Warnings do not change the exit code; figures by hand: 1,000 tokens are 0.0025 USD of gpt-4o, 0.003 of claude-sonnet-4-6."""
    code, printed, told = three_nights[1][1]
    assert (code, told["status"], told["exit_code"], told["message"]) == (0, "warned", 0, None)
    marts = told["marts"]
    counts = {"raw": 5, "events": 3, "duplicates": 1, "rejected": 1, "not_billable": 0}
    assert marts["rows"] == {**counts, "rejected_share": 0.2, "new": counts}
    assert marts["days_rebuilt"] == {"count": 3, "first": "2026-09-01", "last": "2026-09-03", "removed": 0} and marts["days"] == 3
    assert (marts["requests"], marts["unpriced"]) == (3, {"requests": 1, "share": 0.333333})
    assert (marts["spend_usd"], marts["unattributed"]) == (0.0055, {"spend_usd": 0.003, "share": 0.545455})
    assert marts["providers"] == {
        "anthropic": {"spend_usd": 0.003, "spend_on_rebuilt_days_usd": 0.003}, "openai": {"spend_usd": 0.0025, "spend_on_rebuilt_days_usd": 0.0025},
    }  # fmt: skip
    warned = {entry["name"]: entry["message"] for entry in told["tests"]["warned"]}
    assert set(warned) == {"llm_cost_rejected_rows_exist", "llm_cost_unpriced_usage_exists"} and all(warned.values())
    assert told["tests"]["failed"] == told["models"]["errored"] == told["models"]["skipped"] == [] and told["models"]["built"] > 20
    assert Path(told["published"]["version"]).exists() and told["published"]["version"] in printed
    rows, days = "5 raw (+5): 3 events, 1 duplicates, 1 rejected (20.0%)", "3 of 3: 2026-09-01 to 2026-09-03"
    for text in (rows, days, "1 requests (33.3%)", "0.003000 USD (54.5%)", "Completed"):
        assert text in printed, text


def test_second_command_at_once(three_nights):
    """While a night runs, another one ends at once with one sentence and writes nothing, not even its JSON."""
    code, printed, said, seconds, has_json = three_nights[1]["second"]
    assert (code, printed, has_json) == (3, "", False) and seconds < 5
    assert re.fullmatch(r"llm_cost nightly: not run\. Another build or publisher is at work on \S+: nothing was done\.\n", said)


def test_days_that_changed_and_fail_on_warn(three_nights):
    """A late call and a day that is gone: two days, one of them removed. With --fail-on-warn a warning is a failure: nothing is published."""
    night, told = three_nights
    code, printed, told = told[2]
    assert (code, told["status"], told["published"]) == (1, "failed", None) and "--fail-on-warn" in told["message"]
    assert told["marts"]["days_rebuilt"] == {"count": 2, "first": "2026-09-02", "last": "2026-09-03", "removed": 1}
    assert told["marts"]["rows"]["new"] == {"raw": 0, "events": 0, "duplicates": 0, "rejected": 0, "not_billable": 0}, "one row came, one went"
    assert told["marts"]["providers"]["openai"] == {"spend_usd": 0.005, "spend_on_rebuilt_days_usd": 0.0025}
    assert printed.startswith("llm_cost nightly: failed") and "Running with dbt" not in printed, "--quiet"


def test_failed_test_blocks_publishing(three_nights):
    """A test of severity error: exit code 1, its name and message, what was skipped; people read the version before."""
    night, told = three_nights
    code, printed, told = told[3]
    assert (code, told["status"], told["dbt"]["exit_code"], told["published"]) == (1, "failed", 1, None)
    failed = {entry["name"]: entry["message"] for entry in told["tests"]["failed"]}
    assert len(failed) == 1 and "are more than the allowed share of 0.1" in next(iter(failed.values())), failed
    assert f"failed: {next(iter(failed))}: " in printed
    assert len(publish.complete_versions(night.published)) == 1 and night.calls_published() == 3


def test_other_process_has_the_file(tmp_path):
    """A notebook on the build file: the sentence names it, dbt is not started. What dbt itself says of a lock is told the same way."""
    night = Night(tmp_path)
    duckdb.connect(str(night.database)).close()
    program = f"import duckdb; c = duckdb.connect({str(night.database)!r}, read_only=True); c.sql('select 1').fetchall(); print('open', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "open\n"
        code, printed, said = night.run()
        other.communicate("\n")
    assert (code, printed, night.json.exists()) == (3, "", False)
    assert re.search(rf"not run\. \S+ is open in python\S*, PID {other.pid}: nothing was built", said), said
    message = 'IO Error: Could not set lock on file "x": Conflicting lock is held in /usr/bin/python3.11 (PID 12) by user me.'
    with pytest.raises(nightly.Busy, match="python3.11, PID 12"):
        nightly.status_of(2, message, nightly.nodes_told(None), False)


def test_signal_ends_dbt_too(tmp_path):
    """SIGTERM: dbt is gone, the JSON says so, and the lock is free for the next night, which finds nothing wrong."""
    night = Night(tmp_path)
    night.log("2026-09-01", {"response_id": "a"})
    with night.start() as process:
        night.wait_until_it_runs()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert (night.told()["status"], night.told()["exit_code"]) == ("interrupted", 143)
    with publish.build_lock(night.database):
        assert not night.published.exists()


def test_killed_command_keeps_the_lock_while_dbt_runs(tmp_path):
    """SIGKILL reaches the command alone: dbt goes on, and the next night waits for it to end."""
    night = Night(tmp_path)
    night.log("2026-09-01", {"response_id": "a"})
    with night.start() as process:
        night.wait_until_it_runs()
        children: list[str] = []
        while not children:
            children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=False).stdout.split()
        process.kill()
        process.wait()
        try:
            with pytest.raises(publish.Busy), publish.build_lock(night.database):
                pytest.fail("the lock is free while dbt runs")
        finally:
            os.kill(int(children[0]), signal.SIGKILL)
        process.communicate(timeout=60)
    assert night.told()["status"] == "running", "not taken for the night before"
    end = time.monotonic() + 30
    while True:
        with contextlib.suppress(publish.Busy), publish.build_lock(night.database):
            break
        assert time.monotonic() < end, "the lock outlives dbt"
        time.sleep(0.05)


def test_publishing_fails(tmp_path):
    """The build is fine, the place to publish is no folder: exit code 4 and the reason."""
    night = Night(tmp_path)
    night.log("2026-09-01", {"response_id": "a"})
    (tmp_path / "file").write_text("")
    code, printed, _ = night.run("--to", str(tmp_path / "file"), dbt=("--select", "providers"))
    assert (code, night.told()["status"], night.told()["exit_code"]) == (4, "not_published", 4)
    assert "is no folder" in night.told()["message"] and "because" in printed


def test_configuration_is_wrong(tmp_path):
    """Exit code 2 with what is wrong: from the profile, from the arguments, from dbt."""
    night = Night(tmp_path)
    assert night.run("--target", "nix")[::2] == (2, "llm_cost nightly: not run, profile llm_cost has no target 'nix', but duckdb, spark\n")
    assert night.run("--project-dir", str(tmp_path))[0] == 2
    assert night.run("--vars", "[")[0] == 2 and night.run("--keep", "1")[0] == 2
    # it would build one database and publish another
    assert night.run(dbt=("--target", "spark"))[0] == 2 and night.run(dbt=("--vars={}",))[0] == 2
    assert not night.json.exists()
    code, printed, _ = night.run(llm_cost_sources=["lite_llm"])
    assert (code, night.told()["status"]) == (2, "not_started") and "names 'lite_llm'" in night.told()["message"] and "names 'lite_llm'" in printed
    assert not night.database.exists()


def options(folder: Path, **changed) -> argparse.Namespace:
    """Parsed arguments of a project in a folder."""
    return argparse.Namespace(**{**vars(nightly.parsed(["--project-dir", str(folder)])), **changed})


PROFILE = """
shop:
  target: "{{ env_var('SHOP_TARGET', 'file') }}"
  outputs:
    file: {type: duckdb, path: "{{ env_var('SHOP_FILE', 'shop.duckdb') }}", schema: costs}
    memory: {type: duckdb}
    cloud: {type: duckdb, path: "md:shop"}
    lake: {type: duckdb, path: "ducklake:sqlite:shop.sqlite"}
    named: {type: duckdb, path: "{{ var('shop_file') }}"}
    cluster: {type: spark, method: session, schema: costs}
    secret: {type: duckdb, path: "{{ env_var('SHOP_SECRET') }}"}
"""


def test_profile_is_read_as_dbt_reads_it(tmp_path, monkeypatch):
    """Which file is built, if it is a file: environment, vars and target count."""
    monkeypatch.delenv("DBT_PROFILES_DIR", raising=False)
    (tmp_path / "dbt_project.yml").write_text("name: shop\nprofile: shop\ntarget-path: \"{{ env_var('SHOP_OUT', 'out') }}\"\n")
    (tmp_path / "profiles.yml").write_text(PROFILE)
    project = options(tmp_path, variables={"shop_file": "other.duckdb"})
    assert nightly.connection_of(project) == nightly.Connection("duckdb", "costs", tmp_path / "shop.duckdb")
    monkeypatch.setenv("SHOP_FILE", "/data/shop.duckdb")
    assert nightly.connection_of(project).database == Path("/data/shop.duckdb")
    for target, database in (("memory", None), ("cloud", None), ("lake", None), ("named", tmp_path / "other.duckdb")):
        assert nightly.connection_of(argparse.Namespace(**{**vars(project), "target": target})).database == database, target
    monkeypatch.setenv("SHOP_TARGET", "cluster")
    assert nightly.connection_of(project) == nightly.Connection("spark", "costs", None, "session")
    monkeypatch.setenv("SHOP_TARGET", "secret")
    with pytest.raises(nightly.Wrong, match="SHOP_SECRET"):
        nightly.connection_of(project)
    monkeypatch.delenv("DBT_TARGET_PATH", raising=False)
    assert nightly.target_path(project) == tmp_path / "out"
    assert nightly.target_path(options(tmp_path, dbt=["--target-path", "there"])) == tmp_path / "there"
    assert nightly.target_path(options(tmp_path, dbt=["--target-path=/there"])) == Path("/there")


def test_command_of_dbt(tmp_path):
    """What both know is handed on, what stands after -- as it is; a Spark session of this repository goes through scripts/spark_dbt.py."""
    told = options(tmp_path, vars="{a: 1}", target="prod", dbt=["--select", "x"])
    assert nightly.dbt_command(told, nightly.Connection("duckdb", "main", None))[-7:] == ["build", "--vars", "{a: 1}", "--target", "prod", "--select", "x"]
    spark = nightly.dbt_command(options(ROOT, target="spark", dbt=[]), nightly.Connection("spark", "llm_cost", None, "session"))
    assert spark == [sys.executable, str(ROOT / "scripts" / "spark_dbt.py"), "build"]


def test_what_became_of_nodes():
    """Models and tests by their status, each that is not well with its message; without a DuckDB file the summary is this."""
    statuses = {
        "model.p.a": "success", "seed.p.s": "success", "model.p.b": "error", "model.p.c": "skipped", "test.p.t1.0": "pass", "test.p.t2.0": "fail",
        "test.p.t3.0": "warn", "unit_test.p.b.u": "error", "test.p.t4.0": "skipped",
    }  # fmt: skip
    told = nightly.nodes_told({"results": [{"unique_id": name, "status": status, "message": f"about\n  {name}"} for name, status in statuses.items()]})
    assert told["models"] == {"built": 2, "errored": [{"name": "b", "message": "about model.p.b"}], "skipped": ["c"]}
    assert told["tests"]["passed"] == told["tests"]["skipped"] == 1 and [entry["name"] for entry in told["tests"]["failed"]] == ["t2", "b"]
    assert [entry["name"] for entry in told["tests"]["warned"]] == ["t3"]
    assert nightly.status_of(1, "", told, False) == ("failed", 1, None) and nightly.status_of(-9, "", told, False)[:2] == ("killed", 1)
    rest = {"status": "failed", "seconds": 3, "started_at": "then", "finished_at": "now", "message": None, "marts": None, "published": None}
    text = nightly.report({**told, **rest, "not_published_because": "nothing: on spark"})
    assert "error: b: about model.p.b" in text and "1 skipped" in text and "on spark" in text


def test_results_of_another_run_do_not_count(tmp_path, monkeypatch):
    """dbt's id tells them apart, no clock: a good end without results of its own is a failure, whatever the time of the file."""
    connection, folder, file = nightly.Connection("spark", "main", None), tmp_path / "target", tmp_path / "night.json"
    folder.mkdir()

    def run(*ids: str, code: int = 0, output: str = "") -> dict:
        """A run of dbt that leaves results of these ids one after the other; what the command tells."""

        def run_dbt(*_):
            for name in ids:
                (folder / "run_results.json").write_text(json.dumps({"metadata": {"invocation_id": name}, "results": []}), encoding="utf-8")
            return code, output

        monkeypatch.setattr(nightly, "run_dbt", run_dbt)
        monkeypatch.setattr(nightly, "target_path", lambda _: folder)
        told = {"json": str(file)}
        return {**told, "code": nightly.built(options(tmp_path), connection, told, []), **told}

    assert (run("first")["status"], run("second")["dbt"]["invocation_id"]) == ("ok", "second")
    assert run()["status"] == "failed" and run()["code"] == 1
    # somebody opened the file while dbt started
    with pytest.raises(nightly.Busy):
        run(code=1, output="IO Error: Could not set lock on file: Conflicting lock is held in python (PID 7)")
    left = json.loads(file.read_text(encoding="utf-8"))
    assert (left["status"], left["exit_code"]) == ("not_started", 3) and "PID 7" in left["message"]


def keys_of(told: object, path: str = "") -> set[str]:
    """Every key of a JSON, as a path; of the providers one stands for all."""
    if isinstance(told, list):
        return set().union(*(keys_of(entry, f"{path}[]") for entry in told)) if told and isinstance(told[0], dict) else {path}
    if not isinstance(told, dict):
        return {path}
    return set().union(*(keys_of(value, f"{path}.{'*' if path == 'marts.providers' else key}".lstrip(".")) for key, value in told.items()))


def test_every_key_is_documented(three_nights):
    """docs/nightly.md has a row for every key of the JSON, and no other; and the exit codes that the command has."""
    page = (ROOT / "docs" / "nightly.md").read_text(encoding="utf-8")
    rows = re.search(r"<!-- json -->\n(.*?)<!-- /json -->", page, re.DOTALL).group(1)
    documented = {name for line in rows.splitlines()[2:] for name in re.findall(r"`([^`]+)`", line.split("|")[1])}
    *_, first = three_nights[1][1]
    found = {re.sub(r"(tests\.(warned|failed)|models\.errored)\[\]\.\w+", r"\1", key) for key in keys_of(first)}
    assert documented == found
    codes = re.findall(r"^    (\d)  ", nightly.__doc__, re.MULTILINE)
    assert re.findall(r"^\| (\d) \|", page, re.MULTILINE) == codes == ["0", "1", "2", "3", "4"]
