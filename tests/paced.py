"""A pytest plugin, `-p tests.paced`: a run's waits are shorter, and its rehearsal's delays."""

from contextlib import ExitStack

import pytest

from fixtures.settings.pace import pace

FACTOR = 0.1


def pytest_configure(config: pytest.Config) -> None:
    stack = ExitStack()
    stack.enter_context(pace(FACTOR))
    config.add_cleanup(stack.close)
    if "rehearsal" in config.getoption("deployment"):
        hurry_rehearsals()


def hurry_rehearsals() -> None:
    """Of this process: their delays are shorter by what the runs on them wait less."""
    from fixtures.rehearsal.base.delays import Delays  # noqa: PLC0415 - a deployment has none

    Delays.factor = FACTOR
