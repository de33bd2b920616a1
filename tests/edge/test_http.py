"""HTTP at the edge: whatever a server sends, a harmless answer or one of httpx's errors."""

import contextlib
import gzip
import json
import ssl
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.edge.http import LONGEST_HEADER, MOST, Answer, Bounded, bounded_client
from fixtures.edge.network import EndingNetwork
from fixtures.edge.text import harmless
from fixtures.settings.error_words import error_words
from tests.edge.hostile import ESCAPES, JSON, QUICK, harmful

STATUS = b"HTTP/1.1 200 OK\r\n"


class Says(httpx.HTTPTransport):
    """A server that says these bytes, whatever it is asked."""

    def __init__(self, data: bytes) -> None:
        super().__init__(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        self._pool.close()
        network = httpcore.MockBackend([data[:4000], data[4000:]])
        self._pool = httpcore.ConnectionPool(network_backend=EndingNetwork(network))


def asked(data: bytes) -> httpx.Response:
    with bounded_client(inner=Says(data)) as client:
        return client.get("http://worker.example/")


def said(answer: httpx.Response) -> list[Any]:
    """All that anything could show of it."""
    with contextlib.suppress(ValueError):
        return [dict(answer.headers), answer.json()]
    return [dict(answer.headers)]


@QUICK
@given(
    st.one_of(
        st.binary(max_size=60),
        st.binary(max_size=60).map(lambda data: STATUS + data),
        st.binary(max_size=60).map(lambda data: STATUS + b"x-a: " + data + b"\r\n\r\n"),
        st.sampled_from(ESCAPES).map(
            lambda text: STATUS + b"x-a: b" + text.encode(errors="ignore") + b"c\r\n\r\n"
        ),
    )
)
def test_whatever_is_sent_is_harmless(data: bytes) -> None:
    try:
        answer = asked(data)
    except httpx.RequestError as error:
        seen, text = [str(error)], ""
    else:
        seen, text = said(answer), answer.text
    assert not harmful(seen)
    assert text.isprintable()


@QUICK
@given(JSON, st.sampled_from(["utf-8", "utf-16", "zlib", "hex", "punycode", "undefined", "\x1b"]))
def test_whatever_a_body_says_is_harmless(value: Any, charset: str) -> None:
    body = json.dumps(value).encode()
    head = f"content-type: application/json; charset={charset}\r\n"
    answer = asked(STATUS + head.encode() + b"content-length: %d\r\n\r\n" % len(body) + body)
    assert answer.content == body
    assert not harmful(said(answer))
    assert answer.text.isprintable()


class Gives(httpx.BaseTransport):
    """An answer that no parser of HTTP has looked at, as from a program on the VPS."""

    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._answer


def given_as(**answer: Any) -> httpx.Response:
    with httpx.Client(transport=Bounded(Gives(httpx.Response(**answer)))) as client:
        return client.get("http://gateway/")


def test_headers_are_harmless_and_bounded() -> None:
    value = ("x" * 10 + "\x1b ") * LONGEST_HEADER
    answer = given_as(
        status_code=401, headers={"x-\x07": value, "location": "\r\n✗ failed".encode()}
    )
    assert isinstance(answer, Answer)
    assert all(each.isprintable() for pair in answer.headers.items() for each in pair)
    assert len(answer.headers["x-\\x07"]) <= LONGEST_HEADER * 4 + 2


def zeros() -> Iterator[bytes]:
    while True:
        yield bytes(1 << 16)


def test_an_endless_answer_is_read_to_the_bound_and_no_further() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(httpx.ReadError, match="more than 16 MiB"):
            given_as(status_code=200, content=zeros())
        assert tracemalloc.get_traced_memory()[1] < 2 * MOST
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip", "x, deflate"])
@pytest.mark.sampled(3)
def test_a_bomb_does_not_go_off(encoding: str) -> None:
    data = gzip.compress(bytes(16 * MOST))
    data = gzip.compress(data) if "," in encoding else data
    tracemalloc.start()
    try:
        with pytest.raises((httpx.ReadError, httpx.DecodingError)):
            given_as(
                status_code=200,
                headers={"content-encoding": encoding},
                stream=httpx.ByteStream(data),
            )
        assert tracemalloc.get_traced_memory()[1] < 3 * MOST
    finally:
        tracemalloc.stop()


def test_a_compressed_answer_is_read() -> None:
    head = STATUS + b"content-encoding: gzip\r\n"
    body = gzip.compress(b'{"ok": true}' + b" " * 3000)
    answer = asked(head + b"content-length: %d\r\n\r\n" % len(body) + body)
    assert answer.json() == {"ok": True}
    broken = asked_for_error(head + b"content-length: 4\r\n\r\nnone")
    assert isinstance(broken, httpx.DecodingError)


def asked_for_error(data: bytes) -> httpx.RequestError:
    with pytest.raises(httpx.RequestError) as raised:
        asked(data)
    return raised.value


class Drips(BaseHTTPRequestHandler):
    """One byte after the other, without an end, well within the time for each."""

    def do_GET(self) -> None:
        over: threading.Event = self.server.over  # type: ignore[attr-defined]
        with contextlib.suppress(OSError):
            self.wfile.write(STATUS + (b"x: " if self.path == "/head" else b"\r\n"))
            while not over.wait(0.02):
                self.wfile.write(b"y")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def dripping() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Drips) as server:
        server.over = threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.over.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/head", "/body"])
def test_an_answer_that_drips_is_given_up(dripping: str, path: str) -> None:
    with (
        bounded_client(timeout=0.5, base_url=dripping) as client,
        pytest.raises(httpx.TimeoutException),
    ):
        client.get(path)


def test_the_next_answer_has_its_own_time(dripping: str) -> None:
    with bounded_client(timeout=0.5, base_url=dripping) as client:
        for _ in range(2):
            with pytest.raises(httpx.TimeoutException):
                client.get("/body")


def test_an_error_s_words_are_harmless() -> None:
    def fails(_: httpx.Request) -> httpx.Response:
        msg = "502 Bad\x1b[2J\r\nGateway"
        raise httpx.ProxyError(msg)

    with (
        closing(httpx.Client(transport=Bounded(httpx.MockTransport(fails)))) as client,
        pytest.raises(httpx.ProxyError) as raised,
    ):
        client.get("http://worker.example")
    assert str(raised.value) == harmless("502 Bad\x1b[2J\r\nGateway")


def test_what_is_not_http_is_told_in_words() -> None:
    with pytest.raises(httpx.RemoteProtocolError) as caught:
        asked(b"\x00\xff SSH-2.0-x\r\n\r\n")
    assert error_words(caught.value) == "the answer is not HTTP"
