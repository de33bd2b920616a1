"""What a deployment by the plan has in `/home/openclaw`: `.env`, compose files, state."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fixtures.rehearsal.vps.templates import ENVIRONMENT

from .accounts import HOMES, OWNER

CONTAINER, IMAGE = "openclaw-gateway", "openclaw:local"
CONTAINER_UID = 1000
PROJECT, STATE = HOMES[OWNER] / "openclaw", HOMES[OWNER] / ".openclaw"
_VERSION = "openclaw-2026.9.6"
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
INSTALLED = _CACHE / "openclaw-gateway-verification" / _VERSION

_ENV = """\
OPENCLAW_CONFIG_DIR={home}/.openclaw
OPENCLAW_GATEWAY_PORT={port}
OPENCLAW_GATEWAY_BIND=loopback
OPENCLAW_GATEWAY_TOKEN={gateway_token}
TELEGRAM_BOT_TOKEN=
"""
_ENV_PLANNED = """\
# AI Gateway — all provider API keys and base URLs are mapped in compose override
AI_GATEWAY_WORKER_URL={worker_url}
AI_GATEWAY_AUTH_TOKEN={auth_token}
"""
_ENV_BEFORE = """\
# Model provider
ANTHROPIC_API_KEY={anthropic_key}
"""

# Stands in for upstream's own file. Its image is made of the host's /usr and the npm packages; it
# cannot reach a provider or a package registry, and gives up on them at once.
_COMPOSE = """\
version: "3.8"
services:
  openclaw-gateway:
    container_name: {container}
    image: {image}
    network_mode: host
    user: "{uid}:{uid}"
    security_opt: ["no-new-privileges:true"]
    cap_drop: [ALL]
    working_dir: /opt/openclaw/node_modules/openclaw
    command: [node, dist/index.js, gateway, --allow-unconfigured,
              --bind, "${{OPENCLAW_GATEWAY_BIND}}", --port, "${{OPENCLAW_GATEWAY_PORT}}"]
    environment:
      HOME: /home/node
      PATH: /opt/openclaw/node-bin:/usr/bin:/bin
      OPENCLAW_GATEWAY_TOKEN: ${{OPENCLAW_GATEWAY_TOKEN}}
      OPENCLAW_GATEWAY_PORT: ${{OPENCLAW_GATEWAY_PORT}}
      npm_config_registry: http://127.0.0.1:9/
      npm_config_fetch_retries: "0"
    extra_hosts: ["api.anthropic.com:127.0.0.1", "api.openai.com:127.0.0.1"]
    volumes:
      - /usr:/usr:ro
      - {installed}:/opt/openclaw:ro
      - ${{OPENCLAW_CONFIG_DIR}}:/home/node/.openclaw
"""

_OVERRIDE = """\
version: "3.8"
services:
  openclaw-gateway:
"""
_BEFORE = """\
    environment:
      - NODE_ENV=production
      - ANTHROPIC_API_KEY=${ANTHROPIC_API_KEY}
      - TELEGRAM_BOT_TOKEN=${TELEGRAM_BOT_TOKEN:-}
      - TZ=UTC
"""


@dataclass(frozen=True)
class Deployment:
    """The values that the plan puts into `.env`."""

    worker_url: str
    auth_token: str
    gateway_token: str
    port: int
    installed: Path = INSTALLED


def write_project(deployment: Deployment) -> Path:
    """Write `.env` and the compose files, and give the directory that they are in."""
    PROJECT.mkdir()
    compose = _COMPOSE.format(
        container=CONTAINER, image=IMAGE, uid=CONTAINER_UID, installed=deployment.installed
    )
    _write(PROJECT / "docker-compose.yml", compose, 0o644)
    shutil.chown(PROJECT, OWNER, OWNER)
    write_as_planned(deployment)
    return PROJECT


def write_as_planned(deployment: Deployment) -> None:
    """Write what the plan changes: `.env` and the compose override."""
    _write_environment(_ENV + _ENV_PLANNED, ENVIRONMENT, vars(deployment))


def write_as_before(deployment: Deployment, anthropic_key: str) -> None:
    """Write the same two files as they were before the plan, with the real key."""
    values = vars(deployment) | {"anthropic_key": anthropic_key}
    _write_environment(_ENV + _ENV_BEFORE, _BEFORE, values)


def _write_environment(env: str, environment: str, values: Mapping[str, object]) -> None:
    _write(PROJECT / ".env", env.format(home=HOMES[OWNER], **values), 0o600)
    _write(PROJECT / "docker-compose.override.yml", _OVERRIDE + environment, 0o644)


def write_state(openclaw_json: Mapping[str, object]) -> bool:
    """Replace `openclaw.json` in one go, owned by the container's user; say if it changed."""
    current = STATE / "openclaw.json"
    if current.exists() and json.loads(current.read_text()) == openclaw_json:
        return False
    STATE.mkdir(mode=0o700, exist_ok=True)
    fresh = STATE / "openclaw.json.new"
    _write(fresh, json.dumps(openclaw_json, indent=2) + "\n", 0o600)
    for path in (STATE, fresh):
        os.chown(path, CONTAINER_UID, CONTAINER_UID)
    fresh.rename(current)
    return True


def root_file_system() -> bytes:
    """A tar archive of an image: empty directories, links into the host's /usr, one user."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name, mode, uid in _DIRECTORIES:
            tar.addfile(_member(name, tarfile.DIRTYPE, mode, uid))
        for name in ("bin", "sbin", "lib", "lib64"):
            link = _member(name, tarfile.SYMTYPE, 0o777)
            link.linkname = f"usr/{name}"
            tar.addfile(link)
        for name, text in _FILES.items():
            member = _member(name, tarfile.REGTYPE, 0o644)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    return archive.getvalue()


_DIRECTORIES = (
    *((name, 0o755, 0) for name in ("usr", "etc", "opt", "opt/openclaw", "proc", "sys", "dev")),
    *((name, 0o755, 0) for name in ("home", "root", "run", "var")),
    *((name, 0o1777, 0) for name in ("tmp", "var/tmp")),
    ("home/node", 0o755, CONTAINER_UID),
)
_FILES = {
    "etc/passwd": "root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n",
    "etc/group": "root:x:0:\nnode:x:1000:\n",
    "etc/nsswitch.conf": "hosts: files\n",
}


def _member(name: str, kind: bytes, mode: int, uid: int = 0) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.mode, member.uid, member.gid = kind, mode, uid, uid
    return member


def _write(path: Path, text: str, mode: int) -> None:
    path.touch(mode=mode)
    path.write_text(text)
    shutil.chown(path, OWNER, OWNER)
