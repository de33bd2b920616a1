"""The proof of arrival: only a record that carries the nonce counts."""

import math
from dataclasses import replace
from functools import partial
from typing import cast

import pytest

from fixtures.cloudflare.ai_gateway import AiGatewayApi, ApiProblem
from fixtures.proof import arrival
from fixtures.proof.arrival import ArrivalSearch
from fixtures.proof.request_log import Log
from fixtures.proof.search import AnsweredAt, Wanted
from tests.proof.fake_log import Clock, FakeApi, message
from tests.proof.searches import NONCE, OTHER, SENT_AT, look, search_for


def test_a_record_whose_body_carries_the_nonce_is_found(api: FakeApi) -> None:
    api.add("other", message(OTHER))
    api.add("own", message(NONCE))
    search = look(api)
    assert [each.id for each in search.matches] == ["own"]


def test_a_record_of_the_same_second_and_model_is_no_proof(api: FakeApi) -> None:
    api.add("other", '{"text": "hello"}', created_at=SENT_AT)
    search = look(api)
    assert not search.matches
    assert search.others_since == 1


def test_records_that_were_not_listed_may_be_the_requests(api: FakeApi) -> None:
    api.add("other", message(OTHER))
    assert look(api).unread == 0
    api.cut_short_at = SENT_AT + 1
    assert look(api).unread == 1
    api.cut_short_at = SENT_AT - 60  # what is not listed is from before, and another search's
    assert look(api).unread == 0


def test_a_record_named_by_the_answer_is_found_without_its_body(api: FakeApi) -> None:
    api.add("other", None)
    api.add("own", None)
    search = look(api, "own")
    assert [each.id for each in search.matches] == ["own"]
    assert api.body_reads == ["own"]


def test_a_guardrails_record_of_the_same_event_does_not_keep_the_own_from_being_read(
    api: FakeApi,
) -> None:
    api.add("guardrail", message(NONCE), provider="workers-ai", event_id="event")
    api.add("own", None, event_id="event")
    wanted = Wanted(
        nonce=NONCE, provider="anthropic", sent_at=SENT_AT, log_id="own", event_id="event"
    )
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        api.bodies["own"] = message(NONCE)

    search = ArrivalSearch(Log(cast("AiGatewayApi", api)), wanted)
    assert search.run(lambda: 0.0 if slept else math.inf, sleep).succeeded


def test_a_guardrails_record_of_the_same_event_is_not_read(api: FakeApi) -> None:
    api.add("guardrail", None, provider="workers-ai")
    api.add("own", None, user_agent=f"suite/{NONCE}")
    assert look(api, "guardrail").succeeded
    assert api.body_reads == []


def test_a_record_named_by_the_answer_has_to_carry_the_nonce(api: FakeApi) -> None:
    """Whoever answers may name any record: another request's, of the same provider."""
    api.add("other", message(OTHER))
    search = look(api, "other", looks=3)
    assert not search.matches
    assert search.misnamed == "other"
    assert api.body_reads == ["other"]


def test_a_record_of_before_the_request_is_not_its_own_although_the_answer_names_it(
    api: FakeApi,
) -> None:
    """As where the Worker answers from a cache: another search may have had it listed."""
    log = Log(cast("AiGatewayApi", api))
    api.add("before", None, created_at=SENT_AT - 15)
    log.listing(SENT_AT - 20)
    wanted = Wanted(nonce=NONCE, provider="anthropic", sent_at=SENT_AT, log_id="before")
    search = ArrivalSearch(log, wanted).run(lambda: 0.0)
    assert (search.matches, search.misnamed) == ((), "before")
    api.add("own", None, created_at=SENT_AT - 4)  # by clocks of whole seconds
    assert ArrivalSearch(log, replace(wanted, log_id="own")).run(lambda: 0.0).matches


def test_a_record_named_by_the_answer_is_not_taken_where_bodies_may_not_be_read(
    clock: Clock,
) -> None:
    api = FakeApi()
    api.add("own", None)
    api.body_problem = ApiProblem("forbidden", "HTTP 403", 403)
    search = search_for(api, "own").run(lambda: SENT_AT + 90, clock.sleep)
    assert (search.matches, search.problem) == ((), api.body_problem)


def test_a_record_named_by_the_answer_is_not_taken_before_its_body_could_come(
    clock: Clock,
) -> None:
    api = FakeApi()
    api.add("other", None)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if clock.now > SENT_AT + 20:
            api.bodies["other"] = message(OTHER)

    search = search_for(api, "other").run(lambda: SENT_AT + 90, sleep)
    assert (search.matches, search.misnamed) == ((), "other")


def test_a_record_is_found_by_the_nonce_in_its_user_agent(api: FakeApi) -> None:
    api.add("own", None, user_agent=f"suite/{NONCE}")
    assert look(api, "another-id").matches


