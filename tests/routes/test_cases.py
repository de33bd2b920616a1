"""Configurations, and what is to be said of them: tests/routes/cases/*.toml."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.routes.configured import configuration
from tests.routes.judged import judged

CASES = Path(__file__).with_name("cases")


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}-{case['name']}")
        for path in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(path.read_text())["case"]
    ]


@pytest.mark.parametrize("case", cases())
@pytest.mark.sampled(4)
def test_a_case_is_judged_with_its_words(case: dict[str, Any]) -> None:
    asked = {name: case[name] for name in ("config", "raw", "env", "documents") if name in case}
    given = ("hosts", "name_servers", "logins", "allow", "no_model")
    more = {name: case[name] for name in given if name in case}
    said = judged(configuration(**asked, **more))
    expected = case["expect"]
    told = "warning" if said.verdict == "passed" and said.warnings else said.verdict
    told = "warning" if expected == "warning" and said.verdict == "passed" else told
    assert told == expected, said
    assert not case.get("cause") or case["cause"] in said.causes, said
    missing = [word for word in case.get("words", ()) if word not in said.words]
    assert not missing, said.words
    untrue = [word for word in case.get("without", ()) if word in said.words]
    assert not untrue, said.words


def test_every_case_has_a_name_of_its_own() -> None:
    names = [each.id for each in cases()]
    assert len(names) == len(set(names))
    assert len(names) > 60
