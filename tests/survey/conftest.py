"""The VPS that a test surveys."""

from pathlib import Path

import pytest

from tests.survey.vps import Vps


@pytest.fixture
def vps(tmp_path: Path) -> Vps:
    root = tmp_path / "root"
    root.mkdir()
    return Vps(root)
