"""Five nights of the company of support/company.py on Spark, from raw tables: `make nights-spark`. Six builds of the main marts take
minutes, so that `make test` does not collect this file; test_nightly.py has two nights on Spark there."""

from __future__ import annotations

import shutil

import duckdb
import pytest
from support.company import COMPARED_ON_SPARK, MAIN, SPARK_NIGHTS
from support.thirty_nights import Nights
from test_spark import difference


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory):
    """Night -> (database of the same nights on DuckDB, from files; the folder of the files)."""
    nights = Nights(tmp_path_factory.mktemp("duckdb"), MAIN)
    databases = {}
    try:
        for number in SPARK_NIGHTS:
            nights.night(number)
            databases[number] = nights.folder / f"night-{number}" / nights.nightly.name
            databases[number].parent.mkdir()
            shutil.copy(nights.nightly, databases[number])
    finally:
        nights.dbt.close()
    return databases, nights.company.raw


@pytest.mark.parametrize("model", COMPARED_ON_SPARK)
@pytest.mark.parametrize("number", SPARK_NIGHTS)
def test_a_night_on_spark_is_the_night_on_duckdb(on_duckdb, spark_builds, number, model):
    """Every row, to the last digit. A load is a file's whole path on DuckDB, its path below the raw folder in the tables."""
    databases, raw = on_duckdb
    with spark_builds.connect(f"company_{number}") as spark, duckdb.connect(str(databases[number]), read_only=True) as duck:
        assert spark.sql(f"select count(*) from {model}").fetchone()[0] > 0, "nothing was compared"
        if "load_id" in duck.sql(f"select * from {model}").columns:
            duck.sql(f"create temp view {model} as select * replace (replace(load_id, '{raw}/', '') as load_id) from company.main.{model}")
        assert difference(duck, spark, model) == ""


@pytest.mark.parametrize("model", COMPARED_ON_SPARK)
def test_five_nights_on_spark_are_a_build_from_nothing(spark_builds, model):
    """Every row and column, fingerprints of the days too."""
    with spark_builds.connect(f"company_{SPARK_NIGHTS[-1]}") as nightly, spark_builds.connect("company_from_nothing") as from_nothing:
        columns = ", ".join(f'"{name}"' for name in sorted(from_nothing.sql(f"select * from {model}").columns))
        rows = [sorted(map(repr, connection.sql(f"select {columns} from {model}").fetchall())) for connection in (nightly, from_nothing)]
    assert rows[0] == rows[1] and rows[0]
