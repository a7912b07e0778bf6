"""Which fields of usage objects the package reads, and which it leaves out and why."""

from __future__ import annotations

import sys

from conftest import ROOT

sys.path.insert(0, str(ROOT / ".sqlfluff_libs"))

import llm_cost as package  # noqa: E402  the package's macros, as sqlfluff sees them

# field -> why it is not billed
IGNORED_FIELDS = {
    # a breakdown of a count that is read, or its complement
    "prompt_cache_miss_tokens": "prompt less the hits",
    "prompt_tokens_details.text_tokens": "the rest of the prompt",
    "completion_tokens_details.text_tokens": "the rest of the completion",
    "input_tokens_details.text_tokens": "the rest of the input",
    "output_tokens_details.text_tokens": "the rest of the output",
    "prompt_tokens_details.video_tokens": "priced as text input",
    "prompt_tokens_details.multimodal_tokens": "priced as text input",
    "completion_tokens_details.accepted_prediction_tokens": "inside the completion",
    "completion_tokens_details.rejected_prediction_tokens": "inside the completion",
    "context_details.input_tokens": "xAI: context size, not usage",
    "context_details.output_tokens": "xAI: context size, not usage",
    "toolUsePromptTokensDetails[].modality": "modality of a count that is read",
    "toolUsePromptTokensDetails[].tokenCount": "modality of a count that is read",
    "prompt_tokens_details": "null",
    "completion_tokens_details": "null",
    # counts in other units than the bill
    "tokens.input_tokens": "Cohere bills billed_units",
    "tokens.output_tokens": "Cohere bills billed_units",
    "tokens.reasoning_tokens": "Cohere bills billed_units",
    "tokens.image_tokens": "Cohere bills billed_units",
    "prompt_audio_seconds": "Mistral bills the audio tokens beside it",
    "audio_prompt_tokens": "Azure's xAI host: repeated in the details",
    "readUnits": "a vector database, no model call",
    "request_count": "Mistral: always the one request",
    # misspelled or spelled twice by a client library
    "prompt_token_details": "misspelled, zero or null",
    "prompt_token_details.cached_tokens": "misspelled, zero or null",
    "completion_token_details.reasoning_tokens": "misspelled, zero or null",
    "input_token_details.text_tokens": "audio transcription: inside input_tokens",
    "input_token_details.audio_tokens": "audio transcription: inside input_tokens",
    "promptTokenDetails[].modality": "embedding answer: inside promptTokenCount",
    "promptTokenDetails[].tokenCount": "embedding answer: inside promptTokenCount",
    # tool counts without a fee of their own
    "num_sources_used": "xAI live search was withdrawn",
    "num_server_side_tools_used": "sum of the tool counts that are read",
    "server_side_tool_usage_details.x_search_calls": "zero in every record",
    "server_side_tool_usage_details.mcp_calls": "no fee",
    "server_side_tool_usage_details.document_search_calls": "zero in every record",
    "server_side_tool_usage_details.image_generation_calls": "zero in every record",
    "server_tool_use_details.tool_calls_requested": "OpenRouter: the same searches counted again",
    "server_tool_use_details.tool_calls_executed": "OpenRouter: the same searches counted again",
    # money: parts of the charge that is read, and gateways' own
    "cost.input_tokens_cost": "part of total_cost",
    "cost.output_tokens_cost": "part of total_cost",
    "cost.request_cost": "part of total_cost",
    "cost.input_cost": "part of total_cost",
    "cost.currency": "USD in every record",
    "cost_details.upstream_inference_cost": "what the gateway paid",
    "cost_details.upstream_inference_prompt_cost": "what the gateway paid",
    "cost_details.upstream_inference_completions_cost": "what the gateway paid",
    "cost_details.upstream_inference_input_cost": "what the gateway paid",
    "cost_details.upstream_inference_output_cost": "what the gateway paid",
    "cost_details.input_audio_cache_read_tokens": "zero in every record",
    "is_byok": "own key: the reported cost is a fee; stands in the raw log",
    "gateway_cost": "the gateway's estimate",
    "market_cost": "the gateway's estimate",
    "pydantic_ai_gateway.cost_estimate": "the gateway's estimate",
    # speed and kind, no usage
    "type": "duration or tokens: told by the other fields",
    "iterations[].type": "read: told apart by their model",
}
IGNORED_PREFIXES = ("latency_checkpoint.",)
TIMINGS = {
    "prompt_time", "completion_time", "total_time", "queue_time", "time_per_output_token_ms", "time_to_first_token_ms",
    "tokens_per_second", "prompt_tokens_per_second", "draft_tokens", "draft_tokens_acceptance",
}


def known_fields() -> set[str]:
    """Paths of usage_schema(), lists marked with []."""
    return set(_paths(package.usage_schema())) | {"cost.total_cost"}


def fields_of(usage) -> set[str]:
    """Paths of a usage object that carry a value other than timings."""
    return {path for path in _paths(usage) if path not in TIMINGS and not path.startswith(IGNORED_PREFIXES)}


def _paths(value, path=""):
    if isinstance(value, dict) and value:
        for name, item in value.items():
            yield from _paths(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for item in value:
            yield from _paths(item, f"{path}[]")
    elif value != {}:
        yield path
