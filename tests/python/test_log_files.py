"""Files as people have them: broken in part, of several versions, compressed or not, thousands of small ones. One build on DuckDB."""

from __future__ import annotations

import gzip
import json

import duckdb
import pytest
from conftest import built

SMALL_FILES = 10_000


def databricks(number, **fields) -> dict:
    """A row of system.ai_gateway.usage as exported."""
    return {
        "request_id": f"d-{number}", "event_time": "2026-08-07T13:31:47.000Z", "latency_ms": "2111", "destination_type": "EXTERNAL_FOUNDATION_MODEL",
        "destination_model": "claude-sonnet-4-5", "api_type": "anthropic/v1/messages", "request_tags": "{\"team\":\"search\"}", "input_tokens": "1000",
        "output_tokens": "10", "total_tokens": "1010", "token_details": "{\"cache_read_input_tokens\":\"900\"}", "status_code": "200", **fields,
    }  # fmt: skip


def payload(number) -> dict:
    """A StandardLoggingPayload, as LiteLLM writes one object a file."""
    return {
        "id": f"chatcmpl-{number}", "trace_id": None, "call_type": "acompletion", "status": "success", "custom_llm_provider": "openai", "startTime": 1786109507.5,
        "endTime": 1786109508.5, "model": "gpt-4o", "model_group": "gpt-4o", "total_tokens": 30, "prompt_tokens": 10, "completion_tokens": 20,
        "metadata": {"user_api_key_team_alias": "search"}, "request_tags": [], "response_cost": 0.000225, "messages": "SECRET",
    }  # fmt: skip


def write_files(folder) -> None:
    """The files of this test, by what they are for."""
    (folder / "small").mkdir(parents=True)
    lines = [json.dumps(databricks(number)) for number in range(1, 11)]
    # broken in part: a line cut off, a line that is no JSON, a list, an empty line, bytes that are no UTF-8, the last line torn
    broken = "\n".join([lines[0], lines[1][:60], "<html>502</html>", "[1, 2]", "", lines[1]]).encode() + b'\n{"request_id": "\xff\xfe"}\n' + lines[2][:80].encode()
    (folder / "broken.jsonl").write_bytes(broken)
    # plain and gzip together, one a copy of the other with one row more
    (folder / "plain.jsonl").write_text("\n".join(lines[3:6]) + "\n")
    with gzip.open(folder / "plain_again.jsonl.gz", "wt") as file:
        file.write("\n".join(lines[3:7]) + "\n")
    # a JSON array over many lines
    (folder / "array.json").write_text(json.dumps([databricks(20), databricks(21)], indent=2))
    # Parquet of a newer version: nested columns, numbers as numbers, a column the vendor added; an older one lacks token_details
    duckdb.sql(f"""
        copy (
            select 'd-30' as request_id, timestamptz '2026-08-07 13:31:47+00' as event_time, 1000::bigint as input_tokens, 10::bigint as output_tokens,
                1010::bigint as total_tokens, {{'cache_read_input_tokens': 900::bigint, 'cache_creation_input_tokens': null::bigint}} as token_details,
                map {{'team': 'search'}} as request_tags, 'claude-sonnet-4-5' as destination_model, 'EXTERNAL_FOUNDATION_MODEL' as destination_type,
                'anthropic/v1/messages' as api_type, 200 as status_code, {{'new': 1}} as column_of_next_year
        ) to '{folder}/new.parquet'
    """)
    duckdb.sql(f"""
        copy (
            select 'd-31' as request_id, timestamp '2026-08-07 13:31:47' as event_time, 1000 as input_tokens, 10 as output_tokens,
                'claude-sonnet-4-5' as destination_model, 'EXTERNAL_FOUNDATION_MODEL' as destination_type
        ) to '{folder}/old.parquet'
    """)
    # CSV without most optional columns, with one that nobody knows
    (folder / "short.csv").write_text("request_id,event_time,input_tokens,output_tokens,destination_model,destination_type,colour\nd-40,2026-08-07T13:31:47Z,1000,10,claude-sonnet-4-5,EXTERNAL_FOUNDATION_MODEL,red\n")
    (folder / "empty.jsonl").write_text("")
    for number in range(SMALL_FILES):
        (folder / "small" / f"{number}.json").write_text(json.dumps(payload(number)))


