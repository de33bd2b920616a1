"""Today's layout on the real stack: two claws of upstream's stack, each a real OpenClaw.

They run on the same Docker Engine and behind the same sshd as the plan's deployment. Everything is
in one folder, as upstream's sync-deploy lays it out, and described by a checkout with `.deploy`.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .accounts import HOMES, OWNER
from .deployed import PLAN_ALONE, Deployed
from .openclaw_home import CONTAINER, CONTAINER_UID, IMAGE
from .processes import RealStackError, eventually, free_port, run
from .stack import LOOKING_EVERY, STARTED, is_healthy

HOME = HOMES[OWNER] / "claws"
PROJECT = "claws"
NAMES = ("personal-claw", "work-claw")
TRACKED = ("docker-compose.yml", "stack.env", "stack.json")

# Upstream's own has sysbox and a bridge; image and network are as in the plan's deployment here.
_SERVICE = """\
  {container}:
    container_name: {container}
    image: {image}
    network_mode: host
    user: "{uid}:{uid}"
    working_dir: /opt/openclaw/node_modules/openclaw
    command: [node, dist/index.js, gateway, --allow-unconfigured,
              --bind, loopback, --port, "{port}"]
    environment:
      - HOME=/home/node
      - PATH=/opt/openclaw/node-bin:/usr/bin:/bin
      - NODE_ENV=production
      - OPENCLAW_GATEWAY_TOKEN={token}
      - OPENCLAW_GATEWAY_PORT={port}
      - npm_config_registry=http://127.0.0.1:9/
      - npm_config_fetch_retries=0
      - ANTHROPIC_API_KEY={auth_token}
      - ANTHROPIC_BASE_URL={worker_url}/anthropic
      - OPENAI_API_KEY={auth_token}
      - OPENAI_BASE_URL={worker_url}/openai/v1
      - OPENAI_CODEX_BASE_URL={worker_url}/openai-codex
      - TZ=UTC
    extra_hosts: ["api.anthropic.com:127.0.0.1", "api.openai.com:127.0.0.1"]
    volumes:
      - /usr:/usr:ro
      - {installed}:/opt/openclaw:ro
      - {home}/instances/{name}/.openclaw:/home/node/.openclaw
"""


@dataclass(frozen=True)
class Claw:
    name: str
    port: int = field(default_factory=free_port)
    token: str = field(default_factory=lambda: secrets.token_hex(32))

    @property
    def container(self) -> str:
        return f"{PROJECT}-openclaw-{self.name}"

    @property
    def state(self) -> Path:
        return HOME / "instances" / self.name / ".openclaw"


@dataclass(frozen=True)
class Claws:
    """`checkout` is the folder that `--deployment` names."""

    deployed: Deployed
    checkout: Path
    claws: tuple[Claw, ...]

    @property
    def secrets(self) -> dict[str, str]:
        return {**self.deployed.secrets, **{each.container: each.token for each in self.claws}}

    def named(self, name: str) -> Claw:
        return next(each for each in self.claws if each.name == name)


@contextmanager
def two_claws(deployed: Deployed, folder: Path) -> Iterator[Claws]:
    """Deploy them, with today's Worker; hand them out when both gateways are ready."""
    claws = Claws(deployed, folder / "openclaw-stack", tuple(map(Claw, NAMES)))
    engine, worker = deployed.stack.engine, deployed.cloud.plan.worker
    worker.prefixed = True
    engine.docker("pause", CONTAINER)  # the plan's gateway is not verified here
    try:
        _lay_out(claws)
        _write_checkout(claws)
        engine.compose(HOME, "--project-name", PROJECT, "up", "--detach")
        for claw in claws.claws:
            _wait(deployed, claw)
        yield claws
    finally:
        engine.docker("unpause", CONTAINER)
        worker.prefixed = False
        engine.docker("rm", "--force", *(each.container for each in claws.claws))
        shutil.rmtree(HOME, ignore_errors=True)


