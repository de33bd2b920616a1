"""The proxy that the benchmark over SSH measures with."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.distant import HOST, at_a_distance


def answer(listener: socket.socket) -> None:
    """What is sent, in capitals, until the client ends."""
    connection, _ = listener.accept()
    with connection:
        while said := connection.recv(1000):
            connection.sendall(said.upper())


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server((HOST, 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def test_what_is_said_arrives_and_each_answer_that_is_waited_for_is_a_round_trip(port: int) -> None:
    with at_a_distance(port, 0.02) as distance:
        with socket.create_connection((HOST, distance.port)) as client:
            for word in (b"one", b"two", b"three"):
                client.sendall(word)
                assert client.recv(1000) == word.upper()
            client.shutdown(socket.SHUT_WR)
            assert client.recv(1000) == b""
        # TCP's own, and each answer that is followed by something else.
        assert (distance.connections, distance.round_trips) == (1, 3)
