"""The gateway's public name: replies as they come, and what they mean."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import steps.exposure  # noqa: F401 - its steps
from fixtures.diagnosis.exposure import (
    guards,
    judge_public_name,
)
from fixtures.diagnosis.verdicts import Broken, NotObserved
from fixtures.openclaw.exposure import PublicName, TokenlessReply, ask_public_name
from tests.builders import Web, reply, settings
from tests.diagnosed import verdict_of

PUBLIC = "https://openclaw.example"
LOGIN = "https://team.cloudflareaccess.com/cdn-cgi/access/login/openclaw.example"
RAY = {"cf-ray": "8f00-AMS", "server": "cloudflare"}
UNAUTHORIZED = httpx.Response(401, json={"error": {"type": "unauthorized"}}, headers=RAY)
INVALID_MODEL = {"error": {"message": "Invalid `model`.", "type": "invalid_request_error"}}
NO_NAME = {"ok": False, "error": {"type": "invalid_request", "message": "requires name"}}


def public(ui: TokenlessReply, *api: TokenlessReply) -> PublicName:
    return PublicName(url=PUBLIC, control_ui=ui, api=api)


class TestPublicName:
    @pytest.fixture
    def web(self) -> Iterator[Web]:
        web = Web(otherwise=UNAUTHORIZED)
        with respx.mock(assert_all_called=False) as router:
            router.route().mock(side_effect=web)
            yield web

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            (UNAUTHORIZED, "refused"),
            (httpx.Response(403), "refused"),
            (httpx.Response(302, headers={"location": LOGIN}), "access"),
            (httpx.Response(302, headers={"location": "/cdn-cgi/access/login/x"}), "access"),
            (httpx.Response(403, headers={"cf-access-aud": "aud"}), "access"),
            (httpx.Response(401, headers={"www-authenticate": "Cloudflare-Access"}), "access"),
            (httpx.Response(302, headers={"location": "https://openclaw.example/ui"}), "redirect"),
            (httpx.Response(302, headers={"location": f"https://x.example/?to={LOGIN}"}),
             "redirect"),
            (httpx.Response(200, headers={"cf-access-aud": "aud"}, json={"data": []}), "served"),
            (httpx.Response(404, text="Not Found"), "absent"),
            (httpx.Response(404, json={"error": "no"}), "absent"),
            (httpx.Response(405), "absent"),
            (httpx.Response(200, html="<!doctype html>"), "page"),
            (httpx.Response(200, json={"object": "list", "data": []}), "served"),
            (httpx.Response(200, json={"choices": []}), "served"),
            (httpx.Response(200, text="data: {}", headers={"content-type": "text/event-stream"}),
             "served"),
            (httpx.Response(400, json=INVALID_MODEL), "served"),
            (httpx.Response(400, json=NO_NAME), "served"),
            (httpx.Response(400, json={"error": "Bad Request"}), "other"),
            (httpx.Response(400, text="Bad Request"), "other"),
            (httpx.Response(429), "limited"),
            (httpx.Response(530, text="error code: 1033"), "failed"),
        ],
    )  # fmt: skip
    def test_is_heard_in_each_of_its_answers(
        self, web: Web, answer: httpx.Response, says: str
    ) -> None:
        web.answers[f"{PUBLIC}/v1/chat/completions"] = answer
        seen = ask_public_name(settings(openclaw_domain="openclaw.example").openclaw)
        assert {each.path: each.says for each in seen.api} == {
            "/v1/chat/completions": says,
            "/v1/models": "refused",
            "/tools/invoke": "refused",
        }

    def test_is_asked_without_a_credential_beside_its_path_and_below(self, web: Web) -> None:
        given = settings(openclaw_domain="openclaw.example", openclaw_domain_path="/ui/")
        seen = ask_public_name(given.openclaw)
        assert seen.url == f"{PUBLIC}/ui"
        assert [each.path for each in seen.replies] == [
            "/ui/",
            "/v1/chat/completions",
            "/v1/models",
            "/tools/invoke",
            "/ui/v1/chat/completions",
        ]
        assert all(each.url.host == "openclaw.example" for each in web.requests)
        sent = {name for each in web.requests for name in each.headers}
        assert not {"authorization", "cookie"} & sent

    def test_that_is_not_reached_is_unreachable(self, respx_mock: respx.MockRouter) -> None:
        respx_mock.route().mock(side_effect=httpx.ConnectTimeout("timed out"))
        seen = ask_public_name(settings(openclaw_domain="openclaw.example").openclaw)
        assert {each.says for each in seen.replies} == {"unreachable"}

    def test_with_a_certificate_of_nobodys_is_told(self, tmp_path: Path) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as server:
            threading.Thread(target=serve_tls, args=(server, tmp_path), daemon=True).start()
            address = f"https://localhost:{server.getsockname()[1]}"
            seen = ask_public_name(settings(openclaw_domain=address).openclaw)
        assert seen.control_ui.says == "certificate"

    @pytest.mark.parametrize(
        ("seen", "kind", "cause"),
        [
            (public(reply("access", 302), reply("access", 302)), None, ""),
            (public(reply("page"), reply("refused", 401), reply("absent", 404)), None, ""),
            (public(reply("access", 302), reply("refused", 401)), None, ""),
            (public(reply("access", 302), reply("served", 400)), Broken, "public-open-api"),
            (
                public(reply("page"), reply("served", through_cloudflare=False)),
                Broken,
                "public-open-api",
            ),
            (
                public(reply("page"), reply("refused", 401, through_cloudflare=False)),
                Broken,
                "public-not-cloudflare",
            ),
            (
                public(reply("certificate", None), reply("certificate", None)),
                Broken,
                "public-certificate",
            ),
            (
                public(reply("unreachable", None), reply("unreachable", None)),
                NotObserved,
                "public-unreachable",
            ),
            (public(reply("page"), reply("page")), NotObserved, "public-unclear"),
            (public(reply("failed", 530), reply("failed", 530)), NotObserved, "public-unclear"),
            (public(reply("redirect", 301), reply("refused", 401)), NotObserved, "public-unclear"),
            (public(reply("served"), reply("refused", 401)), NotObserved, "public-unclear"),
        ],
    )
    def test_lets_nobody_in(self, seen: PublicName, kind: Any, cause: str) -> None:
        assert verdict_of(judge_public_name(seen)) == (kind, cause)

    def test_has_its_guards_named(self) -> None:
        seen = public(reply("access", 302), reply("refused", 401))
        assert guards(seen) == ("Cloudflare Access", "the gateway's own authentication")


def serve_tls(server: socket.socket, folder: Path) -> None:
    """Take connections with a certificate that nobody has signed, until the socket is closed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(folder))
    while True:
        try:
            connection = server.accept()[0]
        except OSError:
            return
        with closing(connection):
            try:
                context.wrap_socket(connection, server_side=True).close()
            except OSError:
                continue


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "server.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
