"""Attribution: who owns a call, by the organisation of integration_tests/scenario/seeds (scenario_teams.csv and the others). By hand.

OWNERS: (case, time, owner fields and ids of the line, (team, cost centre, attribution method)).
"""

from __future__ import annotations

import json

from support.cases_pricing import JUNE, chat

NOBODY = ("unattributed", None, "unattributed")
BEFORE, AT = "2026-03-01T11:59:59Z", "2026-03-01T12:00:00Z"
EVERY = {
    "trace_id": "mapped trace", "session_id": "mapped session", "api_key_id": "owned key", "project_id": "owned project", "service": "owned shop",
    "user_id": "owned user", "tenant_id": "owned tenant",
}


def without(*fields):
    """The fields of a call that every step would find an owner for, without some."""
    return {name: value for name, value in EVERY.items() if name not in fields}


OWNERS = [
    # every step once: each call lacks what the steps before look at
    ("step: tag", AT, {"team": "ads", **EVERY}, ("ads", "CC-30", "request_tag")),
    ("step: trace", AT, EVERY, ("search", "CC-40", "trace")),
    ("step: session", AT, without("trace_id"), ("search", "CC-40", "session")),
    ("step: key", AT, without("trace_id", "session_id"), ("search", "CC-40", "api_key")),
    ("step: project", AT, without("trace_id", "session_id", "api_key_id"), ("ads", "CC-30", "project")),
    ("step: service", AT, {"service": "owned shop", "user_id": "owned user", "tenant_id": "owned tenant"}, ("Checkout", None, "service")),
    ("step: user", AT, {"user_id": "owned user", "tenant_id": "owned tenant"}, ("ads", "CC-77", "user")),
    ("step: tenant", AT, {"tenant_id": "owned tenant"}, ("growth", "CC-20", "tenant")),
    ("step: none", AT, {"tenant_id": "grouped tenant", "user_id": "nobody"}, NOBODY),
    # the mapping of a service wins over the team of the service
    ("service: mapped", AT, {"service": "Mapped Shop"}, ("search", "CC-40", "service")),
    # the key changes hands at an instant, and ends
    ("key: before the first row", "2025-12-31T23:59:59Z", {"api_key_id": "owned key"}, NOBODY),
    ("key: a second before", BEFORE, {"api_key_id": "owned key"}, ("ads", "CC-30", "api_key")),
    ("key: at the instant", AT, {"api_key_id": "OWNED KEY"}, ("search", "CC-40", "api_key")),
    ("key: a second before its end", "2026-04-30T23:59:59Z", {"api_key_id": "owned key"}, ("search", "CC-40", "api_key")),
    ("key: withdrawn", "2026-05-01T00:00:00Z", {"api_key_id": "owned key"}, NOBODY),
    # the team changes its cost centre at an instant; what is logged stays
    ("cost centre: before", BEFORE, {"team": "growth"}, ("growth", "CC-10", "request_tag")),
    ("cost centre: at", AT, {"team": "growth"}, ("growth", "CC-20", "request_tag")),
    ("cost centre: logged", AT, {"team": "growth", "cost_center": "as logged"}, ("growth", "as logged", "request_tag")),
    ("cost centre: logged without a team", AT, {"cost_center": "as logged"}, ("unattributed", "as logged", "unattributed")),
    ("team: a second before its end", "2026-03-31T23:59:59Z", {"team": "sunset"}, ("sunset", "CC-30", "request_tag")),
    ("team: ended", "2026-04-01T00:00:00Z", {"team": "sunset"}, ("sunset", None, "request_tag")),
    # names
    ("name: alias", AT, {"team": " growth-team "}, ("growth", "CC-20", "request_tag")),
    ("name: case and spaces", AT, {"team": " CHECKOUT "}, ("Checkout", None, "request_tag")),
    ("name: unknown stays", AT, {"team": "Somebody Else"}, ("Somebody Else", None, "request_tag")),
    # several owners
    ("split: by weight", AT, {"api_key_id": "shared key"}, ("ads:0.4+search:0.6", None, "api_key")),
    ("split: by weight, logged cost centre", AT, {"api_key_id": "shared key", "cost_center": "as logged"}, ("ads:0.4+search:0.6", "as logged", "api_key")),
    ("split: alias", AT, {"team": "Marketing"}, ("ads:0.25+ads-eu:0.75", None, "request_tag")),
    ("split: list", AT, {"team": '["search", "ads"]'}, ("ads:0.5+search:0.5", None, "request_tag")),
    ("split: list that is no text", AT, {"team": ["search", "ads"]}, ("ads:0.5+search:0.5", None, "request_tag")),
    ("split: three", AT, {"team": '["search", "ads", "somebody"]'}, ("ads:0.333333333333+search:0.333333333334+somebody:0.333333333333", None, "request_tag")),
    ("split: list with an alias of two", AT, {"team": '["search", "marketing"]'}, ("ads:0.125+ads-eu:0.375+search:0.5", None, "request_tag")),
    ("split: list of one", AT, {"team": '["search", " SEARCH"]'}, ("search", "CC-40", "request_tag")),
    ("split: list of none", AT, {"team": "[]", "user_id": "owned user"}, ("ads", "CC-77", "user")),
    # the label says which cost centre, where the team has had several or the mapping names another
    ("split: cost centre before", BEFORE, {"api_key_id": "moving key"}, ("growth@CC-10:0.5+search@CC-77:0.5", None, "api_key")),
    ("split: cost centre at", AT, {"api_key_id": "moving key"}, ("growth@CC-20:0.5+search@CC-77:0.5", None, "api_key")),
    # a trace whose other calls name one team, under two names; one that names two; a session
    ("trace: named", BEFORE, {"trace_id": "one team", "team": "growth-team"}, ("growth", "CC-10", "request_tag")),
    ("trace: named again", AT, {"trace_id": "one team", "team": "Growth"}, ("growth", "CC-20", "request_tag")),
    ("trace: inherits", AT, {"trace_id": "one team", "api_key_id": "shared key"}, ("growth", "CC-20", "trace")),
    ("trace: of two teams, named", AT, {"trace_id": "two teams", "team": "ads"}, ("ads", "CC-30", "request_tag")),
    ("trace: of two teams, named otherwise", AT, {"trace_id": "two teams", "team": "search"}, ("search", "CC-40", "request_tag")),
    ("trace: of two teams", AT, {"trace_id": "two teams", "user_id": "owned user"}, ("ads", "CC-77", "user")),
    ("session: named", AT, {"session_id": "one session", "team": "ads"}, ("ads", "CC-30", "request_tag")),
    ("session: inherits", AT, {"session_id": "one session"}, ("ads", "CC-30", "session")),
    ("session: mapping first", AT, {"session_id": "mapped session", "user_id": "owned user"}, ("search", "CC-40", "session")),
    ("session: of the mapping, named", AT, {"session_id": "mapped session", "team": "ads"}, ("ads", "CC-30", "request_tag")),
]
# the teams of each label: (team, cost centre, weight, sum of the weights before)
GROUPS = {
    "ads:0.4+search:0.6": [("ads", "CC-30", "0.4", "0"), ("search", "CC-40", "0.6", "0.4")],
    "ads:0.25+ads-eu:0.75": [("ads", "CC-30", "0.25", "0"), ("ads-eu", "CC-30", "0.75", "0.25")],
    "ads:0.5+search:0.5": [("ads", "CC-30", "0.5", "0"), ("search", "CC-40", "0.5", "0.5")],
    "ads:0.333333333333+search:0.333333333334+somebody:0.333333333333": [
        ("ads", "CC-30", "0.333333333333", "0"), ("search", "CC-40", "0.333333333334", "0.333333333333"), ("somebody", None, "0.333333333333", "0.666666666667")],
    "ads:0.125+ads-eu:0.375+search:0.5": [("ads", "CC-30", "0.125", "0"), ("ads-eu", "CC-30", "0.375", "0.125"), ("search", "CC-40", "0.5", "0.5")],
    "growth@CC-10:0.5+search@CC-77:0.5": [("growth", "CC-10", "0.5", "0"), ("search", "CC-77", "0.5", "0.5")],
    "growth@CC-20:0.5+search@CC-77:0.5": [("growth", "CC-20", "0.5", "0"), ("search", "CC-77", "0.5", "0.5")],
}  # fmt: skip


def usage_log_lines():
    """One line per case, 0.0012 USD each; its response_id is the case's name."""
    for name, occurred_at, fields, _ in OWNERS:
        yield json.dumps({
            "occurred_at": occurred_at or JUNE, "provider": "acme", "api_surface": "openai_compatible", "model_requested": "plain",
            "response_id": name, "usage": chat(1000, 0, 100), "status": "success", "operation": "attribution", **fields,
        })
