"""Other traffic is so much that the log cannot be listed: what arrived is found, and only that."""

import re
from pathlib import Path

import pytest

from fixtures.rehearsal import Rehearsal
from tests.runs import PASSED, SuiteRun, run_suite

pytestmark = pytest.mark.exhaustive
ARRIVALS = "-k=arrival"


def run_beside_traffic(folder: Path, *faults: str) -> tuple[SuiteRun, list[str]]:
    """The run, and the paths that it has asked Cloudflare's API for."""
    rehearsal = Rehearsal(faults)
    log = rehearsal.cloud.plan.log
    log.others_every = (0.001, 0.002)  # a run takes a tenth of its time here
    log.others_ask = ("workers-ai",)  # or a slow machine would have too many to read
    with rehearsal:
        run = run_suite(folder, rehearsal.settings, "-m=smoke", ARRIVALS)
        asked = [each.path for each in rehearsal.cloud.requests if each.party == "api"]
    return run, asked


def test_what_arrived_is_found(tmp_path: Path) -> None:
    asked = list[str]()
    for number in range(8):
        run, paths = run_beside_traffic(tmp_path / str(number))
        assert (run.exit_code, run.causes) == (PASSED, {})
        asked += paths
        if was_narrowed(asked):
            return
    pytest.fail("each run came before there was too much to list")


def was_narrowed(asked: list[str]) -> bool:
    """Whether there was too much to list. What is looked for early enough is among the newest."""
    by_id = any(re.search(r"/logs/[^/?]+$", path) for path in asked)
    return by_id and any("end_date=" in path for path in asked)


def test_what_did_not_is_not(tmp_path: Path) -> None:
    run, asked = run_beside_traffic(tmp_path, "bypass-answered")
    assert any("end_date=" in path for path in asked)
    assert "arrival.anthropic" in run.causes
    assert "arrival.openai" not in run.causes
