"""Writes real usage data of ../shared, and the published examples, as the raw logs of one build."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

from support.provider_responses import write_usage_log

GOLDEN_AT = "2026-09-15T12:00:00Z"

# prices.md 5.2: provider, model, total input, cache read, (5m, 1h) written, output, reasoning, USD
GOLDEN = [
    ("openai", "gpt-4o", 100_000, 60_000, None, 5_000, None, "0.225"),
    ("openai", "gpt-5.4", 272_000, 0, None, 1_000, None, "0.695"),
    ("openai", "gpt-5.4", 272_001, 0, None, 1_000, None, "1.382505"),
    ("openai", "gpt-5.4", 300_000, 250_000, None, 1_000, None, "0.3975"),
    ("google", "gemini-2.5-pro", 200_000, 0, None, 1_000, None, "0.26"),
    ("google", "gemini-2.5-pro", 200_001, 0, None, 1_000, None, "0.5150025"),
    ("google", "gemini-2.5-pro", 250_000, 240_000, None, 1_000, 500, "0.10"),
    ("xai", "grok-4.20", 199_999, 0, None, 1_000, None, "0.25249875"),
    ("xai", "grok-4.20", 200_000, 0, None, 1_000, None, "0.505"),
    ("anthropic", "claude-sonnet-4-6", 6_010, 5_000, (600, 400), 200, None, "0.00918"),
    ("anthropic", "claude-opus-4-6", 500_000, 490_000, None, 1_000, None, "0.32"),
    ("anthropic", "claude-haiku-5-5", 100_000, 0, None, 1_000, None, "0.0105"),
    ("anthropic", "claude-haiku-5-5", 100_001, 0, None, 1_000, None, "0.0525005"),
    ("groq", "openai/gpt-oss-120b", 10_000, 4_000, None, 1_000, None, "0.0018"),
    ("mistral", "mistral-small-latest", 10_000, 0, None, 1_000, None, "0.0021"),
    ("openai", "text-embedding-3-small", 8_192, 0, None, 0, None, "0.00016384"),
    ("xai", "grok-4.3", 10_120, 128, None, 1_499, 2_809, "0.0232856"),
]

# two published worked examples: the 2,000 cached tokens are besides the 8,000; above 200k the whole request is dear
WORKED = [
    ("openai", "gpt-5.4-mini", 10_000, 2_000, None, 1_200, None, "0.01155", GOLDEN_AT),
    ("anthropic", "claude-sonnet-4-5", 250_000, 0, None, 2_000, None, "1.545", "2025-12-01T12:00:00Z"),
]


def usage_of(provider, model, total_input, read, written, output, reasoning):
    """(api_surface, usage object) of a vector in its provider's own shape."""
    if provider == "anthropic":
        write_5m, write_1h = written or (0, 0)
        return "anthropic_messages", {
            "input_tokens": total_input - read - write_5m - write_1h, "cache_read_input_tokens": read,
            "cache_creation_input_tokens": write_5m + write_1h, "output_tokens": output,
            "cache_creation": {"ephemeral_5m_input_tokens": write_5m, "ephemeral_1h_input_tokens": write_1h},
        }
    if provider == "google":
        thoughts = reasoning or 0
        return "gemini_generate", {
            "promptTokenCount": total_input, "cachedContentTokenCount": read, "candidatesTokenCount": output - thoughts,
            "thoughtsTokenCount": thoughts, "totalTokenCount": total_input + output,
        }
    if "embedding" in model:
        return "openai_embeddings", {"prompt_tokens": total_input, "total_tokens": total_input}
    beside = reasoning if provider == "xai" and reasoning else 0
    return f"{provider}_chat", {
        "prompt_tokens": total_input, "completion_tokens": output, "total_tokens": total_input + output + beside,
        "prompt_tokens_details": {"cached_tokens": read}, "completion_tokens_details": {"reasoning_tokens": reasoning or 0},
    }


def vector_lines():
    """usage_log lines of the golden vectors (response_id golden-0 ...) and the worked examples (worked-0 ...)."""
    for kind, vectors in (("golden", [(*vector, GOLDEN_AT) for vector in GOLDEN]), ("worked", WORKED)):
        for number, (provider, model, *counts, _, occurred_at) in enumerate(vectors):
            surface, usage = usage_of(provider, model, *counts)
            yield {
                "occurred_at": occurred_at, "provider": provider, "api_surface": surface, "model_requested": model,
                "response_id": f"{kind}-{number}", "usage": usage, "status": "success",
            }


def tau2_lines(path: Path):
    """usage_log lines of the recorded gpt-4o calls."""
    for text in path.read_text(encoding="utf-8").splitlines():
        call = json.loads(text)
        yield {
            "occurred_at": call["ts"] + "Z", "provider": "openai", "api_surface": "openai_chat", "model_requested": "gpt-4o",
            "model_served": call["model"], "response_id": call["response_id"], "trace_id": call["sim_id"],
            "service_tier": call["service_tier"], "usage": call["usage"], "status": "success", "feature": "tau2",
        }


def tau2_recorded(path: Path) -> dict[str, Decimal]:
    """Recorded cost of each call, as its shortest decimal text."""
    calls = [json.loads(text, parse_float=Decimal) for text in path.read_text(encoding="utf-8").splitlines()]
    return {call["response_id"]: call["recorded_cost_usd"] for call in calls}


def write_evidence(shared: Path, work: Path) -> dict:
    """Write the raw logs and return the dbt vars that read them."""

    def write(name, lines):
        (work / name).write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")

    write("tau2.jsonl", tau2_lines(shared / "data" / "tau2_gpt4o_calls.jsonl"))
    write("vectors.jsonl", vector_lines())
    write_usage_log(shared / "data" / "provider_responses.parquet", work / "provider_responses.jsonl")
    for folder, pattern in (("claude_code", "*.jsonl"), ("litellm", "spend_logs_payload.json")):
        (work / folder).mkdir()
        for sample in (shared / "samples" / folder).glob(pattern):
            shutil.copyfile(sample, work / folder / sample.name)
    return {
        "llm_cost_sources": ["usage_log", "claude_code", "litellm"],
        "llm_cost_usage_log_files": [str(work / name) for name in ("tau2.jsonl", "vectors.jsonl", "provider_responses.jsonl")],
        "llm_cost_claude_code_files": str(work / "claude_code" / "*.jsonl"),
        "llm_cost_litellm_files": str(work / "litellm" / "*.json"),
    }