def _lay_out(claws: Claws) -> None:
    """What upstream's deploy leaves in the folder, with its Git repository and backups."""
    HOME.mkdir()
    for name, text in _files(claws).items():
        path = HOME / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(text)
    git = ("git", "-C", str(HOME), "-c", "user.name=deploy", "-c", "user.email=deploy@localhost")
    run(*git, "init", "--quiet")
    run(*git, "add", "--force", *TRACKED, "instances/*/.openclaw/openclaw.json")
    run(*git, "commit", "--quiet", "--message", "deploy")
    (HOME / ".git").chmod(0o700)
    run("chown", "--recursive", f"{OWNER}:{OWNER}", str(HOME))
    for claw in claws.claws:
        claw.state.chmod(0o700)
        for path in (claw.state, *claw.state.iterdir()):
            os.chown(path, CONTAINER_UID, CONTAINER_UID)


def _files(claws: Claws) -> dict[str, str]:
    services = "".join(_service(claws.deployed, each) for each in claws.claws)
    compose = f'version: "3.8"\nservices:\n{services}'
    config = f"// uploaded by sync-deploy\n{json.dumps(_openclaw_json(claws.deployed), indent=2)}\n"
    return {
        "docker-compose.yml": compose,
        "stack.env": f"STACK__STACK__PROJECT_NAME={PROJECT}\nENV__CLOUDFLARE_API_TOKEN=\n",
        "stack.json": _stack_json(claws),
        "instances/.shared-backups/docker-compose.yml.20261122_030001": compose,
        **{f"instances/{each.name}/.openclaw/openclaw.json": config for each in claws.claws},
    }


def _service(deployed: Deployed, claw: Claw) -> str:
    return _SERVICE.format(
        container=claw.container,
        image=IMAGE,
        uid=CONTAINER_UID,
        port=claw.port,
        token=claw.token,
        auth_token=deployed.cloud.auth_token,
        worker_url=deployed.cloud.worker_url,
        installed=deployed.stack.deployment.installed,
        home=HOME,
        name=claw.name,
    )


def _openclaw_json(deployed: Deployed) -> Mapping[str, object]:
    worker = deployed.cloud.worker_url
    providers = {
        "anthropic": {
            "baseUrl": f"{worker}/anthropic",
            "api": "anthropic-messages",
            "models": [],
        },
        "openai": {"baseUrl": f"{worker}/openai/v1", "models": []},
    }
    http = {"endpoints": {"chatCompletions": {"enabled": True}}}
    return {**PLAN_ALONE, "models": {"providers": providers}, "gateway": {"http": http}}


def _stack_json(claws: Claws) -> str:
    cloud = claws.deployed.cloud
    ai_gateway = {"url": cloud.worker_url, "token": cloud.auth_token}
    return json.dumps(
        {
            "stack": {
                "install_dir": str(HOME),
                "project_name": PROJECT,
                "ai_gateway": ai_gateway,
            },
            "claws": {
                each.name: {"gateway_port": each.port, "gateway_token": each.token}
                for each in claws.claws
            },
        },
        indent=2,
    )


def _write_checkout(claws: Claws) -> None:
    """What the operator has: upstream's names, and what its files lack."""
    deployed = claws.deployed
    settings = deployed.settings
    kept = ("CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_AI_GATEWAY_ID", "CLOUDFLARE_BASE_URL")
    env = {
        "VPS_IP": settings["VPS1_IP"],
        "SSH_USER": settings["SSH_USER"],
        "SSH_PORT": settings["SSH_PORT"],
        "SSH_KEY": settings["SSH_KEY_PATH"],
        "SSH_HOST_KEY": settings["SSH_HOST_KEY"],
        "CLOUDFLARE_READ_TOKEN": settings["CLOUDFLARE_API_TOKEN"],
        "SURVEY_ROOT": settings["SURVEY_ROOT"],
        "OPENCLAW_OTHER_GATEWAYS": CONTAINER,
        **{name: settings[name] for name in kept},
    }
    built = claws.checkout / ".deploy"
    built.mkdir(parents=True)
    (built / "stack.json").write_text(_stack_json(claws))
    text = "".join(f"{name}='{value}'\n" for name, value in env.items())
    (claws.checkout / ".env").write_text(text)


def _wait(deployed: Deployed, claw: Claw) -> None:
    engine = deployed.stack.engine

    def ready() -> bool:
        return is_healthy(claw.port) and STARTED in engine.logs(claw.container)

    if not eventually(ready, 120, LOOKING_EVERY):
        log = engine.logs(claw.container)[-3000:]
        raise RealStackError(problem=f"{claw.name} does not start:\n{log}")
