"""Adding a guarantee, as docs/extending.md shows it: done in a copy, and tested there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runs import ROOT, run_pytest
from tests.sign_off.checkout import new_checkout

DIFF = re.compile(r"^```diff\n(.+?)^```$", re.MULTILINE | re.DOTALL)
CHANGES = DIFF.findall((ROOT / "docs/extending.md").read_text(encoding="utf-8"))
FAULT = "rehearsal/faults/"
# The fault against the suite, whatever has to be complete, and the documents' tables.
TESTS = ("tests/test_faults.py", "tests/test_catalogue.py", "tests/docs/test_documents.py")
CONCERNED = (
    "(caught and ai-gateway-rate) or every_fault or on_purpose or every_entry or every_call"
    " or documented_under or generated_blocks or every_promise"
)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    folder = new_checkout(tmp_path / "checkout")
    for name in ("tests", "docs"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for path in ROOT.glob("*.md"):
        shutil.copy(path, folder)
    return folder


def change(suite: Path, *diffs: str) -> None:
    for diff in diffs:
        head, *lines = diff.splitlines(keepends=True)
        path = suite / head.removeprefix("+++ ").strip()
        before = "".join(line[1:] for line in lines if line[0] == " ")
        after = "".join(line[1:] for line in lines)
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, before
        path.write_text(text.replace(before, after), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "tests.docs"], cwd=suite, check=True)


@pytest.mark.exhaustive
def test_the_four_files_are_all_that_a_guarantee_needs(suite: Path) -> None:
    change(suite, *CHANGES)
    assert len({each.splitlines()[0] for each in CHANGES}) == 4
    done = run_pytest(*TESTS, f"-k={CONCERNED}", checkout=suite)
    assert done.returncode == 0, done.stdout


@pytest.mark.exhaustive
def test_a_guarantee_without_a_fault_is_found(suite: Path) -> None:
    change(suite, *(each for each in CHANGES if FAULT not in each))
    done = run_pytest(TESTS[0], "-k=on_purpose", "-vv", checkout=suite)
    assert done.returncode == 1
    assert "assert ['ai-gateway.lets-the-agents-requests-through'] == []" in done.stdout
