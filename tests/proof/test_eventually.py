"""The one loop that retries: how often it looks, and when for the last time."""

import pytest

from fixtures.proof.eventually import eventually
from fixtures.settings.pace import pace
from tests.proof.fake_log import Clock


def looks(clock: Clock, lasts: float, until: int = 1000, interval: float = 2.0) -> list[float]:
    """When it has looked, in seconds from the beginning; the so-manieth look is enough."""
    began, seen = clock.now, list[float]()

    def look() -> int:
        seen.append(round(clock.now - began, 3))
        return len(seen)

    last = eventually(look, lambda n: n == until, lambda: began + lasts, clock.sleep, interval)
    assert last == len(seen)
    return seen


def test_it_looks_more_and_more_rarely_and_at_the_deadline(clock: Clock) -> None:
    times = [0.0, 2.0, 4.4, 7.28, 10.736, 14.883, 19.86, 24.86, 29.86]
    assert looks(clock, 30.0) == [*times, 30.0]
    assert looks(clock, 29.0) == [*times[:-1], 29.0]


def test_it_looks_once_where_the_first_is_enough_or_the_deadline_is_over(clock: Clock) -> None:
    assert looks(clock, 30.0, until=1) == [0.0]
    assert looks(clock, 30.0, until=3) == [0.0, 2.0, 4.4]
    assert looks(clock, 0.0) == [0.0]
    assert looks(clock, -9.0) == [0.0]


def test_what_is_to_be_asked_rarely_is_not_asked_more_often_later(clock: Clock) -> None:
    """As analytics are, every 30 seconds."""
    assert looks(clock, 100.0, interval=30.0) == [0.0, 30.0, 60.0, 90.0, 100.0]
    assert looks(clock, 12.0, interval=4.5) == [0.0, 4.5, 9.5, 12.0]


def test_the_intervals_keep_to_the_pace(clock: Clock) -> None:
    with pace(0.5):
        assert looks(clock, 4.0) == [0.0, 1.0, 2.2, 3.64, 4.0]


def test_a_deadline_that_is_brought_forward_is_waited_for_no_longer(clock: Clock) -> None:
    slept: list[float] = []

    def look() -> None:
        clock.now += 20

    deadlines = iter([clock.now + 30, clock.now + 10, clock.now + 10, clock.now + 10])
    eventually(look, lambda _: False, lambda: next(deadlines), slept.append)
    assert slept == [0.0]


@pytest.mark.parametrize("early", [0.0, 1.0])
def test_who_is_woken_looks_again(clock: Clock, early: float) -> None:
    seen: list[float] = []
    until = clock.now + 3
    eventually(
        lambda: seen.append(clock.now),
        lambda _: len(seen) == 3,
        lambda: until,
        lambda _: clock.sleep(early),
    )
    assert seen == [1000.0 + early * n for n in range(3)]
