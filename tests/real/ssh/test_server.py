"""OpenSSH's own server, hardened in its ways; its PAM, and sudo."""

import contextlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from fixtures.settings.sections import OpenClawSettings, SshSettings
from fixtures.vps.http import http_from_vps
from fixtures.vps.problem import VpsProblem
from fixtures.vps.ssh import Ssh
from fixtures.vps.survey import read_gateway_token
from tests.real.openssh import HOME, SUDOERS, USER, OpenSsh
from tests.real.ssh.logins import entry_of, whoami

pytestmark = pytest.mark.real
HARDENED = {
    "AllowTcpForwarding no": ("AllowTcpForwarding no", "MaxSessions 3"),
    "PermitOpen none": ("PermitOpen none",),
    "DisableForwarding yes": ("DisableForwarding yes",),
    "one session": ("AllowTcpForwarding no", "MaxSessions 1"),
}
NOISE = b"echo 2; echo null; printf 'C\\311t\\351\\n{\"answer\": {}}\\n{'\n"


class Gateway(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        answer = json.dumps({"token": self.headers["authorization"], "sent": body.decode()})
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


def surveyed(settings: SshSettings) -> None:
    """Without a deployment the agent says itself that there is no file, when it runs at all."""
    with contextlib.closing(Ssh(settings)) as ssh:
        read_gateway_token(ssh, OpenClawSettings(home="/home/nobody-has-it/openclaw"))


def runs(settings: SshSettings) -> bool:
    with pytest.raises(VpsProblem) as raised:
        surveyed(settings)
    return "No such file" in raised.value.seen


@pytest.mark.parametrize("how", HARDENED)
def test_a_hardened_server_forwards_nothing_and_all_is_asked(
    machine: OpenSsh, gateway: str, how: str
) -> None:
    settings = machine.serve(*HARDENED[how])

    def ask(number: int) -> Any:
        with http_from_vps(ssh, gateway) as client:
            headers = {"authorization": f"Bearer {number}"}
            return client.post("/", content=f"{number} é", headers=headers).json()

    with contextlib.closing(Ssh(settings)) as ssh, ThreadPoolExecutor(6) as pool:
        long = pool.submit(ssh.run, "sleep 1", b"", lambda: 60)
        found = [pool.submit(ask, number) for number in range(5)]
        assert long.result().exit_status == 0
        for number, each in enumerate(found):
            assert each.result() == {"token": f"Bearer {number}", "sent": f"{number} é"}
        assert ssh.asks_by == "agent"


def test_a_server_that_forwards_is_asked_by_a_tunnel(plain: SshSettings, gateway: str) -> None:
    with contextlib.closing(Ssh(plain)) as ssh:
        with http_from_vps(ssh, gateway) as client:
            assert client.post("/", content="x").is_success
        assert ssh.asks_by == "tunnel"


def test_a_server_without_sessions_is_told(machine: OpenSsh) -> None:
    settings = machine.serve("MaxSessions 0")
    assert entry_of(lambda: whoami(settings)) == "ssh.no-session"


@pytest.mark.parametrize(
    ("options", "entry"),
    [
        (("AuthenticationMethods publickey,keyboard-interactive",
          "KbdInteractiveAuthentication yes"), "ssh.second-factor"),
        (("PubkeyAuthentication no", "PasswordAuthentication yes"), "ssh.keys-not-taken"),
    ],
)  # fmt: skip
def test_what_else_the_server_wants_is_told_and_nobody_is_asked(
    machine: OpenSsh, options: tuple[str, ...], entry: str
) -> None:
    settings = machine.serve(*options, pam=True)
    assert entry_of(lambda: whoami(settings)) == entry


def test_an_expired_account_is_told(machine: OpenSsh, with_pam: SshSettings) -> None:
    with machine.changed("chage", "-E", "1", USER, back=("chage", "-E", "-1", USER)):
        assert entry_of(lambda: whoami(with_pam)) == "ssh.account-expired"


def test_a_password_that_has_to_be_changed_is_told(machine: OpenSsh, with_pam: SshSettings) -> None:
    with machine.changed("chage", "-d", "0", USER, back=("chage", "-d", "20000", USER)):
        assert entry_of(lambda: surveyed(with_pam)) == "ssh.password-expired"


def test_maintenance_is_told_in_its_own_words(machine: OpenSsh, with_pam: SshSettings) -> None:
    nologin = machine.folder / "nologin"
    nologin.write_text("Back at noon.\n")
    with pytest.raises(VpsProblem, match=r"Back at noon\.") as raised:
        whoami(with_pam)
    nologin.unlink()
    assert raised.value.entry == "ssh.account-refused"


def test_a_forced_command_is_told(machine: OpenSsh) -> None:
    settings = machine.serve("ForceCommand echo Welcome.")
    assert entry_of(lambda: surveyed(settings)) == "ssh.forced-command"


def test_a_login_without_a_shell_is_told(machine: OpenSsh, plain: SshSettings) -> None:
    usermod = ("usermod", "--shell")
    with machine.changed(*usermod, "/usr/sbin/nologin", USER, back=(*usermod, "/bin/bash", USER)):
        assert entry_of(lambda: surveyed(plain)) == "ssh.no-shell"


def test_what_a_bashrc_prints_is_not_read(plain: SshSettings) -> None:
    path = HOME / ".bashrc"
    before = path.read_bytes()
    path.write_bytes(NOISE + before)
    try:
        with contextlib.closing(Ssh(plain)) as ssh:
            assert ssh.run("true", b"", lambda: 20).stdout.startswith(b"2\nnull\nC\xc9t\xe9\n")
        assert runs(plain)
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize(
    ("rules", "entry"),
    [
        ("Defaults requiretty\n{user} ALL=(root) NOPASSWD: ALL\n", "survey.requiretty"),
        ("{user} ALL=(root) ALL\n", "survey.sudo"),
        ("", "survey.sudo"),
    ],
)
def test_sudo_s_refusal_is_told_by_its_reason(plain: SshSettings, rules: str, entry: str) -> None:
    before = SUDOERS.read_text()
    SUDOERS.write_text(rules.format(user=USER))
    try:
        assert entry_of(lambda: surveyed(plain)) == entry
        SUDOERS.write_text(f"{USER} ALL=(root) NOPASSWD: /usr/bin/python3 -IB -\n")
        assert runs(plain)
    finally:
        SUDOERS.write_text(before)
