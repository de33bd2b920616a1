"""Runs of the agent without its start-up: a process that has its parts loaded forks for each.

That process is a Python of its own, as isolated as the one on a VPS, and runs this file; so the
file needs nothing but Python's own modules.
"""

import atexit
import gc
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

CALL = b":\n    exec(part)\n"  # what a program has after its parts, before it is called
# What every survey does first, and most of what a small one costs: its expressions are compiled.
# Python keeps them.
SURVEY = b"do_survey("
COMPILE = b"(lambda asked: formats_of(asked, values_of(asked)))("
STDOUT, STDERR = "stdout", "stderr"


@cache
def warm_agent() -> "WarmAgent":
    """That of this process."""
    return WarmAgent()


class WarmAgent:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-IB", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self._process.communicate)

    def run(self, program: bytes, env: Mapping[str, str]) -> "subprocess.CompletedProcess[bytes]":
        """As `python3 -` runs a program of fixtures.vps.program, with these variables alone."""
        assert self._process.stdin
        assert self._process.stdout
        with TemporaryDirectory(prefix="agent-") as folder:
            Path(folder, "program").write_bytes(program)
            self._process.stdin.write(json.dumps({"folder": folder, "env": dict(env)}) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            output, errors = (Path(folder, name).read_bytes() for name in (STDOUT, STDERR))
        return subprocess.CompletedProcess(["python3", "-"], code, output, errors)


def _serve() -> None:
    """Fork for each request. A fork returns when its program has ended."""
    loaded: dict[bytes, dict[str, Any]] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        parts, call = Path(asked["folder"], "program").read_bytes().split(CALL)
        if parts not in loaded:
            loaded[parts] = {"__name__": "__main__"}
            exec(parts + CALL, loaded[parts])  # noqa: S102 - the program that is tested
            if call.startswith(SURVEY):
                exec(call.replace(SURVEY, COMPILE, 1), loaded[parts])  # noqa: S102
            gc.freeze()
        if (pid := os.fork()) == 0:
            _become(asked["folder"], asked["env"])
            exec(call, loaded[parts])  # noqa: S102
            return
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")
        sys.stdout.flush()


def _become(folder: str, env: Mapping[str, str]) -> None:
    """A process whose input was read, with these outputs and variables."""
    os.environ.clear()
    os.environ.update(env)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in enumerate((STDOUT, STDERR), 1):
        os.dup2(os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT, 0o600), number)


if __name__ == "__main__":
    _serve()
