"""The two counts with all that they tell, at the bounds of their minutes, and ids of answers."""

import json
from typing import Any

import pytest

from fixtures.cloudflare.analytics import Counted
from fixtures.proof.ledger.answer_id import EVENTS, answer_id
from fixtures.proof.ledger.completeness import MINUTE, Completeness, compare_counts
from fixtures.proof.ledger.reconciliation import EARLIEST, LATEST
from tests.ledger.test_reconciliation import answer, record

START = 1_789_999_980.0  # a full minute
MINUTES = 10
END = START + MINUTES * MINUTE


def counted(*minutes: int, provider: str = "anthropic", number: int = 1) -> list[Counted]:
    return [
        Counted(provider=provider, minute=START + each * MINUTE, number=number) for each in minutes
    ]


def made(*seconds: float, provider: str = "anthropic") -> list[Any]:
    return [record(f"r{each}", created_at=START + each, provider=provider) for each in seconds]


def at(**minutes: int) -> dict[tuple[str, float], int]:
    """By `m3`, say, how many of that minute."""
    return {("anthropic", START + int(name[1:]) * MINUTE): n for name, n in minutes.items()}


def compared(**different: Any) -> Completeness:
    return Completeness(**({"since": START, "until": END} | different))


def test_all_that_both_have_is_counted() -> None:
    counts = [*counted(2, 3), *counted(3, number=2), *counted(4, provider="openai")]
    records = [*made(120.0, 180.0, 239.9, 200.0), *made(240.0, provider="openai")]
    totals = {"anthropic": 4, "openai": 1}
    found = compare_counts(counts, records, START, END)
    assert found == compared(counted=totals, recorded=totals)


def test_only_records_between_the_two_minutes_are_recorded() -> None:
    records = made(-0.1, 0.0, 599.9, 600.0)
    found = compare_counts(counted(0, 9), records, START, END)
    assert found == compared(counted={"anthropic": 2}, recorded={"anthropic": 2})


@pytest.mark.parametrize(
    ("minute", "is_told"), [(0, False), (1, True), (4, True), (8, True), (9, False)]
)
def test_of_the_first_and_the_last_minute_nothing_is_concluded(minute: int, is_told: bool) -> None:
    gap = at(**{f"m{minute}": 1}) if is_told else {}
    missing = compare_counts(counted(minute), [], START, END)
    assert missing == compared(counted={"anthropic": 1}, missing=gap)
    uncounted = compare_counts([], made(minute * MINUTE), START, END)
    assert uncounted == compared(recorded={"anthropic": 1}, uncounted=gap)


@pytest.mark.parametrize(
    ("number", "neighbours", "missing", "uncounted"),
    [
        (1, (3,), {}, {}),
        (1, (5,), {}, {}),
        (1, (2,), {"m4": 1}, {"m2": 1}),
        (1, (6,), {"m4": 1}, {"m6": 1}),
        (1, (3, 5), {}, {"m5": 1}),
        (2, (3, 5), {}, {}),
        (3, (3, 5), {"m4": 1}, {}),
        (2, (3, 3, 3), {}, {"m3": 1}),
    ],
)
def test_neighbouring_minutes_even_each_other_out(
    number: int, neighbours: tuple[int, ...], missing: dict[str, int], uncounted: dict[str, int]
) -> None:
    records = made(*(each * MINUTE + n for n, each in enumerate(neighbours)))
    found = compare_counts(counted(4, number=number), records, START, END)
    assert found == compared(
        counted={"anthropic": number},
        recorded={"anthropic": len(neighbours)},
        missing=at(**missing),
        uncounted=at(**uncounted),
    )


def test_another_providers_neighbour_evens_nothing_out() -> None:
    found = compare_counts(counted(4), made(180.0, provider="openai"), START, END)
    assert found.missing == at(m4=1)
    assert found.uncounted == {("openai", START + 3 * MINUTE): 1}


@pytest.mark.parametrize(
    ("counts", "is_exact"),
    [
        ({}, False),
        ({"counted": {"anthropic": 1}}, True),
        ({"counted": {"anthropic": 1}, "uncounted": at(m1=1)}, False),
        ({"uncounted": at(m1=1)}, False),
    ],
)
def test_counts_are_exact_where_there_are_any_and_none_lacks(
    counts: dict[str, Any], is_exact: bool
) -> None:
    found = compared(**counts)
    assert found.is_exact is is_exact
    own = answer(at=START + 300)
    missing = compared(**counts, missing=at(m4=1))
    assert missing.without_record([own], 0.0) == (([own], []) if is_exact else ([], [own]))


