"""A step's check of what a test has made up, without a run of the suite."""

import inspect
from typing import Any

from fixtures.suite.evidence.field_types import Tier
from fixtures.suite.run.lint import step_definitions
from fixtures.suite.run.recording import About, Recording
from tests.builders import settings

ABOUT = About(
    id="made-up.id",
    node="",
    file="made_up.feature",
    line=1,
    tier=Tier.SMOKE,
    feature="feature",
    scenario="scenario",
    deployment="vps1",
    tags=(),
)


def make(check: str, **seen: Any) -> Recording:
    """What the step with this text records of what was seen, by its parameters' names.

    Its module has to be imported. Raises the step's judgement.
    """
    return done(check, **seen)[0]


def done(check: str, **seen: Any) -> tuple[Recording, Any]:
    """Likewise, with what the step gives to those after it."""
    [step] = [each for each in step_definitions() if each.parser.is_matching(check)]
    recording = seen.pop("recording", None) or Recording(ABOUT)
    words = step.parser.parse_arguments(check) or {}
    given = {"recording": recording, "settings": settings(), **words, **seen}
    names = inspect.signature(step.step_func).parameters
    value = step.step_func(**{name: given[name] for name in names})
    return recording, value
