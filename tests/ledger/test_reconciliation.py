"""Two ledgers compared: each answer has its record, or is told to have none."""

import random
from collections.abc import Mapping
from typing import Any

import pytest

from fixtures.cloudflare.ai_gateway import Record
from fixtures.proof.ledger.answers import LedgerAnswer
from fixtures.proof.ledger.reconciliation import Limits, Reconciliation, reconcile
from tests.builders import apart

NOON = 1_790_000_000.0


def answer(**different: Any) -> LedgerAnswer:
    given = {"agent": "main", "provider": "anthropic", "model": "claude-haiku-4-5", "at": NOON}
    return LedgerAnswer(**apart({**given, "tokens_in": 10, "tokens_out": 5, **different}))


def record(name: str, **different: Any) -> Record:
    given: dict[str, Any] = {
        "id": name,
        "created_at": NOON - 2,
        "provider": "anthropic",
        "model": "claude-haiku-4-5",
        "success": True,
        "status_code": 200,
        "cached": False,
        "user_agent": "undici",
        "event_id": "",
        "tokens_in": 10,
        "tokens_out": 5,
    }
    return Record(**apart({**given, **different}))


class Stored:
    """The recorded answers' ids, and how often they were asked for."""

    def __init__(self, ids: Mapping[str, str] | None = None) -> None:
        self.ids = ids or {}
        self.asked: list[str] = []

    def __call__(self, record_id: str) -> str | None:
        self.asked.append(record_id)
        found = self.ids.get(record_id)
        return apart({"id": found})["id"] if found else found


def names(result: Reconciliation) -> list[tuple[str, str, str]]:
    return sorted((each.answer.id, each.record.id, each.by) for each in result.pairs)


def test_figures_that_are_unique_pair_without_a_body() -> None:
    stored = Stored()
    records = [record("r1", tokens_out=500), record("r2", tokens_out=501)]
    result = reconcile([answer(id="msg_1", tokens_out=500)], records, stored)
    assert names(result) == [("msg_1", "r1", "figures")]
    assert [each.id for each in result.others] == ["r2"]
    assert stored.asked == []


@pytest.mark.parametrize(
    "figures",
    [
        {"tokens_in": 3, "tokens_out": 8},  # a heartbeat's
        {"tokens_in": 0, "tokens_out": 0},  # not told
        {"tokens_in": 0, "tokens_out": 500},
    ],
)
def test_another_ones_record_of_figures_that_are_like_all_is_none(figures: dict[str, int]) -> None:
    """Two OpenClaws at one AI Gateway: one bypasses it, and the other has heartbeats, too."""
    answers = [answer(id=f"msg_{n}", at=NOON + n * 1800, **figures) for n in range(48)]
    others = [record(f"r{n}", created_at=NOON + n * 1800 + 9, **figures) for n in range(48)]
    result = reconcile(answers, others, Stored({f"r{n}": f"other_{n}" for n in range(48)}))
    assert len(result.unrecorded) == 48
    own = reconcile(answers, others, Stored({f"r{n}": f"msg_{n}" for n in range(48)}))
    assert (len(own.pairs), own.unrecorded) == (48, ())
    unread = reconcile(answers, others, Stored())  # no body is stored
    assert (len(unread.pairs), unread.unrecorded) == (48, ())


@pytest.mark.parametrize("provider", ["worker", "openrouter"])
@pytest.mark.parametrize("tokens_out", [0, 5, 500])
def test_what_openclaw_calls_by_another_name_is_recorded_as_whose_path_it_is(
    provider: str, tokens_out: int
) -> None:
    """`models.providers.worker` with Anthropic's path of the Worker, as OpenClaw's custom ones."""
    own = answer(provider=provider, id="a", tokens_out=tokens_out)
    found = reconcile([own], [record("r1", tokens_out=tokens_out)], Stored({"r1": "a"}))
    assert (len(found.pairs), found.unrecorded) == (1, ())
    gone = reconcile([own], [record("r1", tokens_out=tokens_out)], Stored({"r1": "b"}))
    assert gone.unrecorded == (own,)
    other = record("r1", model="claude-opus-4-5", tokens_out=tokens_out)
    assert reconcile([own], [other], Stored({"r1": "b"})).unrecorded == (own,)


