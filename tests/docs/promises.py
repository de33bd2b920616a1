"""The table of the plan's promises, from docs/promises.toml and the features."""

import tomllib
from pathlib import Path

from tests.docs.scenarios import Told, features, told
from tests.docs.tables import table

PROMISES = Path(__file__).parents[2] / "docs" / "promises.toml"


def promises() -> dict[str, list[str]]:
    """Each promise, with how the ids begin that verify it."""
    found: dict[str, list[str]] = tomllib.loads(PROMISES.read_text(encoding="utf-8"))
    return found


def promise_of(guarantee: str) -> str | None:
    """The plan's promise that it verifies, if it is one of the plan's."""
    return _by_beginning().get(_beginning(guarantee) or "")


def _by_beginning() -> dict[str, str]:
    return {each: promise for promise, several in promises().items() for each in several}


def _beginning(guarantee: str) -> str | None:
    """The longest that is known, in whole words."""
    words, known = guarantee.split("."), _by_beginning()
    parts = (".".join(words[:count]) for count in range(len(words), 0, -1))
    return next((each for each in parts if each in known), None)


def table_rows() -> list[tuple[str, str, str]]:
    """The plan's promises first; then what goes beyond it, by feature."""
    known = _by_beginning()
    found: dict[str, list[Told]] = {each: [] for each in known}
    for _, feature in features():
        for each in told(feature):
            key = _beginning(each.ids[0]) or f"Beyond the plan: {feature.name}"
            found.setdefault(key, []).append(each)
    rows = [(known.get(key, key), each) for key, several in found.items() for each in several]
    before = [None, *(promise for promise, _ in rows)]
    return [
        ("" if promise == last else promise, each.line, each.tier)
        for last, (promise, each) in zip(before, rows, strict=False)
    ]


def table_text() -> str:
    return table(("the plan's promise", "scenario", "tier"), table_rows())
