"""What the observations of a deployment have to do with each other."""

import importlib
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from pytest_bdd import parsers
from pytest_bdd.parsers import StepParser
from pytest_bdd.utils import get_required_args

from conftest import PLUGINS
from fixtures.observing import vps
from fixtures.observing.cloudflare import AI_GATEWAY_SETTINGS
from fixtures.observing.declared import DECLARED, NAMES
from fixtures.observing.message import SENDINGS
from fixtures.observing.observation import Observation
from fixtures.observing.observations import Observations, Observed
from fixtures.observing.vps import CONNECTION, HEALTH, SURVEY
from fixtures.observing.watch import WATCH
from fixtures.observing.wire import WIRE
from fixtures.observing.worker import WORKER_ANSWERS, WORKER_RECORDS
from fixtures.suite.run import progress
from fixtures.suite.run.lint import step_definitions
from fixtures.suite.run.phrases import Phrase
from fixtures.vps.agent_run import GRACE
from fixtures.vps.survey import Scope
from fixtures.vps.surveyed import Progress
from tests.builders import (
    ai_gateway_settings,
    failed_answer,
    found,
    gateway_answer,
    nothing,
    observations,
    worker_answer,
)

# What else steps may take: it observes nothing of a deployment.
HARMLESS = {"recording", "settings", "repository"}
DEADLINE = 90
SENDING, CONTROL = SENDINGS["anthropic"], WORKER_RECORDS["anthropic"]


def seen(observed: Observations, observation: Observation[Any], value: Any) -> Observed[Any]:
    """As if the value had been observed."""
    made = observed.of(observation)
    vars(made)["_observe"] = lambda: value
    vars(made)["start"] = super(Observed, made).start  # and nothing else with it
    made.finish()
    return made


def going_on(observed: Observations, observation: Observation[Any]) -> Observed[Any]:
    made = seen(observed, observation, None)
    vars(made)["_done"] = threading.Event()
    return made


@pytest.mark.parametrize(
    ("in_use", "control"),
    [
        (("anthropic", "openai"), "anthropic"),
        (("openai", "anthropic"), "anthropic"),
        (("openai",), "openai"),
    ],
)
def test_the_direct_request_to_the_messages_own_provider_explains_the_message(
    in_use: tuple[str, ...], control: str
) -> None:
    """OpenAI's missing key would else be the reason why Anthropic does not answer."""
    observed = observations(providers_in_use=in_use)
    for name in in_use:
        seen(observed, WORKER_ANSWERS[name], worker_answer(provider=name))
    known = observed.known().worker_answer
    assert known is not None
    assert known.provider == control


def test_a_step_gets_at_no_observation_but_by_its_parameters() -> None:
    """So that they are all that a run, its plan and its cost have to look at."""
    for name in PLUGINS:
        importlib.import_module(name)
    known = step_definitions()
    targets = {each.target_fixture for each in known}
    for context in known:
        others = {*get_required_args(context.step_func)} - {*NAMES} - HARMLESS - targets
        assert others <= _words_in(context.parser), context.step_func


def test_an_observation_looks_at_none_that_it_has_not_declared() -> None:
    """It would be started, and sent, without the plan's telling."""
    undeclared: Observation[Any] = Observation(
        name="x", sends="", doing="", observe=lambda context: context.of(SURVEY).wait()
    )
    observed = observations()
    context = vars(observed.of(HEALTH))["_context"]
    assert context.of(CONNECTION) is observed.of(CONNECTION)
    with pytest.raises(LookupError, match="health has not declared that it looks at survey"):
        undeclared.observe(context)


def test_what_an_observation_needs_is_declared_before_it() -> None:
    """In the order in which Python makes them, so that none waits for itself."""
    for each in DECLARED:
        needed = {*each.starts, *each.explained_by, *each.awaits} | (
            {each.after} if each.after else set()
        )
        assert each not in needed
        assert needed <= {*DECLARED}


def _words_in(text: StepParser) -> set[str]:
    """What a step's text gives it."""
    if isinstance(text, Phrase):
        return {*text.vocabularies}
    return {*text.regex.groupindex} if isinstance(text, parsers.re) else set()


