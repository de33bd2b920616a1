"""The line forwards what it is given, and counts what had to be waited for."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from tests.speed.slow_line import Line, slow_line

SHORT = 0.001


@pytest.fixture
def line() -> Iterator[Line]:
    """To a server that says back each line that it is told."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        threading.Thread(target=_echo, args=(server,), daemon=True).start()
        with slow_line(server.getsockname()[1], SHORT) as line:
            yield line


def _echo(server: socket.socket) -> None:
    with suppress(OSError):  # it is closed
        while True:
            connection, _ = server.accept()
            with connection, connection.makefile("rwb", buffering=0) as stream:
                for said in stream:
                    stream.write(said)


def test_a_question_after_an_answer_is_a_turn(line: Line) -> None:
    with _client(line) as client, client.makefile("rwb", buffering=0) as stream:
        for each in (b"one\n", b"two\n", b"three\n"):
            stream.write(each)
            assert stream.readline() == each
    assert (line.connections, line.turns) == (1, 3)


@pytest.mark.exhaustive
def test_what_is_sent_without_waiting_is_one_turn(line: Line) -> None:
    data = b"x" * 1_000_000 + b"\n"
    with _client(line) as client:
        client.sendall(data)
        with client.makefile("rb") as stream:
            assert stream.readline() == data
    assert (line.connections, line.turns) == (1, 1)


def test_each_connection_is_counted(line: Line) -> None:
    for number in (1, 2, 3):
        with _client(line) as client:
            client.sendall(b"one\n")
            assert client.recv(4) == b"one\n"
        assert (line.connections, line.turns) == (number, number)


def _client(line: Line) -> socket.socket:
    return socket.create_connection(("127.0.0.1", line.port))
