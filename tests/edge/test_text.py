"""Texts of others are harmless, bounded, and otherwise as they were."""

import json
from typing import Any

import pytest
from hypothesis import given

from fixtures.edge.text import DEEPEST, LONGEST, harmless, harmless_json, harmless_lines
from tests.edge.hostile import JSON, QUICK, TEXTS, harmful


@QUICK
@given(TEXTS)
def test_any_text_is_one_printable_line(text: str) -> None:
    shown = harmless(text)
    assert not harmful(shown)
    assert harmless(shown) == shown
    assert shown.encode().decode() == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zürich 東京 ✓ 🙂", "Zürich 東京 ✓ 🙂"),
        ("a\r\n\tb\u2028c\xa0d", "a   b c d"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b\u202e\ud800\U000e0001", "\\x9b\\u202e\\ud800\\U000e0001"),
        ("caf\udce9", "caf\\xe9"),
    ],
)
def test_what_does_not_print_is_told_by_its_code(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_a_long_text_is_cut_between_words_only() -> None:
    words = "word " * LONGEST
    assert harmless(words).endswith("word word …")
    assert len(harmless(words)) <= LONGEST + 2
    assert harmless("x" * (LONGEST + 1)) == " …"
    assert harmless("x" * LONGEST) == "x" * LONGEST


@QUICK
@given(JSON)
def test_any_json_is_harmless_or_none(value: Any) -> None:
    try:
        said = harmless_json(json.dumps(value))
    except ValueError:
        return
    assert not harmful(said)
    json.dumps(said, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize("text", ["[" * 100_000, "NaN", "-Infinity", "1e999", "9" * 5000, b"\xff"])
def test_json_out_of_all_proportion_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever it is
        harmless_json(text)


def test_json_may_be_as_deep_as_a_configuration_is() -> None:
    deep = "[" * (DEEPEST - 1) + "1" + "]" * (DEEPEST - 1)
    assert harmless_json(deep)
    with pytest.raises(ValueError, match="deeply"):
        harmless_json(f"[{deep}]")


def test_lines_stay_lines() -> None:
    assert harmless_lines(b"a\nb\x1b\n\xff") == ["a", "b\\x1b", "�"]
