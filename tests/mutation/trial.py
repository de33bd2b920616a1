"""Tries mutants in a copy of the project, of which this runs: `python -m tests.mutation.trial`.

Each line of its input is a mutant's file and code and the tests; each of its output says how they
ended, and the first test that has failed. For each it forks, so that only what is the project's own
is imported anew.
"""

import json
import os
import signal
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

# What takes long to import, and is neither the project's nor a plugin of pytest's.
LIBRARIES = ("aiohttp", "asyncssh", "cloudflare", "httpx", "hypothesis", "jsonschema_rs",
             "paramiko", "psutil", "yaml")  # fmt: skip
LOADED = "-Wignore:Module already imported:pytest.PytestAssertRewriteWarning"
# As `make test` selects them: a list of tests may give another `-m`, which then holds.
SELECTED = "not real and not browser and not package and not container and not exhaustive"
OPTIONS = (LOADED, "-x", "-q", "-m", SELECTED)
UNWRITTEN = "PYTHONDONTWRITEBYTECODE"
MOST_OF_NAME = 1 << 12  # a pipe takes it at once
KILLED, SURVIVED, TIMED_OUT = "killed", "survived", "timed out"


class Ended(NamedTuple):
    """`by` is the first test that has failed, or the file that cannot be collected, if any."""

    how: str
    by: str = ""


class FirstFailure:
    """A plugin of pytest's that writes what has failed first to a pipe."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._is_told = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._tell(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._tell(report)

    def _tell(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.failed and not self._is_told:
            os.write(self._pipe, report.nodeid.encode())
            self._is_told = True


def tried(file: str, code: str, tests: list[str], seconds: float) -> Ended:
    """How the tests end with this code in the file, which then has its own again.

    Whatever pytest ends with but 0 has killed it, if with the code as it was they pass.
    """
    path = Path(file)
    original, status = path.read_bytes(), path.stat()
    if original == code.encode():
        return _ended(tests, seconds, keeps=True)
    path.write_text(code)
    try:
        return _ended(tests, seconds)
    finally:
        path.write_bytes(original)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # as its bytecode has it


def _ended(tests: list[str], seconds: float, *, keeps: bool = False) -> Ended:
    """With what they have compiled kept for later ones, or not."""
    reads, writes = os.pipe()
    if (pid := os.fork()) == 0:
        _run(tests, writes, keeps=keeps)
    os.close(writes)
    timer = threading.Timer(seconds, os.killpg, [pid, signal.SIGKILL])
    timer.start()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    timer.cancel()
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # what the tests have left running
    by = _written(reads)
    os.close(reads)
    if code == -signal.SIGKILL:
        return Ended(TIMED_OUT)
    return Ended(KILLED, by) if code else Ended(SURVIVED)


def _written(pipe: int) -> str:
    """What is in it. Something that the tests have left running may still have it open."""
    os.set_blocking(pipe, False)
    with suppress(BlockingIOError):
        return os.read(pipe, MOST_OF_NAME).decode()
    return ""


def _run(tests: list[str], pipe: int, *, keeps: bool) -> None:
    """Never returns: what tests leave running must not hold the process."""
    os.setpgid(0, 0)
    sys.dont_write_bytecode = not keeps  # two mutants of one second and size would share it
    os.environ.update({} if keeps else {UNWRITTEN: "1"})
    silent = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(silent, number)
    code = int(pytest.main([*OPTIONS, *tests], plugins=[FirstFailure(pipe)]))
    os._exit(code)


def main() -> None:
    os.environ.pop(UNWRITTEN, None)
    for name in LIBRARIES:
        import_module(name)
    output = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        output.write(json.dumps(tried(**json.loads(line))) + "\n")
        output.flush()


if __name__ == "__main__":
    main()
