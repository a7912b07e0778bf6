"""Every build that the tests need on Spark, one after the other in one process: python spark_builds.py [--while <pid>] <folder> [build ...].

Each build's Parquet tables are left in <folder>/warehouse/<name>.db, its outcome in <folder>/<name>.json, so that the tests
can go on with DuckDB beside it and without a Java process of their own.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import json
import os
import shutil
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve()
ROOT = HERE.parents[3]
sys.path[:0] = [str(HERE.parents[1]), str(ROOT / "scripts")]

import spark_dbt  # noqa: E402
from conftest import install_package  # noqa: E402
from support import allocation_cases, close_drill, company, log_formats, nights  # noqa: E402
from support.evidence import write_evidence  # noqa: E402
from support.scenario import Scenario  # noqa: E402

SHARED = ROOT.parent / "shared"
BUILDS = ("demo", "scenario", "nightly", "evidence", "log_formats")
if "LLM_COST_SPARK_DRILL" in os.environ:  # two builds of all models, four minutes: `make drill-spark`
    BUILDS = ("drill", *BUILDS)
if "LLM_COST_SPARK_NIGHTS" in os.environ:  # six builds: `make nights-spark`
    BUILDS = ("company",)

# these run with Spark's own settings, the others with spark_dbt.SMALL_TABLES; in `make drill-spark` all do
AS_USERS_DO = BUILDS if "LLM_COST_SPARK_DRILL" in os.environ else ("evidence", "log_formats")

CORE_MARTS = [f"+fct_llm_cost__{mart}" for mart in ("requests", "row_accounting", "usage_rejects")]


class Builder:
    """One Spark session, and dbt runs on it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.session = spark_dbt.local_session(folder, keep_catalog=False)
        spark_dbt.switch_ansi_on()

    def dbt(self, name: str, *arguments: str, schema: str, variables: dict, project: Path = ROOT, **environment: str) -> bool:
        """Run dbt into a schema and write what it printed to <name>.json; whether it succeeded."""
        from dbt.cli.main import dbtRunner

        os.environ.update(
            {"LLM_COST_SPARK_SCHEMA": schema, "DBT_TARGET_PATH": str(self.folder / "target" / schema), "DBT_LOG_PATH": str(self.folder / "logs"), **environment}
        )
        printed = io.StringIO()
        command = [*arguments, "--target", "spark", "--vars", json.dumps(variables), "--project-dir", str(project), "--profiles-dir", str(project)]
        with contextlib.redirect_stdout(printed):
            result = dbtRunner().invoke(command)
        for variable in environment:
            del os.environ[variable]
        outcome = {"success": bool(result.success), "output": printed.getvalue() + str(result.exception or "")}
        self.tell(name, outcome)
        return bool(result.success)

    def tell(self, name: str, outcome: dict) -> None:
        """Write <name>.json for the test that waits for it, whole at once."""
        unfinished = self.folder / f"{name}.part"
        unfinished.write_text(json.dumps(outcome), encoding="utf-8")
        unfinished.rename(self.folder / f"{name}.json")

    def demo(self) -> None:
        """The demo as `make build-spark` builds it, with the data tests that are written for the package, each of which is SQL of its own. Those that
        say the same of many models (not_null, unique, the grain of intermediate models, ...) and the unit tests, minutes more, in
        `make drill-spark`; the rows are compared with DuckDB's, where they run."""
        spark_dbt.load_demo(self.session)
        alike = [f"test_name:{name}" for name in ("not_null", "unique", "accepted_values", "relationships")]
        alike.append("test_name:unique_grain,path:models/intermediate")
        left_out = [] if "LLM_COST_SPARK_DRILL" in os.environ else ["--exclude-resource-type", "unit_test", "--exclude", *alike]
        self.dbt("demo", "build", *left_out, schema="demo", variables=spark_dbt.demo_variables())

    def scenario(self) -> None:
        """The hand-made cases, from the three kinds of table that people have: JSON lines, nested columns, flat columns.
        Without ANSI mode, as a plain `dbt build` runs on dbt-spark; the other builds have it on."""
        os.environ["LLM_COST_SPARK_ANSI"] = "false"
        case = Scenario(self.folder / "scenario_raw")
        files = [str(case.raw / name) for name in case.whole_text_files]
        spark_dbt.load_lines(self.session, "scenario_raw.usage_log", files, root=case.raw)
        sessions = self.session.read.json(sorted(map(str, case.raw.glob("*.claude.jsonl"))))
        sessions.selectExpr("*", "replace(_metadata.file_name, '%20', ' ') as load_id").write.saveAsTable("scenario_raw.claude_code")
        spend = self.session.read.json(str(case.spend_rows_file()))
        spend = spend.selectExpr("* except (startTime)", "cast(startTime as timestamp) as startTime", "'spend.litellm.table' as load_id")
        spend.write.saveAsTable("scenario_raw.litellm")
        variables = {"llm_cost_usage_log_record_column": "record"}
        for table in ("usage_log", "claude_code", "litellm"):
            variables |= {f"llm_cost_{table}_schema": "scenario_raw", f"llm_cost_{table}_identifier": table}
        project = self.folder / "scenario_project"
        shutil.copytree(ROOT / "integration_tests" / "scenario", project, ignore=shutil.ignore_patterns("dbt_packages", "target", "logs"))
        if SHARED.is_dir():
            allocation_cases.append_to_seeds(SHARED, project / "seeds")
        install_package(project)
        # the package's data tests run in the demo, the project's own here
        left_out = ["--exclude", "package:llm_cost,resource_type:test", "--exclude-resource-type", "unit_test"]
        self.dbt("scenario", "build", *left_out, schema="scenario", variables=variables, project=project)
        # a session in another zone, on the tables that are there now
        self.dbt("in_berlin", "test", "--select", "llm_cost_session_is_exact", schema="scenario", variables=variables, project=project, SCENARIO_TIME_ZONE="Europe/Berlin")
        # bad input
        self.session.sql("create view scenario_raw.incomplete as select * except (model) from scenario_raw.litellm")
        incomplete = {**variables, "llm_cost_litellm_identifier": "incomplete"}
        self.dbt("required_column", "run", "--select", "stg_llm_cost__litellm", schema="incomplete", variables=incomplete, project=project)
        wrong_column = {**variables, "llm_cost_usage_log_record_column": "payload"}
        self.dbt("record_column", "run", "--select", "stg_llm_cost__usage_log", schema="incomplete", variables=wrong_column, project=project)
        files_only = {"llm_cost_sources": ["usage_log"], "llm_cost_usage_log_files": "calls.jsonl"}
        self.dbt("files", "run", "--select", "stg_llm_cost__usage_log", schema="incomplete", variables=files_only, project=project)

    def nightly(self) -> None:
        """Two nights into one schema; which days of the marts are the same files after the second."""
        project, logs = self.folder / "nightly_project", self.folder / "nightly.jsonl"
        nights.copy_project(project, ROOT)
        variables = {
            "llm_cost_sources": ["usage_log"],
            "llm_cost_usage_log_schema": "nightly_raw",
            "llm_cost_usage_log_identifier": "usage_log",
            "llm_cost_usage_log_record_column": "record",
        }
        self.dbt("nightly_deps", "deps", schema="nightly", variables=variables, project=project)
        before, after = {}, {}
        for number, files in ((1, before), (2, after)):
            nights.prepare_night(number, project, logs)
            spark_dbt.load_lines(self.session, "nightly_raw.usage_log", [str(logs)], root=self.folder)
            name = "nightly" if number == 2 else "first_night"
            selected = ["--select", *nights.MODELS, "--exclude-resource-type", "test", "unit_test"]
            self.dbt(name, "build", *selected, schema="nightly", variables=variables, project=project)
            for mart in nights.MARTS:
                days = (self.folder / "warehouse" / "nightly.db" / mart).glob("utc_date=*")
                files[mart] = {day.name.split("=")[1]: sorted(file.name for file in day.glob("*.parquet")) for day in days}
        same = {mart: [day for day, names in after[mart].items() if before[mart].get(day) == names] for mart in nights.MARTS}
        self.tell("nightly_files", same)

    def company(self) -> None:
        """Five nights of the company of support/company.py into one schema, and the last from nothing; each night's tables are copied aside."""
        logs = company.Company(self.folder / "company", ROOT)
        install_package(logs.project)
        tables = {}
        for name in company.FORMATS:
            tables |= {f"llm_cost_{name}_schema": "company_raw", f"llm_cost_{name}_identifier": name, f"llm_cost_{name}_record_column": "record"}
        selected = ["--select", *company.MAIN, "--exclude-resource-type", "test", "unit_test"]
        warehouse = self.folder / "warehouse"

        def build(name: str, schema: str) -> None:
            """Build into the schema, copy what is compared aside, then tell."""
            if self.dbt(f"{name}_run", "build", *selected, schema=schema, variables={**logs.variables, **tables}, project=logs.project):
                for table in company.COMPARED_ON_SPARK:
                    shutil.copytree(warehouse / f"{schema}.db" / table, warehouse / f"{name}.db" / table)
            (self.folder / f"{name}_run.json").rename(self.folder / f"{name}.json")

        for number in company.SPARK_NIGHTS:
            while logs.today < number:
                logs.night()
            for name in company.FORMATS:
                files = sorted(str(file) for file in (logs.raw / name).glob("*.jsonl") if file.stat().st_size)
                spark_dbt.load_lines(self.session, f"company_raw.{name}", files, root=logs.raw)
            build(f"company_{number}", "company")
        build("company_from_nothing", "from_nothing")

    def drill(self) -> None:
        """A month that closes, and changes after it, into one schema; what each run left is copied aside."""
        project, logs = self.folder / "drill_project", self.folder / "drill.jsonl"
        close_drill.copy_project(project, ROOT)
        install_package(project)
        variables = {
            **close_drill.VARIABLES,
            "llm_cost_usage_log_schema": "drill_raw",
            "llm_cost_usage_log_identifier": "usage_log",
            "llm_cost_usage_log_record_column": "record",
        }
        warehouse = self.folder / "warehouse"
        for name in ("close", "changes"):
            close_drill.prepare_night(name, project, logs, ROOT)
            spark_dbt.load_lines(self.session, "drill_raw.usage_log", [str(logs)], root=self.folder)
            selected = ["--select", *close_drill.MODELS, "--exclude-resource-type", "test", "unit_test"]
            build = f"drill_{name}"
            self.dbt(f"{build}_run", "build", *selected, schema="drill", variables=variables, project=project)
            for table in close_drill.READ:
                if (warehouse / "drill.db" / table).is_dir():
                    shutil.copytree(warehouse / "drill.db" / table, warehouse / f"{build}.db" / table)
            (self.folder / f"{build}_run.json").rename(self.folder / f"{build}.json")

    def evidence(self) -> None:
        """The real usage data of ../shared, as tables of JSON lines."""
        os.environ["LLM_COST_SPARK_ANSI"] = "true"
        work = self.folder / "evidence_raw"
        work.mkdir()
        variables = write_evidence(SHARED, work)
        samples = work / "litellm.jsonl"
        with samples.open("w", encoding="utf-8") as lines:
            for sample in sorted((work / "litellm").glob("*.json")):
                content = json.loads(sample.read_text(encoding="utf-8"))
                for record in content if isinstance(content, list) else [content]:
                    lines.write(json.dumps(record) + "\n")
        files = {
            "usage_log": variables["llm_cost_usage_log_files"],
            "claude_code": sorted(map(str, (work / "claude_code").glob("*.jsonl"))),
            "litellm": [str(samples)],
        }
        tables = {"llm_cost_sources": variables["llm_cost_sources"]}
        for name, paths in files.items():
            spark_dbt.load_lines(self.session, f"evidence_raw.{name}", paths, root=work)
            tables |= {f"llm_cost_{name}_schema": "evidence_raw", f"llm_cost_{name}_identifier": name, f"llm_cost_{name}_record_column": "record"}
        # what the tests of the real data read on both engines; its other marts are tested on DuckDB
        self.dbt("evidence", "build", "--select", *CORE_MARTS, "--exclude-resource-type", "test", "unit_test", schema="evidence", variables=tables)

    def log_formats(self) -> None:
        """The calls and cases of every log format: JSON lines as tables of records, CSV as tables of text columns."""
        os.environ["LLM_COST_SPARK_ANSI"] = "true"
        raw = self.folder / "formats_raw"
        variables = {}
        self.session.sql("create schema if not exists formats_raw")
        for form in log_formats.formats():
            file, table = form.write(raw), f"formats_raw.{form.name}"
            if form.columns:
                rows = self.session.read.csv(str(file), header=True, escape='"')
                rows.selectExpr("*", "_metadata.file_name as load_id").write.saveAsTable(table)
            else:
                spark_dbt.load_lines(self.session, table, [str(file)], root=raw)
                variables[f"llm_cost_{form.name}_record_column"] = "record"
            variables |= {f"llm_cost_{form.name}_schema": "formats_raw", f"llm_cost_{form.name}_identifier": form.name}
        project = log_formats.write_project(self.folder / "formats_project", ROOT)
        install_package(project)
        self.dbt("log_formats", "build", "--select", *CORE_MARTS, "--exclude-resource-type", "test", "unit_test", schema="log_formats", variables=variables, project=project)


def main(folder: Path, wanted: list[str]) -> None:
    """Run every build; one that fails does not keep the others from running."""
    builder = Builder(folder)
    for name in wanted or BUILDS:
        if name == "evidence" and not SHARED.is_dir():
            continue
        spark_dbt.for_small_tables(builder.session, name not in AS_USERS_DO)
        try:
            getattr(builder, name)()
        except Exception as error:  # the test that waits for this build shows it
            builder.tell(name, {"success": False, "output": repr(error)})


def end_with(process: int) -> None:
    """End this process and its Java when another process, the pytest that waits for the builds, is gone."""
    while True:
        time.sleep(1)
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            from pyspark import SparkContext

            if SparkContext._gateway is not None:
                SparkContext._gateway.proc.kill()
            os._exit(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--while", type=int, dest="process", help="end when this process is gone")
    parser.add_argument("folder", type=Path)
    parser.add_argument("builds", nargs="*")
    given = parser.parse_args()
    # dbt's manifests are large and stay: the garbage collector need not go through them after every 700 objects
    gc.set_threshold(100_000, 20, 20)
    if given.process:
        threading.Thread(target=end_with, args=(given.process,), daemon=True).start()
    main(given.folder, given.builds)
