"""Who reaches the gateway, and who is let in: replies as they come, and what they mean."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
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
from fixtures import exposure
from fixtures.background import Background
from fixtures.diagnosis.exposure import (
    guards,
    judge_knock,
    judge_listening,
    judge_public_name,
    judge_without_token,
)
from fixtures.exposure import Knock, PublicName, Reply, ask_public_name, connect, knock
from fixtures.observations import Observations
from fixtures.redaction import Redactor
from fixtures.suite.lint import step_definitions
from fixtures.suite.recording import Recording
from fixtures.verdicts import Broken, NotObserved
from fixtures.vps.survey import Scope
from fixtures.vps.surveyed import Listening, Place, Unseen
from tests.builders import Web, settings, survey
from tests.test_diagnosis import verdict_of

PUBLIC = "https://openclaw.example"
LOGIN = "https://team.cloudflareaccess.com/cdn-cgi/access/login/openclaw.example"
RAY = {"cf-ray": "8f00-AMS", "server": "cloudflare"}
UNAUTHORIZED = httpx.Response(401, json={"error": {"type": "unauthorized"}}, headers=RAY)
INVALID_MODEL = {"error": {"message": "Invalid `model`.", "type": "invalid_request_error"}}
NO_NAME = {"ok": False, "error": {"type": "invalid_request", "message": "requires name"}}


def reply(says: str, status: int | None = 200, path: str = "/", **changes: Any) -> Reply:
    values = {"path": path, "says": says, "status": status, "through_cloudflare": bool(status)}
    return Reply(**(values | changes))


def make(check: str, seen: Any) -> None:
    """Make a step's check of what was seen."""
    [step] = [each for each in step_definitions() if each.parser.is_matching(check)]
    observations = Observations(settings(), Redactor(), Scope())
    step.step_func(seen, observations, Recording("feature", "scenario", "vps1"))


def public(ui: Reply, *api: Reply) -> PublicName:
    return PublicName(url=PUBLIC, control_ui=ui, api=api)


class TestPort:
    @pytest.mark.parametrize(
        ("listening", "kind", "cause"),
        [
            (Listening(sockets=("127.0.0.1", "::1")), None, ""),
            (Listening(published=(("127.0.0.1", 18789),)), None, ""),
            (Listening(published=(("127.0.0.1", 18789), ("::1", 8080))), None, ""),
            (
                Listening(published=(("127.0.0.1", 18789), ("0.0.0.0", 8080))),
                Broken,
                "port-exposed",
            ),
            (Listening(sockets=("127.0.0.1", "192.0.2.7")), Broken, "port-exposed"),
            (Listening(sockets=("::",)), Broken, "port-exposed"),
            (
                Listening(sockets=("127.0.0.1",), published=(("0.0.0.0", 18789),)),
                Broken,
                "port-exposed",
            ),
            (Listening(), NotObserved, "port-unseen"),
        ],
    )
    def test_may_listen_on_the_loopback_only(
        self, listening: Listening, kind: Any, cause: str
    ) -> None:
        assert verdict_of(judge_listening(listening, 18789)) == (kind, cause)

    def test_at_another_port_of_the_vps_is_told_with_its_number(self) -> None:
        listening = Listening(sockets=("127.0.0.1",), published=(("0.0.0.0", 8080),))
        judgement = judge_listening(listening, 18789)
        assert judgement is not None
        assert judgement.diagnosis.seen == "port 18789 listens on 0.0.0.0 as port 8080"

    def test_takes_no_connection_from_here(self) -> None:
        connected = Knock(tried=True, connected=True)
        assert verdict_of(judge_knock(connected, 18789)) == (Broken, "port-reachable")
        assert judge_knock(Knock(tried=True, problem="timed out"), 18789) is None
        assert judge_knock(Knock(tried=False), 18789) is None

    def test_a_connection_from_here_breaks_the_step(self) -> None:
        """No rehearsal can: on the loopback interface nobody knocks."""
        connected = Background(lambda: Knock(tried=True, connected=True))
        with pytest.raises(Broken):
            make("the gateway's port takes no connection from where the suite runs", connected)

    def test_may_listen_where_the_tables_cannot_be_read(self) -> None:
        table = Unseen(reason="Permission denied", number=1, paths=("/proc/net/tcp6",))
        seen = replace(survey(), listening=Listening(sockets=("127.0.0.1",)))
        make("the gateway's port listens on the loopback only", seen)
        places = {"listening": Place(name="listening", unseen=(table,))}
        with pytest.raises(NotObserved):
            make("the gateway's port listens on the loopback only", replace(seen, places=places))

    def test_is_knocked_at(self) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as server:
            port = server.getsockname()[1]
            assert connect("127.0.0.1", port) == Knock(tried=True, connected=True)
        closed = connect("127.0.0.1", port)
        assert closed.tried
        assert not closed.connected
        assert closed.problem

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
    def test_is_not_knocked_at_on_this_machine(self, host: str) -> None:
        assert not knock(settings(vps_host=host)).tried

    def test_is_knocked_at_where_the_ssh_config_says(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / ".ssh").mkdir()
        (tmp_path / ".ssh/config").write_text("Host claw\n  HostName 192.0.2.7\n")
        monkeypatch.setenv("HOME", str(tmp_path))
        asked = []
        monkeypatch.setattr(exposure, "connect", lambda *to: asked.append(to))
        knock(settings(vps_host="claw"))
        assert asked == [("192.0.2.7", 18789)]

    def test_of_a_host_without_an_address_here_is_not_knocked_at(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unknown(*_: Any, **__: Any) -> Any:
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        found = knock(settings(vps_host="inside"))
        assert not found.tried
        assert "not known" in found.problem


class TestWithoutToken:
    @pytest.mark.parametrize(
        ("seen", "kind", "cause"),
        [
            (reply("refused", 401), None, ""),
            (reply("absent", 404), None, ""),
            (reply("served"), Broken, "gateway-open"),
            (reply("served", 400), Broken, "gateway-open"),
            (reply("unreachable", None), NotObserved, "gateway-down"),
            (reply("limited", 429), NotObserved, "gateway-rate-limited"),
            (reply("failed", 502), NotObserved, "gateway-unclear"),
            (reply("page"), NotObserved, "gateway-unclear"),
            (reply("other", 400), NotObserved, "gateway-unclear"),
        ],
    )
    def test_nobody_is_served(self, seen: Reply, kind: Any, cause: str) -> None:
        assert verdict_of(judge_without_token(seen)) == (kind, cause)


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
        seen = ask_public_name(settings(openclaw_domain="openclaw.example"))
        assert {each.path: each.says for each in seen.api} == {
            "/v1/chat/completions": says,
            "/v1/models": "refused",
            "/tools/invoke": "refused",
        }

    def test_is_asked_without_a_credential_beside_its_path_and_below(self, web: Web) -> None:
        given = settings(openclaw_domain="openclaw.example", openclaw_domain_path="/ui/")
        seen = ask_public_name(given)
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
        seen = ask_public_name(settings(openclaw_domain="openclaw.example"))
        assert {each.says for each in seen.replies} == {"unreachable"}

    def test_with_a_certificate_of_nobodys_is_told(self, tmp_path: Path) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as server:
            threading.Thread(target=serve_tls, args=(server, tmp_path), daemon=True).start()
            address = f"https://localhost:{server.getsockname()[1]}"
            seen = ask_public_name(settings(openclaw_domain=address))
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
