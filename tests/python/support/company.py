"""A small company whose logs, prices and owners change through 30 nights. What happens when is EVENTS; the rest is ordinary traffic.

Day 1 is 20 April 2026; night n reads the logs of day n, at two in the morning of the next day by the company's own clock. Four formats:
`usage_log` (a file a day), `claude_code` (sessions that grow), `litellm` (one export, replaced by a longer one), `otel_genai` (a file a day).
The same seed gives the same files to the byte.
"""

from __future__ import annotations

import json
import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from support.cases_pricing import chat
from support.log_formats.otel_genai import export, span

SEED = 8
NIGHTS = 30
FIRST_DAY = datetime(2026, 4, 20)
FORMATS = ("usage_log", "claude_code", "litellm", "otel_genai")
# the nights that are built on Spark: spans in parts; a deleted and a shortened file; a closed month and a corrected price; everything
SPARK_NIGHTS = (8, 12, 16, 24, NIGHTS)
# of them compared: those marts, and who owns which call
COMPARED_ON_SPARK = (*(f"fct_llm_cost__{mart}" for mart in ("requests", "hourly", "traces", "row_accounting", "usage_rejects")), "int_llm_cost__event_owners")
# the marts that `make test` has time for, with all that they are made from
MAIN = [f"+fct_llm_cost__{mart}" for mart in ("hourly", "traces", "row_accounting", "usage_rejects")]
# the night whose build is killed and run again
CRASH = 13
# the night before whose build the package gets columns; all is read again
UPGRADE = 23
# night -> vars that change then, and stay
VARIABLES = {25: {"llm_cost_max_tokens_per_request": 1_000_000}, 27: {"llm_cost_reporting_timezone": "Europe/Berlin"}}

EVENTS = {
    2: "a line twice in one file; a call of day 4 far ahead of the clock; a malformed row; a claude_code answer in parts",
    3: "a call of day 1 again; calls of a model without a price",
    4: "the file of day 1 again under another name",
    5: "a call without cache counts or tenant; a malformed line",
    6: "the same call from the gateway, which knows both; the malformed line is completed in its file",
    7: "a partial answer two seconds before midnight",
    8: "the whole answer after midnight; the price of the model that had none",
    9: "the price of day 4 is corrected",
    10: "a call by span, whose wrapping span comes tomorrow; search moves to another cost centre, from day 6 on",
    11: "the wrapping span; an alias of a model",
    12: "a wrapping span, whose inner span comes tomorrow; a discount on one provider from day 7 on",
    13: "the inner span; the build is killed and run again",
    14: "a call names the team of a trace that began on day 9",
    15: "an extra file of day 6 is deleted; the export of the gateway is gone for a night",
    16: "rows of day 2; the file of day 5 is replaced by one with fewer rows",
    17: "a mapping gives a key to growth, back to day 3",
    18: "the file of day 8 is renamed; a day of nothing: no file at all",
    19: "the same key is shared by two teams from day 10 on; nothing else is new",
    20: "April closes; a new team appears",
    21: "the alias moves to another model from day 16 on; a call right before midnight that names neither trace nor team",
    22: "a late row and a corrected price in the closed month",
    23: "a tag of the company's own names teams (owner_keys); the package is upgraded",
    24: "a tenant gets a price; the file of day 3 is empty now; the span of that call, right after midnight, in a trace with a team",
    25: "a million tokens in one request are too many from now on: a row of day 12 is rejected",
    26: "a mapping is withdrawn; a cost centre is renamed",
    27: "days are cut in Berlin",
    28: "a trace of day 20 goes on; a second discount",
    29: "a late row for day 1, before anything else of the company; the file of day 6's extra comes back",
    30: "a price is withdrawn from day 28 on; April is reopened",
}

# the call of night 2 that is days ahead is dated so; the default tolerance is 24 hours, so it counts from night 8 on
AHEAD_BY_DAYS = 8

# after the package's price rows were recorded: rows recorded after a close are not accepted
CLOSED_AT, REOPENED_AT = "2026-11-22 00:00:00", "2026-11-23 00:00:00"

