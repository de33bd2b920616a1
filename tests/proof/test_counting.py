"""What analytics is asked about a request, and all that is told of what it has counted."""

import time
from dataclasses import replace
from typing import Any, cast

import pytest

from fixtures.cloudflare.ai_gateway import AiGatewayApi, ApiProblem
from fixtures.cloudflare.analytics import Counted
from fixtures.proof import counted_arrival
from fixtures.proof.counted_arrival import CountedArrival, DirectRequest, find_counted
from tests.builders import apart, settings
from tests.proof.fake_log import Clock

OWN = settings().cloudflare
NOON = 1_790_000_040.0  # a full minute
NOTHING = CountedArrival(provider="anthropic")


class Analytics:
    """Answers as a test says, and remembers the times that it was asked about."""

    def __init__(self, clock: Clock, ahead: float) -> None:
        self.clock, self.clock_ahead = clock, ahead
        self.counted: tuple[Counted, ...] = ()
        self.named = [0]
        self.problem: ApiProblem | None = None
        self.asked: list[tuple[Any, ...]] = []

    def counted_requests(self, *asked: Any) -> tuple[Counted, ...]:
        self.asked.append(asked[1:])
        if self.problem:
            raise self.problem
        return self.counted

    def count_named(self, *asked: Any) -> int:
        self.asked.append(asked[1:])
        return self.named.pop(0) if self.named[1:] else self.named[0]


@pytest.fixture
def analytics(monkeypatch: pytest.MonkeyPatch, clock: Clock, request: Any) -> Analytics:
    made = Analytics(clock, getattr(request, "param", 0.0))
    clock.now = NOON
    for name, value in (
        *(("time", clock), ("counted_requests", made.counted_requests)),
        ("count_named", made.count_named),
    ):
        monkeypatch.setattr(counted_arrival, name, value)
    return made


def find(analytics: Analytics, sent: float, lasts: float = 0.0) -> CountedArrival:
    """It was sent so many seconds after noon."""
    request = DirectRequest(nonce="a-nonce", provider="anthropic", sent_at=NOON + sent)
    until, sleep = analytics.clock.now + lasts, analytics.clock.sleep
    return find_counted(cast("AiGatewayApi", analytics), OWN, request, lambda: until, sleep)


@pytest.mark.parametrize(
    ("analytics", "sent", "now", "since", "until"),
    [
        (0.0, 0.0, 0.0, -60, 120),
        (0.0, 59.0, 59.0, -60, 120),
        (0.0, 60.0, 125.0, 0, 240),
        (61.0, 0.0, 0.0, 0, 180),
        (-1.0, 0.0, 0.0, -120, 60),
    ],
    indirect=["analytics"],
)
def test_the_minutes_around_the_request_are_asked_about(
    analytics: Analytics, sent: float, now: float, since: float, until: float
) -> None:
    """By Cloudflare's clock, and an hour before them."""
    analytics.clock.now = NOON + now
    assert find(analytics, sent) == replace(NOTHING, waited=now - sent)
    assert analytics.asked == [
        (OWN, NOON + since - 3600, NOON + until),
        (OWN, "a-nonce", NOON + since, NOON + until),
    ]


def test_all_that_was_counted_is_told(analytics: Analytics) -> None:
    analytics.counted = tuple(
        Counted(**apart({"provider": provider}), minute=NOON + 60 * minute, number=number)
        for minute, provider, number in (
            *((-2, "anthropic", 1), (-2, "openai", 32), (-1, "anthropic", 2)),
            *((0, "anthropic", 4), (1, "openai", 64), (-9, "anthropic", 8)),
        )
    )
    analytics.named = [3]
    analytics.clock.now = NOON + 5
    found = find(analytics, 1.0)
    assert found == replace(NOTHING, named=3, since=6, before=9, waited=4.0)


def test_a_clock_that_was_set_back_has_not_waited(analytics: Analytics) -> None:
    assert find(analytics, 1.0) == replace(NOTHING)


def test_it_is_asked_until_the_request_is_counted(analytics: Analytics) -> None:
    analytics.named = [0, 0, 1]
    found = find(analytics, 0.0, lasts=600.0)
    assert found == replace(NOTHING, named=1, waited=2 * counted_arrival.INTERVAL)
    assert len(analytics.asked) == 6


def test_what_cannot_be_asked_is_not_asked_again(analytics: Analytics) -> None:
    analytics.problem = ApiProblem("no-analytics", "not authorized")
    assert find(analytics, 0.0, lasts=600.0) == replace(NOTHING, problem="not authorized")
    assert len(analytics.asked) == 1


def test_it_waits_for_real_seconds_where_nothing_else_is_said() -> None:
    """Both of the loop and of what asks it."""
    assert find_counted.__defaults__ == (time.sleep,)
