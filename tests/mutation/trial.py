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
LIBRARIES = ("cloudflare", "httpx", "jsonschema_rs", "paramiko", "psutil")
LOADED = "-Wignore:Module already imported:pytest.PytestAssertRewriteWarning"
OPTIONS = (LOADED, "-x", "-q", "-m", "not real and not browser and not package and not container")
KILLED, SURVIVED, TIMED_OUT = "killed", "survived", "timed out"


def tried(file: str, code: str, tests: list[str], seconds: float) -> str:
    """How the tests end with this code in the file, which then has its own again.

    Whatever pytest ends with but 0 has killed it: with the code as it was, the same tests pass.
    """
    path = Path(file)
    original = path.read_bytes()
    path.write_text(code)
    try:
        return _ended(tests, seconds)
    finally:
        path.write_bytes(original)


def _ended(tests: list[str], seconds: float) -> str:
    if (pid := os.fork()) == 0:
        _run(tests)
    timer = threading.Timer(seconds, os.killpg, [pid, signal.SIGKILL])
    timer.start()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    timer.cancel()
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # what the tests have left running
    if code == -signal.SIGKILL:
        return TIMED_OUT
    return KILLED if code else SURVIVED


def _run(tests: list[str]) -> None:
    """Never returns: what tests leave running must not hold the process."""
    os.setpgid(0, 0)
    sys.dont_write_bytecode = True  # two mutants of one second and size would share it
    silent = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(silent, number)
    code = int(pytest.main([*OPTIONS, *tests]))
    os._exit(code)


def main() -> None:
    for name in LIBRARIES:
        import_module(name)
    output = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        output.write(json.dumps(tried(**json.loads(line))) + "\n")
        output.flush()


if __name__ == "__main__":
    main()
