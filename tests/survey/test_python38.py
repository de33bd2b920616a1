"""The agent is for Python 3.8 and newer, with nothing but its standard library."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import vermin  # type: ignore[import-untyped]

from fixtures.keys.canaries import ENCODINGS
from fixtures.vps.program import HTTP_MODULES, MODULES, WATCH_MODULES, agent_source
from tests.survey.vps import Vps, new_key

OLDEST = (3, 8)
PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"


def works(python: str) -> bool:
    version = [python, "-c", "import sys; print(sys.version_info >= (3, 8))"]
    try:
        done = subprocess.run(version, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.stdout == "True\n"


def interpreters() -> list[str]:
    """The one that runs this test, and whichever others there are."""
    named = (shutil.which(f"python3.{minor}") for minor in range(8, 15))
    found = [*map(str, sorted(PYENV.glob("3.*/bin/python"))), *filter(None, named)]
    real = {os.path.realpath(each): each for each in found if works(each)}
    return [sys.executable, *real.values()]


PROGRAMS = pytest.mark.parametrize(
    "source", [agent_source(each) for each in (MODULES, HTTP_MODULES, WATCH_MODULES)]
)


@PROGRAMS
def test_its_syntax_is_that_of_python_3_8(source: str) -> None:
    assert ast.parse(source, feature_version=OLDEST).body


@PROGRAMS
def test_what_it_uses_of_the_standard_library_is_in_python_3_8(source: str) -> None:
    needed = vermin.visit(source, vermin.Config())
    versions = [each for each in needed.minimum_versions() if each]
    assert versions
    assert max(versions) <= OLDEST, needed.output_text()


@PROGRAMS
def test_it_imports_nothing_but_the_standard_library(source: str) -> None:
    tree = ast.parse(source)
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported
    assert imported <= (sys.stdlib_module_names | {"_sha2"})


@pytest.mark.exhaustive
def test_it_finds_every_encoding_with_each_python(vps: Vps, subtests: pytest.Subtests) -> None:
    for name, encode in ENCODINGS.items():
        vps.write(f"data/{name}", encode(new_key()))
    for vps.python in interpreters():
        with subtests.test(python=vps.python):
            answer = vps.survey()
            assert answer.survey.missed_canaries == ()
            assert {Path(each.path).name for each in answer.findings} == set(ENCODINGS)
            assert json.dumps(answer.progress)
