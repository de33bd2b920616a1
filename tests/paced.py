"""A pytest plugin, `-p tests.paced`: a run's waits are as short as the rehearsals' delays."""

from contextlib import ExitStack

import pytest

from fixtures.settings.pace import pace

FACTOR = 0.1


def pytest_configure(config: pytest.Config) -> None:
    stack = ExitStack()
    stack.enter_context(pace(FACTOR))
    config.add_cleanup(stack.close)
