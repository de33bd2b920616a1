"""The watch as it runs on the VPS: all that it says, and what it asks for before."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fixtures.vps.agent import watch as module
from fixtures.vps.agent.containers import DockerUnreadable
from fixtures.vps.agent.owners import Standing
from fixtures.vps.agent.watch import WatchRequest, resolved, watch
from tests.wire.captures import NAME, PUBLIC, WORKER, add, captured, lost
from tests.wire.machine import (
    CONTAINER_ID,
)
from tests.wire.packets import GATEWAY, HOST, hello, question, syn, tcp, udp

REQUEST: WatchRequest = {
    "frame": "frame-1",
    "deadline": 0,
    "root": "",
    "container": "claw",
    "ports": (443,),
    "worker": WORKER,
    "providers": (NAME, "api.openai.com"),
}


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    messages: list[Any] = []
    monkeypatch.setattr(module, "say", lambda frame, each: messages.append((frame, each)))
    return messages


@pytest.fixture(autouse=True)
def alarms(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    set_to: list[int] = []
    monkeypatch.setattr(signal, "alarm", set_to.append)
    monkeypatch.setattr(module, "asked", lambda *_: ["10", "more"])
    return set_to


def test_all_that_is_seen_is_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alarms: list[int]
) -> None:
    messages: list[Any] = []

    def say(frame: str, message: Any) -> None:
        messages.append(json.loads(json.dumps(message)))
        at = time.time() + 2.5
        packets = [syn(), tcp(hello(NAME)), udp(question("api.openai.com")), udp(question(NAME))]
        if "ready" in message:
            add(folder, b"".join(captured(each, at) for each in packets) + lost(4))
        if len(messages) == 4:
            raise DockerUnreadable("enough")
        if len(messages) == 3:
            add(folder, captured(udp(question("once.example")), time.time() - 99))

    monkeypatch.setattr(module, "say", say)
    monkeypatch.setattr(module, "TELLS_EVERY", 0.1)
    watch({**REQUEST, "root": str(tmp_path), "deadline": 60})
    ready, first, second, third, ended = messages
    assert ended == {"problem": "enough"}
    assert ready["ready"] == {
        WORKER: ["192.0.2.8", "192.0.2.9"],
        NAME: [PUBLIC],
        "api.openai.com": [],
    }
    assert 0 <= ready["now"] < 5
    rows = {each["way"]: each for each in first["seen"]["rows"] if each["times"]}
    assert sorted(rows) == ["standing", "tls"]
    standing, row = rows["standing"], rows["tls"]
    assert standing["address"] == PUBLIC
    own = {"whose": "gateway", "process": "openclaw", "container": CONTAINER_ID[:12]}
    size = len(hello(NAME))
    assert {**row, "first": 2, "last": 2, "number": 0, "seconds": []} == {
        **own, "number": 0, "name": NAME, "address": "", "port": 443, "way": "tls", "times": 1,
        "sent": size, "most": size, "seconds": [], "first": 2, "last": 2,
    }  # fmt: skip
    assert 2.5 <= row["first"] == row["last"] < 20
    assert first["seen"]["questions"] == {NAME: 1}  # the other one is still asked for here
    assert first["seen"]["dropped"] == 4
    assert first["seen"]["counts"]["packets"] == 4
    assert (second["seen"]["rows"], second["seen"]["questions"]) == ([], {})
    assert third["seen"]["questions"] == {"once.example": 1}
    assert 0 < first["until"] <= first["now"] < second["now"]
    assert alarms == [70]


def test_it_ends_in_time(folder: Path, tmp_path: Path, said: list[Any]) -> None:
    watch({**REQUEST, "root": str(tmp_path)})
    assert [[*message] for _, message in said] == [["ready", "now"]]


@pytest.mark.parametrize("lines", [["0"], []])
def test_who_does_not_run_is_not_watched(
    monkeypatch: pytest.MonkeyPatch, said: list[Any], lines: list[str]
) -> None:
    monkeypatch.setattr(module, "asked", lambda *_: lines)
    watch(REQUEST)
    assert said == [("frame-1", {"problem": "the container claw does not run"})]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (DockerUnreadable("docker: no"), {"problem": "docker: no"}),
        (OSError(2, "No such file", "/x"), {"failed": "/x: No such file"}),
        (OSError(1, "Not permitted"), {"failed": "the watch: Not permitted"}),
        (KeyError("S3cret"), {"failed": "the watch broke off: key error"}),
    ],
)
def test_what_ends_the_watch_is_said(
    monkeypatch: pytest.MonkeyPatch, said: list[Any], error: Exception, message: object
) -> None:
    monkeypatch.setattr(module, "watched", raising(error))
    watch(REQUEST)
    assert said == [("frame-1", message)]


def raising(error: BaseException) -> Callable[..., None]:
    def fails(*_: object) -> None:
        raise error

    return fails


def test_it_ends_when_nobody_listens(monkeypatch: pytest.MonkeyPatch, said: list[Any]) -> None:
    ended: list[int] = []
    monkeypatch.setattr(module, "watched", raising(BrokenPipeError()))
    monkeypatch.setattr(os, "_exit", ended.append)
    watch(REQUEST)
    assert (ended, said) == ([1], [])


class Resolver:
    """Knows each name but `unknown`, of which it says nothing until it is told to."""

    def __init__(self, unknown: str = "") -> None:
        self.unknown, self.told, self.asked = unknown, threading.Event(), list[str]()

    def addresses(self, name: str) -> list[str]:
        self.asked.append(name)
        if name == self.unknown:
            self.told.wait(60)
        return [HOST] if name == WORKER else [f"of {name}"]


def standing(*addresses: str) -> Any:
    local = (GATEWAY, 1)
    return SimpleNamespace(standing=lambda: [Standing(local, (each, 443)) for each in addresses])


@pytest.mark.parametrize(
    ("addresses", "names"),
    [
        ((), [WORKER]),
        ((HOST,), [WORKER]),
        (("10.0.0.7", "127.0.0.1"), [WORKER]),
        (("10.0.0.7", PUBLIC), [WORKER, NAME, "api.openai.com"]),
    ],
)
def test_providers_are_asked_for_when_something_stands(
    addresses: tuple[str, ...], names: list[str]
) -> None:
    source: Any = Resolver()
    found = resolved(source, standing(*addresses), REQUEST)
    assert sorted(found) == sorted(names)
    assert found == {**{each: [f"of {each}"] for each in names}, WORKER: [HOST]}


def test_a_name_that_is_not_answered_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RESOLVES_WITHIN", 0.2)
    monkeypatch.setattr(module, "RESOLVERS", 1)
    source: Any = Resolver("api.openai.com")
    found = resolved(source, standing(PUBLIC), REQUEST)
    assert found == {WORKER: [HOST]}
    source.told.set()
    for each in threading.enumerate():
        if "resolve" in each.name:
            each.join()
    assert NAME not in source.asked
