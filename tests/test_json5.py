"""OpenClaw's configuration is read as npm's json5 reads it."""

import math
from random import Random

import pytest

from fixtures.vps.agent.json5 import json5, read_json5
from tests.json5_documents import READ, REFUSED, document


@pytest.mark.parametrize("text", READ)
def test_what_json5_takes_is_taken(text: str) -> None:
    assert json5(text) == READ[text]
    assert read_json5(text) == READ[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_json5_refuses_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever its words are
        json5(text)


def test_a_number_may_be_none() -> None:
    assert math.isnan(json5("NaN"))
    assert math.isnan(json5("-NaN"))


def test_a_lone_surrogate_is_kept() -> None:
    assert json5("'\\ud83d'") == "\ud83d"


def test_a_number_that_a_double_holds_is_whole() -> None:
    """As a port is, which would have a point otherwise."""
    kinds = {"999999999999999": int, "1000000000000000": float, "-7": int, "7.": float, "0x10": int}
    assert {each: type(json5(each)) for each in kinds} == kinds


def test_depth_has_an_end() -> None:
    assert json5("[" * 1001 + "]" * 1001)
    with pytest.raises(ValueError, match="too deep"):
        json5("[" * 1002 + "]" * 1002)
    for text in ("[" * 5000, "{a:" * 5000, "[" * 100_000 + "]" * 100_000):
        with pytest.raises(ValueError, match="too deep"):
            read_json5(text)


def test_generated_documents_are_read_or_refused() -> None:
    """Nothing else is raised, whatever is wrong with them."""
    random = Random(5)  # noqa: S311 - the same documents each time
    outcomes = {"read": 0, "refused": 0}
    for _ in range(3000):
        try:
            json5(document(random))
            outcomes["read"] += 1
        except ValueError:
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 300
