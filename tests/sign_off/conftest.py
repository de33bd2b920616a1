"""A clean checkout, from which a sign-off may be given."""

from pathlib import Path

import pytest

from tests.sign_off.checkout import new_checkout


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_checkout(tmp_path_factory.mktemp("suite") / "checkout")
