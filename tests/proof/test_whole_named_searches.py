"""Searches for what an answer has named, or of a busy log, with all that they tell and ask."""

from dataclasses import replace

import pytest

from fixtures.cloudflare.ai_gateway import Narrow
from fixtures.cloudflare.clock import CLOCK_PRECISION
from fixtures.proof.arrival import ArrivalSearch
from fixtures.proof.search import AnsweredAt, Search
from tests.builders import record
from tests.proof.scripted_log import NOTHING, ScriptedLog, quotes, says
from tests.proof.searches import FOUND, NONCE, SENT_AT, WANTED, run

NAMED = replace(WANTED, log_id="own")


@pytest.mark.parametrize(("lasts", "taken"), [(40.0, 20.0), (8.0, 8.0)])
def test_a_named_record_without_a_body_is_taken_when_none_is_to_be_expected(
    scripted: ScriptedLog, lasts: float, taken: float
) -> None:
    """When half of the time is over and all attempts are, or at the end."""
    own = record(id="own", created_at=SENT_AT)
    scripted.records = [own]
    scripted.bodies = {"own": None}
    found = run(scripted, lasts=lasts, step=4.0, wanted=NAMED)
    assert found == replace(FOUND, matches=(own,), without_body=0, waited=taken)


def test_a_body_of_a_named_record_that_may_come_is_waited_for(scripted: ScriptedLog) -> None:
    """Half of the time is over before all attempts are."""
    own = record(id="own", created_at=SENT_AT)
    scripted.bodies = {"own": None}

    def sleep(_: float) -> None:
        scripted.clock.sleep(5.0)
        scripted.records = [own] if scripted.clock.now >= SENT_AT + 20 else []

    until = SENT_AT + 40
    found = ArrivalSearch(scripted, NAMED).run(lambda: until, sleep)
    assert found == replace(FOUND, matches=(own,), waited=30.0)


def test_only_what_the_answer_named_is_read(scripted: ScriptedLog) -> None:
    """By its log's id or its event's, wherever its body has the nonce."""
    own = record(id="own", created_at=SENT_AT, event_id="event")
    scripted.records = [own, record(id="other", created_at=SENT_AT, event_id="another")]
    scripted.records.append(record(id="without an event", created_at=SENT_AT))
    scripted.bodies = {"own": quotes(NONCE), "other": says(NONCE), "without an event": says(NONCE)}
    for wanted in (NAMED, replace(WANTED, event_id="event"), replace(NAMED, event_id="event")):
        scripted.asked = []
        assert run(scripted, wanted=wanted) == replace(FOUND, matches=(own,), others_since=2)
        assert scripted.read == ["own"]
    assert run(scripted, wanted=replace(WANTED, event_id="nobody's")) == replace(
        FOUND, others_since=3
    )


def test_a_misnamed_record_ends_the_search(scripted: ScriptedLog) -> None:
    """One of its event does not: guardrails have records of their own."""
    other = record(id="own", created_at=SENT_AT, event_id="event")
    scripted.records = [other]
    scripted.bodies = {"own": NOTHING}
    found = run(scripted, lasts=60.0, wanted=NAMED)
    assert found == replace(FOUND, others_since=1, misnamed="own")
    assert len(scripted.looks) == 1
    of_event = run(scripted, lasts=6.0, wanted=replace(WANTED, event_id="event"), step=3.0)
    assert of_event == replace(FOUND, others_since=1, waited=6.0)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (CLOCK_PRECISION, replace(FOUND, matches=(record(id="own", created_at=995.0),))),
        (CLOCK_PRECISION + 1, replace(FOUND, misnamed="own")),
    ],
)
def test_a_named_record_of_before_is_anothers(
    scripted: ScriptedLog, before: float, expected: Search
) -> None:
    scripted.records = [record(id="own", created_at=SENT_AT - before)]
    scripted.bodies = {"own": says(NONCE)}
    assert run(scripted, wanted=NAMED) == expected


def test_of_a_busy_log_the_answer_says_what_is_asked_for(scripted: ScriptedLog) -> None:
    """It is listed until there is an answer, and what was listed then counts on."""
    own = record(id="own", created_at=SENT_AT + 1)
    listed = record(id="listed", created_at=SENT_AT + 50, provider="openai")
    scripted.cut_short_at, scripted.records, scripted.near_records = SENT_AT + 40, [listed], (own,)
    scripted.bodies = {"own": None}
    answered = AnsweredAt(SENT_AT + 9)
    until = SENT_AT + 12

    def sleep(_: float) -> None:
        scripted.clock.sleep(4.0)
        scripted.bodies["own"] = says(NONCE) if scripted.clock.now >= until else None

    known = lambda: answered if scripted.clock.now > SENT_AT + 4 else None  # noqa: E731
    found = ArrivalSearch(scripted, WANTED, known).run(lambda: until, sleep)
    assert found == replace(FOUND, matches=(own,), others_since=1, waited=3.0)
    narrow = Narrow(since=SENT_AT, until=answered.at, provider="anthropic")
    assert [each for each in scripted.asked if each[1] != "nonces"] == [
        (SENT_AT, "listing", SENT_AT, False),
        (SENT_AT + 4, "listing", SENT_AT, False),
        *((SENT_AT + 4 * n, "near", narrow, n == 3) for n in (2, 3)),
    ]


def test_what_a_request_has_cost_is_its_success_s() -> None:
    failed = record(id="1", success=False, tokens_in=1, tokens_out=2)
    other = record(id="2", provider="openai", tokens_in=3, tokens_out=4)
    own = record(id="3", tokens_in=5, tokens_out=6)
    assert FOUND.tokens == {}
    assert replace(FOUND, matches=(other, failed)).tokens == {"tokens_in": 3, "tokens_out": 4}
    found = replace(FOUND, matches=(failed, other, own))
    assert found.succeeded == (own,)
    assert found.tokens == {"tokens_in": 5, "tokens_out": 6}
