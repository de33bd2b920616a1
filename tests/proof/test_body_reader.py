"""Which bodies are read, in which order, and how often."""

import math
from typing import cast

import pytest

from fixtures.cloudflare.ai_gateway import AiGatewayApi
from fixtures.proof.arrival import MAX_BODIES, ArrivalSearch
from fixtures.proof.nonce import SUITE, prompt_with
from fixtures.proof.request_log import Log
from fixtures.proof.search import Wanted
from tests.proof.fake_log import Clock, FakeApi, message
from tests.proof.searches import NONCE, OTHER, SENT_AT, look, search_for


@pytest.mark.parametrize(("deadline", "proven"), [(SENT_AT, True), (0.0, False)])
def test_a_body_that_is_stored_just_after_the_deadline_is_read(
    clock: Clock, api: FakeApi, deadline: float, proven: bool
) -> None:
    """Unless there is no more reason to wait at all."""
    api.add("own", None)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.sleep(1.0)
        api.bodies["own"] = message(NONCE)

    search = search_for(api).run(lambda: deadline, sleep)
    assert bool(search.matches) == proven == bool(slept)
    assert search.unread == (not proven)


def test_other_providers_are_read_only_when_half_of_the_time_is_over(api: FakeApi) -> None:
    """They cannot be the proof, and would use up the account's API requests."""
    api.add("recap", prompt_with(NONCE), provider="openai")
    reads: list[int] = []
    deadline = lambda: math.inf if len(reads) < 3 else 0.0  # noqa: E731
    search = search_for(api).run(deadline, lambda _: reads.append(len(api.body_reads)))
    assert reads == [0, 0, 0]
    assert api.body_reads == ["recap"]
    assert search.mentions == 1


def test_many_of_other_providers_do_not_keep_its_own_from_being_read(clock: Clock) -> None:
    api = FakeApi()
    for number in range(100):
        api.add(f"other-{number}", "other", provider="openai")
    api.add("own", None)
    search_for(api).run(lambda: SENT_AT + 60, clock.sleep)
    assert api.body_reads.count("own") > 5
    assert len({*api.body_reads}) == 101


def test_bodies_that_are_never_stored_leave_requests_for_one_that_comes_late(clock: Clock) -> None:
    api = FakeApi()
    for number in range(36):
        api.add(f"other-{number}", None)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if clock.now > SENT_AT + 60 and "own" not in api.bodies:
            api.add("own", message(NONCE), created_at=SENT_AT + 1)

    assert search_for(api).run(lambda: SENT_AT + 90, sleep).succeeded


def test_the_last_look_takes_nothing_that_was_read_before(clock: Clock) -> None:
    """The looks are at 0, 2, 4.4 and 5 s, and a body is else read again after 2 s."""
    api = FakeApi()
    api.add("own", None)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if clock.now > SENT_AT + 4.5:
            api.bodies["own"] = message(NONCE)

    assert search_for(api).run(lambda: SENT_AT + 5, sleep).succeeded


def test_another_search_with_many_records_does_not_make_the_last_look_an_old_one(
    clock: Clock,
) -> None:
    api = FakeApi()
    for number in range(500):
        api.add(f"other-{number}", "{}!", created_at=SENT_AT - 30)
    log = Log(cast("AiGatewayApi", api))
    log.listing(SENT_AT - 90)
    api.add("own", message(NONCE), created_at=SENT_AT + 1)
    wanted = Wanted(nonce=NONCE, provider="anthropic", sent_at=SENT_AT)
    assert ArrivalSearch(log, wanted).run(lambda: SENT_AT + 5, clock.sleep).succeeded


def test_the_suite_s_own_direct_requests_are_not_read(api: FakeApi) -> None:
    api.add("direct", message(OTHER), user_agent=f"{SUITE}{OTHER}")
    search = look(api)
    assert api.body_reads == []
    assert search.unread == 0


def test_a_body_that_comes_late_is_read_again(api: FakeApi) -> None:
    api.add("own", None)
    search = search_for(api)
    first = search.run(lambda: 0.0)
    api.bodies["own"] = message(NONCE)
    second = search.run(lambda: 0.0)
    assert (len(first.matches), first.unread) == (0, 1)
    assert (len(second.matches), second.unread) == (1, 0)


def test_no_body_is_read_twice(api: FakeApi) -> None:
    api.add("other", "{}!")
    look(api, looks=3)
    assert api.body_reads == ["other"]


def test_bodies_of_a_busy_account_are_read_nearest_first_and_within_a_budget(api: FakeApi) -> None:
    for number in range(MAX_BODIES + 50):
        api.add(f"id-{number}", "other", created_at=SENT_AT + number)
    search = look(api, looks=100)
    assert len(api.body_reads) == MAX_BODIES
    assert api.body_reads[0] == "id-0"
    assert search.unread == 50


def test_records_without_a_body_do_not_keep_others_from_being_read(api: FakeApi) -> None:
    for number in range(60):
        api.add(f"id-{number}", None, created_at=SENT_AT)
    api.add("own", message(NONCE), created_at=SENT_AT + 5)
    search = look(api, looks=5)
    assert [each.id for each in search.matches] == ["own"]
    assert search.without_body + search.unread == 60
