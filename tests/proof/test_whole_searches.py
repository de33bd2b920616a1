"""Searches, with all that they tell and all that they ask: no field of either may differ."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.cloudflare.ai_gateway import ApiProblem
from fixtures.cloudflare.clock import CLOCK_PRECISION
from fixtures.proof.arrival import MAX_OTHERS, PATIENCE, ArrivalSearch
from fixtures.proof.body_reader import BODIES_AT_ONCE
from fixtures.proof.nonce import SUITE
from fixtures.proof.search import AnsweredAt
from tests.builders import record
from tests.proof.scripted_log import NOTHING, ScriptedLog, quotes, says
from tests.proof.searches import FOUND, NONCE, SENT_AT, WANTED, run

FORBIDDEN = ApiProblem("forbidden", "HTTP 403", 403)


def test_each_record_counts_as_what_it_is(scripted: ScriptedLog) -> None:
    """Those at the edges of the request's time are its own side of them."""
    ended = SENT_AT + 20
    own = record(id="own", created_at=ended + CLOCK_PRECISION)
    scripted.records = [
        record(id="sooner", created_at=SENT_AT - CLOCK_PRECISION - 0.5),
        record(id="first", created_at=SENT_AT - CLOCK_PRECISION),
        record(id="recap", created_at=SENT_AT, provider="openai"),
        record(id="without", created_at=SENT_AT + 1),
        record(id="cut", created_at=SENT_AT + 2),
        record(id="cut recap", created_at=SENT_AT + 3, provider="openai"),
        record(id="direct", created_at=SENT_AT + 4, user_agent=f"{SUITE}of another"),
        own,
        record(id="later", created_at=ended + CLOCK_PRECISION + 0.5),
    ]
    scripted.bodies = {
        **dict.fromkeys((each.id for each in scripted.records), NOTHING),
        "without": None,
        "recap": quotes(NONCE),
        "cut": quotes(NONCE, is_cut=True),
        "cut recap": quotes(NONCE, is_cut=True),
        "own": None,
    }
    scripted.clock.now = SENT_AT + 30
    answered = AnsweredAt(ended)
    waited = 10.0 + 4  # what is not stored is asked for twice more
    assert run(scripted, answered=answered) == replace(
        FOUND, others_since=7, without_body=2, cut=1, mentions=1, waited=waited
    )
    assert {*scripted.read} == {"first", "recap", "without", "cut", "cut recap", "own"}
    scripted.bodies["own"] = says(NONCE)
    scripted.clock.now = SENT_AT + 30
    assert run(scripted, answered=answered) == replace(
        FOUND, matches=(own,), others_since=6, unread=2, without_body=1, cut=1, waited=waited
    )


@pytest.mark.parametrize("ahead", [-300.0, 0.0, 300.0])
def test_the_request_s_time_is_by_cloudflares_clock(scripted: ScriptedLog, ahead: float) -> None:
    own = record(id="own", created_at=SENT_AT + ahead)
    scripted.ahead = ahead
    scripted.records = [
        record(id="sooner", created_at=SENT_AT + ahead - CLOCK_PRECISION - 0.5),
        own,
        record(id="later", created_at=SENT_AT + ahead + CLOCK_PRECISION + 1.5),
    ]
    scripted.bodies = {"own": says(NONCE), "sooner": says(NONCE), "later": says(NONCE)}
    answered = AnsweredAt(SENT_AT + 1)
    assert run(scripted, answered=answered) == replace(FOUND, matches=(own,), others_since=1)


@pytest.mark.parametrize(
    ("size", "order"),
    [
        (None, ["at once", "sooner", "later", "larger"]),
        (900, ["later", "larger", "sooner", "at once"]),
        (0, ["at once", "sooner", "later", "larger"]),
    ],
)
def test_the_likeliest_size_is_read_first_and_then_the_nearest_time(
    scripted: ScriptedLog, size: int | None, order: list[str]
) -> None:
    scripted.records = [
        record(id="larger", created_at=SENT_AT + 4, tokens_in=903),
        record(id="later", created_at=SENT_AT + 3, tokens_in=0),
        record(id="sooner", created_at=SENT_AT - 2, tokens_in=890),
        record(id="at once", created_at=SENT_AT + 1, tokens_in=100),
    ]
    scripted.bodies = {each.id: NOTHING for each in scripted.records}
    run(scripted, answered=AnsweredAt(SENT_AT + 9, tokens_in=size))
    assert scripted.read == order


@pytest.mark.parametrize(
    ("before", "unread"), [(CLOCK_PRECISION, 0), (CLOCK_PRECISION - 0.5, 1), (-9.0, 1)]
)
def test_what_is_not_listed_counts_as_one_unread(
    scripted: ScriptedLog, before: float, unread: int
) -> None:
    scripted.ahead = 300.0
    scripted.cut_short_at = SENT_AT + scripted.ahead - before
    assert run(scripted) == replace(FOUND, unread=unread)
    scripted.records = [
        record(id=f"{n}", created_at=SENT_AT + 300) for n in range(BODIES_AT_ONCE + 1)
    ]
    scripted.bodies = {each.id: NOTHING for each in scripted.records}
    assert run(scripted).unread == 1 + unread


