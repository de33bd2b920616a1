"""Reconciliations with all that they tell, at the bounds of time, figures and budgets."""

from collections.abc import Mapping
from typing import Any

import pytest

from fixtures.proof.ledger.answers import LedgerAnswer, bare_model
from fixtures.proof.ledger.reconciliation import (
    DISTINCT,
    EARLIEST,
    LATEST,
    LIMITS,
    Limits,
    Pair,
    Reconciliation,
    reconcile,
)
from fixtures.proof.ledger.recorded_ids import FIRST_BODIES, RecordedIds
from tests.ledger.test_reconciliation import NOON, Stored, answer, record

LONG = {"tokens_out": DISTINCT}


def by(how: str, own: Any, recorded: Any, **more: Any) -> Reconciliation:
    return Reconciliation(pairs=(Pair(answer=own, record=recorded, by=how),), **more)


@pytest.mark.parametrize("ahead", [0.0, 5000.0])
@pytest.mark.parametrize(
    ("after", "is_own"),
    [(-EARLIEST, True), (-EARLIEST - 1, False), (LATEST - 1, True), (LATEST, False)],
)
def test_a_record_is_made_around_its_answer(ahead: float, after: float, is_own: bool) -> None:
    own, made = answer(**LONG), record("r1", created_at=NOON + ahead + after, **LONG)
    expected = Reconciliation(unrecorded=(own,), others=(made,))
    found = reconcile([own], [made], Stored(), clock_ahead=ahead)
    assert found == (by("figures", own, made) if is_own else expected)


@pytest.mark.parametrize(
    ("recorded", "answered", "is_own"),
    [
        ({}, {}, True),
        ({"tokens_in": 910}, {"cached_tokens": 900}, True),
        ({"tokens_in": 10}, {"cached_tokens": 900}, True),
        ({"tokens_in": 0}, {}, True),
        ({"tokens_in": 900}, {"cached_tokens": 900}, False),
        ({"tokens_in": 11}, {}, False),
        ({"tokens_out": 6}, {}, False),
        ({"tokens_out": 0, "tokens_in": 7}, {}, True),
        ({"tokens_in": 7}, {"tokens_out": 0}, True),
        ({"model": "anthropic/Claude-Haiku-4.5"}, {}, True),
        ({"model": "claude-haiku-4-5-x"}, {}, False),
        ({"success": False}, {}, False),
        ({"provider": "openai"}, {}, False),
    ],
)
def test_figures_tell_without_ids(
    recorded: dict[str, Any], answered: dict[str, Any], is_own: bool
) -> None:
    own, made = answer(**answered), record("r1", **recorded)
    expected = Reconciliation(unrecorded=(own,), others=(made,))
    assert reconcile([own], [made], Stored()) == (by("figures", own, made) if is_own else expected)


@pytest.mark.parametrize(
    ("figures", "bodies"),
    [
        ({"tokens_out": DISTINCT}, 0),
        ({"tokens_out": DISTINCT - 1}, 1),
        ({"tokens_out": DISTINCT, "tokens_in": 0}, 1),
    ],
)
def test_long_answers_need_no_id(figures: dict[str, int], bodies: int) -> None:
    own, made = answer(id="msg_1", **figures), record("r1", **figures)
    found = reconcile([own], [made], Stored({"r1": "msg_1"}))
    assert found == by("id" if bodies else "figures", own, made, bodies_read=bodies)


def test_alike_long_answers_need_their_ids() -> None:
    first, second = answer(id="a", **LONG), answer(id="b", at=NOON + 1, **LONG)
    one, other = record("r1", **LONG), record("r2", created_at=NOON, **LONG)
    found = reconcile([second, first], [other, one], Stored({"r1": "b", "r2": "a"}))
    pairs = (
        Pair(answer=first, record=other, by="id"),
        Pair(answer=second, record=one, by="id"),
    )
    assert found == Reconciliation(pairs=pairs, bodies_read=2)
    gone = reconcile([first, second], [one], Stored({"r1": "b"}))
    assert gone == by("id", second, one, unrecorded=(first,), bodies_read=1)


def test_a_pair_takes_neither_the_record_nor_the_answer_again() -> None:
    own, same = answer(id="a"), record("r1")
    more = record("r2", created_at=NOON)
    found = reconcile([own], [more, same], Stored({"r1": "a", "r2": "a"}))
    assert found == by("id", own, same, others=(more,), bodies_read=1)


def test_without_ids_answers_take_their_records_in_the_order_of_time() -> None:
    answers = [answer(at=NOON + n) for n in range(3)]
    records = [record(f"r{n}", created_at=NOON + n - 1) for n in range(3)]
    found = reconcile(reversed(answers), reversed(records), Stored())
    assert found.pairs == tuple(
        Pair(answer=own, record=made, by="figures")
        for own, made in zip(answers, records, strict=True)
    )
    assert [each.id for each in reconcile([], reversed(records), Stored()).others] == [
        *("r0", "r1", "r2"),
    ]


@pytest.mark.parametrize(
    "ids",
    [{"r1": "b"}, {}, {"r1": None, "r2": "b"}],
    ids=["another's", "none", "one without a body"],
)
def test_a_record_of_other_figures_is_read_for_an_answer_without_one(
    ids: Mapping[str, Any],
) -> None:
    own = answer(id="a")
    others = tuple(
        record(f"r{n}", tokens_out=9, created_at=NOON - 4 + 2 * n) for n in range(1, 1 + len(ids))
    )
    found = reconcile([own], others, Stored(ids))
    assert found == Reconciliation(unrecorded=(own,), others=others, bodies_read=len(ids))


