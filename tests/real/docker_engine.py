"""A Docker Engine of our own: own socket, own data, no networks, gone afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .processes import RealStackError, daemon, run

_CONTAINERD = """\
version = 2
root = "{0}/containerd"
state = "{0}/containerd-state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "{0}/containerd.sock"
"""


@dataclass(frozen=True)
class DockerEngine:
    host: str  # what DOCKER_HOST is to be

    def environment(self) -> dict[str, str]:
        return {**os.environ, "DOCKER_HOST": self.host}

    def docker(self, *arguments: str, stdin: bytes = b"") -> str:
        return run("docker", *arguments, stdin=stdin, env=self.environment())

    def logs(self, container: str) -> str:
        """Both streams of a container's log, in order."""
        return run("docker", "logs", container, env=self.environment(), merged=True)

    def compose(self, project: Path, *arguments: str) -> str:
        return run("docker-compose", *arguments, cwd=project, env=self.environment())


@contextmanager
def docker_engine(scratch: Path, data: Path, *, storage: str = "vfs") -> Iterator[DockerEngine]:
    """Run containerd and dockerd with everything they keep below `scratch`, as `data` is, too."""
    config = scratch / "containerd.toml"
    config.write_text(_CONTAINERD.format(scratch))
    (scratch / "dockerd.json").write_text("{}")
    engine = DockerEngine(f"unix://{scratch}/docker.sock")
    containerd = ["containerd", "--config", str(config)]
    try:
        with (
            daemon(containerd, scratch / "containerd.log", (scratch / "containerd.sock").exists),
            daemon(
                [*_dockerd(scratch, data, engine), f"--storage-driver={storage}"],
                scratch / "dockerd.log",
                lambda: _answers(engine),
            ),
        ):
            yield engine
    finally:
        unmount_below(scratch)


def unmount_below(directory: Path) -> None:
    """Undo the mounts that an engine leaves behind, the innermost first."""
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for mount in sorted((m for m in mounts if m.startswith(f"{directory}/")), reverse=True):
        run("umount", "--lazy", mount)


def _dockerd(scratch: Path, data: Path, engine: DockerEngine) -> list[str]:
    places = {
        "host": engine.host,
        "containerd": f"{scratch}/containerd.sock",
        "config-file": f"{scratch}/dockerd.json",
        "data-root": f"{data}",
        "exec-root": f"{scratch}/docker-exec",
        "pidfile": f"{scratch}/docker.pid",
    }
    modest = ["--bridge=none", "--iptables=false", "--shutdown-timeout=5"]
    return ["dockerd", *modest, *(f"--{name}={place}" for name, place in places.items())]


def _answers(engine: DockerEngine) -> bool:
    try:
        engine.docker("version")
    except RealStackError:
        return False
    return True
