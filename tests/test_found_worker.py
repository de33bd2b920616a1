"""Where the Worker has each provider: it is asked, once, and a setting overrides the answer."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
import respx

from fixtures.diagnosis.environment import judge_destinations
from fixtures.diagnosis.verdicts import NotObserved
from fixtures.diagnosis.without_message import judge_without_message
from fixtures.diagnosis.worker import judge_paths
from fixtures.openclaw.addresses import destinations, right_entry
from fixtures.providers.table import HANDLED, UNHANDLED
from fixtures.worker.contract import unhandled_paths
from fixtures.worker.found import FoundWorker, find_worker
from tests.builders import WORKER, leak_finder, openclaw, route, settings, survey
from tests.diagnosed import verdict_of
from tests.workers import ROUTED, own

PLANS = {name: each.path for name, each in HANDLED.items()}
TODAYS = {name: each.prefixed_path for name, each in HANDLED.items()}
Answer = Callable[[], httpx.Response]


def routed() -> httpx.Response:
    return httpx.Response(404, json={"type": "error", "error": {"type": "x"}}, headers=ROUTED)


def found(answers: Mapping[str, Answer], otherwise: Answer, **changes: Any) -> FoundWorker:
    """The Worker that gives these answers by their paths."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert json.loads(request.content) == {}
        return answers.get(request.url.path, otherwise)()

    with respx.mock as web:
        web.route().mock(side_effect=answer)
        return find_worker(settings(**changes).worker, leak_finder())


def having(*paths: str, **changes: Any) -> FoundWorker:
    return found(dict.fromkeys(paths, routed), lambda: own(404), **changes)


def no_answer() -> httpx.Response:
    raise httpx.ConnectError("refused")


@pytest.mark.parametrize("paths", [PLANS, TODAYS])
def test_the_workers_own_answers_tell_its_version(paths: dict[str, str]) -> None:
    worker = having(*paths.values())
    assert worker.paths == paths
    assert {*worker.known_by().values()} == {"answer"}
    for name, path in paths.items():
        assert worker.possible(HANDLED[name]) == (path,)
        base = right_entry(HANDLED[name], worker).split('"')[3]
        assert base == WORKER + HANDLED[name].base_path(path)


def test_each_provider_is_found_by_itself() -> None:
    worker = having(PLANS["anthropic"], TODAYS["openai"])
    assert worker.paths == {"anthropic": PLANS["anthropic"], "openai": TODAYS["openai"]}


@pytest.mark.parametrize(
    "answer",
    [
        routed,
        lambda: httpx.Response(404, json={"error": {"type": "a", "param": 1}, "type": "error"}),
        lambda: own(500, "No API key configured for openai"),
        lambda: httpx.Response(429, json={"name": "AiGatewayError", "error": [{"code": 2003}]}),
    ],
    ids=["AI Gateway's", "provider's", "Worker's", "AI Gateway's own"],
)
def test_whatever_is_said_behind_the_path_shows_that_it_is_there(answer: Answer) -> None:
    worker = found(dict.fromkeys(TODAYS.values(), answer), lambda: own(404))
    assert worker.paths == TODAYS


@pytest.mark.parametrize("status", [404, 405])
def test_a_path_without_the_method_is_none(status: int) -> None:
    plans = dict.fromkeys(PLANS.values(), lambda: own(status))
    assert found(plans, routed).paths == TODAYS


def test_where_it_answers_on_both_its_version_is_that_of_most() -> None:
    """As a Worker does that passes what it does not handle on, of which Groq has OpenAI's path."""
    assert having(*PLANS.values(), TODAYS["openai"]).paths == PLANS
    both = having(*TODAYS.values(), PLANS["openai"])
    assert both.paths == TODAYS
    assert both.possible(HANDLED["openai"]) == (PLANS["openai"], TODAYS["openai"])
    groq = [path for _, path in unhandled_paths(both, UNHANDLED["groq"])]
    assert TODAYS["openai"] not in groq


@pytest.mark.parametrize(
    "answer",
    [lambda: own(401), no_answer, lambda: httpx.Response(200, text="<html>")],
    ids=["refused", "no answer", "not the Worker"],
)
def test_where_its_answers_do_not_tell_nothing_is_concluded(answer: Answer) -> None:
    """Then OpenClaw is right with either version's address."""
    worker = found({}, answer)
    assert worker.paths == PLANS
    assert {*worker.known_by().values()} == {"assumed"}
    openai = HANDLED["openai"]
    assert not worker.denies(openai)
    for base in (f"{WORKER}/v1", f"{WORKER}/openai/v1"):
        config = openclaw(openai=route(base))
        ways = destinations(openai, config, None, worker)
        assert judge_destinations(openai, ways, config, worker) is None


def test_what_it_denies_leaves_the_other_version() -> None:
    text = {path: lambda: httpx.Response(500, text="at index.js:1") for path in TODAYS.values()}
    worker = found(text, lambda: own(404))
    assert worker.paths == TODAYS
    assert {*worker.known_by().values()} == {"assumed"}


def test_a_worker_that_has_neither_is_told_with_what_was_tried() -> None:
    worker = having()
    openai = HANDLED["openai"]
    told = [*judge_paths(worker, ["openai"])]
    assert [verdict_of(each) for each in told] == [(NotObserved, "worker-path")]
    for path in (openai.path, openai.prefixed_path):
        assert f"{path}: HTTP 404" in told[0].diagnosis.seen
    assert "WORKER_OPENAI_PATH" in told[0].diagnosis.remedy
    config = openclaw(openai=route(f"{WORKER}/own/v1"))
    ways = destinations(openai, config, None, worker)
    judgement = judge_destinations(openai, ways, config, worker)
    assert verdict_of(judgement) == (NotObserved, "worker-path")
    assert verdict_of(judge_without_message(openai, survey(), worker)) == (
        NotObserved,
        "worker-path",
    )


def test_what_goes_past_a_worker_that_has_neither_is_still_broken() -> None:
    worker, openai = having(), HANDLED["openai"]
    config = openclaw(openai=route("https://api.openai.com/v1"))
    judgement = judge_destinations(
        openai, destinations(openai, config, None, worker), config, worker
    )
    assert judgement is not None
    assert judgement.diagnosis.cause == "address-elsewhere"


def test_a_setting_overrides_what_the_worker_answers() -> None:
    named = {"openai": "/own/chat/completions"}
    worker = having(*PLANS.values(), *named.values(), named_paths=named)
    assert worker.paths == {"anthropic": PLANS["anthropic"], **named}
    assert worker.known_by() == {"anthropic": "answer", "openai": "setting"}
    assert worker.possible(HANDLED["openai"]) == (named["openai"],)
    assert [*judge_paths(worker, HANDLED)] == []


def test_a_setting_that_names_a_path_that_is_not_there_is_told_as_one() -> None:
    worker = having(*TODAYS.values(), named_paths={"openai": PLANS["openai"]})
    [judgement] = judge_paths(worker, HANDLED)
    assert verdict_of(judgement) == (NotObserved, "worker-path")
    assert "remove WORKER_OPENAI_PATH" in judgement.diagnosis.remedy
    assert judgement.diagnosis.seen.startswith(f"{PLANS['openai']}: HTTP 404")
