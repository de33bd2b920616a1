"""The proof of arrival: only a record that carries the nonce counts."""

import time
from typing import cast

import pytest

from fixtures import arrival
from fixtures.ai_gateway import AiGatewayApi, ApiProblem, Record
from fixtures.arrival import MAX_BODIES, ArrivalSearch, Log, Search
from tests.builders import record

NONCE = "verify-abc"
SENT_AT = 1000.0


class FakeApi:
    """A log that tests fill: records, and the bodies that are stored of them."""

    def __init__(self) -> None:
        self.clock_ahead = 0.0
        self.records: list[Record] = []
        self.bodies: dict[str, str | None] = {}
        self.problem: ApiProblem | None = None
        self.body_reads: list[str] = []

    def add(self, name: str, body: str | None, **changes: object) -> None:
        self.records.append(record(id=name, **changes))
        self.bodies[name] = body

    def records_since(self, moment: float) -> list[Record]:
        if self.problem:
            raise self.problem
        return [each for each in self.records if each.created_at >= moment]

    def request_body(self, record_id: str) -> str | None:
        self.body_reads.append(record_id)
        return self.bodies[record_id]


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> FakeApi:
    monkeypatch.setattr(arrival, "POLL", 0.0)
    return FakeApi()


def look(api: FakeApi, *ids: str, read_others: bool = True, looks: int = 1) -> Search:
    log = Log(cast("AiGatewayApi", api))
    search = ArrivalSearch(log, NONCE, SENT_AT, frozenset(ids), read_others=read_others)
    left = iter(range(looks - 1))
    return search.run(lambda: time.monotonic() + 60 if next(left, None) is not None else 0.0)


def test_a_record_whose_body_carries_the_nonce_is_found(api: FakeApi) -> None:
    api.add("other", '{"text": "verify-other"}')
    api.add("own", f'{{"text": "[Mon] Connection check {NONCE}."}}')
    search = look(api)
    assert [each.id for each in search.matches] == ["own"]


def test_a_record_of_the_same_second_and_model_is_no_proof(api: FakeApi) -> None:
    api.add("other", '{"text": "hello"}', created_at=SENT_AT)
    search = look(api)
    assert not search.matches
    assert search.others_since == 1


def test_a_record_named_by_the_answer_is_found_without_its_body(api: FakeApi) -> None:
    api.add("other", None)
    api.add("own", None)
    search = look(api, "own", read_others=False)
    assert [each.id for each in search.matches] == ["own"]
    assert api.body_reads == []


def test_a_record_is_found_by_the_nonce_in_its_user_agent(api: FakeApi) -> None:
    api.add("own", None, user_agent=f"suite/{NONCE}")
    assert look(api, read_others=False).matches


def test_a_body_that_comes_late_is_read_again(api: FakeApi) -> None:
    api.add("own", None)
    log = Log(cast("AiGatewayApi", api))
    search = ArrivalSearch(log, NONCE, SENT_AT, frozenset(), read_others=True)
    first = search.run(lambda: 0.0)
    api.bodies["own"] = NONCE
    second = search.run(lambda: 0.0)
    assert (len(first.matches), first.unread) == (0, 1)
    assert (len(second.matches), second.unread) == (1, 0)


def test_no_body_is_read_twice(api: FakeApi) -> None:
    api.add("other", "{}!")
    look(api, looks=3)
    assert api.body_reads == ["other"]


def test_a_failed_attempt_does_not_end_the_search(api: FakeApi) -> None:
    api.add("first", NONCE, success=False, status_code=500, created_at=SENT_AT)
    api.add("second", NONCE, created_at=SENT_AT + 5)
    search = look(api)
    assert len(search.matches) == 2
    assert [each.id for each in search.succeeded] == ["second"]


def test_bodies_of_a_busy_account_are_read_nearest_first_and_within_a_budget(api: FakeApi) -> None:
    for number in range(MAX_BODIES + 50):
        api.add(f"id-{number}", "other", created_at=SENT_AT + number)
    search = look(api)
    assert len(api.body_reads) == MAX_BODIES
    assert api.body_reads[0] == "id-0"
    assert search.unread == 50


def test_a_clock_that_runs_ahead_is_allowed_for(api: FakeApi) -> None:
    api.clock_ahead = 300.0
    api.add("own", NONCE, created_at=SENT_AT + 301)
    api.add("before", NONCE, created_at=SENT_AT + 100)
    assert [each.id for each in look(api).matches] == ["own"]


def test_a_problem_that_stays_ends_the_search(
    api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "PATIENCE", 0.0)
    api.problem = ApiProblem("forbidden", "HTTP 403")
    search = look(api, looks=50)
    assert search.problem is api.problem


def test_a_problem_that_passes_is_forgotten(api: FakeApi) -> None:
    api.add("own", NONCE)
    api.problem = ApiProblem("forbidden", "HTTP 403")
    log = Log(cast("AiGatewayApi", api))
    search = ArrivalSearch(log, NONCE, SENT_AT, frozenset(), read_others=True)
    assert search.run(lambda: 0.0).problem
    api.problem = None
    assert search.run(lambda: 0.0).problem is None
