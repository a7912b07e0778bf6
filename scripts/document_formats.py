"""Write docs/log_formats.md from the YAML of the staging models: what each log format is, and which field becomes which column.

    python scripts/document_formats.py            writes the page; a test fails when it is not up to date
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "log_formats.md"
HEAD = """# Log formats

What the package reads of each log, from the YAML of its staging model (`models/staging/`). Written by `scripts/document_formats.py`; do not
edit. Files are named by `llm_cost_<format>_files`, a table by `llm_cost_<format>_schema` and `llm_cost_<format>_identifier`. Every format
ends in the same columns, the usage event; owners that a format's table does not list come from its attributes through the seed
`owner_keys`. What a format cannot know is a table in the [README](../README.md#what-each-format-cannot-know).
"""


def known_formats() -> list[str]:
    """The formats of known_sources(), in their order."""
    text = (ROOT / "macros" / "sources" / "enabled_sources.sql").read_text(encoding="utf-8")
    return re.findall(r"'(\w+)'", re.search(r"macro known_sources.*?return\(\[(.*?)\]\)", text, re.DOTALL).group(1))


def section(name: str) -> str:
    """One format's part of the page."""
    file = ROOT / "models" / "staging" / name / f"stg_llm_cost__{name}.yml"
    model = next(model for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"] if model["name"] == file.stem)
    told, _, sources = " ".join(model["description"].split()).partition(" Source: ")
    lines = [f"## {name}", "", told, ""]
    if sources:
        lines += [f"Sources: {sources}", ""]
    # a column with the shared description only has the name that it has in the log
    columns = [column for column in model.get("columns", []) if not column["description"].startswith("{{")]
    if columns:
        lines += ["| column | from |", "|---|---|"]
        lines += [f"| `{column['name']}` | {' '.join(column['description'].split()).replace('|', chr(92) + '|')} |" for column in columns]
        lines.append("")
    return "\n".join(lines)


def page() -> str:
    """The whole page."""
    return HEAD + "\n" + "\n".join(section(name) for name in known_formats())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
