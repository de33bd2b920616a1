"""A made-up VPS in a folder, and the agent run on it as the suite runs it, without SSH."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fixtures.keys.allow_list import Allowance
from fixtures.keys.rules import Rule, made_up, own_rules
from fixtures.settings.secret import Secret
from fixtures.vps.agent.request import SurveyRequest
from fixtures.vps.agent_run import Messages
from fixtures.vps.findings import Finding
from fixtures.vps.program import program
from fixtures.vps.survey import Scope
from fixtures.vps.survey_answer import surveyed
from fixtures.vps.surveyed import Survey
from tests.builders import request_for, settings
from tests.survey.warm_agent import warm_agent

AUTH_TOKEN = "5b7e" + "0c9d2f4a6183" * 5
GATEWAY_TOKEN = "9f1c" + "7a3b5d2e4f60" * 5
HOME = "home/openclaw"
DOCKER = """\
#!/bin/sh
cat "$(dirname "$0")/$1.out" 2>/dev/null && exit
echo "docker: '$1' is not a docker command" >&2
exit 1
"""


def new_key() -> str:
    return made_up("sk-ant-api03-<93>AA")


@dataclass
class Answer:
    survey: Survey
    progress: list[dict[str, Any]]
    output: bytes
    request: SurveyRequest

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.survey.findings

    @property
    def kinds(self) -> list[str]:
        return sorted(finding.kind for finding in self.findings)

    @property
    def unseen(self) -> dict[str, str]:
        """What could not be read in the folder: Docker is not there, which is no matter."""
        return {
            path: why
            for path, why in self.survey.unseen.items()
            if not path.startswith("container ")
        }


@dataclass
class Vps:
    root: Path
    python: str = sys.executable
    has_grep: bool = True
    settings: dict[str, Any] = field(default_factory=dict)
    prologue: bytes = b""  # what runs before the agent, in its process

    def __post_init__(self) -> None:
        self.bin = self.root.parent / "bin"
        self.bin.mkdir(exist_ok=True)
        script(self.bin / "docker", DOCKER)
        self.write(f"{HOME}/.openclaw/openclaw.json", "{}")
        self.write(
            f"{HOME}/openclaw/.env",
            f"AI_GATEWAY_AUTH_TOKEN={AUTH_TOKEN}\nOPENCLAW_GATEWAY_TOKEN={GATEWAY_TOKEN}\n",
        )

    def write(self, path: str, content: str | bytes) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def container(self, env: Sequence[str], pid: int = 0, **docker: Any) -> None:
        """A container, and what Docker tells of its labels, ports and image's variables."""
        command = docker.get("command", ["node", "dist/index.js"])
        labels = docker.get("labels", {})
        image = docker.get("image_id", "sha256:0")
        ports = docker.get("ports")
        fields = [env, command, pid, True, labels, image, ports, "openclaw:local"]
        if "mounts" in docker:
            fields += [docker["mounts"], "", None, None, None, docker["folder"]]
        self.docker("container", "\n".join(map(json.dumps, fields)))
        self.docker("image", json.dumps(docker.get("image", ["PATH=/bin"])))

    def composed(self, env: Sequence[str], **environment: str | None) -> None:
        """A container with these variables, made by a Compose that would give it those now."""
        folder = self.root / HOME / "openclaw"
        labels = {"service": "gateway", "project.working_dir": str(folder)}
        self.container(env, labels={f"com.docker.compose.{k}": v for k, v in labels.items()})
        services = {"gateway": {"environment": environment}}
        self.docker("compose", json.dumps({"name": "openclaw", "services": services}))

    def docker(self, command: str, output: str) -> None:
        (self.bin / f"{command}.out").write_text(f"{output}\n")

    def survey(
        self,
        tier: str = "smoke",
        rules: Sequence[Rule] = (),
        allowances: Sequence[Allowance] = (),
        **changes: Any,
    ) -> Answer:
        values = {
            "survey_root": str(self.root),
            "openclaw_home": str(self.root / HOME),
            "auth_token": Secret("AI_GATEWAY_AUTH_TOKEN", AUTH_TOKEN),
            "survey_places": ("/data",) if (self.root / "data").exists() else (),
        }
        scope = Scope(tier=tier, rules=tuple(rules or own_rules()), allowances=tuple(allowances))
        request = request_for(settings(**(values | changes)), scope)
        if not self.has_grep:
            request["sieve"] = []
        done = self.run(program(request))
        assert done.stderr == b"", done.stderr.decode()[-3000:]
        *progress, answer = messages_of(done.stdout, request["frame"])
        names = list(request["canaries"])
        return Answer(
            survey=surveyed(answer["answer"], scope.rules, scope.allowances, names),
            progress=[each["progress"] for each in progress],
            output=done.stdout + done.stderr,
            request=request,
        )

    def run(self, source: bytes) -> "subprocess.CompletedProcess[bytes]":
        env = {"PATH": f"{self.bin}:/usr/bin:/bin", "LANG": "C.UTF-8"}
        if self.python == sys.executable and not self.prologue:
            return warm_agent().run(source, env)
        return subprocess.run(
            [self.python, "-IB", "-"],
            input=self.begun(source),
            capture_output=True,
            env=env,
            check=False,
        )

    def begun(self, source: bytes) -> bytes:
        """With the prologue before it."""
        return self.prologue + source


def messages_of(output: bytes, frame: str) -> list[dict[str, Any]]:
    """What the agent says, as the suite hears it."""
    heard: list[dict[str, Any]] = []
    messages = Messages(frame, heard.append)
    for line in output.splitlines():
        messages(line)
    return heard


def script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def snapshot(root: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """Everything of a tree that a reader must not change."""
    return {
        str(path.relative_to(root)): (
            status.st_mode,
            status.st_mtime_ns,
            status.st_size,
            path.read_bytes() if stat.S_ISREG(status.st_mode) else b"",
        )
        for path in sorted(root.rglob("*"))
        for status in [os.lstat(path)]
    }
