"""Usage semantics: one case per rule of ../shared/reference/usage_semantics.md, expected buckets worked out by hand.

EVENTS: (case, api_surface, provider, usage, expected columns of fct_llm_cost__requests).
REJECTS: (case, api_surface, provider, usage, expected reject_reason).
"""

from __future__ import annotations


def openai(prompt, completion, total=None, cached=None, write=None, reasoning=None, audio=None, audio_out=None):
    """A chat completions usage object."""
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion if total is None else total}
    details = {"cached_tokens": cached, "cache_write_tokens": write, "audio_tokens": audio}
    usage["prompt_tokens_details"] = {name: count for name, count in details.items() if count is not None} or None
    outputs = {"reasoning_tokens": reasoning, "audio_tokens": audio_out}
    usage["completion_tokens_details"] = {name: count for name, count in outputs.items() if count is not None} or None
    return usage


def buckets(uncached, read, write_5m, write_1h, output, reasoning=None, total=None, **more):
    """Expected buckets, in the order input, cache, output."""
    return {
        "uncached_input_tokens": uncached,
        "cache_read_tokens": read,
        "cache_write_5m_tokens": write_5m,
        "cache_write_1h_tokens": write_1h,
        "output_tokens": output,
        "reasoning_tokens": reasoning,
        "total_input_tokens": uncached + (read or 0) + (write_5m or 0) + (write_1h or 0) if total is None else total,
        **more,
    }


ITERATIONS = {
    "input_tokens": 30, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0, "output_tokens": 12,
    "iterations": [
        {"type": "compaction", "input_tokens": 100, "cache_read_input_tokens": 7, "cache_creation_input_tokens": 50,
         "cache_creation": {"ephemeral_5m_input_tokens": 50, "ephemeral_1h_input_tokens": 0}, "output_tokens": 8},
        {"type": "message", "input_tokens": 30, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0, "output_tokens": 12},
    ],
}

