"""When a record's body is asked for, and what is known of the record then."""

from collections.abc import Callable

import pytest

from fixtures.cloudflare.ai_gateway import ApiProblem, Record
from fixtures.proof.body_reader import BODIES_AT_ONCE, BodyReader
from fixtures.proof.nonce import Nonces
from fixtures.proof.request_log import OVER_BUDGET
from tests.builders import record
from tests.proof.scripted_log import NOTHING, ScriptedLog, quotes, says
from tests.proof.searches import NONCE

ROW = record(id="row")


def read(reader: BodyReader, *rows: Record, most: int = 100, named: bool = False) -> bool:
    is_proof: Callable[[Record], bool] = lambda each: each.id in reader.matching  # noqa: E731
    return reader.read(rows or [ROW], most, lambda _: named, is_proof)


def known(reader: BodyReader) -> list[str]:
    """Of the row: what it is held for."""
    kinds = {
        "matching": reader.matching,
        "other": reader.others,
        "mentioning": reader.mentioning,
        "cut": reader.cut,
    }
    return [name for name, rows in kinds.items() if ROW.id in rows]


@pytest.mark.parametrize(
    ("body", "named", "expected"),
    [
        (says(NONCE), False, ["matching"]),
        (says(NONCE), True, ["matching"]),
        (quotes(NONCE), False, ["other", "mentioning"]),
        (quotes(NONCE), True, ["matching"]),
        (quotes(NONCE, is_cut=True), False, ["cut"]),
        (NOTHING, False, ["other"]),
        (NOTHING, True, ["other"]),
        (Nonces(messages=frozenset(), anywhere=frozenset(), is_cut=True), True, ["other"]),
        (None, False, []),
    ],
)
def test_a_body_makes_its_record_one_thing(
    scripted: ScriptedLog, body: Nonces | None, named: bool, expected: list[str]
) -> None:
    reader = BodyReader(scripted, NONCE)
    scripted.bodies["row"] = body
    assert read(reader, named=named) is True
    assert known(reader) == expected
    assert reader.has_read(ROW) is bool(expected)
    assert reader.may_have_one_soon(ROW) is (not expected)
    assert reader.lacks_body(ROW) is False


def test_an_attempt_comes_later_each_time_and_after_three_none_is_expected(
    scripted: ScriptedLog,
) -> None:
    reader = BodyReader(scripted, NONCE)
    assert (reader.lacks_body(ROW), reader.may_have_one_soon(ROW)) == (False, False)
    began, states = scripted.clock.now, []
    for _ in range(20):
        read(reader)
        states.append((reader.lacks_body(ROW), reader.may_have_one_soon(ROW)))
        scripted.clock.sleep(0.5)
    # 2, 3 and 4.5 seconds after one another.
    assert [at - began for at, *_ in scripted.asked] == [0.0, 2.0, 5.0, 9.5]
    assert states == [(False, True)] * 10 + [(True, False)] * 10


def test_the_last_look_asks_for_what_is_not_due(scripted: ScriptedLog) -> None:
    reader = BodyReader(scripted, NONCE)
    read(reader)
    reader.is_last_look = True
    read(reader)
    assert [(at, fresh) for at, *_, fresh in scripted.asked] == [(1000.0, False), (1000.0, True)]


def test_a_look_reads_a_number_of_them_the_least_asked_for_first(scripted: ScriptedLog) -> None:
    reader = BodyReader(scripted, NONCE)
    first, rest = record(id="first"), [record(id=f"{n}") for n in range(BODIES_AT_ONCE)]
    read(reader, first)
    scripted.clock.sleep(2.0)
    assert read(reader, first, *rest) is True
    assert scripted.read == ["first", *(each.id for each in rest)]
    assert read(reader, first, *rest) is True
    assert scripted.read[-1] == "first"


@pytest.mark.parametrize(("most", "number"), [(4, 2), (2, 0), (1, 0)])
def test_all_looks_share_a_budget(scripted: ScriptedLog, most: int, number: int) -> None:
    reader = BodyReader(scripted, NONCE)
    rows = [record(id=f"{n}") for n in range(9)]
    read(reader, *rows[:2])
    assert read(reader, *rows, most=most) is True
    assert scripted.read == ["0", "1", *(each.id for each in rows[2 : 2 + number])]


def test_nothing_is_read_after_the_proof(scripted: ScriptedLog) -> None:
    reader = BodyReader(scripted, NONCE)
    scripted.bodies = {"0": NOTHING, "1": says(NONCE)}
    assert read(reader, *(record(id=f"{n}") for n in range(3))) is True
    assert scripted.read == ["0", "1"]


def test_a_spent_budget_ends_a_look_and_another_problem_the_search(scripted: ScriptedLog) -> None:
    reader = BodyReader(scripted, NONCE)
    scripted.body_problem = ApiProblem(OVER_BUDGET, "of a test")
    assert read(reader, ROW, record(id="next")) is False
    assert (scripted.read, reader.may_have_one_soon(ROW)) == (["row"], False)
    scripted.body_problem = ApiProblem("forbidden", "of a test")
    with pytest.raises(ApiProblem, match="of a test"):
        read(reader)