def test_the_looks_are_fresh_from_the_deadline_on(scripted: ScriptedLog) -> None:
    scripted.records = [record(id="own", created_at=SENT_AT)]
    scripted.bodies = {"own": None}
    found = run(scripted, lasts=10.0, step=5.0)
    assert found == replace(FOUND, others_since=1, without_body=1, waited=10.0)
    asked = [("listing", SENT_AT), ("nonces", "own")]
    assert scripted.asked == [
        (SENT_AT + at, what, argument, at == 10) for at in (0, 5, 10) for what, argument in asked
    ]


def test_a_body_has_as_many_looks_after_the_deadline_as_it_has_attempts(
    scripted: ScriptedLog,
) -> None:
    """As far apart as listings are."""
    scripted.records = [record(id="own", created_at=SENT_AT)]
    scripted.bodies = {"own": None}
    assert run(scripted) == replace(FOUND, others_since=1, without_body=1, waited=4.0)
    assert scripted.looks == [SENT_AT, SENT_AT + 2, SENT_AT + 4]


def test_nothing_is_waited_for_where_no_body_may_come(scripted: ScriptedLog) -> None:
    scripted.records = [record(id=f"{n}", created_at=SENT_AT) for n in range(BODIES_AT_ONCE + 1)]
    scripted.bodies = {each.id: NOTHING for each in scripted.records}
    found = run(scripted)
    assert found == replace(FOUND, others_since=BODIES_AT_ONCE + 1, unread=1)
    assert len(scripted.looks) == 1


def test_other_providers_bodies_are_read_from_half_of_the_time_on(scripted: ScriptedLog) -> None:
    """Unless its own are the proof by then."""
    scripted.records = [record(id="recap", created_at=SENT_AT, provider="openai")]
    scripted.bodies = {"recap": quotes(NONCE)}
    found = run(scripted, lasts=40.0, step=5.0)
    assert found == replace(FOUND, others_since=1, mentions=1, waited=40.0)
    assert [(at, what) for at, _, what, _ in scripted.asked if what == "recap"] == [
        (SENT_AT + 20, "recap")
    ]
    own = record(id="own", created_at=SENT_AT)
    scripted.records.append(own)
    scripted.bodies["own"] = says(NONCE)
    scripted.clock.now, scripted.asked = SENT_AT, []
    assert run(scripted) == replace(FOUND, matches=(own,), others_since=1, unread=1)
    assert scripted.read == ["own"]


@pytest.mark.parametrize(
    "failing", [{"success": False}, {"provider": "openai"}, {"provider": "ai21"}]
)
def test_what_is_no_proof_does_not_end_the_reading(
    scripted: ScriptedLog, failing: dict[str, Any]
) -> None:
    first = record(id="first", created_at=SENT_AT, **failing)
    own = record(id="own", created_at=SENT_AT + 1)
    scripted.records = [first, own, record(id="third", created_at=SENT_AT + 2)]
    scripted.bodies = {"first": says(NONCE), "own": says(NONCE), "third": NOTHING}
    matches = (first, own) if first.provider == "anthropic" else (own,)
    found = run(scripted)
    others = 1 + (first not in matches)
    assert found == replace(FOUND, matches=matches, others_since=others, unread=others)


def test_of_other_providers_no_more_are_read_than_are_worth_it(scripted: ScriptedLog) -> None:
    many = MAX_OTHERS + BODIES_AT_ONCE
    scripted.records = [
        record(id=f"{n}", created_at=SENT_AT, provider="openai") for n in range(many)
    ]
    scripted.bodies = {each.id: NOTHING for each in scripted.records}
    found = run(scripted, lasts=400.0, step=10.0)
    assert len(scripted.read) == MAX_OTHERS
    assert found == replace(FOUND, others_since=many, unread=BODIES_AT_ONCE, waited=400.0)


@pytest.mark.parametrize(("step", "looks"), [(PATIENCE, 3), (PATIENCE + 0.5, 2)])
def test_a_problem_is_given_up_after_some_patience(
    scripted: ScriptedLog, step: float, looks: int
) -> None:
    scripted.problem = FORBIDDEN
    found = run(scripted, lasts=10 * PATIENCE, step=step)
    assert found == replace(FOUND, problem=FORBIDDEN, waited=(looks - 1) * step)
    assert len(scripted.looks) == looks


def test_patience_begins_anew_after_an_answer(scripted: ScriptedLog) -> None:
    until, search = SENT_AT + 8 * PATIENCE, ArrivalSearch(scripted, WANTED)

    def sleep(_: float) -> None:
        scripted.clock.sleep(PATIENCE)
        scripted.problem = FORBIDDEN if len(scripted.looks) != 2 else None

    scripted.problem = FORBIDDEN
    search.run(lambda: until, sleep)
    assert [each - SENT_AT for each in scripted.looks] == [PATIENCE * n for n in range(6)]