@pytest.mark.parametrize("ahead", [0.0, 5000.0])
@pytest.mark.parametrize(
    ("after", "explains"),
    [
        *((-EARLIEST - MINUTE - 1, False), (-EARLIEST - MINUTE, True)),
        *((LATEST, True), (LATEST + 1, False)),
    ],
)
def test_a_counted_request_explains_an_answer_of_its_time(
    ahead: float, after: float, explains: bool
) -> None:
    own = answer(at=START)
    missing = {("anthropic", START + ahead + after): 1}
    found = compared(counted={"anthropic": 1}, missing=missing).without_record([own], ahead)
    assert found == (([own], []) if explains else ([], [own]))


def test_each_counted_request_explains_one_answer_of_its_provider() -> None:
    """The earliest has the first of them."""
    answers = [answer(id=f"{n}", at=START + 60 * n) for n in range(4)]
    other = answer(provider="openai", at=START)
    gap = compared(counted={"anthropic": 1}, missing=at(m1=1, m2=2))
    found = gap.without_record([*reversed(answers), other], 0.0)
    assert found == (answers[:3], [other, answers[3]])
    assert gap.missing == at(m1=1, m2=2)


@pytest.mark.parametrize("ahead", [0.0, 5000.0])
@pytest.mark.parametrize(
    ("second", "is_covered"),
    [(EARLIEST - 1, False), (EARLIEST, True), (900 - LATEST, True), (901 - LATEST, False)],
)
def test_an_answer_is_covered_where_its_request_would_have_been_counted(
    ahead: float, second: float, is_covered: bool
) -> None:
    found = compared(until=START + 900)
    assert found.covers(answer(at=START + second - ahead), ahead) is is_covered


def events(number: int, *, stored: bool) -> str:
    """A stream whose so-manieth event has the id, in either form."""
    parts = [{"type": "ping"}] * (number - 1) + [{"id": "msg_012"}]
    if stored:
        return json.dumps({"streamed_data": parts})
    return "".join(f"event: x\ndata: {json.dumps(each)}\n\n" for each in parts)


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("number", [1, EVENTS, EVENTS + 1])
def test_the_first_events_of_a_stream_are_read(number: int, stored: bool) -> None:
    assert answer_id(events(number, stored=stored)) == ("msg_012" if number <= EVENTS else None)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        *(({"id": "a" * 5}, None), ({"id": "a" * 6}, "a" * 6), ({"id": "a" * 120}, "a" * 120)),
        *(({"id": "a" * 121}, None), ({"id": "a b c d"}, None), ({"id": "a.b:c-d_1"}, "a.b:c-d_1")),
        ({"message": {"id": "msg_012"}}, "msg_012"),
        ({"response": {"id": "msg_012"}}, "msg_012"),
        ({"other": {"id": "msg_012"}}, None),
        ({"id": "msg_012", "message": {"id": "msg_345"}}, "msg_012"),
        ({"id": 1234567, "response": {"id": "msg_345"}}, "msg_345"),
        ({"message": "msg_012", "response": {"id": "msg_345"}}, "msg_345"),
        ({"id": "msg_012", "streamed_data": [{"id": "msg_345"}]}, "msg_012"),
        ({"streamed_data": ["msg_012", {"id": "msg_345"}]}, "msg_345"),
        ({"streamed_data": {"id": "msg_345"}}, None),
        ([{"id": "msg_012"}], None),
        ("msg_012", None),
    ],
)
def test_an_id_is_where_a_provider_puts_it_and_of_its_form(body: Any, expected: str | None) -> None:
    assert answer_id(json.dumps(body)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('data: broken\ndata: {"id": "msg_345"}\n', "msg_345"),
        ('data:{"id": "msg_345"}', "msg_345"),
        ('{"id": "msg_012"}\nx', None),
        ('id: {"id": "msg_012"}\n', None),
    ],
)
def test_of_a_stream_only_its_data_is_read(body: str, expected: str | None) -> None:
    assert answer_id(body) == expected
