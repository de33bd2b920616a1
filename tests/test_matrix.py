"""The matrix of faults tells what was missed, and what was wrongly blamed."""

from tests.matrix import USUAL, Case, Outcome, broken_in_one_way, cases, table
from tests.test_faults import NEW

BYPASS = Case("bypass", "-m=smoke", USUAL)
EXPECTED = {"arrival.anthropic": "failed: record-missing"}


def test_a_row_has_what_was_not_right() -> None:
    wrong = {"worker.https": "failed: worker-certificate"}
    told = table([Outcome(BYPASS, EXPECTED, EXPECTED), Outcome(BYPASS, EXPECTED, wrong)])
    *_, all_, line = told.splitlines()
    assert all_ == "| all | 1 | 2 | 0 | 1 | 1 | 0 |"
    assert line.endswith("missed arrival.anthropic; blamed worker.https")


def test_another_cause_is_no_catch() -> None:
    other = Outcome(BYPASS, EXPECTED, {"arrival.anthropic": "inconclusive: api-refused"})
    assert (other.misnamed, other.missed, other.is_right) == (["arrival.anthropic"], [], False)


def test_every_fault_that_a_run_shows_is_in_it() -> None:
    assert {"bypass", "worker-open", "stored-login"} <= {each.fault for each in cases()}
    assert NEW not in {each.fault for each in cases()}


def test_every_guarantee_is_broken_in_two_ways() -> None:
    assert broken_in_one_way() == []
