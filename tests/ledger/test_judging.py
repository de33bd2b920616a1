"""What the comparison of the ledgers says about the deployment."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.cloudflare.ai_gateway import Listing
from fixtures.diagnosis.ledger import (
    described,
    judge_answers,
    judge_ledger,
    judge_reconciliation,
    ledger_warnings,
)
from fixtures.diagnosis.verdicts import Broken, NotObserved
from fixtures.proof.ledger.answer_id import answer_id
from fixtures.proof.ledger.reconciliation import Reconciliation
from fixtures.vps.ledger import Ledger
from tests.diagnosed import verdict_of
from tests.ledger.test_reconciliation import NOON, answer, record

MINUTE, DAY = 60.0, 86400.0
READ = Ledger(databases=1)
BUSY = tuple(
    record(f"r{n}", created_at=NOON - DAY / 2 + n * MINUTE) for n in range(int(DAY / MINUTE))
)
UNRECORDED = Reconciliation(unrecorded=(answer(at=NOON + 30),))


def listing(*records: Any, **different: Any) -> Listing:
    return Listing(records=records, clock_ahead=0.0, **different)


def test_an_answer_that_is_missing_among_others_records_is_a_bypass() -> None:
    judged = judge_reconciliation(UNRECORDED, listing(*BUSY))
    assert verdict_of(judged) == (Broken, "answer-unrecorded")


@pytest.mark.parametrize(
    "records",
    [
        (),
        [each for each in BUSY if abs(each.created_at - NOON) > 5 * MINUTE],
        [each for each in BUSY if each.created_at > NOON + 60],
        [each for each in BUSY if each.created_at < NOON],
    ],
    ids=["no log", "off for ten minutes", "deleted before", "off since"],
)
def test_where_the_log_is_silent_nothing_is_concluded(records: Any) -> None:
    judged = judge_reconciliation(UNRECORDED, listing(*records))
    assert verdict_of(judged) == (NotObserved, "log-silent")


def test_the_clocks_difference_counts() -> None:
    ahead = replace(listing(*BUSY), clock_ahead=DAY)
    assert verdict_of(judge_reconciliation(UNRECORDED, ahead)) == (NotObserved, "log-silent")


def test_a_quiet_log_is_not_silent() -> None:
    quiet = listing(*BUSY[::90])
    assert verdict_of(judge_reconciliation(UNRECORDED, quiet)) == (Broken, "answer-unrecorded")


def test_one_missing_record_counts_more_than_a_gap_elsewhere() -> None:
    both = Reconciliation(unrecorded=(answer(at=NOON + 30), answer(at=NOON - DAY)))
    assert verdict_of(judge_reconciliation(both, listing(*BUSY))) == (Broken, "answer-unrecorded")


def test_what_is_older_than_the_pages_that_were_read_is_not_compared() -> None:
    cut = listing(*BUSY[900:], cut_short_at=BUSY[900].created_at)
    assert verdict_of(judge_reconciliation(UNRECORDED, cut)) == (NotObserved, "ledger-too-long")


@pytest.mark.parametrize(
    ("minutes", "verdict"),
    [(9, (NotObserved, "ledger-too-long")), (11, (Broken, "answer-unrecorded"))],
)
def test_an_answers_record_may_be_just_older_than_the_pages_that_were_read(
    minutes: int, verdict: tuple[type, str]
) -> None:
    """It was made when the request came in, up to ten minutes before the answer."""
    oldest = NOON - minutes * MINUTE
    cut = listing(*(each for each in BUSY if each.created_at >= oldest), cut_short_at=oldest)
    unrecorded = Reconciliation(unrecorded=(answer(at=NOON),))
    assert verdict_of(judge_reconciliation(unrecorded, cut)) == verdict


def test_undecided_answers_are_no_pass() -> None:
    undecided = Reconciliation(undecided=(answer(),))
    judged = judge_reconciliation(undecided, listing(*BUSY))
    assert verdict_of(judged) == (NotObserved, "answer-undecided")


def test_all_recorded_passes() -> None:
    assert judge_reconciliation(Reconciliation(), listing()) is None


@pytest.mark.parametrize(
    ("ledger", "cause"),
    [
        (Ledger(), "ledger-unread"),
        (Ledger(databases=1, unseen={"/a": "no"}), "ledger-unread"),
        (Ledger(databases=1, counts={"unknown": 1}), "ledger-unread"),
        (Ledger(databases=1, own_since=NOON), "ledger-elsewhere"),
        (Ledger(databases=1, own_since=NOON, answers=(answer(at=NOON - 60),)), "ledger-elsewhere"),
        (Ledger(databases=1, cut=7), "ledger-too-long"),
    ],
)
def test_a_ledger_that_was_not_read_is_no_pass(ledger: Ledger, cause: str) -> None:
    assert verdict_of(judge_ledger(ledger)) == (NotObserved, cause)


def test_a_ledger_of_either_kind_is_read() -> None:
    assert judge_ledger(READ) is None
    own = answer(at=NOON - 2)  # by a clock that is no more exact
    assert judge_ledger(Ledger(databases=1, own_since=NOON, answers=(own,))) is None
    assert judge_ledger(Ledger(files=1, counts={"unknown": 0, "own": 3})) is None


def test_a_bypass_is_one_although_other_answers_could_not_be_read() -> None:
    partly = Ledger(databases=1, unseen={"/s1.jsonl.deleted.zst": "the VPS has no zstd"})
    judged = judge_answers(partly, UNRECORDED, listing(*BUSY))
    assert verdict_of(judged) == (Broken, "answer-unrecorded")
    judged = judge_answers(partly, Reconciliation(), listing(*BUSY))
    assert verdict_of(judged) == (NotObserved, "ledger-unread")
    assert judge_answers(READ, Reconciliation(), listing(*BUSY)) is None


def test_nothing_to_compare_is_said() -> None:
    assert "nothing was compared" in ledger_warnings(Reconciliation())[0]
    assert ledger_warnings(UNRECORDED) == []


def test_answers_are_described_by_agent_model_and_time() -> None:
    text = described(
        [answer(at=NOON), answer(at=NOON + 60), answer(agent="research", at=NOON + 7200)]
    )
    assert text == (
        "2 answers of anthropic/claude-haiku-4-5 to the agent main, 2026-09-21 14:13 UTC to "
        "2026-09-21 14:14 UTC; 1 answer of anthropic/claude-haiku-4-5 to the agent research, "
        "2026-09-21 16:13 UTC"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"id": "msg_0123456", "type": "message"}', "msg_0123456"),
        ('{"streamed_data": [{"type": "message_start", "message": {"id": "msg_01234"}}]}',
         "msg_01234"),
        ('event: message_start\ndata: {"message": {"id": "msg_01234"}}\n\n', "msg_01234"),
        ('data: {"id": "chatcmpl-0123", "choices": []}\n', "chatcmpl-0123"),
        ('data: {"type": "response.created", "response": {"id": "resp_0123"}}\n', "resp_0123"),
        ('{"error": "no id"}', None),
        ('{"id": 7}', None),
        ("[]", None),
        ("not JSON", None),
        ('{"streamed_data": "cut"}', None),
    ],
)  # fmt: skip
def test_the_answers_id_is_found_in_each_form(body: str, expected: str | None) -> None:
    assert answer_id(body) == expected
