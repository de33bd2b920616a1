"""A clean checkout of the suite as it is now, and sign-offs from it."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.runs import ROOT, SuiteRun, run_pytest, write_config

PARTS = (
    *("features", "fixtures", "steps", "conftest.py", "openclaw_verify_options.py", ".gitignore"),
    *("pyproject.toml", ".build", "README.md", "LICENSE"),
    *("Makefile", "Containerfile", ".dockerignore"),
)
ENV_MODE = "The VPS's token files are readable by their owner only"
HEALTH = "The gateway answers its health check on the VPS"
REHEARSAL = "--deployment=rehearsal"
NOBODY = {
    f"GIT_{who}_{what}": "test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
}


def new_checkout(folder: Path) -> Path:
    """One commit that holds the suite, whatever the state of this one is."""
    folder.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / part, folder / part, ignore=ignored)
        else:
            shutil.copy(ROOT / part, folder / part)
    _git(folder, "init", "--quiet")
    commit_all(folder)
    return folder


def commit_all(checkout: Path) -> None:
    _git(checkout, "add", "--all")
    _git(checkout, "commit", "--quiet", "--no-verify", "--no-gpg-sign", "--message", "test")


def _git(checkout: Path, *arguments: str) -> None:
    environ = {**os.environ, **NOBODY, "GIT_CONFIG_GLOBAL": os.devnull}
    command = ["git", "-C", str(checkout), *arguments]
    subprocess.run(command, check=True, env=environ)


class SignOffRun(SuiteRun):
    """A finished run. `folder` is the sign-off's own."""

    @property
    def broken(self) -> list[str]:
        """The rules that are broken."""
        rules = self.evidence["sign_off"]["rules"]
        return [each["rule"] for each in rules if each["broken_by"]]

    @property
    def names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}

    def report(self) -> str:
        return (self.folder / "report.html").read_text()


def config_file(folder: Path, settings: Mapping[str, str]) -> str:
    return f"--deployment={write_config(folder / 'openclaw-config.env', settings)}"


def run_sign_off(checkout: Path, folder: Path, *options: str) -> SignOffRun:
    done = run_pytest(f"--sign-off={folder}", *options, checkout=checkout)
    output = done.stdout + done.stderr
    assert "Traceback" not in output, output
    assert "INTERNALERROR" not in output, output
    return SignOffRun(done.returncode, output, folder)


def waivers(folder: Path, *scenarios: str, expires: str = "2999-12-31") -> str:
    path = folder / "waivers.toml"
    path.write_text(
        "".join(
            f'[[waived]]\nscenario = "{name}"\nreason = "accepted"\nwho = "Mara"\n'
            f"expires = {expires}\n"
            for name in scenarios
        )
    )
    return f"--waivers={path}"
