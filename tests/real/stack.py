"""The real stack: OpenSSH, Docker Engine, docker-compose and OpenClaw, deployed by the plan.

It needs root on Debian and what `install` installs. Everything in it stays on the loopback
interface, and all of it is gone when the context is left.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests import plain_http

from . import openclaw_home
from .accounts import HOMES, OWNER, accounts
from .docker_engine import DockerEngine, docker_engine
from .openclaw_home import CONTAINER, IMAGE, INSTALLED, PROJECT, Deployment
from .processes import RealStackError, eventually, free_port
from .ssh_server import SshServer, ssh_server
from .system import write_system

STARTED = "[gateway] ready"
LOOKING_EVERY = 1.0  # seconds: a look starts Docker's client, and takes the gateway's processor
_RELOADED = ("config hot reload applied", "config change applied")
_RESTARTING = "config change requires gateway restart"
_FAILED = "config reload failed"  # while a plugin of the last one has still work to do


@dataclass(frozen=True)
class RealStack:
    ssh_port: int
    ssh_user: str
    ssh_key_path: Path
    ssh_host_key: str  # "ssh-ed25519 AAAA..."
    gateway_port: int
    gateway_token: str
    engine: DockerEngine
    deployment: Deployment
    root: Path  # what SURVEY_ROOT is to be
    home: Path = HOMES[OWNER]
    container: str = CONTAINER

    def configure(self, openclaw_json: Mapping[str, object]) -> None:
        """Have the gateway run with this `openclaw.json`.

        It reloads that in 1 to 2 s, or starts anew in its process: 10 s. Where it can do neither,
        it is restarted: 20 s.
        """
        self.wait()
        seen = len(self.logs())
        if not openclaw_home.write_state(openclaw_json):
            return
        if not eventually(lambda: self._has_noticed(seen), 120, LOOKING_EVERY):
            raise RealStackError(problem=f"nothing is reloaded:\n{self.logs()[-3000:]}")
        if _FAILED in self.logs()[seen:]:
            self.engine.docker("restart", "--time", "5", self.container)
            self.wait(seen)
        elif _RESTARTING in self.logs()[seen:]:
            self.wait(seen)

    def recreate(self) -> None:
        """Have Compose make the container anew from the files as they are; it is up 15 s later."""
        self.engine.compose(PROJECT, "up", "--detach", "--force-recreate", "--timeout", "5")

    def wait(self, seen: int = 0) -> None:
        """Wait until the gateway is healthy and says that it is ready, after so much of its log."""
        if not eventually(lambda: self._started(seen), 120, LOOKING_EVERY):
            raise RealStackError(problem=f"the gateway does not start:\n{self.logs()[-3000:]}")

    def logs(self) -> str:
        return self.engine.logs(self.container)

    def execute(self, *command: str, stdin: bytes = b"") -> str:
        """Run a command in the container and give its standard output."""
        return self.engine.docker("exec", "--interactive", self.container, *command, stdin=stdin)

    def _has_noticed(self, seen: int) -> bool:
        said = self.logs()[seen:]
        return any(each in said for each in (*_RELOADED, _RESTARTING, _FAILED))

    def _started(self, seen: int) -> bool:
        if is_healthy(self.gateway_port):
            return STARTED in self.logs()[seen:]
        running = self.engine.docker(
            "inspect", "--format", "{{.State.Running}}", self.container
        ).strip()
        if running != "true":
            raise RealStackError(problem=f"the gateway has ended:\n{self.logs()[-3000:]}")
        return False


@contextmanager
def real_stack(
    worker_url: str,
    auth_token: str,
    openclaw_json: Mapping[str, object],
    *,
    installed: Path = INSTALLED,
) -> Iterator[RealStack]:
    """Deploy by the plan, with this Worker; hand out the stack when its gateway is ready."""
    _refuse_without_prerequisites(installed)
    token = secrets.token_hex(32)
    deployment = Deployment(worker_url, auth_token, token, free_port(), installed)
    with ExitStack() as parts:
        scratch = parts.enter_context(accounts())
        root = write_system(scratch / "vps", auth_token, token)
        engine = parts.enter_context(docker_engine(scratch, root / "data/docker"))
        server = parts.enter_context(ssh_server(scratch, engine.host))
        openclaw_home.write_state(openclaw_json)
        project = openclaw_home.write_project(deployment)
        parts.enter_context(_container(engine, project))
        stack = _assemble(server, deployment, engine, root)
        stack.wait()
        yield stack


def _refuse_without_prerequisites(installed: Path) -> None:
    if os.geteuid() != 0:
        raise RealStackError(problem="must be run as root: it makes users and runs a Docker Engine")
    if not (installed / "complete").exists():
        raise RealStackError(
            problem=f"run {Path(__file__).with_name('install')} first: no {installed}"
        )


def _assemble(
    server: SshServer, deployment: Deployment, engine: DockerEngine, root: Path
) -> RealStack:
    return RealStack(
        ssh_port=server.port,
        ssh_user=server.user,
        ssh_key_path=server.key_path,
        ssh_host_key=server.host_key,
        gateway_port=deployment.port,
        gateway_token=deployment.gateway_token,
        engine=engine,
        deployment=deployment,
        root=root,
    )


@contextmanager
def _container(engine: DockerEngine, project: Path) -> Iterator[None]:
    engine.docker("import", "-", IMAGE, stdin=openclaw_home.root_file_system())
    try:
        engine.compose(project, "up", "--detach")
        yield
    finally:
        engine.docker("rm", "--force", CONTAINER)


def is_healthy(port: int) -> bool:
    try:
        answer = plain_http.get(f"http://127.0.0.1:{port}/health", trust_env=False)
        return bool(answer.json().get("ok"))
    except (httpx.HTTPError, ValueError):
        return False