SEEDS = {
    "price_rates": "rate_id,provider,model,meter,service_tier,region_scope,min_input_tokens,threshold_comparator,window_name,unit_price,per_units,currency,valid_from,recorded_at,change_kind,source_url,note",
    "model_aliases": "provider,alias,model,region_scope,valid_from,recorded_at,source_url,note",
    "discounts": "discount_id,account_id,provider,model,meter,service_tier,discount_percent,valid_from,recorded_at,change_kind,source_url,note",
    "teams": "team,cost_center,department,valid_from,recorded_at,change_kind,note",
    "cost_centers": "cost_center,name,account,valid_from,recorded_at,change_kind,note",
    "owner_mappings": "matched_column,match_value,team,cost_center,weight,valid_from,recorded_at,change_kind,note",
    "owner_keys": "source_system,attribute_key,owner,preference,note",
    "period_status": "issuer,period,status,closed_at",
    "tenant_prices": "tenant_id,valid_from,price_usd_per_month,note",
    "shared_pools": "pool_id,period,amount,currency,issuer,category,description,provider,environment,service,tenant_group,chain,step,zero_driver,unowned,fx_rate_type",
}
# the var that names each seed
SEED_VARIABLES = {
    "price_rates": "llm_cost_extra_price_rates", "model_aliases": "llm_cost_extra_model_aliases", "discounts": "llm_cost_negotiated_discounts",
    "owner_keys": "llm_cost_extra_owner_keys", **{name: f"llm_cost_{name}" for name in ("teams", "cost_centers", "owner_mappings", "period_status", "tenant_prices", "shared_pools")},
}  # fmt: skip
# the clock of the company, for calls that are ahead of it
CLOCK = """
{% macro default__now_utc() -%}
    (select cast(now_at as timestamp) from {{ ref('company', 'company_clock') }})
{%- endmacro %}

{% macro spark__now_utc() -%}
    {{ company.default__now_utc() }}
{%- endmacro %}
"""
PROFILE = """company:
  target: duckdb
  outputs:
    duckdb: {type: duckdb, path: "{{ env_var('LLM_COST_DUCKDB_PATH') }}", schema: main, threads: 2}
    spark:
      type: spark
      method: session
      host: localhost
      schema: "{{ env_var('LLM_COST_SPARK_SCHEMA', 'company') }}"
      threads: 2
      server_side_parameters: {spark.sql.session.timeZone: UTC}
"""


def day(number: int) -> datetime:
    """Midnight at which day n begins."""
    return FIRST_DAY + timedelta(days=number - 1)