def test_by_another_name_a_model_alone_decides_nothing() -> None:
    own = answer(provider="worker", tokens_in=0, tokens_out=0)
    result = reconcile([own], [record("r1")], Stored())
    assert (result.pairs, result.unrecorded, result.undecided) == ((), (), (own,))
    known = answer(tokens_in=0, tokens_out=0)
    assert len(reconcile([known], [record("r1")], Stored()).pairs) == 1


def test_an_answer_without_a_record_is_unrecorded() -> None:
    stored = Stored({"r2": "msg_2"})
    result = reconcile([answer(id="msg_1")], [record("r2", tokens_out=99)], stored)
    assert [each.id for each in result.unrecorded] == ["msg_1"]
    assert result.pairs == ()


def test_answers_of_equal_figures_are_paired_by_id() -> None:
    answers = [answer(id="msg_1"), answer(id="msg_2", at=NOON + 1)]
    result = reconcile(
        answers, [record("r1"), record("r2")], Stored({"r1": "msg_2", "r2": "msg_1"})
    )
    assert names(result) == [("msg_1", "r2", "id"), ("msg_2", "r1", "id")]


def test_one_record_does_not_serve_two_answers_of_equal_figures() -> None:
    """Without ids, which of them has none is not known, but one has none."""
    result = reconcile([answer(id="a"), answer(id="b", at=NOON + 1)], [record("r1")], Stored())
    assert len(result.pairs) == 1
    assert len(result.unrecorded) == 1


def test_with_ids_the_right_one_of_two_is_unrecorded() -> None:
    answers = [answer(id="a"), answer(id="b", at=NOON + 1)]
    result = reconcile(answers, [record("r1")], Stored({"r1": "b"}))
    assert names(result) == [("b", "r1", "id")]
    assert [each.id for each in result.unrecorded] == ["a"]


def test_another_callers_record_of_equal_figures_is_not_taken_where_ids_show_it() -> None:
    answers = [answer(id="a"), answer(id="b", at=NOON + 1)]
    records = [record("r1"), record("r2", user_agent="curl")]
    result = reconcile(answers, records, Stored({"r1": "a", "r2": "somebody"}))
    assert names(result) == [("a", "r1", "id")]
    assert [each.id for each in result.unrecorded] == ["b"]


def test_a_record_cut_short_has_no_tokens_and_still_serves() -> None:
    result = reconcile([answer(id="a")], [record("r1", tokens_in=0, tokens_out=0)], Stored())
    assert names(result) == [("a", "r1", "figures")]


def test_what_the_providers_cache_served_may_count_as_input() -> None:
    records = [record("r1", tokens_in=910)]
    result = reconcile([answer(id="a", cached_tokens=900)], records, Stored())
    assert names(result) == [("a", "r1", "figures")]


@pytest.mark.parametrize(
    "different",
    [
        {"provider": "openai"},
        {"model": "claude-opus-4-5"},
        {"success": False},
        {"created_at": NOON - 3600},
        {"created_at": NOON + 3600},
    ],
)
def test_what_differs_is_no_record_of_it(different: dict[str, Any]) -> None:
    result = reconcile([answer(id="a")], [record("r1", **different)], Stored())
    assert [each.id for each in result.unrecorded] == ["a"]


def test_the_clocks_may_differ() -> None:
    records = [record("r1", created_at=NOON + 5000)]
    assert reconcile([answer()], records, Stored(), clock_ahead=5000).unrecorded == ()
    assert reconcile([answer()], records, Stored()).unrecorded != ()


def test_newer_logs_name_the_provider_before_the_model() -> None:
    records = [record("r1", model="anthropic/claude-haiku-4.5")]
    assert reconcile([answer()], records, Stored()).unrecorded == ()


@pytest.mark.parametrize("recorded", ["claude-haiku-4-5", "claude-haiku-4-5-20251001"])
def test_the_model_may_be_recorded_as_it_was_asked_for_or_as_it_answered(recorded: str) -> None:
    """OpenClaw 2026.9.6 keeps what Anthropic's answer names, `claude-haiku-4-5-20251001`."""
    dated = answer(model="claude-haiku-4-5-20251001", asked="claude-haiku-4-5")
    assert reconcile([dated], [record("r1", model=recorded)], Stored()).unrecorded == ()
    other = record("r1", model="claude-opus-4-5")
    assert reconcile([dated], [other], Stored()).unrecorded == (dated,)


