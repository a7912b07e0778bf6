# Everything runs from a fresh clone with Python 3.10+ and make. CI runs `make test`.
PYTHON ?= python3
BIN := .venv/bin
export DO_NOT_TRACK := 1
# dbt reads this repository's profiles.yml, whatever the user's home holds
export DBT_PROFILES_DIR := $(CURDIR)

.PHONY: build build-spark test mutants nights nights-spark faults drill-spark lint demo bench refresh-prices oracle-report doctor nightly journal clean

build: .venv/installed
	$(BIN)/dbt build

# the demo on Spark, in a session on this machine: needs Java 17 or later (docs/spark.md)
build-spark: .venv/installed-spark
	$(BIN)/python scripts/spark_dbt.py

# two workers, each takes a group of tests at a time, in the order of tests/python/conftest.py
test: .venv/installed .venv/installed-spark build/duckdb2/installed build/oracles/installed
	$(BIN)/python -m pytest -n 2

# what `make test` has no time for: every mistake of tests/python/test_mutants.py, shared pools in every reporting currency
mutants: .venv/installed
	LLM_COST_ALL_MUTANTS=1 $(BIN)/python -m pytest tests/python/test_mutants.py -s
	LLM_COST_ALL_CURRENCIES=1 $(BIN)/python -m pytest tests/python/test_allocation.py -k "KWD or MICRO"

# thirty simulated nights, every mart: each night against a build from nothing and against a full refresh of a copy
nights: .venv/installed
	LLM_COST_ALL_NIGHTS=all $(BIN)/python -m pytest tests/python/test_thirty_nights.py -s

# five of them on Spark
nights-spark: .venv/installed-spark
	LLM_COST_SPARK_NIGHTS=1 $(BIN)/python -m pytest tests/python/test_nights_on_spark.py

# the faults of docs/faults.md; a build of every mart killed at 50 random points: LLM_COST_KILL_SEED repeats or varies them
faults: .venv/installed
	LLM_COST_KILLS=$${LLM_COST_KILLS:-50} $(BIN)/python -m pytest tests/python/test_faults.py -s

# on Spark what `make test` runs on DuckDB alone: the close drill and the unit tests
drill-spark: .venv/installed-spark
	LLM_COST_SPARK_DRILL=1 $(BIN)/python -m pytest tests/python/test_close.py tests/python/test_spark.py -k "test_close.py and spark or its_tests"

lint: .venv/installed
	$(BIN)/sqlfluff lint models tests analyses integration_tests/models integration_tests/tests integration_tests/scenario/tests
	$(BIN)/python scripts/strict_parse.py .

demo: .venv/installed
	$(BIN)/python scripts/generate_demo_logs.py

# full builds, nights and queries beside a hand-written script, Polars and price libraries; each log format against DuckDB's bare scan, ten million shares of pools and a year of cache state against scripts
bench: .venv/installed build/oracles/installed build/polars/installed
	$(BIN)/python scripts/bench.py
	$(BIN)/python scripts/bench_reading.py
	$(BIN)/python scripts/bench_allocation.py
	$(BIN)/python scripts/bench_cache.py

# compares the price seeds with genai-prices and LiteLLM, appends what is new and prints what it did; ARGS="--dry-run" only prints
refresh-prices: build/oracles/installed
	build/oracles/bin/python scripts/refresh_prices.py $(ARGS)

# prices random usages with this package and with both libraries, and prints every disagreement with its cause
oracle-report: .venv/installed build/oracles/installed
	$(BIN)/python scripts/oracle_report.py $(ARGS)

# what your log files are and whether they are ready for chargeback: FILES="logs/*.jsonl ~/other", FORMAT=, VARS='{...}' and ARGS= if need be
doctor: .venv/installed
	@$(BIN)/python scripts/doctor.py "$$FILES" $${FORMAT:+--format "$$FORMAT"} $${VARS:+--vars "$$VARS"} $(ARGS)

# dbt build, then publish for readers, then a summary: VARS='{...}' and ARGS="--to DIR --fail-on-warn -- ..." if need be (docs/nightly.md)
nightly: .venv/installed
	@$(BIN)/python scripts/nightly.py $${VARS:+--vars "$$VARS"} $(ARGS)

# the journal of a closed month as CSV: PERIOD=2026-08 FILE=journal.csv
journal: .venv/installed
	$(BIN)/python scripts/export_journal.py $(PERIOD) $(if $(FILE),--output $(FILE))

.venv/installed: requirements.lock
	$(PYTHON) -c 'import sys; sys.exit("llm_cost needs Python 3.10 or later: make PYTHON=python3.12 build" if sys.version_info < (3, 10) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	touch $@

.venv/installed-spark: .venv/installed requirements-spark.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock -r requirements-spark.lock
	touch $@

# DuckDB 2.0 beside the locked version, for the test that the package parses and builds on it
build/duckdb2/installed: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target build/duckdb2 duckdb==2.0.0
	touch $@

# genai-prices and LiteLLM, at pinned versions, apart from dbt's environment
build/oracles/installed: requirements-oracles.lock
	$(PYTHON) -m venv build/oracles
	build/oracles/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-oracles.lock
	touch $@

# Polars, for the script that the benchmark compares with
build/polars/installed: requirements-bench.lock
	$(PYTHON) -m venv build/polars
	build/polars/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.lock
	touch $@

clean:
	rm -rf .venv build target logs llm_cost.duckdb llm_cost.duckdb.wal llm_cost.duckdb.lock published integration_tests/target integration_tests/dbt_packages
