"""A log that tests fill, and a clock that they set."""

import pytest

from fixtures.proof import arrival, body_reader, request_log
from tests.proof.fake_log import Clock, FakeApi
from tests.proof.scripted_log import ScriptedLog


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock.instead_of_time(monkeypatch)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> FakeApi:
    """One that may be asked without a pause, and as often as one likes."""
    for module in (arrival, body_reader, request_log):
        monkeypatch.setattr(module, "POLL", 0.0)
    monkeypatch.setattr(request_log, "AT_ONCE", 10_000)
    return FakeApi()


@pytest.fixture
def scripted(clock: Clock) -> ScriptedLog:
    """A log by that clock, which shares nothing and has no budget."""
    return ScriptedLog(clock)
