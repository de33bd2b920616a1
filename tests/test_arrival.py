"""The proof of arrival: only a record that carries the nonce counts."""

import json
import math
from typing import cast

import pytest

from fixtures.cloudflare.ai_gateway import AiGatewayApi, ApiProblem
from fixtures.proof import arrival, request_log
from fixtures.proof.arrival import MAX_BODIES, ArrivalSearch, Search, Wanted
from fixtures.proof.nonce import Nonces, fresh_nonce, nonces_in, prompt_with
from fixtures.proof.request_log import Log
from tests.ai_gateway_log import Clock, FakeApi, message

NONCE = fresh_nonce()
OTHER = fresh_nonce()
BLANK = r"\n" * 200_000
SENT_AT = 1000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock.instead_of_time(monkeypatch)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> FakeApi:
    for module in (arrival, request_log):
        monkeypatch.setattr(module, "POLL", 0.0)
    return FakeApi()


def search_for(api: FakeApi, log_id: str | None = None) -> ArrivalSearch:
    wanted = Wanted(nonce=NONCE, provider="anthropic", sent_at=SENT_AT, log_id=log_id)
    return ArrivalSearch(Log(cast("AiGatewayApi", api)), wanted)


def look(api: FakeApi, log_id: str | None = None, looks: int = 1) -> Search:
    slept: list[float] = []
    deadline = lambda: math.inf if len(slept) < looks - 1 else 0.0  # noqa: E731
    return search_for(api, log_id).run(deadline, slept.append)


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


def test_a_record_named_by_the_answer_has_to_carry_the_nonce(api: FakeApi) -> None:
    """Whoever answers may name any record: another request's, of the same provider."""
    api.add("other", message(OTHER))
    search = look(api, "other", looks=3)
    assert not search.matches
    assert search.misnamed == "other"
    assert api.body_reads == ["other"]


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


QUOTES = {
    "recap": {
        "messages": [{"role": "user", "content": json.dumps([f"user: {prompt_with(NONCE)}"])}]
    },
    "embedding": {"input": [f"User: {prompt_with(NONCE)}\nAssistant: OK"]},
    "system prompt": {"messages": [{"role": "system", "content": prompt_with(NONCE)}]},
    "recap at the start of a line": {
        "messages": [{"role": "user", "content": f"Sum up:\n{prompt_with(NONCE)}\nAssistant: OK"}]
    },
    "title": {"messages": [{"role": "user", "content": f"Find a title:\n{prompt_with(NONCE)}"}]},
    "tools": {
        "messages": [{"role": "user", "content": f"Sum up:\n{prompt_with(NONCE)}\nAssistant: OK"}],
        "tools": [{"name": "read"}],
    },
    "history": {"messages": [{"role": "user", "content": f"Earlier: {prompt_with(NONCE)}"}]},
}


MESSAGES = {
    "stamped": {"input": [{"role": "user", "content": f"[Mon 20:22 UTC] {prompt_with(NONCE)}\n"}]},
    "after an event": {
        "messages": [
            {"role": "user", "content": [{"text": f"System: started\n\n{prompt_with(NONCE)}"}]}
        ],
        "tools": [{"name": "read"}],
    },
}


@pytest.mark.parametrize("form", MESSAGES)
def test_the_message_itself_is_the_proof_in_whichever_form(api: FakeApi, form: str) -> None:
    api.add("own", json.dumps(MESSAGES[form]))
    assert look(api).succeeded


@pytest.mark.parametrize("quote", QUOTES)
def test_a_request_of_openclaws_own_that_quotes_the_nonce_is_no_proof(
    api: FakeApi, quote: str
) -> None:
    api.add("recap", json.dumps(QUOTES[quote]))
    search = look(api)
    assert not search.matches
    assert search.mentions == 1


def test_other_providers_are_read_only_when_half_of_the_time_is_over(api: FakeApi) -> None:
    """They cannot be the proof, and would use up the account's API requests."""
    api.add("recap", json.dumps(QUOTES["recap"]), provider="openai")
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
    api.add("direct", message(OTHER), user_agent=f"suite/{OTHER}")
    search = look(api)
    assert api.body_reads == []
    assert search.unread == 0


def test_a_guardrails_record_does_not_end_the_search(api: FakeApi) -> None:
    api.add("guardrail", message(NONCE), provider="workers-ai", created_at=SENT_AT)
    api.add("own", message(NONCE), created_at=SENT_AT + 1)
    search = look(api)
    assert [each.id for each in search.succeeded] == ["own"]


def test_a_success_of_another_provider_is_no_success(api: FakeApi) -> None:
    api.add("own", message(NONCE), provider="openai")
    search = look(api)
    assert search.matches
    assert not search.succeeded


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


def test_a_failed_attempt_does_not_end_the_search(api: FakeApi) -> None:
    api.add("first", message(NONCE), success=False, status_code=500, created_at=SENT_AT)
    api.add("second", message(NONCE), created_at=SENT_AT + 5)
    search = look(api)
    assert len(search.matches) == 2
    assert [each.id for each in search.succeeded] == ["second"]


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


def test_records_made_after_the_answer_are_others(api: FakeApi) -> None:
    api.add("later", None, created_at=SENT_AT + 100)
    wanted = Wanted(nonce=NONCE, provider="anthropic", sent_at=SENT_AT)
    log = Log(cast("AiGatewayApi", api))
    search = ArrivalSearch(log, wanted, lambda: SENT_AT + 5).run(lambda: 0.0)
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


def test_a_problem_that_passes_is_forgotten(api: FakeApi) -> None:
    api.add("own", message(NONCE))
    api.problem = ApiProblem("forbidden", "HTTP 403")
    search = search_for(api)
    assert search.run(lambda: 0.0).problem
    api.problem = None
    assert search.run(lambda: 0.0).problem is None


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        f'{{"input": [{{"role": "user", "content": "{BLANK}"}}]}}',
        "",
        '{"messages": 7}',
    ],
    ids=["deep", "blank lines", "empty", "other"],
)
def test_a_body_of_any_form_is_read(body: str) -> None:
    """Whoever uses the AI Gateway decides what is recorded there."""
    assert nonces_in(body) == Nonces(messages=frozenset(), anywhere=frozenset())


@pytest.mark.parametrize(
    ("answered_at", "waited"), [(None, 97.0), (SENT_AT + 90.0, 7.0), (SENT_AT + 100.0, 0.0)]
)
def test_how_late_a_record_came_counts_from_the_answer(
    answered_at: float | None, waited: float, api: FakeApi, clock: Clock
) -> None:
    """OpenClaw may take 90 s to answer, which is no delay of the log."""
    api.add("own", message(NONCE))
    clock.now = SENT_AT + 97.0
    wanted = Wanted(nonce=NONCE, provider="anthropic", sent_at=SENT_AT)
    log = Log(cast("AiGatewayApi", api))
    search = ArrivalSearch(log, wanted, lambda: answered_at).run(lambda: 0.0)
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
