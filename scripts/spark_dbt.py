"""Run dbt on Spark: on this machine by default, on a cluster's Thrift server with LLM_COST_SPARK_METHOD=thrift.

    python scripts/spark_dbt.py                        the demo: its logs as tables, then dbt build (make build-spark)
    python scripts/spark_dbt.py show --inline "..."    any dbt command, on the same warehouse; the demo without --vars

The warehouse of a local run is build/spark (LLM_COST_SPARK_HOME moves it). What is missing to run (Java, PySpark, a
server that answers) is said in one sentence before anything starts.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO_TABLES = {"usage_log": "demo/usage_log/*.jsonl", "claude_code": "demo/claude_code/*/*.jsonl", "litellm": "demo/litellm/*.jsonl"}
# the demo company's seeds, by the var that names them
DEMO_ORGANISATION = ("teams", "cost_centers", "shared_pools", "pool_rules", "fx_rates", "period_status")
RAW_SCHEMA = "llm_cost_raw"
JAVA_AT_LEAST = 17
# For the demo and the tests, which have a few hundred rows a table: to compile a query, to plan it again halfway and to infer filters
# from its joins takes longer than to run it
SMALL_TABLES = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.constraintPropagation.enabled": "false",
}


def java_major(java: str) -> int | None:
    """Major version of a java command, None when it does not run."""
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', told.stderr + told.stdout)
    return int(found.group(1)) if found else None


def what_is_missing(environment=os.environ) -> str | None:
    """One sentence that says what to install or set, None when Spark can be used."""
    if importlib.util.find_spec("dbt.adapters.spark") is None:
        return "dbt-spark is not installed: run `make build-spark`, or `pip install -r requirements.lock -r requirements-spark.lock`."
    if environment.get("LLM_COST_SPARK_METHOD", "session") == "thrift":
        host, port = environment.get("LLM_COST_SPARK_HOST", "localhost"), environment.get("LLM_COST_SPARK_PORT", "10000")
        if importlib.util.find_spec("pyhive") is None:
            return "The Thrift client is not installed: run `pip install 'dbt-spark[PyHive]'`."
        try:
            socket.create_connection((host, int(port)), timeout=10).close()
        except (OSError, ValueError) as error:
            return f"No Thrift server answers at {host}:{port} ({error}): start it, or set LLM_COST_SPARK_HOST and LLM_COST_SPARK_PORT."
        return None
    if importlib.util.find_spec("pyspark") is None:
        return "PySpark is not installed: run `make build-spark`, or `pip install -r requirements.lock -r requirements-spark.lock`."
    home = environment.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java", path=environment.get("PATH"))
    major = java_major(java) if java else None
    if major is None:
        place = f"JAVA_HOME={home} has no bin/java that runs" if home else "there is no java on the PATH"
        return f"Spark needs Java {JAVA_AT_LEAST} or later and {place}: install a JDK (Debian: openjdk-17-jre-headless) or set JAVA_HOME."
    if major < JAVA_AT_LEAST:
        return f"Spark needs Java {JAVA_AT_LEAST} or later, {java} is Java {major}: set JAVA_HOME to a newer one."
    return None


def local_session(home: Path, keep_catalog: bool = True):
    """A Spark session of two cores whose tables are Parquet files under home/warehouse.

    With keep_catalog, table names outlive the process (a Derby file under home); without, they are kept in memory, which
    starts faster.
    """
    from pyspark.sql import SparkSession

    home.mkdir(parents=True, exist_ok=True)
    builder = SparkSession.builder.master(os.environ.get("LLM_COST_SPARK_MASTER", "local[2]")).appName("llm_cost")
    settings = {
        "spark.sql.warehouse.dir": str(home / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.sources.default": "parquet",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "3g",
        # a laptop's worth of data: the defaults (200 shuffle partitions) suit a cluster
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
        "spark.driver.extraJavaOptions": f"-Dderby.system.home={home} -Dlog4j2.level=ERROR",
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={home}/metastore;create=true",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    builder = builder.enableHiveSupport() if keep_catalog else builder.config("spark.sql.catalogImplementation", "in-memory")
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def for_small_tables(session, wanted: bool = True) -> None:
    """Let a session plan for small tables, or as Spark does by itself."""
    for setting, value in SMALL_TABLES.items():
        if wanted:
            session.conf.set(setting, value)
        else:
            session.conf.unset(setting)


def switch_ansi_on() -> None:
    """Let dbt-spark keep ANSI mode, which it switches off on every connection, so that an overflow is an error at once."""
    from dbt.adapters.spark.connections import SparkCredentials

    as_written = SparkCredentials.__post_init__

    def with_ansi(credentials) -> None:
        as_written(credentials)
        credentials.server_side_parameters["spark.sql.ansi.enabled"] = os.environ.get("LLM_COST_SPARK_ANSI", "true")

    SparkCredentials.__post_init__ = with_ansi


def load_lines(session, table: str, files: list[str], root: Path = ROOT) -> None:
    """A table with one row per line of some text files: record, load_id (the path below root) and row_position."""
    session.sql(f"create schema if not exists {table.split('.')[0]}")
    session.sql(f"drop table if exists {table}")
    prefix = str(root).replace("\\", "\\\\").replace("'", "\\'") + "/"
    lines = session.read.text(files).where("trim(value) <> ''").selectExpr(
        "value as record",
        f"replace(regexp_replace(url_decode(replace(_metadata.file_path, '+', '%2B')), '^file:/+', '/'), '{prefix}', '') as load_id",
        "monotonically_increasing_id() as row_position",
    )
    lines.write.saveAsTable(table)


def load_demo(session) -> None:
    """Land the demo logs as tables of JSON lines."""
    for name, pattern in DEMO_TABLES.items():
        load_lines(session, f"{RAW_SCHEMA}.{name}", sorted(map(str, ROOT.glob(pattern))))


def demo_variables() -> dict:
    """The vars with which a Spark user points the package at such tables."""
    variables = {f"llm_cost_{name}": [f"demo_{name}"] for name in DEMO_ORGANISATION}
    for name in DEMO_TABLES:
        variables |= {
            f"llm_cost_{name}_schema": RAW_SCHEMA,
            f"llm_cost_{name}_identifier": name,
            f"llm_cost_{name}_record_column": "record",
        }
    return variables


def main(arguments: list[str]) -> int:
    """Exit code of dbt, 2 when something is missing."""
    problem = what_is_missing()
    if problem:
        print(problem, file=sys.stderr)
        return 2
    if os.environ.get("LLM_COST_SPARK_METHOD", "session") == "session":
        session = local_session(Path(os.environ.get("LLM_COST_SPARK_HOME", ROOT / "build" / "spark")))
        if not arguments:
            for_small_tables(session)
            load_demo(session)
            arguments = ["build"]
        if "--vars" not in arguments:
            arguments = [*arguments, "--vars", json.dumps(demo_variables())]
    from dbt.cli.main import dbtRunner

    switch_ansi_on()
    os.chdir(ROOT)
    result = dbtRunner().invoke([*(arguments or ["build"]), "--target", "spark"])
    # as dbt itself: 1 where a node failed, 2 where it could not start
    return 0 if result.success else 2 if result.exception else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
