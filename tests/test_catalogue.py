"""The catalogue of causes, and the code that names its entries."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from fixtures.diagnosis.catalogue import Entry, broken, entries
from fixtures.diagnosis.verdicts import DOCUMENT
from tests.docs.prose import read
from tests.docs.scenarios import Told, all_told

ROOT = Path(__file__).parents[1]
JUDGING = ("broken", "not_observed", "diagnose")


@cache
def code() -> list[ast.Module]:
    paths = (ROOT / "fixtures").rglob("*.py")
    return [ast.parse(path.read_text(encoding="utf-8")) for path in paths]


@cache
def anchors() -> set[str]:
    return read(ROOT / DOCUMENT).anchors


def test_an_entrys_templates_are_filled_in() -> None:
    judged = broken("env-readable", expected="mode 600", seen="mode 644", path="/srv/.env")
    assert judged.diagnosis.remedy == "chmod 600 /srv/.env"
    assert judged.diagnosis.cause == "env-readable"


def test_a_variant_has_its_causes_name() -> None:
    judged = broken("provider-key.state", expected="none", seen="one")
    assert judged.diagnosis.cause == "provider-key"
    assert "secrets audit" in judged.diagnosis.remedy


def test_a_diagnosis_names_where_its_cause_is_documented() -> None:
    judged = broken("provider-key.state", expected="none", seen="one")
    assert judged.diagnosis.lines()[-1] == f"cause     provider-key ({DOCUMENT}#provider-key)"


@pytest.mark.parametrize("entry", entries().values(), ids=lambda each: each.name)
def test_every_cause_is_documented_under_its_name(entry: Entry) -> None:
    assert entry.cause in anchors()


def test_a_cause_shows_what_a_report_asks_about_or_nothing() -> None:
    shown = {each.name: each.shows for each in entries().values()}
    assert frozenset().union(*shown.values()) == {"past", "key"}
    assert shown["bypass"] == {"past"}
    assert shown["provider-key.state"] == {"key"}
    assert shown["worker-unreachable"] == frozenset()


def test_every_entry_is_used() -> None:
    constants = {
        node.value
        for tree in code()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert [name for name in entries() if name not in constants] == []


def test_every_call_names_entries_and_fills_in_what_they_want() -> None:
    """Where the entry is chosen elsewhere, running the faults shows it."""
    calls = [*_calls()]
    assert len(calls) > 50
    wrong = [
        (name, given)
        for name, given in calls
        if name not in entries() or not entries()[name].details <= given
    ]
    assert wrong == []


def test_entries_are_in_alphabetical_order() -> None:
    causes = [each.cause for each in entries().values()]
    assert causes == sorted(causes)


def _calls() -> Iterator[tuple[str, set[str]]]:
    """Each entry that is named in a call, with the details that the call gives."""
    for tree in code():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in JUDGING:
                given = {each.arg for each in node.keywords if each.arg} - {"expected", "seen"}
                for name in _named(node.args[0]):
                    yield name, given


def _named(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    if isinstance(argument, ast.IfExp):
        yield from (*_named(argument.body), *_named(argument.orelse))


@pytest.mark.parametrize("each", all_told(), ids=lambda each: each.ids[0])
def test_every_guarantee_is_documented_under_its_id(each: Told) -> None:
    assert {*each.ids} <= anchors()
