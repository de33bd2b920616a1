"""What all tests stand on."""

import pytest

from tests.paced import hurry_rehearsals

EXHAUSTIVE = "exhaustive"

hurry_rehearsals()


def pytest_itemcollected(item: pytest.Item) -> None:
    """JUnit tells of them, so that .ci/run can require that they were selected."""
    if item.get_closest_marker(EXHAUSTIVE):
        item.user_properties.append((EXHAUSTIVE, "true"))
