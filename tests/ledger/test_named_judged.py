"""A provider that OpenClaw's log names is judged by where its requests go."""

import json
from dataclasses import replace
from typing import Any

import pytest

from fixtures.diagnosis.named_providers import judge_named, named_warnings
from fixtures.diagnosis.verdicts import Broken, Judgement, NotObserved
from fixtures.vps.agent.named_providers import MOST_LINES_OF_HOURS
from fixtures.vps.named_providers import NamedProvider, NamedProviders
from tests.builders import found_worker
from tests.routes.configured import configuration

AT_WORKER = {"baseUrl": "{worker}", "api": "anthropic-messages", "models": []}
LOCAL = {"baseUrl": "http://10.0.0.7:11434/v1", "api": "openai-completions", "models": []}
ELSEWHERE = {"baseUrl": "https://llm.example.com/v1", "api": "openai-completions", "models": []}
OWN_ADDRESS = {"provider": "openai", "remote": {"baseUrl": "https://api.openai.com/v1/"}}


def named(provider: str, kind: str = "request") -> NamedProviders:
    one = NamedProvider(kind=kind, provider=provider, times=3, first=1.0, last=60.0)
    return NamedProviders(named=(one,), lines=9, oldest=1.0)


def judge(provider: str, kind: str = "request", **config: Any) -> Judgement | None:
    return judge_named(named(provider, kind), configuration(json.dumps(config)), found_worker())


@pytest.mark.parametrize(
    ("provider", "kind", "config"),
    [
        ("anthropic", "request", {}),
        ("openai", "fallback", {}),
        ("openai", "embeddings", {}),
        ("claude", "request", {"models": {"providers": {"claude": AT_WORKER}}}),
        ("claude", "request", {"models": {"providers": {"Claude": AT_WORKER}}}),
        ("ollama", "request", {"models": {"providers": {"ollama": LOCAL}}}),
    ],
)
def test_one_whose_requests_go_to_the_worker_is_right(
    provider: str, kind: str, config: dict[str, Any]
) -> None:
    assert judge(provider, kind, **config) is None


@pytest.mark.parametrize(
    ("provider", "kind", "config", "where"),
    [
        ("xai", "request", {}, "https://api.x.ai/v1"),
        ("openrouter", "fallback", {}, "https://openrouter.ai/api/v1"),
        ("openai-codex", "request", {}, "https://chatgpt.com/backend-api"),
        ("openai", "embeddings", {"memory": {"search": OWN_ADDRESS}}, "https://api.openai.com"),
        ("own", "request", {"models": {"providers": {"own": ELSEWHERE}}}, "llm.example.com"),
    ],
)
def test_one_past_the_worker_is_a_bypass(
    provider: str, kind: str, config: dict[str, Any], where: str
) -> None:
    judgement = judge(provider, kind, **config)
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis.cause == "log-names-past"
    assert f"{provider} was " in judgement.diagnosis.seen
    assert "3 times, last at 1970-01-01 00:01 UTC" in judgement.diagnosis.seen
    assert where in judgement.diagnosis.seen


@pytest.mark.parametrize("provider", ["formerly", "?"])
def test_one_that_nobody_knows_is_not_passed_over(provider: str) -> None:
    judgement = judge(provider)
    assert isinstance(judgement, NotObserved)
    assert judgement.diagnosis.cause == "log-names-unknown"


def test_an_address_that_could_not_be_read_is_no_bypass() -> None:
    unread = configuration(unread={"/home/node/.openclaw/more.json": "it is too large"})
    assert isinstance(judge_named(named("xai"), unread, found_worker()), NotObserved)
    assert judge_named(named("anthropic"), unread, found_worker()) is None


def test_of_a_log_with_more_lines_than_are_read_the_older_ones_are_unknown() -> None:
    """Docker gives the newest lines. What these name is known all the same."""
    cut = replace(named("anthropic"), lines=MOST_LINES_OF_HOURS)
    judgement = judge_named(cut, configuration(), found_worker())
    assert isinstance(judgement, NotObserved)
    assert judgement.diagnosis.cause == "ledger-too-long"
    assert "since 1970-01-01 00:00 UTC" in judgement.diagnosis.seen
    cut = replace(named("xai"), lines=MOST_LINES_OF_HOURS)
    assert isinstance(judge_named(cut, configuration(), found_worker()), Broken)


def test_a_log_without_a_line_of_what_was_just_answered_is_no_pass() -> None:
    """As with OpenClaw's `logging.consoleLevel: silent`."""
    judgement = judge_named(NamedProviders(own_since=9.0), configuration(), found_worker())
    assert isinstance(judgement, NotObserved)
    assert judgement.diagnosis.cause == "openclaw-log-empty"
    assert judge_named(NamedProviders(), configuration(), found_worker()) is None
    quick = NamedProviders(own_since=9.0, lines=1, oldest=1.0)  # such requests leave none
    assert judge_named(quick, configuration(), found_worker()) is None


def test_a_log_without_lines_is_said() -> None:
    assert "has no lines" in named_warnings(NamedProviders())[0]
    assert named_warnings(named("anthropic")) == []
