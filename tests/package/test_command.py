"""`openclaw-verify` from the wheel, in folders that are not the suite's."""

import json
from pathlib import Path

import pytest

from tests.package.environments import Environment
from tests.runs import ROOT

pytestmark = pytest.mark.package

QUICK = ("--deployment=rehearsal", "-k=VPS and env")
USAGE, NO_TESTS = 4, 5
BROKEN = "raise RuntimeError('another project is imported')\n"


def test_the_smoke_tier_passes_in_an_empty_folder(installed: Environment, tmp_path: Path) -> None:
    done = installed.verify("run", "--deployment=rehearsal", "-m", "smoke", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "0 failed, 0 inconclusive" in done.stdout
    assert "random" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_several_processes_do_the_same(installed: Environment, tmp_path: Path) -> None:
    done = installed.verify("run", *QUICK, "-n", "2", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert list(tmp_path.iterdir()) == []


def test_what_the_folder_has_for_another_pytest_does_not_count(
    installed: Environment, tmp_path: Path
) -> None:
    """Nor what is imported by the names that the suite's modules have in a checkout."""
    for name in ("conftest.py", "test_other.py", "fixtures/__init__.py", "steps/__init__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(BROKEN)
    for name in ("pytest.ini", "tox.ini", ".pytest.ini"):
        (tmp_path / name).write_text("[pytest]\naddopts = --nonsense\n")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest]\naddopts = ['--nonsense']\n")
    (tmp_path / "features").mkdir()
    (tmp_path / "features/routing.feature").write_text("Feature: another project's\n")
    foreign = {
        "PYTEST_ADDOPTS": "--nonsense",
        "PYTEST_PLUGINS": "nonsense",
        "PYTHONPATH": str(tmp_path),
    }
    done = installed.verify("run", *QUICK, cwd=tmp_path, environ=foreign)
    assert done.returncode == 0, done.stdout + done.stderr
    only = installed.verify("plan", "features/routing.feature", cwd=tmp_path, environ=foreign)
    assert "another project" not in only.stdout


def test_paths_are_the_folders(installed: Environment, tmp_path: Path) -> None:
    (tmp_path / "x.env").write_text("VPS1_IP=203.0.113.7\n")
    for given in (("--deployment", "./x.env"), ("--deployment=x.env",)):
        done = installed.verify("run", *given, cwd=tmp_path)
        assert done.returncode == USAGE
        assert "x.env lacks these settings" in done.stderr
    outputs = ("--evidence", "./e.json", "--junitxml", "./j.xml", "--metrics", "m.prom")
    done = installed.verify("run", *QUICK, *outputs, "--history", "kept", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {
        *("x.env", "e.json", "j.xml", "m.prom", "kept"),
    }


def test_a_feature_is_named_as_the_reports_name_it(installed: Environment, tmp_path: Path) -> None:
    done = installed.verify(
        "run", *QUICK[:1], "-v", "features/gateway_health.feature", cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout
    assert "of 58 guarantees" not in done.stdout


def test_a_sign_off_is_of_the_wheels_commit(
    installed: Environment, source: Path, tmp_path: Path
) -> None:
    done = installed.verify(
        "run", "--deployment", "rehearsal", "--sign-off", "handover", cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout
    evidence = json.loads((tmp_path / "handover/evidence.json").read_text())
    assert evidence["suite"]["commit"] == _head(source)
    assert [path.name for path in tmp_path.iterdir()] == ["handover"]


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [
        ((*QUICK, "--fault=env-readable"), 1),
        ((), USAGE),
        (("--nonsense",), USAGE),
        (("nonsense",), USAGE),
        (("--deployment=rehearsal", "-k=nothing"), NO_TESTS),
    ],
)
def test_exit_codes_are_the_suites(
    installed: Environment, tmp_path: Path, arguments: tuple[str, ...], exit_code: int
) -> None:
    done = installed.verify("run", *arguments, cwd=tmp_path)
    assert done.returncode == exit_code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (("run", *QUICK), "rehearsal"),
        (("rehearse", "--fault=bypass"), "rehearsal"),
        (("list", "faults"), "rehearsal"),
        (("run", "--repository=.", "-n", "2"), "fleet"),
        (("run", "--repository=.", "-n2"), "fleet"),
    ],
)
def test_what_is_not_installed_is_said_once(
    alone: Environment, tmp_path: Path, arguments: tuple[str, ...], extra: str
) -> None:
    done = alone.verify(*arguments, cwd=tmp_path)
    assert done.returncode == USAGE
    [line] = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line.upper()]
    assert f"pip install 'openclaw-gateway-verification[{extra}]'" in line
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(("example", "exit_code"), [("after", 0), ("before", 1)])
def test_a_repository_needs_no_extra(
    alone: Environment, tmp_path: Path, example: str, exit_code: int
) -> None:
    """Nor does a deployment: the stand-ins are for a rehearsal only."""
    done = alone.verify(
        "run", "--repository", str(ROOT / "tests/repository" / example), cwd=tmp_path
    )
    assert done.returncode == exit_code, done.stdout + done.stderr


def test_it_tells_its_version(alone: Environment, tmp_path: Path) -> None:
    done = alone.verify("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "openclaw-gateway-verification 0.1.0\n")
    assert "usage: openclaw-verify " in alone.verify("--help", cwd=tmp_path).stdout
    assert "usage: openclaw-verify run " in alone.verify("run", "--help", cwd=tmp_path).stdout


def test_what_is_explained_and_listed_needs_no_extra(alone: Environment, tmp_path: Path) -> None:
    assert "means" in alone.verify("explain", "bypass", cwd=tmp_path).stdout
    assert "[rehearsal]" in alone.verify("explain", "exposure.port", cwd=tmp_path).stdout
    listed = json.loads(alone.verify("list", "--json", cwd=tmp_path).stdout)
    assert "exposure.port" in {each["id"] for each in listed}


def _head(checkout: Path) -> str:
    reference = (checkout / ".git/HEAD").read_text().removeprefix("ref: ").strip()
    return (checkout / ".git" / reference).read_text().strip()
