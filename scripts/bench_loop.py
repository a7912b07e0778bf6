"""Price a sample of the benchmark's requests one by one with genai-prices or LiteLLM, as a script around either library does.

    build/oracles/bin/python scripts/bench_loop.py genai-prices sample.jsonl

Reads JSON lines (occurred_at, provider, model, usage as JSON text) and prints one line of JSON: requests, how many were priced, their sum in USD,
wall and processor seconds from the first line read to the last priced. The library's import is not in it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import datetime, timezone

# without it LiteLLM downloads a price map newer than the pinned one
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"


def counts_of(provider: str, usage: dict) -> tuple[int, int, int, int]:
    """Input with what the cache did, cache reads, cache writes, output."""
    if provider == "anthropic":
        read, written = usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"]
        return usage["input_tokens"] + read + written, read, written, usage["output_tokens"]
    if provider == "google":
        return usage["promptTokenCount"], usage.get("cachedContentTokenCount", 0), 0, usage["candidatesTokenCount"] + usage.get("thoughtsTokenCount", 0)
    details = usage["prompt_tokens_details"]
    return usage["prompt_tokens"], details["cached_tokens"], details.get("cache_write_tokens", 0), usage["total_tokens"] - usage["prompt_tokens"]


def genai_prices():
    """A function of a request and its counts to USD."""
    from genai_prices import Usage, calc_price

    providers = {"xai": "x-ai"}

    def price(request: dict, total: int, read: int, written: int, output: int):
        usage = Usage(input_tokens=total, cache_read_tokens=read, cache_write_tokens=written, output_tokens=output)
        at = datetime.fromisoformat(request["occurred_at"]).replace(tzinfo=timezone.utc)
        provider = providers.get(request["provider"], request["provider"])
        return calc_price(usage, request["model"], provider_id=provider, genai_request_timestamp=at).total_price

    return price


def litellm():
    """The same. LiteLLM knows no instant: today's price."""
    import litellm

    litellm.suppress_debug_info = True
    providers = {"google": "gemini"}

    def price(request: dict, total: int, read: int, written: int, output: int):
        provider = providers.get(request["provider"], request["provider"])
        return sum(litellm.cost_per_token(
            model=request["model"], custom_llm_provider=provider, prompt_tokens=total, completion_tokens=output,
            cache_read_input_tokens=read, cache_creation_input_tokens=written,
        ))  # fmt: skip

    return price


def main() -> None:
    library, sample = sys.argv[1:]
    price = {"genai-prices": genai_prices, "litellm": litellm}[library]()
    requests = priced = total = 0
    started, started_cpu = time.perf_counter(), time.process_time()
    with open(sample, encoding="utf-8") as lines:
        for line in lines:
            request = json.loads(line)
            requests += 1
            try:
                total += price(request, *counts_of(request["provider"], json.loads(request["usage"])))
                priced += 1
            except Exception:  # a model that the library does not know, a negative count: the loop goes on
                continue
    print(json.dumps({
        "requests": requests, "priced": priced, "total_usd": str(total),
        "wall_seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - started_cpu,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
