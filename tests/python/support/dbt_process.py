"""dbt in one process that stays: a run saves the start of Python and, while vars stay, the parse. On standard input one JSON object a line,
{arguments, environment}; on standard output one line of JSON for each, {success, output}."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import subprocess
import sys
from pathlib import Path


class DbtProcess:
    """The other side: starts the process and asks it."""

    def __init__(self):
        environment = {**os.environ, "DO_NOT_TRACK": "1", "NO_COLOR": "1"}
        environment.pop("DBT_PROFILES_DIR", None)
        self.process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def __call__(self, *arguments: str, **environment: str) -> tuple[bool, str]:
        """(whether it succeeded, what it printed)."""
        self.process.stdin.write(json.dumps({"arguments": arguments, "environment": environment}) + "\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        return told["success"], told["output"]

    def run(self, *arguments: str, database: Path, work: Path, project: Path, variables: dict) -> tuple[bool, str]:
        """Run dbt on a database; target and log files go to `work`."""
        place = ["--project-dir", str(project), "--profiles-dir", str(project), "--vars", json.dumps(variables)]
        environment = {"LLM_COST_DUCKDB_PATH": str(database), "DBT_TARGET_PATH": str(work / "target"), "DBT_LOG_PATH": str(work / "logs")}
        return self(*arguments, *place, **environment)

    def built(self, *arguments: str, **place) -> str:
        """The same, and the run must succeed; returns what it printed."""
        success, output = self.run(*arguments, **place)
        assert success, output[-6000:]
        return output

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def serve() -> None:
    """Run what comes in until nothing comes."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    gc.disable()
    answers, manifests = sys.stdout, {}
    for number, line in enumerate(sys.stdin, 1):
        asked = json.loads(line)
        os.environ.update(asked["environment"])
        arguments, printed = asked["arguments"], io.StringIO()
        # what a manifest depends on: the project, its vars and the name of the database; seeds are read when they are loaded
        parsed = (*(arguments[arguments.index(option) + 1] for option in ("--project-dir", "--vars")), Path(os.environ["LLM_COST_DUCKDB_PATH"]).stem)
        with contextlib.redirect_stdout(printed):
            if parsed not in manifests:
                manifests.clear()
                manifests[parsed] = dbtRunner().invoke(["parse", *arguments[arguments.index("--project-dir") :]]).result
            # nobody reads the manifest as JSON: a sixth of a small build
            result = dbtRunner(manifest=manifests[parsed]).invoke([*arguments, "--no-write-json"])
        DuckDBConnectionManager.close_all_connections()
        # a run leaves a quarter of a gigabyte, and to look through all that there is takes a tenth of a run
        if number % 3 == 0:
            gc.collect()
        answers.write(json.dumps({"success": bool(result.success), "output": printed.getvalue() + str(result.exception or "")}) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
