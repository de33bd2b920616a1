"""What starting the suite loads: it is started often, and each module takes its time."""

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.rehearsal import Rehearsal
from fixtures.suite.run import garbage
from tests.runs import ROOT, run_pytest, write_config

# Starts the suite in this process, and then tells which modules it has and how each was loaded.
TELL = """
import json, sys, pytest
assert pytest.main(sys.argv[1:]) == 0
loaders = {name: type(each.__loader__).__name__ for name, each in sys.modules.items()
           if hasattr(each, "__loader__")}
print(json.dumps(loaders))
"""
# Fails only once the circle is found to be garbage.
LEFT_OPEN = """
def test_open():
    circle = [open(__file__)]
    circle.append(circle)
"""
REWRITES = "AssertionRewritingHook"
# Of the rehearsal, and of clients that nothing has asked for yet.
HEAVY = {"aiohttp", "asyncssh", "fixtures.rehearsal", "cloudflare", "paramiko", "jinja2"}
HEAVY |= {"markdown_it"}


def loaders_of(*options: str) -> dict[str, str]:
    """The loaders of all modules, by their names."""
    command = [sys.executable, "-c", TELL, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaders: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return loaders


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder: Path = tmp_path_factory.mktemp("planned")
    with Rehearsal() as rehearsal:
        config = write_config(folder / "openclaw-config.env", rehearsal.settings)
        return loaders_of(f"--deployment={config}", "--plan")


def test_a_plan_loads_neither_the_rehearsal_nor_what_only_a_run_needs(
    planned: dict[str, str],
) -> None:
    assert "fixtures.suite.run.plan" in planned
    assert planned.keys() & HEAVY == set()


@pytest.mark.exhaustive
def test_what_the_rehearsal_loads_is_seen() -> None:
    assert loaders_of("--deployment=rehearsal", "-k=VPS and env").keys() >= {
        "aiohttp",
        "asyncssh",
        "fixtures.rehearsal",
    }


def test_no_module_of_the_suite_has_its_assertions_rewritten(planned: dict[str, str]) -> None:
    """There are none in them; pytest would rewrite the whole package of its entry point."""
    rewritten = {name for name, loader in planned.items() if loader == REWRITES}
    assert "pytest_bdd.plugin" in rewritten
    ours = {name for name in rewritten if name.split(".")[0] in ("fixtures", "steps")}
    assert ours == set()


def test_what_is_loaded_is_not_searched_for_garbage() -> None:
    assert gc.get_freeze_count() > 100_000
    assert gc.get_threshold()[0] == garbage.THRESHOLD


def test_what_is_left_open_in_a_circle_is_told_at_the_end(tmp_path: Path) -> None:
    test = tmp_path / "test_open.py"
    test.write_text(LEFT_OPEN)
    alone = ("--config-file=/dev/null", f"--rootdir={tmp_path}", "-pno:cacheprovider")
    done = run_pytest(f"-p{garbage.__name__}", "-Werror", *alone, str(test))
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert "unclosed file" in done.stderr
