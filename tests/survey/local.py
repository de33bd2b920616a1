"""The agent, run on this machine as it is run on the VPS: its program on standard input."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from fixtures.settings.secret import Secret
from fixtures.vps.ssh import Ssh
from fixtures.vps.ssh_command import Completed
from fixtures.vps.survey import Scope, run_survey
from fixtures.vps.surveyed import Survey
from tests.builders import request_for, settings


class LocalSsh(Ssh):
    """Runs the agent's command here, without sudo, with `docker` as the test wants it."""

    python = sys.executable

    def __init__(self, path: str = "/nowhere") -> None:
        self.path = path
        self.output = b""
        self.commands: list[str] = []

    def as_root(self, command: str) -> str:
        return command

    def run(
        self,
        command: str,
        stdin: bytes | None,
        seconds: Callable[[], float],
        on_line: Callable[[bytes], None] | None = None,
        *,
        spare: bool = False,
    ) -> Completed:
        self.commands.append(command)
        program, *options = command.split()
        assert program == "python3"
        done = subprocess.run(
            [self.python, *options],
            input=stdin,
            env={"PATH": self.path},
            capture_output=True,
            timeout=seconds(),
            check=False,
        )
        self.output = done.stdout + done.stderr
        if on_line is not None:
            for line in done.stdout.splitlines():
                on_line(line)
        return Completed(done.returncode, done.stdout, done.stderr.decode())


def survey_of(
    root: Path,
    env_file: bytes | None,
    container: Mapping[str, str] | None = None,
    auth_token: str = "the-auth-token",
) -> Survey:
    """What the survey sees of a deployment with this `.env` and this container environment."""
    home = root / "home" / "openclaw"
    if env_file is not None:
        (home / "openclaw").mkdir(parents=True)
        (home / "openclaw" / ".env").write_bytes(env_file)
    ssh = LocalSsh(str(fake_docker(root, container)))
    token = Secret("AI_GATEWAY_AUTH_TOKEN", auth_token)
    own = settings(openclaw_home=str(home), auth_token=token)
    return run_survey(ssh, request_for(own, Scope()), Scope())


def fake_docker(root: Path, environment: Mapping[str, str] | None) -> Path:
    """A folder with a `docker` that shows one running container, or none."""
    folder = root / "docker-bin"
    folder.mkdir()
    if environment is not None:
        lines = json.dumps([f"{name}={value}" for name, value in environment.items()])
        (root / "inspected").write_text(f"{lines}\nnull\n0\ntrue\nnull\nnull\n{{}}\nnull\n")
        (folder / "docker").write_text(f"#!/bin/sh\nexec /bin/cat {root / 'inspected'}\n")
        (folder / "docker").chmod(0o755)
    return folder
