"""A copy of the project that mutants may break, and what tries them there."""

import compileall
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from py_compile import PycInvalidationMode
from types import TracebackType
from typing import Self

from tests.mutation.trial import SURVIVED
from tests.runs import ROOT

# Of the tests as they are, how much longer they may take with a mutant, and how many seconds more.
FACTOR, MORE = 2, 10.0
LONGEST = 600.0
UNCOPIED = shutil.ignore_patterns(".git", ".venv", "__pycache__", "build", "dist", "*.egg-info",
                                  ".mypy_cache", ".ruff_cache")  # fmt: skip


class BrokenCopyError(Exception):
    """Tests that do not pass with the code as it is tell nothing of a mutant."""


class Copy:
    """A context manager. Its tests run one after another."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="mutation-")
        self._root = Path(self._folder.name, "project")
        shutil.copytree(ROOT, self._root, symlinks=True, ignore=UNCOPIED)
        # So that a mutant's run compiles the mutant alone, Python knows a file by its content.
        by_content = PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(self._root, quiet=2, invalidation_mode=by_content)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.mutation.trial"],
            cwd=self._root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._seconds: dict[tuple[str, ...], float] = {}
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

        Raises BrokenCopyError when they fail with the file as it is.
        """
        known = tuple(tests)
        if known not in self._seconds:
            began = time.monotonic()
            ended = self._ask(file, (self._root / file).read_text(), tests, LONGEST)
            if ended != SURVIVED:
                message = f"{' '.join(tests)}: {ended}, with {file} as it is"
                raise BrokenCopyError(message)
            self._seconds[known] = time.monotonic() - began
        return self._ask(file, code, tests, self._seconds[known] * FACTOR + MORE)

    def _ask(self, file: str, code: str, tests: list[str], seconds: float) -> str:
        assert self._process.stdin
        assert self._process.stdout
        asked = {"file": file, "code": code, "tests": tests, "seconds": seconds}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        ended: str = json.loads(self._process.stdout.readline())
        return ended
