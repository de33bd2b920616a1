"""The lint: what would be green by accident is told before anything runs."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_bdd import parsers
from pytest_bdd.steps import StepFunctionContext

from fixtures.suite.run.feature_files import (
    Guarantee,
    guarantees_of,
    read_feature,
    wider_tiers,
)
from fixtures.suite.run.lint import lint, step_definitions
from fixtures.suite.run.phrases import Phrase
from fixtures.suite.run.plugin import FEATURES

FEATURE = """
Feature: A feature
  @id:made-up.one @smoke
  Scenario: One
    When it is asked
"""
OUTLINE = """
Feature: A feature
  @id:made-up @smoke
  Scenario Outline: In <place>
    When it is in <place>

    Examples:
      | place          |
      | the attic's    |
      | the wine cellar |
"""


def definition(
    name: str = "it is asked", function: Callable[..., object] = lambda: None
) -> StepFunctionContext:
    return StepFunctionContext(type="when", step_func=function, parser=parsers.parse(name))


def in_feature(folder: Path, text: str) -> list[Guarantee]:
    path = folder / f"{uuid4()}.feature"  # pytest-bdd reads a file once
    path.write_text(text)
    feature = read_feature(path)
    return [
        each for template in feature.scenarios.values() for each in guarantees_of(feature, template)
    ]


def defects(folder: Path, text: str, *definitions: StepFunctionContext) -> list[str]:
    folder.mkdir(exist_ok=True)
    (folder / "a.feature").write_text(text)
    return lint(folder, definitions)


def test_the_suites_own_features_are_sound() -> None:
    assert list(FEATURES.glob("*.feature"))
    assert lint(FEATURES, step_definitions()) == []


def test_sound_features_have_no_defects(tmp_path: Path) -> None:
    assert defects(tmp_path, FEATURE, definition()) == []


def test_two_scenarios_of_one_name_are_told(tmp_path: Path) -> None:
    twice = FEATURE + "\n  @id:made-up.two @smoke\n  Scenario: One\n    When it is asked\n"
    assert any("named 'One'" in line for line in defects(tmp_path, twice, definition()))


@pytest.mark.parametrize("said", ["  Scenario: Two", "  Beispiel: Two"])
def test_a_text_that_looks_like_a_scenario_hides_no_repeated_name(
    said: str, tmp_path: Path
) -> None:
    once = FEATURE + f'    """\n{said}\n    """\n'
    assert defects(tmp_path, once, definition()) == []
    twice = once + "\n  @id:made-up.two @smoke\n  Scenario: One\n    When it is asked\n"
    assert any("named 'One'" in line for line in defects(tmp_path / "b", twice, definition()))


def test_a_repeated_name_in_another_language_is_told(tmp_path: Path) -> None:
    scenario = "  @id:made-up.{} @smoke\n  Szenario: Eins\n    Wenn it is asked\n"
    text = "# language: de\nFunktionalität: Etwas\n" + scenario.format(1) + scenario.format(2)
    assert any("named 'Eins'" in line for line in defects(tmp_path, text, definition()))


def test_two_scenarios_of_one_name_in_two_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "b.feature").write_text(FEATURE)
    assert any("named 'One'" in line for line in defects(tmp_path, FEATURE, definition()))


def test_an_undefined_step_is_told(tmp_path: Path) -> None:
    assert (
        "'it is asked' needs exactly one definition, but has none" in defects(tmp_path, FEATURE)[0]
    )


def test_two_definitions_of_a_step_are_told(tmp_path: Path) -> None:
    lines = defects(tmp_path, FEATURE, definition(), definition("it is {what}"))
    assert any("needs exactly one definition" in line for line in lines)


def test_a_definition_that_no_step_uses_is_told(tmp_path: Path) -> None:
    lines = defects(tmp_path, FEATURE, definition(), definition("it is never asked"))
    assert any("no step uses" in line for line in lines)


def test_an_async_definition_is_told(tmp_path: Path) -> None:
    async def step() -> None: ...

    lines = defects(tmp_path, FEATURE, definition(function=step))
    assert any("async" in line for line in lines)


def test_each_example_of_an_outline_needs_its_definition(tmp_path: Path) -> None:
    lines = defects(tmp_path, OUTLINE, definition("it is in the attic's"))
    [line] = [line for line in lines if "needs exactly one definition" in line]
    assert "'it is in the wine cellar'" in line


def test_an_examples_id_ends_with_its_first_value_or_its_own_word(tmp_path: Path) -> None:
    assert [each.id for each in in_feature(tmp_path, OUTLINE)] == [
        "made-up.the-attics",
        "made-up.the-wine-cellar",
    ]
    own = OUTLINE.replace("| place", "| id | place").replace("| the", "| x-{n} | the")
    own = own.replace("{n}", "1", 1).replace("{n}", "2", 1)
    assert [each.id for each in in_feature(tmp_path, own)] == ["made-up.x-1", "made-up.x-2"]


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ("@smoke", "'One' needs exactly one id, such as @id:key.env, but has none"),
        ("@id:a.b @id:a.c @smoke", "but has @id:a.b and @id:a.c"),
        ("@id:one @smoke", "'One' has the malformed id 'one'"),
        ("@id:Made.Up @smoke", "the malformed id 'Made.Up'"),
        ("@id:a..b @smoke", "the malformed id 'a..b'"),
        ("@id:a.-b @smoke", "the malformed id 'a.-b'"),
    ],
)
def test_a_missing_and_a_malformed_id_are_told(tmp_path: Path, tags: str, told: str) -> None:
    text = FEATURE.replace("@id:made-up.one @smoke", tags)
    [line] = defects(tmp_path, text, definition())
    assert told in line


def test_an_id_that_two_have_is_told(tmp_path: Path) -> None:
    twice = FEATURE + "\n  @id:made-up.one @smoke\n  Scenario: Two\n    When it is asked\n"
    [line] = defects(tmp_path, twice, definition())
    assert line == "'One' and 'Two' share the id made-up.one: each needs its own"


def test_examples_of_one_id_are_told(tmp_path: Path) -> None:
    alike = OUTLINE.replace("| the wine cellar |", "| the attics |")
    [line] = defects(tmp_path, alike, definition("it is in {place}"))
    assert line.startswith("\"In the attic's\" and 'In the attics' share the id made-up.the-attics")


def test_an_unknown_word_is_told_with_the_known_ones(tmp_path: Path) -> None:
    known = ("the attic's", "the vine cellar")
    phrase = StepFunctionContext(
        type="when", step_func=lambda: None, parser=Phrase("it is in {place}", place=known)
    )
    [line] = defects(tmp_path, OUTLINE, phrase)
    assert line == (
        "when 'it is in the wine cellar' needs exactly one definition, but has none: "
        "no place is called 'the wine cellar'; did you mean 'the vine cellar'? "
        "(place: the attic's, the vine cellar)"
    )


def test_a_phrase_gives_its_words() -> None:
    phrase = Phrase("{a} is (in) {b}", a=("x", "x is (in) y"), b=("y", "z"))
    assert phrase.parse_arguments("x is (in) z") == {"a": "x", "b": "z"}
    assert phrase.parse_arguments("x is (in) y is (in) z") == {"a": "x is (in) y", "b": "z"}
    assert not phrase.is_matching("x is (in) other")
    assert phrase.wrong_words("something else") == []


def test_no_word_of_the_suites_own_steps_is_unknown_when_they_run() -> None:
    """What is not closed would be looked up, and not found, in the middle of a run."""
    own = [each.parser for each in step_definitions()]
    assert [each.name for each in own if not isinstance(each, Phrase | parsers.string)] == []


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ("@smoke @weekly", "'One' has the unknown tag weekly"),
        ("@smoke @antropic", "the unknown tag antropic; did you mean 'anthropic'?"),
        ("", "'One' needs exactly one of the tags"),
        ("@smoke @nightly", "'One' needs exactly one of the tags"),
    ],
)
def test_unknown_tags_and_other_than_one_tier_are_told(
    tmp_path: Path, tags: str, told: str
) -> None:
    [line] = defects(tmp_path, FEATURE.replace("@smoke", tags), definition())
    assert told in line


def test_a_wider_tier_holds_the_narrower() -> None:
    assert wider_tiers({"smoke"}) == ("nightly", "acceptance")
    assert wider_tiers({"acceptance"}) == ()
