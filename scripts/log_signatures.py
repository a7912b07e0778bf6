"""Which log format a file is, by the fields of its first records. Used by scripts/doctor.py.

A format has alternatives: sets of fields of which each is enough. A field is a dotted path in lower case; lists and JSON text are looked
into; `@key` is an attribute of OpenTelemetry wherever it stands; `path=value` is a value of one of TOLD_VALUES; `*` matches anything.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import zlib
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

import duckdb

RECORDS_PER_FILE = 300  # looked at to tell the format
BYTES_PER_FILE = 8_000_000  # and not more of a text file than this
ENTRIES_PER_LIST = 30
DEPTH = 12

# fields whose value tells a format; no other value is ever looked at
TOLD_VALUES = {"type", "schematype", "category", "event.name", "eventname", "name", "body", "stringvalue"}

SIGNATURES: dict[str, list[tuple[str, ...]]] = {
    "usage_log": [("occurred_at", "api_surface"), ("occurred_at", "provider", "usage"), ("occurred_at", "model_requested", "usage")],
    "claude_code": [
        ("sessionid", "message.usage.input_tokens", "message.model"), ("timestamp", "requestid", "message.usage.input_tokens"),
        ("sessionid", "uuid", "message.role"), ("type=summary", "leafuuid"),
    ],
    "litellm": [
        ("request_id", "starttime", "prompt_tokens", "completion_tokens"), ("request_id", "starttime", "call_type", "spend"),
    ],
    "litellm_payload": [
        ("id", "starttime", "call_type", "response_cost"), ("id", "starttime", "hidden_params", "metadata.user_api_key_hash"),
        ("id", "starttime", "call_type", "model_map_information"),
    ],
    "otel_genai": [
        ("@gen_ai.request.model",), ("@gen_ai.response.model",), ("@gen_ai.operation.name",), ("@gen_ai.system",), ("@gen_ai.provider.name",),
        ("resourcespans.scopespans.spans.traceid",),
    ],
    "langfuse": [
        ("traceid", "starttime", "usagedetails"), ("trace_id", "start_time", "usage_details"), ("trace_id", "start_time", "provided_model_name"),
        ("traceid", "starttime", "type=generation"), ("trace_id", "start_time", "type=generation"),
        ("trace.id", "observations.traceid", "observations.starttime"), ("observations.starttime", "observations.type=generation"),
        ("data.traceid", "data.starttime", "data.usagedetails"), ("data.traceid", "data.starttime", "data.type=generation"), ("trace.id", "observations"),
    ],
    "openrouter": [
        ("generation_id", "model_permaslug"), ("generation_id", "created_at", "tokens_prompt"), ("data.native_tokens_prompt", "data.provider_name"),
        ("native_tokens_prompt", "upstream_id"), ("native_tokens_prompt", "provider_name", "total_cost"), ("native_tokens_prompt", "app_id"),
        ("id", "provider", "usage.cost", "usage.cost_details"), ("id", "created", "usage.prompt_tokens", "usage.cost"),
    ],
    "codex": [
        ("type=session_meta", "payload.id"), ("type=turn_context", "payload.model"), ("payload.type=token_count", "payload.info"),
        ("type=event_msg", "payload.type"), ("type=response_item", "payload.type"),
    ],
    "gemini_cli": [("event=gemini_cli.*",), ("@input_token_count", "@cached_content_token_count"), ("input_token_count", "cached_content_token_count")],
    "claude_code_otel": [
        ("event=claude_code.*",), ("@event.name=api_request", "@cache_read_tokens"), ("event.name=api_request", "cache_read_tokens"),
    ],
    "bedrock_invocation": [
        ("schematype=modelinvocationlog",), ("modelid", "requestid", "input.inputtokencount"), ("modelid", "operation", "requestid", "accountid"),
    ],
    "azure_apim": [
        ("correlationid", "prompttokens"), ("correlationid", "deploymentname", "modelname"), ("category=*gatewayllmlog*",),
        ("properties.correlationid", "properties.prompttokens"), ("correlationid", "properties.prompttokens"),
    ],
    "vertex": [("logging_time", "full_response"), ("logging_time", "full_request"), ("full_response.usagemetadata",)],
    "cloudflare": [("tokens_in", "tokens_out", "provider"), ("event_id", "tokens_in", "created_at"), ("gateway", "provider", "model", "cached")],
    "vercel": [
        ("*provider_metadata.gateway.*",), ("*providermetadata.gateway.*",), ("native_tokens_prompt", "native_tokens_cache_creation"),
        ("native_tokens_prompt", "billable_web_search_calls"), ("market_cost", "model"), ("usage.prompt_tokens", "usage.market_cost"),
        ("data.native_tokens_prompt", "data.native_tokens_cache_creation"), ("usage.cost", "usage.market_cost"),
    ],
    "portkey": [("req_units", "res_units"), ("ai_org", "ai_model")],
    "helicone": [
        ("request_id", "request_created_at"), ("request_created_at", "response_status"), ("helicone_user", "request_id"),
        ("request_created_at", "request_model"),
    ],
    "kong": [("ai.*.meta.*_model",), ("ai.*.usage.prompt_tokens",), ("ai.*.meta.provider_name",)],
    "databricks": [
        ("request_id", "event_time", "destination_model"), ("request_id", "event_time", "input_tokens", "output_tokens"),
        ("request_id", "event_time", "destination_type"),
    ],
    "snowflake_cortex": [("request_id", "tokens_granular"), ("query_id", "metrics", "function_name"), ("model_name", "start_time", "tokens_granular")],
    "datadog_llmobs": [
        ("start_ns", "span_id", "meta.model_name"), ("span_id", "metrics.input_tokens"), ("meta.model_name", "metrics.input_tokens"),
        ("span_id", "trace_id", "ml_app"), ("start_ns", "span_id", "meta"), ("attributes.start_ns", "attributes.metrics"),
        ("attributes.start_ns", "attributes.ml_app"), ("attributes.start_ns", "attributes.trace_id", "type=span"),
        ("data.attributes.start_ns", "data.attributes.trace_id"),
    ],
    "cursor": [("date", "model", "cache read", "output tokens"), ("date", "model", "input (w/o cache write)"), ("timestamp", "model", "tokenusage")],
}  # fmt: skip

# a record of the first is no record of the second, whose fields it has too: coding agents and Langfuse hand gen_ai attributes on, and two
# gateways answer alike
OVERRULES = {"gemini_cli": "otel_genai", "claude_code_otel": "otel_genai", "langfuse": "otel_genai", "vercel": "openrouter"}

# fields in which a service hides its records in one document
WRAPPERS = ("data", "records", "rows", "items", "results", "result", "value", "values", "hits", "logs", "usageeventsdisplay")

# words of a key that hint at an owner column
OWNER_WORDS = {
    "team": "team", "squad": "team", "department": "team", "dept": "team", "group": "team", "owner": "team", "tenant": "tenant_id", "customer": "tenant_id",
    "client": "tenant_id", "user": "user_id", "project": "project_id", "cost": "cost_center", "costcenter": "cost_center", "feature": "feature",
    "app": "service", "application": "service", "service": "service", "env": "environment", "environment": "environment", "stage": "environment",
    "org": "billing_account_id", "organization": "billing_account_id", "organisation": "billing_account_id", "workspace": "project_id",
}  # fmt: skip
# words of a key that is no owner in spite of one
NO_OWNER_WORDS = {
    "agent", "hash", "email", "mail", "prompt", "message", "messages", "content", "text", "input", "output", "budget", "spend", "limit", "tokens", "token",
    "rate", "currency", "version", "sdk", "type", "ip", "path", "url", "time", "status", "breakdown", "reply", "namespace", "instance", "tier", "detail",
}  # fmt: skip
# containers of attributes that callers may name as they like
ATTRIBUTE_FIELDS = {
    "metadata", "spend_logs_metadata", "requester_metadata", "requestmetadata", "tags", "request_tags", "properties", "labels", "attributes",
    "resource_attributes", "resource", "headers", "request.headers", "query_tag", "cost_tags", "custom_metadata", "trace_tags", "invocation_metadata",
}  # fmt: skip
SAFE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.:/-]{0,59}")


@dataclass
class Sampled:
    """The first records of a file, or why there are none. problem: None, empty, binary, unreadable or no_json."""

    file: str
    records: list = field(default_factory=list)
    broken: int = 0
    problem: str | None = None
    note: str = ""


@dataclass
class Guess:
    """What a file is. format None: no known one; then `nearest` lacks `missing`."""

    file: str
    format: str | None = None
    matched: int = 0
    sampled: int = 0
    also: list[str] = field(default_factory=list)
    problem: str | None = None
    note: str = ""
    nearest: str | None = None
    missing: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)


def kind_of(file: str) -> str:
    """parquet, csv, json or jsonl, as the package reads it (macro file_kind)."""
    name = re.sub(r"\.(gz|zst)$", "", file.lower())
    return next((kind for kind in ("parquet", "csv", "json") if name.endswith("." + kind)), "jsonl")


def sample(file: str) -> Sampled:
    """The first records of a file; never raises."""
    sampled = Sampled(file)
    try:
        if Path(file).stat().st_size == 0:
            sampled.problem = "empty"
            return sampled
        kind = kind_of(file)
        if kind == "parquet":
            sampled.records = parquet_records(file)
        elif looks_binary(file):
            sampled.problem = "binary"
        elif kind == "json" or file.lower().endswith(".zst"):
            sampled.records, sampled.broken = json_records(file)
        elif kind == "csv":
            sampled.records = csv_records(file)
        else:
            sampled.records, sampled.broken = line_records(file)
            if not sampled.records and sampled.broken and is_json_document(file):
                sampled.note = "one JSON document over several lines: let the name end in .json, or write one record a line"
    except (OSError, EOFError, UnicodeError, zlib.error, csv.Error, duckdb.Error, ValueError) as error:
        sampled.problem, sampled.note = "unreadable", str(error).splitlines()[0][:100]
    if sampled.problem is None and not sampled.records:
        sampled.problem = "no_json" if sampled.broken else "empty"
    return sampled


def opened(file: str):
    """A text file or a gzipped one, as text."""
    if file.lower().endswith(".gz"):
        return gzip.open(file, "rt", encoding="utf-8-sig", errors="replace", newline="")
    return open(file, encoding="utf-8-sig", errors="replace", newline="")


def looks_binary(file: str) -> bool:
    """Whether the first bytes are no text."""
    if file.lower().endswith(".zst"):
        return False
    with (gzip.open(file, "rb") if file.lower().endswith(".gz") else open(file, "rb")) as source:
        start = source.read(4096)
    return b"\0" in start or start.decode("utf-8", errors="replace").count("\ufffd") > len(start) // 20 + 1


def line_records(file: str) -> tuple[list, int]:
    """Records of JSON lines, and how many lines are no JSON."""
    records, broken, read = [], 0, 0
    with opened(file) as source:
        while len(records) + broken < RECORDS_PER_FILE and read < BYTES_PER_FILE:
            line = source.readline(BYTES_PER_FILE)
            if not line:
                break
            read += len(line)
            if line.strip():
                try:
                    records.append(json.loads(line))
                except (ValueError, RecursionError):
                    broken += 1
    return records, broken


def json_records(file: str) -> tuple[list, int]:
    """Records of a JSON file (one document, or a list of them), and how many are no JSON."""
    query = "select json from read_json_objects(?, format = 'auto', ignore_errors = true, maximum_object_size = 134217728) limit ?"
    with duckdb.connect() as connection:
        found = connection.execute(query, [re.sub(r"([\[*?])", r"[\1]", file), RECORDS_PER_FILE]).fetchall()
    return [json.loads(text) for (text,) in found if text], sum(text is None for (text,) in found)


def is_json_document(file: str) -> bool:
    """Whether a file without any JSON line is a JSON document."""
    try:
        return any(isinstance(record, (dict, list)) for record in json_records(file)[0])
    except (duckdb.Error, ValueError):
        return False


def csv_records(file: str) -> list[dict]:
    """Rows of a CSV file by its header; a header alone is one row without values."""
    with opened(file) as source:
        header = source.readline(BYTES_PER_FILE)
        delimiter = max(",;\t|", key=header.count)
        names = next(csv.reader([header], delimiter=delimiter), [])
        rows = [dict(zip(names, row)) for row in islice(csv.reader(source, delimiter=delimiter), RECORDS_PER_FILE)]
    return rows or ([dict.fromkeys(names, "")] if names else [])


def parquet_records(file: str) -> list[dict]:
    """The first rows of a Parquet file; a file without rows is one row without values."""
    with duckdb.connect() as connection:
        query = "select * from read_parquet(?) limit ?"
        found = connection.execute(query, [re.sub(r"([\[*?])", r"[\1]", file), min(RECORDS_PER_FILE, 50)])
        names = [column[0] for column in found.description]
        return [dict(zip(names, row)) for row in found.fetchall()] or [dict.fromkeys(names)]


def entries(value) -> list[tuple[str, object]]:
    """The fields of an object, or of a list of {key, value} as OpenTelemetry writes attributes. Nothing for anything else."""
    if isinstance(value, dict):
        return [(str(name), inner) for name, inner in value.items()]
    if isinstance(value, list) and value and all(isinstance(entry, dict) and "key" in entry for entry in value[:ENTRIES_PER_LIST]):
        pairs = [(str(entry.get("key")), entry.get("value")) for entry in value if isinstance(entry, dict)]
        return [(key, next(iter(inner.values()), None) if isinstance(inner, dict) and len(inner) == 1 else inner) for key, inner in pairs]
    return []


def parsed(value):
    """What JSON text holds; any other value as it is."""
    if isinstance(value, str) and value[:1] in ("{", "[") and len(value) < 1_000_000:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def features(record, path: str = "", depth: int = 0, in_attributes: bool = False) -> set[str]:
    """The fields of a record in lower case, and the few values that tell a format."""
    found: set[str] = set()
    record = parsed(record)
    fields = entries(record)
    if isinstance(record, list) and not fields and depth < DEPTH:
        for entry in record[:ENTRIES_PER_LIST]:
            found |= features(entry, path, depth + 1, in_attributes)
        return found
    for name, value in fields:
        name = name.lower()
        here = f"{path}.{name}" if path else name
        found.add(here)
        if in_attributes or name.startswith("gen_ai."):
            found.add("@" + name)
        if name in TOLD_VALUES and isinstance(value, str) and len(value) < 80:
            found |= {f"{here}={value.lower()}"} | ({f"@{name}={value.lower()}"} if in_attributes else set())
            if value.startswith(("gemini_cli.", "claude_code.")):
                found.add("event=" + value.split(".")[0] + ".*")
        if depth < DEPTH and isinstance(value, (dict, list, str)):
            found |= features(value, here, depth + 1, in_attributes or "attributes" in name)
    return found


def is_in(wanted: str, found: set[str]) -> bool:
    """Whether a field of a signature is among the fields found."""
    return wanted in found or ("*" in wanted and any(fnmatchcase(name, wanted) for name in found))


def matches(found: set[str]) -> dict[str, int]:
    """Formats of which a record has all fields of an alternative: format to the most fields that say so."""
    told = {}
    for name, alternatives in SIGNATURES.items():
        met = [len(alternative) for alternative in alternatives if all(is_in(wanted, found) for wanted in alternative)]
        if met:
            told[name] = max(met)
    for name in told.keys() & OVERRULES.keys():
        told.pop(OVERRULES[name], None)
    return told


def guess(file: str) -> tuple[Guess, Sampled]:
    """The format of a file, by the format that most of its first records have; where two have as many, by more fields."""
    sampled = sample(file)
    told = Guess(file, problem=sampled.problem, note=sampled.note)
    objects = [record for record in sampled.records if isinstance(record, (dict, list))]
    told.sampled = len(sampled.records) + sampled.broken
    votes, weights, seen = Counter(), Counter(), set()
    for record in objects:
        found = features(record)
        seen |= found
        for name, weight in matches(found).items():
            votes[name] += 1
            weights[name] += weight
    ranked = sorted(votes, key=lambda name: (-votes[name], -weights[name], name))
    if ranked:
        told.format, told.matched = ranked[0], votes[ranked[0]]
        told.also = [name for name in ranked[1:] if (votes[name], weights[name]) == (votes[ranked[0]], weights[ranked[0]])]
        told.also += [name for name in ranked[1:] if name not in told.also and votes[name] + votes[ranked[0]] <= len(objects) and votes[name] > 0]
    elif objects:
        told.fields = sorted({name.split(".")[0] for name in seen if not name.startswith("@") and "=" not in name and SAFE_KEY.fullmatch(name.split(".")[0])})
        told.nearest, told.missing = nearest(seen)
        inside = wrapped(objects)
        if inside:
            told.nearest, told.missing, told.note = inside[1], [], f"its records stand inside the field {inside[0]}: write one record a line"
    return told, sampled


def nearest(seen: set[str]) -> tuple[str | None, list[str]]:
    """The format of which most fields are there, and those that are missing; none when not even half are there."""
    best = (0.0, None, [])
    for name, alternatives in SIGNATURES.items():
        for alternative in alternatives:
            missing = [wanted for wanted in alternative if not is_in(wanted, seen)]
            share = 1 - len(missing) / len(alternative)
            if share > best[0] and len(alternative) - len(missing) >= 2:
                best = (share, name, missing)
    return (best[1], best[2]) if best[0] >= 0.5 else (None, [])


def wrapped(objects: list) -> tuple[str, str] | None:
    """(field, format) where the records of a known format stand inside one field of a document."""
    for record in objects[:1]:
        for name, value in entries(record):
            if name.lower() in WRAPPERS and isinstance(value, (list, dict)):
                inner = matches(set().union(*(features(entry) for entry in (value[:20] if isinstance(value, list) else [value]))))
                if inner:
                    return name, max(inner, key=lambda form: inner[form])
    return None


def owner_candidates(records: list) -> Counter:
    """Keys that look like owners: (key, owner column, is an attribute) to records that have it. Names only, never values."""
    found: Counter = Counter()
    for record in records:
        found.update(set(owner_keys_of(record)))
    return found


def owner_keys_of(value, depth: int = 0, place: str = "field") -> list[tuple[str, str, bool]]:
    """Keys with a text value that look like owners. place: field (of the record itself), attribute (of one of ATTRIBUTE_FIELDS) or other."""
    value = parsed(value)
    found = []
    fields = entries(value)
    if isinstance(value, list) and not fields and depth < DEPTH:
        for entry in value[:ENTRIES_PER_LIST]:
            if isinstance(entry, (dict, list)):
                found += owner_keys_of(entry, depth + 1, place)
            elif place == "attribute" and isinstance(entry, str) and re.match(r"[^:=]+[:=]", entry):
                found += [(*hint, True) for hint in owner_hint(re.split("[:=]", entry)[0])]
        return found
    for name, inner in fields:
        inner = parsed(inner)
        if isinstance(inner, (dict, list)) and depth < DEPTH:
            found += owner_keys_of(inner, depth + 1, "attribute" if name.lower() in ATTRIBUTE_FIELDS or "attributes" in name.lower() else "other")
        elif place != "other" and isinstance(inner, str) and inner and not re.fullmatch(r"[\d.eE+-]+", inner):
            # many a log has fields of its own for the service it is
            found += [(*hint, place == "attribute") for hint in owner_hint(name) if place == "attribute" or hint[1] != "service"]
    return found


def owner_hint(key: str) -> list[tuple[str, str]]:
    """[(key, owner column)] when a word of the key hints at an owner."""
    if not SAFE_KEY.fullmatch(key):
        return []
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", key)]
    if set(words) & NO_OWNER_WORDS:
        return []
    owners = [OWNER_WORDS[word] for word in words if word in OWNER_WORDS]
    return [(key, owners[0])] if owners else []
