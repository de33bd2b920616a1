"""One HTTP request from the VPS: what is sent, byte by byte, and all that is said of the answer."""

import base64
import http.client
import json
import signal
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.vps.agent import http_request as module
from fixtures.vps.agent.http_request import HttpRequest, ask_http
from tests.http_server import Connection, Server

FRAME = "frame-1"
TIMED_OUT = {"failed": "read-timeout", "words": "timed out"}
ENDLESS = {"failed": "read-timeout", "words": "the answer did not end"}
NOT_HTTP = {"failed": "protocol", "words": "the answer is not HTTP"}
END = {"end": True}


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[Connection]:
    """The program leaves its connection to the process's end."""
    connections: list[Connection] = []

    def connection(*given: Any, **named: Any) -> Connection:
        connections.append(Connection(*given, **named))
        return connections[-1]

    monkeypatch.setattr(http.client, "HTTPConnection", connection)
    return connections


@pytest.fixture
def server(made: list[Connection]) -> Iterator[Server]:
    server = Server()
    server.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    server.listener.bind(("127.0.0.1", 0))
    server.listener.listen()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield server
    for each in made:
        each.close()
    server.over.set()
    server.listener.shutdown(socket.SHUT_RDWR)
    server.listener.close()
    thread.join()


@pytest.fixture(autouse=True)
def alarms(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    set_to: list[int] = []
    monkeypatch.setattr(signal, "alarm", set_to.append)
    return set_to


def request(server: Server | None, **changes: Any) -> HttpRequest:
    asked: Any = {
        "frame": FRAME,
        "method": "POST",
        "host": "127.0.0.1",
        "port": server.listener.getsockname()[1] if server else 9,
        "target": "/v1/x?a=%20b",
        "headers": [["Host", "gateway:1"], ["X-Many", "1"], ["X-Many", "2"]],
        "body": "",
        "timeouts": {"connect": 20.0, "write": 20.0, "read": 20.0},
        "longest": 60,
        **changes,
    }
    return asked  # type: ignore[no-any-return]


def said(capsys: pytest.CaptureFixture[str], asked: HttpRequest) -> list[dict[str, Any]]:
    ask_http(asked)
    lines = capsys.readouterr().out.splitlines()
    assert all(each.startswith(f"{FRAME} ") for each in lines)
    return [json.loads(each.partition(" ")[2]) for each in lines]


def head(*headers: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *headers, "", ""]).encode()


def body(text: bytes) -> dict[str, str]:
    return {"body": base64.b64encode(text).decode()}


def status(*headers: list[str]) -> dict[str, Any]:
    return {"status": 200, "headers": [*headers]}


LENGTH_5 = ["content-length", "5"]


@pytest.mark.parametrize("content", [b"", b"\0 words \xff"])
def test_nothing_is_added_to_a_request(
    server: Server, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    server.answer = head("content-length: 0")
    server.expects = len(content)
    asked = request(server, body=base64.b64encode(content).decode())
    assert said(capsys, asked) == [status(["content-length", "0"]), END]
    lines = b"Host: gateway:1\r\nX-Many: 1\r\nX-Many: 2\r\n\r\n"
    assert server.seen == b"POST /v1/x?a=%20b HTTP/1.1\r\n" + lines + content


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (head("content-length: 5") + b"words", [status(LENGTH_5), body(b"words"), END]),
        (head("content-length: 5") + b"wor", [status(LENGTH_5), body(b"wor"), NOT_HTTP]),
        (head("content-length: 5"), [status(LENGTH_5), NOT_HTTP]),
        (head() + b"until it ends", [status(), body(b"until it ends"), END]),
        (head("a: 1", "a: 2"), [status(["a", "1"], ["a", "2"]), END]),
        (b"SSH-2.0-odd\r\n\r\n", [NOT_HTTP]),
        (b"", [{"failed": "read", "words": "the connection failed"}]),
    ],
)
def test_all_of_an_answer_is_said(
    server: Server,
    capsys: pytest.CaptureFixture[str],
    answer: bytes,
    expected: list[dict[str, Any]],
) -> None:
    server.answer = answer
    assert said(capsys, request(server)) == expected


def test_a_long_body_is_said_in_parts(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    whole = bytes(range(256)) * 80
    server.answer = head(f"content-length: {len(whole)}") + whole
    _, *parts, end = said(capsys, request(server))
    assert b"".join(base64.b64decode(each["body"]) for each in parts) == whole
    assert max(len(json.dumps(each)) for each in parts) < 10_000
    assert len(parts) < 80
    assert end == END


@pytest.mark.parametrize(("size", "ends"), [(10, [body(b"x" * 10), END]), (11, [ENDLESS])])
def test_a_body_may_be_so_long_and_no_longer(
    server: Server,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    ends: list[dict[str, Any]],
) -> None:
    monkeypatch.setattr(module, "MOST_OF_ANSWER", 10)
    server.answer = head() + b"x" * size
    assert said(capsys, request(server)) == [status(), *ends]


def test_an_answer_may_take_so_long_and_no_longer(
    server: Server, capsys: pytest.CaptureFixture[str], alarms: list[int]
) -> None:
    server.answer = head("content-length: 5") + b"words"
    assert said(capsys, request(server, longest=-1)) == [status(LENGTH_5), ENDLESS]
    assert alarms == [9]  # what hangs in spite of that is ended soon after


def test_who_says_nothing_is_not_waited_for(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.is_silent = True
    timeouts = {"connect": 20.0, "write": 20.0, "read": 0.1}
    assert said(capsys, request(server, timeouts=timeouts)) == [TIMED_OUT]


def test_who_takes_nothing_is_not_waited_for(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.is_silent = True
    content = base64.b64encode(bytes(16 << 20)).decode()
    timeouts = {"connect": 20.0, "write": 0.1, "read": 20.0}
    asked = request(server, timeouts=timeouts, body=content)
    assert said(capsys, asked) == [{"failed": "write-timeout", "words": "timed out"}]


def test_who_is_not_there_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    refused = {"failed": "connect", "words": "Connection refused"}
    assert said(capsys, request(None)) == [refused]


def test_who_breaks_off_is_told(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.reset = True
    server.answer = head("content-length: 5")
    reset = {"failed": "read", "words": "Connection reset by peer"}
    assert said(capsys, request(server))[-1] == reset


def raises_broken_pipe(*_: object) -> None:
    raise BrokenPipeError(32, "Broken pipe")


def test_the_server_may_take_no_more(
    server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "http_sent", raises_broken_pipe)
    assert said(capsys, request(server)) == [{"failed": "write", "words": "Broken pipe"}]


def test_nothing_more_is_said_when_nobody_listens(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "say", raises_broken_pipe)
    server.answer = head("content-length: 0")
    with pytest.raises(SystemExit) as ended:
        ask_http(request(server))
    assert ended.value.code == 1


def test_each_step_has_its_own_time(
    server: Server, capsys: pytest.CaptureFixture[str], made: list[Connection]
) -> None:
    server.answer = head("content-length: 0")
    timeouts = {"connect": 21.0, "write": 22.0, "read": 23.0}
    assert said(capsys, request(server, timeouts=timeouts))[-1] == END
    assert [each.limits for each in made] == [[21.0, 22.0, 23.0]]
