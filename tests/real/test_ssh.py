"""OpenSSH's own server, hardened in its ways; its own keys, certificates, PAM and sudo."""

import contextlib
import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from fixtures.diagnosis.vps import judge_vps_problem
from fixtures.settings.secret import Secret
from fixtures.settings.sections import OpenClawSettings, SshSettings
from fixtures.vps import ssh_config
from fixtures.vps.http import http_from_vps
from fixtures.vps.problem import VpsProblem
from fixtures.vps.ssh import Ssh
from fixtures.vps.survey import read_gateway_token
from tests.real.openssh import HOME, SUDOERS, USER, OpenSsh, make_key, open_ssh
from tests.real.processes import run

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


@pytest.fixture(scope="module")
def machine() -> Iterator[OpenSsh]:
    """In a folder that its user may enter, unlike pytest's own."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="openclaw-real-ssh-"))
        yield stack.enter_context(open_ssh(Path(folder)))


@pytest.fixture(scope="module")
def plain(machine: OpenSsh) -> SshSettings:
    return machine.serve()


@pytest.fixture(scope="module")
def with_pam(machine: OpenSsh) -> SshSettings:
    return machine.serve(pam=True)


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: OpenSsh) -> Iterator[Path]:
    monkeypatch.setattr(ssh_config, "USER_CONFIG", tmp_path / "config")
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    yield tmp_path / "config"
    machine.authorize(machine.public)


def whoami(settings: SshSettings) -> str:
    with contextlib.closing(Ssh(settings)) as ssh:
        return ssh.run("id -un", b"", 20).stdout.decode().strip()


def surveyed(settings: SshSettings) -> None:
    """Without a deployment the agent says itself that there is no file, when it runs at all."""
    with contextlib.closing(Ssh(settings)) as ssh:
        read_gateway_token(ssh, OpenClawSettings(home="/home/nobody-has-it/openclaw"))


def runs(settings: SshSettings) -> bool:
    with pytest.raises(VpsProblem) as raised:
        surveyed(settings)
    return "No such file" in raised.value.seen


def entry_of(attempt: Callable[[], object]) -> str:
    with pytest.raises(VpsProblem) as raised:
        attempt()
    assert judge_vps_problem(raised.value).diagnosis.remedy
    return raised.value.entry


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
        long = pool.submit(ssh.run, "sleep 1", b"", 60)
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
            assert ssh.run("true", b"", 20).stdout.startswith(b"2\nnull\nC\xc9t\xe9\n")
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


@pytest.mark.parametrize(
    "options",
    [
        ("-t", "ed25519"),
        ("-t", "rsa", "-m", "PEM"),
        ("-t", "rsa", "-m", "PKCS8"),
        ("-t", "ecdsa", "-m", "PKCS8"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("passphrase", ["", "sésame"])
def test_keys_of_each_format_log_in(
    machine: OpenSsh, plain: SshSettings, tmp_path: Path, options: tuple[str, ...], passphrase: str
) -> None:
    key = make_key(tmp_path / "key", *options, passphrase=passphrase)
    machine.authorize(key.with_suffix(".pub").read_text())
    secret = Secret("SSH_KEY_PASSPHRASE", passphrase) if passphrase else None
    given = {"ssh_port": plain.port, "ssh_key_path": key, "ssh_key_passphrase": secret}
    assert whoami(machine.settings(**given)) == USER


def test_the_second_identity_file_logs_in(
    machine: OpenSsh, plain: SshSettings, config: Path, tmp_path: Path
) -> None:
    other = make_key(tmp_path / "other")
    config.write_text(f"IdentityFile {other}\nIdentityFile {machine.key}\n")
    assert whoami(machine.settings(ssh_port=plain.port, ssh_key_path=None)) == USER


def test_too_many_keys_are_told(
    machine: OpenSsh, plain: SshSettings, config: Path, tmp_path: Path
) -> None:
    keys = [make_key(tmp_path / str(number)) for number in range(8)]
    config.write_text("".join(f"IdentityFile {key}\n" for key in keys))
    settings = machine.settings(ssh_port=plain.port, ssh_key_path=None)
    assert entry_of(lambda: whoami(settings)) == "ssh.too-many-keys"


def test_a_certificate_logs_in(machine: OpenSsh, tmp_path: Path, config: Path) -> None:
    authority, key = make_key(tmp_path / "ca"), make_key(tmp_path / "key", "-t", "rsa")
    run("ssh-keygen", "-q", "-s", str(authority), "-I", "it", "-n", USER, f"{key}.pub")
    machine.authorize()
    (machine.folder / "ca.pub").write_text(authority.with_suffix(".pub").read_text())
    served = machine.serve(f"TrustedUserCAKeys {machine.folder}/ca.pub")
    settings = machine.settings(ssh_port=served.port, ssh_key_path=key)
    assert whoami(settings) == USER
    key.with_name("key-cert.pub").rename(tmp_path / "elsewhere")
    assert entry_of(lambda: whoami(settings)) == "ssh.key-refused"
    config.write_text(f"CertificateFile {tmp_path / 'elsewhere'}\n")
    assert whoami(settings) == USER


def test_a_host_certificate_is_believed_when_its_authority_is_known(
    machine: OpenSsh, tmp_path: Path
) -> None:
    authority, known = make_key(tmp_path / "ca"), tmp_path / "known"
    public = machine.folder / "host_key.pub"
    sign = ("ssh-keygen", "-q", "-s", str(authority), "-h", "-I", "it", "-n", "127.0.0.1")
    run(*sign, str(public))
    served = machine.serve(f"HostCertificate {machine.folder}/host_key-cert.pub")
    settings = machine.settings(ssh_port=served.port, ssh_host_key=None, ssh_known_hosts=known)
    known.write_text(f"@cert-authority * {authority.with_suffix('.pub').read_text()}")
    assert whoami(settings) == USER
    known.write_text(f"@cert-authority * {machine.public}\n")
    assert entry_of(lambda: whoami(settings)) == "ssh.host-certificate"
    known.write_text("")
    assert entry_of(lambda: whoami(settings)) == "ssh.host-key-unknown"


def test_the_right_one_of_several_host_keys_is_enough(
    machine: OpenSsh, plain: SshSettings, config: Path, tmp_path: Path
) -> None:
    other, known = make_key(tmp_path / "other"), tmp_path / "known"
    lines = (machine.host_key, other.with_suffix(".pub").read_text())
    known.write_text("\n".join(f"alias {line}" for line in lines))
    config.write_text(f"HostKeyAlias alias\nUserKnownHostsFile /nowhere {known}\n")
    assert whoami(machine.settings(ssh_port=plain.port, ssh_host_key=None)) == USER


@pytest.mark.parametrize("way", ["ProxyJump", "ProxyCommand"])
def test_a_way_through_another_server_is_taken(
    machine: OpenSsh, plain: SshSettings, config: Path, tmp_path: Path, way: str
) -> None:
    port, known = plain.port, tmp_path / "known"
    known.write_text(f"[127.0.0.1]:{port} {machine.host_key}\n")
    options = f"-o UserKnownHostsFile={known} -i {machine.key} -p {port}"
    ways = {
        "ProxyJump": f"ProxyJump {USER}@jump",
        "ProxyCommand": f"ProxyCommand ssh -F none {options} -W %h:%p {USER}@127.0.0.1",
    }
    config.write_text(
        f"Host vps\n HostName 127.0.0.1\n {ways[way]}\n"
        f"Host jump\n HostName 127.0.0.1\n Port {port}\n"
        f" IdentityFile {machine.key}\n UserKnownHostsFile {known}\n"
    )
    served = machine.serve()
    assert whoami(machine.settings(ssh_host="vps", ssh_port=served.port)) == USER
