"""What the ledgers and the counts are judged to be, with every word of it."""

from typing import Any

import pytest

from fixtures.cloudflare.ai_gateway import Listing
from fixtures.diagnosis import completeness, ledger
from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.diagnosis.counted import with_counts
from fixtures.diagnosis.ledger import ALL_RECORDED, READ, UNLIKELY
from fixtures.diagnosis.verdicts import Judgement
from fixtures.proof.counted_arrival import CountedArrival
from fixtures.proof.ledger.completeness import Completeness
from fixtures.proof.ledger.reconciliation import EARLIEST, Pair, Reconciliation
from fixtures.vps.ledger import CLOCKS, Ledger
from tests.diagnosed import whole
from tests.ledger.test_reconciliation import NOON, answer, record

WHEN = "2026-09-21 14:13 UTC"
OF_MAIN = f"1 answer of anthropic/claude-haiku-4-5 to the agent main, {WHEN}"


def unread(name: str, seen: str) -> Judgement:
    return not_observed(name, expected=READ, seen=seen)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Ledger(databases=1), None),
        (Ledger(files=1, counts={"own": 1, "unknown": 0}), None),
        (Ledger(), unread("ledger-unread", "no agent transcripts were found")),
        (
            Ledger(unseen={f"/{n}": "denied" for n in range(6)}),
            unread("ledger-unread", "; ".join(f"/{n}: denied" for n in range(5))),
        ),
        (
            Ledger(databases=1, files=2, own_since=NOON, answers=(answer(at=NOON - CLOCKS - 1),)),
            unread(
                "ledger-elsewhere",
                "in 1 databases and 2 files, there is no answer since this run's own message was "
                "answered",
            ),
        ),
        (
            Ledger(databases=1, counts={"unknown": 2}, cut=1),
            unread("ledger-unread", "2 answers in it name no provider or no time"),
        ),
        (
            Ledger(databases=1, cut=3),
            unread("ledger-too-long", "it has 3 more answers than can be compared"),
        ),
    ],
)
def test_a_ledger_has_to_be_read(given: Ledger, expected: Judgement | None) -> None:
    assert whole(ledger.judge_ledger(given)) == whole(expected)


BUSY = [record(f"r{n}", created_at=NOON - 600 + 60 * n) for n in range(21)]
MINE = answer(at=NOON + 30)


def listing(*records: Any, ahead: float = 0.0, cut: float | None = None) -> Listing:
    return Listing(records=records, clock_ahead=ahead, cut_short_at=cut)


def judged(name: str, seen: str = OF_MAIN) -> Judgement:
    make = broken if name == "answer-unrecorded" else not_observed
    return make(name, expected=ALL_RECORDED, seen=seen)


def gap(minutes: float) -> list[Any]:
    """Records of which a pause around the answer is so many times their usual distance."""
    before = [record(f"a{n}", created_at=NOON - 60 * n) for n in range(20)]
    return [*before, record("b", created_at=NOON + 60 * minutes)]


@pytest.mark.parametrize(
    ("records", "name"),
    [
        (BUSY, "answer-unrecorded"),
        ((), "log-silent"),
        (BUSY[:10], "log-silent"),
        (BUSY[12:], "log-silent"),
        (gap(7.6), "answer-unrecorded"),  # 7.6 minutes of 26.6 with 21 records: 6.0 of them
        (gap(7.7), "log-silent"),
    ],
)
def test_an_answer_without_a_record_is_a_bypass_where_others_have_one(
    records: Any, name: str
) -> None:
    missing = Reconciliation(unrecorded=(MINE,))
    assert UNLIKELY == 6.0
    assert whole(ledger.judge_reconciliation(missing, listing(*records))) == whole(judged(name))
    ahead = [record(each.id, created_at=each.created_at + 5000) for each in records]
    late = ledger.judge_reconciliation(missing, listing(*ahead, ahead=5000.0))
    assert whole(late) == whole(judged(name))


@pytest.mark.parametrize("ahead", [0.0, 5000.0])
@pytest.mark.parametrize(("more", "name"), [(0.0, "answer-unrecorded"), (1.0, "ledger-too-long")])
def test_what_may_be_older_than_what_was_listed_is_not_compared(
    ahead: float, more: float, name: str
) -> None:
    missing = Reconciliation(unrecorded=(MINE,))
    cut = MINE.at + ahead - EARLIEST + more
    records = [record(each.id, created_at=each.created_at + ahead) for each in BUSY]
    found = ledger.judge_reconciliation(missing, listing(*records, ahead=ahead, cut=cut))
    assert whole(found) == whole(judged(name))


def test_what_is_worst_is_told() -> None:
    early, silent = answer(at=NOON - 5000), answer(at=NOON + 5000)
    cut = listing(*BUSY, cut=NOON - 5000)
    every = Reconciliation(unrecorded=(early, MINE, silent), undecided=(MINE,))
    assert whole(ledger.judge_reconciliation(every, cut)) == whole(judged("answer-unrecorded"))
    others = Reconciliation(unrecorded=(early, silent), undecided=(MINE,))
    first = ledger.judge_reconciliation(others, cut)
    assert first
    assert first.diagnosis.cause == "ledger-too-long"
    last = ledger.judge_reconciliation(Reconciliation(undecided=(MINE,)), cut)
    assert whole(last) == whole(judged("answer-undecided"))
    assert ledger.judge_reconciliation(Reconciliation(), cut) is None


def counts(**different: Any) -> Completeness:
    given: dict[str, Any] = {
        "since": NOON - 5000,
        "until": NOON + 5000,
        "counted": {"anthropic": 1},
    }
    return Completeness(**(given | different))


