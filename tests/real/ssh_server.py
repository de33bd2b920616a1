"""An OpenSSH server of our own, hardened as upstream's: key only, one user, nothing forwarded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .accounts import ADMIN, HOMES
from .processes import daemon, free_port, listens, run

_CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
PidFile none
HostKey {scratch}/host_key
AllowUsers {user}
AuthenticationMethods publickey
AllowTcpForwarding no
MaxSessions 3
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
LogLevel VERBOSE
SetEnv DOCKER_HOST={docker_host}
"""


@dataclass(frozen=True)
class SshServer:
    port: int
    user: str
    key_path: Path
    host_key: str  # "ssh-ed25519 AAAA..."


@contextmanager
def ssh_server(scratch: Path, docker_host: str) -> Iterator[SshServer]:
    """Let `adminclaw` in; the docker command of its sessions talks to `docker_host`."""
    host_key, key_path, port = _key(scratch / "host_key"), scratch / "client_key", free_port()
    _authorize(_key(key_path))
    config = scratch / "sshd_config"
    config.write_text(
        _CONFIG.format(port=port, scratch=scratch, user=ADMIN, docker_host=docker_host)
    )
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    sshd = ["/usr/sbin/sshd", "-D", "-e", "-f", str(config)]
    with daemon(sshd, scratch / "sshd.log", lambda: listens(port)):
        yield SshServer(port, ADMIN, key_path, host_key)


def _key(path: Path) -> str:
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path))
    return path.with_name(f"{path.name}.pub").read_text().strip()


def _authorize(public_key: str) -> None:
    directory = HOMES[ADMIN] / ".ssh"
    directory.mkdir(mode=0o700)
    keys = directory / "authorized_keys"
    keys.write_text(f"{public_key}\n")
    for path in (directory, keys):
        shutil.chown(path, ADMIN, ADMIN)
    keys.chmod(0o600)
