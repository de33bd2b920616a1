"""HTTP from the VPS: the same answers and errors, by a tunnel or by a program there."""

import contextlib
import gzip
import json
import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from fixtures.openclaw.exposure import ask_without_token
from fixtures.openclaw.gateway import ask_health, send_message
from fixtures.proof.nonce import fresh_nonce
from fixtures.rehearsal import Rehearsal
from fixtures.settings.secret import Secret
from fixtures.settings.settings import Settings, rehearsal_settings
from fixtures.vps.http import http_from_vps
from fixtures.vps.http_agent import AgentTransport
from fixtures.vps.problem import VpsProblem
from fixtures.vps.ssh import Ssh
from tests.survey.local import LocalSsh
from tests.survey.test_python38 import interpreters

LARGE = bytes(range(256)) * 4096


@pytest.fixture(scope="module", params=["tunnel", "agent"])
def vps(request: pytest.FixtureRequest) -> Iterator[tuple[Rehearsal, Settings, str]]:
    with Rehearsal(["ssh-hardened"] if request.param == "agent" else []) as running:
        yield running, rehearsal_settings(running.settings, {}), request.param


def test_the_clients_do_not_know_which_way_it_went(vps: tuple[Rehearsal, Settings, str]) -> None:
    rehearsal, settings, way = vps
    token = Secret("OPENCLAW_GATEWAY_TOKEN", rehearsal.secrets["OPENCLAW_GATEWAY_TOKEN"])
    with contextlib.closing(Ssh(settings.ssh)) as ssh:
        assert ask_health(ssh, settings.openclaw).healthy
        assert ask_without_token(ssh, settings.openclaw).says == "refused"
        answer = send_message(ssh, settings.openclaw, token, fresh_nonce())
        assert (answer.drive, answer.status, answer.answered) == ("http", 200, True)
        assert ssh.asks_by == way


def test_auto_takes_the_command_line_where_the_endpoint_is_off() -> None:
    with Rehearsal(["ssh-hardened", "endpoint-off"]) as rehearsal:
        settings = rehearsal_settings(rehearsal.settings, {})
        token = Secret("OPENCLAW_GATEWAY_TOKEN", rehearsal.secrets["OPENCLAW_GATEWAY_TOKEN"])
        with contextlib.closing(Ssh(settings.ssh)) as ssh:
            answer = send_message(ssh, settings.openclaw, token, fresh_nonce())
        assert (answer.drive, answer.answered) == ("cli", True)


def test_a_gateway_that_is_down_is_so_by_either_way(vps: tuple[Rehearsal, Settings, str]) -> None:
    _, settings, _ = vps
    with (
        contextlib.closing(Ssh(settings.ssh)) as ssh,
        http_from_vps(ssh, "http://localhost:9") as web,
        pytest.raises(httpx.ConnectError),
    ):
        web.get("/")


def test_without_python_nothing_can_ask_where_nothing_is_forwarded() -> None:
    with Rehearsal(["ssh-hardened", "no-python"]) as rehearsal:
        settings = rehearsal_settings(rehearsal.settings, {})
        with contextlib.closing(Ssh(settings.ssh)) as ssh, pytest.raises(VpsProblem) as raised:
            ask_health(ssh, settings.openclaw)
    assert (raised.value.entry, "python3 is not installed" in raised.value.seen) == (
        "gateway-unasked",
        True,
    )


