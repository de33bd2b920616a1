"""What an installation needs, by the metadata of what is installed here."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.package.environments import PROJECT
from tests.runs import ROOT

REHEARSAL = "fixtures/rehearsal/"
OURS = ("fixtures", "steps", "openclaw_verify_options", "conftest")


def _requirements(name: str, extras: Iterable[str]) -> Iterator[Requirement]:
    for text in requires(name) or ():
        requirement = Requirement(text)
        if any(_applies(requirement, extra) for extra in ("", *extras)):
            yield requirement


def _applies(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


@cache
def _installed_with(name: str, extras: frozenset[str]) -> frozenset[str]:
    """The names of all packages that pip installs for it, itself among them."""
    found: set[str] = {canonicalize_name(name)}
    for requirement in _requirements(name, extras):
        found |= _installed_with(canonicalize_name(requirement.name), frozenset(requirement.extras))
    return frozenset(found)


def _suite_with(*extras: str) -> frozenset[str]:
    return _installed_with(PROJECT, frozenset(extras))


def _own(extra: str) -> set[str]:
    """What an extra names itself."""
    named = {each.name for each in _requirements(PROJECT, (extra,))}
    return {canonicalize_name(name) for name in named - {PROJECT}}


def test_verifying_installs_no_development_package() -> None:
    development = _own("dev") - _own("")
    assert {"mypy", "ruff", "respx"} <= development
    assert _suite_with("rehearsal", "fleet") & development == frozenset()


def test_a_deployment_is_verified_without_the_stand_ins() -> None:
    assert _suite_with() & {"aiohttp", "asyncssh", "pytest-xdist"} == frozenset()
    assert _suite_with("rehearsal") >= {"aiohttp", "asyncssh"}
    assert "pytest-xdist" in _suite_with("fleet")


@pytest.mark.parametrize("goal", ["verify", "wheel"])
def test_make_installs_the_extras_of_a_run_only(goal: str) -> None:
    command = ["make", "--dry-run", "--always-make", goal]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.findall(r"--editable '(.*)'", done.stdout) == [".[rehearsal,fleet]"]


@pytest.mark.parametrize(
    ("folder", "extras"), [("", ("fleet",)), (REHEARSAL, ("fleet", "rehearsal"))]
)
def test_what_is_imported_is_required(folder: str, extras: tuple[str, ...]) -> None:
    """By the suite itself, and by a rehearsal."""
    imported = {name for path in _files(folder) for name in _imported(path)}
    assert imported
    providers = packages_distributions()
    given_by = {name: {canonicalize_name(each) for each in providers[name]} for name in imported}
    allowed = _suite_with(*extras)
    assert {name for name, packages in given_by.items() if not packages & allowed} == set()


def _files(folder: str) -> list[Path]:
    files = [*(ROOT / "fixtures").rglob("*.py"), *(ROOT / "steps").rglob("*.py")]
    in_rehearsal = [path for path in files if path.is_relative_to(ROOT / REHEARSAL)]
    return in_rehearsal if folder else [*({*files} - {*in_rehearsal}), ROOT / "conftest.py"]


def _imported(path: Path) -> Iterator[str]:
    """The packages of others that a module imports, by their import names."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        else:
            continue
        tops = {name.split(".")[0] for name in names}
        yield from (
            name for name in tops if name not in {*(sys.stdlib_module_names | {"_sha2"}), *OURS}
        )
