"""Another project's pytest, in an environment that has the wheel, is as it was."""

from pathlib import Path

import pytest

from tests.package.environments import NAME, Environment

pytestmark = pytest.mark.package

TEST = """\
import sys
import warnings
from fixtures.own import ANSWER
from steps.own import QUESTION


def test_own(pytestconfig, deployment):
    assert (ANSWER, QUESTION) == (42, 6)
    assert deployment == "its own"
    assert [name for name in sys.modules if name.startswith("openclaw_gateway")] == []
    names = [name for name, _ in pytestconfig.pluginmanager.list_name_plugin()]
    assert [name for name in names if "openclaw" in name] == []
"""
CONFTEST = """\
import pytest


def pytest_addoption(parser):
    parser.addoption("--deployment", default="its own")


@pytest.fixture
def deployment(pytestconfig):
    return pytestconfig.getoption("deployment")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One with an option, a fixture and packages of the suite's names in a checkout."""
    for name, text in {
        "pytest.ini": "[pytest]\nfilterwarnings = error\nstrict_config = true\npythonpath = .\n",
        "conftest.py": CONFTEST,
        "fixtures/own.py": "ANSWER = 42\n",
        "steps/own.py": "QUESTION = 6\n",
        "tests/test_own.py": TEST,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_its_tests_pass_without_a_warning(installed: Environment, project: Path) -> None:
    done = installed.run("pytest", "-W", "error", "tests", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert "warning" not in done.stdout + done.stderr


def test_it_has_no_option_of_the_suite(installed: Environment, tmp_path: Path) -> None:
    listed = installed.run("pytest", "--help", cwd=tmp_path).stdout
    assert "--import-mode" in listed
    assert [line for line in listed.splitlines() if "--deployment" in line] == []


def test_no_module_has_a_name_of_others(installed: Environment, tmp_path: Path) -> None:
    for name in ("fixtures", "steps", "features", "conftest", "openclaw_verify_options"):
        done = installed.run("python", "-c", f"import {name}", cwd=tmp_path)
        assert "ModuleNotFoundError" in done.stderr
    assert (installed.packages / NAME).is_dir()
