"""Breaks the package on purpose, one mistake at a time, and expects the scenario or nightly tests to notice, on DuckDB.

The mistakes are those that cost tools make in practice. `make mutants` prints which test caught which; `make test` only looks whether each
mistake can still be made.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import IS_WORKER, ROOT

PRICED = "macros/pricing/priced.sql"
USED = "models/intermediate/pricing/int_llm_cost__model_days.sql"

MUTANTS = {
    "a cached token is priced at the input rate": [
        ("macros/pricing/meters.sql", "{{ meter.name }}_rate_12 as", "{{ meter.name.replace('cache_read', 'uncached_input') }}_rate_12 as"),
    ],
    "streamed partials are summed": [
        ("models/intermediate/events/int_llm_cost__repeated_calls.sql", "rank_in_source = 1 and source_system = winning_source", "source_system = winning_source"),
    ],
    "the requested model is billed": [
        (PRICED, "coalesce(accounted.model_served, accounted.model_requested)", "coalesce(accounted.model_requested, accounted.model_served)"),
        (USED, "coalesce(model_served, model_requested)", "coalesce(model_requested, model_served)"),
    ],
    "the newest price row prices everything": [
        (PRICED, "and events.{{ priced_at }} >= rate_cards.valid_from\n            and events.{{ priced_at }} < rate_cards.valid_to",
         "and rate_cards.valid_to = {{ llm_cost.end_of_time() }}"),
    ],
    "a row is dropped": [
        ("models/intermediate/events/int_llm_cost__usage_events.sql", "\nwhere is_event and not is_shared\n", "\nwhere is_event and not is_shared and attempt_number > 1\n"),
    ],
    "a join counts requests twice": [
        (PRICED, "            and coalesce(events.total_input_tokens, 0) < rate_cards.tokens_to\n", ""),
    ],
    "a context tier applies to what is above the threshold only from the next token on": [
        ("models/intermediate/pricing/int_llm_cost__price_intervals.sql", "when threshold_comparator = '>' then 1", "when threshold_comparator = '>' then 0"),
    ],
    "a corrected price is no reason to rebuild a day": [
        ("models/intermediate/pricing/int_llm_cost__event_days.sql", ", 'card_days.cards_hash'", ""),
    ],
    "a reorganisation is no reason to rebuild a day": [
        ("models/intermediate/pricing/int_llm_cost__event_days.sql", ", 'owner_days.owners_hash'", ""),
    ],
    "a key that changes hands has its new owner a second too late": [
        ("models/intermediate/organisation/int_llm_cost__event_owners.sql", "tagged.occurred_at >= by_", "tagged.occurred_at > by_"),
    ],
    "a call inherits one of several teams of its trace": [
        ("models/intermediate/organisation/int_llm_cost__inherited_owners.sql", "having min(owner) = max(owner)", ""),
    ],
    "a load that has changed is not read again": [
        ("macros/sources/loads.sql", "{{ llm_cost.content_hash(['min(size)', 'min(last_modified)']) }} as load_stamp", "'same' as load_stamp"),
        ("macros/sources/loads.sql", "current_timestamp - interval 60 second", "current_timestamp + interval 1 day"),
    ],
    "a day without events keeps its old rows": [
        ("macros/engine/by_day.sql", "where {{ day }} in ({{ llm_cost.stale_days(days, day, keeps_sealed) }})\n{%- endmacro %}", "where false\n{%- endmacro %}"),
    ],
    "one account's discount is given to all": [
        ("models/intermediate/pricing/int_llm_cost__segment_discounts.sql",
         "            and coalesce(discounts.account_id, used_models.contract_account, '') = coalesce(used_models.contract_account, '')\n", ""),
    ],
    "a what-if case without a price costs nothing": [
        ("models/marts/scenarios/fct_llm_cost__scenario_costs.sql", "coalesce(case_cost_usd, actual_cost_usd)", "coalesce(case_cost_usd, 0)"),
    ],
    "a price recorded later is used as if it had been known": [
        ("macros/pricing/price_relations.sql", "{{ recorded_at }} <= cast('{{ known_at }}' as timestamp)", "true"),
    ],
    "the effect of a price row is measured against a card that has it": [
        ("models/intermediate/pricing/int_llm_cost__price_intervals.sql", "where new_rows.rate_id is null and rates", "where rates"),
    ],
    "a price per thousand passes as one per million": [
        ("models/intermediate/pricing/int_llm_cost__price_jumps.sql", "10 * usd_per_million <=", "10000 * usd_per_million <="),
    ],
    "a price row may change a closed month": [
        ("models/intermediate/pricing/int_llm_cost__closed_month_rows.sql", "dated_rows.recorded_at > closed_months.closed_at", "false"),
    ],
    "a log that counts cached tokens inside the input is read as if they stood beside it": [
        ("models/staging/databricks/stg_llm_cost__databricks.sql", "    'reported_total':", "    'reported_input_basis': \"'exclusive'\",\n    'reported_total':"),
    ],
    "one call in two logs counts twice": [
        ("models/intermediate/events/int_llm_cost__repeated_calls.sql", "rank_in_source = 1 and source_system = winning_source", "rank_in_source = 1"),
    ],
    "of two logs the counts without the cache split are kept": [
        ("models/intermediate/events/int_llm_cost__shared_calls.sql",
         "                case when coalesce(cache_read_tokens, cache_write_5m_tokens) is not null then 0 else 1 end asc,\n", ""),
    ],
    "a user's owner key comes after the package's": [
        ("models/staging/owners/stg_llm_cost__owner_keys.sql", "order by stacked.relation_rank desc", "order by stacked.relation_rank asc"),
    ],
    "a correction is billed in the month that closed": [
        ("macros/chargeback/pending_lines.sql", "coalesce(min(case when bases.is_frozen = 1 then open_months.open_period end), bases.period) as posting_period",
         "bases.period as posting_period"),
    ],
    "what was posted is billed again": [
        ("macros/chargeback/pending_lines.sql", "targets.target_units - targets.base_units as change_units", "targets.target_units as change_units"),
    ],
    "the spare cent of a month goes to the smallest remainder": [
        ("models/intermediate/chargeback/int_llm_cost__direct_lines.sql", "order by units - floor(units) desc, line_name", "order by units - floor(units), line_name"),
    ],
    "a request that moves to another team takes its new price along": [
        ("models/intermediate/chargeback/int_llm_cost__change_causes.sql", "case when live_cost_usd is not null then request_frozen_usd else 0 end", "coalesce(live_cost_usd, 0)"),
    ],
    "cache writes are left out of the input that ratios are of": [
        ("models/intermediate/cache/int_llm_cost__cache_requests.sql",
         "coalesce(uncached_input_tokens, 0) + coalesce(cache_read_tokens, 0)\n        + coalesce(cache_write_5m_tokens, 0) + coalesce(cache_write_1h_tokens, 0) as input_tokens",
         "coalesce(uncached_input_tokens, 0) + coalesce(cache_read_tokens, 0) as input_tokens"),
    ],
    "a hit ratio is the mean of the requests' ratios": [
        ("models/intermediate/cache/int_llm_cost__cache_statistics.sql", "cast(cache_read_tokens as double) / nullif(prompt_tokens, 0) as token_weighted_ratio",
         "mean_of_request_ratios as token_weighted_ratio"),
    ],
    "a log that cannot report cache reads has none": [
        ("models/intermediate/cache/int_llm_cost__cache_requests.sql", "cache_read_tokens is not null and input_tokens > 0 as is_sampled", "input_tokens > 0 as is_sampled"),
    ],
    "a call at the end of the cache's lifetime is too late": [("macros/cache/misses.sql", "'gap_seconds > lifetime_seconds'", "'gap_seconds >= lifetime_seconds'")],
    "a day's chains are not followed over midnight": [
        ("models/intermediate/cache/int_llm_cost__reporting_days.sql",
         "parts.usage_date >= {{ llm_cost.day_before('days.usage_date') }} and days.usage_date >= {{ llm_cost.day_before('parts.usage_date') }}",
         "parts.usage_date = days.usage_date"),
    ],
    "anthropic's cache counts are taken for a part of the input": [
        ("macros/usage/reported_usage.sql", "when {{ openai_like }} or {{ gemini }} then 'inclusive'",
         "when {{ openai_like }} or {{ anthropic_like }} or {{ gemini }} then 'inclusive'"),
    ],
}
# mistakes that the scenario's one build cannot show
NOTICED_BY = {
    "a corrected price is no reason to rebuild a day": "test_nightly.py",
    "a load that has changed is not read again": "test_nightly.py", "a day without events keeps its old rows": "test_nightly.py",
    "a reorganisation is no reason to rebuild a day": "test_attribution.py::test_only_known_teams_other_steps_and_a_reorganisation",
    **dict.fromkeys([
        "a key that changes hands has its new owner a second too late", "a call inherits one of several teams of its trace",
    ], "test_attribution.py"),
    **dict.fromkeys([
        "cache writes are left out of the input that ratios are of", "a hit ratio is the mean of the requests' ratios", "a log that cannot report cache reads has none",
        "a call at the end of the cache's lifetime is too late", "a day's chains are not followed over midnight",
    ], "test_cache.py"),
    "a price per thousand passes as one per million": "test_project.py::test_wrong_price_rows_stop_the_build_and_are_named",
    **dict.fromkeys([
        "a log that counts cached tokens inside the input is read as if they stood beside it", "one call in two logs counts twice",
        "of two logs the counts without the cache split are kept", "a user's owner key comes after the package's",
    ], "test_log_formats.py"),
    **dict.fromkeys([
        "a correction is billed in the month that closed", "what was posted is billed again", "the spare cent of a month goes to the smallest remainder",
        "a request that moves to another team takes its new price along",
    ], "test_close.py"),
    "a price row may change a closed month": "test_project.py::test_wrong_price_rows_stop_the_build_and_are_named",
}


def mistaken(project: Path, name: str, right: str, wrong: str) -> str:
    """A file of the project with the mistake in it."""
    text = (project / name).read_text(encoding="utf-8")
    assert text.count(right) >= 1, f"{name} no longer has {right!r}: bring the mutant up to date"
    return text.replace(right, wrong)


def run_on_a_copy(mistake: str, copy: Path) -> subprocess.CompletedProcess:
    """The tests that should notice, run on a copy of the project with the mistake in it."""
    skip = shutil.ignore_patterns(".git", ".venv*", "build", "target", "logs", "dbt_packages", "demo", "*.duckdb", ".pytest_cache", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=skip)
    for name, right, wrong in MUTANTS[mistake]:
        (copy / name).write_text(mistaken(copy, name, right, wrong), encoding="utf-8")
    # nothing of the pytest around it, its workers above all
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", f"tests/python/{NOTICED_BY.get(mistake, 'test_scenario.py')}", "-k", "not spark", "-q", "-p", "no:cacheprovider", "--tb=line"],
        capture_output=True, text=True, cwd=copy, check=False, env={**settings, "LLM_COST_TEST_FORMATS": "databricks,litellm_payload,otel_genai"},
    )


@pytest.fixture(scope="module")
def runs(request, tmp_path_factory):
    """Every mistake's run, two at a time; one beside another worker's tests."""
    wanted = [item.callspec.params["mistake"] for item in request.session.items if item.path == Path(__file__) and "runs" in item.fixturenames]
    with ThreadPoolExecutor(1 if IS_WORKER else 2) as pool:
        yield {mistake: pool.submit(run_on_a_copy, mistake, tmp_path_factory.mktemp("mutant") / "project") for mistake in wanted}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("mistake", MUTANTS)
def test_mistake_can_be_made(mistake):
    """What it changes is in the project, and it changes it."""
    for name, right, wrong in MUTANTS[mistake]:
        assert mistaken(ROOT, name, right, wrong) != (ROOT / name).read_text(encoding="utf-8")


if "LLM_COST_ALL_MUTANTS" in os.environ:

    @pytest.mark.parametrize("mistake", MUTANTS)
    def test_mistake_is_caught(runs, mistake):
        """The tests fail, or their build does, on a copy of the project with the mistake in it."""
        result = runs[mistake].result()
        caught = re.findall(r"^(?:FAILED|ERROR) tests/python/(.+?)(?: - .*)?$", result.stdout, flags=re.M)
        failed_dbt_tests = sorted(set(re.findall(r"Failure in (?:unit_)?test (\w+)", result.stdout)))
        print(f"{mistake}: caught by {', '.join(failed_dbt_tests) or ', '.join(caught[:3])}" + (f" and {len(caught) - 3} more" if len(caught) > 3 else ""))
        assert result.returncode == 1 and (caught or failed_dbt_tests), result.stdout[-3000:]
