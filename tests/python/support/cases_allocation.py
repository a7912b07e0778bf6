"""Shared pools over real usage, by integration_tests/scenario/seeds/scenario_pool*.csv. By hand.

In July growth has one call of 6 million tokens, ads three of 1 million, search one: 6, 3 and 1 USD at 1 USD per million.
LINES: (pool, month) to what each receiver is charged.
"""

from __future__ import annotations

from decimal import Decimal

from support.cases_pricing import chat

MILLION = 1_000_000
CALLS = [
    ("growth", "2026-07-01T10:15:00Z", 6 * MILLION, "allocation", {}),
    ("ads", "2026-07-01T11:00:00Z", MILLION, "allocation", {}),
    ("ads", "2026-07-01T11:59:59Z", MILLION, "allocation", {}),
    ("ads", "2026-07-02T12:10:00Z", MILLION, "allocation", {}),
    ("search", "2026-07-02T12:20:00Z", MILLION, "allocation", {"tenant_id": "grouped tenant"}),
    ("growth", "2026-07-03T10:00:00Z", 6 * MILLION, "allocation unowned", {}),
    ("", "2026-07-03T10:00:00Z", 2 * MILLION, "allocation unowned", {}),
    ('["search", "ads"]', "2026-07-04T10:00:00Z", 3 * MILLION, "allocation shared", {}),
]
JULY, AUGUST = "2026-07", "2026-08"
LINES = {
    # 9,500 by direct cost 6:3:1, 1,500 by requests 1:3:1, 1,000 kept
    ("platform", JULY): {"growth": "6000", "ads": "3750", "search": "1250", "__central__": "1000"},
    # 100 each and 700 by 6:3:1
    ("hybrid", JULY): {"growth": "520", "ads": "310", "search": "170"},
    # 60, 30, 10: search is raised to 20, the other 80 is shared 6:3
    ("floor", JULY): {"growth": "53.33", "ads": "26.67", "search": "20"},
    # 20 each, the other 40 by 6:3:1
    ("additive floor", JULY): {"growth": "44", "ads": "32", "search": "24"},
    # growth stops at 40, the other 60 is shared 3:1
    ("cap", JULY): {"growth": "40", "ads": "45", "search": "15"},
    # 744 hours at 1.00, 4 million tokens an hour: growth is over for an hour, ads half of one and a quarter, search a quarter
    ("capacity", JULY): {"growth": "1", "ads": "0.75", "search": "0.25", "__idle__": "742"},
    # three quarters of an hour that two teams own together: 0.375 each, the spare cent to the first name
    ("shared capacity", JULY): {"ads": "0.38", "search": "0.37", "__idle__": "743.25"},
    ("shared requests", JULY): {"ads": "5", "search": "5"},
    # 100 EUR at 1.10; the invoice is at 1.12
    ("euro", JULY): {"growth": "66", "ads": "33", "search": "11", "__fx_difference__": "2"},
    # 1,000 JPY at 0.0065
    ("yen", JULY): {"growth": "3.90", "ads": "1.95", "search": "0.65"},
    # 10.005 KWD at 3.25 is 32.51625: 19.512, 9.756, 3.252 of 32.52
    ("dinar", JULY): {"growth": "19.51", "ads": "9.76", "search": "3.25"},
    ("credit", JULY): {"growth": "-6", "ads": "-3", "search": "-1"},
    # s1 gives s2 20 percent, s2 gives s1 10: a dollar of s1 passes s1 1 / 0.98 times and s2 0.2 / 0.98 times
    ("s1", JULY): {"growth": "5918.37", "ads": "4081.63"},
    ("s2", JULY): {"growth": "2755.10", "ads": "3244.90"},
    ("nobody", JULY): {"__unallocated__": "50"},
    ("month before", AUGUST): {"growth": "60", "ads": "30", "search": "10"},
    ("changing", JULY): {"growth": "5", "ads": "5"},
    ("changing", AUGUST): {"__central__": "10"},
    ("unowned kept", JULY): {"growth": "60", "unattributed": "20"},
    ("unowned spread", JULY): {"growth": "80"},
    ("excluded", JULY): {"growth": "60", "search": "10"},
    ("tenants", JULY): {"search": "5"},
    ("days", JULY): {"growth": "1", "ads": "2", "search": "1"},
    # twice growth: 12:3:1
    ("weighted", JULY): {"growth": "12", "ads": "3", "search": "1"},
    ("percent", JULY): {"growth": "60", "ads": "25", "__unallocated__": "15"},
    ("default", JULY): {"growth": "6", "ads": "3", "search": "1"},
}
LINES = {key: {receiver: Decimal(amount) for receiver, amount in lines.items()} for key, lines in LINES.items()}


def usage_log_lines():
    """One line per call."""
    for number, (team, occurred_at, tokens, environment, fields) in enumerate(CALLS):
        yield {
            "occurred_at": occurred_at, "provider": "acme", "api_surface": "openai_compatible", "model_requested": "plain",
            "response_id": f"pool usage {number}", "usage": chat(tokens, 0, 0), "status": "success", "team": team, "environment": environment, **fields,
        }
