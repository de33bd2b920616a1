"""Logging in: which keys are offered, and what is said where none of them is enough."""

import contextlib
import os
import socket as sockets
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import paramiko
import pytest
from paramiko import AuthenticationException, Message
from paramiko.common import (
    cMSG_CHANNEL_CLOSE,
    cMSG_CHANNEL_DATA,
    cMSG_CHANNEL_EOF,
    cMSG_CHANNEL_WINDOW_ADJUST,
    cMSG_USERAUTH_REQUEST,
)

from fixtures.diagnosis.catalogue import entries
from fixtures.diagnosis.vps import judge_vps_problem
from fixtures.rehearsal import Rehearsal
from fixtures.settings.settings import build_settings
from fixtures.vps import ssh_config, ssh_login
from fixtures.vps.problem import VpsProblem
from fixtures.vps.ssh import Ssh
from tests.waiting import left_after_a_while

TIMED_OUT = "Authentication timeout."  # paramiko's words
PASSPHRASE = "open, sésame"
KINDS = {
    "OpenSSH": ("-t", "ed25519"),
    "PKCS#1": ("-t", "rsa", "-b", "2048", "-m", "PEM"),
    "PKCS#8": ("-t", "rsa", "-b", "2048", "-m", "PKCS8"),
    "PKCS#8, elliptic": ("-t", "ecdsa", "-m", "PKCS8"),
}


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    with Rehearsal() as running:
        yield running


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(ssh_config, "USER_CONFIG", tmp_path / "config")
    monkeypatch.setattr(ssh_config, "SYSTEM_CONFIG", tmp_path / "ssh_config")
    monkeypatch.setattr(ssh_config, "DEFAULT_KEYS", (str(tmp_path / "id_ed25519"),))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return tmp_path / "config"


def problem(rehearsal: Rehearsal, **changes: Any) -> VpsProblem:
    """Why there is no connection. There is a judgement of it, with a remedy."""
    with pytest.raises(VpsProblem) as raised:
        hello(rehearsal, **changes)
    judged = judge_vps_problem(raised.value)
    assert judged.diagnosis.remedy
    return raised.value


def hello(rehearsal: Rehearsal, **changes: Any) -> bytes:
    settings = build_settings({**rehearsal.settings, **changes}, "the test")
    with contextlib.closing(Ssh(settings.ssh)) as ssh:
        return ssh.run("echo hello", b"", 10).stdout


