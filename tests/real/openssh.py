"""OpenSSH's server, hardened in any way, each on a loopback port of its own."""

from __future__ import annotations

import contextlib
import pwd
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fixtures.settings.sections import SshSettings
from tests.builders import settings
from tests.real.processes import daemon, free_port, listens, run

USER = "sshclaw"
HOME = Path("/home") / USER
SUDOERS = Path("/etc/sudoers.d/openclaw-real-ssh")
PAM_SERVICE = "openclaw-real-sshd"
PAM = Path("/etc/pam.d") / PAM_SERVICE
CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
PidFile none
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
LogLevel VERBOSE
"""


@dataclass
class OpenSsh:
    """A machine with sshd; each server that is started has options of its own."""

    folder: Path
    key: Path
    host_key: str
    started: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    number: int = 0

    def serve(self, *options: str, pam: bool = False) -> SshSettings:
        """Start a server with these options, and give the settings for it."""
        self.number += 1
        port, config = free_port(), self.folder / f"sshd_config_{self.number}"
        text = CONFIG.format(port=port, folder=self.folder)
        config.write_text("\n".join([*options, f"UsePAM {'yes' if pam else 'no'}", text]))
        sshd = [str(self.folder / PAM_SERVICE), "-D", "-e", "-f", str(config)]
        log = self.folder / f"sshd_{self.number}.log"
        self.started.enter_context(daemon(sshd, log, lambda: listens(port)))
        return self.settings(ssh_port=port)

    def settings(self, **changes: Any) -> SshSettings:
        usual = {"ssh_host": "127.0.0.1", "ssh_user": USER, "ssh_key_path": self.key}
        return settings(**{**usual, "ssh_host_key": self.host_key, **changes}).ssh

    def authorize(self, *lines: str) -> None:
        (self.folder / "authorized_keys").write_text("\n".join([*lines, ""]))

    @contextlib.contextmanager
    def changed(self, *command: str, back: tuple[str, ...]) -> Iterator[None]:
        """The machine with something changed by a command, and put back by another."""
        run(*command)
        try:
            yield
        finally:
            run(*back)

    @property
    def public(self) -> str:
        return self.key.with_suffix(".pub").read_text().strip()


def make_key(path: Path, *options: str, passphrase: str = "") -> Path:
    run(
        "ssh-keygen",
        "-q",
        "-N",
        passphrase,
        "-C",
        "",
        "-f",
        str(path),
        *(options or ("-t", "ed25519")),
    )
    return path


@contextlib.contextmanager
def open_ssh(folder: Path) -> Iterator[OpenSsh]:
    """The machine, with a user that may use sudo."""
    folder.chmod(0o755)
    host_key = make_key(folder / "host_key")
    machine = OpenSsh(
        folder, make_key(folder / "key"), host_key.with_suffix(".pub").read_text().strip()
    )
    machine.authorize(machine.public)
    (folder / PAM_SERVICE).symlink_to("/usr/sbin/sshd")
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with _user(), _pam(folder), machine.started:
        yield machine


@contextlib.contextmanager
def _user() -> Iterator[None]:
    _remove_user()
    run("useradd", "--create-home", "--shell", "/bin/bash", "--password", "*", USER)
    SUDOERS.touch(mode=0o440)
    SUDOERS.write_text(f"{USER} ALL=(root) NOPASSWD: ALL\n")
    try:
        yield
    finally:
        SUDOERS.unlink()
        _remove_user()


def _remove_user() -> None:
    with contextlib.suppress(KeyError):
        pwd.getpwnam(USER)
        run("userdel", "--force", "--remove", USER)
    shutil.rmtree(HOME, ignore_errors=True)


@contextlib.contextmanager
def _pam(folder: Path) -> Iterator[None]:
    """Sshd's usual stack under another name, with a nologin file of its own."""
    PAM.write_text(
        f"account required pam_nologin.so file={folder / 'nologin'}\n"
        "auth required pam_unix.so\naccount required pam_unix.so\nsession required pam_permit.so\n"
        "password required pam_unix.so\n"
    )
    try:
        yield
    finally:
        PAM.unlink()