class Gateway(BaseHTTPRequestHandler):
    """Answers by its paths. `seen` are the requests."""

    protocol_version = "HTTP/1.1"
    seen: list[dict[str, Any]]

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length", 0))
        asked = {"method": self.command, "path": self.path, "headers": self.headers.items()}
        self.server.seen.append({**asked, "body": self.rfile.read(length)})  # type: ignore[attr-defined]
        getattr(self, self.path.partition("?")[0].strip("/"))()

    do_POST = do_PUT = do_GET  # noqa: N815 - as http.server has them

    def whole(self) -> None:
        self.answer(LARGE, x_once="1", content_type="application/octet-stream")

    def zipped(self) -> None:
        self.answer(gzip.compress(b'{"ok": true}'), content_encoding="gzip")

    def refused(self) -> None:
        self.answer(b"no", 401)

    def nothing(self) -> None:
        self.send_response(204)
        self.end_headers()

    def parts(self) -> None:
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for number in range(4):
            time.sleep(0.3)  # together longer than the client waits for a part
            data = f"data: {number}\n\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.write(b"0\r\n\r\n")

    def silent(self) -> None:
        self.server.over.wait(60)  # type: ignore[attr-defined]
        self.close_connection = True

    def cut(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "100")
        self.end_headers()
        self.wfile.write(b"short")
        self.close_connection = True

    def garbled(self) -> None:
        self.wfile.write(b"SSH-2.0-odd\r\n\r\n")
        self.close_connection = True

    def answer(self, data: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Gateway)
        self.seen: list[dict[str, Any]] = []
        self.over = threading.Event()


@pytest.fixture(scope="module")
def gateway() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def asked(gateway: Server) -> Iterator[httpx.Client]:
    """By the program, run here as on the VPS."""
    with httpx.Client(
        transport=AgentTransport(LocalSsh()),
        base_url=f"http://localhost:{gateway.server_port}",
        timeout=1.0,
    ) as client:
        yield client


def test_a_request_arrives_as_it_was_made(asked: httpx.Client, gateway: Server) -> None:
    body = {"content": "\0 é \U0001f600 ' \" \\ \n"}
    headers = [("x-many", "1"), ("x-many", "2"), ("authorization", "Bearer token")]
    asked.put("/whole?a=%20b&c", json=body, headers=headers)
    seen = gateway.seen[-1]
    assert (seen["method"], seen["path"]) == ("PUT", "/whole?a=%20b&c")
    assert json.loads(seen["body"]) == body
    assert [value for name, value in seen["headers"] if name.lower() == "x-many"] == ["1", "2"]
    names = [name.lower() for name, _ in seen["headers"]]
    assert len(names) == len({*names}) + 1
    assert ("Host", f"localhost:{gateway.server_port}") in seen["headers"]


def test_an_answer_comes_as_it_was_given(asked: httpx.Client) -> None:
    answer = asked.get("/whole")
    assert (answer.status_code, answer.headers["x-once"]) == (200, "1")
    assert answer.content == LARGE
    assert asked.get("/zipped").json() == {"ok": True}
    assert asked.get("/refused").status_code == 401
    assert asked.get("/nothing").content == b""


def test_an_answer_in_parts_may_take_longer_than_one_part(asked: httpx.Client) -> None:
    answer = asked.get("/parts")
    assert answer.text == "".join(f"data: {number}\n\n" for number in range(4))


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/silent", httpx.ReadTimeout),
        ("/cut", httpx.RemoteProtocolError),
        ("/garbled", httpx.RemoteProtocolError),
    ],
)
def test_what_fails_there_fails_as_httpx_has_it(
    asked: httpx.Client, path: str, error: type[httpx.HTTPError]
) -> None:
    with pytest.raises(error):
        asked.get(path)


@pytest.mark.exhaustive
def test_each_python_asks_the_same(gateway: Server, subtests: pytest.Subtests) -> None:
    for python in interpreters():
        ssh = LocalSsh(os.environ["PATH"])  # of pyenv's, too
        ssh.python = python
        with subtests.test(python=python), httpx.Client(transport=AgentTransport(ssh)) as client:
            url = f"http://localhost:{gateway.server_port}"
            assert client.post(f"{url}/whole", content="é").content == LARGE
            with pytest.raises(httpx.RemoteProtocolError):
                client.get(f"{url}/cut")


def test_nothing_of_a_request_is_in_the_command_or_the_output(gateway: Server) -> None:
    ssh = LocalSsh()
    with httpx.Client(transport=AgentTransport(ssh)) as client:
        url = f"http://localhost:{gateway.server_port}/cut"
        with pytest.raises(httpx.RemoteProtocolError) as raised:
            client.post(url, headers={"authorization": "Bearer very-secret"}, content="very-secret")
    assert ssh.commands == ["python3 -IB -"]
    assert b"very-secret" not in ssh.output
    assert "very-secret" not in str(raised.value)
