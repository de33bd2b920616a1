"""Virtual environments with the wheel, and what runs in them."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = "openclaw-gateway-verification"
NAME = "openclaw_gateway_verification"
# `make test-package PYTHON=python3.13` is for another Python than that of the tests.
PYTHON = os.environ.get("PYTHON", sys.executable)
TIMEOUT = 400


@dataclass(frozen=True)
class Environment:
    """A virtual environment, made by `new_environment`."""

    folder: Path

    def run(
        self, program: str, *arguments: str, cwd: Path, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one of its programs in a folder, whatever its exit code will be."""
        return subprocess.run(
            [self.folder / "bin" / program, *arguments],
            cwd=cwd,
            env={**_without_pytest(), **(environ or {})},
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )

    def verify(
        self, *arguments: str, cwd: Path, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return self.run("openclaw-verify", *arguments, cwd=cwd, environ=environ)

    @property
    def packages(self) -> Path:
        [folder] = self.folder.glob("lib/python3*/site-packages")
        return folder


def new_environment(folder: Path, *requirements: str) -> Environment:
    """One with these packages, by pip."""
    _succeed([PYTHON, "-m", "venv", "--without-pip", folder])
    environment = Environment(folder)
    _pip(environment, "install", "--no-compile", *requirements)  # little of it is used
    return environment


def new_wheel(environment: Environment, source: Path, folder: Path, *options: str) -> Path:
    """The wheel that pip builds of a checkout, or of an sdist."""
    _pip(environment, "wheel", *options, "--no-deps", "--wheel-dir", str(folder), str(source))
    [wheel] = folder.glob("*.whl")
    return wheel


def _pip(environment: Environment, *arguments: str) -> None:
    """That of the tests: unpacking another into each environment takes longer than its use."""
    pip = [sys.executable, "-m", "pip", "--python", str(environment.folder)]
    _succeed([*pip, *arguments, "--quiet", "--disable-pip-version-check"])


def _succeed(command: list[str | Path]) -> None:
    done = subprocess.run(
        command, env=_without_pytest(), capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _without_pytest() -> dict[str, str]:
    """How pip reaches its index is in the environment of whoever runs the tests."""
    own = ("PYTEST", "VIRTUAL_ENV", "PYTHON")
    return {name: value for name, value in os.environ.items() if not name.startswith(own)}
