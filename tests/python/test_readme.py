"""README and docs against the code and the demo build: what they list is what there is, what they quote is what comes out."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import document_formats
import pytest
from support import log_formats

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PRICING = (ROOT / "docs" / "pricing.md").read_text(encoding="utf-8")
SEMANTICS = (ROOT / "docs" / "usage_semantics.md").read_text(encoding="utf-8")
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/pricing.md", "docs/usage_semantics.md", "docs/spark.md", "docs/doctor.md", "docs/log_formats.md", "docs/attribution.md", "docs/chargeback.md", "docs/allocation.md", "docs/cache_dispersion.md", "docs/tenant_economics.md", "docs/faults.md", "docs/nightly.md", "docs/increments.md", "docs/privacy.md")]
QUERIES = re.findall(r"<!-- query: (\w+) -->\n```sql\n(.*?)```\n\n<!-- output: \1 -->\n((?:\|[^\n]*\n)+)", README, re.DOTALL)


def section(text: str, name: str) -> str:
    """What stands between `<!-- name -->` and `<!-- /name -->`."""
    return re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text, re.DOTALL).group(1)


def table(text: str) -> list[list[str]]:
    """The rows of a Markdown table, header first, as lists of cells."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [row for row in rows if not all(set(cell) <= set("-:") and cell for cell in row)]


def names_in(text: str) -> list[str]:
    """Words in backticks."""
    return re.findall(r"`([^`]+)`", text)


def code(*folders: str, suffixes: tuple[str, ...] = (".sql", ".yml", ".csv")) -> str:
    """The text of every file of the project that dbt renders in these folders."""
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*")) if file.suffix in suffixes and file.is_file()]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def sql(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def formats() -> list[str]:
    """The log formats of known_sources()."""
    body = re.search(r"macro known_sources.*?return\(\[(.*?)\]\)", sql("macros/sources/enabled_sources.sql"), re.DOTALL).group(1)
    return re.findall(r"'(\w+)'", body)


def vars_in_code() -> dict[str, str | None]:
    """Every var the code reads, per-format ones folded, with its default where that is a literal."""
    text = code("models", "macros", "seeds", "tests/generic", "tests/singular") + "\n" + sql("dbt_project.yml")
    found: dict[str, str | None] = {}
    for name, default in re.findall(r"""\bvar\(\s*["'](llm_cost_\w+)["']\s*(?:,\s*([^)]*))?\)""", text):
        folded = re.sub(rf"^llm_cost_({'|'.join(sorted(formats(), key=len, reverse=True))})_", "llm_cost_<format>_", name)
        literal = default.strip().strip("\"'")
        found[folded] = literal if re.fullmatch(r"[\d.-]+|[A-Z]+|\[\]", literal) else None
    for suffix in re.findall(r"\bvar\(\s*'llm_cost_' ~ \w+ ~ '_(\w+)'", text):
        found.setdefault(f"llm_cost_<format>_{suffix}", None)
    for name in re.findall(r"""\brelations_of\(\s*["'](llm_cost_\w+)""", text) + re.findall(r"""'variable': '(llm_cost_\w+)'""", text):
        found.setdefault(name, None)
    unread = [call for call in re.findall(r"\bvar\([^)]*\)", text) if "llm_cost_" not in call and "var(variable, " not in call]
    assert not unread, f"vars that this test cannot name: {unread}"
    return found


def reject_reasons_in_code() -> set[str]:
    """Every literal that can become a reject reason: what the case expressions named so may return."""
    reasons: set[str] = set()
    for file in sorted((ROOT / "models").rglob("*.sql")) + sorted((ROOT / "macros").rglob("*.sql")):
        text = re.sub(r"--.*", "", file.read_text(encoding="utf-8"))
        reasons |= set(re.findall(r"'(\w+)' as reject_reason", text))
        for ending in re.finditer(r"\bend\b\s*\)?\s*as (?:reject_reason|row_problem|usage_problem|parse_problem)\b", text):
            depth, start = 0, 0
            for word in reversed(list(re.finditer(r"\b(case|end)\b", text[: ending.start() + 3]))):
                depth += 1 if word.group() == "end" else -1
                if depth == 0:
                    start = word.start()
                    break
            reasons |= set(re.findall(r"then\s+'(\w+)'", text[start : ending.end()]))
    return reasons


def cell_text(value) -> str:
    return "" if value is None else str(value)


def test_every_query_block_is_found():
    """The pattern of this test sees every block that the README marks."""
    assert len(QUERIES) == README.count("<!-- query:") >= 3


@pytest.mark.parametrize(("name", "query", "output"), QUERIES, ids=[name for name, _, _ in QUERIES])
def test_quoted_output_is_what_the_demo_gives(demo_db, name, query, output):
    """A query of the README, run on the demo build, gives the table below it."""
    result = demo_db.execute(query)
    header = [column[0] for column in result.description]
    built = [[cell_text(value) for value in row] for row in result.fetchall()]
    assert table(output) == [header, *built], f"README, {name}: paste the new output"


def test_var_table_is_complete():
    """Every var of the code has a row, and every row is a var of the code."""
    rows = {names_in(row[0])[0] for row in table(section(README, "vars"))[1:]}
    assert rows == set(vars_in_code())


def test_var_defaults():
    """Where the code's default is a number, a date or an empty list, the table says the same."""
    documented = {names_in(row[0])[0]: row[1].strip("`") for row in table(section(README, "vars"))[1:]}
    literal = {name: default for name, default in vars_in_code().items() if default is not None}
    assert literal, "no literal default found"
    assert {name: documented[name] for name in literal} == literal


def test_formats_and_environment_variable():
    """The formats behind `<format>` and the variable that moves the database."""
    line = re.search(r"`<format>` is (.*?)\.", README).group(1)
    assert names_in(line) == formats()
    for name in re.findall(r"env_var\('(\w+)'", sql("profiles.yml")):
        assert f"`{name}`" in README


def test_every_format_is_in_the_readme():
    """README's two tables of formats have a row for each, in the order of known_sources(); the second says what the format's tests say."""
    assert [names_in(row[1])[0] for row in table(section(README, "formats"))[1:]] == formats()
    unknowns = {names_in(row[0])[0]: row[1:] for row in table(section(README, "unknowns"))[1:]}
    assert list(unknowns) == formats()
    for name in log_formats.names():
        knows = log_formats.Format(name).module.KNOWS
        assert unknowns[name] == [knows[what] for what in ("cache", "cache_ttl", "tier", "retries", "owners", "reported_cost")], name


def test_page_of_log_formats_is_up_to_date():
    """docs/log_formats.md is what scripts/document_formats.py writes."""
    assert (ROOT / "docs" / "log_formats.md").read_text(encoding="utf-8") == document_formats.page(), "run python scripts/document_formats.py"


def test_owner_key_example():
    """README's example of a seed with owner keys has the columns of the package's, and owners that exist."""
    header, *rows = re.search(r"^(source_system,attribute_key.*?)\n```", README, re.DOTALL | re.MULTILINE).group(1).splitlines()
    with (ROOT / "seeds" / "usage" / "owner_keys.csv").open(encoding="utf-8", newline="") as seed:
        assert header.split(",") == next(csv.reader(seed))
    assert all(row.split(",")[2] in names_in(re.search(r"`owner` is a column (.*?)\. Only", README, re.DOTALL).group(1)) for row in rows)


def test_mart_table_is_complete():
    """Every mart has a row, and every row is a mart."""
    rows = {names_in(row[0])[0] for row in table(section(README, "marts"))[1:]}
    assert rows == {file.stem for file in (ROOT / "models" / "marts").rglob("*.sql")}


def test_api_surfaces_are_listed():
    """README's list and the table of docs/usage_semantics.md are the surfaces of the code."""
    body = re.search(r"macro api_surfaces.*?return\(\[(.*?)\]\)", sql("macros/usage/surface_provider.sql"), re.DOTALL).group(1)
    surfaces = re.findall(r"'(\w+)'", body)
    assert names_in(section(README, "api_surfaces")) == surfaces
    assert [names_in(row[0])[0] for row in table(section(SEMANTICS, "surfaces"))[1:]] == surfaces


def test_usage_log_fields_are_listed():
    """Every field that the usage_log model reads has a row in the fields table, and the other way round."""
    text = sql("models/staging/usage_log/stg_llm_cost__usage_log.sql")
    lists = {name: re.findall(r"'(\w+)'", body) for name, body in re.findall(r"set (\w+) = (?:owners \+ )?\[(.*?)\]", text, re.DOTALL)}
    read = set(lists["required"]) | set(lists["optional"]) | set(lists["owners"])
    fields = README[README.index("| field | required | meaning |") :].split("\n\n")[0]
    assert {name for row in table(fields)[1:] for name in names_in(row[0])} == read
    needed = re.search(r"Parquet file the columns (.*?)must exist", README, re.DOTALL).group(1)
    assert names_in(needed) == lists["required"]


