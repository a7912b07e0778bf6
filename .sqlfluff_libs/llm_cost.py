"""The package's macros for sqlfluff's jinja templater, so that it lints the SQL that dbt would run.

dbt calls macros through their package (`llm_cost.x()`); sqlfluff has no packages. This module loads every macro file
with plain jinja and offers each macro as an attribute, dispatching to the DuckDB version where there is one.
"""

import json
import sys
import types
from datetime import datetime
from pathlib import Path

import jinja2

ROOT = Path(__file__).resolve().parent.parent
ENGINE = "duckdb"
_CACHE = "_llm_cost_macros"


class _Return(Exception):
    """What dbt's return() does inside a macro."""

    def __init__(self, value):
        super().__init__()
        self.value = value


def _return(value):
    raise _Return(value)


def _catching(macro):
    def call(*args, **kwargs):
        try:
            return str(macro(*args, **kwargs))
        except _Return as result:
            return result.value

    return call


class _Adapter:
    @staticmethod
    def quote(name):
        return f'"{name}"'

    @staticmethod
    def dispatch(name, package=None):
        return globals().get(f"{ENGINE}__{name}") or globals()[f"default__{name}"]


class _Exceptions:
    @staticmethod
    def raise_compiler_error(message):
        raise ValueError(message)


class _Package:
    def __getattr__(self, name):
        return globals()[name]


def _load():
    # sqlfluff runs this module anew for every file; the macros are read once a process
    if _CACHE in sys.modules:
        globals().update(sys.modules[_CACHE].macros)
        return
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals.update(
        {
            "return": _return,
            "adapter": _Adapter(),
            "exceptions": _Exceptions(),
            "llm_cost": _Package(),
            "var": lambda name, default=None: default,
            "project_name": "llm_cost",
            "ref": lambda *names: names[-1],
            "source": lambda source, table: table,
            "execute": False,
            "is_incremental": lambda: False,
            "run_started_at": datetime(2026, 1, 1),
            "invocation_id": "build",
            "local_md5": lambda text: text[:32],
            "tojson": json.dumps,
        }
    )
    for file in sorted(ROOT.glob("macros/**/*.sql")):
        module = environment.from_string(file.read_text(encoding="utf-8")).module
        for name in dir(module):
            macro = getattr(module, name)
            if isinstance(macro, jinja2.runtime.Macro):
                globals()[name] = _catching(macro)
    sys.modules[_CACHE] = types.SimpleNamespace(macros={name: value for name, value in globals().items() if not name.startswith("_")})


_load()

_whole_usage_events = globals()["usage_events"]


def usage_events(format, relation, event, attributes=None, counts=None):
    """The end of a staging model. It is the same in all and takes ten seconds to lint: whole in one of them, in the others only what
    the model gives to it."""
    if format == "usage_log":
        return _whole_usage_events(format, relation, event, attributes=attributes, counts=counts)
    given = [f"{expression} as {column}" for column, expression in event.items()] + [f"{attributes or 'null'} as attributes"]
    return "select\n    " + ",\n    ".join(given) + f"\nfrom {relation}"


_whole_touched_costs = globals()["touched_costs"]


def touched_costs(card_set):
    """The whole of two models: it is linted once."""
    return _whole_touched_costs(card_set) if card_set == "current" else "select 1 as nothing"


def duckdb_division(dividend, divisor, result):
    """A division of whole numbers: nested lists, the same everywhere, which take minutes to lint where divisions stand in each other."""
    return f"divided({dividend}, {divisor})"


def power_of_ten(exponent, least=0, most=37):
    """A case of 38 branches where the exponent is an expression."""
    return f"power(10, {exponent})"
