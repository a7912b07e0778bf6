"""Collects the hand-made cases of the cases_*.py modules and writes them as the raw logs of one build."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import replace
from pathlib import Path

from support import cache_cases, cases_allocation, cases_events, cases_owners, cases_pricing, cases_terms, cases_usage

SHARED = Path(__file__).resolve().parents[4] / "shared"


class Scenario:
    """The raw logs of the scenario build and look-ups in its result."""

    def __init__(self, raw: Path):
        raw.mkdir()
        self.raw = raw
        self.connection = None
        lines = []
        for module in (cases_usage, cases_pricing, cases_terms, cases_owners, cases_allocation, cases_events):
            lines += [json.dumps(line) if isinstance(line, dict) else line for line in module.usage_log_lines()]
        if SHARED.is_dir():
            calls = [replace(call, at=call.at.replace(year=2025, month=11)) for call in cache_cases.small_case(SHARED)]
            lines += [json.dumps(call.line(f"dispersion-{number}")) for number, call in enumerate(calls)]
        self._write("calls.jsonl", "\n".join(lines).encode())
        self._write("broken.jsonl", cases_events.BROKEN_FILE)
        self._write("replay.jsonl", "\n".join(json.dumps(line) for line in cases_events.REPLAY).encode())
        self._write("it's packed.jsonl.gz", gzip.compress("\n".join(json.dumps(line) for line in cases_events.PACKED).encode()))
        self._write("cut_short.jsonl.gz", gzip.compress(json.dumps(cases_events.PACKED[0]).encode() * 50)[:40])
        self._write("empty.jsonl", b"")
        self._write("session.claude.jsonl", "\n".join(json.dumps(line) for line in cases_events.CLAUDE_CODE).encode())
        self._write("resumed.claude.jsonl", "\n".join(json.dumps(line) for line in cases_events.CLAUDE_CODE_RESUMED).encode())
        self._write("spend.litellm.json", json.dumps(cases_events.LITELLM[:2], indent=1).encode())
        self._write("spend.litellm.jsonl", "\n".join(json.dumps(line) for line in cases_events.LITELLM[2:]).encode())
        self._write("spend.litellm.csv", cases_events.LITELLM_CSV.encode())
        self.whole_text_files = ["calls.jsonl", "broken.jsonl", "replay.jsonl", "it's packed.jsonl.gz"]
        usage_log = ["calls.jsonl", "broken.jsonl", "replay.jsonl", "it's packed.jsonl.gz", "cut_short.jsonl.gz", "empty.jsonl"]
        self.variables = {
            "llm_cost_usage_log_files": [str(raw / name) for name in usage_log],
            "llm_cost_claude_code_files": str(raw / "*.claude.jsonl"),
            "llm_cost_litellm_files": [str(raw / name) for name in ("spend.litellm.json", "spend.litellm.jsonl", "spend.litellm.csv")],
        }

    def spend_rows_file(self) -> Path:
        """The LiteLLM rows of all files as one file of JSON lines: the rows of a table."""
        rows = [*cases_events.LITELLM, *csv.DictReader(cases_events.LITELLM_CSV.splitlines())]
        whole_numbers = ("prompt_tokens", "completion_tokens", "total_tokens")
        rows = [{name: int(value) if name in whole_numbers else value for name, value in row.items()} for row in rows]
        self._write("spend.rows", "\n".join(json.dumps(row) for row in rows).encode())
        return self.raw / "spend.rows"

    def _write(self, name: str, content: bytes) -> None:
        (self.raw / name).write_bytes(content)

    def rows(self, sql: str, *parameters) -> list[dict]:
        """Rows of a query as dictionaries."""
        cursor = self.connection.execute(sql, parameters)
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row)) for row in cursor.fetchall()]

    def requests(self, response_id: str) -> list[dict]:
        """Rows of the requests mart with a response id."""
        return self.rows("select * from fct_llm_cost__requests where response_id = ? order by event_id", response_id)

    def request(self, response_id: str) -> dict:
        """The one row of the requests mart with a response id."""
        found = self.requests(response_id)
        assert len(found) == 1, f"{response_id}: {len(found)} rows in fct_llm_cost__requests"
        return found[0]

    def reject(self, record_key: str) -> dict:
        """The one rejected row with a key."""
        found = self.rows("select * from fct_llm_cost__usage_rejects where record_key = ?", record_key)
        assert len(found) == 1, f"{record_key}: {len(found)} rows in fct_llm_cost__usage_rejects"
        return found[0]
