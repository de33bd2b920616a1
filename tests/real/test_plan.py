"""The plan on real programs: alone it routes nothing; with openclaw.json's entries it holds."""

from pathlib import Path

import pytest

from tests.real.conftest import PLAN_ALONE, Deployed
from tests.real.runs import verify
from tests.runs import FAILED, PASSED
from tests.test_faults import ANSWERED, RECORDED

pytestmark = pytest.mark.real


def test_the_plans_environment_alone_is_caught_as_a_bypass(
    deployed: Deployed, tmp_path: Path
) -> None:
    deployed.stack.configure(PLAN_ALONE)
    run = verify(deployed, tmp_path, "-m=smoke")
    assert run.causes == {ANSWERED: "failed: bypass", RECORDED: "failed: bypass"}
    assert run.exit_code == FAILED


@pytest.mark.parametrize("drive", ["cli", "http"])
def test_with_base_urls_in_openclaw_json_everything_passes(
    deployed: Deployed, tmp_path: Path, drive: str
) -> None:
    deployed.stack.configure(deployed.routed(endpoint=drive == "http"))
    run = verify(deployed, tmp_path, "-m=smoke")
    assert run.causes == {}
    assert run.exit_code == PASSED
    assert run.observed(ANSWERED)["drive"] == drive
