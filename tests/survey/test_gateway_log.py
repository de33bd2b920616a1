"""What is told of OpenClaw's log: no line of it, and only what a request came to."""

import json
import time
from types import SimpleNamespace
from typing import Any

import pytest

from fixtures.vps.agent import gateway_log as module
from fixtures.vps.agent.gateway_log import client_name, fetched, moment_of, told
from fixtures.vps.gateway_log import GatewayLog, LoggedRequest, gateway_log

STAMP, SINCE = "2026-11-27T19:05:57.123456789Z", 1795806357.0
FETCHED = "\x1b[36m[provider-transport-fetch]\x1b[39m [model-fetch] response "
SECRET = "the user's password is hunter2"


def read(*lines: str, at: str = STAMP) -> GatewayLog:
    found = told(f"{at} {line}" for line in lines)
    assert "hunter2" not in json.dumps(found)
    return gateway_log(found, SINCE)


def test_requests_are_counted_by_provider_client_and_status() -> None:
    line = f"{FETCHED}provider=anthropic api=anthropic-messages model=x status=529 elapsedMs=2"
    log = read(line, line, f"{FETCHED}provider=openai api=openai-responses status=200", SECRET, "")
    assert (
        log.of("anthropic")
        == (LoggedRequest(provider="anthropic", api="anthropic-messages", status=529),) * 2
    )
    assert "anthropic asked by anthropic-messages: HTTP 529 (2 times)" in str(log)


def test_the_same_in_json_lines() -> None:
    line = {
        "0": '{"subsystem":"x"}',
        "1": f"{FETCHED}provider=xai api=openai-completions status=401",
    }
    [request] = read(json.dumps(line)).requests
    assert (request.provider, request.api, request.status) == ("xai", "openai-completions", 401)


@pytest.mark.parametrize(
    "value", ["hunter2 hunter2", "Hunter2", "sk-ant-api03-" + "x" * 40, "a/../hunter2?"]
)
def test_what_is_no_name_of_a_provider_is_not_told(value: str) -> None:
    [request] = read(f"{FETCHED}provider={value!r} api=x status=hunter2").requests
    assert (request.provider, request.status) == ("?", 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[agent] error AuthProfileMigrationRequiredError: hunter2", "credentials-to-migrate"),
        ("connect ECONNREFUSED 192.0.2.1:443 hunter2", "not-reached"),
        ("getaddrinfo ENOTFOUND hunter2.example", "name-unknown"),
        ("Unknown model: anthropic/hunter2", "model-unknown"),
        ("unable to verify the first certificate", "certificate"),
        ('No API key found for provider "hunter2"', "no-credential"),
    ],
)
def test_a_reason_is_told_as_its_class(line: str, reason: str) -> None:
    assert read(line, SECRET).reasons == (reason,)


def test_a_log_without_a_request_says_so() -> None:
    assert str(read(SECRET)) == "nothing of a failed request"


@pytest.mark.parametrize(
    ("at", "number"),
    [
        ("2026-11-27T19:05:57Z", 1),
        ("2026-11-27T19:05:56.9Z", 0),
        ("2026-11-27T19:06:57.5+00:00", 1),
        ("yesterday", 0),
    ],
)
def test_only_what_was_written_since_the_message_counts(at: str, number: int) -> None:
    assert len(read("Unknown model: x", at=at).reasons) == number


NOW = 10_000.0
LINES = [
    "no time at all: Unknown model: x",
    f"{STAMP} {FETCHED}provider=xai api=openai-completions status=401",
    f"{STAMP} Unknown model: x ETIMEDOUT",
    f"{STAMP} no reason at all",
]
AT = SINCE + 0.123456789


def test_docker_is_asked_for_what_was_written_a_while_before_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def docker(patience: float, *arguments: str, errors: bool = False) -> list[str]:
        asked.append((patience, arguments, errors))
        return LINES

    monkeypatch.setattr(module, "asked", docker)
    clock = SimpleNamespace(time=lambda: NOW, strptime=time.strptime)
    monkeypatch.setattr(module, "time", clock)
    assert module.gateway_log("claw", 60.0, 5.0) == {
        "requests": [{"provider": "xai", "api": "openai-completions", "status": 401, "at": AT}],
        "reasons": [{"reason": "model-unknown", "at": AT}, {"reason": "timeout", "at": AT}],
        "now": NOW,
    }
    wanted = ("logs", "--timestamps", "--since", "9640.000", "--tail", "20000", "claw")
    assert asked == [(5.0, wanted, True)]


def test_the_last_of_many_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TOLD", 2)
    stamps = [f"2026-11-27T19:05:5{second}Z" for second in (7, 8, 9)]
    line = f"{FETCHED}provider=xai api=x status=401 timed out"
    found = told(f"{each} {line}" for each in stamps)
    for name in ("requests", "reasons"):
        assert [each["at"] for each in found[name]] == [SINCE + 1, SINCE + 2]


@pytest.mark.parametrize(
    ("status", "shown"),
    [("099", ""), ("100", "100"), ("599", "599"), ("600", ""), ("4010", ""), ("40", "")],
)
def test_a_status_is_https(status: str, shown: str) -> None:
    assert fetched(f"provider=xai api=x status={status}") == ("xai", "x", shown)


@pytest.mark.parametrize(
    ("stamp", "moment"),
    [
        ("2026-11-27T19:05:57Z", SINCE),
        ("2026-11-27T19:05:57.25Z", SINCE + 0.25),
        ("2026-11-27T19:05:57.5+00:00", SINCE + 0.5),
        ("2026-11-27T19:05:57+01:00", None),
        ("2026-11-27 19:05:57Z", None),
        ("2026-11-27T19:05:57.25Z,", None),
    ],
)
def test_a_time_is_dockers(stamp: str, moment: float | None) -> None:
    assert moment_of(stamp) == moment


@pytest.mark.parametrize(("name", "shown"), [("a" * 32, "a" * 32), ("a" * 33, "?"), ("", "?")])
def test_a_name_may_be_so_long(name: str, shown: str) -> None:
    assert client_name(name) == shown


def test_what_a_request_does_not_say_is_empty() -> None:
    found: dict[str, Any] = told([f"{STAMP} {FETCHED}elapsedMs=2"])
    assert found["requests"] == [{"provider": "?", "api": "?", "status": 0, "at": AT}]