EVENTS = [
    ("openai chat: cached inside the prompt", "openai_chat", "openai", openai(1000, 200, cached=600, reasoning=50), buckets(400, 600, None, None, 200, 50)),
    ("openai chat: cache write inside the prompt", "openai_chat", "openai", openai(1000, 200, cached=600, write=300), buckets(100, 600, 300, 0, 200)),
    ("openai chat: no details means unknown, not 0", "openai_chat", "openai", openai(10, 5), buckets(10, None, None, None, 5)),
    ("openai chat: audio inside the prompt", "openai_chat", "openai", openai(27, 28, cached=0, audio=11, audio_out=8),
     buckets(16, 0, None, None, 20, total=27, audio_input_tokens=11, audio_output_tokens=8)),
    ("openai responses: reasoning inside the output", "openai_responses", "openai",
     {"input_tokens": 500, "input_tokens_details": {"cached_tokens": 128, "cache_write_tokens": 100}, "output_tokens": 300,
      "output_tokens_details": {"reasoning_tokens": 200}, "total_tokens": 800}, buckets(272, 128, 100, 0, 300, 200)),
    ("openai embeddings: prompt only", "openai_embeddings", "openai", {"prompt_tokens": 8192, "total_tokens": 8192}, buckets(8192, None, None, None, 0)),
    ("embeddings host with a total only", "openai_embeddings", "voyage", {"total_tokens": 18}, buckets(18, None, None, None, 0)),
    ("anthropic: everything beside the input", "anthropic_messages", "anthropic",
     {"input_tokens": 10, "cache_creation_input_tokens": 1000, "cache_read_input_tokens": 5000,
      "cache_creation": {"ephemeral_5m_input_tokens": 600, "ephemeral_1h_input_tokens": 400}, "output_tokens": 200},
     buckets(10, 5000, 600, 400, 200, is_cache_ttl_assumed=False)),
    ("anthropic: flat write field counts as 5 minutes and says so", "anthropic_messages", "anthropic",
     {"input_tokens": 10, "cache_creation_input_tokens": 1000, "cache_read_input_tokens": 0, "output_tokens": 20},
     buckets(10, 0, 1000, 0, 20, is_cache_ttl_assumed=True)),
    ("anthropic: split of zeros beside a write is no split", "anthropic_messages", "anthropic",
     {"input_tokens": 1, "cache_creation_input_tokens": 7, "cache_read_input_tokens": 0, "output_tokens": 2,
      "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}}, buckets(1, 0, 7, 0, 2, is_cache_ttl_assumed=True)),
    ("anthropic: thinking inside the output", "anthropic_messages", "anthropic",
     {"input_tokens": 9, "output_tokens": 100, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0,
      "output_tokens_details": {"thinking_tokens": 60}}, buckets(9, 0, 0, 0, 100, 60)),
    ("anthropic: compaction stands in the iterations only", "anthropic_messages", "anthropic", ITERATIONS, buckets(130, 7, 50, 0, 20)),
    ("bedrock converse: cache beside the input, total over all", "bedrock_converse", "aws",
     {"inputTokens": 100, "outputTokens": 50, "totalTokens": 950, "cacheReadInputTokens": 500, "cacheWriteInputTokens": 300,
      "cacheDetails": [{"ttl": "1h", "inputTokens": 200}, {"ttl": "5m", "inputTokens": 100}]}, buckets(100, 500, 100, 200, 50)),
    ("bedrock converse: count spelling of the cache fields", "bedrock_converse", "aws",
     {"inputTokens": 10, "outputTokens": 5, "totalTokens": 35, "cacheReadInputTokenCount": 20, "cacheWriteInputTokenCount": 0}, buckets(10, 20, 0, 0, 5)),
    ("bedrock invoke of Claude: Anthropic's shape", "bedrock_invoke_anthropic", "aws",
     {"input_tokens": 12, "output_tokens": 4, "cache_read_input_tokens": 30, "cache_creation_input_tokens": 0}, buckets(12, 30, 0, 0, 4)),
    ("gemini: thoughts beside the candidates, tool prompt beside the prompt", "gemini_generate", "google",
     {"promptTokenCount": 100, "cachedContentTokenCount": 60, "toolUsePromptTokenCount": 40, "candidatesTokenCount": 30,
      "thoughtsTokenCount": 70, "totalTokenCount": 240}, buckets(80, 60, None, None, 100, 70)),
    ("gemini: thoughts inside the candidates where the total says so", "gemini_generate", "google",
     {"promptTokenCount": 801, "candidatesTokenCount": 1519, "thoughtsTokenCount": 794, "totalTokenCount": 2320}, buckets(801, 0, None, None, 1519, 794)),
    ("gemini: thoughts only", "gemini_generate", "google", {"promptTokenCount": 5, "thoughtsTokenCount": 9, "totalTokenCount": 14}, buckets(5, 0, None, None, 9, 9)),
    ("gemini: audio by modality, cached audio taken off", "gemini_generate", "google",
     {"promptTokenCount": 100, "cachedContentTokenCount": 30, "candidatesTokenCount": 5, "totalTokenCount": 105,
      "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 40}, {"modality": "AUDIO", "tokenCount": 60}],
      "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 20}, {"modality": "TEXT", "tokenCount": 10}]},
     buckets(30, 30, None, None, 5, total=100, audio_input_tokens=40)),
    ("gemini over the OpenAI shape: output is what the total leaves", "openai_compatible", "google",
     {"prompt_tokens": 35, "completion_tokens": 12, "total_tokens": 109}, buckets(35, None, None, None, 74, 62)),
    ("deepseek: hit and miss make the prompt", "deepseek_chat", "deepseek",
     {"prompt_tokens": 100, "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36, "completion_tokens": 10, "total_tokens": 110,
      "prompt_tokens_details": {"cached_tokens": 64}, "completion_tokens_details": {"reasoning_tokens": 4}}, buckets(36, 64, None, None, 10, 4)),
    ("mistral: cached under its own name", "mistral_chat", "mistral",
     {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110, "num_cached_tokens": 64}, buckets(36, 64, None, None, 10)),
    ("mistral: audio beside the prompt where the total says so", "mistral_chat", "mistral",
     {"prompt_tokens": 3, "completion_tokens": 11, "total_tokens": 389, "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": 375}},
     buckets(2, 1, None, None, 11, total=378, audio_input_tokens=375)),
    ("groq: cached inside the prompt", "groq_chat", "groq",
     {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110, "prompt_tokens_details": {"cached_tokens": 40}, "total_time": 0.1}, buckets(60, 40, None, None, 10)),
    ("xai chat: reasoning beside the completion", "xai_chat", "xai", openai(10120, 1499, total=14428, cached=128, reasoning=2809), buckets(9992, 128, None, None, 4308, 2809)),
    ("xai chat: reasoning inside where the total says so", "xai_chat", "xai", openai(500, 500, cached=0, reasoning=300), buckets(500, 0, None, None, 500, 300)),
    ("xai responses: reasoning inside", "xai_responses", "xai",
     {"input_tokens": 50, "input_tokens_details": {"cached_tokens": 10}, "output_tokens": 40, "output_tokens_details": {"reasoning_tokens": 30}, "total_tokens": 90},
     buckets(40, 10, None, None, 40, 30)),
    ("xai on another host: the total decides", "openai_chat", "azure", openai(84, 9, total=232, cached=0, reasoning=139), buckets(84, 0, None, None, 148, 139)),
    ("cohere: billed units, not tokens", "cohere_chat", "cohere",
     {"billed_units": {"input_tokens": 8, "output_tokens": 50}, "tokens": {"input_tokens": 1394, "output_tokens": 55}, "cached_tokens": 1360}, buckets(8, None, None, None, 50)),
    ("openrouter: cached and written inside, cost reported", "openrouter_chat", "openrouter",
     {**openai(4020, 5, cached=0, write=4012), "cost": 0.025265, "is_byok": False}, buckets(8, 0, 4012, 0, 5)),
    ("perplexity: cost is an object", "perplexity_chat", "perplexity",
     {"prompt_tokens": 26, "completion_tokens": 100, "total_tokens": 126, "search_context_size": "low", "cost": {"total_cost": 0.00513}},
     buckets(26, None, None, None, 100, search_context_size="low")),
    ("perplexity deep research: reasoning above the completion stands beside it, citations beside all", "perplexity_chat", "perplexity",
     {"prompt_tokens": 33, "completion_tokens": 7163, "total_tokens": 7196, "citation_tokens": 20016, "reasoning_tokens": 95305, "num_search_queries": 28},
     buckets(33, None, None, None, 102468, 95305, citation_tokens=20016, web_search_requests=28)),
    ("perplexity: reasoning inside the completion", "perplexity_chat", "perplexity",
     {"prompt_tokens": 100, "completion_tokens": 1000, "total_tokens": 1100, "reasoning_tokens": 400}, buckets(100, None, None, None, 1000, 400)),
    ("gemini spelled as a gateway does", "openai_chat", "vertex_ai", {"prompt_tokens": 66, "completion_tokens": 6, "total_tokens": 100}, buckets(66, None, None, None, 34, 28)),
    ("compatible host counting think tags into the part only", "openai_compatible", "somehost", openai(43, 10, cached=0, reasoning=11), buckets(43, 0, None, None, 10, 10)),
    ("usage logged as JSON text", "openai_chat", "openai", '{"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}', buckets(7, None, None, None, 3)),
]

REJECTS = [
    ("cached above input", "openai_chat", "openai", openai(100, 10, cached=101), "cached_exceeds_input"),
    ("cached and written above input", "openrouter_chat", "openrouter", openai(2168, 100, cached=2161, write=2161), "cached_exceeds_input"),
    ("negative count", "openai_chat", "openai", openai(-5, 10, total=5), "negative_tokens"),
    ("negative cache read", "anthropic_messages", "anthropic", {"input_tokens": 5, "output_tokens": 1, "cache_read_input_tokens": -1}, "negative_tokens"),
    ("absurd count", "openai_chat", "openai", openai(100_000_001, 1), "absurd_tokens"),
    ("buckets above the total", "openai_chat", "openai", openai(100, 10, total=109), "buckets_do_not_sum"),
    ("converse total without the cache", "bedrock_converse", "aws",
     {"inputTokens": 100, "outputTokens": 50, "totalTokens": 150, "cacheReadInputTokens": 500}, "buckets_do_not_sum"),
    ("gemini: no convention fits", "gemini_generate", "google",
     {"promptTokenCount": 213, "toolUsePromptTokenCount": 426, "candidatesTokenCount": 57, "thoughtsTokenCount": 167, "totalTokenCount": 696}, "buckets_do_not_sum"),
    ("write split above the write", "anthropic_messages", "anthropic",
     {"input_tokens": 1, "output_tokens": 1, "cache_creation_input_tokens": 100,
      "cache_creation": {"ephemeral_5m_input_tokens": 80, "ephemeral_1h_input_tokens": 40}}, "cache_write_split_mismatch"),
    ("output without input", "openai_chat", "openai", {"completion_tokens": 10}, "missing_input_tokens"),
    ("usage of an unknown shape", "openai_compatible", "somehost", {"readUnits": 6}, "unrecognised_usage"),
]


def usage_log_lines():
    """One line per case; its response_id is the case's name."""
    for name, surface, provider, usage, _ in EVENTS + REJECTS:
        yield {
            "occurred_at": "2026-08-10T09:00:00Z", "provider": provider, "api_surface": surface, "model_requested": "claude-sonnet-4-6",
            "response_id": name, "usage": usage, "status": "success", "team": "usage cases",
        }
    # an inner call on a model of its own: a second event, priced by that model
    yield {
        "occurred_at": "2026-08-10T09:00:00Z", "provider": "anthropic", "api_surface": "anthropic_messages", "model_requested": "claude-sonnet-4-6",
        "model_served": "claude-sonnet-4-6", "response_id": "advisor", "status": "success",
        "usage": {
            "input_tokens": 2390, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0, "output_tokens": 121,
            "iterations": [
                {"type": "message", "input_tokens": 1128, "output_tokens": 110, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0},
                {"type": "advisor_message", "model": "claude-opus-4-6", "input_tokens": 2518, "output_tokens": 22,
                 "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0},
                {"type": "message", "input_tokens": 1262, "output_tokens": 11, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0},
            ],
        },
    }
