"""What all tests stand on."""

from collections import Counter

import pytest

from tests.paced import hurry_rehearsals

EXHAUSTIVE, SAMPLED = "exhaustive", "sampled"
MOSTLY_WAIT = ("test_faults.py", "test_variations.py")

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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Spread the tests whose runs mostly wait: beside them is what needs the processor.

    One process has nothing beside them.
    """
    if not hasattr(config, "workerinput"):
        return
    waiting = [each for each in items if each.path.name in MOSTLY_WAIT]
    others = [each for each in items if each.path.name not in MOSTLY_WAIT]
    at = {each: n / len(group) for group in (waiting, others) for n, each in enumerate(group)}
    items.sort(key=at.__getitem__)
