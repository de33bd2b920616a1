"""What all tests stand on."""

from collections import Counter

import pytest

from tests.paced import hurry_rehearsals

EXHAUSTIVE, SAMPLED = "exhaustive", "sampled"

hurry_rehearsals()
_met = Counter[str]()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Of a test's many parameters that are alike, one in so many is for `make test`.

    JUnit tells of the others, so that .ci/run can require that they were selected.
    """
    if sampled := item.get_closest_marker(SAMPLED):
        test = item.nodeid.partition("[")[0]
        if _met[test] % sampled.args[0]:
            item.add_marker(EXHAUSTIVE)
        _met[test] += 1
    if item.get_closest_marker(EXHAUSTIVE):
        item.user_properties.append((EXHAUSTIVE, "true"))