def ssh_keygen(*options: str) -> None:
    command = ["ssh-keygen", "-q", *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def of_the_login(rehearsal: Rehearsal, folder: Path, *, locked: bool = False) -> Path:
    """The rehearsal's own key, as a file to be changed."""
    path = folder / "key"
    path.write_bytes(Path(rehearsal.settings["SSH_KEY_PATH"]).read_bytes())
    path.chmod(0o600)
    public = subprocess.run(
        ["ssh-keygen", "-y", "-f", path],  # noqa: S607
        check=True,
        capture_output=True,
    ).stdout
    path.with_suffix(".pub").write_bytes(public)
    if locked:
        ssh_keygen("-p", "-P", "", "-N", PASSPHRASE, "-f", str(path))
    return path


def not_answering(path: str) -> list[str]:
    """The file of a socket is there before anybody listens on it."""
    with sockets.socket(sockets.AF_UNIX) as client:
        return [path] if client.connect_ex(path) else []


@contextlib.contextmanager
def agent_with(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    socket = str(path.with_name("agent"))
    command = ["ssh-agent", "-D", "-a", socket]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as agent:
        try:
            assert left_after_a_while(lambda: not_answering(socket)) == []
            add = ["ssh-add", "-q", str(path)]
            subprocess.run(add, env={**os.environ, "SSH_AUTH_SOCK": socket}, check=True)
            yield socket
        finally:
            agent.terminate()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locked", [False, True])
def test_a_key_of_any_format_is_offered(
    rehearsal: Rehearsal, tmp_path: Path, kind: str, *, locked: bool
) -> None:
    """It is not the login's: the server refuses it, which it could not without the key."""
    path = tmp_path / "key"
    ssh_keygen(*KINDS[kind], "-N", PASSPHRASE if locked else "", "-f", str(path))
    found = problem(rehearsal, SSH_KEY_PATH=str(path), SSH_KEY_PASSPHRASE=PASSPHRASE)
    assert found.entry == "ssh.key-refused"


@pytest.mark.parametrize("kind", KINDS)
def test_an_encrypted_key_is_told_as_one(rehearsal: Rehearsal, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "key"
    ssh_keygen(*KINDS[kind], "-N", PASSPHRASE, "-f", str(path))
    assert problem(rehearsal, SSH_KEY_PATH=str(path)).entry == "ssh.key-encrypted"
    wrong = problem(rehearsal, SSH_KEY_PATH=str(path), SSH_KEY_PASSPHRASE="another")
    assert wrong.entry == "ssh.key-passphrase"
    assert "another" not in f"{wrong} {judge_vps_problem(wrong).diagnosis}"


def test_a_passphrase_unlocks_a_key(rehearsal: Rehearsal, tmp_path: Path) -> None:
    path = of_the_login(rehearsal, tmp_path, locked=True)
    changes = {"SSH_KEY_PATH": str(path), "SSH_KEY_PASSPHRASE": PASSPHRASE}
    assert hello(rehearsal, **changes) == b"hello\n"
    made = build_settings({**rehearsal.settings, **changes}, "the test")
    assert PASSPHRASE in [each.reveal() for each in made.secrets()]
    assert PASSPHRASE not in repr(made)


@pytest.mark.parametrize("given", ["key", "key.pub"])
def test_an_agent_needs_no_passphrase(
    rehearsal: Rehearsal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    path = of_the_login(rehearsal, tmp_path)
    with agent_with(path, monkeypatch) as socket:
        ssh_keygen("-p", "-P", "", "-N", PASSPHRASE, "-f", str(path))
        monkeypatch.setenv("SSH_AUTH_SOCK", socket)
        assert hello(rehearsal, SSH_KEY_PATH=str(tmp_path / given)) == b"hello\n"


def test_an_agent_may_be_named_by_the_config(
    rehearsal: Rehearsal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: Path
) -> None:
    path = of_the_login(rehearsal, tmp_path)
    with agent_with(path, monkeypatch) as socket:
        config.write_text(f"IdentityAgent {socket}\n")
        assert hello(rehearsal, SSH_KEY_PATH="") == b"hello\n"
        config.write_text(f"IdentityAgent {socket}\nIdentitiesOnly yes\n")
        assert problem(rehearsal, SSH_KEY_PATH="").entry == "ssh.no-key"


def test_each_identity_file_is_tried(rehearsal: Rehearsal, tmp_path: Path, config: Path) -> None:
    right, wrong = of_the_login(rehearsal, tmp_path), tmp_path / "wrong"
    ssh_keygen("-t", "ed25519", "-N", PASSPHRASE, "-f", str(tmp_path / "locked"))
    ssh_keygen("-t", "ed25519", "-N", "", "-f", str(wrong))
    files = (tmp_path / "absent", tmp_path / "locked", wrong, right)
    config.write_text("".join(f"IdentityFile {each}\n" for each in files))
    assert hello(rehearsal, SSH_KEY_PATH="") == b"hello\n"


def test_a_file_that_was_left_out_is_told_where_no_other_key_is_right(
    rehearsal: Rehearsal, tmp_path: Path
) -> None:
    ssh_keygen("-t", "ed25519", "-N", PASSPHRASE, "-f", str(tmp_path / "id_ed25519"))
    assert problem(rehearsal, SSH_KEY_PATH="").entry == "ssh.key-encrypted"


def test_without_a_key_there_is_nothing_to_offer(rehearsal: Rehearsal) -> None:
    assert problem(rehearsal, SSH_KEY_PATH="").entry == "ssh.no-key"


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "ssh.key-of-putty"),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== me@here\n", "ssh.key-public"),
        ("-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n", "ssh.key-public"),
        ("---- BEGIN SSH2 PUBLIC KEY ----\n", "ssh.key-public"),
        ("nothing of the kind\n", "ssh.key-unreadable"),
        ("", "ssh.key-unreadable"),
    ],
)
def test_what_is_no_private_key_is_told_by_what_it_is(
    rehearsal: Rehearsal, tmp_path: Path, text: str, entry: str
) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    assert problem(rehearsal, SSH_KEY_PATH=str(path)).entry == entry


@pytest.mark.parametrize(
    ("fault", "entry"),
    [
        ("ssh-second-factor", "ssh.second-factor"),
        ("ssh-account-expired", "ssh.account-expired"),
        ("ssh-maintenance", "ssh.account-refused"),
    ],
)
def test_a_server_that_turns_the_login_away_is_told_by_its_reason(fault: str, entry: str) -> None:
    with Rehearsal([fault]) as hard:
        assert problem(hard).entry == entry


def test_a_way_through_a_command(rehearsal: Rehearsal, config: Path) -> None:
    relay = (
        "import socket,sys,threading,os;s=socket.create_connection((sys.argv[1],sys.argv[2]));"
        "threading.Thread(target=lambda:[s.sendall(d) for d in iter(lambda:os.read(0,9999),b'')],"
        "daemon=True).start();[os.write(1,d) for d in iter(lambda:s.recv(9999),b'')]"
    )
    config.write_text(f'Host vps\nHostName 127.0.0.1\nProxyCommand python3 -c "{relay}" %h %p\n')
    assert hello(rehearsal, VPS1_IP="vps") == b"hello\n"


def test_a_command_that_leads_nowhere_is_told(rehearsal: Rehearsal, config: Path) -> None:
    config.write_text("Host vps\nProxyCommand sh -c 'exit 7'\n")
    found = problem(rehearsal, VPS1_IP="vps")
    assert (found.entry, "status 7" in found.seen) == ("ssh.proxy-command", True)


def test_a_refused_jump_host_is_named(rehearsal: Rehearsal, config: Path, tmp_path: Path) -> None:
    (tmp_path / "known").write_text("")
    port, known = rehearsal.settings["SSH_PORT"], tmp_path / "known"
    config.write_text(
        f"Host vps\nProxyJump jump\n"
        f"Host jump\nHostName 127.0.0.1\nPort {port}\nUserKnownHostsFile {known}\n"
    )
    found = problem(rehearsal, VPS1_IP="vps")
    assert found.entry == "ssh.host-key-unknown"
    assert "jump host 127.0.0.1" in found.seen


def test_no_remedy_asks_to_weaken_sshd() -> None:
    options = ("AllowTcpForwarding", "PermitOpen", "MaxSessions", "DisableForwarding")
    asked = [each.name for each in entries().values() if any(o in each.remedy for o in options)]
    assert asked == []


def test_an_answer_that_comes_before_anybody_waits_for_it_is_heard(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a busy machine: the sending thread goes on only after the answer has come."""
    send = ssh_login.Connection._send_message  # noqa: SLF001

    def send_and_sleep(connection: Any, message: Any) -> None:
        send(connection, message)
        if message.asbytes()[:1] == cMSG_USERAUTH_REQUEST:
            time.sleep(0.3)

    monkeypatch.setattr(ssh_login.Connection, "_send_message", send_and_sleep)
    assert hello(rehearsal)


def test_a_server_that_does_not_answer_the_login_has_not_refused_the_key(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(*_: Any) -> None:
        raise AuthenticationException(TIMED_OUT)

    monkeypatch.setattr(ssh_login.Connection, "auth_publickey", give_up)
    assert problem(rehearsal).entry == "ssh.unreachable"


def test_nothing_is_sent_on_a_channel_that_was_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread may have begun to send; a server ends the connection for it."""
    sent: list[tuple[bytes, int]] = []

    def record(_: Any, message: Message) -> None:
        data = message.asbytes()
        sent.append((data[:1], int.from_bytes(data[1:5], "big")))

    monkeypatch.setattr(paramiko.Transport, "_send_message", record)
    ours, theirs = sockets.socketpair()
    with ours, theirs:
        connection = ssh_login.Connection(ours)
        data, end, close = cMSG_CHANNEL_DATA, cMSG_CHANNEL_EOF, cMSG_CHANNEL_CLOSE
        late = [(end, 3), (data, 3), (cMSG_CHANNEL_WINDOW_ADJUST, 3), (close, 3)]
        for kind, channel in [(data, 3), (end, 3), (data, 3), (close, 3), (data, 4), *late]:
            message = Message()
            message.add_byte(kind)
            message.add_int(channel)
            connection._send_message(message)  # noqa: SLF001
    assert sent == [(data, 3), (end, 3), (close, 3), (data, 4)]


@pytest.mark.exhaustive
def test_a_command_that_does_not_read_its_input_loses_no_connection(rehearsal: Rehearsal) -> None:
    """One in a hundred did, which the next ones then told as their own problem."""
    settings = build_settings(rehearsal.settings, "the test")
    with contextlib.closing(Ssh(settings.ssh)) as ssh, ThreadPoolExecutor(3) as threads:
        ended = threads.map(lambda _: ssh.run("true", bytes(400_000), 30).exit_status, range(300))
        assert set(ended) == {0}
