"""Tries mutants in a copy of the project, of which this runs: `python -m tests.mutation.trial`.

Each line of its input is a mutant's file and code and the tests; each of its output says how they
ended. For each it forks, so that only what is the project's own is imported anew.
"""

import json
import os
import signal
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

# What takes long to import, and is neither the project's nor a plugin of pytest's.
LIBRARIES = ("aiohttp", "asyncssh", "cloudflare", "httpx", "hypothesis", "jsonschema_rs",
             "paramiko", "psutil", "yaml")  # fmt: skip
LOADED = "-Wignore:Module already imported:pytest.PytestAssertRewriteWarning"
# As `make test` selects them: a list of tests may give another `-m`, which then holds.
SELECTED = "not real and not browser and not package and not container and not exhaustive"
OPTIONS = (LOADED, "-x", "-q", "-m", SELECTED)
UNWRITTEN = "PYTHONDONTWRITEBYTECODE"
KILLED, SURVIVED, TIMED_OUT = "killed", "survived", "timed out"


def tried(file: str, code: str, tests: list[str], seconds: float) -> str:
    """How the tests end with this code in the file, which then has its own again.

    Whatever pytest ends with but 0 has killed it: with the code as it was, the same tests pass.
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


def _ended(tests: list[str], seconds: float, *, keeps: bool = False) -> str:
    """With what they have compiled kept for later ones, or not."""
    if (pid := os.fork()) == 0:
        _run(tests, keeps=keeps)
    timer = threading.Timer(seconds, os.killpg, [pid, signal.SIGKILL])
    timer.start()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    timer.cancel()
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # what the tests have left running
    if code == -signal.SIGKILL:
        return TIMED_OUT
    return KILLED if code else SURVIVED


def _run(tests: list[str], *, keeps: bool) -> None:
    """Never returns: what tests leave running must not hold the process."""
    os.setpgid(0, 0)
    sys.dont_write_bytecode = not keeps  # two mutants of one second and size would share it
    os.environ.update({} if keeps else {UNWRITTEN: "1"})
    silent = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(silent, number)
    code = int(pytest.main([*OPTIONS, *tests]))
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
