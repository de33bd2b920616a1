"""Where a log has more records than can be listed, it is asked for the request's alone."""

import math
from functools import partial
from typing import cast

import pytest

from fixtures.cloudflare.ai_gateway import AiGatewayApi, ApiProblem, Narrow
from fixtures.proof.arrival import ArrivalSearch
from fixtures.proof.request_log import Log
from fixtures.proof.search import AnsweredAt, Search, Wanted
from tests.builders import record
from tests.proof.fake_log import FakeApi, message
from tests.proof.searches import NONCE, OTHER, SENT_AT

ANSWERED_AT = SENT_AT + 20
ANSWERED = AnsweredAt(ANSWERED_AT, tokens_in=9000)
NAMED = partial(Wanted, nonce=NONCE, provider="anthropic", sent_at=SENT_AT)


@pytest.fixture
def busy(api: FakeApi) -> FakeApi:
    """One in which all that is listed was made after the answer."""
    api.busy = [record(id="later", provider="openai", created_at=ANSWERED_AT + 5)]
    api.bodies["later"] = message(OTHER)
    api.cut_short_at = ANSWERED_AT + 4
    return api


def look(api: FakeApi, log_id: str | None = None, answered: AnsweredAt | None = ANSWERED) -> Search:
    log = Log(cast("AiGatewayApi", api))
    search = ArrivalSearch(log, NAMED(log_id=log_id), lambda: answered)
    slept: list[float] = []
    return search.run(lambda: math.inf if len(slept) < 2 else 0.0, slept.append)


def test_a_record_that_the_answer_has_named_is_asked_for(busy: FakeApi) -> None:
    busy.add("own", message(NONCE))
    search = look(busy, "own")
    assert [each.id for each in search.succeeded] == ["own"]
    assert (search.others_since, search.unread) == (1, 0)
    assert busy.body_reads == ["own"]
    assert {each.named for each in busy.narrowed} == {"own"}


def test_one_that_the_log_does_not_have_is_not_there(busy: FakeApi) -> None:
    search = look(busy, "own")
    assert (search.matches, search.unread) == ((), 0)
    assert search.others_since == 1


def test_one_that_is_another_requests_is_no_proof(busy: FakeApi) -> None:
    busy.add("other", message(OTHER))
    search = look(busy, "other")
    assert (search.matches, search.misnamed) == ((), "other")


def test_of_a_message_the_records_until_its_answer_are_asked_for(busy: FakeApi) -> None:
    busy.add("other", message(OTHER), created_at=SENT_AT + 2)
    busy.add("own", message(NONCE), created_at=SENT_AT + 3)
    search = look(busy)
    assert [each.id for each in search.succeeded] == ["own"]
    assert {*busy.narrowed} == {
        Narrow(since=SENT_AT, until=ANSWERED_AT, provider="anthropic", named=None)
    }


def test_of_many_the_one_of_its_size_is_read_first(busy: FakeApi) -> None:
    for number in range(30):
        busy.add(f"other-{number}", message(OTHER), created_at=SENT_AT + 1, tokens_in=100 + number)
    busy.add("own", message(NONCE), created_at=SENT_AT + 9, tokens_in=8990)
    busy.add("of an untold size", message(OTHER), created_at=SENT_AT + 1, tokens_in=0)
    assert [each.id for each in look(busy).succeeded] == ["own"]
    assert busy.body_reads == ["of an untold size", "own"]


def test_a_message_that_is_not_among_them_has_not_arrived(busy: FakeApi) -> None:
    busy.add("other", message(OTHER), created_at=SENT_AT + 2)
    search = look(busy)
    assert (search.matches, search.unread) == ((), 0)


def test_before_there_is_an_answer_nothing_is_known(busy: FakeApi) -> None:
    busy.add("own", message(NONCE))
    assert look(busy, answered=None).unread == 1
    assert busy.narrowed == []


def test_a_log_that_can_be_listed_is_not_asked_further(api: FakeApi) -> None:
    api.add("own", message(NONCE))
    assert look(api).succeeded
    assert api.narrowed == []


def test_an_api_that_does_not_answer_is_a_problem(busy: FakeApi) -> None:
    def fail() -> None:
        if busy.narrowed:
            raise ApiProblem("rate-limited", "of a test")

    busy.answers = fail
    problem = look(busy, "own").problem
    assert problem
    assert problem.kind == "rate-limited"
