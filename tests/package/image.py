"""The image, built by `make image` on a base of Debian's packages, and run as operators run it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.real.docker_engine import DockerEngine, docker_engine
from tests.runs import ROOT

DOCKER = "/usr/bin/docker"  # Debian's own, which builds without a plugin
IMAGE, BASE = "openclaw-verify:test", "python-on-debian:test"
HARDENED = (
    *("--rm", "--network=none", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL"),
    "--security-opt=no-new-privileges",
)
CERTIFICATES = "/run/secrets/ca-certificates.crt"
# What of pip's configuration is about the way to its index.
OF_INDEX = ("index-url", "extra-index-url", "trusted-host", "proxy")


@dataclass(frozen=True)
class Image:
    engine: DockerEngine

    def verify(
        self,
        *arguments: str,
        mounts: Mapping[Path, str] | None = None,
        options: tuple[str, ...] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run the suite in a hardened container, with these files mounted read-only."""
        volumes = [f"--volume={path}:{inside}:ro" for path, inside in (mounts or {}).items()]
        return self.run(*volumes, *options, IMAGE, *arguments)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [DOCKER, "run", *HARDENED, *arguments],
            env=self.engine.environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


@contextmanager
def built_image(checkout: Path) -> Iterator[Image]:
    """The image of a checkout, in a Docker Engine of its own."""
    with (
        TemporaryDirectory(prefix="ocv-image-") as scratch,
        docker_engine(Path(scratch), Path(scratch) / "data", storage=_storage()) as engine,
    ):
        base = _output([ROOT / "tests/package/base_image"]).splitlines()[-1]
        _output([DOCKER, "import", base, BASE], engine.environment())
        _build(engine, checkout, Path(scratch))
        yield Image(engine)


def _storage() -> str:
    """A container is there at once, where layers need not be copied."""
    return "overlay2" if "overlay" in Path("/proc/filesystems").read_text() else "vfs"


def _build(engine: DockerEngine, checkout: Path, scratch: Path) -> None:
    options = ["--network=host", f"--build-arg=PYTHON_IMAGE={BASE}", *_secrets(scratch)]
    (checkout / ".venv").symlink_to(sys.prefix)
    command = [
        *("make", "image", "--old-file=.venv/ready-to-run"),
        *(f"ENGINE={DOCKER}", f"IMAGE={IMAGE}", f"IMAGE_ARGS={' '.join(options)}"),
    ]
    _output(command, {**engine.environment(), "DOCKER_BUILDKIT": "1"}, checkout)


def _secrets(scratch: Path) -> Iterator[str]:
    """How this machine's pip reaches its index, for the build only."""
    lines = _output([sys.executable, "-m", "pip", "config", "list"]).splitlines()
    settings = {
        name.split(".")[-1]: value.strip("'")
        for name, _, value in (line.partition("=") for line in lines)
    }
    kept = {name: value for name, value in settings.items() if name in OF_INDEX}
    certificates = settings.get("cert") or os.environ.get("SSL_CERT_FILE")
    if certificates:
        kept["cert"] = CERTIFICATES
        yield f"--secret=id=ca-certificates.crt,src={certificates}"
    config = scratch / "pip.conf"
    config.write_text("\n".join(["[global]", *(f"{name} = {kept[name]}" for name in kept)]) + "\n")
    yield f"--secret=id=pip.conf,src={config}"


def _output(
    command: Sequence[str | Path], environ: Mapping[str, str] = os.environ, cwd: Path = ROOT
) -> str:
    done = subprocess.run(
        command, env=environ, cwd=cwd, capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout
