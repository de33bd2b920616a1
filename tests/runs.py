"""Runs of the whole suite, as an operator runs it: a process of its own, with a config file.

`run_suite` and `run_fleet` fork theirs from one that has the suite loaded, and their waits are
short; `run_pytest` starts Python anew, and a second is a second there.
"""

import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import psutil
from jsonschema_rs import Draft202012Validator

from tests.waiting import left_after_a_while
from tests.warm import COMMAND, TIMEOUT, Warm

ROOT = Path(__file__).parents[1]
EVIDENCE_SCHEMA: dict[str, Any] = json.loads((ROOT / "docs/evidence-2.schema.json").read_text())
SCHEMA = Draft202012Validator(EVIDENCE_SCHEMA)
PASSED, FAILED, INCONCLUSIVE = 0, 1, 10
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# All that could show a secret: verbose, locals, and what the libraries log.
PACED = ("-p", "tests.paced")
LOUD = ("-vv", "--showlocals", "-rA", "--log-level=DEBUG", "-Werror")
TRANSCRIPTS = "openclaw-agent.sqlite"


@dataclass(frozen=True)
class SuiteRun:
    """A finished run. `folder` holds its JUnit file, its log and its evidence."""

    exit_code: int
    output: str
    folder: Path

    @cached_property
    def evidence(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / "evidence.json").read_text())
        SCHEMA.validate(content)
        return content

    @property
    def causes(self) -> dict[str, str]:
        """The guarantees that have not passed, by their ids, each with its verdict and cause."""
        return {
            each["id"]: f"{each['verdict']}: {(each['diagnosis'] or {}).get('cause')}"
            for each in self.evidence["scenarios"]
            if each["verdict"] != "passed"
        }

    @property
    def causes_by_deployment(self) -> dict[str, dict[str, str]]:
        """The same, where several are verified."""
        found: dict[str, dict[str, str]] = {}
        for each in self.evidence["scenarios"]:
            own = found.setdefault(each["deployment"], {})
            if each["verdict"] != "passed":
                own[each["id"]] = f"{each['verdict']}: {(each['diagnosis'] or {}).get('cause')}"
        return found

    @property
    def steps_not_passed(self) -> dict[str, str]:
        """The step at which each guarantee has ended that has not passed, by their ids."""
        return {
            each["id"]: step["name"]
            for each in self.evidence["scenarios"]
            for step in each["steps"]
            if step["status"] in ("failed", "inconclusive")
        }

    @property
    def warnings(self) -> dict[str, list[str]]:
        return {each["id"]: each["warnings"] for each in self.evidence["scenarios"]}

    def observed(self, guarantee: str) -> dict[str, Any]:
        """The fields of all that was observed for it."""
        observed: list[dict[str, Any]] = self._of(guarantee)["observed"]
        return {name: value for each in observed for name, value in each.items()}

    def diagnosis(self, guarantee: str) -> dict[str, str]:
        """What is said of one that has not passed."""
        diagnosis: dict[str, str] = self._of(guarantee)["diagnosis"]
        return diagnosis

    def _of(self, guarantee: str) -> dict[str, Any]:
        return next(each for each in self.evidence["scenarios"] if each["id"] == guarantee)

    def every_output(self) -> str:
        files = [path.read_text() for path in self.folder.iterdir() if path.suffix != ".env"]
        return "\n".join([self.output, *files])


def run_suite(
    folder: Path,
    settings: Mapping[str, str],
    *options: str,
    environ: Mapping[str, str] | None = None,
    is_paced: bool = True,
) -> SuiteRun:
    """Verify the deployment of these settings, with every output kept in the folder.

    One that is not paced waits as long as an operator's: that is what a benchmark measures.
    """
    folder.mkdir(exist_ok=True)
    config = write_config(folder / "openclaw-config.env", settings)
    return run_at(config, folder, *options, environ=environ, is_paced=is_paced)


def run_at(
    deployment: Path,
    folder: Path,
    *options: str,
    environ: Mapping[str, str] | None = None,
    is_paced: bool = True,
) -> SuiteRun:
    """The same of whatever is at a path: a config file, or an operator's checkout."""
    outputs = (
        *_outputs(folder),
        f"--metrics={folder / 'run.prom'}",
        f"--log-file={folder / 'run.log'}",
        "--log-file-level=DEBUG",
    )
    arguments = (f"--deployment={deployment}", *outputs, *LOUD, *options)
    run = run_forked if is_paced else run_pytest
    return _finished(folder, run(*arguments, environ=environ))


def run_fleet(
    folder: Path,
    fleet: Mapping[str, Mapping[str, str]],
    *options: str,
    environ: Mapping[str, str] | None = None,
    is_paced: bool = True,
    timeout: float = TIMEOUT,
) -> SuiteRun:
    """Verify several deployments, named by their config files, in one run."""
    configs = folder / "configs"
    configs.mkdir(parents=True)
    for name, settings in fleet.items():
        write_config(configs / f"{name}.env", settings)
    arguments = (f"--deployment={configs}", *_outputs(folder), *options)
    if is_paced:
        return _finished(folder, run_forked(*arguments, environ=environ))
    return _finished(folder, run_pytest(*arguments, environ=environ, timeout=timeout))


def _finished(folder: Path, done: "subprocess.CompletedProcess[str]") -> SuiteRun:
    return SuiteRun(done.returncode, done.stdout + done.stderr, folder)


def run_forked(
    *options: str, environ: Mapping[str, str] | None = None, terminal: str = ""
) -> "subprocess.CompletedProcess[str]":
    """A run like `run_pytest`'s that does not start Python anew, and whose waits are short.

    With the path of a terminal it writes there.
    """
    options = (*PACED, *options)
    if any(each.startswith("-n") for each in options):  # xdist starts its processes itself
        assert not terminal
        return run_pytest(*options, environ=environ)
    environ = {**neutral_environment(), **(environ or {})}
    return _warm().run(options, environ, terminal=terminal)


def run_command(
    *arguments: str, environ: Mapping[str, str] | None = None, told: str = ""
) -> "subprocess.CompletedProcess[str]":
    """`openclaw-verify` with these arguments, in the same way; `told` is its standard input."""
    return _warm().run(arguments, environ or neutral_environment(), program=COMMAND, told=told)


@cache
def _warm() -> Warm:
    return Warm(neutral_environment())


def ignore_nothing() -> None:
    """For `preexec_fn`: what is started in the background, or under nohup, ignores signals."""
    for number in STOPS:
        signal.signal(number, signal.SIG_DFL)


def write_config(path: Path, settings: Mapping[str, str]) -> Path:
    path.write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))
    return path


def _outputs(folder: Path) -> tuple[str, str]:
    return f"--evidence={folder / 'evidence.json'}", f"--junitxml={folder / 'junit.xml'}"


def run_pytest(
    *options: str,
    environ: Mapping[str, str] | None = None,
    checkout: Path = ROOT,
    timeout: float = TIMEOUT,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=checkout,
        env={**neutral_environment(), **(environ or {})},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def neutral_environment() -> dict[str, str]:
    """Without what pytest-xdist's workers and the operator's shell would hand down."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    return {name: value for name, value in os.environ.items() if name in kept}


def fingerprint(root: Path) -> dict[str, str]:
    """Every path below the root with its mode and content, but OpenClaw's own transcripts.

    It writes a message's answer there, as it does with every message.
    """
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*")):
        if path.name.startswith(TRANSCRIPTS):
            continue
        status = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        about = f"{stat.filemode(status.st_mode)} {hashlib.sha256(content).hexdigest()}"
        found[str(path.relative_to(root))] = about
    return found


def left_running(run: SuiteRun) -> list[str]:
    """The commands of the run that are still there after a while, on the VPS or here."""
    observed = [one for each in run.evidence["scenarios"] for one in each["observed"]]
    words = {one.get("nonce", "no nonce") for one in observed}

    def look() -> list[str]:
        lines = [" ".join(each.info["cmdline"] or []) for each in psutil.process_iter(["cmdline"])]
        return [line for line in lines if any(word in line for word in words)]

    return left_after_a_while(look)
