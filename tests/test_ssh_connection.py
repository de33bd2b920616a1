"""What the one SSH connection says when a request through it does not come to anything."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import paramiko
import pytest

from fixtures.openclaw.gateway import ask_health
from fixtures.rehearsal import Rehearsal
from fixtures.settings.settings import Settings, rehearsal_settings
from fixtures.vps.problem import VpsProblem
from fixtures.vps.ssh import Ssh


@pytest.fixture(scope="module")
def stopped() -> Iterator[Settings]:
    with Rehearsal(["gateway-down"]) as rehearsal:
        yield rehearsal_settings(rehearsal.settings, {})


def test_requests_refused_at_once_each_know_why(stopped: Settings) -> None:
    """Paramiko keeps the reason in one place for all channels of a connection."""
    with closing(Ssh(stopped)) as ssh, ThreadPoolExecutor(8) as pool:
        seen = {pool.submit(ask_health, ssh, stopped) for _ in range(80)}
        assert {each.result().problem for each in seen} == {"ConnectError: Connect failed"}


def test_a_connection_that_breaks_meanwhile_is_not_the_gateways_fault(
    stopped: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Ssh(stopped)) as ssh:
        transport = ssh._transport()  # noqa: SLF001 - it breaks underneath
        monkeypatch.setattr(ssh, "_transport", lambda: transport)
        transport.close()
        with pytest.raises(VpsProblem, match="no connection through it"):
            ask_health(ssh, stopped)
        with pytest.raises(VpsProblem, match="no session"):
            ssh.run("true", b"", 5)


def test_a_connection_that_is_still_being_made_is_not_waited_for_and_closed_then(
    stopped: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on, goes_on = threading.Event(), threading.Event()
    log_in, clients = paramiko.SSHClient.connect, list[paramiko.SSHClient]()

    def slow(client: paramiko.SSHClient, *to: Any, **how: Any) -> None:
        log_in(client, *to, **how)
        clients.append(client)
        going_on.set()
        goes_on.wait(60)

    monkeypatch.setattr(paramiko.SSHClient, "connect", slow)
    ssh = Ssh(stopped)
    with ThreadPoolExecutor() as pool:
        connecting = pool.submit(ssh.connect)
        going_on.wait()
        ssh.close()
        assert not connecting.done()
        goes_on.set()
        assert isinstance(connecting.exception(), VpsProblem)
    assert [each.get_transport() for each in clients] == [None]
