"""The comparison's control: what OpenClaw has just answered is in the ledger that was read."""

from pathlib import Path

import pytest

from fixtures.rehearsal import Fault, Rehearsal
from fixtures.rehearsal.faults.effects import passed
from fixtures.rehearsal.vps.plan import VpsPlan
from tests.runs import INCONCLUSIVE, run_suite

SELECTED = "-k=ledger or routing"


def transcripts_elsewhere(plan: VpsPlan) -> None:
    plan.transcripts_elsewhere = True


ELSEWHERE = Fault(
    "elsewhere", "the transcripts are elsewhere by now", passed(), vps=transcripts_elsewhere
)


@pytest.mark.exhaustive
def test_a_ledger_that_openclaw_no_longer_writes_is_no_pass(tmp_path: Path) -> None:
    """Its old answers are still there, and have their records."""
    with Rehearsal(also=[ELSEWHERE]) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, SELECTED)
    told = "inconclusive: ledger-elsewhere"
    assert run.causes == {"ledger.read": told, "ledger.recorded": told}
    assert run.exit_code == INCONCLUSIVE
    observed = run.observed("ledger.read")
    assert observed["answers"] > 0