def test_counts_tell_of_an_answer_what_a_silent_log_does_not() -> None:
    missing = Reconciliation(unrecorded=(MINE,))
    in_gap = counts(missing={("anthropic", NOON // 60 * 60): 1})
    assert whole(ledger.judge_reconciliation(missing, listing(), in_gap)) == whole(
        judged("answer-in-log-gap", f"{OF_MAIN}; as many requests were counted, and have no record")
    )
    for given, name in (
        (counts(), "answer-unrecorded"),
        (counts(uncounted={("anthropic", NOON): 1}), "log-silent"),
        (counts(until=NOON + 100), "log-silent"),
    ):
        found = ledger.judge_reconciliation(missing, listing(), given)
        assert whole(found) == whole(judged(name))


def test_a_ledger_that_was_not_read_counts_less_than_a_bypass() -> None:
    missing, cut = Reconciliation(unrecorded=(MINE,)), Ledger(databases=1, cut=1)
    full = Ledger(databases=1)
    assert whole(ledger.judge_answers(cut, missing, listing(*BUSY))) == whole(
        judged("answer-unrecorded")
    )
    assert ledger.judge_answers(full, Reconciliation(), listing()) is None
    silent = ledger.judge_answers(full, missing, listing())
    assert whole(silent) == whole(judged("log-silent"))
    first = ledger.judge_answers(cut, missing, listing())
    assert whole(first) == whole(ledger.judge_ledger(cut))


def test_answers_are_told_by_agent_model_and_time() -> None:
    many = [answer(agent=f"a{n}", at=NOON + 60 * n) for n in range(7)]
    told = ledger.described([*many, answer(agent="a6", at=NOON)])
    assert told.startswith(
        "2 answers of anthropic/claude-haiku-4-5 to the agent a6, 2026-09-21 14:13 UTC to "
        "2026-09-21 14:19 UTC; 1 answer of anthropic/claude-haiku-4-5 to the agent a0, "
    )
    assert told.endswith(" to the agent a3, 2026-09-21 14:16 UTC; and answers of 2 more models")
    assert len(ledger.described(many[:5]).split("; ")) == 5
    assert ledger.described([]) == ""


def test_where_there_was_nothing_to_compare_it_is_said() -> None:
    pair = Pair(answer=MINE, record=BUSY[0], by="id")
    for some in (
        *(Reconciliation(pairs=(pair,)), Reconciliation(unrecorded=(MINE,))),
        Reconciliation(undecided=(MINE,)),
    ):
        assert ledger.ledger_warnings(some) == []
    assert ledger.ledger_warnings(Reconciliation(others=(BUSY[0],))) == [
        "OpenClaw's ledger has no answers from these hours: nothing was compared"
    ]
    assert completeness.completeness_warnings(counts()) == []
    assert completeness.completeness_warnings(counts(counted={}, recorded={"a": 1})) == []
    assert completeness.completeness_warnings(counts(counted={})) == [
        "neither analytics nor the log has any request of these hours: nothing was compared"
    ]


def test_gaps_are_told_with_their_minutes() -> None:
    one = {("openai", NOON): 1}
    assert whole(completeness.judge_log(counts(missing=one))) == whole(
        not_observed(
            "log-gap",
            expected=completeness.COMPLETE,
            seen=f"counted, but not recorded: 1 request to openai at {WHEN}",
        )
    )
    assert whole(completeness.judge_counts(counts(uncounted=one))) == whole(
        not_observed(
            "analytics-inexact",
            expected=completeness.EXACT,
            seen=f"not counted: 1 request to openai at {WHEN}",
        )
    )
    assert completeness.judge_log(counts()) is completeness.judge_counts(counts()) is None
    several = {("b", NOON + 120): 2, ("b", NOON): 1, ("a", NOON): 2}
    assert completeness.described(several) == (
        f"2 requests to a at {WHEN}; 3 requests to b between {WHEN} and 2026-09-21 14:15 UTC"
    )
    many = {(f"p{n}", NOON): 1 for n in range(6)}
    assert completeness.described(many).endswith(f"p4 at {WHEN}; and those to 1 more providers")


ANALYTICS = "Cloudflare's analytics"
WENT = "that one went through the AI Gateway"
LAGS, BEFORE = f"{ANALYTICS}, which lags by minutes,", "in the hour before, it counted"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"problem": "no", "named": 1, "since": 1}, f"{ANALYTICS} cannot be asked: no"),
        (
            {"named": 1, "since": 1},
            f"{ANALYTICS} has counted the direct request by its metadata: {WENT}",
        ),
        (
            {"since": 1, "before": 9},
            f"{ANALYTICS} has counted 1 request to x since then, which is evidence and no proof",
        ),
        (
            {"since": 2},
            f"{ANALYTICS} has counted 2 requests to x since then, which is evidence and no proof",
        ),
        *(
            (
                {"before": before, "waited": 7.6},
                f"{LAGS} had not counted it 8 s after it was sent; {BEFORE} {number} to x",
            )
            for before, number in ((0, "no requests"), (1, "1 request"), (2, "2 requests"))
        ),
    ],
)
def test_what_was_counted_is_added_to_a_verdict(changes: Any, told: str) -> None:
    first = unread("ledger-unread", "it is silent")
    found = with_counts(first, CountedArrival(provider="x", **changes))
    assert whole(found) == whole(unread("ledger-unread", f"it is silent; {told}"))
    assert with_counts(None, CountedArrival(provider="x", **changes)) is None
