"""Which key variables of the gateway's container may be unset, and of which that is told."""

from dataclasses import replace

import pytest

from fixtures.diagnosis.container import judge_key_variable, unset_in_plan
from fixtures.diagnosis.verdicts import Broken
from tests.diagnosed import verdict_of, with_keys

IN_USE = ("anthropic",)


@pytest.mark.parametrize(
    ("layout", "state", "warns"),
    [
        ("plan", "missing", True),
        ("plan", "empty", True),
        ("plan", "equal", False),
        ("plan", "different", False),
        ("today", "missing", False),
        ("today", "equal", False),
    ],
)
def test_only_the_plan_is_warned_of_a_key_that_is_not_set(
    layout: str, state: str, warns: bool
) -> None:
    surveyed = replace(with_keys(XAI_API_KEY=state), layout=layout)
    assert bool(unset_in_plan("XAI_API_KEY", surveyed, IN_USE)) is warns


@pytest.mark.parametrize(
    ("name", "state", "is_broken"),
    [
        ("XAI_API_KEY", "missing", False),
        ("XAI_API_KEY", "different", True),
        ("XAI_API_KEY", "equal", False),
        ("ANTHROPIC_API_KEY", "missing", True),
        ("ANTHROPIC_API_KEY", "different", True),
        ("ANTHROPIC_API_KEY", "equal", False),
    ],
)
def test_a_key_that_the_worker_needs_is_the_auth_token(
    name: str, state: str, is_broken: bool
) -> None:
    kind, _ = verdict_of(judge_key_variable(name, with_keys(**{name: state}), IN_USE))
    assert (kind is Broken) is is_broken
