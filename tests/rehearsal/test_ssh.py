"""The VPS's SSH server lets the operator in, and nobody else, and runs commands for real."""

import contextlib
import time
from pathlib import Path

import asyncssh
import paramiko
import pytest

from fixtures.rehearsal import Rehearsal
from tests.rehearsal.clients import open_ssh, run


def wait_for(path: Path) -> str:
    """A file's text, once another process has written it."""
    deadline = time.monotonic() + 60
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < deadline, f"{path} was not written"
        time.sleep(0.01)
    return path.read_text()


def ended(pid: int) -> bool:
    """Whether a process is gone, or dead and only not yet collected by its parent."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True


def wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + 60
    while not ended(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.01)


def test_a_command_has_its_streams_and_its_status(ssh: paramiko.SSHClient) -> None:
    done = run(ssh, "cat; echo problem >&2; exit 3", "input")
    assert (done.status, done.stdout, done.stderr) == (3, "input", "problem\n")


def test_much_output_arrives_whole(ssh: paramiko.SSHClient) -> None:
    assert len(run(ssh, "head -c 6000000 /dev/zero").stdout) == 6_000_000


def test_the_environment_is_the_servers(ssh: paramiko.SSHClient) -> None:
    streams = ssh.exec_command("env", environment={"SENT": "yes"})
    text = streams[1].read().decode()
    for stream in streams:
        stream.close()
    assert "SENT" not in text
    names = {line.split("=")[0] for line in text.splitlines()}
    assert names <= {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "PWD", "_", "OLDPWD"}


def test_a_closed_channel_ends_the_command(healthy: Rehearsal, ssh: paramiko.SSHClient) -> None:
    transport = ssh.get_transport()
    assert transport
    note = healthy.root / "home/adminclaw/pid"
    channel = transport.open_session()
    channel.exec_command("sleep 600 & echo $! > pid; wait")
    pid = int(wait_for(note))
    channel.close()
    wait_for_end(pid)


def test_a_command_in_the_container_outlives_a_closed_channel() -> None:
    """As with Docker: the command belongs to the daemon. It ends with the rehearsal."""
    with Rehearsal() as rehearsal, open_ssh(rehearsal) as ssh:
        note = rehearsal.root / "pid"
        transport = ssh.get_transport()
        assert transport
        channel = transport.open_session()
        command = f"sh -c 'echo $$ > {note}; exec sleep 600'"
        channel.exec_command(f"sudo -n docker exec openclaw-gateway {command}")
        pid = int(wait_for(note))
        channel.close()
        run(ssh, "true")
        assert not ended(pid)
    wait_for_end(pid)


def test_there_is_no_shell_and_no_sftp(ssh: paramiko.SSHClient) -> None:
    transport = ssh.get_transport()
    assert transport
    with transport.open_session() as channel, pytest.raises(paramiko.SSHException):
        channel.invoke_shell()
    with pytest.raises(paramiko.SSHException):
        ssh.open_sftp()


def test_a_connection_has_ten_sessions(healthy: Rehearsal) -> None:
    with open_ssh(healthy) as ssh:
        transport = ssh.get_transport()
        assert transport
        opened = [transport.open_session() for _ in range(10)]
        with pytest.raises(paramiko.ChannelException):
            transport.open_session()
        assert len(opened) == 10


def test_another_user_is_refused(healthy: Rehearsal) -> None:
    with pytest.raises(paramiko.AuthenticationException), open_ssh(healthy, user="ubuntu"):
        pass


def test_another_key_is_refused(healthy: Rehearsal, tmp_path: Path) -> None:
    path = tmp_path / "key"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(path)
    with (
        pytest.raises(paramiko.AuthenticationException),
        open_ssh(healthy, key_path=str(path)),
    ):
        pass


def test_a_connection_from_the_vps_reaches_the_gateway(
    healthy: Rehearsal, ssh: paramiko.SSHClient
) -> None:
    transport = ssh.get_transport()
    assert transport
    port = int(healthy.settings["OPENCLAW_GATEWAY_PORT"])
    with transport.open_channel("direct-tcpip", ("localhost", port), ("127.0.0.1", 0)) as channel:
        channel.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert channel.recv(1000).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(("host", "code"), [("127.0.0.1", 2), ("192.0.2.1", 1)])
def test_a_connection_to_elsewhere_is_refused(
    ssh: paramiko.SSHClient, host: str, code: int
) -> None:
    transport = ssh.get_transport()
    assert transport
    with pytest.raises(paramiko.ChannelException) as refusal:
        transport.open_channel("direct-tcpip", (host, 9), ("127.0.0.1", 0))
    assert refusal.value.code == code


def test_a_stopped_gateway_refuses_the_connection() -> None:
    with Rehearsal(["gateway-down"]) as rehearsal, open_ssh(rehearsal) as ssh:
        transport = ssh.get_transport()
        assert transport
        port = int(rehearsal.settings["OPENCLAW_GATEWAY_PORT"])
        with pytest.raises(paramiko.ChannelException) as refusal:
            transport.open_channel("direct-tcpip", ("127.0.0.1", port), ("127.0.0.1", 0))
        assert refusal.value.code == 2


def test_a_hardened_server_forwards_nothing_and_allows_three_sessions() -> None:
    with Rehearsal(["ssh-hardened"]) as rehearsal, open_ssh(rehearsal) as ssh:
        transport = ssh.get_transport()
        assert transport
        port = int(rehearsal.settings["OPENCLAW_GATEWAY_PORT"])
        with pytest.raises(paramiko.ChannelException) as refusal:
            transport.open_channel("direct-tcpip", ("127.0.0.1", port), ("127.0.0.1", 0))
        assert refusal.value.code == 1
        opened = [transport.open_session() for _ in range(3)]
        with pytest.raises(paramiko.ChannelException):
            transport.open_session()
        assert len(opened) == 3


def test_a_shell_may_print_before_each_command() -> None:
    with Rehearsal(["shell-prints"]) as rehearsal, open_ssh(rehearsal) as ssh:
        _, stdout, _ = ssh.exec_command("echo hello")
        text = stdout.read()
        stdout.close()
    assert text.startswith(b"2\nnull\n")
    assert text.endswith(b"{hello\n")


def test_a_second_factor_is_asked_for_after_the_key() -> None:
    with Rehearsal(["ssh-second-factor"]) as rehearsal:
        settings = rehearsal.settings
        key = paramiko.PKey.from_path(settings["SSH_KEY_PATH"])
        transport = paramiko.Transport((settings["VPS1_IP"], int(settings["SSH_PORT"])))
        with contextlib.closing(transport):
            transport.start_client(timeout=60)
            assert transport.auth_publickey("adminclaw", key) == ["keyboard-interactive"]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("ssh-nologin", 254),
        ("ssh-password-expired", 1),
        ("ssh-no-shell", 1),
        ("ssh-forced-command", 0),
    ],
)
def test_another_command_may_be_run_instead(fault: str, status: int) -> None:
    with Rehearsal([fault]) as rehearsal, open_ssh(rehearsal) as ssh:
        done = run(ssh, "echo hello")
    assert (done.status, "hello" in done.stdout) == (status, False)
