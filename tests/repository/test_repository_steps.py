"""The steps about the repository by themselves: verdicts, what is recorded, and warnings."""

from types import SimpleNamespace
from typing import Any

import pytest

import steps.repository  # noqa: F401 - its steps
from fixtures.diagnosis.verdicts import Judgement
from fixtures.repository.checkout import PlanFile, Repository
from fixtures.repository.document import SourcePlace
from fixtures.repository.keys import FoundKey
from fixtures.repository.markdown import read_markdown
from fixtures.repository.vocabulary import AUTH_TOKEN
from fixtures.suite.evidence.observed import PassagesSeen, PlanFileSeen
from fixtures.suite.run.recording import Recording
from tests.checks import ABOUT, done

ASKS, NO_KEY = (
    "nothing in it asks for a provider key or puts one on the VPS",
    "it holds no provider key",
)
SAYS = "it says: no real key is on the VPS"
WRONG = read_markdown("README.md", "Get an OpenAI key.")
RIGHT = read_markdown("README.md", "No real key is on the VPS.")
KEY = FoundKey(place=SourcePlace("README.md", 3), kind="openai", variable="A_B")
TOKEN = FoundKey(place=SourcePlace("README.md", 4), kind="openai", variable=AUTH_TOKEN)


def file(**changes: Any) -> PlanFile:
    given: dict[str, Any] = {"name": "README.md", "path": "README.md", "document": RIGHT}
    return PlanFile(**(given | changes))


def did(check: str, **seen: Any) -> tuple[str, tuple[Any, ...], int, Any]:
    """The cause, the facts, the number of warnings, and what is given on."""
    recording, cause, value = Recording(ABOUT), "", None
    try:
        _, value = done(check, recording=recording, **seen)
    except Judgement as judgement:
        cause = judgement.diagnosis.cause
    run = recording.judged()
    return cause, run.observed, len(run.warnings), value


def holding(own: PlanFile | None = None, missed: tuple[str, ...] = ()) -> Any:
    files = {own.name: own} if own else {}
    return SimpleNamespace(wait=lambda: Repository(files=files, missed=missed))


def passages(*found: str) -> PassagesSeen:
    return PassagesSeen.of("README.md", [*found])


@pytest.mark.parametrize(("missed", "cause"), [((), ""), (("a",), "control-missed")])
def test_the_reader_s_controls_come_first(missed: tuple[str, ...], cause: str) -> None:
    told = did("the reader has found every planted passage", repository=holding(missed=missed))
    assert told == (cause, (), 0, None)


@pytest.mark.parametrize(
    ("own", "cause", "facts"),
    [
        (file(), "", (PlanFileSeen("README.md"),)),
        (file(document=None), "file-missing", (passages("does not exist"),)),
        (file(document=None, problem="denied"), "file-unreadable", ()),
        (file(is_layout_known=False), "repository-layout", ()),
    ],
)
def test_a_file_is_given_on_where_it_was_read(
    own: PlanFile, cause: str, facts: tuple[Any, ...]
) -> None:
    told = did("README.md is read", repository=holding(own))
    assert told == (cause, facts, 0, None if cause else own)


@pytest.mark.parametrize(
    ("check", "own", "cause", "facts", "warnings"),
    [
        (ASKS, file(), "", (), 0),
        (
            ASKS,
            file(document=WRONG),
            "asks-for-key",
            (passages("README.md:1 asks for a provider's key"),),
            0,
        ),
        (NO_KEY, file(), "", (), 0),
        (NO_KEY, file(keys=(KEY, TOKEN)), "provider-key", (passages(str(KEY)),), 0),
        (NO_KEY, file(keys=(TOKEN,)), "", (), 1),
        (SAYS, file(), "", (), 0),
        (SAYS, file(document=WRONG), "plan-not-followed", (passages("no sentence says so"),), 0),
        (SAYS, file(document=None), "plan-not-followed", (passages("no sentence says so"),), 0),
        (ASKS, file(document=None), "", (), 0),
    ],
)
def test_a_file_s_passages_are_judged_and_recorded(
    check: str, own: PlanFile, cause: str, facts: tuple[Any, ...], warnings: int
) -> None:
    assert did(check, plan_file=own) == (cause, facts, warnings, None)