def test_a_guardrails_record_does_not_end_the_search(api: FakeApi) -> None:
    api.add("guardrail", message(NONCE), provider="workers-ai", created_at=SENT_AT)
    api.add("own", message(NONCE), created_at=SENT_AT + 1)
    search = look(api)
    assert [each.id for each in search.succeeded] == ["own"]


@pytest.mark.parametrize("other", ["openai", "a-provider"])
def test_a_success_of_another_provider_is_no_success(api: FakeApi, other: str) -> None:
    api.add("own", message(NONCE), provider=other)
    search = look(api)
    assert search.matches
    assert not search.succeeded


def test_a_failed_attempt_does_not_end_the_search(api: FakeApi) -> None:
    api.add("first", message(NONCE), success=False, status_code=500, created_at=SENT_AT)
    api.add("second", message(NONCE), created_at=SENT_AT + 5)
    search = look(api)
    assert len(search.matches) == 2
    assert [each.id for each in search.succeeded] == ["second"]


def test_of_a_log_that_cannot_be_read_nothing_is_counted(api: FakeApi) -> None:
    """Or a body might be waited for, or be said to be missing, that nobody has seen."""
    api.add("own", message(NONCE))
    api.problem = ApiProblem("forbidden", "HTTP 403", 403)
    search = look(api)
    assert (search.matches, search.problem) == ((), api.problem)
    counts = search.others_since, search.unread, search.without_body, search.cut, search.mentions
    assert counts == (0, 0, 0, 0, 0)


def test_records_made_after_the_answer_are_others(api: FakeApi) -> None:
    api.add("later", None, created_at=SENT_AT + 100)
    wanted = Wanted(nonce=NONCE, provider="anthropic", sent_at=SENT_AT)
    log = Log(cast("AiGatewayApi", api))
    search = ArrivalSearch(log, wanted, lambda: AnsweredAt(SENT_AT + 5)).run(lambda: 0.0)
    assert api.body_reads == []
    assert search.unread == 0


def test_an_id_that_the_answer_lacks_matches_no_record_without_one(api: FakeApi) -> None:
    api.add("other", None, event_id="")
    assert not look(api, "another-id").matches


def test_a_clock_that_runs_ahead_is_allowed_for(api: FakeApi) -> None:
    api.clock_ahead = 300.0
    api.add("own", message(NONCE), created_at=SENT_AT + 301)
    api.add("before", message(NONCE), created_at=SENT_AT + 100)
    assert [each.id for each in look(api).matches] == ["own"]


def test_a_problem_that_stays_ends_the_search(
    api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "PATIENCE", 0.0)
    api.problem = ApiProblem("forbidden", "HTTP 403")
    search = look(api, looks=50)
    assert search.problem is api.problem


def test_an_api_that_does_not_answer_is_waited_for_once(api: FakeApi, clock: Clock) -> None:
    api.problem = ApiProblem("unreachable", "timed out")
    api.answers = partial(clock.sleep, 62.0)
    until = clock.now + 90.0
    assert search_for(api).run(lambda: until, clock.sleep).problem is api.problem
    assert len(api.listed_since) == 1


def test_a_problem_that_passes_is_forgotten(api: FakeApi) -> None:
    api.add("own", message(NONCE))
    api.problem = ApiProblem("forbidden", "HTTP 403")
    search = search_for(api)
    assert search.run(lambda: 0.0).problem
    api.problem = None
    assert search.run(lambda: 0.0).problem is None


@pytest.mark.parametrize(
    ("answered", "waited"),
    [(None, 97.0), (AnsweredAt(SENT_AT + 90.0), 7.0), (AnsweredAt(SENT_AT + 100.0), 0.0)],
)
def test_how_late_a_record_came_counts_from_the_answer(
    answered: AnsweredAt | None, waited: float, api: FakeApi, clock: Clock
) -> None:
    """OpenClaw may take 90 s to answer, which is no delay of the log."""
    api.add("own", message(NONCE))
    clock.now = SENT_AT + 97.0
    wanted = Wanted(nonce=NONCE, provider="anthropic", sent_at=SENT_AT)
    log = Log(cast("AiGatewayApi", api))
    search = ArrivalSearch(log, wanted, lambda: answered).run(lambda: 0.0)
    assert search.matches
    assert search.waited == waited


@pytest.mark.parametrize(("succeeds", "looks"), [(True, 3), (False, 1)])
def test_of_a_request_that_failed_no_success_is_waited_for(
    succeeds: bool, looks: int, api: FakeApi
) -> None:
    api.add("own", None, success=False, user_agent=f"suite/{NONCE}")
    wanted = Wanted(
        nonce=NONCE, provider="anthropic", sent_at=SENT_AT, log_id="own", succeeds=succeeds
    )
    slept: list[float] = []
    deadline = lambda: math.inf if len(slept) < 2 else 0.0  # noqa: E731
    search = ArrivalSearch(Log(cast("AiGatewayApi", api)), wanted).run(deadline, slept.append)
    assert search.matches
    assert len(slept) == looks - 1
