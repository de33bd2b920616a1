"""A copy of the project that mutants may break, and what tries them there."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.mutation.trial import KILLED, SURVIVED, TIMED_OUT, Ended
from tests.runs import ROOT

# Tests that do not end within so many seconds are timed as they are: that they may take so many
# times, and so many seconds more.
LONG = 60.0
FACTOR, MORE = 2, 10.0
LONGEST = 600.0
# Bytecode is copied, too: it is known by its source's time, which no mutant shares.
UNCOPIED = shutil.ignore_patterns(".git", ".venv", "build", "dist", "*.egg-info",
                                  ".mypy_cache", ".ruff_cache")  # fmt: skip


class BrokenCopyError(Exception):
    """Tests that do not pass with the code as it is tell nothing of a mutant."""


class Copy:
    """A context manager. Its tests run one after another."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="mutation-")
        self._root = Path(self._folder.name, "project")
        shutil.copytree(ROOT, self._root, symlinks=True, ignore=UNCOPIED)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.mutation.trial"],
            cwd=self._root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._seconds: dict[tuple[str, ...], float] = {}
        self._passing: set[tuple[str, ...]] = set()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._process.communicate()
        self._folder.cleanup()

    def tried(self, file: str, code: str, tests: list[str]) -> str:
        """How the tests end with this code in the file.

        Raises BrokenCopyError when what has failed fails with the file as it is, too.
        """
        known = tuple(tests)
        ended = self._ask(file, code, tests, self._seconds.get(known, LONG))
        if ended.how == TIMED_OUT and known not in self._seconds:
            self._seconds[known] = max(LONG, self._timed(file, tests) * FACTOR + MORE)
            if self._seconds[known] > LONG:
                ended = self._ask(file, code, tests, self._seconds[known])
        if ended.how == KILLED:
            # Without a test that has failed, not even all could be collected.
            options = [each for each in tests if each.startswith("-")]
            self._timed(file, [ended.by, *options] if ended.by else [*tests, "--collect-only"])
        return ended.how

    def _timed(self, file: str, tests: list[str]) -> float:
        """How many seconds they take with the file as it is, or 0 if that is known to be right."""
        if tuple(tests) in self._passing:
            return 0.0
        began = time.monotonic()
        ended = self._ask(file, (self._root / file).read_text(), tests, LONGEST)
        if ended.how != SURVIVED:
            message = f"{' '.join(tests)}: {ended.how}, with {file} as it is"
            raise BrokenCopyError(message)
        self._passing.add(tuple(tests))
        return time.monotonic() - began

    def _ask(self, file: str, code: str, tests: list[str], seconds: float) -> Ended:
        assert self._process.stdin
        assert self._process.stdout
        asked = {"file": file, "code": code, "tests": tests, "seconds": seconds}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return Ended(*json.loads(self._process.stdout.readline()))
