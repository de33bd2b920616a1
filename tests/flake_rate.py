"""How often `.ci/run` fails of what has not changed, beside a processor that is kept busy.

`make flake-rate ARGS="NUMBER"` runs it so many times, each in a new clone of the last commit. It
prints a row for each run, and where its output is if it failed; and ends with 1 if any did.
"""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from xml.etree import ElementTree as ET

from tests.runs import ROOT
from tests.tables import print_header, print_line, print_row

GIT = shutil.which("git") or "git"
BUSY = (sys.executable, "-c", "while True: pass")
COLUMNS = ("run", "commit", "seconds", "tests", "result")


@dataclass(frozen=True)
class CiRun:
    """`failed` are the names of the tests that failed, as far as they came to be told."""

    commit: str
    seconds: float
    tests: int
    code: int
    failed: tuple[str, ...]

    @property
    def result(self) -> str:
        if not self.code:
            return "passed"
        return ", ".join(self.failed) or f"exit code {self.code}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.flake_rate")
    parser.add_argument("number", type=int, nargs="?", default=10, help="of runs")
    number = parser.parse_args().number
    failures = 0
    print_header(COLUMNS)
    for run in range(1, number + 1):
        folder = Path(mkdtemp(prefix="flake-rate-"))
        done = ci_run(ROOT, folder)
        print_row((run, done.commit, round(done.seconds), done.tests, done.result))
        failures += bool(done.code)
        if done.code:
            print_line(f"its output: {folder / 'output'}")
        else:
            shutil.rmtree(folder)
    print_line(f"{failures} of {number} failed")
    sys.exit(bool(failures))


def ci_run(repository: Path, folder: Path) -> CiRun:
    """Run `.ci/run` of the last commit once; its output is in the folder, beside the clone."""
    clone = folder / "clone"
    subprocess.run([GIT, "clone", "--quiet", str(repository), str(clone)], check=True)
    head = [GIT, "-C", str(clone), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(head, check=True, capture_output=True, text=True).stdout.strip()
    began = time.monotonic()
    with (folder / "output").open("wb") as output, busy():
        command = [clone / ".ci/run"]
        code = subprocess.run(command, stdout=output, stderr=output, check=False).returncode
    seconds = time.monotonic() - began
    cases = list(cases_of(clone / ".ci"))
    failed = tuple(case.get("name", "") for case in cases if has_failed(case))
    return CiRun(commit, seconds, len(cases), code, failed)


@contextmanager
def busy() -> Iterator[None]:
    with subprocess.Popen(BUSY) as loop:
        try:
            yield
        finally:
            loop.kill()


def cases_of(folder: Path) -> Iterator[ET.Element]:
    for path in sorted(folder.glob("junit-*.xml")):
        yield from ET.parse(path).iter("testcase")


def has_failed(case: ET.Element) -> bool:
    return any(case.find(each) is not None for each in ("failure", "error"))


if __name__ == "__main__":
    main()
