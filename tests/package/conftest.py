"""The wheel of a clean checkout, built and installed once."""

from pathlib import Path

import pytest

from tests.package.environments import Environment, new_environment, new_wheel
from tests.sign_off.checkout import new_checkout


@pytest.fixture(scope="package")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_checkout(tmp_path_factory.mktemp("package") / "checkout")


@pytest.fixture(scope="package")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return new_environment(tmp_path_factory.mktemp("builder") / "venv", "build", "setuptools>=77")


@pytest.fixture(scope="package")
def wheel(builder: Environment, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_wheel(builder, source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="package")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """With its extras, and a pytest plugin of somebody else's that changes the order of tests."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    return new_environment(folder, f"{wheel}[rehearsal,fleet]", "pytest-randomly")


@pytest.fixture(scope="package")
def alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Without its extras."""
    return new_environment(tmp_path_factory.mktemp("alone") / "venv", str(wheel))
