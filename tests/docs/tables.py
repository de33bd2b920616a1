"""The tables of the settings and of the command line's options."""

from collections.abc import Iterable, Sequence
from dataclasses import MISSING, Field, fields
from typing import Any, cast

from fixtures.settings.settings import Settings
from fixtures.suite.run.options import pytest_addoption

Row = Sequence[str]


class Options(dict[str, dict[str, Any]]):
    """What the suite adds to pytest's command line, by name: stands in for pytest's own parser."""

    def getgroup(self, _: str) -> "Options":
        return self

    def hasplugin(self, _: str) -> bool:
        return True

    def addoption(self, name: str, **attributes: Any) -> None:
        self[name] = attributes


def suite_options() -> Options:
    found = Options()
    pytest_addoption(cast("Any", found), cast("Any", found))
    return found


def options() -> str:
    rows = [
        (f"`{name} {each['metavar']}`" if "metavar" in each else f"`{name}`", each["help"])
        for name, each in suite_options().items()
    ]
    return table(("option", "what it does"), rows)


def setting_names() -> set[str]:
    return {each.metadata["name"] for each in fields(Settings)}


def settings() -> str:
    """The settings that every deployment needs first."""
    known = sorted(fields(Settings), key=lambda each: each.default is not MISSING)
    rows = [
        (
            f"`{each.metadata['name']}`",
            each.metadata["about"],
            _default(each),
            "yes" if each.metadata["tunable"] else "",
        )
        for each in known
    ]
    return table(("setting", "what it is", "default", "tunable"), rows)


def table(heads: Row, rows: Iterable[Row]) -> str:
    lines = [heads, ["---"] * len(heads), *([_cell(each) for each in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _default(each: Field[Any]) -> str:
    if each.default is MISSING:
        return "**needed**"
    value = ",".join(each.default) if isinstance(each.default, tuple) else each.default
    return "" if value in {None, ""} else f"`{value}`"
