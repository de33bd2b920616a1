"""How long an inspection of the VPS takes over a line: ours, testinfra's, and plain ssh's.

Each asks a real sshd on loopback, as the user that runs this.
"""

import getpass
import os
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from fixtures.settings.secret import Secret
from fixtures.vps.ssh import Ssh
from fixtures.vps.survey import Scope, run_survey
from tests.builders import request_for, settings
from tests.real.openssh import make_key
from tests.real.processes import daemon, free_port, listens
from tests.speed.slow_line import Line, slow_line
from tests.survey.local import fake_docker

CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "openclaw-speed"
PACKAGES = ("pytest-testinfra==10.2.2", "paramiko==5.1.0")
SCRIPT = Path(__file__).with_name("by_testinfra.py")
TOKEN = "0123456789abcdef" * 4
FILES = {
    "openclaw/.env": f"AI_GATEWAY_AUTH_TOKEN={TOKEN}\n",
    ".openclaw/openclaw.json": '{"models": {"providers": {"anthropic": {"baseUrl": "https://w"}}}}',
}
SSHD = """\
ListenAddress 127.0.0.1
Port {port}
PidFile none
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
SetEnv PATH={path}
"""
CLIENT = """\
Host vps
  HostName 127.0.0.1
  Port {port}
  User {user}
  IdentityFile {folder}/key
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
"""


@dataclass(frozen=True)
class Measured:
    """Seconds are the median's of the runs; the others are of one run."""

    seconds: float
    connections: int
    turns: int


@dataclass(frozen=True)
class Machine:
    """What is inspected, and the sshd that leads to it."""

    folder: Path
    port: int

    @property
    def home(self) -> Path:
        return self.folder / "home/openclaw"

    def client_config(self, line: Line) -> Path:
        path = self.folder / f"ssh_config_{line.port}"
        path.write_text(CLIENT.format(port=line.port, user=getpass.getuser(), folder=self.folder))
        return path


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    folder.chmod(0o755)
    make_key(folder / "host_key")
    (folder / "authorized_keys").write_bytes(
        make_key(folder / "key").with_suffix(".pub").read_bytes()
    )
    for name, text in FILES.items():
        path = folder / "home/openclaw" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
        path.chmod(0o600)
    docker = fake_docker(folder, {"ANTHROPIC_API_KEY": TOKEN})
    own = Path(sys.base_prefix, "bin")  # Python itself, and no script that chooses one
    port, config = free_port(), folder / "sshd_config"
    programs = f"{docker}:{own}:/usr/bin:/bin"
    config.write_text(SSHD.format(port=port, folder=folder, path=programs))
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    sshd = ["/usr/sbin/sshd", "-D", "-e", "-f", str(config)]
    with daemon(sshd, folder / "sshd.log", lambda: listens(port)):
        yield Machine(folder, port)


def by_ssh(vps: Machine, line: Line) -> None:
    """One connection and one command: what nothing that asks over SSH can do without."""
    config = str(vps.client_config(line))
    subprocess.run(
        ["/usr/bin/ssh", "-F", config, "vps", "true"], check=True, stdin=subprocess.DEVNULL
    )


def by_survey(vps: Machine, line: Line) -> None:
    host_key = " ".join((vps.folder / "host_key.pub").read_text().split()[:2])
    own = settings(
        ssh_host="127.0.0.1",
        ssh_port=line.port,
        ssh_user=getpass.getuser(),
        ssh_key_path=vps.folder / "key",
        ssh_host_key=host_key,
        openclaw_home=str(vps.home),
        auth_token=Secret("AI_GATEWAY_AUTH_TOKEN", TOKEN),
    )
    with closing(Ssh(own.ssh)) as ssh:
        survey = run_survey(ssh, request_for(own, Scope()), Scope())
    assert survey.places


def by_testinfra(backend: str) -> Callable[[Machine, Line], None]:
    home = CACHE / "testinfra"
    if not (home / "bin/python").exists():
        venv.create(home, with_pip=True)
        command = [str(home / "bin/pip"), "install", "--quiet", *PACKAGES]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def inspect(vps: Machine, line: Line) -> None:
        config = str(vps.client_config(line))
        command = [str(home / "bin/python"), str(SCRIPT), backend, config, str(vps.home)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)

    return inspect


def measured(
    inspect: Callable[[Machine, Line], None], vps: Machine, round_trip: float, runs: int
) -> Measured:
    seconds = []
    for _ in range(runs):
        with slow_line(vps.port, round_trip) as line:
            began = time.perf_counter()
            inspect(vps, line)
            seconds.append(time.perf_counter() - began)
    return Measured(median(seconds), line.connections, line.turns)
