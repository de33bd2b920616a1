"""The watch with a real packet socket: networks of its own, whose processes call stand-ins."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.diagnosis.wire import judge_message_seen, judge_packets, judge_providers
from fixtures.settings.sections import OpenClawSettings, SurveySettings
from fixtures.vps.ssh import Ssh
from fixtures.vps.ssh_command import Completed
from fixtures.vps.watch import CalledHost, Watch, Watched, watch_request
from tests.builders import settings
from tests.real.calling import HOST, OTHER_TLS, PROXY, WORKER, Caller, network, servers

pytestmark = pytest.mark.real

ANTHROPIC, GITHUB = "api.anthropic.com", "models.github.ai"


class Streaming(Ssh):
    """Runs the program here, and hands on what it says at once."""

    def __init__(self, path: str) -> None:
        super().__init__(settings().ssh)
        self._path = path

    def as_root(self, command: str) -> str:
        return command

    def run(
        self,
        command: str,
        stdin: bytes | None,
        seconds: Callable[[], float],
        on_line: Callable[[bytes], None] | None = None,
        *,
        spare: bool = False,
    ) -> Completed:
        env = {"PATH": self._path}
        with subprocess.Popen(
            [sys.executable, *command.split()[1:]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env,
        ) as process:
            assert process.stdin
            assert process.stdout
            try:
                process.stdin.write(stdin or b"")
                process.stdin.close()
                for line in process.stdout:
                    if on_line:
                        on_line(line)
            finally:
                process.kill()
        return Completed(process.returncode, b"", "")


@pytest.fixture
def inside() -> Iterator[str]:
    """The network that the gateway is in, where stand-ins can be called."""
    with network() as name, servers():
        yield name


@pytest.fixture
def gateway(inside: str) -> Iterator[Caller]:
    caller = Caller("ip", "netns", "exec", inside)
    yield caller
    caller.end()


@pytest.fixture
def neighbour(inside: str) -> Iterator[Caller]:
    """A process on the host itself."""
    caller = Caller()
    yield caller
    caller.end()


@pytest.fixture
def begin(gateway: Caller, tmp_path: Path) -> Callable[[], Watch]:
    docker = tmp_path / "docker"
    docker.write_text(f"#!/bin/sh\necho {gateway.pid}\n")
    docker.chmod(0o755)
    ssh = Streaming(f"{tmp_path}:/usr/bin:/bin")
    worker = settings(worker_url=f"https://{WORKER}").worker

    def watch() -> Watch:
        watch = Watch(ssh, watch_request(SurveySettings(), OpenClawSettings(), worker, 60))
        watch.wait_until_it_sees()
        return watch

    return watch


def seen(watched: Watched) -> dict[str, CalledHost]:
    return {each.name: each for each in watched.hosts if each.name}


def test_names_are_read_with_who_calls_them(
    gateway: Caller, neighbour: Caller, begin: Callable[[], Watch]
) -> None:
    watch, sent_at = begin(), time.time()
    gateway.call("tls", WORKER)
    gateway.call("tls", GITHUB, OTHER_TLS)
    gateway.call("proxy", "api.openai.com", PROXY)
    neighbour.call("tls", ANTHROPIC)
    watched = watch.end()
    whose = {name: (each.whose, each.way, each.times) for name, each in seen(watched).items()}
    assert whose == {
        WORKER: ("gateway", "tls", 1),
        GITHUB: ("gateway", "tls", 1),
        "api.openai.com": ("gateway", "proxy", 1),
        ANTHROPIC: ("other", "tls", 1),
    }
    assert {each.process[:6] for each in watched.hosts if each.name} == {"python"}
    judgement = judge_providers(watched, f"https://{WORKER}")
    assert judgement is not None
    assert judgement.diagnosis.cause == "wire-provider"
    unseen = judge_message_seen(watched, f"https://{WORKER}", sent_at, time.time(), answered=True)
    assert unseen is None
    assert judge_packets(watched) is None


def test_a_right_gateway_passes_and_what_it_sends_is_counted(
    gateway: Caller, begin: Callable[[], Watch]
) -> None:
    watch = begin()
    gateway.call("tls", WORKER, size=300_000)
    gateway.call("dns", "packages.example.org")
    watched = watch.end()
    assert judge_providers(watched, f"https://{WORKER}") is None
    assert seen(watched)[WORKER].sent > 300_000
    assert watched.questions == {"packages.example.org": 1}
    assert watched.dropped == 0


def test_a_connection_that_stood_already_is_known_by_its_address(
    gateway: Caller, begin: Callable[[], Watch]
) -> None:
    gateway.call("tls", ANTHROPIC)
    watch = begin()
    gateway.call("again", ANTHROPIC, size=5000)
    watched = watch.end()
    (standing,) = (each for each in watched.hosts if each.way == "standing")
    assert (standing.whose, standing.address, standing.times) == ("gateway", HOST, 1)
    assert standing.seconds
    assert standing.sent >= 5000
    known = {**watched.addresses, ANTHROPIC: (HOST,)}
    judgement = judge_providers(replace(watched, addresses=known), f"https://{WORKER}")
    assert judgement is not None
    assert judgement.diagnosis.cause == "wire-standing"


def test_the_kernel_keeps_back_what_nobody_asks_for(
    gateway: Caller, begin: Callable[[], Watch]
) -> None:
    watch = begin()
    gateway.call("plain", "x", PROXY, size=30_000_000)
    gateway.call("tls", WORKER)
    watched = watch.end()
    assert WORKER in seen(watched)
    assert watched.packets < 200