def test_google_and_xai_have_other_names_there() -> None:
    answers = [answer(id="g", provider="google"), answer(id="x", provider="xai")]
    records = [record("r1", provider="google-ai-studio"), record("r2", provider="grok")]
    assert names(reconcile(answers, records, Stored())) == [
        ("g", "r1", "figures"),
        ("x", "r2", "figures"),
    ]


def test_what_could_not_be_read_is_undecided_and_not_unrecorded() -> None:
    """The budget is used up after one body, which was another's."""
    answers = [answer(id="a", tokens_out=7)]
    records = [record("r1"), record("r2", tokens_out=8)]
    result = reconcile(answers, records, Stored({"r1": "x", "r2": "a"}), limits=Limits(ambiguous=1))
    assert [each.id for each in result.undecided] == ["a"]
    assert result.unrecorded == ()
    assert result.bodies_read == 1


def test_what_no_record_has_the_figures_of_is_looked_for_in_all_of_its_time() -> None:
    """As of one among 200 answers within minutes, with records of OpenClaw's recaps."""
    answers = [answer(id=f"msg_{n}", at=NOON + n) for n in range(200)]
    gone = answer(id="gone", at=NOON + 100, tokens_out=6)
    own = [record(f"r{n}", created_at=NOON + n - 1) for n in range(200)]
    recaps = [record(f"c{n}", created_at=NOON + n, tokens_out=7) for n in range(300)]
    ids = {f"r{n}": f"msg_{n}" for n in range(200)} | {f"c{n}": f"other_{n}" for n in range(300)}
    limits = Limits(ambiguous=250, unmatched=300)
    result = reconcile([*answers, gone], own + recaps, Stored(ids), limits=limits)
    assert (result.unrecorded, result.undecided) == ((gone,), ())
    few = Limits(ambiguous=250, unmatched=100)
    assert reconcile([*answers, gone], own + recaps, Stored(ids), limits=few).undecided == (gone,)


def test_the_record_of_a_failure_is_no_answers() -> None:
    failed = record("r1", success=False, status_code=529)
    limits = Limits(ambiguous=2)
    others = [record(f"c{n}", tokens_out=9) for n in range(2)]
    stored = Stored({"c0": "x", "c1": "y"})
    found = reconcile([answer(id="a")], [failed, *others], stored, limits=limits)
    assert [each.id for each in found.unrecorded] == ["a"]


@pytest.mark.parametrize("seed", range(20))
def test_of_a_day_exactly_what_left_no_record_is_unrecorded(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a reproducible day
    answers = [
        answer(id=f"msg_{n}", at=NOON + n * 9, tokens_out=chance.randint(1, 9)) for n in range(400)
    ]
    records = [
        record(f"r{n}", created_at=each.at - chance.uniform(0, 60), tokens_out=each.tokens_out)
        for n, each in enumerate(answers)
    ]
    missing = set(chance.sample(range(400), 5))
    kept = [each for n, each in enumerate(records) if n not in missing]
    ids = {f"r{n}": f"msg_{n}" for n in range(400)}
    result = reconcile(answers, kept, Stored(ids), limits=Limits(ambiguous=1000))
    assert {each.id for each in result.unrecorded} == {f"msg_{n}" for n in missing}
    assert len({each.record.id for each in result.pairs}) == 395


@pytest.mark.exhaustive
def test_without_bodies_a_day_of_equal_answers_lacks_as_many_as_left_no_record() -> None:
    answers = [answer(id=f"msg_{n}", at=NOON + n) for n in range(3000)]
    records = [record(f"r{n}", created_at=NOON + n - 1) for n in range(3000) if n % 1000 != 7]
    result = reconcile(answers, records, Stored())
    assert len(result.unrecorded) == 3


def test_a_record_with_the_same_tokens_goes_before_one_without_any() -> None:
    answers = [answer(id="a"), answer(id="b", at=NOON + 1, tokens_out=6)]
    records = [record("r1", tokens_in=0, tokens_out=0), record("r2"), record("r3", tokens_out=0)]
    result = reconcile(answers, records, Stored())
    assert ("a", "r2", "figures") in names(result)
    assert result.unrecorded == ()
