"""Write the journal of a month as CSV: python scripts/export_journal.py 2026-08 [--issuer openai] [--output journal.csv].

Reads fct_llm_cost__journal_lines of the DuckDB file (LLM_COST_DUCKDB_PATH, else llm_cost.duckdb), one line a cost centre and kind. Exit code 1
when the month is not closed or its debits and credits differ: then nothing is written.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = (
    "journal_id, issuer, period, account, cost_center, line_type, corrects_period, currency, debit_amount, credit_amount, statement_lines, methods, "
    "pool_ids, price_card_versions, closed_at, posted_at, run_id, journal_line_id"
)


def main() -> int:
    """Exit code: 0 when the file was written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("period", help="month of the posting, YYYY-MM")
    parser.add_argument("--issuer", help="only this issuer; all by default")
    parser.add_argument("--output", type=Path, help="file to write; standard output by default")
    arguments = parser.parse_args()
    database = Path(os.environ.get("LLM_COST_DUCKDB_PATH", ROOT / "llm_cost.duckdb"))
    if not database.exists():
        print(f"{database} does not exist: run `make build`, or set LLM_COST_DUCKDB_PATH.", file=sys.stderr)
        return 1
    with duckdb.connect(str(database), read_only=True) as connection:
        lines = connection.table("fct_llm_cost__journal_lines").filter(duckdb.ColumnExpression("period") == duckdb.ConstantExpression(arguments.period))
        if arguments.issuer:
            lines = lines.filter(duckdb.ColumnExpression("issuer") == duckdb.ConstantExpression(arguments.issuer))
        debit, credit, count = lines.aggregate("sum(debit_amount), sum(credit_amount), count(*)").fetchone()
        if count == 0:
            print(f"{arguments.period} has no journal: it is not closed (llm_cost_period_status), or nothing was posted.", file=sys.stderr)
            return 1
        if debit != credit:
            print(f"Debits {debit} and credits {credit} differ: run `dbt test --select fct_llm_cost__journal_lines`.", file=sys.stderr)
            return 1
        relation = lines.order("issuer, line_type = 'clearing', account, cost_center, line_type, corrects_period").project(COLUMNS)
        relation.write_csv(str(arguments.output or "/dev/stdout"), header=True)
    print(f"{count} lines, debits = credits = {debit}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
