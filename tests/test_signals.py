"""The handler of signals: where a run ends, and where none may."""

import signal
import threading
import time
from collections.abc import Iterator

import pytest
from xdist.dsession import Interrupted

from fixtures.suite.run.interruption import AGAIN, Interruption
from tests.runs import STOPS


@pytest.fixture
def interruption() -> Iterator[Interruption]:
    before = {number: signal.signal(number, signal.SIG_DFL) for number in STOPS}
    interruption = Interruption()
    interruption.handle()
    yield interruption
    interruption.leave_off()
    for number, handler in before.items():
        signal.signal(number, handler)


def busy() -> None:
    """For longer than it takes to look several times."""
    until = time.monotonic() + 5 * AGAIN
    while time.monotonic() < until:
        pass


@pytest.mark.usefixtures("interruption")
@pytest.mark.parametrize("number", STOPS)
def test_a_signal_waits_until_the_run_waits(number: signal.Signals) -> None:
    signal.raise_signal(number)
    busy()
    with pytest.raises(KeyboardInterrupt):
        threading.Event().wait()


def test_without_a_wait_it_ends_the_run_before_the_next_scenario(
    interruption: Interruption,
) -> None:
    interruption.pytest_runtest_setup()
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        interruption.pytest_runtest_setup()


def test_a_second_signal_ends_it_when_it_does_not_come_to_a_wait(
    interruption: Interruption, monkeypatch: pytest.MonkeyPatch
) -> None:
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)
    monkeypatch.setattr("fixtures.suite.run.interruption.PATIENCE", 0.0)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)


def test_while_it_ends_no_signal_changes_anything(
    interruption: Interruption, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fixtures.suite.run.interruption.PATIENCE", 0.0)
    next(interruption.pytest_sessionfinish())
    for number in STOPS:
        signal.raise_signal(number)
        assert not threading.Event().wait(0.3)
    interruption.leave_off()
    for number in STOPS:
        signal.raise_signal(number)


def test_when_it_is_over_a_signal_does_not_change_its_end(interruption: Interruption) -> None:
    next(interruption.pytest_sessionfinish())
    interruption.leave_off()
    for number in STOPS:
        signal.raise_signal(number)


@pytest.mark.parametrize("was_told", [True, False])
def test_processes_that_end_first_are_a_reason_of_their_own_only_where_nobody_told_the_run(
    monkeypatch: pytest.MonkeyPatch, *, was_told: bool
) -> None:
    interruption = Interruption()
    loop = interruption.pytest_runtestloop()
    next(loop)
    if was_told:
        monkeypatch.setattr(interruption, "_told_at", 0.0)
    with pytest.raises(KeyboardInterrupt) as raised:
        loop.throw(Interrupted("<WorkerController gw0> received keyboard-interrupt"))
    assert raised.type is (KeyboardInterrupt if was_told else Interrupted)


def test_processes_that_cannot_be_started_are_an_error_unless_the_run_was_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    interruption = Interruption()
    assert isinstance(raised_by_start(interruption), EOFError)
    monkeypatch.setattr(interruption, "_told_at", 0.0)
    assert raised_by_start(interruption) is None
    with pytest.raises(KeyboardInterrupt):
        next(interruption.pytest_runtestloop())


def raised_by_start(interruption: Interruption) -> EOFError | None:
    start = interruption.pytest_sessionstart()
    next(start)
    try:
        start.throw(EOFError("expected 1 bytes, got 0"))
    except StopIteration:
        return None
    except EOFError as error:
        return error
    raise AssertionError
