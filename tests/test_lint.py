"""The lint: what would be green by accident is told before anything runs."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_bdd import parsers
from pytest_bdd.steps import StepFunctionContext

from fixtures.suite.run.feature_files import wider_tiers
from fixtures.suite.run.lint import lint, step_definitions
from fixtures.suite.run.plugin import FEATURES

FEATURE = """
Feature: A feature
  @smoke
  Scenario: One
    When it is asked
"""


def definition(
    name: str = "it is asked", function: Callable[..., object] = lambda: None
) -> StepFunctionContext:
    return StepFunctionContext(type="when", step_func=function, parser=parsers.parse(name))


def defects(folder: Path, text: str, *definitions: StepFunctionContext) -> list[str]:
    (folder / "a.feature").write_text(text)
    return lint(folder, definitions)


def test_the_suites_own_features_are_sound() -> None:
    assert list(FEATURES.glob("*.feature"))
    assert lint(FEATURES, step_definitions()) == []


def test_sound_features_have_no_defects(tmp_path: Path) -> None:
    assert defects(tmp_path, FEATURE, definition()) == []


def test_two_scenarios_of_one_name_are_told(tmp_path: Path) -> None:
    twice = FEATURE + "\n  @smoke\n  Scenario: One\n    When it is asked\n"
    assert any("named 'One'" in line for line in defects(tmp_path, twice, definition()))


def test_two_scenarios_of_one_name_in_two_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "b.feature").write_text(FEATURE)
    assert any("named 'One'" in line for line in defects(tmp_path, FEATURE, definition()))


def test_an_undefined_step_is_told(tmp_path: Path) -> None:
    assert "'it is asked' needs one definition, and has none" in defects(tmp_path, FEATURE)[0]


def test_two_definitions_of_a_step_are_told(tmp_path: Path) -> None:
    lines = defects(tmp_path, FEATURE, definition(), definition("it is {what}"))
    assert any("needs one definition" in line for line in lines)


def test_a_definition_that_no_step_uses_is_told(tmp_path: Path) -> None:
    lines = defects(tmp_path, FEATURE, definition(), definition("it is never asked"))
    assert any("no step uses" in line for line in lines)


def test_an_async_definition_is_told(tmp_path: Path) -> None:
    async def step() -> None: ...

    lines = defects(tmp_path, FEATURE, definition(function=step))
    assert any("async" in line for line in lines)


def test_each_example_of_an_outline_needs_its_definition(tmp_path: Path) -> None:
    outline = FEATURE.replace("Scenario:", "Scenario Outline:").replace("asked", "<how>")
    outline += "\n    Examples:\n      | how   |\n      | asked |\n      | told  |\n"
    lines = defects(tmp_path, outline, definition())
    assert [line for line in lines if "'it is told'" in line]


@pytest.mark.parametrize("tags", ["@smoke @weekly", "", "@smoke @nightly"])
def test_unknown_tags_and_other_than_one_tier_are_told(tmp_path: Path, tags: str) -> None:
    assert defects(tmp_path, FEATURE.replace("@smoke", tags), definition())


def test_a_wider_tier_holds_the_narrower() -> None:
    assert wider_tiers({"smoke"}) == ("nightly", "acceptance")
    assert wider_tiers({"acceptance"}) == ()
