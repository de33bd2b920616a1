"""The watch with a real packet socket: networks of its own, whose processes call stand-ins."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.diagnosis.wire import judge_message_seen, judge_packets, judge_providers
from fixtures.rehearsal.base.certificates import self_signed
from fixtures.settings.sections import OpenClawSettings, SurveySettings
from fixtures.vps.ssh import Ssh
from fixtures.vps.ssh_command import Completed
from fixtures.vps.watch import CalledHost, Watch, Watched, watch_request
from tests.builders import settings

pytestmark = pytest.mark.real

HOST, INSIDE = "10.231.77.1", "10.231.77.2"
WORKER, ANTHROPIC, GITHUB = "ai.example.workers.dev", "api.anthropic.com", "models.github.ai"
TLS, OTHER_TLS, PROXY = 443, 9443, 3128

# Calls what a line of its input names, and keeps each connection open; says when it has.
CALLER = """
import socket, ssl, sys
kept = []
for line in sys.stdin:
    how, host, address, port, size = line.split()
    if how == "again":
        kept[0].sendall(bytes(int(size)))
    elif how == "dns":
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        labels = b"".join(bytes([len(part)]) + part.encode() for part in host.split("."))
        head, tail = b"\\0\\7\\1\\0\\0\\1" + bytes(6), b"\\0\\0\\1\\0\\1"
        made.sendto(head + labels + tail, (address, 53))
    else:
        made = socket.create_connection((address, int(port)))
        if how == "proxy":
            made.sendall(b"CONNECT %s:443 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" % host.encode())
        elif how == "tls":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            made = context.wrap_socket(made, server_hostname=host)
        if int(size):
            made.sendall(bytes(int(size)))
    kept.append(made)
    print("done", flush=True)
"""


class Caller:
    """A process that calls whomever it is told to; `inside` the network of its own."""

    def __init__(self, *inside: str) -> None:
        self._process = subprocess.Popen(
            [*inside, sys.executable, "-c", CALLER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid

    def call(self, how: str, host: str, port: int = TLS, size: int = 100, to: str = HOST) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{how} {host} {to} {port} {size}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


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
        deadline: float,
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


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def network() -> Iterator[str]:
    """A network as a container has one: its name. Its only neighbour is this machine."""
    name = f"wire{os.getpid()}"
    outer, inner = f"wo{os.getpid() % 100000}", f"wi{os.getpid() % 100000}"
    with contextlib.ExitStack() as stack:
        run("ip", "netns", "add", name)
        stack.callback(run, "ip", "netns", "del", name)
        run("ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name)
        stack.callback(run, "ip", "link", "del", outer)
        run("ip", "addr", "add", f"{HOST}/24", "dev", outer)
        run("ip", "link", "set", outer, "up")
        for inside in (
            f"addr add {INSIDE}/24 dev {inner}",
            f"link set {inner} up",
            "link set lo up",
        ):
            run("ip", "-n", name, *inside.split())
        yield name


@pytest.fixture
def servers(network: str) -> Iterator[None]:
    """Stand-ins for whoever is called: over TLS at two ports, and a proxy that says nothing."""
    context = self_signed((WORKER,)).server_context()
    with contextlib.ExitStack() as stack:
        for port in (TLS, OTHER_TLS, PROXY):
            listener = stack.enter_context(socket.create_server((HOST, port)))
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
            args = (listener, context if port != PROXY else None)
            threading.Thread(target=serve, args=args, daemon=True).start()
        yield


def serve(listener: socket.socket, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            made, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=swallow, args=(made, context), daemon=True).start()


def swallow(made: socket.socket, context: ssl.SSLContext | None) -> None:
    with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
        if context:
            made = context.wrap_socket(made, server_side=True)
        stack.enter_context(made)
        while made.recv(65536):
            pass


@pytest.fixture
def gateway(network: str, servers: None) -> Iterator[Caller]:
    caller = Caller("ip", "netns", "exec", network)
    yield caller
    caller.end()


@pytest.fixture
def neighbour(servers: None) -> Iterator[Caller]:
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
