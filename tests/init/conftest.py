"""A rehearsal that `init` finds."""

from collections.abc import Iterator

import pytest

from fixtures.rehearsal import Rehearsal


@pytest.fixture(scope="package")
def rehearsal() -> Iterator[Rehearsal]:
    with Rehearsal() as running:
        yield running
