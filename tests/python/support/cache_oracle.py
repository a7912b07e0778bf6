"""The dispersion of cache hits computed straight from requests, by the formulas of ../shared/reference/cache_dispersion.md: numpy, two passes,
nothing in common with the SQL. Keys are the columns of the marts."""

from __future__ import annotations

import numpy as np


def quantile(ratios, fraction: float) -> float:
    """Linear between the two nearest, as numpy has it."""
    return float(np.quantile(ratios, fraction))


def weighted_quantile(values, weights, fraction: float) -> float:
    """The least value whose cumulative weight is at least that part of all weight."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(np.asarray(weights)[order]) >= fraction * np.sum(weights)
    return float(np.asarray(values)[order][np.argmax(reached)])


def gini(values, weights) -> float:
    """Mean absolute difference of all pairs over twice the mean."""
    values, weights = np.asarray(values, float), np.asarray(weights, float)
    mean = np.sum(weights * values) / np.sum(weights)
    differences = np.abs(values[:, None] - values[None, :])
    return float(np.sum(weights[:, None] * weights[None, :] * differences) / (2 * mean * np.sum(weights) ** 2))


def tenant(calls, pooled_ratio: float, shrink_tokens: float = 10_000) -> dict:
    """Measures of one tenant's calls; all report their cache reads."""
    read, prompt = (np.array([getattr(call, name) for call in calls], float) for name in ("read", "prompt"))
    costs = np.array([call.cost for call in calls], float)
    ratios = read / prompt
    n, ratio = len(calls), read.sum() / prompt.sum()
    error = np.sqrt(n / (n - 1) * np.sum((read - ratio * prompt) ** 2)) / prompt.sum() if n > 1 else None
    # OpenAI's usage has no writes
    written = sum(call.write_5m + call.write_1h for call in calls) if any(call.model.startswith("claude") for call in calls) else None
    eligible = [call for call in calls if call.is_eligible]
    return {
        "requests": n,
        "reporting_requests": n,
        "prompt_tokens": int(prompt.sum()),
        "cache_read_tokens": int(read.sum()),
        "input_cost_usd": costs.sum(),
        "net_cache_saving_usd": sum(call.cost_without_cache for call in calls) - costs.sum(),
        "token_weighted_ratio": ratio,
        "mean_of_request_ratios": ratios.mean(),
        "stddev_of_request_ratios": ratios.std(),
        "cv_of_request_ratios": ratios.std() / ratios.mean() if ratios.mean() else None,
        "ratio_standard_error": error,
        "ci95_low_ratio": None if error is None else max(0.0, ratio - 1.96 * error),
        "ci95_high_ratio": None if error is None else min(1.0, ratio + 1.96 * error),
        "effective_sample_size": prompt.sum() ** 2 / np.sum(prompt**2),
        "shrunk_ratio": (read.sum() + shrink_tokens * pooled_ratio) / (prompt.sum() + shrink_tokens),
        "unit_cost_usd_per_mtok": 1e6 * costs.sum() / prompt.sum(),
        "eligible_ratio": sum(call.read for call in eligible) / sum(call.prompt for call in eligible) if eligible else None,
        "write_ratio": None if written is None else written / prompt.sum(),
        "reads_per_written_token": read.sum() / written if written else None,
    }


def tenant_quantiles(calls) -> dict:
    """Quantiles of one tenant's request ratios: exact of a day, within 0.001 of a period."""
    ratios = np.array([call.read / call.prompt for call in calls])
    return {
        "p10_of_request_ratios": quantile(ratios, 0.1),
        "median_of_request_ratios": quantile(ratios, 0.5),
        "p90_of_request_ratios": quantile(ratios, 0.9),
        "weighted_median_of_request_ratios": weighted_quantile(ratios, [call.prompt for call in calls], 0.5),
    }


def summary(tenants: dict) -> dict:
    """Measures over tenants, all of them compared: name -> calls."""
    read = np.array([sum(call.read for call in calls) for calls in tenants.values()], float)
    prompt = np.array([sum(call.prompt for call in calls) for calls in tenants.values()], float)
    costs = np.array([sum(call.cost for call in calls) for calls in tenants.values()], float)
    calls = [call for group in tenants.values() for call in group]
    call_read, call_prompt, call_cost = (np.array([getattr(call, name) for call in calls], float) for name in ("read", "prompt", "cost"))
    ratios, call_ratios, unit = read / prompt, call_read / call_prompt, 1e6 * costs / prompt
    pooled, share = read.sum() / prompt.sum(), prompt / prompt.sum()
    spread = np.sqrt(np.sum(share * (ratios - pooled) ** 2))
    total = np.sum(call_prompt * (call_ratios - pooled) ** 2) / call_prompt.sum()
    between = np.sum(prompt * (ratios - pooled) ** 2) / prompt.sum()
    pooled_unit = costs.sum() / prompt.sum()
    paid = call_cost > 0
    theil = np.sum(call_cost[paid] / costs.sum() * np.log(call_cost[paid] / call_prompt[paid] / pooled_unit))
    theil_between = np.sum(costs / costs.sum() * np.log(costs / prompt / pooled_unit))
    return {
        "tenants": len(tenants), "requests": len(calls), "prompt_tokens": int(prompt.sum()), "pooled_ratio": pooled,
        "mean_of_request_ratios": call_ratios.mean(), "mean_of_tenant_ratios": ratios.mean(),
        **{f"p{percent}_of_tenant_ratios": quantile(ratios, percent / 100) for percent in (10, 90)},
        "median_of_tenant_ratios": quantile(ratios, 0.5),
        "p90_minus_p10_of_tenant_ratios": quantile(ratios, 0.9) - quantile(ratios, 0.1),
        "iqr_of_tenant_ratios": quantile(ratios, 0.75) - quantile(ratios, 0.25),
        "min_of_tenant_ratios": ratios.min(), "max_of_tenant_ratios": ratios.max(),
        "weighted_median_of_tenant_ratios": weighted_quantile(ratios, prompt, 0.5),
        "stddev_of_tenant_ratios": ratios.std(), "cv_of_tenant_ratios": ratios.std() / ratios.mean(),
        "weighted_stddev_of_tenant_ratios": spread, "weighted_cv_of_tenant_ratios": spread / pooled,
        "gini_of_tenant_ratios": gini(ratios, np.ones(len(ratios))), "weighted_gini_of_tenant_ratios": gini(ratios, prompt),
        "variance_total": total, "variance_between": between, "variance_within": total - between, "between_variance_ratio": between / total,
        **{f"p{percent}_unit_cost_usd_per_mtok": quantile(unit, percent / 100) for percent in (10, 50, 90)},
        "p90_to_p10_unit_cost": quantile(unit, 0.9) / quantile(unit, 0.1), "pooled_unit_cost_usd_per_mtok": 1e6 * pooled_unit,
        "theil_total": theil, "theil_between": theil_between, "theil_within": theil - theil_between,
        "input_cost_usd": costs.sum(), "input_cost_without_cache_usd": sum(call.cost_without_cache for call in calls),
    }