class TestProgress:
    """The terminal's line on what is waited for."""

    def test_says_since_when_and_how_long_at_most(self, monkeypatch: pytest.MonkeyPatch) -> None:
        observed = observations(record_deadline=DEADLINE)
        answered = seen(observed, SENDING.answer, gateway_answer()).finished_at or 0.0
        going_on(observed, SENDING.record)
        monkeypatch.setattr(time, "monotonic", lambda: answered + 12.0)
        assert [*map(str, progress.waiting_for(observed))] == [
            "waiting for the AI Gateway's record of the message to anthropic, 12 s of at most 90 s"
        ]

    def test_names_no_limit_that_has_passed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The watch goes on until the message's record is there."""
        observed = observations(watch_seconds=8)
        began = seen(observed, WATCH, None).finished_at or 0.0
        going_on(observed, WIRE)
        context = vars(observed.of(WIRE))["_context"]
        vars(observed.of(WIRE))["_context"] = replace(context, scope=Scope(tier="nightly"))
        for seconds, told in ((5, "5 s of at most 8 s"), (14, "14 s")):
            monkeypatch.setattr(time, "monotonic", lambda later=seconds: began + later)
            expected = f"watching which hosts the gateway calls, {told}"
            assert [*map(str, progress.waiting_for(observed))] == [expected]

    def test_of_the_survey_says_how_far_it_has_come(self, monkeypatch: pytest.MonkeyPatch) -> None:
        observed = observations()
        connected = seen(observed, CONNECTION, None).finished_at or 0.0
        context = vars(going_on(observed, SURVEY))["_context"]
        context.told, context.until = "5 MB in 7 files, now backups", connected + 320.0
        monkeypatch.setattr(time, "monotonic", lambda: connected + 3.0)
        assert [*map(str, progress.waiting_for(observed))] == [
            "surveying the VPS, 3 s of at most 320 s: 5 MB in 7 files, now backups"
        ]

    def test_of_the_survey_knows_what_time_it_has(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """At first what it was asked to take, then what the VPS says."""
        observed, until = observations(), list[float | None]()
        survey = observed.of(SURVEY)
        connected = seen(observed, CONNECTION, None).finished_at or 0.0
        progress = Progress(bytes=1, files=1, archives=0, databases=0, place="x", deadline=9000)

        def run_survey(_ssh: Any, _request: Any, _scope: Any, tell: Any) -> None:
            until.append(survey.until())
            tell(progress)
            until.append(survey.until())

        monkeypatch.setattr(vps, "run_survey", run_survey)
        survey.start()
        survey.wait()
        assert until == [connected + 300 + GRACE, connected + 9000 + GRACE]

    def test_says_nothing_of_what_is_quick_or_has_yet_to_wait(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        observed = observations()
        started = going_on(observed, AI_GATEWAY_SETTINGS).started_at or 0.0
        going_on(observed, SENDING.record)  # and nothing has been answered
        monkeypatch.setattr(time, "monotonic", lambda: started + 1.0)
        assert [*map(str, progress.waiting_for(observed))] == []
        monkeypatch.setattr(time, "monotonic", lambda: started + 20.0)
        assert [*map(str, progress.waiting_for(observed))] == [
            "reading the AI Gateway's settings, 20 s"
        ]


class TestWaitForTheMessagesRecord:
    """In seconds, from the answer."""

    @pytest.mark.parametrize(
        ("answer", "control", "seconds"),
        [
            (gateway_answer(), nothing(), DEADLINE),
            (failed_answer(), nothing(), DEADLINE),
            (gateway_answer(status=500, answered=False), nothing(), 15),  # OpenClaw's own
            (failed_answer(), found(), 15),  # the log is prompt, as the control's record shows
            (gateway_answer(status=401, answered=False, refusal="gateway-token"), found(), 0),
        ],
    )
    def test_is_as_long_as_one_may_still_come(
        self, answer: Any, control: Any, seconds: float
    ) -> None:
        observed = observations(record_deadline=DEADLINE)
        seen(observed, SENDING.message, None)
        seen(observed, CONTROL, control)
        answered = seen(observed, SENDING.answer, answer).finished_at or 0.0
        until = observed.of(SENDING.record).until() or 0.0
        assert max(0.0, until - answered) == pytest.approx(seconds, abs=1.0)

    def test_is_of_no_use_where_no_logs_are_collected(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        observed = observations()
        record, release = observed.of(SENDING.record), threading.Event()
        vars(record)["_observe"] = release.wait
        vars(record)["start"] = super(Observed, record).start
        seen(observed, AI_GATEWAY_SETTINGS, ai_gateway_settings(collect_logs=False))
        monkeypatch.setattr("fixtures.observing.observation.GRACE", 0.0)
        assert record.settled() is None
        release.set()
