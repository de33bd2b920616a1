"""What all tests stand on."""

from collections.abc import Iterator

import pytest

from fixtures.rehearsal.base.delays import Delays
from tests.paced import FACTOR


@pytest.fixture(scope="session", autouse=True)
def paced_rehearsals() -> Iterator[None]:
    """The delays of all rehearsals are shorter by what the runs on them wait less."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Delays, "factor", FACTOR)
        yield
