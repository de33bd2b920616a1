"""The table of the plan's promises, from docs/promises.toml and the features."""

import tomllib
from pathlib import Path

from tests.docs.scenarios import all_told
from tests.docs.tables import table

PROMISES = Path(__file__).parents[2] / "docs" / "promises.toml"


def promises() -> dict[str, list[str]]:
    """Each promise, with the names of the scenarios, or outlines, that verify it."""
    found: dict[str, list[str]] = tomllib.loads(PROMISES.read_text(encoding="utf-8"))
    return found


def table_rows() -> list[tuple[str, str, str]]:
    known = all_told()
    rows = []
    for promise, templates in promises().items():
        told = [each for name in templates for each in known if each.template == name]
        firsts = [promise, *[""] * len(told)]
        rows += [(first, each.line, each.tier) for first, each in zip(firsts, told, strict=False)]
    return rows


def table_text() -> str:
    return table(("the plan's promise", "scenario", "tier"), table_rows())
