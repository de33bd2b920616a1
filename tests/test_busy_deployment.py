"""Other traffic is so much that the log cannot be listed: what arrived is found, and only that."""

import re
from pathlib import Path

import pytest

from fixtures.cloudflare.ai_gateway import MAX_PAGES
from fixtures.cloudflare.logs_api import PER_PAGE
from fixtures.rehearsal import Rehearsal
from tests.runs import PASSED, SuiteRun, run_suite

pytestmark = pytest.mark.exhaustive
ARRIVALS = "-k=arrival"


def run_beside_traffic(folder: Path, *faults: str) -> tuple[SuiteRun, list[str]]:
    """The run, and the paths that it has asked Cloudflare's API for."""
    rehearsal = Rehearsal(faults)
    rehearsal.cloud.plan.log.others_behind = MAX_PAGES * PER_PAGE
    with rehearsal:
        run = run_suite(folder, rehearsal.settings, "-m=smoke", ARRIVALS)
        asked = [each.path for each in rehearsal.cloud.requests if each.party == "api"]
    return run, asked


def test_what_arrived_is_found(tmp_path: Path) -> None:
    run, asked = run_beside_traffic(tmp_path)
    assert (run.exit_code, run.causes) == (PASSED, {})
    assert any("end_date=" in path for path in asked)
    assert any(re.search(r"/logs/[^/?]+$", path) for path in asked)


def test_what_did_not_is_not(tmp_path: Path) -> None:
    run, asked = run_beside_traffic(tmp_path, "bypass-answered")
    assert any("end_date=" in path for path in asked)
    assert "arrival.anthropic" in run.causes
    assert "arrival.openai" not in run.causes
