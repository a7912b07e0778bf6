"""Parse the project with dbt's schema validation switched on for DuckDB and fail on any deprecation.

dbt validates YAML against its JSON schemas for four adapters only; on DuckDB deprecated syntax passes unseen.
Usage: python scripts/strict_parse.py [project directory]
"""

from __future__ import annotations

import sys

import dbt.jsonschemas.jsonschemas as schemas
from dbt.cli.main import dbtRunner


def main(project: str) -> int:
    """Exit code 1 with the deprecations listed, 0 without any."""
    schemas._JSONSCHEMA_SUPPORTED_ADAPTERS.add("duckdb")  # the only switch dbt offers
    found: list[str] = []

    def collect(event) -> None:
        if "Deprecat" in event.info.name:
            found.append(event.info.msg)

    arguments = ["parse", "--no-partial-parse", "--show-all-deprecations", "--project-dir", project, "--profiles-dir", project]
    result = dbtRunner(callbacks=[collect]).invoke(arguments)
    if not result.success:
        return 1
    for message in found:
        print(message)
    print(f"{len(found)} deprecation(s)")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
