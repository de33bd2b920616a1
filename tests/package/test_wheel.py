"""What is in the wheel and in the sdist."""

import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.package.environments import NAME, Environment, new_wheel
from tests.sign_off.checkout import new_checkout

pytestmark = pytest.mark.package

QUICKLY = "--no-build-isolation"  # with the builder's own setuptools


def test_one_package_is_in_it_and_no_test(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0].removesuffix("-0.1.0.dist-info") for name in names} == {NAME}
    parts = {part for name in names for part in name.split("/")[1:]}
    assert {"tests", "docs", ".build", "__pycache__"} & parts == set()


def test_every_file_of_the_suite_is_in_it(wheel: Path, source: Path) -> None:
    parts = ("conftest.py", "examples", "features", "fixtures", "steps")
    tracked = _git(source, "ls-files", "--", *parts).splitlines()
    with ZipFile(wheel) as archive:
        packed = {name.removeprefix(f"{NAME}/") for name in archive.namelist()}
    assert set(tracked) - packed == set()
    own = {"__init__.py", "COMMIT", "pytest.toml"}
    assert {name for name in packed if ".dist-info/" not in name} - set(tracked) == own


def test_it_has_a_command_and_no_plugin_of_pytest(wheel: Path) -> None:
    points = ConfigParser()
    with ZipFile(wheel) as archive:
        points.read_string(archive.read(f"{NAME}-0.1.0.dist-info/entry_points.txt").decode())
    assert points.sections() == ["console_scripts"]
    assert dict(points["console_scripts"]) == {
        "openclaw-verify": f"{NAME}.fixtures.suite.cli.command:main"
    }


def test_it_knows_its_commit(wheel: Path, source: Path) -> None:
    assert _commit(wheel) == _git(source, "rev-parse", "HEAD").strip()


@pytest.mark.parametrize(
    "path", ["features/gateway_health.feature", "fixtures/new.py", "pyproject.toml"]
)
def test_of_a_checkout_with_changes_it_says_so(
    builder: Environment, tmp_path: Path, path: str
) -> None:
    checkout = new_checkout(tmp_path / "checkout")
    with (checkout / path).open("a") as file:
        file.write("# changed\n")
    head = _git(checkout, "rev-parse", "HEAD").strip()
    assert _commit(new_wheel(builder, checkout, tmp_path / "wheel", QUICKLY)) == f"{head}+"


def test_within_another_projects_checkout_it_is_of_no_commit(
    builder: Environment, wheel: Path, tmp_path: Path
) -> None:
    """An unpacked archive of the suite's source: the commit around it is not the suite's."""
    inner = new_checkout(new_checkout(tmp_path / "outer") / "vendored")
    shutil.rmtree(inner / ".git")
    unpacked = new_wheel(builder, inner, tmp_path / "wheel", QUICKLY)
    assert _commit(unpacked) == ""
    assert _files(unpacked).keys() == _files(wheel).keys()


def test_what_git_ignores_is_not_packed(builder: Environment, tmp_path: Path) -> None:
    checkout = new_checkout(tmp_path / "checkout")
    (checkout / "fixtures/openclaw-config.env").write_text("AI_GATEWAY_AUTH_TOKEN=secret\n")
    wheel = new_wheel(builder, checkout, tmp_path / "wheel", QUICKLY)
    assert [name for name in _files(wheel) if name.endswith(".env")] == []


def test_an_sdist_makes_the_same_wheel(
    builder: Environment, wheel: Path, source: Path, tmp_path: Path
) -> None:
    arguments = ("-m", "build", "--sdist", "--outdir", str(tmp_path), str(source))
    assert builder.run("python", *arguments, cwd=tmp_path).returncode == 0
    [sdist] = tmp_path.glob("*.tar.gz")
    assert _files(new_wheel(builder, sdist, tmp_path / "wheel")) == _files(wheel)


def _files(wheel: Path) -> dict[str, bytes]:
    with ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _commit(wheel: Path) -> str:
    return _files(wheel)[f"{NAME}/COMMIT"].decode()


def _git(checkout: Path, *arguments: str) -> str:
    command = ["git", "-C", str(checkout), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