def test_what_was_read_for_an_answer_without_a_record_pairs_them() -> None:
    """The nearest is read first, and none of a failure."""
    own = answer(id="a")
    made = record("r1", tokens_out=9, created_at=NOON + 5)
    far = record("r2", tokens_out=9, created_at=NOON - 6)
    failed = record("r3", success=False, created_at=NOON)
    stored = Stored({"r1": "a", "r2": "a", "r3": "a"})
    found = reconcile([own], [far, failed, made], stored)
    assert found == by("id", own, made, others=(far, failed), bodies_read=1)
    assert stored.asked == ["r1"]
    ahead = reconcile([own], [far, failed, made], stored, clock_ahead=-5)
    assert ahead == by("id", own, far, others=(failed, made), bodies_read=1)


def test_an_answer_without_an_id_is_looked_for_in_no_body() -> None:
    own, made = answer(), record("r1", tokens_out=9)
    stored = Stored({"r1": "a"})
    assert reconcile([own], [made], stored) == Reconciliation(unrecorded=(own,), others=(made,))
    assert stored.asked == []


@pytest.mark.parametrize(
    ("limits", "bodies"),
    [(Limits(ambiguous=2), 2), (Limits(ambiguous=0, unmatched=3), 3), (Limits(ambiguous=9), 4)],
)
def test_no_more_bodies_are_read_than_the_limits_allow(limits: Limits, bodies: int) -> None:
    own = answer(id="a")
    others = tuple(record(f"r{n}", tokens_out=9, created_at=NOON + n) for n in range(4))
    found = reconcile([own], others, Stored({f"r{n}": "x" for n in range(4)}), limits=limits)
    all_read, not_all = ((own,), ()) if bodies == 4 else ((), (own,))
    assert found == Reconciliation(
        unrecorded=all_read, undecided=not_all, others=others, bodies_read=bodies
    )


def test_more_is_read_for_answers_without_a_record_than_for_ambiguous_ones() -> None:
    """The budget of these comes first, and what is left of it serves those."""
    ambiguous = answer(id="b", tokens_out=7)
    own, made = answer(id="a"), record("r1", tokens_out=9)
    heart = record("r2", tokens_out=7)
    limits = Limits(ambiguous=0, unmatched=1)
    found = reconcile([own, ambiguous], [heart, made], Stored({"r1": "a"}), limits=limits)
    assert found.bodies_read == 1
    assert (LIMITS.ambiguous > 0, LIMITS.unmatched) == (True, 0)


@pytest.mark.parametrize("known", [FIRST_BODIES - 1, FIRST_BODIES])
def test_where_no_body_is_stored_few_are_asked_for(known: int) -> None:
    stored = Stored()
    ids = RecordedIds(stored, 1000)
    for number in range(known):
        assert ids.id_of(record(f"r{number}")) is None
    assert ids.is_useless is (known == FIRST_BODIES)
    assert (ids.was_read(record("r0")), ids.was_read(record("other"))) == (True, False)
    ids.id_of(record("other"))
    assert ("other" in stored.asked) is (known < FIRST_BODIES)


def test_one_stored_body_is_enough_to_go_on() -> None:
    ids = RecordedIds(lambda each: "a" if each == "r7" else None, 1000)
    assert ids.stored is False
    found = [ids.id_of(record(f"r{n}")) for n in range(FIRST_BODIES + 5)]
    assert found == [None] * 7 + ["a"] + [None] * (FIRST_BODIES - 3)
    assert (ids.stored, ids.is_useless, len(ids.known)) == (True, False, FIRST_BODIES + 5)


def test_each_body_is_read_once_and_no_more_than_allowed() -> None:
    stored = Stored({"r0": "a"})
    ids = RecordedIds(stored, 2)
    found = [ids.id_of(record(each)) for each in ("r0", "r0", "r1", "r2", "r0")]
    assert (found, stored.asked) == (["a", "a", None, None, "a"], ["r0", "r1"])


@pytest.mark.parametrize(
    ("provider", "slug", "is_own"),
    [
        *(("anthropic", "anthropic", True), ("google", "google-ai-studio", False)),
        *(("xai", "grok", False), ("openai", "openai", True), ("worker", "worker", False)),
        *(("openrouter", "openrouter", False), ("mistral", "mistral", False)),
    ],
)
def test_a_provider_has_its_name_in_the_records(provider: str, slug: str, is_own: bool) -> None:
    own = answer(provider=provider)
    assert (own.slug, own.has_own_slug) == (slug, is_own)


def test_what_the_ledger_does_not_tell_counts_as_none() -> None:
    bare = LedgerAnswer(agent="main", provider="anthropic", model="claude", at=NOON)
    told: Any = {"asked": "", "id": "", "tokens_in": 0, "tokens_out": 0, "cached_tokens": 0}
    assert bare == LedgerAnswer(agent="main", provider="anthropic", model="claude", at=NOON, **told)


def test_models_are_compared_without_their_provider() -> None:
    assert bare_model("openrouter/anthropic/Claude-3.5") == "claude-3-5"
    assert answer(model="a/B.1", asked="b-1").bare_models == {"b-1"}
    assert answer(model="", asked="c").bare_models == {"c"}
    assert answer(model="a").bare_models == {"a"}
