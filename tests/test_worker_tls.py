"""A certificate that is not valid is told from a Worker that is not there."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from fixtures.diagnosis.contract import judge_https
from fixtures.rehearsal import Rehearsal
from fixtures.rehearsal.base.certificates import Certificate, self_signed
from fixtures.rehearsal.faults.table import FAULTS
from fixtures.worker.contract import Contract
from tests.builders import settings
from tests.runs import PASSED, run_suite
from tests.secrets_shown import assert_no_secret
from tests.workers import contract_of


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "ok"}')

    def log_message(self, *_: object) -> None:
        pass


class QuietServer(HTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that refuses the certificate goes away in the middle."""


@contextlib.contextmanager
def served(certificate: Certificate | None) -> Iterator[int]:
    with QuietServer(("127.0.0.1", 0), Healthy) as server:
        if certificate:
            context = certificate.server_context()
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def observed(port: int, host: str = "127.0.0.1") -> Contract:
    return contract_of(settings(worker_url=f"https://{host}:{port}"))


@pytest.fixture
def trust(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Certificate:
    """A certificate that this process trusts."""
    certificate = self_signed()
    (tmp_path / "ca.pem").write_bytes(certificate.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return certificate


def test_a_valid_certificate_is_accepted(trust: Certificate) -> None:
    with served(trust) as port:
        contract = observed(port)
    assert contract.health.healthy
    assert judge_https(contract, "") is None


@pytest.mark.parametrize(
    "certificate",
    [self_signed(), self_signed(valid_for=-timedelta(hours=1)), self_signed((), "192.0.2.1")],
    ids=["self-signed", "expired", "of another name"],
)
def test_a_certificate_that_is_not_valid_is_a_failure_of_its_own(
    certificate: Certificate,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    (tmp_path / "ca.pem").write_bytes(certificate.pem)
    if "self-signed" not in request.node.name:  # all else is right with it
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with served(certificate) as port:
        contract = observed(port)
    judgement = judge_https(contract, "")
    assert judgement
    assert (judgement.verdict, judgement.diagnosis.cause) == ("failed", "worker-certificate")


def test_a_worker_that_speaks_no_tls_has_no_wrong_certificate() -> None:
    with served(None) as port:
        assert not observed(port).health.bad_certificate


def test_a_port_where_nobody_listens_has_no_wrong_certificate() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        health = observed(reserved.getsockname()[1]).health
    assert (health.status, health.bad_certificate) == (None, False)


def test_a_worker_over_https_whose_certificate_is_trusted_keeps_its_contract(
    tmp_path: Path,
) -> None:
    assert "worker-certificate" in FAULTS
    with Rehearsal(["worker-certificate"]) as rehearsal:
        certificate = rehearsal.cloud.plan.worker.certificate
        assert certificate
        (tmp_path / "ca.pem").write_bytes(certificate.pem)
        trusting = {"SSL_CERT_FILE": str(tmp_path / "ca.pem")}
        run = run_suite(tmp_path / "run", rehearsal.settings, "-k=Worker", environ=trusting)
        assert_no_secret(run, rehearsal.secrets)
    assert run.causes == {}
    assert run.exit_code == PASSED
    assert run.observed("worker.https")["certificate"] == "valid"
    assert "does not apply" in run.observed("worker.https")["plain_http"]
