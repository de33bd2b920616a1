"""SSH at the edge: what a command prints, and what a server says, is bounded and harmless."""

import contextlib
import math
import threading
import tracemalloc
from collections.abc import Iterator
from typing import Any, cast

import paramiko
import pytest
from hypothesis import given

from fixtures.rehearsal import Rehearsal
from fixtures.settings.settings import rehearsal_settings
from fixtures.vps.ssh import Ssh
from fixtures.vps.ssh_command import CHUNK, MOST, MOST_TOLD, Output, TooMuchOutputError, collect
from fixtures.vps.ssh_login import words_of
from fixtures.vps.ssh_transport import Connection
from tests.edge.hostile import QUICK, TEXTS, harmful


class Endless:
    """A command's channel: it prints this again and again, and its errors, without an end."""

    status_event = threading.Event()

    def __init__(self, stdout: bytes = b"", stderr: bytes = b"") -> None:
        self.stdout, self.stderr = stdout, stderr
        self.given = 0

    def exit_status_ready(self) -> bool:
        return False

    def recv_ready(self) -> bool:
        return bool(self.stdout)

    def recv_stderr_ready(self) -> bool:
        return bool(self.stderr)

    def recv(self, size: int) -> bytes:
        return self._some_of(self.stdout, size)

    def recv_stderr(self, size: int) -> bytes:
        return self._some_of(self.stderr, size)

    def _some_of(self, data: bytes, size: int) -> bytes:
        made = data * (size // len(data))
        self.given += len(made)
        return made


@pytest.fixture(scope="module")
def ssh() -> Iterator[Ssh]:
    with Rehearsal() as rehearsal:
        settings = rehearsal_settings(rehearsal.settings, {})
        with contextlib.closing(Ssh(settings.ssh)) as connection:
            connection.connect()
            yield connection


@pytest.mark.parametrize(
    "channel",
    [Endless(b"\0"), Endless(b"yes " * 99 + b"\n"), Endless(stderr=b"no\n"), Endless(b"y", b"n")],
)
@pytest.mark.parametrize("heard", [True, False])
def test_an_endless_output_is_read_to_the_bound_and_no_further(
    channel: Endless, heard: bool
) -> None:
    channel.given = 0
    tracemalloc.start()
    try:
        with pytest.raises(TooMuchOutputError):
            collect(cast("Any", channel), lambda: math.inf, (lambda _: None) if heard else None)
        assert tracemalloc.get_traced_memory()[1] < 2 * MOST
    finally:
        tracemalloc.stop()
    assert channel.given <= 2 * (MOST + CHUNK)


def test_an_output_that_drips_is_given_up() -> None:
    with pytest.raises(TimeoutError):
        collect(cast("Any", Endless(b"\0")), lambda: 0.0, None)


def test_what_is_heard_is_not_kept() -> None:
    """But for its beginning: what a login prints says why a program of ours has said nothing."""
    output = Output(MOST_TOLD, lambda _: None)
    for _ in range(100):
        output(b"x" * 999 + b"\n")
    assert len(output.whole()) == MOST_TOLD


def test_each_line_is_heard_however_it_comes(ssh: Ssh) -> None:
    heard: list[bytes] = []
    done = ssh.run(
        "printf 'a\\nb'; sleep 0.1; printf 'c\\n\\n'; printf d", b"", lambda: 60, heard.append
    )
    assert heard == [b"a", b"bc", b""]
    assert done.stdout == b"a\nbc\n\nd"


def test_errors_are_harmless(ssh: Ssh) -> None:
    done = ssh.run("printf '\\033[2J\\r\\n\\377' >&2", b"", lambda: 60)
    assert done.stderr == "\\x1b[2J \n�"


@QUICK
@given(TEXTS)
def test_any_words_of_a_server(text: str) -> None:
    errors: list[Exception] = [
        paramiko.SSHException(text),
        OSError(5, text),
        paramiko.ChannelException(1, text),
    ]
    assert not harmful([words_of(each) for each in errors])


def test_what_hangs_up_is_no_ssh_server() -> None:
    error = paramiko.SSHException("Error reading SSH protocol banner[Errno 104] reset")
    assert words_of(error) == "it does not answer as an SSH server does"


class Parting(Connection):
    def __init__(self) -> None:
        pass


@QUICK
@given(TEXTS)
def test_any_parting_words(text: str) -> None:
    message = paramiko.Message()
    message.add_int(2)
    message.add_string(text.encode(errors="replace"))
    message.rewind()
    connection: Any = Parting()
    connection._parse_disconnect(message)  # noqa: SLF001 - paramiko calls it
    assert not harmful(connection.parting_words)
