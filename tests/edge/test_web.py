"""The way to the web: the environment's proxies and certificates are used, or named."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from fixtures.edge.http import bounded_client
from fixtures.edge.web import Web, proxy_for
from fixtures.settings.secret import Secret

PASSWORD = Secret("the proxy's password", "correct-horse")
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


class ProxyServer(BaseHTTPRequestHandler):
    """Answers itself what it is to fetch, and tunnels nothing."""

    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_CONNECT(self) -> None:
        self.send_response_only(407, "Who are\x1b[2J you?")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def proxy() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), ProxyServer) as server:
        server.seen = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def error_of(url: str) -> httpx.TransportError:
    with bounded_client(timeout=30.0) as client, pytest.raises(httpx.TransportError) as raised:
        client.get(url)
    assert PASSWORD.reveal() not in str(raised.value)
    return raised.value


def test_the_proxy_that_is_named_is_used(
    proxy: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"127.0.0.1:{proxy.server_port}")
    with bounded_client(timeout=30.0) as client:
        assert client.get("http://worker.example/health").is_success
    assert proxy.seen == ["http://worker.example/health"]  # type: ignore[attr-defined]


def test_a_proxy_that_refuses_is_named_without_its_password(
    proxy: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"http://user:{PASSWORD.reveal()}@127.0.0.1:{proxy.server_port}"
    monkeypatch.setenv("HTTPS_PROXY", address)
    said = str(error_of("https://worker.example/health"))
    assert said == "407 Who are\\x1b[2J you?, through the proxy that HTTPS_PROXY names"


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:9", "ALL_PROXY names is a SOCKS proxy, which needs pip"),
        ("https_proxy", "http://127.0.0.1:9", "refused, through the proxy that https_proxy names"),
        ("HTTPS_PROXY", "gopher://127.0.0.1:9", "that HTTPS_PROXY names cannot be used (gopher"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named(
    variable: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    assert words in str(error_of("https://worker.example/health"))


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://[::1]:9", "http://localhost:9"])
def test_no_proxy_leads_to_this_machine(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://192.0.2.1:9")
    assert proxy_for(httpx.URL(url)) is None
    assert proxy_for(httpx.URL("http://worker.example")) is not None


def test_an_exception_from_the_proxy_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://192.0.2.1:9")
    monkeypatch.setenv("NO_PROXY", "worker.example")
    assert proxy_for(httpx.URL("https://worker.example")) is None


@pytest.mark.parametrize("content", [None, "no certificates"])
def test_certificates_that_cannot_be_used_are_named(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    said = str(error_of("https://worker.example/health"))
    assert said.startswith(f"SSL_CERT_FILE={path} cannot be used: ")


def test_who_asks_at_the_same_time_goes_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second way, made at the same time, would never be closed."""
    made: list[httpx.MockTransport] = []
    together = threading.Barrier(4)

    def way(_: object) -> httpx.MockTransport:
        time.sleep(0.05)
        made.append(httpx.MockTransport(lambda _: httpx.Response(204)))
        return made[-1]

    def ask() -> None:
        together.wait()
        web.handle_request(httpx.Request("GET", "http://127.0.0.1/"))

    monkeypatch.setattr("fixtures.edge.web._way", way)
    web = Web()
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(made) == 1


def test_the_environment_may_change_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """As pytest's own variable does, which is gone when another thread gets to it."""
    errors = [KeyError("PYTEST_CURRENT_TEST"), RuntimeError("dictionary changed size")]

    def getproxies() -> dict[str, str]:
        if errors:
            raise errors.pop()
        return {"https": "http://proxy.example:3128"}

    monkeypatch.setattr("urllib.request.getproxies", getproxies)
    assert proxy_for(httpx.URL("https://worker.example")) is not None
    assert errors == []