def at(number: int, hour: int = 12, minute: int = 0, second: int = 0) -> str:
    """An instant of day n as logs have it."""
    return (day(number) + timedelta(hours=hour, minutes=minute, seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp(number: int) -> str:
    """Midnight of day n as seeds have it."""
    return day(number).strftime("%Y-%m-%d %H:%M:%S")


def call(response_id: str, occurred_at: str, usage: dict | None = None, **fields) -> dict:
    """A line of usage_log: a call of `plain`, 1 USD in and 2 USD out per million tokens."""
    return {
        "occurred_at": occurred_at, "provider": "acme", "api_surface": "openai_compatible", "model_requested": "plain", "response_id": response_id,
        "usage": chat(1000, 0, 100) if usage is None else usage, "status": "success", **fields,
    }  # fmt: skip


def spend(request_id: str, occurred_at: str, prompt: int, cached: int, output: int, **fields) -> dict:
    """A row of LiteLLM_SpendLogs."""
    usage = {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output, "prompt_tokens_details": {"cached_tokens": cached}}
    return {
        "request_id": request_id, "call_type": "acompletion", "startTime": occurred_at, "endTime": occurred_at, "model": "plain", "model_group": "plain",
        "custom_llm_provider": "acme", "prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output, "spend": 0.001, "cache_hit": "None",
        "metadata": json.dumps({"user_api_key_team_alias": "growth", "usage_object": usage}), "request_tags": "[]", "status": "success", **fields,
    }  # fmt: skip


def answer(session: str, number: int, occurred_at: str, output: int, **usage) -> dict:
    """An assistant's line of a Claude Code session."""
    return {
        "type": "assistant", "sessionId": session, "requestId": f"req_{session}_{number}", "uuid": f"{session}-{number}-{output}", "timestamp": occurred_at,
        "cwd": f"/workspace/{session[:5]}", "gitBranch": "main", "version": "2.1.0",
        "message": {
            "id": f"msg_{session}_{number}", "role": "assistant", "model": "claude-sonnet-4-6", "content": "SECRET",
            "usage": {"input_tokens": 10, "cache_read_input_tokens": 900, "cache_creation_input_tokens": 100, "output_tokens": output, "service_tier": "standard",
                "cache_creation": {"ephemeral_5m_input_tokens": 60, "ephemeral_1h_input_tokens": 40}, **usage},
        },
    }  # fmt: skip


def traced(name: str, number: int, hour: int, parent: str = "", scope: str = "opentelemetry.instrumentation.openai_v2", team: str | None = None, **told) -> dict:
    """An export of one span of a call."""
    started = int((day(number) - datetime(1970, 1, 1)).total_seconds() + hour * 3600) * 10**9
    told = {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "acme", "gen_ai.request.model": "plain", "gen_ai.response.id": f"resp-{name}",
        "gen_ai.usage.input_tokens": 500, "gen_ai.usage.output_tokens": 50, **told,
    }  # fmt: skip
    one = span(name, told, traceId=f"trace-{name.split('.')[0]}", parentSpanId=parent, startTimeUnixNano=str(started), endTimeUnixNano=str(started + 10**9))
    return export(one, scope=scope, resource={"service.name": "assistant", **({"team": team} if team else {})})


class Company:
    """The raw logs and the dbt project of the company in a folder, and the nights that change them, in order."""

    def __init__(self, folder: Path, root: Path, seed: int = SEED):
        self.folder, self.root, self.seed = folder, root, seed
        self.raw, self.project = folder / "raw", folder / "project"
        self.today, self.exported, self.changed = 0, [], {}
        for name in FORMATS:
            (self.raw / name).mkdir(parents=True)
        self._write_project()

    # --- the project

    def _write_project(self) -> None:
        (self.project / "seeds").mkdir(parents=True)
        (self.project / "macros").mkdir()
        lines = ["seeds:"]
        for name, header in {**SEEDS, "clock": "now_at"}.items():
            (self.project / "seeds" / f"company_{name}.csv").write_text(header + "\n", encoding="utf-8")
            types = ", ".join(f"{column}: string" for column in header.split(","))
            lines.append(f"  - name: company_{name}\n    config:\n      column_types: {{{types}}}")
        (self.project / "seeds" / "company.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (self.project / "macros" / "clock.sql").write_text(CLOCK, encoding="utf-8")
        (self.project / "profiles.yml").write_text(PROFILE, encoding="utf-8")
        (self.project / "packages.yml").write_text(f"packages:\n  - local: {self.root}\n", encoding="utf-8")
        settings = {
            "name": "company", "version": "1.0.0", "config-version": 2, "profile": "company",
            "dispatch": [{"macro_namespace": "llm_cost", "search_order": ["company", "llm_cost"]}, {"macro_namespace": "dbt", "search_order": ["company", "llm_cost", "dbt"]}],
            "flags": {"require_ref_searches_node_package_before_root": True, "require_generic_test_arguments_property": True},
            "seeds": {"company": {"+quote_columns": False}},
        }  # fmt: skip
        # JSON is YAML
        (self.project / "dbt_project.yml").write_text(json.dumps(settings, indent=1), encoding="utf-8")
        self._rows("price_rates", *self._prices("plain", 1), *self._prices("dear", 1, uncached_input="10.00", output="20.00", cache_read="1.00"))
        self._rows("teams", *(f"{team},{center},,{stamp(-30)},{stamp(-30)},launch," for team, center in (("search", "cc-1"), ("growth", "cc-2"), ("support", "cc-3"))))
        self._rows("cost_centers", *(f"cc-{number},Centre {number},6400,{stamp(-30)},{stamp(-30)},launch," for number in (1, 2, 3, 4)))
        self._rows("shared_pools", "platform,2026-04,100.00,USD,,shared,,,,,,direct,,central,spread,", "platform,2026-05,120.00,USD,,shared,,,,,,direct,,central,spread,")
        self._rows("tenant_prices", "*,2026-01-01,49,")

    def _prices(self, model: str, recorded: int, valid: int = -100, kind: str = "launch", **meters) -> list[str]:
        """Lines of price rows of a model, by meter; the usual ones where none is given."""
        meters = meters or {"uncached_input": "1.00", "output": "2.00", "cache_read": "0.10", "cache_write_5m": "1.25", "cache_write_1h": "2.00"}
        return [
            f"{model}/{meter}/{recorded},acme,{model},{meter},standard,global,,,,{price},1000000,USD,{stamp(valid)},{stamp(recorded)},{kind},made up," for meter, price in meters.items()
        ]

    def _rows(self, seed: str, *lines: str) -> None:
        with (self.project / "seeds" / f"company_{seed}.csv").open("a", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))

    @property
    def variables(self) -> dict:
        """The vars of tonight, without where the rows are."""
        return {
            "llm_cost_sources": list(FORMATS), "llm_cost_max_rejected_share": 1, "llm_cost_max_unpriced_share_at_close": 1,
            "llm_cost_cache_min_requests": 3, "llm_cost_cache_min_effective_requests": 1, "llm_cost_cache_min_prompt_tokens": 0,
            **{variable: [f"company_{name}"] for name, variable in SEED_VARIABLES.items()}, **self.changed,
        }  # fmt: skip

    @property
    def files(self) -> dict:
        """The vars that point at the files."""
        return {f"llm_cost_{name}_files": str(self.raw / name / "**" / "*.jsonl") for name in FORMATS}

    # --- raw files

    def _append(self, file: str, *lines: dict | str) -> None:
        with (self.raw / file).open("a", encoding="utf-8") as log:
            log.write("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))

    def _write(self, file: str, *lines: dict | str) -> None:
        (self.raw / file).unlink(missing_ok=True)
        self._append(file, *lines)

    def _usage(self, number: int) -> str:
        return f"usage_log/day-{number:02d}.jsonl"

    def _traffic(self, number: int) -> None:
        """What happens every day."""
        dice = random.Random(f"{self.seed} {number}")
        for index in range(dice.randint(5, 8)):
            total = dice.randint(100, 5000)
            owners = {
                "team": dice.choice(["search", "growth", "Support", None]), "tenant_id": dice.choice(["oak", "elm", "fir", None]), "feature": dice.choice(["chat", "draft"]),
                "api_key_id": dice.choice(["key-1", "key-2", None]), "trace_id": f"trace-{number}-{index // 2}", "user_id": f"user-{dice.randint(1, 4)}",
                "tags": {"squad": dice.choice(["support", "search"])} if dice.random() < 0.4 else None,
            }  # fmt: skip
            model = dice.choice(["plain", "plain", "dear", "plain-latest"])
            line = call(f"c-{number}-{index}", at(number, dice.randint(0, 23), dice.randint(0, 59)), chat(total, dice.randint(0, total), dice.randint(1, 300)), model_requested=model, **owners)
            if dice.random() < 0.15:
                line |= {"status": "timeout", "usage": {}}
            self._append(self._usage(number), line)
        session = f"web-{(number - 1) // 7}"
        self._append(f"claude_code/{session}.jsonl", {"type": "user", "sessionId": session, "uuid": f"u-{number}", "timestamp": at(number, 9), "message": {"role": "user", "content": "SECRET"}},
            *(answer(session, number * 10 + index, at(number, 10 + index), dice.randint(10, 500)) for index in range(2)))  # fmt: skip
        self.exported += [spend(f"g-{number}-{index}", at(number, 8 + index), 1000 + index, dice.randint(0, 1000), 40, end_user=dice.choice(["oak", "elm"])) for index in range(2)]
        if number % 3 == 0:
            self._write("litellm/export.jsonl", *self.exported)
        self._append(f"otel_genai/day-{number:02d}.jsonl", traced(f"o{number}", number, 15, team=dice.choice(["search", None])))

    def night(self) -> int:
        """Go on to the next night: its day's logs, and what else happens. Returns its number."""
        self.today += 1
        number = self.today
        if number not in (18, 19):
            self._traffic(number)
        (self.project / "seeds" / "company_clock.csv").write_text(f"now_at\n{(day(number + 1) + timedelta(hours=2)).strftime('%Y-%m-%d %H:%M:%S')}\n", encoding="utf-8")
        self.changed |= VARIABLES.get(number, {})
        getattr(self, f"_night_{number}", lambda: None)()
        return number

    def _night_2(self) -> None:
        twice = call("twice", at(2, 7), team="search")
        self._append(self._usage(2), twice, twice, call("ahead", at(2 + AHEAD_BY_DAYS), team="growth"), call("negative", at(2), chat(-5, 0, 1), team="growth"))
        self._append("claude_code/web-0.jsonl", answer("web-0", 999, at(2, 22), 1), answer("web-0", 999, at(2, 22, 0, 3), 250))

    def _night_3(self) -> None:
        self._append(self._usage(3), call("c-1-0", at(3, 1), chat(700, 0, 10), team="growth"), call("unpriced", at(3, 5), model_requested="newcomer", team="search"))
        self._append("usage_log/extra.jsonl", *(call(f"extra-{index}", at(3 + index, 6), team="search", tenant_id="oak") for index in range(4)))

    def _night_4(self) -> None:
        shutil.copy(self.raw / self._usage(1), self.raw / "usage_log" / "replay.jsonl")

    def _night_5(self) -> None:
        counts = {"prompt_tokens": 2000, "completion_tokens": 40, "total_tokens": 2040}
        self._append(self._usage(5), call("two logs", at(5, 11), counts, user_id="user-9"), '{"occurred_at": "' + at(5, 12))

    def _night_6(self) -> None:
        self.exported.append(spend("two logs", at(5, 11), 2000, 1500, 40, end_user="fir"))
        self._write("litellm/export.jsonl", *self.exported)
        file = self.raw / self._usage(5)
        lines = file.read_text(encoding="utf-8").splitlines()
        self._write(self._usage(5), *lines[:-1], call("completed", at(5, 12), team="support"))

    def _night_7(self) -> None:
        self._append(self._usage(7), call("over midnight", at(7, 23, 59, 58), chat(1000, 0, 10), team="search", trace_id="trace over midnight"))

    def _night_8(self) -> None:
        self._append(self._usage(8), call("over midnight", at(8, 0, 0, 2), chat(1000, 0, 400), team="search", trace_id="trace over midnight"))
        self._rows("price_rates", *self._prices("newcomer", 8, uncached_input="5.00", output="7.00"))

    def _night_9(self) -> None:
        self._rows("price_rates", *self._prices("dear", 9, 4, "correction", uncached_input="9.00"))
        self._append(self._usage(9), call("no team yet", at(9, 8), trace_id="trace of teams"), call("none either", at(9, 9), trace_id="trace of teams"))

    def _night_10(self) -> None:
        self._append("otel_genai/day-10.jsonl", traced("late.outer.in", 10, 11, parent="late.outer", **{"gen_ai.usage.cache_read.input_tokens": 300}))
        self._rows("teams", f"search,cc-4,,{stamp(6)},{stamp(10)},change,")

    def _night_11(self) -> None:
        outer = traced("late.outer", 10, 11, scope="agent", team="growth", **{"gen_ai.response.id": None})
        self._append("otel_genai/day-11.jsonl", outer)
        self._rows("model_aliases", f"acme,plain-latest,plain,,{stamp(1)},{stamp(11)},made up,")

    def _night_12(self) -> None:
        self._append("otel_genai/day-12.jsonl", traced("early.outer", 12, 23, scope="agent", **{"gen_ai.response.id": None}))
        self._append(self._usage(12), call("huge", at(12, 3), chat(2_000_000, 0, 10), team="search"))
        self._rows("discounts", f"ten,,anthropic,,,,10,{stamp(7)},{stamp(12)},launch,made up,")

    def _night_13(self) -> None:
        self._append("otel_genai/day-13.jsonl", traced("early.outer.in", 12, 23, parent="early.outer", team="support"))

    def _night_14(self) -> None:
        self._append(self._usage(14), call("has a team", at(14, 4), trace_id="trace of teams", team="support"))

    def _night_15(self) -> None:
        (self.raw / "usage_log" / "extra.jsonl").rename(self.folder / "kept aside.jsonl")
        (self.raw / "litellm" / "export.jsonl").unlink()

    def _night_16(self) -> None:
        self._append(self._usage(16), *(call(f"late-{index}", at(2, index), team="support", tenant_id="elm") for index in range(3)))
        self._write(self._usage(5), *(self.raw / self._usage(5)).read_text(encoding="utf-8").splitlines()[:3])
        self._write("litellm/export.jsonl", *self.exported)

    def _night_17(self) -> None:
        self._rows("owner_mappings", f"api_key_id,key-1,growth,,,{stamp(3)},{stamp(17)},launch,")

    def _night_18(self) -> None:
        (self.raw / self._usage(8)).rename(self.raw / "usage_log" / "renamed.jsonl")

    def _night_19(self) -> None:
        self._rows("owner_mappings", *(f"api_key_id,key-1,{team},,{weight},{stamp(10)},{stamp(19)},change," for team, weight in (("growth", "0.25"), ("search", "0.75"))))

    def _night_20(self) -> None:
        self._rows("period_status", f"*,2026-04,closed,{CLOSED_AT}")
        self._rows("teams", f"legal,cc-2,,{stamp(20)},{stamp(20)},launch,")
        self._append(self._usage(20), call("lawyers", at(20, 8), team="legal", tenant_id="fir"), call("goes on", at(20, 9), trace_id="long trace", user_id="user-1"))

    def _night_21(self) -> None:
        self._rows("model_aliases", f"acme,plain-latest,dear,,{stamp(16)},{stamp(21)},made up,")
        self._append(self._usage(21), call("resp-apart.one", at(21, 23, 59, 59)))

    def _night_22(self) -> None:
        self._append(self._usage(22), call("after the close", at(6, 8), team="search", tenant_id="oak"))
        self._rows("price_rates", *self._prices("plain", 22, 10, "correction", output="2.50"))

    def _night_23(self) -> None:
        self._rows("owner_keys", "usage_log,squad,team,1,")

    def _night_24(self) -> None:
        self._rows("tenant_prices", "oak,2026-05-01,250,")
        self._append("otel_genai/day-22-late.jsonl", traced("apart.one", 22, 1 / 3600), traced("apart.two", 22, 1, team="growth"))
        self._write(self._usage(3))

    def _night_26(self) -> None:
        self._rows("owner_mappings", f"api_key_id,key-1,,,,{stamp(22)},{stamp(26)},withdrawn,")
        self._rows("cost_centers", f"cc-2,Growth and legal,6500,{stamp(15)},{stamp(26)},change,")

    def _night_28(self) -> None:
        self._append(self._usage(28), call("still on", at(28, 9), trace_id="long trace", team="growth"))
        self._rows("discounts", f"out,,anthropic,claude-sonnet-4-6,output,,25,{stamp(20)},{stamp(28)},launch,made up,")

    def _night_29(self) -> None:
        self._append(self._usage(29), call("before all", at(-3, 8), team="growth"))
        (self.folder / "kept aside.jsonl").rename(self.raw / "usage_log" / "extra.jsonl")

    def _night_30(self) -> None:
        self._rows("price_rates", f"dear/end,acme,dear,cache_read,standard,global,,,,,1000000,USD,{stamp(28)},{stamp(30)},withdrawn,made up,")
        self._rows("period_status", f"*,2026-04,open,{REOPENED_AT}")
