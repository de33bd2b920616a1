"""What paramiko's threads do to a connection, and what the suite has mended of it."""

import contextlib
import socket as sockets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import paramiko
import pytest
from paramiko import AuthenticationException, Message
from paramiko.common import (
    cMSG_CHANNEL_CLOSE,
    cMSG_CHANNEL_DATA,
    cMSG_CHANNEL_EOF,
    cMSG_CHANNEL_WINDOW_ADJUST,
    cMSG_USERAUTH_REQUEST,
)

from fixtures.rehearsal import Rehearsal
from fixtures.settings.settings import build_settings
from fixtures.vps.ssh import Ssh
from fixtures.vps.ssh_transport import Connection
from tests.ssh.logins import hello, problem

TIMED_OUT = "Authentication timeout."  # paramiko's words


def test_an_answer_that_comes_before_anybody_waits_for_it_is_heard(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a busy machine: the sending thread goes on only after the answer has come."""
    send = Connection._send_message  # noqa: SLF001

    def send_and_sleep(connection: Any, message: Any) -> None:
        send(connection, message)
        if message.asbytes()[:1] == cMSG_USERAUTH_REQUEST:
            time.sleep(0.3)

    monkeypatch.setattr(Connection, "_send_message", send_and_sleep)
    assert hello(rehearsal)


def test_a_server_that_does_not_answer_the_login_has_not_refused_the_key(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(*_: Any) -> None:
        raise AuthenticationException(TIMED_OUT)

    monkeypatch.setattr(Connection, "auth_publickey", give_up)
    assert problem(rehearsal).entry == "ssh.unreachable"


def test_nothing_is_sent_on_a_channel_that_was_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread may have begun to send; a server ends the connection for it."""
    sent: list[tuple[bytes, int]] = []

    def record(_: Any, message: Message) -> None:
        data = message.asbytes()
        sent.append((data[:1], int.from_bytes(data[1:5], "big")))

    monkeypatch.setattr(paramiko.Transport, "_send_message", record)
    ours, theirs = sockets.socketpair()
    with ours, theirs:
        connection = Connection(ours)
        data, end, close = cMSG_CHANNEL_DATA, cMSG_CHANNEL_EOF, cMSG_CHANNEL_CLOSE
        late = [(end, 3), (data, 3), (cMSG_CHANNEL_WINDOW_ADJUST, 3), (close, 3)]
        for kind, channel in [(data, 3), (end, 3), (data, 3), (close, 3), (data, 4), *late]:
            message = Message()
            message.add_byte(kind)
            message.add_int(channel)
            connection._send_message(message)  # noqa: SLF001
    assert sent == [(data, 3), (end, 3), (close, 3), (data, 4)]


@pytest.mark.exhaustive
def test_a_command_that_does_not_read_its_input_loses_no_connection(rehearsal: Rehearsal) -> None:
    """One in a hundred did, which the next ones then told as their own problem."""
    settings = build_settings(rehearsal.settings, "the test")
    with contextlib.closing(Ssh(settings.ssh)) as ssh, ThreadPoolExecutor(3) as threads:
        ended = threads.map(
            lambda _: ssh.run("true", bytes(400_000), lambda: 30).exit_status, range(300)
        )
        assert set(ended) == {0}