def test_reject_reasons_are_listed():
    """README's reason codes are those of the SQL."""
    documented = {names_in(row[1])[0] for row in table(section(README, "reject_reasons"))[1:]}
    assert documented == reject_reasons_in_code()


def test_price_columns_are_listed():
    """README's and docs/pricing.md's columns of a price row are those of the seed, and README's example has as many."""
    with (ROOT / "seeds" / "prices" / "price_rates.csv").open(encoding="utf-8", newline="") as seed:
        columns = next(csv.reader(seed))
    assert names_in(re.search(r"The columns in order: (.*?)\.\s\[", README, re.DOTALL).group(1)) == columns
    rows = PRICING[PRICING.index("## A price row") : PRICING.index("## Meters")]
    assert [name for row in table(rows)[1:] for name in names_in(row[0])] == columns
    example = re.search(r"^(openai/gpt-5.4/output@.*)$", README, re.MULTILINE).group(1)
    assert len(next(csv.reader([example]))) == len(columns)


def test_price_row_message():
    """The message quoted for a wrong price row is made of the texts of the model and the test that write it."""
    model = sql("models/intermediate/pricing/int_llm_cost__price_rate_problems.sql")
    message = re.search(r"Invalid Input Error: (.*)", README).group(1)
    written = re.fullmatch(r"1 (price or alias row\(s\)) are wrong, (no cost was written)\. \S+ (has the negative unit_price )-12\.50(: .*)", message)
    assert written and f"rows='{written.group(1)}', consequence='{written.group(2)}'" in sql("tests/generic/stops_the_build.sql")
    assert written.group(3) in model and written.group(4) in model
    assert re.search(r"Failure in test (\w+)", README).group(1) in code("models")


def test_meter_table():
    """docs/pricing.md lists the meters of meters() with quantity, bucket and fallback."""
    entry = re.compile(r"\{'name': '(\w+)', (?:'is_common': true, )?'quantity': '(\w+)', 'bucket': '(\w+)'(?:, 'is_token': true)?(?:, 'fallback': '(\w+)')?\}")
    meters = entry.findall(sql("macros/pricing/meters.sql"))
    assert len(meters) == sql("macros/pricing/meters.sql").count("{'name':")
    documented = []
    for row in table(section(PRICING, "meters"))[1:]:
        fallback = names_in(row[3])
        documented.append((*(names_in(cell)[0] for cell in row[:3]), fallback[0] if fallback else ""))
    assert documented == meters


def test_worked_example_is_what_the_seed_gives():
    """The example of docs/pricing.md, computed again from its tokens and the seed's rates."""
    with (ROOT / "seeds" / "prices" / "price_rates.csv").open(encoding="utf-8", newline="") as seed:
        rates = {
            row["meter"]: Decimal(row["unit_price"])
            for row in csv.DictReader(seed)
            if row["rate_id"] == f"anthropic/claude-sonnet-4-6/{row['meter']}@2026-02-17"
        }
    total = Decimal(0)
    *lines, last = table(section(PRICING, "worked example"))[1:]
    for meter, tokens, rate, cost in lines:
        assert Decimal(rate) == rates[names_in(meter)[0]]
        assert Decimal(cost) == Decimal(tokens) * Decimal(rate) / 1_000_000
        total += Decimal(cost)
    assert Decimal(last[3]) == total == Decimal("0.00918")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_named_files_exist(page):
    """Every local link of a page, and every path it names, is there."""
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (page.parent / link).exists(), f"{page.name} links to {link}"
    made_by_reader = ("seeds/my_rates.csv", "seeds/my_owner_keys.csv")
    for path in re.findall(r"`((?:models|macros|seeds|tests|scripts|docs|demo|integration_tests|analyses)/[\w./-]*)`", text):
        assert path in made_by_reader or (ROOT / path).exists(), f"{page.name} names {path}"


def test_python_examples_compile():
    """The logging examples are valid Python."""
    examples = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        compile(example, "README.md", "exec")


def test_analyses_named_in_readme_exist():
    """`dbt show --select` of the README names a query of analyses/."""
    for name in re.findall(r"dbt show --select (\w+)", README):
        assert (ROOT / "analyses" / f"{name}.sql").exists()
