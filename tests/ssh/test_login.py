"""Logging in: which keys are offered, and what is said where none of them is enough."""

import contextlib
import os
import socket as sockets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.diagnosis.catalogue import entries
from fixtures.diagnosis.vps import judge_vps_problem
from fixtures.rehearsal import Rehearsal
from fixtures.settings.settings import build_settings
from fixtures.vps.problem import VpsProblem
from tests.ssh.logins import hello, problem
from tests.waiting import left_after_a_while

PASSPHRASE = "open, sésame"
KINDS = {
    "OpenSSH": ("-t", "ed25519"),
    "PKCS#1": ("-t", "rsa", "-b", "2048", "-m", "PEM"),
    "PKCS#8": ("-t", "rsa", "-b", "2048", "-m", "PKCS8"),
    "PKCS#8, elliptic": ("-t", "ecdsa", "-m", "PKCS8"),
}


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
@pytest.mark.sampled(4)
def test_a_key_of_any_format_is_offered(
    rehearsal: Rehearsal, tmp_path: Path, kind: str, *, locked: bool
) -> None:
    """It is not the login's: the server refuses it, which it could not without the key."""
    path = tmp_path / "key"
    ssh_keygen(*KINDS[kind], "-N", PASSPHRASE if locked else "", "-f", str(path))
    found = problem(rehearsal, SSH_KEY_PATH=str(path), SSH_KEY_PASSPHRASE=PASSPHRASE)
    assert found.entry == "ssh.key-refused"


@pytest.mark.parametrize("where", ["203.0.113.9", ""])
def test_a_problem_says_where_it_is(where: str) -> None:
    judged = judge_vps_problem(VpsProblem("ssh.broken", "no session", where=where))
    assert (where or "the VPS") in judged.diagnosis.expected


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
