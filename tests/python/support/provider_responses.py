"""Turn ../shared/data/provider_responses.parquet into usage_log lines (nothing of it is committed).

The provider's usage object passes untouched; which API shape it has follows from the endpoint that returned it.
A response without a recorded time gets UNDATED. Its id is the provider's response_id, else the request id header.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

UNDATED = "2026-08-01T00:00:00Z"

PROVIDERS = {"google_gemini": "google", "google_vertex": "google", "aws_bedrock": "aws", "vercel_ai_gateway": "vercel"}

CHAT_SURFACES = {
    "openai": "openai_chat",
    "azure": "openai_chat",
    "deepseek": "deepseek_chat",
    "mistral": "mistral_chat",
    "groq": "groq_chat",
    "xai": "xai_chat",
    "openrouter": "openrouter_chat",
    "perplexity": "perplexity_chat",
}


def provider_of(row: dict) -> str:
    """Provider id of a row; local servers and gateways are told by the name that stands for their address."""
    if row["provider"] not in (None, "other"):
        return PROVIDERS.get(row["provider"], row["provider"])
    path = row["uri_path"].upper()
    for mark, provider in (("OLLAMA", "ollama"), ("GPUSTACK", "gpustack"), ("AZURE", "azure"), ("DEPLOYMENTS", "azure")):
        if mark in path:
            return provider
    return "other"


def surface_of(provider: str, path: str, model: str, usage: dict) -> str:
    """API surface of an endpoint."""
    if "iterations" in usage or "cache_creation_input_tokens" in usage and "input_tokens" in usage:
        return "bedrock_invoke_anthropic" if provider == "aws" else "anthropic_messages"
    if path.endswith("/v1/messages"):
        return "anthropic_messages"
    if "promptTokenCount" in usage or "totalTokenCount" in usage or "trafficType" in usage:
        return "gemini_generate"
    if provider == "aws" and "inputTokens" in usage:
        return "bedrock_converse"
    if provider == "aws" and path.endswith("/invoke"):
        return "bedrock_invoke_anthropic" if "anthropic" in path else "openai_compatible"
    if "billed_units" in usage:
        return "cohere_chat"
    if "embed" in path:
        return "openai_embeddings"
    if "input_tokens" in usage:
        return "xai_responses" if provider == "xai" else "openai_responses"
    if "grok" in (model or ""):
        return "xai_chat"
    return CHAT_SURFACES.get(provider, "openai_compatible")


def usage_log_line(row: dict) -> dict:
    """One usage_log object of one recorded response."""
    usage = json.loads(row["usage_json"]) if row["usage_json"] else None
    provider = provider_of(row)
    model = row["model_actual"] or row["model_requested"]
    return {
        "occurred_at": row["recorded_at"] or UNDATED,
        "provider": provider,
        "api_surface": surface_of(provider, row["uri_path"], model, usage or {}),
        "model_requested": row["model_requested"],
        "model_served": row["model_actual"],
        "response_id": row["response_id"],
        "request_id": row["request_id"],
        "service_tier": row["service_tier"],
        "usage": usage,
        "status": "success" if row["http_status"] < 400 else "error",
        "error_code": None if row["http_status"] < 400 else str(row["http_status"]),
        "service": row["source_repo"],
    }


def write_usage_log(parquet: Path, target: Path) -> list[dict]:
    """Write the file and return the raw rows, in file order."""
    relation = duckdb.connect().sql(
        f"select * replace (strftime(recorded_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as recorded_at) from '{parquet}'"
    )
    rows = [dict(zip(relation.columns, values)) for values in relation.fetchall()]
    with target.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(usage_log_line(row)) + "\n")
    return rows
