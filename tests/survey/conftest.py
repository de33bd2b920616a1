"""The VPS that a test surveys."""

from pathlib import Path

import pytest

from tests.survey.measured import MeasuredVps
from tests.survey.vps import Vps


@pytest.fixture
def vps(tmp_path: Path) -> Vps:
    root = tmp_path / "root"
    root.mkdir()
    return Vps(root)


@pytest.fixture
def measured(tmp_path: Path) -> MeasuredVps:
    root = tmp_path / "root"
    root.mkdir()
    return MeasuredVps(root)