@pytest.fixture(scope="module")
def files_db(tmp_path_factory):
    work = tmp_path_factory.mktemp("files")
    write_files(work / "raw")
    database = work / "files.duckdb"
    variables = {
        "llm_cost_sources": ["databricks", "litellm_payload"],
        "llm_cost_databricks_files": [str(work / "raw" / pattern) for pattern in ("*.jsonl", "*.jsonl.gz", "*.json", "*.parquet", "*.csv")],
        "llm_cost_litellm_payload_files": str(work / "raw" / "small" / "*.json"),
        "llm_cost_max_rejected_share": 1,
    }
    marts = [f"+fct_llm_cost__{mart}" for mart in ("requests", "row_accounting", "usage_rejects")]
    built("build", "--select", *marts, "--exclude-resource-type", "test", "unit_test", database=database, work=work, variables=variables)
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def fates(connection, name) -> dict:
    """Row accounting of one file."""
    relation = connection.sql(f"""
        select raw_rows, billable_events, duplicate_rows, rejected_rows from fct_llm_cost__row_accounting where load_id like '%/{name}'
    """)
    return dict(zip(relation.columns, relation.fetchone() or ()))


def requests(connection, ids) -> list[tuple]:
    """(total input, cache read, team, cost in millionths) of some requests."""
    return connection.execute("""
        select total_input_tokens, cache_read_tokens, team, cast(total_cost_usd * 1000000 as integer)
        from fct_llm_cost__requests where request_id = any(?) order by request_id
    """, [ids]).fetchall()


# 100 uncached at 3, 900 read at 0.30, 10 out at 15 USD per million
WHOLE = (1000, 900, "search", 720)
# 1,000 uncached: the split is not there
UNSPLIT = (1000, None, "unattributed", 3150)


def test_file_that_is_broken_in_part(files_db):
    """The good lines are billed, each bad one is a reject with its place, an empty line is no row."""
    assert fates(files_db, "broken.jsonl") == {"raw_rows": 7, "billable_events": 2, "duplicate_rows": 0, "rejected_rows": 5}
    assert requests(files_db, ["d-1", "d-2"]) == [WHOLE, WHOLE]
    reasons = files_db.sql("select line_number, reject_reason from fct_llm_cost__usage_rejects where load_id like '%/broken.jsonl' order by 1").fetchall()
    # an empty line has no number
    assert reasons == [(2, "malformed_json"), (3, "malformed_json"), (4, "not_an_object"), (6, "malformed_json"), (7, "malformed_json")]


def test_gzip_and_plain_together(files_db):
    """The rows of both are read; those that stand in both count once."""
    plain, again = fates(files_db, "plain.jsonl"), fates(files_db, "plain_again.jsonl.gz")
    assert (plain["raw_rows"], again["raw_rows"]) == (3, 4)
    assert plain["billable_events"] + again["billable_events"] == 4 and plain["duplicate_rows"] + again["duplicate_rows"] == 3
    assert requests(files_db, ["d-4", "d-5", "d-6", "d-7"]) == [WHOLE] * 4


def test_json_array_over_many_lines(files_db):
    assert fates(files_db, "array.json")["billable_events"] == 2


def test_versions_of_one_format_together(files_db):
    """Parquet with nested and typed columns and one the vendor added; an older file without the cache column."""
    assert requests(files_db, ["d-30"]) == [WHOLE]
    assert requests(files_db, ["d-31"]) == [UNSPLIT]


def test_csv_without_optional_columns(files_db):
    assert requests(files_db, ["d-40"]) == [UNSPLIT]


def test_empty_file_is_empty(files_db):
    assert fates(files_db, "empty.jsonl") == {}


def test_ten_thousand_small_files(files_db):
    """One object a file, as loggers write to object stores: every file is a load of one row, nothing is rejected."""
    loads, raw, billable, rejected = files_db.sql("""
        select count(*), sum(raw_rows), sum(billable_events), sum(rejected_rows) from fct_llm_cost__row_accounting where source_system = 'litellm_payload'
    """).fetchone()
    assert (loads, raw, billable, rejected) == (SMALL_FILES, SMALL_FILES, SMALL_FILES, 0)
    # 10 in at 2.50, 20 out at 10 USD per million
    assert str(files_db.sql("select sum(total_cost_usd) from fct_llm_cost__requests where source_system = 'litellm_payload'").fetchone()[0]) == "2.250000000000"
